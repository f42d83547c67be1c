//! What a comparison with people leaves out, and a pass therefore does not say.

use serde::{Deserialize, Serialize};

use super::structure::Structure;
use crate::survey::question::{Question, QuestionKind};

/// What a comparison cannot see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotLookedAt {
    /// Which kinds of people give which answers: the file has no attributes, or people's own answers go
    /// with them too little to tell. Right shares given by the wrong people are not noticed by this.
    WhoAnswers,
    /// Whether answers hang together as people's do: there are no two questions to compare, or people's own
    /// answers hang together too little to tell.
    PairsOfQuestions,
    /// Pairs and attributes of questions beyond the first 30 columns (a scale is one, a choice one an option), and pairs
    /// that fewer than ten people of a side gave both answers of.
    FurtherQuestions,
    /// Open answers, rankings and numbers.
    OtherQuestions,
    /// Weights: people of a side count for more than others, and here everybody counted once. Tests by permutation take
    /// answers for alike that are not where each has a weight of its own.
    Weights,
}

/// Weights less than this apart are even: a sheet of answers writes four places.
const EVEN: f64 = 5e-5;

/// Whether some count for more than others.
pub(super) fn are_uneven(mut weights: impl Iterator<Item = f64>) -> bool {
    let first = weights.next();
    first.is_some_and(|first| weights.any(|weight| (weight - first).abs() > EVEN))
}

/// What was left out of a comparison of these questions: by the correlations of their pairs and with attributes, by whether
/// some of these were not looked at, and by whether a side is weighted.
pub(super) fn of(
    questions: &[Question],
    [pairs, who]: [Option<&Structure>; 2],
    is_cut: bool,
    has_weights: bool,
) -> Vec<NotLookedAt> {
    let others = |q: &Question| {
        matches!(q.kind, QuestionKind::OpenText | QuestionKind::Ranking | QuestionKind::Numeric)
    };
    let all = [
        (who.is_none_or(Structure::is_unseen), NotLookedAt::WhoAnswers),
        (pairs.is_none_or(Structure::is_unseen), NotLookedAt::PairsOfQuestions),
        (is_cut, NotLookedAt::FurtherQuestions),
        (questions.iter().any(others), NotLookedAt::OtherQuestions),
        (has_weights, NotLookedAt::Weights),
    ];
    all.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, what)| what).collect()
}
