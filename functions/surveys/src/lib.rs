#![doc = include_str!("../README.md")]

mod human_comparison;
mod instrument;
mod responses;
mod results;
mod segments;
mod store;
mod survey;
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
        .routes(routes!(survey::list, survey::create))
        .routes(routes!(survey::get, survey::delete))
        .routes(routes!(results::results))
        .routes(routes!(segments::segments))
        .routes(routes!(responses::csv, responses::csv_unmasked))
        .routes(routes!(responses::disclosure))
        .routes(routes!(instrument::json))
        .routes(routes!(instrument::form))
        .routes(routes!(human_comparison::upload, human_comparison::compare))
        .with_state(state)
}
