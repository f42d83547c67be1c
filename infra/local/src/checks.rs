//! `cargo local test`: every check one after the other, and one line that counts them.

mod cargo;
mod house;
mod tally;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};

use self::cargo::Cargo;
use self::tally::Tally;
use crate::environment::Environment;
use crate::interrupt::Interrupt;
use crate::layout::{Flavour, Layout};
use crate::services::{Services, Wanted};

/// What `cargo local test` may be told.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct TestOptions {
    /// The tests only: no formatting, lints, documentation or house rules
    #[arg(long)]
    pub fast: bool,
    /// What to hand to `cargo test`
    #[arg(last = true, value_name = "CARGO TEST ARGUMENTS")]
    pub cargo: Vec<OsString>,
}

/// Runs the checks and prints, as its last line, `N passed, N failed`.
///
/// A failed check does not keep the next ones from running. Tests count one by one, every other check
/// as one.
///
/// # Errors
/// When it is interrupted, or this is no checkout.
pub async fn run(options: &TestOptions, interrupt: &Interrupt) -> Result<ExitCode> {
    let layout = Layout::discover(Flavour::Test)?;
    let environment = Environment::from_process();
    let cargo = Cargo::new(&environment, &layout.checkout);
    let tally = tokio::select! {
        tally = run_all(options, &cargo, &layout, &environment) => tally,
        signal = interrupt.received() => bail!("{signal}: the checks were not finished"),
    };
    println!("\n{tally}");
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run_all(
    options: &TestOptions,
    cargo: &Cargo,
    layout: &Layout,
    environment: &Environment,
) -> Tally {
    let mut tally = Tally::default();
    if !options.fast {
        for (title, check) in house::ALL {
            let begun = heading(title);
            tally.check(title, begun, check(&layout.checkout));
        }
        for step in cargo::STEPS {
            let begun = heading(step.title);
            tally.check(step.title, begun, cargo.step(step).await);
        }
    }
    let begun = heading("build of the tests");
    let built = cargo.build_tests(&options.cargo).await;
    let compiles = built.is_ok();
    tally.check("build of the tests", begun, built);
    if compiles {
        run_tests(options, cargo, layout, environment, &mut tally).await;
    } else {
        println!("it does not compile: no test was run");
    }
    tally
}

async fn run_tests(
    options: &TestOptions,
    cargo: &Cargo,
    layout: &Layout,
    environment: &Environment,
    tally: &mut Tally,
) {
    let begun = heading("services");
    let started = Services::start(layout, environment, Wanted { neo4j: true }, "test").await;
    let services = match started {
        Ok(services) => services,
        Err(error) => return tally.check("services", begun, Err(error)),
    };
    for line in services.report() {
        println!("{line}");
    }
    let begun = heading("tests");
    let variables = services.environment();
    match cargo.test(&options.cargo, &variables).await {
        Ok(counted) => tally.add(begun, counted),
        Err(error) => tally.check("tests", begun, Err(error)),
    }
    services.stop().await;
}

fn heading(title: &str) -> Instant {
    println!("\n── {title} {}", "─".repeat(70_usize.saturating_sub(title.chars().count())));
    Instant::now()
}
