//! Debian packages: which are missing, the one command that installs them, and doing it as root.
//!
//! Debian starts a service, and makes a PostgreSQL cluster, when it installs one. Sight wants the
//! programs only: while its installation runs, both are forbidden, and what is new is not enabled at
//! boot. What was installed before is left as it is.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::machine::Programs;
use crate::process::last_words;
use crate::{Environment, Wanted};

const CLUSTER_RULE: &str = "/etc/postgresql-common/createcluster.d/sight-installing.conf";
const POLICY: &str = "/usr/sbin/policy-rc.d";
const POLICY_SAVED: &str = "/usr/sbin/policy-rc.d.before-sight";
const POLICY_TEXT: &str = "#!/bin/sh\n# in place while `cargo local` installs packages: their services stay off\nexit 101\n";

/// The packages that are missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Missing {
    /// Without these nothing runs.
    pub(crate) required: Vec<&'static str>,
    /// Without these there is no Neo4j, and the rest runs.
    pub(crate) for_neo4j: Vec<&'static str>,
}

impl Missing {
    /// Compares what is there with what is wanted; Maven only serves to fetch Neo4j's jars.
    pub(crate) fn of(programs: &Programs, jars: bool, debian: Option<u32>, wanted: Wanted) -> Self {
        let mut missing = Self::default();
        if programs.postgres.is_empty() {
            missing.required.push("postgresql");
        }
        if programs.redis.is_none() {
            missing.required.push("redis-server");
        }
        if wanted.neo4j && programs.java.is_none() {
            missing.for_neo4j.push(java_package(debian));
        }
        if wanted.neo4j && !jars && programs.maven.is_none() {
            missing.for_neo4j.push("maven");
        }
        missing
    }

    /// All of them, in the order of installation.
    pub(crate) fn all(&self) -> Vec<&'static str> {
        self.required.iter().chain(&self.for_neo4j).copied().collect()
    }

    /// The one command that installs them.
    pub(crate) fn command(&self, has_sudo: bool) -> String {
        let packages = self.all().join(" ");
        let install = |prefix: &str| {
            format!(
                "{prefix}apt-get update && {prefix}apt-get install -y --no-install-recommends {packages}"
            )
        };
        if has_sudo { install("sudo ") } else { format!("su -c \"{}\"", install("")) }
    }
}

/// Neo4j 5.26 runs on Java 17 and 21; Debian 13 has only the latter.
fn java_package(debian: Option<u32>) -> &'static str {
    if debian.is_some_and(|major| major >= 13) {
        "openjdk-21-jre-headless"
    } else {
        "openjdk-17-jre-headless"
    }
}

/// Installs the packages as root; it runs to its end whatever happens, so that dpkg is never left
/// in the middle: call it where it cannot be cancelled.
///
/// # Errors
/// When apt-get is not there or says no, with its last words.
pub(crate) fn install(environment: &Environment, missing: &Missing, log: &Path) -> Result<()> {
    let apt = environment.which("apt-get").context("this machine has no apt-get")?;
    let _guard = ServicesOff::begin()?;
    run(&apt, &["update"], log)?;
    let whole = install_packages(&apt, &missing.all(), log);
    if whole.is_err() && !missing.required.is_empty() && !missing.for_neo4j.is_empty() {
        install_packages(&apt, &missing.required, log)?;
    } else {
        whole?;
    }
    if missing.required.contains(&"redis-server") {
        disable(environment, "redis-server.service");
    }
    Ok(())
}

/// Installs one package that brings no service.
pub(crate) fn install_package(environment: &Environment, package: &str, log: &Path) -> Result<()> {
    let apt = environment.which("apt-get").context("this machine has no apt-get")?;
    run(&apt, &["update"], log)?;
    install_packages(&apt, &[package], log)
}

fn install_packages(apt: &Path, packages: &[&str], log: &Path) -> Result<()> {
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    run(apt, &arguments, log)
}

fn run(apt: &Path, arguments: &[&str], log: &Path) -> Result<()> {
    let output = File::options().create(true).append(true).open(log)?;
    let status = Command::new(apt)
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .process_group(0)
        .status()
        .context("cannot run apt-get")?;
    let said = arguments.join(" ");
    ensure!(status.success(), "apt-get {said} failed ({status}):\n{}", last_words(log, 8));
    Ok(())
}

