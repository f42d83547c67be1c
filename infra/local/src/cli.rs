//! The command line: what can be asked, and who answers.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};

use crate::all_in_one;
use crate::bench::{self, BenchOptions};
use crate::checks::{self, Cargo, TestOptions};
use crate::coverage;
use crate::doctor;
use crate::environment::Environment;
use crate::interrupt::Interrupt;
use crate::layout::{Flavour, Layout};
use crate::options::{DemoOptions, EmbeddingOptions, Embeddings, UpOptions};
use crate::services::{self, Services, Wanted};
use crate::wait;

/// Sight on one machine.
#[derive(Debug, Parser)]
#[command(name = "cargo local", bin_name = "cargo local", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what this machine has, what would be installed, and which ports, disk and time it takes
    Doctor,
    /// Do the main job: a project, a population, its fidelity report, a page
    Demo(DemoOptions),
    /// Run the whole system until Ctrl-C
    Up(UpOptions),
    /// Build the console, which `up` then serves; installs npm and a newer Node where they are missing
    Console,
    /// Run the services alone until Ctrl-C and print the variables that name them
    Services {
        /// The throw-away services of the tests instead of the durable ones
        #[arg(long)]
        test: bool,
        /// PostgreSQL and Redis only
        #[arg(long)]
        without_neo4j: bool,
    },
    /// Ask PostgreSQL about every query and write what it says to .sqlx (after changing SQL)
    Prepare,
    /// Run every check and every test on services of their own
    Test(TestOptions),
    /// Measure what is fast, each figure beside its bar
    Bench(BenchOptions),
    /// Measure how much of the code the tests run
    Coverage,
    /// Remove the data, the logs and the remembered ports of this checkout's services
    Reset {
        /// Those of the tests instead of the durable ones
        #[arg(long)]
        test: bool,
        /// Do it without being asked again
        #[arg(long)]
        yes: bool,
    },
}

/// Runs the command and turns its outcome into the exit code: 0 done (a served system that was ended
/// included), 1 not done, 130 interrupted before it was done.
pub async fn run(cli: Cli) -> ExitCode {
    let interrupt = match Interrupt::listen() {
        Ok(interrupt) => interrupt,
        Err(error) => return failure(&error.into()),
    };
    let outcome = dispatch(cli.command, &interrupt).await;
    match (outcome, interrupt.already()) {
        (Ok(code), _) => code,
        (Err(error), None) => failure(&error),
        (Err(error), Some(_)) => {
            failure(&error);
            ExitCode::from(130)
        }
    }
}

/// Starts services, works with them, stops them: also when the work fails or is interrupted.
///
/// # Errors
/// Whatever [`Services::start`] or the work says, or the interruption of the start.
pub async fn with_services<T>(
    flavour: Flavour,
    wanted: Wanted,
    command: &str,
    interrupt: &Interrupt,
    work: impl AsyncFnOnce(&mut Services) -> Result<T>,
) -> Result<T> {
    let layout = Layout::discover(flavour)?;
    let environment = Environment::from_process();
    let mut services = tokio::select! {
        started = Services::start(&layout, &environment, wanted, command) => started?,
        signal = interrupt.received() => bail!("{signal} while starting: all is stopped again"),
    };
    for line in services.report() {
        eprintln!("{line}");
    }
    let outcome = work(&mut services).await;
    services.stop().await;
    outcome
}

async fn dispatch(command: Command, interrupt: &Interrupt) -> Result<ExitCode> {
    match command {
        Command::Doctor => doctor::run(),
        Command::Demo(options) => serve("demo", options.vectors, interrupt).await,
        Command::Up(options) => serve("up", options.vectors, interrupt).await,
        Command::Console => {
            checks::build_console(interrupt).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Services { test, without_neo4j } => {
            let wanted = if without_neo4j { Wanted::WITHOUT_NEO4J } else { Wanted::ALL };
            let wait = async |services: &mut Services| {
                let file = services.layout().env_file();
                eprintln!("also in a file to source: {}", file.display());
                wait::services_alone(services, interrupt).await
            };
            with_services(flavour(test), wanted, "services", interrupt, wait).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Prepare => {
            checks::prepare(interrupt).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Test(options) => checks::run(&options, interrupt).await,
        Command::Bench(options) => bench::run(&options, interrupt).await,
        Command::Coverage => coverage::run(interrupt).await,
        Command::Reset { test, yes } => reset(flavour(test), yes),
    }
}

/// Builds the all-in-one and lets it do the rest of this command line, on top of the services.
async fn serve(
    command: &str,
    vectors: EmbeddingOptions,
    interrupt: &Interrupt,
) -> Result<ExitCode> {
    let flavour = vectors.embeddings.map_or(Flavour::Up, |Embeddings::E5| Flavour::UpWithE5);
    let wanted = Wanted { embeddings: vectors.embeddings.map(|_| vectors.yes), ..Wanted::ALL };
    let layout = Layout::discover(flavour)?;
    let cargo = Cargo::new(&Environment::from_process(), &layout.checkout);
    let program = tokio::select! {
        program = all_in_one::build(&cargo) => program?,
        signal = interrupt.received() => bail!("{signal}: the build was not finished"),
    };
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let work = async |services: &mut Services| {
        all_in_one::run(program, arguments, services, interrupt).await
    };
    with_services(flavour, wanted, command, interrupt, work).await?;
    Ok(ExitCode::SUCCESS)
}

fn flavour(test: bool) -> Flavour {
    if test { Flavour::Test } else { Flavour::Up }
}

fn reset(flavour: Flavour, yes: bool) -> Result<ExitCode> {
    let layout = Layout::discover(flavour)?;
    if !yes && flavour.is_durable() {
        bail!("this removes {} with all its data: say --yes", layout.state.display());
    }
    services::reset(&layout).context("not reset")?;
    eprintln!("removed {}", layout.state.display());
    Ok(ExitCode::SUCCESS)
}

fn failure(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}
