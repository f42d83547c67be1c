//! Long work: what kinds there are and how it stands.

use serde::{Deserialize, Serialize};

use crate::id::RunId;

/// A kind of long work. Its word is also the name of its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunKind {
    /// Writes a file for somebody to take away.
    Export,
    /// Lets a focus group talk.
    FocusGroupRun,
    /// Reads and sums up what a focus group said.
    FocusGroupSummary,
    /// Computes the metrics of segments anew.
    KpiRecalc,
    /// Writes the personas of a population.
    PersonaGenerate,
    /// Drafts what segments need from what their people have said.
    PersonaInsights,
    /// Takes a document in, or away.
    RagIngest,
    /// Asks the respondents of a survey.
    SurveyRun,
}

impl RunKind {
    const ALL: [Self; 8] = [
        Self::Export,
        Self::FocusGroupRun,
        Self::FocusGroupSummary,
        Self::KpiRecalc,
        Self::PersonaGenerate,
        Self::PersonaInsights,
        Self::RagIngest,
        Self::SurveyRun,
    ];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::FocusGroupRun => "focus-group-run",
            Self::FocusGroupSummary => "focus-group-summary",
            Self::KpiRecalc => "kpi-recalc",
            Self::PersonaGenerate => "persona-generate",
            Self::PersonaInsights => "persona-insights",
            Self::RagIngest => "rag-ingest",
            Self::SurveyRun => "survey-run",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// Nobody has begun.
    Queued,
    /// At work.
    Running,
    /// Everything is there.
    Succeeded,
    /// Some of it is there, and the rest failed with reasons.
    Partial,
    /// Nothing is there.
    Failed,
    /// Stopped on request; what was done stays.
    Cancelled,
}

impl RunStatus {
    const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Succeeded,
        Self::Partial,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

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
    /// The run.
    pub run_id: RunId,
    /// The shard.
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
