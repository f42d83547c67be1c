//! The system on top of the services: every function in one process, behind one address, with a bus
//! for Pub/Sub and a clock for Cloud Scheduler.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use platform::cache::{self, Cache};
use platform::graph::{self, GraphPool};
use platform::queue::{Bus, Publisher, Verifier};
use platform::storage::Storage;
use platform::{
    Base, Clock, Env, Ids, Serve, Service, Workshop, migrations, model, postgres, secret, service,
    telemetry,
};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client;
use crate::interrupt::Interrupt;
use crate::services::Services;
use crate::wait::until_interrupted;

/// As Cloud Scheduler calls `maintenance`.
const TICK: Duration = Duration::from_secs(60);

/// What `cargo local up` may be told.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct UpOptions {
    /// Port of the system's one address (default: the checkout's own)
    #[arg(long)]
    pub port: Option<u16>,
    /// Folder of a built web client to serve beside the API
    #[arg(long, value_name = "DIR")]
    pub client: Option<PathBuf>,
}

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
    pub async fn start(services: &Services, options: &UpOptions) -> Result<Self> {
        let port = match options.port {
            Some(port) => port,
            None => services.http_port()?,
        };
        let env = environment(services, port)?;
        telemetry::start(&env);
        let superuser = services.database_url().parse()?;
        let applied = migrations::apply(&superuser).await.context("not migrated")?;
        if applied > 0 {
            eprintln!("{applied} migration(s) applied");
        }
        let Built { service, publisher, delivering } = build(&env)?;
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

/// The variables of the functions: those of this process, which may name a model, with the services'
/// own above them. Secrets are made once and kept, so that a restart signs nobody out.
fn environment(services: &Services, port: u16) -> Result<Env> {
    let mut variables: BTreeMap<String, String> = std::env::vars().collect();
    let own = services.environment().into_iter();
    variables.extend(own.map(|(name, value)| (name.to_owned(), value)));
    variables.insert("DATABASE_URL".to_owned(), as_role(services, "sight_app"));
    variables.insert("MAINTENANCE_URL".to_owned(), as_role(services, "sight_maintenance"));
    for (name, file) in [("SECRET_KEY", "secret-key"), ("BUS_KEY", "bus-key")] {
        variables.insert(name.to_owned(), kept_secret(services, file)?);
    }
    let files = services.layout().state.join("files");
    variables.insert("STORAGE_FOLDER".to_owned(), files.display().to_string());
    if !variables.contains_key("SMTP_URL") {
        let letters = services.layout().state.join("letters");
        variables.insert("MAIL_FOLDER".to_owned(), letters.display().to_string());
    }
    let own = [
        ("MAIL_FROM", "Sight <sight@localhost>".to_owned()),
        ("PUBLIC_URL", format!("http://127.0.0.1:{port}")),
    ];
    for (name, value) in own {
        variables.entry(name.to_owned()).or_insert(value);
    }
    variables.entry("LOG".to_owned()).or_insert_with(|| "warn".to_owned());
    // Its one user pays nobody: a demo may be run again and again.
    variables.entry("LIMIT_FACTOR".to_owned()).or_insert_with(|| "100".to_owned());
    Ok(Env::from_map(variables))
}

fn as_role(services: &Services, role: &str) -> String {
    format!("{}?options=-c%20role%3D{role}", services.database_url())
}

/// A secret of this checkout, made at its first start.
pub(crate) fn kept_secret(services: &Services, file: &str) -> Result<String> {
    let path = services.layout().state.join(file);
    if let Ok(secret) = std::fs::read_to_string(&path) {
        return Ok(secret);
    }
    let secret = secret::random_token();
    crate::services::write_secret(&path, &secret)?;
    Ok(secret)
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
    let cache = Cache::connect(env);
    let base = Base::from_env(env, cache.as_ref());
    let model = model::Config::from_env(env);
    let queue = (publisher.clone(), verifier.clone());
    let shop = base
        .zip(model)
        .and_then(|(base, model)| Workshop::new(env, base, cache.as_ref(), queue, model));
    let service = shop.and_then(|shop| functions(env, shop, cache.as_ref()));
    let mut service = env.check(service)?;
    service.probes.extend([cache::probe(cache.as_ref())]);
    service.probes.extend([graph::probe(GraphPool::from_env(env).as_ref())]);
    let push = Service { push: std::mem::take(&mut service.push), ..Service::default() };
    let workers = push.router("workers", Serve::Push, env, Ids::system());
    let delivering = tokio::spawn(deliveries.run(workers, verifier));
    Ok(Built { service, publisher, delivering })
}

/// Every function, on one pool of connections.
fn functions(env: &Env, shop: Workshop, cache: Option<&Cache>) -> Option<Service> {
    let base = Base::of(&shop);
    let announcer = shop.announcer.clone();
    let ingest = rag_ingest::State::from_env(env, Some(shop.clone()), cache);
    let knowledge = knowledge::State::from_env(env, Some(shop.clone()), cache);
    let queue = (shop.publisher.clone(), shop.verifier.clone());
    let accounts = accounts::State::new(env, Some(base.clone()), Some(queue));
    let generate = persona_generate::State::from_env(env, Some(shop.clone()), cache);
    let survey_run = survey_run::State::from_env(env, Some(shop.clone()), cache);
    let api = projects::router(base.clone())
        .merge(personas::router(base.clone()))
        .merge(surveys::router(base.clone()));
    Some(
        accounts::routes(accounts?)
            .merge(runs::routes(runs::State::new(base, announcer, shop.publisher.clone())))
            .merge(rag_ingest::routes(ingest?))
            .merge(knowledge::routes(knowledge?))
            .merge(focus_group_run::routes(shop.clone()))
            .merge(focus_groups::routes(focus_groups::State {
                shop,
                graph: GraphPool::from_env(env),
            }))
            .merge(persona_generate::routes(generate?))
            .merge(survey_run::routes(survey_run?))
            .merge(Service { api, ..Service::default() }),
    )
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
///
/// # Errors
/// When the system does not start, or PostgreSQL or Redis ends by itself.
pub async fn serve(
    services: &mut Services,
    options: &UpOptions,
    interrupt: &Interrupt,
) -> Result<()> {
    let system = System::start(services, options).await?;
    eprintln!("\nSight is at {}  (API: /docs, health: /startup)", system.url());
    eprintln!("Ctrl-C stops it and everything that it started.");
    let ended = until_interrupted(services, interrupt).await;
    system.stop().await;
    ended
}
