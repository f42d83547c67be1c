//! A private PostgreSQL: its own cluster, loopback only, under a user that is not root.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use tokio::io::AsyncWriteExt;

use super::program::Program;
use super::redis::write_secret;
use crate::layout::{Flavour, Layout};
use crate::machine;
use crate::process::{Identity, Manners, working_in};

/// The superuser of the cluster.
pub(crate) const USER: &str = "sight";
/// The database that `up` works in.
pub(crate) const DATABASE: &str = "sight";

/// What it takes to start PostgreSQL.
#[derive(Debug)]
pub(crate) struct Postgres {
    bin: PathBuf,
    layout: Layout,
    password: String,
}

impl Program for Postgres {
    const KEY: &'static str = "postgres";
    const TITLE: &'static str = "PostgreSQL";
    const PLACE: u16 = 0;
    // SIGINT is the "fast" shutdown: open sessions are ended, data is safe
    const MANNERS: Manners = Manners { signal: Signal::INT, patience: Duration::from_secs(20) };
    const PATIENCE: Duration = Duration::from_secs(120);

    fn command(&self, port: u16) -> Result<Command> {
        let mut command = Command::new(self.bin.join("postgres"));
        command.arg("-D").arg(self.data()).args(["-p", &port.to_string()]).current_dir("/");
        for setting in settings(self.layout.flavour) {
            command.args(["-c", setting]);
        }
        Ok(command)
    }

    /// The last line of `postmaster.pid` says so, as pg_ctl reads it.
    async fn is_ready(&self, _port: u16) -> bool {
        fs::read_to_string(self.data().join("postmaster.pid"))
            .is_ok_and(|text| text.lines().nth(7).is_some_and(|status| status.trim() == "ready"))
    }
}

impl Postgres {
    /// Chooses the server that fits the cluster: its own version, or the newest for a new one.
    pub(crate) fn new(
        found: &[machine::Postgres],
        layout: &Layout,
        password: &str,
    ) -> Result<Self> {
        let version = fs::read_to_string(layout.postgres().join("data/PG_VERSION")).ok();
        let bin = match version {
            None => found.first().context("PostgreSQL is not installed")?.bin.clone(),
            Some(version) => {
                let major = version.trim();
                let same = found.iter().find(|postgres| postgres.major.to_string() == major);
                let advice = "install it, or start anew with `cargo local reset`";
                same.with_context(|| format!("the data needs PostgreSQL {major}: {advice}"))?
                    .bin
                    .clone()
            }
        };
        Ok(Self { bin, layout: layout.clone(), password: password.to_owned() })
    }

    /// Makes the cluster if there is none, and removes what a crash left in the way.
    pub(crate) async fn prepare(&self) -> Result<()> {
        if self.data().join("PG_VERSION").exists() {
            return clear_the_way(&self.data()).await;
        }
        let home = self.layout.postgres();
        fs::create_dir_all(&home)?;
        fs::set_permissions(&home, Permissions::from_mode(0o700))?;
        self.give(&home)?;
        let password_file = home.join("password");
        write_secret(&password_file, &self.password)?;
        self.give(&password_file)?;
        let made = self.initdb(&password_file).await;
        fs::remove_file(&password_file)?;
        made
    }

    /// Makes the working database; one that is there stays as it is.
    pub(crate) async fn create_database(&self, port: u16) -> Result<()> {
        let mut command = self.tool("createdb");
        command.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", USER, DATABASE]);
        command.env("PGPASSWORD", &self.password);
        let output = command.output().await.context("cannot run createdb")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success() || said.contains("already exists"), "createdb: {said}");
        Ok(())
    }

    /// Runs a script in a database of this server; the first error ends it. The script comes by its standard
    /// input, because PostgreSQL's account may not be able to read the checkout.
    pub(crate) async fn psql(&self, port: u16, database: &str, script: &str) -> Result<()> {
        let mut command = self.tool("psql");
        command.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", USER, "-d", database]);
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"]);
        command.env("PGPASSWORD", &self.password);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut psql = command.spawn().context("cannot run psql")?;
        let mut input = psql.stdin.take().expect("stdin is piped");
        // a script that fails early is not read to its end: what psql says about it counts
        let _ = input.write_all(script.as_bytes()).await;
        drop(input);
        let output = psql.wait_with_output().await?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "psql: {}", said.trim());
        Ok(())
    }

    /// Made beside its place and then renamed: a crash in between leaves no half cluster there.
    async fn initdb(&self, password_file: &Path) -> Result<()> {
        let draft = self.layout.postgres().join("data.draft");
        if draft.exists() {
            fs::remove_dir_all(&draft)?;
        }
        let mut command = self.tool("initdb");
        command.args(["--username", USER, "--encoding=UTF8", "--locale=C.UTF-8"]);
        command.args(["--auth=scram-sha-256", "--data-checksums"]);
        command.arg(format!("--pwfile={}", password_file.display()));
        if self.layout.flavour == Flavour::Test {
            command.arg("--no-sync");
        }
        let output = command.arg("-D").arg(&draft).output().await.context("cannot run initdb")?;
        if !output.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        fs::rename(&draft, self.data())?;
        Ok(())
    }

    fn tool(&self, name: &str) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(self.bin.join(name));
        if let Some(account) = &self.layout.postgres_account {
            command.uid(account.uid).gid(account.gid);
        }
        command.stdin(Stdio::null()).current_dir("/").process_group(0).kill_on_drop(true);
        command
    }

    fn give(&self, path: &Path) -> Result<()> {
        let Some(account) = &self.layout.postgres_account else { return Ok(()) };
        chown(path, Some(account.uid), Some(account.gid))
            .with_context(|| format!("cannot give {} to {}", path.display(), account.name))
    }

    fn data(&self) -> PathBuf {
        self.layout.postgres().join("data")
    }
}

