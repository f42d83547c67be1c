//! What the three services have in common: a command, a sign of life, manners.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::layout::Layout;
use crate::port;
use crate::process::{Manners, Process, last_words};
use crate::state::StateFile;

const POLL: Duration = Duration::from_millis(25);
const ATTEMPTS: usize = 3;

/// A server that can be started on a port and asked whether it serves.
pub(crate) trait Program {
    /// Its key in files: lower case.
    const KEY: &'static str;
    /// Its name to people.
    const TITLE: &'static str;
    /// Which of the checkout's ports it prefers.
    const PLACE: u16;
    /// How it stops.
    const MANNERS: Manners;
    /// How long its start may take, recovery after a crash included.
    const PATIENCE: Duration;

    /// Prepares its files for this port and gives the command.
    fn command(&self, port: u16) -> Result<Command>;

    /// Tells whether it serves on this port by now.
    async fn is_ready(&self, port: u16) -> bool;
}

/// A server that runs and has answered.
#[derive(Debug)]
pub(crate) struct Running {
    /// [`Program::TITLE`].
    pub(crate) title: &'static str,
    /// Where it listens on loopback.
    pub(crate) port: u16,
    /// How long it took from the command to the first answer.
    pub(crate) took: Duration,
    /// The process; dropped, it stops.
    pub(crate) process: Process,
}

/// Starts a program on its remembered port, or on another one where that is taken.
pub(crate) async fn launch<P: Program>(
    program: &P,
    layout: &Layout,
    state: &StateFile,
) -> Result<Running> {
    for _ in 1..ATTEMPTS {
        let port = choose_port(P::KEY, layout.preferred_port(P::PLACE), state)?;
        match attempt(program, port, layout, state).await {
            // somebody took the port between the choice and the start
            Err(_) if !port::is_free(port) => {}
            outcome => return outcome,
        }
    }
    let port = choose_port(P::KEY, layout.preferred_port(P::PLACE), state)?;
    attempt(program, port, layout, state).await
}

/// The remembered port if it is free, else another; remembered from now on.
pub(crate) fn choose_port(key: &str, preferred: u16, state: &StateFile) -> Result<u16> {
    let remembered = state.read().ports.get(key).copied();
    let port = port::choose(remembered.unwrap_or(preferred), port::is_free)
        .with_context(|| format!("no free port for {key}: 100 were tried"))?;
    state.change(|state| state.ports.insert(key.to_owned(), port))?;
    Ok(port)
}

async fn attempt<P: Program>(
    program: &P,
    port: u16,
    layout: &Layout,
    state: &StateFile,
) -> Result<Running> {
    let command = program.command(port)?;
    let log = layout.logs().join(format!("{}.log", P::KEY));
    let account = layout.postgres_account.as_ref().filter(|_| P::KEY == "postgres");
    let begun = Instant::now();
    let mut process = Process::start(&command, account, &log, P::MANNERS)
        .with_context(|| format!("{} did not start", P::TITLE))?;
    let identity = process.identity().clone();
    state.change(|state| state.processes.insert(P::KEY.to_owned(), identity))?;
    while !program.is_ready(port).await {
        let title = P::TITLE;
        if process.has_ended() {
            bail!(
                "{title} ended while starting (log: {}):\n{}",
                log.display(),
                last_words(&log, 5)
            );
        }
        if begun.elapsed() > P::PATIENCE {
            bail!("{title} did not answer within {:?} (log: {})", P::PATIENCE, log.display());
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(Running { title: P::TITLE, port, took: begun.elapsed(), process })
}
