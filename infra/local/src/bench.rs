//! `cargo local bench`: what is fast, measured in one run on one machine, each figure beside its bar.

mod instructions;
mod process;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail, ensure};
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::checks::Cargo;
use crate::environment::Environment;
use crate::interrupt::Interrupt;
use crate::layout::{Flavour, Layout};
use crate::services::{Services, Wanted};

/// Callers and services; the service under load has the other one.
const OUR_CORE: usize = 0;

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Subject {
    /// Instructions of the hot paths against the recorded baseline (needs valgrind)
    #[default]
    Instructions,
    /// Details under load, beside a bare service that makes the same calls
    Details,
    /// Start and memory at rest of each function
    Processes,
    /// How fast a change reaches 5,000 sockets
    Sockets,
    /// What part of a sign-in its Argon2 is
    SignIn,
    /// A report of 300 pages taken in: processor time beside its vectors, and memory
    Ingest,
    /// The metrics of 100,000 people beside a plain UPDATE of them
    Kpi,
    /// The memory that exports of 10,000 people take, and a PDF of as many as it has place for
    Export,
    /// Time and memory of a file of 50 MB to a bucket and back, beside one plain request (needs fake-gcs-server)
    Files,
}

/// What `cargo local bench` may be told.
#[derive(Clone, Debug, clap::Args)]
pub struct BenchOptions {
    /// What to measure
    #[arg(value_enum, default_value_t)]
    pub subject: Subject,
    /// Write what was counted as the new baseline
    #[arg(long)]
    pub record: bool,
}

/// Measures, prints, and fails when a bar does not hold.
///
/// # Errors
/// When something cannot be built or started, or it is interrupted.
pub async fn run(options: &BenchOptions, interrupt: &Interrupt) -> Result<ExitCode> {
    let environment = Environment::from_process();
    let layout = Layout::discover(Flavour::Test)?;
    let cargo = Cargo::new(&environment, &layout.checkout);
    let work = async {
        match options.subject {
            Subject::Instructions => {
                instructions::run(&environment, &layout, &cargo, options.record).await
            }
            Subject::Details => {
                driven(&environment, &layout, &cargo, ["details-bench", "personas"]).await
            }
            Subject::Sockets => {
                driven(&environment, &layout, &cargo, ["sockets-bench", "collaboration"]).await
            }
            Subject::SignIn => {
                driven(&environment, &layout, &cargo, ["sign-in-bench", "accounts"]).await
            }
            Subject::Processes => process::run(&environment, &layout, &cargo).await,
            Subject::Ingest => {
                alone(&environment, &layout, &cargo, ("ingest-bench", Wanted::ALL)).await
            }
            Subject::Kpi => {
                let wanted = Wanted::WITHOUT_NEO4J;
                alone(&environment, &layout, &cargo, ("kpi-bench", wanted)).await
            }
            Subject::Export => {
                let wanted = Wanted::WITHOUT_NEO4J;
                alone(&environment, &layout, &cargo, ("export-bench", wanted)).await
            }
            Subject::Files => {
                let wanted = Wanted::WITHOUT_NEO4J;
                alone(&environment, &layout, &cargo, ("files-bench", wanted)).await
            }
        }
    };
    let all_hold = tokio::select! {
        all_hold = work => all_hold?,
        signal = interrupt.received() => bail!("{signal}: nothing was measured"),
    };
    Ok(if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs an example that puts a function under load.
async fn driven(
    environment: &Environment,
    layout: &Layout,
    cargo: &Cargo,
    [example, function]: [&str; 2],
) -> Result<bool> {
    release(cargo).await?;
    let services = services(environment, layout, Wanted::WITHOUT_NEO4J).await?;
    let built = layout.checkout.join("target/release");
    let mut driver = Command::new(built.join("examples").join(example));
    driver.arg(built.join(function)).envs(stand_ins()).envs(services.environment());
    driver.stdin(Stdio::null());
    let status = tokio::task::spawn_blocking(move || driver.status()).await?;
    services.stop().await;
    Ok(status.context("cannot run the driver")?.success())
}

/// Runs an example that works itself, on the other core.
async fn alone(
    environment: &Environment,
    layout: &Layout,
    cargo: &Cargo,
    (example, wanted): (&str, Wanted),
) -> Result<bool> {
    release(cargo).await?;
    let services = services(environment, layout, wanted).await?;
    let mut driver = Command::new("taskset");
    driver.args(["-c", "1"]).arg(layout.checkout.join("target/release/examples").join(example));
    driver.envs(services.environment()).stdin(Stdio::null());
    let status = tokio::task::spawn_blocking(move || driver.status()).await?;
    services.stop().await;
    Ok(status.context("cannot run the driver")?.success())
}

/// Builds everything as it is deployed: one selection for all subjects, because another one would
/// choose other features of the libraries and compile them again.
async fn release(cargo: &Cargo) -> Result<()> {
    cargo.run(&["build", "--release", "--workspace", "--bins", "--examples"], &[]).await
}

/// Values for what a function asks for and does not use in a measurement.
fn stand_ins() -> [(&'static str, String); 11] {
    [
        ("SECRET_KEY", "a secret of thirty-two bytes or more"),
        ("GOOGLE_CLOUD_PROJECT", "sight-bench"),
        ("PUSH_AUDIENCE", "https://bench.example"),
        ("PUSH_SERVICE_ACCOUNT", "bench@example.com"),
        ("PUBLIC_URL", "https://bench.example"),
        ("MAIL_FOLDER", "/nonexistent"),
        ("MAIL_FROM", "Sight <sight@example.com>"),
        ("STORAGE_BUCKET", "sight-bench"),
        ("ENVIRONMENT", "production"),
        ("TRUSTED_PROXIES", "0"),
        ("LOG", "warn"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
}

/// The services, on a core of their own with this program: what is measured has the other.
async fn services(environment: &Environment, layout: &Layout, wanted: Wanted) -> Result<Services> {
    let cores = std::thread::available_parallelism()?.get();
    ensure!(cores >= 2, "it takes two cores: one for the service, one for everything else");
    ensure!(environment.which("taskset").is_some(), "taskset is missing (package util-linux)");
    let mut core = CpuSet::new();
    core.set(OUR_CORE);
    sched_setaffinity(None, &core).context("cannot keep to one core")?;
    Services::start(layout, environment, wanted, "bench").await
}

/// Prints a bar and says whether it holds.
fn verdict(what: &str, value: &str, bar: &str, holds: bool) -> bool {
    let word = if holds { "holds" } else { "DOES NOT HOLD" };
    println!("{what:<44}{value:>16}  bar {bar:>10}  {word}");
    holds
}

fn functions(checkout: &Path) -> Result<Vec<String>> {
    let mut names: Vec<String> = std::fs::read_dir(checkout.join("functions"))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    Ok(names)
}
