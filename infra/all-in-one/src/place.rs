//! Where the system runs: the services and the folder that `cargo local` gives it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use local::services::write_secret;
use platform::secret;

/// The services by their variables, a folder, and a port.
#[derive(Debug, Clone)]
pub struct Place {
    /// The variables of this process: the services, and what the person has set.
    pub variables: BTreeMap<String, String>,
    /// Files, e-mails and secrets lie here.
    pub state: PathBuf,
    /// The checkout's own port.
    pub port: u16,
}

impl Place {
    /// As `cargo local` has set it.
    ///
    /// # Errors
    /// When this program was started in another way.
    pub fn from_process() -> Result<Self> {
        let variables: BTreeMap<String, String> = std::env::vars().collect();
        let variable = |name: &str| {
            let value = variables.get(name).cloned();
            value.with_context(|| format!("{name} is not set: start this by `cargo local`"))
        };
        let state = variable("SIGHT_STATE")?.into();
        let port = variable("SIGHT_HTTP_PORT")?.parse().context("SIGHT_HTTP_PORT is no port")?;
        variable("DATABASE_URL")?;
        Ok(Self { variables, state, port })
    }

    /// PostgreSQL, as its superuser.
    pub fn database_url(&self) -> &str {
        &self.variables["DATABASE_URL"]
    }

    /// Whether the console is built, and so served.
    pub fn has_console(&self) -> bool {
        self.variables.contains_key("WEB_ROOT")
    }

    /// A secret of this checkout, made at its first start.
    pub fn kept_secret(&self, file: &str) -> Result<String> {
        let path = self.state.join(file);
        if let Ok(secret) = std::fs::read_to_string(&path) {
            return Ok(secret);
        }
        let secret = secret::random_token();
        write_secret(&path, &secret)?;
        Ok(secret)
    }
}
