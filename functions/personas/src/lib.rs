#![doc = include_str!("../README.md")]

mod compare;
mod details;
mod grounding;
mod likeness;
mod link;
mod list;
mod page;
mod persona;
mod reasoning;
mod removal;
mod status;
mod store;
mod summary;
#[cfg(test)]
mod tests;

use platform::{Env, Service};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers work with.
pub use platform::Base as AppState;

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let state = AppState::from_env(env)?;
    let probes = state.probes();
    Some(Service { api: router(state), probes, ..Service::default() })
}

/// The public routes.
pub fn router(state: AppState) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(summary::summary))
        .routes(routes!(persona::get, removal::delete))
        .routes(routes!(details::details))
        .routes(routes!(reasoning::reasoning))
        .routes(routes!(removal::undo))
        .routes(routes!(status::change))
        .routes(routes!(compare::compare))
        .routes(routes!(link::create, link::list))
        .routes(routes!(link::revoke))
        .routes(routes!(link::show))
        .with_state(state)
}
