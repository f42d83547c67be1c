#![doc = include_str!("../README.md")]

pub mod demo;
pub mod functions;
pub mod place;
pub mod system;

mod client;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use local::Interrupt;
use local::options::{DemoOptions, UpOptions};

use crate::place::Place;

/// Every function in one process. Started by `cargo local`, on the services that it runs.
#[derive(Debug, Parser)]
#[command(name = "cargo local", bin_name = "cargo local")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Do the main job
    Demo(DemoOptions),
    /// Serve until Ctrl-C
    Up(UpOptions),
}

/// Does what the command line says: 0 done, 1 not done, 130 interrupted before it was done.
pub async fn run(cli: Cli) -> ExitCode {
    let interrupt = match Interrupt::listen() {
        Ok(interrupt) => interrupt,
        Err(error) => return failure(&error.into()),
    };
    match (dispatch(&cli.command, &interrupt).await, interrupt.already()) {
        (Ok(()), _) => ExitCode::SUCCESS,
        (Err(error), None) => failure(&error),
        (Err(error), Some(_)) => {
            failure(&error);
            ExitCode::from(130)
        }
    }
}

async fn dispatch(command: &Command, interrupt: &Interrupt) -> Result<()> {
    let place = Place::from_process()?;
    match command {
        Command::Demo(options) => demo::run(&place, options, interrupt).await,
        Command::Up(options) => system::serve(&place, options, interrupt).await,
    }
}

fn failure(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}
