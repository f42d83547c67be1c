//! Whose code may run in ours, by cargo-deny and `deny.toml`.

use std::path::PathBuf;

use anyhow::{Result, anyhow};

use super::cargo::Cargo;
use super::left_out::LeftOut;
use crate::environment::Environment;

/// The version that is installed where there is none.
const VERSION: &str = "cargo-deny@0.20.2";

/// Licences, bans and sources. Advisories are not asked for: their database needs GitHub, and a new one would
/// fail a commit that changed nothing.
const ARGUMENTS: &[&str] = &["check", "licenses", "bans", "sources"];

/// Runs cargo-deny, and installs it first where it is missing. `None` when it could not be installed and nobody
/// requires it: that is left out.
pub(crate) async fn check(
    cargo: &Cargo,
    environment: &Environment,
    left_out: &LeftOut,
) -> Option<Result<()>> {
    match program(cargo, environment).await {
        Ok(program) => Some(cargo.run_tool(&program, ARGUMENTS, &[]).await),
        Err(error) if environment.requires("deny") => Some(Err(error)),
        Err(error) => {
            left_out.add("deny", &format!("{error:#}"));
            None
        }
    }
}

/// The one on `PATH`, else the one that this user's checkouts share.
async fn program(cargo: &Cargo, environment: &Environment) -> Result<PathBuf> {
    if let Some(program) = environment.which("cargo-deny") {
        return Ok(program);
    }
    let cache = environment.cache().ok_or_else(|| anyhow!("no home to install it in"))?;
    let root = cache.join("tools");
    let program = root.join("bin/cargo-deny");
    if !program.is_file() {
        println!("installing {VERSION}, once: some minutes");
        // unoptimised: it is built in half the time, and runs for a second
        let root = root.to_string_lossy();
        let arguments = ["install", "--locked", "--debug", "--quiet", "--root", &root, VERSION];
        cargo.run(&arguments, &[]).await.map_err(|error| error.context("cannot install it"))?;
    }
    Ok(program)
}
