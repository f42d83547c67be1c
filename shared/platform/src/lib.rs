#![doc = include_str!("../README.md")]

pub mod access;
pub mod audit;
pub mod auth;
pub mod cache;
pub mod clock;
pub mod env;
pub mod error;
pub mod google;
pub mod graph;
pub mod hint;
pub mod http;
pub mod ids;
pub mod job;
pub mod limit;
pub mod mail;
pub mod migrations;
pub mod model;
pub mod postgres;
pub mod queue;
pub mod rights;
pub mod runs;
pub mod secret;
pub mod service;
pub mod state;
pub mod storage;
pub mod telemetry;
mod tls;
pub mod trace;
pub mod turns;

pub use access::{Access, Admin, Editor, HeldRole, InProject, Level, Viewer};
pub use auth::{Authenticator, Caller, SystemAdmin};
pub use clock::Clock;
pub use env::Env;
pub use error::{Error, OnConstraint, Result};
pub use ids::Ids;
pub use limit::{Limiter, Within};
pub use service::{Serve, Service, Workers, run};
pub use state::{Base, WorkerState};

/// Runs work that takes a processor for more than a moment off the threads that serve.
pub async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.into()))
}

/// A client for calls to other services, with a limit on the whole call.
#[expect(clippy::missing_panics_doc, reason = "the configuration is constant")]
pub fn http_client(timeout: std::time::Duration) -> reqwest::Client {
    reqwest::Client::builder()
        .timeout(timeout)
        .connect_timeout(std::time::Duration::from_secs(5))
        .build()
        .expect("rustls starts")
}
