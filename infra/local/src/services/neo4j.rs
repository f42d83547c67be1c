//! A private Neo4j Community: jars from Maven Central, shared by a user's checkouts; data of its own.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::program::Program;
use super::redis::write_secret;
use crate::environment::Environment;
use crate::layout::Layout;
use crate::process::Manners;

/// The version that `infra/local/neo4j/pom.xml` names.
pub(crate) const VERSION: &str = "5.26.12";
pub(crate) const USER: &str = "neo4j";

const FOLDERS: [&str; 8] =
    ["conf", "data", "data/dbms", "logs", "run", "plugins", "import", "licenses"];

#[derive(Debug)]
pub(crate) struct Neo4j {
    pub(crate) java: PathBuf,
    pub(crate) jars: PathBuf,
    pub(crate) home: PathBuf,
    /// The password of [`USER`].
    pub(crate) password: String,
}

impl Program for Neo4j {
    const KEY: &'static str = "neo4j";
    const TITLE: &'static str = "Neo4j";
    const PLACE: u16 = 2;
    const MANNERS: Manners = Manners { signal: Signal::TERM, patience: Duration::from_secs(20) };
    const PATIENCE: Duration = Duration::from_secs(120);

    fn command(&self, port: u16) -> Result<Command> {
        for folder in FOLDERS {
            fs::create_dir_all(self.home.join(folder))?;
        }
        write_secret(&self.home.join("conf/neo4j.conf"), &settings(port))?;
        if !self.home.join("data/databases").exists() {
            // random already, and used once: its own hash is salt enough
            let line = first_user(&self.password, &Sha256::digest(&self.password));
            write_secret(&self.home.join("data/dbms/auth.ini"), &line)?;
        }
        let mut command = Command::new(&self.java);
        command.arg("-cp").arg(self.jars.join("*")).args(["-Xmx512m", "-XX:+UseSerialGC"]);
        command.arg("-XX:TieredStopAtLevel=1");
        for package in ["java.nio", "java.io", "sun.nio.ch"] {
            command.arg(format!("--add-opens=java.base/{package}=ALL-UNNAMED"));
        }
        command.arg("org.neo4j.server.CommunityEntryPoint");
        command.arg(format!("--home-dir={}", self.home.display()));
        command.arg(format!("--config-dir={}", self.home.join("conf").display()));
        command.current_dir(&self.home);
        Ok(command)
    }

    async fn is_ready(&self, port: u16) -> bool {
        let answer = timeout(Duration::from_millis(500), shake_hands(port)).await;
        answer.is_ok_and(|version| version.is_ok_and(|version| version != [0; 4]))
    }
}

/// The folder of jars, if an earlier start has fetched them.
pub(crate) fn jars(environment: &Environment, layout: &Layout) -> Option<PathBuf> {
    Some(jars_folder(environment, layout)).filter(|folder| folder.is_dir())
}

/// Fetches the jars with Maven and puts them in place whole, so that two checkouts may do it at once.
///
/// # Errors
/// When Maven fails, with its last words.
pub(crate) async fn fetch(
    maven: &Path,
    environment: &Environment,
    layout: &Layout,
) -> Result<PathBuf> {
    let place = jars_folder(environment, layout);
    let cache = place.parent().expect("the jars lie in a cache");
    fs::create_dir_all(cache).with_context(|| format!("cannot make {}", cache.display()))?;
    let draft = cache.join(format!("draft-neo4j-{VERSION}-{}", std::process::id()));
    sweep_drafts(cache);
    let output = tokio::process::Command::new(maven)
        .args(["--batch-mode", "--quiet", "--file"])
        .arg(layout.checkout.join("infra/local/neo4j/pom.xml"))
        .arg("dependency:copy-dependencies")
        .arg(format!("-DoutputDirectory={}", draft.display()))
        .stdin(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .output()
        .await
        .context("cannot run Maven")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout);
        let reason =
            said.lines().find(|line| line.contains("[ERROR]")).unwrap_or("no reason given");
        bail!("Maven could not fetch Neo4j's jars: {reason}");
    }
    put_in_place(&draft, &place)?;
    Ok(place)
}

fn put_in_place(draft: &Path, place: &Path) -> Result<()> {
    let server = draft.join(format!("neo4j-{VERSION}.jar"));
    ensure!(server.is_file(), "Maven gave no neo4j-{VERSION}.jar");
    if fs::rename(draft, place).is_err() {
        fs::remove_dir_all(draft)?;
        ensure!(place.is_dir(), "cannot put Neo4j's jars into {}", place.display());
    }
    Ok(())
}