/// Settings of the server. Without sync a crash of the machine may damage the data: tests only.
fn settings(flavour: Flavour) -> Vec<&'static str> {
    let mut settings = vec![
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "cluster_name=sight",
        "timezone=UTC",
        "log_timezone=UTC",
        "max_connections=200",
    ];
    if flavour == Flavour::Test {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
    }
    settings
}

/// Ends a server that a crash left on this cluster, waits for its sessions, and removes a
/// `postmaster.pid` whose number belongs to a stranger or a zombie: PostgreSQL would take either for
/// a server. The file of a number that is free stays: PostgreSQL checks by it, and removes it itself.
async fn clear_the_way(data: &Path) -> Result<()> {
    let file = data.join("postmaster.pid");
    let pid = fs::read_to_string(&file).ok().and_then(|text| text.lines().next()?.parse().ok());
    if let Some(server) = pid.filter(|pid| serves(*pid, data)).and_then(Identity::of) {
        server.stop(&Postgres::MANNERS);
    }
    wait_for_sessions(data).await?;
    if pid.is_some_and(|pid| Path::new(&format!("/proc/{pid}")).exists()) && file.exists() {
        fs::remove_file(&file)?;
    }
    Ok(())
}

async fn wait_for_sessions(data: &Path) -> Result<()> {
    for _ in 0..200 {
        if working_in(data, "postgres").is_empty() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("sessions of a crashed PostgreSQL still hold {}", data.display())
}

/// True when the process is a postgres that was started on this cluster.
fn serves(pid: i32, data: &Path) -> bool {
    let Ok(command) = fs::read(format!("/proc/{pid}/cmdline")) else { return false };
    let words: Vec<&[u8]> = command.split(|byte| *byte == 0).collect();
    is_postgres_on(&words, data)
}

fn is_postgres_on(words: &[&[u8]], data: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    let is_postgres = words.first().is_some_and(|program| program.ends_with(b"postgres"));
    is_postgres && words.contains(&data.as_os_str().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_run_without_sync() {
        assert!(settings(Flavour::Test).contains(&"fsync=off"));
        assert!(!settings(Flavour::Up).contains(&"fsync=off"));
    }

    #[test]
    fn a_server_is_known_by_its_program_and_its_cluster() {
        let data = Path::new("/srv/data");
        let table: [(&[&[u8]], bool); 4] = [
            (&[b"/usr/lib/postgresql/15/bin/postgres", b"-D", b"/srv/data"], true),
            (&[b"/usr/lib/postgresql/15/bin/postgres", b"-D", b"/srv/data2"], false),
            (&[b"/usr/bin/vim", b"/srv/data"], false),
            (&[], false),
        ];
        for (words, expected) in table {
            assert_eq!(is_postgres_on(words, data), expected, "{words:?}");
        }
    }

    #[tokio::test]
    async fn a_pid_file_that_names_a_stranger_is_removed_and_that_of_a_dead_server_stays() {
        let data = std::env::temp_dir().join(format!("sight-pid-{}", std::process::id()));
        fs::create_dir_all(&data).unwrap();
        let file = data.join("postmaster.pid");
        for (pid, stays) in [(std::process::id().to_string(), false), (i32::MAX.to_string(), true)]
        {
            fs::write(&file, format!("{pid}\n/srv/data\n")).unwrap();
            clear_the_way(&data).await.unwrap();
            assert_eq!(file.exists(), stays, "{pid}");
        }
        fs::remove_dir_all(data).unwrap();
    }
}
