//! Waiting for the person or the machine to end what runs.

use anyhow::{Result, bail};

use crate::interrupt::Interrupt;
use crate::services::Services;

/// Waits for Ctrl-C or SIGTERM.
///
/// # Errors
/// When PostgreSQL or Redis ends by itself.
pub async fn until_interrupted(services: &mut Services, interrupt: &Interrupt) -> Result<()> {
    tokio::select! {
        signal = interrupt.received() => eprintln!("\n{signal}: stopping"),
        service = services.failed() => bail!("{service} has ended by itself: see its log in {}",
            services.layout().logs().display()),
    }
    Ok(())
}

/// Prints the variables that name the services and waits.
///
/// # Errors
/// When PostgreSQL or Redis ends by itself.
pub async fn services_alone(services: &mut Services, interrupt: &Interrupt) -> Result<()> {
    for (name, value) in services.environment() {
        println!("{name}={value}");
    }
    eprintln!("\nCtrl-C stops them.");
    until_interrupted(services, interrupt).await
}
