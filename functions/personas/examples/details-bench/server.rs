//! A service under load: a process of its own, on a core of its own.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use crate::load::Answer;
use crate::study::Study;

/// Which core the services have to themselves.
const CORE: &str = "1";
/// Ticks of `/proc/PID/stat` in a second (proc(5), `USER_HZ`).
const TICKS: f64 = 100.0;

/// A running service, which ends with this.
pub(crate) struct Server {
    process: Child,
    port: u16,
    answer: Option<PathBuf>,
}

impl Server {
    /// The function itself, as it is deployed.
    pub(crate) async fn function(program: &Path, study: &Study) -> Self {
        Self::start(Command::new("taskset").args(["-c", CORE]).arg(program), study, None).await
    }

    /// The bare service, which writes this answer.
    pub(crate) async fn bare(study: &Study, answer: &Answer) -> Self {
        let path = std::env::temp_dir().join(format!("sight-answer-{}", std::process::id()));
        let mut text = String::new();
        for (name, value) in &answer.headers {
            writeln!(text, "{name}: {}", value.to_str().unwrap()).unwrap();
        }
        text.push('\n');
        std::fs::write(&path, [text.as_bytes(), &answer.body].concat()).unwrap();
        let mut command = Command::new("taskset");
        command.args(["-c", CORE]).arg(std::env::current_exe().unwrap());
        Self::start(command.arg("bare").arg(&path), study, Some(path)).await
    }

    async fn start(command: &mut Command, study: &Study, answer: Option<PathBuf>) -> Self {
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let process = command
            .envs(study.variables())
            .env("PORT", port.to_string())
            .env("LOG", "warn")
            .spawn()
            .unwrap();
        let server = Self { process, port, answer };
        for _ in 0..1_000 {
            if tokio::net::TcpStream::connect(server.address()).await.is_ok() {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the service did not start");
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Processor time that it has used, in microseconds.
    pub(crate) fn cpu_us(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        // Fields 14 and 15, utime and stime; the first behind the name is field 3.
        let ticks: f64 = fields[11..13].iter().map(|field| field.parse::<f64>().unwrap()).sum();
        ticks / TICKS * 1e6
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if let Some(answer) = &self.answer {
            let _ = std::fs::remove_file(answer);
        }
    }
}
