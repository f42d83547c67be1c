//! `cargo local test`: every check one after the other, and one line that counts them.

mod cargo;
mod console;
mod deny;
mod house;
mod left_out;
mod migrations;
mod queries;
mod scripts;
mod tally;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};

pub(crate) use self::cargo::Cargo;
pub(crate) use self::console::{build as build_console, is_new_enough as is_new_node};
use self::left_out::LeftOut;
use self::tally::Tally;
use crate::all_in_one;
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
    let left_out = LeftOut::none_yet(&layout);
    let tally = tokio::select! {
        tally = run_all(options, &cargo, &layout, &environment, &left_out, interrupt) => tally,
        signal = interrupt.received() => bail!("{signal}: the checks were not finished"),
    };
    println!("{left_out}\n{tally}");
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run_all(
    options: &TestOptions,
    cargo: &Cargo,
    layout: &Layout,
    environment: &Environment,
    left_out: &LeftOut,
    interrupt: &Interrupt,
) -> Tally {
    let mut tally = Tally::default();
    let begun = heading("services");
    let started = Services::start(layout, environment, Wanted::ALL, "test").await;
    let mut services = match started {
        Ok(services) => services,
        Err(error) => {
            tally.check("services", begun, Err(error));
            return tally;
        }
    };
    for line in services.report() {
        println!("{line}");
    }
    if !options.fast {
        run_checks(cargo, layout, &services, &mut tally).await;
        let begun = heading("licences, bans, sources");
        if let Some(outcome) = deny::check(cargo, environment, left_out).await {
            tally.check("licences, bans, sources", begun, outcome);
        }
        for script in scripts::ALL {
            let begun = heading(script.title);
            let checkout = &layout.checkout;
            if let Some(outcome) = scripts::run(script, &[], checkout, environment, left_out).await
            {
                tally.check(script.title, begun, outcome);
            }
        }
    }
    let mut variables = services.environment();
    variables.push(left_out.variable());
    run_tests(options, cargo, &variables, &mut tally).await;
    if !options.fast {
        run_demo(cargo, &mut services, interrupt, &mut tally).await;
        run_pdf(cargo, &services, environment, left_out, &mut tally).await;
        console::check(cargo, environment, &mut services, left_out, interrupt, &mut tally).await;
        // where the console is built they ask for it too
        run_smoke(cargo, &services, &mut tally).await;
    }
    services.stop().await;
    tally
}

async fn run_checks(cargo: &Cargo, layout: &Layout, services: &Services, tally: &mut Tally) {
    for (title, check) in house::ALL {
        let begun = heading(title);
        tally.check(title, begun, check(&layout.checkout));
    }
    let begun = heading("queries");
    tally.check("queries", begun, queries::check(services, cargo).await);
    for step in cargo::STEPS {
        let begun = heading(step.title);
        tally.check(step.title, begun, cargo.step(step).await);
    }
}

async fn run_tests(
    options: &TestOptions,
    cargo: &Cargo,
    variables: &[(&'static str, String)],
    tally: &mut Tally,
) {
    let begun = heading("build of the tests");
    let built = cargo.build_tests(&options.cargo).await;
    let compiles = built.is_ok();
    tally.check("build of the tests", begun, built);
    if !compiles {
        return println!("it does not compile: no test was run");
    }
    let begun = heading("tests");
    match cargo.test(&options.cargo, variables).await {
        Ok(counted) => tally.add(begun, counted),
        Err(error) => tally.check("tests", begun, Err(error)),
    }
}

/// The main job once with a few people, as the README promises it.
async fn run_demo(
    cargo: &Cargo,
    services: &mut Services,
    interrupt: &Interrupt,
    tally: &mut Tally,
) {
    let begun = heading("the demo");
    let mut arguments: Vec<OsString> =
        ["demo", "--people", "12", "--seed", "7", "--out"].map(OsString::from).into();
    arguments.push(demo_folder(services).into());
    let done = match all_in_one::build(cargo).await {
        Ok(program) => all_in_one::run(program, arguments, services, interrupt).await,
        Err(error) => Err(error),
    };
    tally.check("the demo", begun, done);
}

fn demo_folder(services: &Services) -> PathBuf {
    services.layout().state.join("demo")
}

/// What the demo has exported as PDFs: one of each kind.
const PDFS: [&str; 4] = ["persona.pdf", "survey.pdf", "focus-group.pdf", "project.pdf"];

/// Whether they keep the standards of their PDFs.
async fn run_pdf(
    cargo: &Cargo,
    services: &Services,
    environment: &Environment,
    left_out: &LeftOut,
    tally: &mut Tally,
) {
    let (title, folder) = (scripts::PDF.title, demo_folder(services));
    let begun = heading(title);
    let files = PDFS.map(|name| folder.join(name).display().to_string());
    let files = files.each_ref().map(String::as_str);
    let checkout = cargo.checkout();
    let ran = scripts::run(scripts::PDF, &files, checkout, environment, left_out).await;
    if let Some(outcome) = ran {
        tally.check(title, begun, outcome);
    }
}

/// What a release tries before anybody is sent to it, against the system of this machine.
async fn run_smoke(cargo: &Cargo, services: &Services, tally: &mut Tally) {
    let begun = heading("smoke tests");
    let done = async {
        let program = all_in_one::build(cargo).await?;
        let work = |url: String| async move { scripts::smoke(cargo.checkout(), &url).await };
        all_in_one::while_up(program, services, work).await
    };
    tally.check("smoke tests", begun, done.await);
}

/// Writes `.sqlx` anew: what PostgreSQL says about every query of the workspace.
///
/// # Errors
/// When the services do not start, or a query or a migration is wrong.
pub async fn prepare(interrupt: &Interrupt) -> Result<()> {
    let layout = Layout::discover(Flavour::Test)?;
    let environment = Environment::from_process();
    let cargo = Cargo::new(&environment, &layout.checkout);
    let work = async {
        let wanted = Wanted::WITHOUT_NEO4J;
        let services = Services::start(&layout, &environment, wanted, "prepare").await?;
        let folder = layout.checkout.join(queries::FOLDER);
        let described = queries::describe(&services, &cargo, &folder).await;
        services.stop().await;
        described
    };
    tokio::select! {
        done = work => done,
        signal = interrupt.received() => bail!("{signal}: not prepared"),
    }
}

fn heading(title: &str) -> Instant {
    println!("\n── {title} {}", "─".repeat(70_usize.saturating_sub(title.chars().count())));
    Instant::now()
}
