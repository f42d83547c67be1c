#![doc = include_str!("../README.md")]

mod details;
mod grounding;
mod list;
mod persona;
mod reasoning;
mod removal;
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
        .with_state(state)
}
