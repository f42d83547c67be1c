#![doc = include_str!("../README.md")]

mod comment;
mod cursor;
mod event;
mod frame;
mod hint;
mod hub;
mod inbox;
mod person;
mod presence;
mod session;
mod socket;
mod store;
mod subject;
mod task;
#[cfg(test)]
mod tests;
mod thread;
mod ticket;

use axum::extract::FromRef;
use platform::queue::Publisher;
use platform::{Base, Env, Service};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use hub::{Hub, Pace};

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub base: Base,
    pub publisher: Publisher,
    pub hub: Hub,
}

impl AppState {
    /// With this queue to call the worker that writes e-mails.
    pub fn new(base: Base, publisher: Publisher) -> Self {
        Self::at_pace(base, publisher, Pace::default())
    }

    /// The same with other times.
    pub fn at_pace(base: Base, publisher: Publisher, pace: Pace) -> Self {
        let hub = Hub::new(base.cache.clone(), pace);
        Self { base, publisher, hub }
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let publisher = Publisher::from_env(env);
    let base = Base::from_env(env)?;
    let probes = base.probes();
    Some(Service { probes, ..routes(AppState::new(base, publisher?)) })
}

/// The public routes: those that answer, and the socket.
pub fn routes(state: AppState) -> Service {
    let api = OpenApiRouter::new()
        .routes(routes!(thread::list, comment::create))
        .routes(routes!(thread::counts))
        .routes(routes!(thread::get, comment::update, comment::delete))
        .routes(routes!(comment::reply))
        .routes(routes!(thread::resolve))
        .routes(routes!(thread::reopen))
        .routes(routes!(task::list, task::create))
        .routes(routes!(task::get, task::update, task::delete))
        .routes(routes!(inbox::list))
        .routes(routes!(inbox::unread))
        .routes(routes!(inbox::read))
        .routes(routes!(presence::show, presence::keep))
        .routes(routes!(event::list))
        .routes(routes!(ticket::create))
        .with_state(state.clone());
    let stream = OpenApiRouter::new().routes(routes!(socket::open)).with_state(state);
    Service { api, stream, ..Service::default() }
}
