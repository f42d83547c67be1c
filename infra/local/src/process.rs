//! Processes: who they are beyond a reusable number, how they start, and how they stop.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde::{Deserialize, Serialize};

use crate::account::Account;

const POLL: Duration = Duration::from_millis(20);

/// One process for good: its number is reused, its number with its start time is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pid: i32,
    /// Clock ticks from boot to its start: field 22 of `/proc/<pid>/stat` (proc(5)).
    started: u64,
    /// Which boot of the machine: `/proc/sys/kernel/random/boot_id`.
    boot: String,
}

impl Identity {
    /// The process that has this number now, if it is alive.
    pub(crate) fn of(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let started = start_of_living(&stat)?;
        Some(Self { pid, started, boot: boot_id() })
    }

    /// True while exactly this process lives.
    pub(crate) fn is_alive(&self) -> bool {
        Self::of(self.pid).is_some_and(|now| now == *self)
    }

    /// Stops this process, politely first, and waits until it is gone.
    pub(crate) fn stop(&self, manners: &Manners) {
        self.signal(manners.signal);
        if !self.is_gone_within(manners.patience) {
            self.kill();
            self.is_gone_within(Duration::from_secs(5));
        }
    }

    fn signal(&self, signal: Signal) {
        if let (true, Some(pid)) = (self.is_alive(), Pid::from_raw(self.pid)) {
            // it may have ended since: then there is nothing left to tell it
            let _ = kill_process(pid, signal);
        }
    }

    /// Kills the process and the group that it leads.
    fn kill(&self) {
        if let (true, Some(pid)) = (self.is_alive(), Pid::from_raw(self.pid)) {
            let _ = kill_process_group(pid, Signal::KILL);
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    fn is_gone_within(&self, patience: Duration) -> bool {
        let begun = Instant::now();
        while self.is_alive() {
            if begun.elapsed() > patience {
                return false;
            }
            thread::sleep(POLL);
        }
        true
    }
}

/// How a kind of process wants to be stopped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    /// What it takes as "finish and end".
    pub(crate) signal: Signal,
    /// How long it may take before it is killed.
    pub(crate) patience: Duration,
}

/// A process that this program started: dropped, it is stopped.
///
/// It leads a group of its own, so that Ctrl-C in the terminal reaches this program alone. Through
/// `setpriv --pdeathsig` the kernel tells it to stop when the **thread** that started it ends, which
/// is what a SIGKILL of this program comes to: start processes on the main thread.
#[derive(Debug)]
pub(crate) struct Process {
    identity: Identity,
    child: Child,
    manners: Manners,
}

impl Process {
    /// Starts the command with its output in the log, the log before it kept as `.log.1`.
    pub(crate) fn start(
        command: &Command,
        account: Option<&Account>,
        log: &Path,
        manners: Manners,
    ) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let mut guarded = with_death_signal(command, manners.signal);
        if let Some(account) = account {
            guarded.uid(account.uid).gid(account.gid);
        }
        let output = fresh_log(log)?;
        let child = guarded
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let pid = i32::try_from(child.id()).expect("process numbers fit in 31 bits");
        let identity = Identity::of(pid).with_context(|| format!("{program} ended at once"))?;
        Ok(Self { identity, child, manners })
    }

    /// Who it is.
    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// True once it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Asks it to finish, without waiting: so that several can finish at once.
    pub(crate) fn ask_to_stop(&self) {
        self.identity.signal(self.manners.signal);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.identity.stop(&self.manners);
        // collects what is by now a zombie
        let _ = self.child.try_wait();
    }
}

/// The same command under `setpriv`, where the machine has it (util-linux, so every Debian does).
pub(crate) fn with_death_signal(command: &Command, signal: Signal) -> Command {
    let name = if signal == Signal::INT { "INT" } else { "TERM" };
    const SETPRIV: &str = "/usr/bin/setpriv";
    let mut guarded = if Path::new(SETPRIV).exists() {
        let mut guarded = Command::new(SETPRIV);
        guarded.args(["--pdeathsig", name, "--"]).arg(command.get_program());
        guarded
    } else {
        Command::new(command.get_program())
    };
    guarded.args(command.get_args());
    guarded.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        guarded.current_dir(folder);
    }
    guarded
}

fn fresh_log(log: &Path) -> Result<File> {
    if log.exists() {
        fs::rename(log, log.with_extension("log.1"))?;
    }
    File::create(log).with_context(|| format!("cannot write {}", log.display()))
}

/// The last lines of a log that say something, joined: for an error that stands alone.
pub(crate) fn last_words(log: &Path, lines: usize) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let said: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    said[said.len().saturating_sub(lines)..].join("\n")
}

/// Processes of this name whose working folder is this one, whoever started them.
pub(crate) fn working_in(folder: &Path, name: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|process| fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == folder))
        .filter(|process| {
            fs::read_to_string(process.join("comm")).is_ok_and(|comm| comm.trim_end() == name)
        })
        .collect()
}

/// Which boot of the machine this is.
pub(crate) fn boot_id() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim_end().to_owned()
}

/// Start time out of a line of `/proc/<pid>/stat`; none for a zombie or a dead process.
///
/// The name in parentheses may itself contain blanks and parentheses: fields count from the last.
fn start_of_living(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace();
    if matches!(fields.next()?, "Z" | "X" | "x") {
        return None;
    }
    // state is field 3, the start is field 22
    fields.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAIL: &str = "1 2 2 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 6 0 98765 1000 200";

    #[test]
    fn the_start_is_read_behind_any_name() {
        for name in ["(java)", "(tmux: server)", "(a) b) (c)", "()"] {
            assert_eq!(start_of_living(&format!("42 {name} S {TAIL}")), Some(98_765), "{name}");
        }
    }

    #[test]
    fn a_zombie_does_not_live() {
        assert_eq!(start_of_living(&format!("42 (java) Z {TAIL}")), None);
    }

    #[test]
    fn a_line_cut_short_is_nobody() {
        for line in ["", "42", "42 (java)", "42 (java) S 1 2 3"] {
            assert_eq!(start_of_living(line), None, "{line}");
        }
    }

    #[test]
    fn this_process_is_alive_and_its_number_with_another_start_is_not() {
        let me = Identity::of(i32::try_from(std::process::id()).unwrap()).unwrap();
        assert!(me.is_alive());
        assert!(!Identity { started: me.started + 1, ..me.clone() }.is_alive());
        assert!(!Identity { boot: "another".to_owned(), ..me }.is_alive());
    }

    #[test]
    fn a_dropped_process_is_gone() {
        let log = std::env::temp_dir().join(format!("sight-process-{}.log", std::process::id()));
        let manners = Manners { signal: Signal::TERM, patience: Duration::from_secs(5) };
        let mut sleep = Command::new("sleep");
        sleep.arg("600");
        let process = Process::start(&sleep, None, &log, manners).unwrap();
        let identity = process.identity().clone();
        assert!(identity.is_alive());
        drop(process);
        assert!(!identity.is_alive());
        fs::remove_file(log).unwrap();
    }
}
