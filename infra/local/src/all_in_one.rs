//! The program with every function in it: built where one can watch, started on top of the services.
//!
//! It is another program than this one so that `cargo local` itself answers within seconds.

use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::checks::Cargo;
use crate::interrupt::Interrupt;
use crate::process::with_death_signal;
use crate::services::Services;

/// Its name as a package and as a file.
const NAME: &str = "all-in-one";
/// How long it may take to let open requests finish; a stopped worker ends within its model call.
const PATIENCE: Duration = Duration::from_secs(60);

/// Builds it as this program was built, and says where it lies: beside this program.
pub(crate) async fn build(cargo: &Cargo) -> Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name(NAME);
    if !program.exists() {
        eprintln!("building the system: about 5 minutes on two cores, the first time only");
    }
    let release: &[&str] = if cfg!(debug_assertions) { &[] } else { &["--release"] };
    cargo.run(&[&["build", "--package", NAME], release].concat(), &[]).await?;
    Ok(program)
}

/// Runs it with these arguments until it ends, or this program is interrupted, or a service ends.
///
/// # Errors
/// When it fails, or a service that it needs ends by itself.
pub(crate) async fn run(
    program: PathBuf,
    arguments: Vec<OsString>,
    services: &mut Services,
    interrupt: &Interrupt,
) -> Result<()> {
    let mut running = start(program, arguments, services)?;
    let ended = tokio::select! {
        ended = running.wait() => ended.context("cannot wait for the system")?,
        // Ctrl-C in a terminal reaches both, any other signal only this program.
        _ = interrupt.received() => stop(&mut running).await?,
        service = services.failed() => {
            stop(&mut running).await?;
            let logs = services.layout().logs();
            bail!("{service} has ended by itself: see its log in {}", logs.display())
        }
    };
    ensure!(ended.success(), "the system ended with {ended}");
    Ok(())
}

/// Serves the system while `work` is done with its address.
///
/// # Errors
/// When it does not start, ends by itself, or `work` fails.
pub(crate) async fn while_up<W>(
    program: PathBuf,
    services: &Services,
    work: impl FnOnce(String) -> W,
) -> Result<()>
where
    W: Future<Output = Result<()>>,
{
    let port = services.http_port()?;
    let arguments = ["up", "--port", &port.to_string()].map(OsString::from).into();
    let mut running = start(program, arguments, services)?;
    let done = tokio::select! {
        done = async { answers(port).await?; work(format!("http://127.0.0.1:{port}")).await } => done,
        ended = running.wait() => bail!("the system ended with {}", ended?),
    };
    stop(&mut running).await?;
    done
}

/// Waits until somebody listens there.
async fn answers(port: u16) -> Result<()> {
    let listening = async {
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(PATIENCE, listening).await.context("the system does not answer")
}

fn start(program: PathBuf, arguments: Vec<OsString>, services: &Services) -> Result<Child> {
    let mut command = std::process::Command::new(program);
    command.args(arguments);
    let mut command = Command::from(with_death_signal(&command, Signal::TERM));
    command.envs(services.environment());
    command.env("SIGHT_STATE", &services.layout().state);
    command.env("SIGHT_HTTP_PORT", services.http_port()?.to_string());
    if let Some(console) = console(&services.layout().checkout) {
        command.env("WEB_ROOT", console);
    }
    command.stdin(Stdio::null()).kill_on_drop(true).spawn().context("cannot start the system")
}

/// The built console, which the system then serves.
pub(crate) fn console(checkout: &Path) -> Option<PathBuf> {
    let built = checkout.join("functions/web/ui/dist");
    built.join("index.html").is_file().then_some(built)
}

async fn stop(running: &mut Child) -> Result<ExitStatus> {
    if let Some(pid) = running.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
        // it may have ended by itself at this very moment
        let _ = kill_process(pid, Signal::TERM);
    }
    let ended = timeout(PATIENCE, running.wait()).await;
    Ok(ended.context("the system did not stop")??)
}
