//! The system on top of the services: every function in one process, behind one address, with a bus
//! for Pub/Sub and a clock for Cloud Scheduler.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use local::Interrupt;
use local::options::UpOptions;
use platform::cache;
use platform::graph::{self, GraphPool};
use platform::queue::{Bus, Publisher, Verifier};
use platform::storage::Storage;
use platform::{
    Base, Clock, Env, Ids, Serve, Service, WorkerState, migrations, model, postgres, service,
    telemetry,
};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client;
use crate::functions::States;
use crate::place::Place;

/// What is done once.
const NOT_BUILT: &str = "The console is not built, so this address has the API alone. To build it, once: cargo local console";
/// What a person at a terminal wants to hear. A statement that was slow because the machine was busy is not.
const LOG: &str = "warn,sqlx::query=error";
/// As Cloud Scheduler calls `maintenance`.
const TICK: Duration = Duration::from_secs(60);

/// The running system. Stop it to let open requests finish.
pub struct System {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<()>>,
    background: Vec<JoinHandle<()>>,
}

impl System {
    /// Migrates, prepares the graph, and serves every function on one loopback address.
    ///
    /// # Errors
    /// When a migration fails, the configuration is wrong or the port is taken.
    pub async fn start(place: &Place, options: &UpOptions) -> Result<Self> {
        let port = options.port.unwrap_or(place.port);
        let env = environment(place, port)?;
        telemetry::start(&env);
        let superuser = place.database_url().parse()?;
        let applied = migrations::apply(&superuser).await.context("not migrated")?;
        if applied > 0 {
            eprintln!("{applied} migration(s) applied");
        }
        let Built { mut service, publisher, delivering } = build(&env)?;
        if options.client.is_none() && env.raw("WEB_ROOT").is_some() {
            service = service.merge(env.check(web::service(&env))?);
        }
        let background = vec![
            delivering,
            tokio::spawn(tick(maintenance(&env, publisher)?)),
            tokio::spawn(prepare_graph(env.clone())),
        ];
        let mut router = service.router("one machine", Serve::Api, &env, Ids::system());
        if let Some(folder) = &options.client {
            router = client::serve(router, folder)?;
        }
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
            .await
            .with_context(|| format!("cannot listen on port {port}"))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(service::serve_until(listener, router, async {
            // A dropped sender stops the server as well.
            let _ = stopped.await;
        }));
        Ok(Self { address, stop, server, background })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets open requests finish and ends what runs beside them.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        if let Ok(Err(error)) = self.server.await {
            eprintln!("the server did not stop cleanly: {error:#}");
        }
        self.background.iter().for_each(JoinHandle::abort);
    }
}

/// The variables of the functions: those of this process, which name the services and may name a model,
/// with the checkout's own above them. Secrets are made once and kept, so that a restart signs nobody out.
fn environment(place: &Place, port: u16) -> Result<Env> {
    let mut variables = place.variables.clone();
    for (name, role) in [("DATABASE_URL", "sight_app"), ("MAINTENANCE_URL", "sight_maintenance")] {
        variables.insert(name.to_owned(), as_role(place, role));
    }
    for (name, file) in [("SECRET_KEY", "secret-key"), ("BUS_KEY", "bus-key")] {
        variables.insert(name.to_owned(), place.kept_secret(file)?);
    }
    let folder = |name: &str| place.state.join(name).display().to_string();
    variables.insert("STORAGE_FOLDER".to_owned(), folder("files"));
    if !variables.contains_key("SMTP_URL") {
        variables.insert("MAIL_FOLDER".to_owned(), folder("emails"));
    }
    let own = [
        ("MAIL_FROM", "Sight <sight@localhost>".to_owned()),
        ("PUBLIC_URL", format!("http://127.0.0.1:{port}")),
    ];
    for (name, value) in own {
        variables.entry(name.to_owned()).or_insert(value);
    }
    variables.entry("LOG".to_owned()).or_insert_with(|| LOG.to_owned());
    own_models_are_free(&mut variables);
    // Its one user pays nobody: a demo may be run again and again.
    variables.entry("LIMIT_FACTOR".to_owned()).or_insert_with(|| "100".to_owned());
    Ok(Env::from_map(variables))
}

/// A model on this machine costs nothing, unless somebody says what it does. Without a price, whoever has an
/// allowance is refused, and here everybody has one.
fn own_models_are_free(variables: &mut BTreeMap<String, String>) {
    for (address, prices) in [
        ("MODEL_BASE_URL", &["MODEL_PRICE_INPUT", "MODEL_PRICE_OUTPUT"][..]),
        ("EMBEDDING_BASE_URL", &["EMBEDDING_PRICE"][..]),
    ] {
        let is_here = variables.get(address).is_some_and(|url| is_loopback(url));
        if is_here && prices.iter().all(|price| !variables.contains_key(*price)) {
            for price in prices {
                variables.insert((*price).to_owned(), "0".to_owned());
            }
        }
    }
}

