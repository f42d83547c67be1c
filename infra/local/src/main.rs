//! The `local` program: parses the command line and hands over to the library. Started again by the
//! worker for documents, it reads one file and ends.

use std::process::ExitCode;

use clap::Parser;

// Services are started on the main thread on purpose: see `process::Process`.
fn main() -> ExitCode {
    #[cfg(feature = "system")]
    if let Some(file_type) = rag_ingest::extract::asked() {
        rag_ingest::extract::work(file_type);
        return ExitCode::SUCCESS;
    }
    start()
}

#[tokio::main]
async fn start() -> ExitCode {
    local::run(local::Cli::parse()).await
}
