//! Choices: how often each option was chosen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Respondent, weights};
use crate::statistics::{SampleSummary, effective_size, mean_interval, wilson};
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
    /// Student's 95 % interval of each mean rank, by the effective size; empty where fewer than two people's worth
    /// of weight answered.
    #[serde(default)]
    pub mean_rank_intervals: BTreeMap<String, [f64; 2]>,
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
    let n = effective_size(&weights);
    let of_option = |(option, name): (usize, &String)| {
        let places = ranked.iter().map(|ranks| rank(ranks, option, question.choices().len()));
        let summary = SampleSummary::of(&places.collect::<Vec<f64>>(), &weights)?;
        Some((name.clone(), summary))
    };
    let ranks: Vec<(String, SampleSummary)> =
        question.choices().iter().enumerate().filter_map(of_option).collect();
    let interval = |(name, ranks): &(String, SampleSummary)| {
        Some((name.clone(), mean_interval(ranks.mean, ranks.deviation, n)?))
    };
    RankingStatistics {
        mean_rank_intervals: ranks.iter().filter_map(interval).collect(),
        mean_rank: ranks.into_iter().map(|(name, ranks)| (name, ranks.mean)).collect(),
        distribution: counts(&shares),
        most_common: most_common(&shares),
        effective_n: n,
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::respondents;
    use super::*;
    use crate::survey::sample::questions;

    /// The figures of a ranking of five, answered by these orders, where the last person counts for so many.
    fn of(orders: &[&str], last: f64) -> RankingStatistics {
        let question = json!({ "id": "q", "type": "ranking", "title": "T",
            "options": ["a", "b", "c", "d", "e"] });
        let answer = |order: &&str| {
            let options: Vec<String> = order.chars().map(String::from).collect();
            json!({ "q": options })
        };
        let answers: Vec<Value> = orders.iter().map(answer).collect();
        let mut all = respondents(&answers);
        all.last_mut().unwrap().weight = last;
        ranking(&questions(json!([question]))[0], &all.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_mean_rank_has_the_interval_of_a_mean() {
        // a has each of the places 1 to 5
        let found = of(&["abcde", "bacde", "cbade", "dcbae", "edcba"], 1.0);

        // scipy 1.17: stats.t.interval(0.95, 4, loc=3, scale=1.5811388/sqrt(5))
        let [low, high] = found.mean_rank_intervals["a"];
        assert_eq!(found.mean_rank["a"], 3.0);
        assert!((low - 1.036_757).abs() < 1e-5 && (high - 4.963_243).abs() < 1e-5, "{low} {high}");
        assert_eq!(found.mean_rank_intervals.len(), 5);
    }

    #[test]
    fn a_mean_rank_has_no_interval_where_fewer_than_two_peoples_worth_answered() {
        assert!(of(&["abcde"], 1.0).mean_rank_intervals.is_empty());
        let weighted = of(&["abcde", "edcba"], 3.0);
        assert_eq!(weighted.mean_rank["a"], 4.0);
        assert!(weighted.effective_n < 2.0 && weighted.mean_rank_intervals.is_empty());
    }
}
