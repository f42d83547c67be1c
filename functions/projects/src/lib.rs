#![doc = include_str!("../README.md")]

mod budget;
mod member;
mod project;
mod store;
#[cfg(test)]
mod tests;

use platform::cache::Cache;
use platform::{Env, Service};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers work with.
pub use platform::Base as State;

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    let state = State::from_env(env, Cache::connect(env).as_ref())?;
    let probes = state.probes();
    Some(Service { api: router(state), probes, ..Service::default() })
}

/// The public routes.
pub fn router(state: State) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(project::create, project::list))
        .routes(routes!(project::get, project::update, project::delete))
        .routes(routes!(member::list, member::invite))
        .routes(routes!(member::set_role, member::remove))
        .routes(routes!(budget::show, budget::set))
        .routes(routes!(budget::usage))
        .with_state(state)
}
