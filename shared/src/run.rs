//! Long work: what kinds there are and how it stands.

use serde::{Deserialize, Serialize};

use crate::id::RunId;

crate::words! {
    /// A kind of long work. Its word is also the name of its topic.
    pub enum RunKind {
        /// Writes a file for somebody to take away.
        Export = "export",
        /// Lets a focus group talk.
        FocusGroupRun = "focus-group-run",
        /// Reads and sums up what a focus group said.
        FocusGroupSummary = "focus-group-summary",
        /// Computes the metrics of segments anew.
        KpiRecalc = "kpi-recalc",
        /// Writes the personas of a population.
        PersonaGenerate = "persona-generate",
        /// Drafts what segments need from what their people have said.
        PersonaInsights = "persona-insights",
        /// Takes a document in, or away.
        RagIngest = "rag-ingest",
        /// Asks the respondents of a survey.
        SurveyRun = "survey-run",
    }
}

impl RunKind {
    /// Whether a worker reports at the end on what was done of a run, also of one that was cancelled: on its people.
    pub const fn has_report(self) -> bool {
        matches!(self, Self::PersonaGenerate)
    }

    /// Whether each run of a subject makes something of its own: people of a population. A later run takes an earlier
    /// one's place otherwise.
    pub const fn adds_to_its_subject(self) -> bool {
        matches!(self, Self::PersonaGenerate)
    }

    /// What to do in the place of trying again what failed of a run that ended so; none where it can be tried again.
    pub const fn instead_of_retry(self, ended: RunStatus) -> Option<&'static str> {
        match (self, ended) {
            (Self::RagIngest, _) => Some("Upload the document again"),
            // Its summary is written, and another would be its next version.
            (Self::FocusGroupSummary, RunStatus::Partial) => Some("Ask for another summary"),
            _ => None,
        }
    }
}

crate::words! {
    /// How a run stands.
    pub enum RunStatus {
        /// Nobody has begun.
        Queued = "queued",
        /// At work.
        Running = "running",
        /// Everything is there.
        Succeeded = "succeeded",
        /// Some of it is there, and the rest failed with reasons.
        Partial = "partial",
        /// Nothing is there.
        Failed = "failed",
        /// Stopped on request; what was done stays.
        Cancelled = "cancelled",
    }
}

impl RunStatus {
    /// True when nothing more will happen.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// How a run ends, by the results of its items.
    pub fn at_end(done: u32, failed: u32, was_cancelled: bool) -> Self {
        match (done, failed) {
            _ if was_cancelled => Self::Cancelled,
            (0, _) => Self::Failed,
            (_, 0) => Self::Succeeded,
            _ => Self::Partial,
        }
    }
}

/// Asks a worker to look at one shard of a run. A hint: the row is the truth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRequested {
    /// Version of this payload: 1.
    pub schema: u8,
    pub run_id: RunId,
    pub shard: i32,
}

/// The topic on which the clock asks for metrics whose sources have changed.
pub const KPI_STALE: &str = "kpi-stale";

/// A call of the clock: do what is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledCall {
    /// Version of this payload: 1.
    pub schema: u8,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_with_nothing_in_it_is_never_a_success() {
        for (done, failed, cancelled, status) in [
            (20, 0, false, RunStatus::Succeeded),
            (19, 1, false, RunStatus::Partial),
            (0, 20, false, RunStatus::Failed),
            (0, 0, false, RunStatus::Failed),
            (5, 0, true, RunStatus::Cancelled),
        ] {
            assert_eq!(RunStatus::at_end(done, failed, cancelled), status);
        }
    }
}
