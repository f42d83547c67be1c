//! The system on top of the services: what `cargo local up` runs.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::interrupt::Interrupt;
use crate::services::Services;

/// What `cargo local up` may be told.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct UpOptions {
    /// Port of the system's one address (default: the checkout's own)
    #[arg(long)]
    pub port: Option<u16>,
    /// Folder of a built web client to serve beside the API
    #[arg(long, value_name = "DIR")]
    pub client: Option<PathBuf>,
}

/// Keeps the services up until the person or the machine ends it.
///
/// # Errors
/// When PostgreSQL or Redis ends by itself.
pub async fn serve(
    services: &mut Services,
    _options: &UpOptions,
    interrupt: &Interrupt,
) -> Result<()> {
    for (name, value) in services.environment() {
        println!("{name}={value}");
    }
    eprintln!("\nCtrl-C stops them.");
    tokio::select! {
        signal = interrupt.received() => eprintln!("\n{signal}: stopping"),
        service = services.failed() => bail!("{service} has ended by itself: see its log in {}",
            services.layout().logs().display()),
    }
    Ok(())
}
