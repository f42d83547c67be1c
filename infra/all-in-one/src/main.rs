//! The program: parses the command line and hands over to the library. Started again by the worker for
//! documents, it reads one file and ends.

use std::process::ExitCode;

use all_in_one::Cli;
use clap::Parser;

fn main() -> ExitCode {
    if let Some(file_type) = rag_ingest::extract::asked() {
        rag_ingest::extract::work(file_type);
        return ExitCode::SUCCESS;
    }
    start()
}

#[tokio::main]
async fn start() -> ExitCode {
    all_in_one::run(Cli::parse()).await
}
