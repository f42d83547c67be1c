//! What every export is asked with: its form, and whether people are masked.

use platform::limit::{Class, Rate, WithoutRedis};
use platform::{Access, Admin, Error, Result, Viewer};
use serde::{Deserialize, Serialize};
use shared::account::Plan;
use utoipa::ToSchema;

/// Exporting: 30 a minute, whatever the plan (the client's contract, §0.4).
///
/// Without Redis it passes: it reads, and costs no money.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exporting;

impl Class for Exporting {
    const BUCKET: &'static str = "export";
    const WITHOUT_REDIS: WithoutRedis = WithoutRedis::Pass;

    fn rate(_: Plan) -> Rate {
        Rate { limit: 30, window: std::time::Duration::from_secs(60) }
    }
}

shared::words! {
    /// A kind of file.
    #[schema(as = ExportFormat)]
    pub(crate) enum Format {
        Csv = "csv",
        Json = "json",
        Pdf = "pdf",
    }
}

impl Format {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Pdf => "application/pdf",
        }
    }
}

/// Whether names, towns and ages leave as they are. Left out they are masked.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub(crate) struct Masking {
    /// Admins alone may, and say why. Default false.
    #[serde(default)]
    pub(crate) unmask: bool,
    /// 3 to 500 characters; the audit log keeps them.
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

impl Masking {
    /// Who unmasks is an admin and gives a reason.
    pub(crate) fn check(&self, access: Access<Viewer>) -> Result<()> {
        if !self.unmask {
            return Ok(());
        }
        let _: Access<Admin> = access.raised()?;
        let length = self.reason.as_deref().map_or(0, |reason| reason.trim().chars().count());
        match (3..=500).contains(&length) {
            true => Ok(()),
            false => Err(Error::invalid("reason", "must have 3 to 500 characters to unmask")),
        }
    }
}
