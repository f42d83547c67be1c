//! Choices: how often each option was chosen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Respondent, weights};
use crate::statistics::{effective_size, wilson};
use crate::survey::question::Question;

/// How many options are the most common ones of a multiple choice.
const MOST_COMMON: usize = 3;

/// One option or point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ChoiceShare)]
pub struct Share {
    /// The option, or the point of the scale.
    pub key: String,
    /// How many chose it.
    pub count: u64,
    /// Their share, weighted where there are weights.
    pub share: f64,
    /// Wilson's 95 % interval of the share.
    pub interval: [f64; 2],
}

/// A single choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChoiceStatistics {
    /// How many chose each option.
    pub distribution: BTreeMap<String, u64>,
    /// The most frequent option, weighted where there are weights; of several the first.
    pub most_common: Option<String>,
    /// The same with shares and intervals, in the researcher's order.
    pub shares: Vec<Share>,
    /// How many equally weighted people would say as much.
    pub effective_n: f64,
}

/// A multiple choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MultipleStatistics {
    /// How many chose each option.
    pub distribution: BTreeMap<String, u64>,
    /// The three most frequent options, weighted where there are weights, with their counts.
    pub most_common: Vec<(String, u64)>,
    /// Shares of respondents: they add up to more than 1.
    pub shares: Vec<Share>,
    /// Options chosen by one respondent on average, weighted where there are weights.
    pub mean_choices: f64,
    /// How many equally weighted people would say as much.
    pub effective_n: f64,
}

/// A ranking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RankingStatistics {
    /// How many put each option first.
    pub distribution: BTreeMap<String, u64>,
    /// The option that most put first, weighted where there are weights.
    pub most_common: Option<String>,
    /// First places with shares and intervals.
    pub shares: Vec<Share>,
    /// The mean rank of each option, 1 is first; an option that was not ranked has the mean of the
    /// places that are left.
    pub mean_rank: BTreeMap<String, f64>,
    /// How many equally weighted people would say as much.
    pub effective_n: f64,
}

pub(super) fn single(question: &Question, answered: &[&Respondent]) -> ChoiceStatistics {
    let chosen: Vec<Vec<usize>> =
        answered.iter().map(|r| r.response.choice(question).into_iter().collect()).collect();
    let shares = shares(question.choices(), &chosen, &weights(answered));
    ChoiceStatistics {
        distribution: counts(&shares),
        most_common: most_common(&shares),
        effective_n: effective_size(&weights(answered)),
        shares,
    }
}

pub(super) fn multiple(question: &Question, answered: &[&Respondent]) -> MultipleStatistics {
    let chosen: Vec<Vec<usize>> =
        answered.iter().map(|r| r.response.choices(question).unwrap_or_default()).collect();
    let weights = weights(answered);
    let shares = shares(question.choices(), &chosen, &weights);
    let mut common: Vec<&Share> = shares.iter().filter(|share| share.count > 0).collect();
    common.sort_by(|a, b| b.share.total_cmp(&a.share));
    let common = common.into_iter().take(MOST_COMMON);
    let choices = chosen.iter().zip(&weights).map(|(chosen, weight)| chosen.len() as f64 * weight);
    let (choices, total) = (choices.sum::<f64>(), weights.iter().sum::<f64>());
    MultipleStatistics {
        distribution: counts(&shares),
        most_common: common.map(|share| (share.key.clone(), share.count)).collect(),
        mean_choices: if total > 0.0 { choices / total } else { 0.0 },
        effective_n: effective_size(&weights),
        shares,
    }
}

pub(super) fn ranking(question: &Question, answered: &[&Respondent]) -> RankingStatistics {
    let ranked: Vec<Vec<usize>> =
        answered.iter().map(|r| r.response.choices(question).unwrap_or_default()).collect();
    let first: Vec<Vec<usize>> =
        ranked.iter().map(|ranks| ranks.first().copied().into_iter().collect()).collect();
    let shares = shares(question.choices(), &first, &weights(answered));
    let weights = weights(answered);
    let mean_rank = question.choices().iter().enumerate().map(|(option, name)| {
        let sum: f64 = ranked
            .iter()
            .zip(&weights)
            .map(|(ranks, weight)| weight * rank(ranks, option, question.choices().len()))
            .sum();
        (name.clone(), sum / weights.iter().sum::<f64>())
    });
    RankingStatistics {
        mean_rank: mean_rank.collect(),
        distribution: counts(&shares),
        most_common: most_common(&shares),
        effective_n: effective_size(&weights),
        shares,
    }
}

/// The rank of an option, from 1; what was not ranked shares the places that are left.
pub(super) fn rank(ranks: &[usize], option: usize, options: usize) -> f64 {
    let place = ranks.iter().position(|ranked| *ranked == option);
    place.map_or(f64::midpoint(ranks.len() as f64 + 1.0, options as f64), |p| p as f64 + 1.0)
}

/// How often each key was chosen; a respondent may choose several.
pub(super) fn shares(keys: &[String], chosen: &[Vec<usize>], weights: &[f64]) -> Vec<Share> {
    let total: f64 = weights.iter().sum();
    let n = effective_size(weights);
    let share = |(index, key): (usize, &String)| {
        let holders = chosen.iter().zip(weights).filter(|(chosen, _)| chosen.contains(&index));
        let (count, weight) = holders.fold((0, 0.0), |(n, sum), (_, w)| (n + 1, sum + w));
        let share = if total > 0.0 { weight / total } else { 0.0 };
        Share { key: key.clone(), count, share, interval: wilson(share, n) }
    };
    keys.iter().enumerate().map(share).collect()
}

pub(super) fn counts(shares: &[Share]) -> BTreeMap<String, u64> {
    shares.iter().map(|share| (share.key.clone(), share.count)).collect()
}

/// The option with the largest share; of several the first.
fn most_common(shares: &[Share]) -> Option<String> {
    let most = shares.iter().map(|share| share.share).fold(0.0, f64::max);
    let is_most = |share: &&Share| share.count > 0 && share.share > most - ROUNDING;
    shares.iter().find(is_most).map(|share| share.key.clone())
}

/// What a share of weights may be off by rounding.
const ROUNDING: f64 = 1e-9;
