//! The `local` program: parses the command line and hands over to the library.

use std::process::ExitCode;

use clap::Parser;

// Services are started on the main thread on purpose: see `process::Process`.
#[tokio::main]
async fn main() -> ExitCode {
    local::run(local::Cli::parse()).await
}