/// Removes drafts whose maker, named by the last part, is gone.
fn sweep_drafts(cache: &Path) {
    let entries = fs::read_dir(cache).into_iter().flatten().filter_map(Result::ok);
    for draft in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("draft-")) {
        let name = draft.file_name();
        let maker = name.to_string_lossy().rsplit('-').next().map(|pid| format!("/proc/{pid}"));
        if maker.is_some_and(|maker| !Path::new(&maker).exists()) {
            // a draft that stays costs only space
            let _ = fs::remove_dir_all(draft.path());
        }
    }
}

fn jars_folder(environment: &Environment, layout: &Layout) -> PathBuf {
    let cache = environment.cache().unwrap_or_else(|| layout.state.join("cache"));
    cache.join(format!("neo4j-{VERSION}"))
}

/// Settings: Bolt on loopback and nothing else, small enough to stand beside the rest.
///
/// The quiet period would make each of Bolt's two listeners wait 5 s at every stop, after the data
/// is safe.
fn settings(port: u16) -> String {
    format!(
        "server.default_listen_address=127.0.0.1\n\
         server.bolt.enabled=true\n\
         server.bolt.listen_address=127.0.0.1:{port}\n\
         server.bolt.advertised_address=127.0.0.1:{port}\n\
         server.http.enabled=false\n\
         server.https.enabled=false\n\
         server.memory.pagecache.size=64m\n\
         db.tx_log.preallocate=false\n\
         dbms.usage_report.enabled=false\n\
         internal.dbms.bolt.netty_server_shutdown_quiet_period=0\n"
    )
}

/// The line of `auth.ini` that gives Neo4j its first password, as `neo4j-admin dbms
/// set-initial-password` of 5.26 writes it: SHA-256 of salt and password, hashed 1,024 times.
fn first_user(password: &str, salt: &[u8]) -> String {
    const ITERATIONS: usize = 1_024;
    let first = Sha256::digest([salt, password.as_bytes()].concat());
    let digest = (1..ITERATIONS).fold(first, |digest, _| Sha256::digest(digest));
    format!("{USER}:SHA-256,{},{},{ITERATIONS}:\n", hex(&digest), hex(salt))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Offers Bolt 4.4 and gives the version that the server chose; zeros mean none.
///
/// Source: <https://neo4j.com/docs/bolt/current/bolt/handshake/>.
async fn shake_hands(port: u16) -> std::io::Result<[u8; 4]> {
    const OFFER: [u8; 20] =
        [0x60, 0x60, 0xb0, 0x17, 0, 0, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.write_all(&OFFER).await?;
    let mut chosen = [0; 4];
    stream.read_exact(&mut chosen).await?;
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_user_is_written_as_neo4j_admin_writes_it() {
        let salt: Vec<u8> = (0..4).map(|n| 0x10 * n).collect();
        let line = first_user("abcdefgh12", &salt);
        assert!(line.starts_with("neo4j:SHA-256,"), "{line}");
        assert!(line.ends_with(",00102030,1024:\n"), "{line}");
    }

    #[test]
    fn the_hash_is_the_one_that_neo4j_admin_gave_for_this_password_and_salt() {
        let salt = [
            0x0a, 0xf9, 0x52, 0x80, 0xd0, 0x0b, 0x3b, 0x41, 0x8e, 0x5f, 0xbe, 0x63, 0x16, 0x00,
            0xa5, 0xc0, 0xcc, 0x9d, 0xd0, 0x5d, 0xf9, 0x4d, 0x60, 0x08, 0xdc, 0x86, 0x64, 0x83,
            0xdb, 0x3a, 0xea, 0x0d,
        ];
        let line = first_user("abcdefgh12", &salt);
        let digest = "0ec8e5f54ae594ee09f6cfec39fd496b23bb573ba9df0b1420cafa1e67322e1d";
        assert!(line.contains(digest), "{line}");
    }

    #[test]
    fn the_version_is_that_of_the_pom() {
        let pom = include_str!("../../neo4j/pom.xml");
        assert!(pom.contains(&format!("<neo4j.version>{VERSION}</neo4j.version>")));
    }

    #[test]
    fn nothing_but_bolt_listens() {
        let settings = settings(24_312);
        assert!(settings.contains("server.bolt.listen_address=127.0.0.1:24312\n"));
        assert!(settings.contains("server.http.enabled=false\n"));
    }
}
