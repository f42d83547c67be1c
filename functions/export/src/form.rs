//! What every export is asked with: its form, and how often.

use platform::limit::{Class, Rate, WithoutRedis};
use shared::account::Plan;

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
