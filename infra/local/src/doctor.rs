//! `cargo local doctor`: what is there, what will be done, and what it takes. It changes nothing.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::apt::Missing;
use crate::checks::is_new_node;
use crate::environment::Environment;
use crate::layout::{Flavour, Layout};
use crate::machine::{Machine, Programs, first_line};
use crate::port;
use crate::services::{Wanted, neo4j_jars};

const GIB: u64 = 1 << 30;
/// The build of every program and test (2.1 GB measured), the services and their packages.
const DISK_NEEDED: u64 = 5 * GIB;
/// Neo4j takes 0.4 GB, the largest compiler step 1.5 GB.
const MEMORY_NEEDED: u64 = 2 * GIB;

/// What a row of the table says about its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Fine,
    WillInstall,
    Degraded,
    Missing,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::WillInstall => "will be installed",
            Self::Degraded => "runs without",
            Self::Missing => "MISSING",
        }
    }
}

#[derive(Debug)]
struct Row {
    subject: &'static str,
    found: String,
    verdict: Verdict,
}

impl Row {
    fn new(subject: &'static str, found: impl Into<String>, verdict: Verdict) -> Self {
        Self { subject, found: found.into(), verdict }
    }
}

/// Prints the examination; the exit code is 0 when `up`, `demo` and `test` can run as things stand.
///
/// # Errors
/// When this is no checkout.
pub fn run() -> Result<ExitCode> {
    let environment = Environment::from_process();
    let layout = Layout::discover(Flavour::Up)?;
    let machine = Machine::look(&layout.state);
    let programs = Programs::find(&environment);
    let jars = neo4j_jars(&environment, &layout);
    let missing = Missing::of(&programs, jars.is_some(), machine.debian, Wanted::ALL);
    let can_install = machine.is_root && environment.which("apt-get").is_some();

    let mut rows = machine_rows(&machine, &layout);
    rows.push(rust_row(&environment));
    rows.extend(program_rows(&programs, jars.as_deref(), can_install));
    rows.extend(console_rows(&environment, can_install));
    print!("{}", table(&rows));
    println!("Node, npm and Chromium are for `cargo local console` and `cargo local test` alone.");
    println!("\n{}", installation(&missing, can_install, &environment));
    println!("{}", ports(&layout)?);
    println!("{}", costs(&missing, jars.is_some(), &layout));
    let is_ready = rows.iter().all(|row| row.verdict != Verdict::Missing);
    println!("{}", if is_ready { "Ready." } else { "Not ready: see MISSING above." });
    Ok(if is_ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn machine_rows(machine: &Machine, layout: &Layout) -> Vec<Row> {
    let fine_if = |fine: bool| if fine { Verdict::Fine } else { Verdict::Missing };
    let user = match &layout.postgres_account {
        Some(account) => format!("root (PostgreSQL runs as {})", account.name),
        None => "not root".to_owned(),
    };
    let memory = format!("{:.1} GB available", gigabytes(machine.memory_bytes));
    let disk =
        format!("{:.1} GB free for {}", gigabytes(machine.disk_bytes), layout.state.display());
    vec![
        Row::new("system", &machine.system, Verdict::Fine),
        Row::new("user", user, Verdict::Fine),
        Row::new("cores", machine.cores.to_string(), Verdict::Fine),
        Row::new("memory", memory, fine_if(machine.memory_bytes >= MEMORY_NEEDED)),
        Row::new("disk", disk, fine_if(machine.disk_bytes >= DISK_NEEDED)),
    ]
}

fn rust_row(environment: &Environment) -> Row {
    match first_line(&environment.cargo(), &["--version"]) {
        Some(version) => Row::new("Rust", version, Verdict::Fine),
        None => Row::new("Rust", "no cargo: see https://rustup.rs", Verdict::Missing),
    }
}

fn program_rows(programs: &Programs, jars: Option<&Path>, can_install: bool) -> Vec<Row> {
    let absent = if can_install { Verdict::WillInstall } else { Verdict::Missing };
    let row = |subject, found: Option<String>, absent| match found {
        Some(found) => Row::new(subject, found, Verdict::Fine),
        None => Row::new(subject, "not found", absent),
    };
    let postgres = programs
        .postgres
        .first()
        .map(|found| format!("{} in {}", found.major, found.bin.display()));
    let redis = programs.redis.as_deref().map(|program| program.display().to_string());
    let java =
        programs.java.as_ref().map(|java| format!("{} at {}", java.major, java.program.display()));
    let maven = programs.maven.as_deref().map(|program| program.display().to_string());
    let maven_absent = if jars.is_some() { Verdict::Fine } else { absent };
    let jars = jars.map_or_else(
        || Row::new("Neo4j jars", "not fetched yet", fetching(absent, programs)),
        |folder| Row::new("Neo4j jars", folder.display().to_string(), Verdict::Fine),
    );
    vec![
        row("PostgreSQL", postgres, absent),
        row("Redis", redis, absent),
        row("Java", java, absent),
        row("Maven", maven, maven_absent),
        jars,
    ]
}

/// What builds the console, and what its checks run in. Everything else runs without.
fn console_rows(environment: &Environment, can_install: bool) -> Vec<Row> {
    let absent = if can_install { Verdict::WillInstall } else { Verdict::Degraded };
    let row = |subject, program| match environment.which(program) {
        Some(found) => Row::new(subject, found.display().to_string(), Verdict::Fine),
        None => Row::new(subject, "not found", absent),
    };
    let npm = row("npm", "npm");
    let version =
        environment.which("node").and_then(|program| first_line(&program, &["--version"]));
    let node = match version {
        Some(version) if is_new_node(&version) => Row::new("Node", version, Verdict::Fine),
        // npm brings a newer one
        Some(version) if npm.verdict == Verdict::Fine => {
            Row::new("Node", version, Verdict::WillInstall)
        }
        Some(version) => Row::new("Node", version, absent),
        None => Row::new("Node", "not found", absent),
    };
    vec![node, npm, row("Chromium", "chromium")]
}

fn fetching(absent: Verdict, programs: &Programs) -> Verdict {
    let can_fetch = programs.maven.is_some() || absent == Verdict::WillInstall;
    if can_fetch { Verdict::WillInstall } else { Verdict::Degraded }
}

fn table(rows: &[Row]) -> String {
    let wide = rows.iter().map(|row| row.found.chars().count()).max().unwrap_or(0);
    let line =
        |row: &Row| format!("{:<11} {:<wide$}  {}\n", row.subject, row.found, row.verdict.word());
    rows.iter().map(line).collect()
}

fn installation(missing: &Missing, can_install: bool, environment: &Environment) -> String {
    if missing.all().is_empty() {
        return "Debian packages: nothing to install.".to_owned();
    }
    if can_install {
        return format!(
            "Debian packages to be installed by the next start: {} \
             (their own services stay off).",
            missing.all().join(", ")
        );
    }
    let command = missing.command(environment.which("sudo").is_some());
    format!("Debian packages are missing; run this:\n\n  {command}\n")
}

fn ports(layout: &Layout) -> Result<String> {
    let test = Layout::of(&layout.checkout, Flavour::Test)?;
    let list = |layout: &Layout| {
        let names = ["PostgreSQL", "Redis", "Neo4j", "HTTP"];
        let each = names.iter().zip(0_u16..).map(|(name, place)| {
            let port = layout.preferred_port(place);
            let taken = if port::is_free(port) { "" } else { " (in use now)" };
            format!("{name} {port}{taken}")
        });
        each.collect::<Vec<_>>().join(", ")
    };
    Ok(format!(
        "Ports on 127.0.0.1, others when these are taken:\n  up    {}\n  test  {}",
        list(layout),
        list(&test)
    ))
}

/// Sizes of the packages: `Installed-Size` of Debian 12's packages and what they pull in.
fn costs(missing: &Missing, has_jars: bool, layout: &Layout) -> String {
    let megabytes: u32 = missing.all().iter().map(|package| package_megabytes(package)).sum();
    let jars = if has_jars { 0 } else { 116 };
    format!(
        "Disk: {megabytes} MB of packages, {jars} MB of Neo4j jars (once per user), about 60 MB of \
         new data in\n  {}, 2 to 3 GB for a build of everything.\n\
         Time: packages about {} s, jars {} s, a start 5 to 9 s; the first build \
         takes\n  about 4 minutes on two cores.",
        layout.state.display(),
        megabytes / 8,
        jars / 8,
    )
}

fn package_megabytes(package: &str) -> u32 {
    match package {
        "postgresql" => 65,
        "redis-server" => 7,
        "maven" => 24,
        _ => 205,
    }
}

fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_the_table_line_up() {
        let rows = [
            Row::new("Redis", "not found", Verdict::WillInstall),
            Row::new("PostgreSQL", "15 in /usr", Verdict::Fine),
        ];
        assert_eq!(
            table(&rows),
            "Redis       not found   will be installed\n\
             PostgreSQL  15 in /usr  ok\n"
        );
    }

    #[test]
    fn what_is_absent_is_missing_unless_it_can_be_installed() {
        for (can_install, verdict) in [(true, Verdict::WillInstall), (false, Verdict::Missing)] {
            let rows = program_rows(&Programs::default(), None, can_install);
            assert!(rows[..4].iter().all(|row| row.verdict == verdict), "{rows:?}");
        }
    }

    #[test]
    fn without_node_everything_but_the_console_runs() {
        let nothing = Environment::default();
        for (can_install, verdict) in [(true, Verdict::WillInstall), (false, Verdict::Degraded)] {
            let rows = console_rows(&nothing, can_install);
            assert_eq!(
                rows.iter().map(|row| row.subject).collect::<Vec<_>>(),
                ["Node", "npm", "Chromium"]
            );
            assert!(rows.iter().all(|row| row.verdict == verdict), "{rows:?}");
        }
    }

    #[test]
    fn maven_is_not_missed_once_the_jars_are_there() {
        let rows = program_rows(&Programs::default(), Some(Path::new("/jars")), false);
        let maven = rows.iter().find(|row| row.subject == "Maven").unwrap();
        assert_eq!(maven.verdict, Verdict::Fine);
    }
}
