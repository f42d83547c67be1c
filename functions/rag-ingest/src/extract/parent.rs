//! The worker's end: starts the child, feeds it the file, and reads what it tells.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, anyhow};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use platform::turns::{self, Turns};
use platform::{Error, Result};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::note::{self, Note};
use super::record::{Extracted, Record, Refusal, SEPARATOR};
use super::{CHILD, FileType};

/// Linux's numbers of signals: `abort` of an allocation or a stack that ended, and their kin.
const MEMORY_SIGNALS: [i32; 4] = [4, 6, 7, 11];
/// The kernel's, when processor time is used up.
const TIME_SIGNALS: [i32; 2] = [9, 24];

/// Starts extractors, so many at a time in a process. Clones share their turns.
#[derive(Debug, Clone)]
pub struct Extractor {
    program: PathBuf,
    arguments: Vec<OsString>,
    timeouts: Timeouts,
    turns: Turns,
}

/// Whether somebody may start an extractor.
#[derive(Debug)]
pub enum Turn {
    /// Yes, until this is dropped.
    Granted(turns::TurnPermit),
    /// The others have taken too long: give the work back.
    TooLate,
}

/// What one file may cost on the clock; memory and processor time are the child's own limits.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// From the start of the child to its end.
    pub time: Duration,
    /// For a turn. A delivery lasts 590 s, and what waits longer has no time left for its other steps.
    pub wait: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { time: Duration::from_secs(120), wait: Duration::from_secs(150) }
    }
}

impl Extractor {
    /// This same program again.
    ///
    /// # Errors
    /// When it cannot say where it lies.
    pub fn of_this_program() -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("no path to this program")?;
        let (timeouts, turns) = (Timeouts::default(), Turns::new(1));
        Ok(Self { program, arguments: Vec::new(), timeouts, turns })
    }

    /// So many at once: each may take 200 MB.
    #[must_use]
    pub fn at_once(mut self, most: usize) -> Self {
        self.turns = Turns::new(most.max(1));
        self
    }

    /// Waits for a turn, which is taken before the file is read: who waits holds no file.
    pub async fn turn(&self) -> Turn {
        match tokio::time::timeout(self.timeouts.wait, self.turns.take()).await {
            Ok(turn) => Turn::Granted(turn),
            Err(_) => Turn::TooLate,
        }
    }

    /// With these arguments, which bring a test's program to [`super::work`].
    #[must_use]
    pub fn with_arguments<const N: usize>(mut self, arguments: [&str; N]) -> Self {
        self.arguments = arguments.iter().map(OsString::from).collect();
        self
    }

    /// Within these timeouts.
    #[must_use]
    pub fn within(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Reads a file. The inner result is about the file, the outer about us.
    pub async fn extract<S>(
        &self,
        file_type: FileType,
        file: S,
    ) -> Result<Result<Extracted, Refusal>>
    where
        S: Stream<Item = Result<Bytes>> + Send,
    {
        let mut child = self.start(file_type)?;
        let input = child.stdin.take().context("the child has no input")?;
        let output = child.stdout.take().context("the child has no output")?;
        let work = async {
            let (fed, told) = tokio::join!(feed(input, file), listen(output));
            let status = child.wait().await.map_err(anyhow::Error::from)?;
            fed?;
            Ok::<_, Error>((told?, status))
        };
        match tokio::time::timeout(self.timeouts.time, work).await {
            Ok(done) => done.map(|(told, status)| told.verdict(status)),
            // Dropping the child kills it.
            Err(_) => Ok(Err(Refusal::TooSlow)),
        }
    }

    fn start(&self, file_type: FileType) -> Result<Child> {
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .env(CHILD, file_type.as_str())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        child.map_err(|error| Error::Internal(anyhow!(error).context("no extractor")))
    }
}

async fn feed<S>(mut input: ChildStdin, file: S) -> Result<()>
where
    S: Stream<Item = Result<Bytes>> + Send,
{
    let mut file = std::pin::pin!(file);
    while let Some(chunk) = file.next().await {
        // A child that has died reads no more; its end says why.
        if input.write_all(&chunk?).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// What a child has told.
#[derive(Default)]
struct Told {
    extracted: Extracted,
    notes: Vec<(Note, u32)>,
    is_done: bool,
    refusal: Option<Refusal>,
}

async fn listen(output: ChildStdout) -> Result<Told> {
    let mut told = Told::default();
    let mut lines = BufReader::new(output).split(b'\n');
    while let Some(line) = lines.next_segment().await.map_err(anyhow::Error::from)? {
        // A parser may have printed without ending its line.
        let Some(at) = line.iter().position(|&byte| byte == SEPARATOR) else { continue };
        match serde_json::from_slice(&line[at + 1..]) {
            Ok(Record::Block(block)) => told.extracted.blocks.push(block),
            Ok(Record::Noted(note, count)) => told.notes.push((note, count)),
            Ok(Record::Refused(refusal)) => told.refusal = Some(refusal),
            Ok(Record::Done { pages }) => {
                told.extracted.pages = pages;
                told.is_done = true;
            }
            Err(_) => told.refusal = Some(Refusal::Damaged),
        }
    }
    Ok(told)
}

impl Told {
    fn verdict(self, status: ExitStatus) -> Result<Extracted, Refusal> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        if self.is_done {
            return Ok(Extracted { note: note::text(&self.notes), ..self.extracted });
        }
        tracing::warn!(?status, "an extractor died of its file");
        Err(match status.signal() {
            Some(signal) if MEMORY_SIGNALS.contains(&signal) => Refusal::TooMuchMemory,
            Some(signal) if TIME_SIGNALS.contains(&signal) => Refusal::TooSlow,
            _ => Refusal::Damaged,
        })
    }
}
