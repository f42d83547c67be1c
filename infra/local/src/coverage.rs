//! `cargo local coverage`: how much of the code the tests run.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::checks::Cargo;
use crate::environment::Environment;
use crate::interrupt::Interrupt;
use crate::layout::{Flavour, Layout};
use crate::services::{Services, Wanted};

/// Measures with cargo-tarpaulin, which it installs when it is missing (some minutes, once). The whole
/// workspace is built again with counters in it, in a folder of its own.
///
/// # Errors
/// When something cannot be built or started, a test fails, or it is interrupted.
pub async fn run(interrupt: &Interrupt) -> Result<ExitCode> {
    let environment = Environment::from_process();
    let layout = Layout::discover(Flavour::Test)?;
    let cargo = Cargo::new(&environment, &layout.checkout);
    let work = async {
        if environment.which("cargo-tarpaulin").is_none() {
            cargo.run(&["install", "cargo-tarpaulin", "--locked"], &[]).await?;
        }
        let services = Services::start(&layout, &environment, Wanted::ALL, "coverage").await?;
        let measured = cargo.run(TARPAULIN, &services.environment()).await;
        services.stop().await;
        measured
    };
    tokio::select! {
        measured = work => measured?,
        signal = interrupt.received() => bail!("{signal}: nothing was measured"),
    }
    Ok(ExitCode::SUCCESS)
}

/// LLVM's own counters, read by tarpaulin itself: rustup's llvm-tools are not needed. Tests and
/// programs that only measure do not count as code to be covered.
const TARPAULIN: &[&str] = &[
    "tarpaulin",
    "--engine=llvm",
    "--workspace",
    "--no-fail-fast",
    // seconds a test program: whole journeys take minutes
    "--timeout=1800",
    // the goal in per cent; README has the figure
    "--fail-under=85",
    "--skip-clean",
    "--target-dir=target/coverage",
    "--exclude-files=tests/*",
    "--exclude-files=*/examples/*",
    "--exclude-files=*/tests.rs",
    "--exclude-files=*/tests/*",
    "--out=Stdout",
];
