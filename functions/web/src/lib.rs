#![doc = include_str!("../README.md")]

mod files;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use platform::{Env, Service};
use utoipa_axum::router::OpenApiRouter;

pub use files::Files;

/// The function, ready to run. `WEB_ROOT` names the folder of the built console.
pub fn service(env: &Env) -> Option<Service> {
    let root: PathBuf = env.required("WEB_ROOT")?;
    match Files::open(&root) {
        Ok(files) => Some(Service { api: router(files), ..Service::default() }),
        Err(error) => {
            env.problem(format!("WEB_ROOT is no built console: {error:#}"));
            None
        }
    }
}

/// Every path that no other route takes. It stands in no OpenAPI document: these are pages, no operations.
pub fn router(files: Files) -> OpenApiRouter {
    let routes = Router::new().route("/", any(serve)).route("/{*path}", any(serve));
    OpenApiRouter::from(routes.with_state(files))
}

async fn serve(State(files): State<Files>, request: Request) -> Response {
    files.answer(request).await
}