/// Keeps a service that has just come with its package from starting at the next boot.
fn disable(environment: &Environment, unit: &str) {
    if let Some(systemctl) = environment.which("systemctl") {
        // without systemd there is no boot that would start it
        let _ = Command::new(systemctl).args(["disable", unit]).output();
    }
}

/// While it lives, packages that are installed start no service and make no cluster.
struct ServicesOff {
    policy_is_ours: bool,
}

impl ServicesOff {
    fn begin() -> Result<Self> {
        recover();
        let rule = Path::new(CLUSTER_RULE);
        fs::create_dir_all(rule.parent().expect("the rule has a folder"))?;
        fs::write(rule, "create_main_cluster = false\n")?;
        let guard = Self { policy_is_ours: !already_off() };
        if guard.policy_is_ours {
            if Path::new(POLICY).exists() {
                fs::rename(POLICY, POLICY_SAVED)?;
            }
            fs::write(POLICY, POLICY_TEXT)?;
            fs::set_permissions(POLICY, fs::Permissions::from_mode(0o755))?;
        }
        Ok(guard)
    }
}

impl Drop for ServicesOff {
    fn drop(&mut self) {
        // a file that stays behind is taken away by `recover` next time
        let _ = fs::remove_file(CLUSTER_RULE);
        if self.policy_is_ours {
            restore_policy();
        }
    }
}

/// Undoes what an installation that was killed left behind.
fn recover() {
    if fs::read_to_string(POLICY).is_ok_and(|text| text == POLICY_TEXT) {
        restore_policy();
    }
}

fn restore_policy() {
    let saved = PathBuf::from(POLICY_SAVED);
    // without the rule packages behave as Debian made them, so a failure here harms nothing of ours
    let _ = if saved.exists() { fs::rename(saved, POLICY) } else { fs::remove_file(POLICY) };
}

/// True when the machine's own policy already forbids starting services (containers do).
fn already_off() -> bool {
    let answer = Command::new(POLICY).args(["redis-server", "start"]).output();
    answer.is_ok_and(|output| output.status.code() == Some(101))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Java, Postgres};

    const ALL: Wanted = Wanted::ALL;

    fn complete() -> Programs {
        Programs {
            postgres: vec![Postgres { major: 15, bin: "/usr/lib/postgresql/15/bin".into() }],
            redis: Some("/usr/bin/redis-server".into()),
            java: Some(Java { major: 17, program: "/usr/bin/java".into() }),
            maven: Some("/usr/bin/mvn".into()),
        }
    }

    #[test]
    fn a_complete_machine_misses_nothing() {
        assert_eq!(Missing::of(&complete(), false, Some(12), ALL), Missing::default());
    }

    #[test]
    fn maven_is_missed_only_while_the_jars_are() {
        let programs = Programs { maven: None, ..complete() };
        assert_eq!(Missing::of(&programs, false, Some(12), ALL).for_neo4j, ["maven"]);
        assert!(Missing::of(&programs, true, Some(12), ALL).all().is_empty());
    }

    #[test]
    fn without_neo4j_neither_java_nor_maven_is_missed() {
        let missing = Missing::of(&Programs::default(), false, Some(12), Wanted::WITHOUT_NEO4J);
        assert_eq!(missing.all(), ["postgresql", "redis-server"]);
    }

    #[test]
    fn the_java_is_the_one_that_this_debian_has() {
        for (debian, package) in
            [(Some(12), "openjdk-17-jre-headless"), (Some(13), "openjdk-21-jre-headless")]
        {
            let programs = Programs { java: None, ..complete() };
            assert_eq!(Missing::of(&programs, true, debian, ALL).for_neo4j, [package]);
        }
    }

    #[test]
    fn the_command_is_one_line_with_sudo_and_without() {
        let missing = Missing { required: vec!["redis-server"], for_neo4j: vec!["maven"] };
        assert_eq!(
            missing.command(true),
            "sudo apt-get update && \
             sudo apt-get install -y --no-install-recommends redis-server maven"
        );
        assert_eq!(
            missing.command(false),
            "su -c \"apt-get update && \
             apt-get install -y --no-install-recommends redis-server maven\""
        );
    }
}
