//! The private services of a checkout: started together, stopped together.

mod embeddings;
mod neo4j;
mod postgres;
mod program;
mod redis;

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

pub use self::redis::write_secret;

use self::program::{Program, Running, choose_port, launch};
use crate::apt::{self, Missing};
use crate::environment::Environment;
use crate::layout::{Flavour, Layout};
use crate::lock::Lock;
use crate::machine::{Machine, Programs};
use crate::process::{Manners, boot_id};
use crate::state::StateFile;

/// Which of the optional services to start; PostgreSQL and Redis always are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Neo4j, which needs Java, and half a gigabyte of memory.
    pub neo4j: bool,
    /// Real embeddings; `true` when they may be fetched without asking.
    pub embeddings: Option<bool>,
}

impl Wanted {
    /// The three services.
    pub const ALL: Self = Self { neo4j: true, embeddings: None };
    /// PostgreSQL and Redis alone.
    pub const WITHOUT_NEO4J: Self = Self { neo4j: false, embeddings: None };
}

/// Packages are missing and this user may not install them.
#[derive(Debug)]
pub struct NotInstalled {
    /// The one command that helps.
    pub command: String,
}

impl fmt::Display for NotInstalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "packages are missing; this installs them:\n\n  {}\n", self.command)
    }
}

impl std::error::Error for NotInstalled {}

/// How Neo4j fares.
#[derive(Debug)]
enum Graph {
    Running(Running),
    Degraded(String),
    NotWanted,
}

/// The running services of one flavour. Dropped, they stop; [`Services::stop`] waits without
/// blocking the runtime.
#[derive(Debug)]
pub struct Services {
    // stopped in this order, the lock let go last
    embeddings: Option<Running>,
    graph: Graph,
    redis: Running,
    postgres: Running,
    layout: Layout,
    state: StateFile,
    _lock: Lock,
}

impl Services {
    /// Takes the checkout's lock, clears what a crash left, installs what is missing, starts all.
    ///
    /// Call it on the main thread (a task that `block_on` drives): when the thread that started them
    /// ends, the services end. Cancelled, it stops what it had started. `command` is what another
    /// `cargo local` is told about the holder of the lock.
    ///
    /// # Errors
    /// [`NotInstalled`] when this user must first run a command; else when the lock is held, or
    /// PostgreSQL or Redis does not start. Neo4j's failure is no error: see [`Services::degraded`].
    pub async fn start(
        layout: &Layout,
        environment: &Environment,
        wanted: Wanted,
        command: &str,
    ) -> Result<Self> {
        layout.create()?;
        let lock = Lock::take(&layout.lock_file(), command)?;
        let state = StateFile::open(&layout.state_file())?;
        stop_leftovers(&state)?;
        discard_after_reboot(layout, &state)?;
        let programs = install_missing(layout, environment, wanted).await?;
        let (postgres, redis, graph, embeddings) = tokio::join!(
            start_postgres(&programs, layout, &state),
            start_redis(&programs, layout, &state),
            start_graph(&programs, layout, environment, &state, wanted),
            start_embeddings(layout, environment, &state, wanted),
        );
        let (redis, postgres, embeddings) = (redis?, postgres?, embeddings?);
        let layout = layout.clone();
        let services = Self { embeddings, graph, redis, postgres, layout, state, _lock: lock };
        services.write_env_file()?;
        Ok(services)
    }

    /// `DATABASE_URL`: the working database of `up`; for tests the maintenance database of the
    /// superuser, from which they make their own.
    pub fn database_url(&self) -> String {
        let database = match self.layout.flavour {
            Flavour::Up | Flavour::UpWithE5 => postgres::DATABASE,
            Flavour::Test => "postgres",
        };
        let (password, port) = (self.password(), self.postgres.port);
        format!("postgres://{}:{password}@127.0.0.1:{port}/{database}", postgres::USER)
    }

    /// `REDIS_URL`.
    pub fn redis_url(&self) -> String {
        format!("redis://default:{}@127.0.0.1:{}/0", self.password(), self.redis.port)
    }

    pub(crate) async fn psql(&self, database: &str, script: &str) -> Result<()> {
        let programs = Programs::find(&Environment::from_process());
        let server = postgres::Postgres::new(&programs.postgres, &self.layout, &self.password())?;
        server.psql(self.postgres.port, database, script).await
    }

