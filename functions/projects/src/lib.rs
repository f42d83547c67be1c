#![doc = include_str!("../README.md")]

mod budget;
mod invitation;
mod library;
mod member;
mod project;
mod store;
#[cfg(test)]
mod tests;

use axum::extract::FromRef;
use platform::queue::Publisher;
use platform::{Base, Env, Service};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use budget::FirstCap;

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub base: Base,
    pub publisher: Publisher,
    pub first_cap: FirstCap,
}

impl AppState {
    /// From the environment, with the base and the queue that this process has. Without one it only notes
    /// what else is wrong with the variables.
    pub fn from_env(env: &Env, base: Option<Base>, publisher: Option<Publisher>) -> Option<Self> {
        let first_cap = FirstCap::from_env(env);
        let (base, publisher) = base.zip(publisher)?;
        Some(Self { base, publisher, first_cap })
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let state = AppState::from_env(env, Base::from_env(env), Publisher::from_env(env))?;
    let probes = state.base.probes();
    Some(Service { api: router(state), probes, ..Service::default() })
}

/// The public routes.
pub fn router(state: AppState) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(project::create, project::list))
        .routes(routes!(project::get, project::update, project::delete))
        .routes(routes!(member::list, invitation::invite))
        .routes(routes!(member::set_role, member::remove))
        .routes(routes!(invitation::list))
        .routes(routes!(invitation::withdraw))
        .routes(routes!(invitation::mine))
        .routes(routes!(invitation::accept_token))
        .routes(routes!(invitation::accept))
        .routes(routes!(invitation::decline))
        .routes(routes!(library::list))
        .routes(routes!(library::lend, library::take_back))
        .routes(routes!(library::end))
        .routes(routes!(budget::show, budget::set))
        .routes(routes!(budget::usage))
        .with_state(state)
}
