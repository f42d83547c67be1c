//! A private Redis: a file of settings, a password, and persistence only where data must last.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::Ipv4Addr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::program::Program;
use crate::layout::Flavour;
use crate::process::Manners;

/// What it takes to start Redis.
#[derive(Debug)]
pub(crate) struct Redis {
    /// `redis-server`.
    pub(crate) program: PathBuf,
    pub(crate) home: PathBuf,
    /// What clients must say.
    pub(crate) password: String,
    /// Whether data outlives the process.
    pub(crate) flavour: Flavour,
}

impl Program for Redis {
    const KEY: &'static str = "redis";
    const TITLE: &'static str = "Redis";
    const PLACE: u16 = 1;
    const MANNERS: Manners = Manners { signal: Signal::TERM, patience: Duration::from_secs(10) };
    const PATIENCE: Duration = Duration::from_secs(60);

    fn command(&self, port: u16) -> Result<Command> {
        fs::create_dir_all(&self.home)?;
        let settings = self.home.join("redis.conf");
        write_secret(&settings, &self.settings(port))?;
        let mut command = Command::new(&self.program);
        command.arg(settings).current_dir(&self.home);
        Ok(command)
    }

    async fn is_ready(&self, port: u16) -> bool {
        let answer = timeout(Duration::from_millis(500), self.ping(port)).await;
        answer.is_ok_and(|answer| answer.is_ok_and(|text| text.contains("+PONG")))
    }
}

impl Redis {
    fn settings(&self, port: u16) -> String {
        let appendonly = if self.flavour.is_durable() { "yes" } else { "no" };
        format!(
            "bind 127.0.0.1\n\
             port {port}\n\
             requirepass {}\n\
             dir \"{}\"\n\
             daemonize no\n\
             save \"\"\n\
             appendonly {appendonly}\n",
            self.password,
            self.home.display()
        )
    }

    async fn ping(&self, port: u16) -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.write_all(format!("AUTH {}\r\nPING\r\nQUIT\r\n", self.password).as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }
}

/// Writes a file that only its owner may read.
pub fn write_secret(path: &Path, text: &str) -> Result<()> {
    let _ = fs::remove_file(path);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_durable_services_keep_an_append_only_file() {
        for (flavour, line) in [(Flavour::Up, "appendonly yes"), (Flavour::Test, "appendonly no")] {
            let redis = Redis {
                program: "redis-server".into(),
                home: "/tmp/re dis".into(),
                password: "secret".to_owned(),
                flavour,
            };
            let settings = redis.settings(24_311);
            assert!(settings.lines().any(|text| text == line), "{settings}");
            assert!(settings.contains("dir \"/tmp/re dis\"\n"), "{settings}");
        }
    }
}
