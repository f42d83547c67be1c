//! One way to run every process: bind, build, serve, stop.

use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::routing::MethodRouter;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use utoipa_axum::router::OpenApiRouter;

use crate::http::{Probes, TimeLimit, layered, public_docs};
use crate::limit::Proxies;
use crate::{Env, Ids, telemetry};

/// How long open requests may go on after SIGTERM: Cloud Run kills at 10 s.
const STOP_LIMIT: Duration = Duration::from_secs(9);

/// What a function serves, before limits and layers.
#[derive(Default)]
pub struct Service {
    pub api: OpenApiRouter,
    pub stream: OpenApiRouter,
    /// Routes that only Pub/Sub and Scheduler may call; never on the public address.
    pub push: Workers,
    /// What `/startup` asks.
    pub probes: Probes,
}

/// Workers, each with the topic whose messages it is brought. They are in no OpenAPI document, so the list of
/// their paths is what a test holds against `docs/routes.md`.
#[derive(Default)]
pub struct Workers {
    router: Router,
    paths: Vec<String>,
}

impl Workers {
    /// With one more worker.
    #[must_use]
    pub fn on(mut self, topic: &str, worker: MethodRouter) -> Self {
        let path = format!("/internal/events/{topic}");
        self.router = self.router.route(&path, worker);
        self.paths.push(path);
        self
    }

    /// Where they are called.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    fn merge(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        Self { router: self.router.merge(other.router), paths: self.paths }
    }
}

/// Which half of a function this process serves: one image, two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serve {
    Api,
    Push,
}

impl FromStr for Serve {
    type Err = &'static str;

    fn from_str(half: &str) -> Result<Self, Self::Err> {
        match half {
            "api" => Ok(Self::Api),
            "push" => Ok(Self::Push),
            _ => Err("must be api or push"),
        }
    }
}

impl Service {
    /// Both functions in one process.
    pub fn merge(mut self, other: Self) -> Self {
        self.probes.extend(other.probes);
        Self {
            api: self.api.merge(other.api),
            stream: self.stream.merge(other.stream),
            push: self.push.merge(other.push),
            probes: self.probes,
        }
    }

    /// The router of one half, with limits, layers, health and docs: a plain tower service that runs
    /// under hyper, under `lambda_http`, in the local system and in a test.
    pub fn router(self, name: &str, serve: Serve, env: &Env, ids: Ids) -> Router {
        let environment = env.raw("ENVIRONMENT").unwrap_or("development");
        let routes = match serve {
            Serve::Api => {
                let (api, mut described) = self.api.split_for_parts();
                let (stream, streams) = self.stream.split_for_parts();
                described.merge(streams);
                TimeLimit::Api
                    .apply(api)
                    .merge(TimeLimit::Stream.apply(stream))
                    .merge(public_docs(name, described))
            }
            Serve::Push => TimeLimit::Push.apply(self.push.router),
        };
        let routes = routes.merge(self.probes.router(environment));
        layered(routes, ids, Proxies::from_env(env), telemetry::is_production(env))
    }
}

/// Runs a function until SIGTERM or Ctrl-C. `PORT` says where, `SERVE` which half: `push`, or `api` where it
/// is not set; under AWS Lambda the same router answers Lambda's events.
///
/// # Errors
/// When the configuration is wrong or the port is taken.
pub fn run(name: &'static str, build: fn(&Env) -> Option<Service>) -> anyhow::Result<()> {
    let env = Env::from_process();
    telemetry::start(&env);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let port = env.or("PORT", 8080);
        if env.raw("AWS_LAMBDA_RUNTIME_API").is_some() {
            let (service, serve) = configured(&env, build)?;
            let router = service.router(name, serve, &env, Ids::system());
            return lambda_http::run(router).await.map_err(|error| anyhow::anyhow!(error));
        }
        let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("cannot bind {address}"))?;
        let (service, serve) = configured(&env, build)?;
        let router = service.router(name, serve, &env, Ids::system());
        tracing::info!(name, %address, ?serve, "serving");
        serve_until(listener, router, stop_signal()).await
    })
}

/// The function and the half of it to serve, or one error that names every problem of its variables and of
/// those that all functions have.
fn configured(env: &Env, build: fn(&Env) -> Option<Service>) -> anyhow::Result<(Service, Serve)> {
    let serve = env.or("SERVE", Serve::Api);
    let service = build(env);
    Proxies::from_env(env);
    Ok((env.check(service)?, serve))
}

/// Serves until `stop` resolves, then lets open requests finish for a while.
pub async fn serve_until(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (told, mut stopping) = tokio::sync::watch::channel(false);
    let stop = async move {
        stop.await;
        let _ = told.send(true);
    };
    let peers = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, peers).with_graceful_shutdown(stop);
    tokio::select! {
        done = server.into_future() => Ok(done?),
        () = async {
            let _ = stopping.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(STOP_LIMIT).await;
        } => {
            tracing::warn!("stopped with requests still open");
            Ok(())
        }
    }
}

/// Resolves on SIGTERM or Ctrl-C.
pub async fn stop_signal() {
    let mut terminate = signal(SignalKind::terminate()).expect("signal handlers can be installed");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(variables: &[(&str, &str)]) -> anyhow::Result<(Service, Serve)> {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let env = Env::from_map(variables.collect());
        configured(&env, |_| Some(Service::default()))
    }

    fn refusal(variables: &[(&str, &str)]) -> Option<String> {
        start(variables).err().map(|error| error.to_string())
    }

    #[test]
    fn a_half_that_nobody_knows_is_never_the_public_one() {
        let half = |word| start(&[("SERVE", word)]).ok().map(|(_, serve)| serve);
        assert_eq!(half("push"), Some(Serve::Push));
        assert_eq!(half("api"), Some(Serve::Api));
        assert_eq!(half(""), Some(Serve::Api), "an empty one counts as absent");
        for word in ["pusch", "Push", "worker"] {
            let why = refusal(&[("SERVE", word), ("TRUSTED_PROXIES", "two")]).unwrap();
            assert!(why.contains("SERVE is malformed: must be api or push"), "{why}");
            assert!(why.contains("TRUSTED_PROXIES"), "all problems are told together: {why}");
        }
    }

    #[test]
    fn where_it_is_served_to_everybody_the_proxies_have_to_be_named() {
        for environment in ["production", "staging"] {
            let why = refusal(&[("ENVIRONMENT", environment)]).unwrap();
            assert!(why.contains("TRUSTED_PROXIES is not set"), "{why}");
            for said in ["0", "2"] {
                let said = [("ENVIRONMENT", environment), ("TRUSTED_PROXIES", said)];
                assert_eq!(refusal(&said), None);
            }
        }
        assert_eq!(refusal(&[]), None, "a machine of one's own has none");
    }

    #[test]
    fn a_number_of_proxies_that_is_none_is_told() {
        let why = refusal(&[("TRUSTED_PROXIES", "two")]).unwrap();

        assert!(why.contains("TRUSTED_PROXIES is malformed"), "{why}");
    }
}
