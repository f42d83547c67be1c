//! Servers of a test's own, which it may stop, kill and change as it likes.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use local::{Environment, Flavour, Layout, Services, Wanted, services};
use platform::Env;
use platform::cache::Cache;
use platform::graph::GraphPool;
use platform::secret::random_token;
use sqlx::postgres::PgConnectOptions;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// Ends with the test, whatever becomes of it.
pub(crate) struct Redis {
    process: Child,
    port: u16,
    folder: PathBuf,
}

impl Redis {
    /// Starts one on a free port; none where the machine has no `redis-server`.
    pub(crate) async fn start() -> Option<Self> {
        let port = free_port();
        let folder =
            std::env::temp_dir().join(format!("sight-redis-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let process = spawn(port, &folder)?;
        let redis = Self { process, port, folder };
        redis.wait().await;
        Some(redis)
    }

    /// A connection to it.
    pub(crate) fn cache(&self) -> Cache {
        let url = format!("redis://127.0.0.1:{}", self.port);
        Cache::connect(&Env::from([("REDIS_URL", &url)])).expect("an address")
    }

    /// SIGKILL, as when a machine goes.
    pub(crate) async fn kill(&mut self) {
        self.process.kill().await.expect("it was running");
    }

    /// At the same address, empty, as after a restart of the machine.
    pub(crate) async fn start_again(&mut self) {
        self.process = spawn(self.port, &self.folder).expect("it started before");
        self.wait().await;
    }

    async fn wait(&self) {
        for _ in 0..500 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("redis-server did not start");
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // Nothing of it is worth a failed test.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn spawn(port: u16, folder: &Path) -> Option<Child> {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
    command.args(["--appendonly", "no", "--loglevel", "warning", "--dir"]).arg(folder);
    command.stdout(std::process::Stdio::null()).kill_on_drop(true).spawn().ok()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

/// A PostgreSQL, a Redis and, where it is wanted, a Neo4j, which keep their addresses over a restart.
pub(crate) struct Servers {
    folder: PathBuf,
    layout: Layout,
    wanted: Wanted,
    running: Option<Services>,
}

impl Servers {
    pub(crate) async fn start(neo4j: bool) -> Self {
        let folder = std::env::temp_dir().join(format!("sight-servers-{}", random_token()));
        std::fs::create_dir_all(&folder).unwrap();
        let layout = Layout::of(&folder, Flavour::Test).unwrap();
        let mut servers = Self {
            folder,
            layout,
            wanted: if neo4j { Wanted::ALL } else { Wanted::WITHOUT_NEO4J },
            running: None,
        };
        servers.start_again().await;
        servers
    }

    pub(crate) async fn start_again(&mut self) {
        let environment = Environment::from_process();
        let started = Services::start(&self.layout, &environment, self.wanted, "a test").await;
        let started = started.unwrap();
        assert_eq!(started.degraded(), None);
        self.running = Some(started);
    }

    pub(crate) async fn stop(&mut self) {
        self.running.take().expect("they run").stop().await;
    }

    fn running(&self) -> &Services {
        self.running.as_ref().expect("they run")
    }

    pub(crate) fn postgres(&self) -> PgConnectOptions {
        PgConnectOptions::from_str(&self.running().database_url()).unwrap()
    }

    pub(crate) fn cache(&self) -> Cache {
        let url = self.running().redis_url();
        Cache::connect(&Env::from([("REDIS_URL", &url)])).expect("an address")
    }

    pub(crate) fn graph(&self) -> GraphPool {
        let variables = self.running().environment().into_iter();
        let variables = variables.map(|(name, value)| (name.to_owned(), value)).collect();
        GraphPool::from_env(&Env::from_map(variables)).expect("Neo4j was wanted")
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        drop(self.running.take());
        // Nothing of them is worth a failed test.
        let _ = services::reset(&self.layout);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
