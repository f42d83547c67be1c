//! The checks that cargo does.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::tally::Tally;
use crate::environment::Environment;

/// A check that is one call of cargo.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) title: &'static str,
    arguments: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
}

/// The checks before the tests, quickest first.
pub(crate) const STEPS: &[Step] = &[
    Step { title: "rustfmt", arguments: &["fmt", "--all", "--check"], variables: &[] },
    Step {
        title: "clippy",
        arguments: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        variables: &[],
    },
    Step {
        title: "rustdoc",
        // most of a function is private; its links are to hold as well
        arguments: &["doc", "--workspace", "--no-deps", "--document-private-items"],
        variables: &[("RUSTDOCFLAGS", "-D warnings")],
    },
];

/// Cargo in this checkout.
#[derive(Debug)]
pub(crate) struct Cargo {
    program: PathBuf,
    checkout: PathBuf,
}

impl Cargo {
    /// The cargo that started this program, or the one on `PATH`.
    pub(crate) fn new(environment: &Environment, checkout: &Path) -> Self {
        Self { program: environment.cargo(), checkout: checkout.to_owned() }
    }

    /// Runs one of [`STEPS`], its output going where this program's goes.
    pub(crate) async fn step(&self, step: &Step) -> Result<()> {
        let mut command = self.command();
        command.args(step.arguments).envs(step.variables.iter().copied());
        succeed(Group::start(command)?.ended().await?)
    }

    /// Where it works.
    pub(crate) fn checkout(&self) -> &Path {
        &self.checkout
    }

    pub(crate) async fn run(&self, arguments: &[&str], variables: &[(&str, String)]) -> Result<()> {
        let mut command = self.command();
        command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
        succeed(Group::start(command)?.ended().await?)
    }

    /// Runs a program that works on this checkout, with these variables above our own.
    pub(crate) async fn run_tool(
        &self,
        tool: &Path,
        arguments: &[&str],
        variables: &[(&str, OsString)],
    ) -> Result<()> {
        let mut command = Command::new(tool);
        command.current_dir(&self.checkout).stdin(Stdio::null());
        command.args(arguments).env("CARGO", &self.program);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        succeed(Group::start(command)?.ended().await?)
    }

    /// Compiles the tests that [`Cargo::test`] will run with the same arguments.
    pub(crate) async fn build_tests(&self, arguments: &[OsString]) -> Result<()> {
        let mut command = self.command();
        command.args(["test", "--no-run"]).args(selection(arguments));
        command.args(before_separator(arguments));
        succeed(Group::start(command)?.ended().await?)
    }

    /// Runs the tests, passes their output on line by line, and counts.
    ///
    /// A test program that dies without saying its result counts as one failed test.
    pub(crate) async fn test(
        &self,
        arguments: &[OsString],
        variables: &[(&'static str, String)],
    ) -> Result<Tally> {
        let mut command = self.command();
        command.args(["test", "--no-fail-fast"]).args(selection(arguments)).args(arguments);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdout(Stdio::piped());
        let mut group = Group::start(command)?;
        let output = group.child.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(output).split(b'\n');
        let mut tally = Tally::default();
        while let Some(line) = lines.next_segment().await? {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            let counted = Tally::of_line(&line).unwrap_or_default();
            tally.passed += counted.passed;
            tally.failed += counted.failed;
        }
        if !group.ended().await?.success() && tally.failed == 0 {
            println!("a test program ended without a result");
            tally.failed += 1;
        }
        Ok(tally)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.checkout).stdin(Stdio::null());
        // What the cargo that runs this program says of it: build scripts that watch these would be run
        // again, and almost everything compiled again after them.
        let of_this_program =
            |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(of_this_program) {
                command.env_remove(name);
            }
        }
        if std::io::stderr().is_terminal() {
            command.env("CARGO_TERM_COLOR", "always");
        }
        command
    }
}

/// Everything, unless the arguments choose packages.
fn selection(arguments: &[OsString]) -> Option<&'static str> {
    let chooses = before_separator(arguments).iter().any(|argument| {
        let argument = argument.to_string_lossy();
        argument.starts_with("-p") || argument.starts_with("--package")
    });
    (!chooses).then_some("--workspace")
}

/// The arguments for cargo itself: those behind `--` are for the test programs.
fn before_separator(arguments: &[OsString]) -> &[OsString] {
    let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    &arguments[..end]
}

fn succeed(status: ExitStatus) -> Result<()> {
    ensure!(status.success(), "it ended with {status}");
    Ok(())
}

/// A child and all that it starts; dropped before its end, they are told to stop.
struct Group {
    child: Child,
    leader: Option<Pid>,
}

impl Group {
    fn start(mut command: Command) -> Result<Self> {
        let child = command.process_group(0).spawn().context("cannot run it")?;
        let leader = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        Ok(Self { child, leader })
    }

    async fn ended(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().await.context("cannot wait for it")?;
        self.leader = None;
        Ok(status)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            // it may have ended by itself at this very moment
            let _ = kill_process_group(leader, Signal::TERM);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Identity;

    fn arguments(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn the_whole_workspace_is_tested_unless_packages_are_chosen() {
        let table: [(&[&str], Option<&str>); 5] = [
            (&[], Some("--workspace")),
            (&["-p", "shared"], None),
            (&["--package=shared"], None),
            (&["a_test", "--", "-p"], Some("--workspace")),
            (&["--", "--nocapture"], Some("--workspace")),
        ];
        for (words, expected) in table {
            assert_eq!(selection(&arguments(words)), expected, "{words:?}");
        }
    }

    #[test]
    fn arguments_of_the_test_programs_do_not_reach_the_build() {
        let words = arguments(&["a_test", "--", "--nocapture"]);
        assert_eq!(before_separator(&words), arguments(&["a_test"]));
    }

    #[tokio::test]
    async fn a_group_that_is_dropped_ends_with_its_children() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & echo $!; wait"]).stdout(Stdio::piped());
        let mut group = Group::start(command).unwrap();
        let mut lines = BufReader::new(group.child.stdout.take().unwrap()).lines();
        let sleep: i32 = lines.next_line().await.unwrap().unwrap().parse().unwrap();
        let sleep = Identity::of(sleep).unwrap();
        drop(group);
        let gone = async {
            while sleep.is_alive() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), gone).await.unwrap();
    }
}
