//! A Redis of a test's own, which it may kill.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use platform::Env;
use platform::cache::Cache;
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