    /// Why Neo4j does not run although it was wanted, if so.
    pub fn degraded(&self) -> Option<&str> {
        match &self.graph {
            Graph::Degraded(reason) => Some(reason),
            Graph::Running(_) | Graph::NotWanted => None,
        }
    }

    /// The variables that name the services. Neo4j's are there whenever it was wanted: what uses a
    /// Neo4j that did not start must notice.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("DATABASE_URL", self.database_url()),
            ("DATABASE_URL_SYNC", self.database_url()),
            ("REDIS_URL", self.redis_url()),
        ];
        if !matches!(self.graph, Graph::NotWanted) {
            variables.push(("NEO4J_URI", self.neo4j_uri()));
            variables.push(("NEO4J_USER", neo4j::USER.to_owned()));
            variables.push(("NEO4J_PASSWORD", self.password()));
        }
        if let Some(running) = &self.embeddings {
            variables.extend(embeddings::variables(running.port));
        }
        variables
    }

    /// The checkout's port for HTTP: remembered, and another one when that is taken.
    ///
    /// # Errors
    /// When a hundred ports are all taken.
    pub fn http_port(&self) -> Result<u16> {
        choose_port("http", self.layout.preferred_port(3), &self.state)
    }

    /// Where these services lie.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// One line a service: name, address, time to its first answer.
    pub fn report(&self) -> Vec<String> {
        let mut lines = vec![line(&self.postgres), line(&self.redis)];
        match &self.graph {
            Graph::Running(running) => lines.push(line(running)),
            Graph::Degraded(reason) => lines.push(format!("Neo4j       degraded: {reason}")),
            Graph::NotWanted => {}
        }
        lines.extend(self.embeddings.iter().map(line));
        lines
    }

    /// Waits until a service that must run has ended by itself, and names it.
    pub async fn failed(&mut self) -> &'static str {
        loop {
            for running in [&mut self.postgres, &mut self.redis] {
                if running.process.has_ended() {
                    return running.title;
                }
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Stops them all and waits until they are gone.
    pub async fn stop(self) {
        let stopped = tokio::task::spawn_blocking(move || drop(self)).await;
        stopped.expect("stopping does not panic");
    }

    fn neo4j_uri(&self) -> String {
        let remembered = self.state.read().ports.get(neo4j::Neo4j::KEY).copied();
        let preferred = self.layout.preferred_port(neo4j::Neo4j::PLACE);
        format!("bolt://127.0.0.1:{}", remembered.unwrap_or(preferred))
    }

    fn password(&self) -> String {
        self.state.read().password.clone()
    }

    fn write_env_file(&self) -> Result<()> {
        let lines: String = self
            .environment()
            .iter()
            .map(|(name, value)| format!("export {name}='{value}'\n"))
            .collect();
        write_secret(&self.layout.env_file(), &lines)
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        let graph = match &self.graph {
            Graph::Running(running) => Some(running),
            Graph::Degraded(_) | Graph::NotWanted => None,
        };
        let others = graph.into_iter().chain(&self.embeddings);
        for running in [&self.postgres, &self.redis].into_iter().chain(others) {
            running.process.ask_to_stop();
        }
        // who is left is remembered in the state, by number and start time
        let _ = fs::remove_file(self.layout.env_file());
    }
}

/// Removes everything that the services of this layout keep.
///
/// # Errors
/// When they are running, or the folder cannot be removed.
pub fn reset(layout: &Layout) -> Result<()> {
    layout.create()?;
    let _lock = Lock::take(&layout.lock_file(), "reset")?;
    stop_leftovers(&StateFile::open(&layout.state_file())?)?;
    fs::remove_dir_all(&layout.state)
        .with_context(|| format!("cannot remove {}", layout.state.display()))
}

/// Whether Neo4j's jars are already in the user's cache.
pub(crate) fn neo4j_jars(environment: &Environment, layout: &Layout) -> Option<PathBuf> {
    neo4j::jars(environment, layout)
}

fn line(running: &Running) -> String {
    let seconds = running.took.as_secs_f64();
    format!("{:<11} 127.0.0.1:{:<6} ready in {seconds:.1} s", running.title, running.port)
}

/// Stops what an earlier start of this folder left running.
fn stop_leftovers(state: &StateFile) -> Result<()> {
    let processes = std::mem::take(&mut state.change(|state| state.processes.clone())?);
    for (key, process) in processes.iter().filter(|(_, process)| process.is_alive()) {
        eprintln!("stopping {key}, which an earlier start left behind");
        process.stop(&manners_of(key));
    }
    state.change(|state| state.processes.clear())
}

fn manners_of(key: &str) -> Manners {
    match key {
        postgres::Postgres::KEY => postgres::Postgres::MANNERS,
        redis::Redis::KEY => redis::Redis::MANNERS,
        embeddings::E5::KEY => embeddings::E5::MANNERS,
        _ => neo4j::Neo4j::MANNERS,
    }
}

/// Data of tests is never synced, so what another boot of the machine left cannot be trusted.
fn discard_after_reboot(layout: &Layout, state: &StateFile) -> Result<()> {
    let boot = boot_id();
    let is_stale = state.read().boot != boot;
    if is_stale && layout.flavour == Flavour::Test {
        for folder in [layout.postgres(), layout.neo4j(), layout.redis()] {
            if folder.exists() {
                fs::remove_dir_all(&folder)
                    .with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
        layout.create()?;
    }
    state.change(|state| state.boot = boot)
}

async fn install_missing(
    layout: &Layout,
    environment: &Environment,
    wanted: Wanted,
) -> Result<Programs> {
    let programs = Programs::find(environment);
    let machine = Machine::look(&layout.state);
    let jars = neo4j::jars(environment, layout).is_some();
    let missing = Missing::of(&programs, jars, machine.debian, wanted);
    if missing.all().is_empty() {
        return Ok(programs);
    }
    if !machine.is_root {
        let command = missing.command(environment.which("sudo").is_some());
        return Err(NotInstalled { command }.into());
    }
    eprintln!("installing {} …", missing.all().join(", "));
    let (owned, log) = (environment.clone(), layout.logs().join("apt.log"));
    let is_fatal = !missing.required.is_empty();
    // a blocking task is never cancelled: the program waits for it even when it is interrupted
    let installed = tokio::task::spawn_blocking(move || apt::install(&owned, &missing, &log));
    match installed.await.expect("installing does not panic") {
        Err(error) if is_fatal => Err(error),
        Err(error) => {
            eprintln!("{error:#}");
            Ok(programs)
        }
        Ok(()) => Ok(Programs::find(environment)),
    }
}

async fn start_postgres(
    programs: &Programs,
    layout: &Layout,
    state: &StateFile,
) -> Result<Running> {
    let password = state.read().password.clone();
    let postgres = postgres::Postgres::new(&programs.postgres, layout, &password)?;
    postgres.prepare().await?;
    let running = launch(&postgres, layout, state).await?;
    if layout.flavour.is_durable() {
        postgres.create_database(running.port).await?;
    }
    Ok(running)
}

async fn start_redis(programs: &Programs, layout: &Layout, state: &StateFile) -> Result<Running> {
    let program = programs.redis.clone().context("redis-server is not installed")?;
    let password = state.read().password.clone();
    let redis = redis::Redis { program, home: layout.redis(), password, flavour: layout.flavour };
    launch(&redis, layout, state).await
}

async fn start_embeddings(
    layout: &Layout,
    environment: &Environment,
    state: &StateFile,
    wanted: Wanted,
) -> Result<Option<Running>> {
    let Some(agreed) = wanted.embeddings else { return Ok(None) };
    let folder = embeddings::folder(environment, layout, agreed).await?;
    launch(&embeddings::E5 { folder }, layout, state).await.map(Some)
}

async fn start_graph(
    programs: &Programs,
    layout: &Layout,
    environment: &Environment,
    state: &StateFile,
    wanted: Wanted,
) -> Graph {
    if !wanted.neo4j {
        return Graph::NotWanted;
    }
    match start_neo4j(programs, layout, environment, state).await {
        Ok(running) => Graph::Running(running),
        Err(error) => Graph::Degraded(format!("{error:#}")),
    }
}

async fn start_neo4j(
    programs: &Programs,
    layout: &Layout,
    environment: &Environment,
    state: &StateFile,
) -> Result<Running> {
    let java = programs.java.as_ref().context("no Java 17 or 21")?.program.clone();
    let jars = match neo4j::jars(environment, layout) {
        Some(jars) => jars,
        None => {
            let maven = programs.maven.as_ref().context("no Maven to fetch Neo4j with")?;
            eprintln!("fetching Neo4j {} from Maven Central …", neo4j::VERSION);
            neo4j::fetch(maven, environment, layout).await?
        }
    };
    let password = state.read().password.clone();
    let neo4j = neo4j::Neo4j { java, jars, home: layout.neo4j(), password };
    launch(&neo4j, layout, state).await
}
