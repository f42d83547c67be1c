//! What was answered in the project, by segment.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Points of a scale, and how many people lie on each: parts of people where they gave whole distributions, so that
/// no metric rests on points that were drawn from them.
pub type Points = BTreeMap<i64, f64>;

/// Who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Respondents {
    /// People, uploaded: their file may have attributes (`segment_age`), and none is a segment of personas.
    People,
    Simulated,
}

/// One question of one survey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnsweredQuestion {
    pub by: Respondents,
    /// The survey's title and the question's id, for the list of sources.
    pub name: String,
    pub at: DateTime<Utc>,
    /// By segment; of people nothing.
    pub segments: BTreeMap<String, Points>,
    pub all: Points,
}

pub(super) fn best(asked: &[AnsweredQuestion]) -> Option<&AnsweredQuestion> {
    asked.iter().find(|one| count(&one.all) > 0.0)
}

pub(super) fn count(points: &Points) -> f64 {
    points.values().sum()
}

/// How many lie on points that hold.
pub(super) fn count_of(points: &Points, holds: impl Fn(i64) -> bool) -> f64 {
    points.iter().filter(|(point, _)| holds(**point)).map(|(_, n)| *n).sum()
}