fn is_loopback(url: &str) -> bool {
    let url: Option<reqwest::Url> = url.parse().ok();
    let host = url.as_ref().and_then(reqwest::Url::host_str).unwrap_or_default();
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

fn as_role(place: &Place, role: &str) -> String {
    format!("{}?options=-c%20role%3D{role}", place.database_url())
}

/// The functions in one process, and what connects them.
struct Built {
    service: Service,
    publisher: Publisher,
    delivering: JoinHandle<()>,
}

/// Every function as one service, and the bus that calls their workers.
fn build(env: &Env) -> Result<Built> {
    let clock = Clock::system();
    let bus_key = env.raw("BUS_KEY").unwrap_or_default();
    let verifier = Verifier::local(bus_key.as_bytes(), clock);
    let (bus, deliveries) = Bus::new();
    let publisher = Publisher::bus(bus);
    let base = Base::from_env(env);
    let model = model::Config::from_env(env);
    let queue = (publisher.clone(), verifier.clone());
    let worker = base.zip(model);
    let worker = worker.and_then(|(base, model)| WorkerState::new(env, base, queue, model));
    let cache = worker.as_ref().and_then(|worker| worker.base.cache.clone());
    let states = worker.and_then(|worker| States::from_env(env, worker));
    let mut service = env.check(states)?.together();
    service.probes.extend([cache::probe(cache.as_ref())]);
    service.probes.extend([graph::probe(GraphPool::from_env(env).as_ref())]);
    let push = Service { push: std::mem::take(&mut service.push), ..Service::default() };
    let workers = push.router("workers", Serve::Push, env, Ids::system());
    let delivering = tokio::spawn(deliveries.run(workers, verifier));
    Ok(Built { service, publisher, delivering })
}

/// Does what Cloud Scheduler does: every minute, as the role that may.
async fn tick(state: maintenance::State) {
    let clock = Clock::system();
    loop {
        maintenance::tick(&state, &clock).await;
        tokio::time::sleep(TICK).await;
    }
}

fn maintenance(env: &Env, publisher: Publisher) -> Result<maintenance::State> {
    let (options, storage) = (env.required("MAINTENANCE_URL"), Storage::from_env(env));
    let (options, storage) = env.check(options.zip(storage))?;
    let pool = postgres::pool_options().max_connections(2).connect_lazy_with(options);
    Ok(maintenance::State { pool, publisher, storage, graph: GraphPool::from_env(env) })
}

/// Prepares the graph beside everything else: without it the system works, and `/startup` says so.
async fn prepare_graph(env: Env) {
    if let Err(error) = neo4j_init::work(&env).await {
        eprintln!("the graph is not ready: {error:#}");
    }
}

/// Serves until the person or the machine ends it.
pub async fn serve(place: &Place, options: &UpOptions, interrupt: &Interrupt) -> Result<()> {
    let system = System::start(place, options).await?;
    eprintln!("\nSight is at {}  (API: /docs, health: /startup)", system.url());
    if options.client.is_none() && !place.has_console() {
        eprintln!("{NOT_BUILT}");
    }
    if !place.variables.contains_key("SMTP_URL") {
        eprintln!("E-mails are not sent: they lie in {}", place.state.join("emails").display());
    }
    eprintln!("Ctrl-C stops it and everything that it started.");
    let signal = interrupt.received().await;
    eprintln!("\n{signal}: stopping");
    system.stop().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priced(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut variables = pairs.collect();
        own_models_are_free(&mut variables);
        variables
    }

    #[test]
    fn a_model_on_this_machine_is_free_and_no_other_is() {
        for (url, is_free) in [
            ("http://127.0.0.1:8080/v1", true),
            ("http://localhost:11434/v1", true),
            ("http://[::1]:8080/v1", true),
            ("https://localhost.example.com/v1", false),
            ("http://192.168.1.7:8080/v1", false),
            ("not an address", false),
        ] {
            let variables = priced(&[("MODEL_BASE_URL", url)]);
            assert_eq!(variables.contains_key("MODEL_PRICE_INPUT"), is_free, "{url}");
        }
        let url = ("EMBEDDING_BASE_URL", "http://127.0.0.1:8081/v1");
        assert_eq!(priced(&[url])["EMBEDDING_PRICE"], "0");
        assert_eq!(priced(&[url, ("EMBEDDING_PRICE", "7")])["EMBEDDING_PRICE"], "7");
    }
}
