//! Ratings and numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::choice::{Share, counts, shares};
use super::{Respondent, weights};
use crate::Seed;
use crate::statistics::{
    Interval, Summary, effective_size, mean_interval, median, mode, weighted_mean_interval, wilson,
};
use crate::survey::question::Question;

/// How many reactions in words are shown.
pub(super) const REACTIONS: usize = 5;

/// A rating scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RatingStatistics {
    /// The mean of the points, weighted where there are weights.
    pub mean: f64,
    /// The middle point.
    pub median: f64,
    /// The most frequent point.
    pub mode: f64,
    /// The lowest point given.
    pub min: f64,
    /// The highest point given.
    pub max: f64,
    /// The standard deviation of a sample.
    pub std: f64,
    /// How many gave each point.
    pub distribution: BTreeMap<String, u64>,
    /// Student's 95 % interval of the mean.
    pub mean_interval: Option<[f64; 2]>,
    /// Points with shares and intervals.
    pub shares: Vec<Share>,
    /// The share of the two highest points.
    pub top_two: Scored,
    /// The share of the two lowest points.
    pub bottom_two: Scored,
    /// The mean of the whole distributions that respondents gave: a probability a point. Absent where
    /// they named a point.
    pub elicited: Option<Vec<f64>>,
    /// What some said, word for word, where words were rated by similarity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// How many equally weighted people would say as much.
    pub effective_n: f64,
}

/// A reaction in words and what the scale makes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reaction {
    /// Word for word.
    pub text: String,
    /// A probability a point.
    pub distribution: Vec<f64>,
    /// The mean of that, on the scale.
    pub mean: f64,
}

/// A share with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Scored {
    /// The share.
    pub share: f64,
    /// Wilson's 95 % interval.
    pub interval: [f64; 2],
}

/// How likely people are to recommend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NpsStatistics {
    /// As of a rating.
    #[serde(flatten)]
    pub rating: RatingStatistics,
    /// Promoters less detractors, −100 to 100, weighted where there are weights, with the percentile
    /// interval of respondents resampled with their weights (Efron and Tibshirani 1993).
    pub nps: Interval,
    /// 9 and 10.
    pub promoters: Scored,
    /// 7 and 8.
    pub passives: Scored,
    /// 0 to 6.
    pub detractors: Scored,
}

/// A battery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MatrixStatistics {
    /// The rating of each row.
    pub rows: BTreeMap<String, RatingStatistics>,
}

/// A number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NumericStatistics {
    /// The mean, weighted where there are weights.
    pub mean: f64,
    /// The middle value.
    pub median: f64,
    /// The most frequent value.
    pub mode: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The standard deviation of a sample.
    pub std: f64,
    /// Student's 95 % interval of the mean.
    pub mean_interval: Option<[f64; 2]>,
    /// The values that a quarter and three quarters stay below.
    pub quartiles: [f64; 2],
    /// The unit.
    pub unit: Option<String>,
    /// The values, for a histogram: at most ten intervals of equal width.
    pub histogram: Vec<Share>,
}

pub(super) fn scale(question: &Question, answered: &[&Respondent]) -> RatingStatistics {
    let values: Vec<f64> =
        answered.iter().filter_map(|respondent| respondent.response.number(question)).collect();
    let elicited = elicited(&question.id, answered);
    let rating = rating(question, &values, &weights(answered), elicited);
    RatingStatistics { reactions: reactions(question, answered), ..rating }
}

/// The first who reacted in words.
fn reactions(question: &Question, answered: &[&Respondent]) -> Vec<Reaction> {
    let (low, _) = question.scale();
    let reactions = answered.iter().filter_map(|respondent| {
        let text = respondent.response.reactions.get(&question.id)?.clone();
        let distribution = respondent.response.distributions.get(&question.id)?.clone();
        let mean = distribution.iter().zip(low..).map(|(p, point)| p * f64::from(point)).sum();
        Some(Reaction { text, distribution, mean })
    });
    reactions.take(REACTIONS).collect()
}

pub(super) fn matrix(question: &Question, answered: &[&Respondent]) -> MatrixStatistics {
    let rows = question.items().iter().enumerate().map(|(index, row)| {
        let values: Vec<f64> =
            answered.iter().filter_map(|r| r.response.row(question, row)).collect();
        let elicited = elicited(&format!("{}/{index}", question.id), answered);
        (row.clone(), rating(question, &values, &weights(answered), elicited))
    });
    MatrixStatistics { rows: rows.collect() }
}

pub(super) fn recommendation(question: &Question, answered: &[&Respondent]) -> NpsStatistics {
    let rating = scale(question, answered);
    let group = |low: i32, high: i32| {
        let held = rating.shares.iter().enumerate();
        let share = held
            .filter(|(point, _)| (low..=high).contains(&(*point as i32)))
            .map(|(_, share)| share.share)
            .sum();
        Scored { share, interval: wilson(share, rating.effective_n) }
    };
    let (promoters, passives, detractors) = (group(9, 10), group(7, 8), group(0, 6));
    let scores = answered.iter().filter_map(|r| Some((r.response.number(question)?, r.weight)));
    let (scores, weights): (Vec<f64>, Vec<f64>) =
        scores.map(|(point, weight)| (promotes(point), weight)).unzip();
    let nps = weighted_mean_interval(&scores, &weights, Seed(0));
    let nps = nps.unwrap_or(Interval { value: 0.0, interval: [-100.0, 100.0] });
    NpsStatistics { nps, promoters, passives, detractors, rating }
}

/// What one answer adds to the promoter score: 100 for a promoter, −100 for a detractor.
fn promotes(point: f64) -> f64 {
    match point {
        9.0.. => 100.0,
        7.0..9.0 => 0.0,
        _ => -100.0,
    }
}

/// The mean of the distributions behind the ratings, weighted as the respondents are.
fn elicited(name: &str, answered: &[&Respondent]) -> Option<Vec<f64>> {
    let mut sum: Vec<f64> = Vec::new();
    let mut total = 0.0;
    for respondent in answered {
        let Some(distribution) = respondent.response.distributions.get(name) else { continue };
        sum.resize(distribution.len().max(sum.len()), 0.0);
        sum.iter_mut().zip(distribution).for_each(|(sum, p)| *sum += p * respondent.weight);
        total += respondent.weight;
    }
    (total > 0.0).then(|| sum.into_iter().map(|p| p / total).collect())
}

fn rating(
    question: &Question,
    values: &[f64],
    weights: &[f64],
    elicited: Option<Vec<f64>>,
) -> RatingStatistics {
    let (low, high) = question.scale();
    let keys: Vec<String> = (low..=high).map(|point| point.to_string()).collect();
    let chosen: Vec<Vec<usize>> =
        values.iter().map(|value| vec![(*value as i32 - low) as usize]).collect();
    let shares = shares(&keys, &chosen, weights);
    let n = effective_size(weights);
    let summary =
        Summary::of(values, weights).unwrap_or(Summary { n: 0, mean: 0.0, deviation: 0.0 });
    let ends = |shares: &[Share]| {
        let share: f64 = shares.iter().map(|share| share.share).sum();
        Scored { share: share.min(1.0), interval: wilson(share.min(1.0), n) }
    };
    let edge = keys.len().min(2);
    RatingStatistics {
        mean: summary.mean,
        median: median(values).unwrap_or_default(),
        mode: mode(values).unwrap_or_default(),
        min: values.iter().copied().fold(f64::INFINITY, f64::min),
        max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        std: summary.deviation,
        distribution: counts(&shares),
        mean_interval: mean_interval(summary.mean, summary.deviation, n),
        top_two: ends(&shares[keys.len() - edge..]),
        bottom_two: ends(&shares[..edge]),
        shares,
        elicited,
        reactions: Vec::new(),
        effective_n: n,
    }
}

pub(super) fn numeric(question: &Question, answered: &[&Respondent]) -> NumericStatistics {
    let values: Vec<f64> =
        answered.iter().filter_map(|respondent| respondent.response.number(question)).collect();
    let weights = weights(answered);
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[(share * (sorted.len() - 1) as f64).round() as usize];
    let summary = Summary::of(&values, &weights);
    let summary = summary.unwrap_or(Summary { n: 0, mean: 0.0, deviation: 0.0 });
    NumericStatistics {
        mean: summary.mean,
        median: median(&values).unwrap_or_default(),
        mode: mode(&values).unwrap_or_default(),
        min: sorted[0],
        max: sorted[sorted.len() - 1],
        std: summary.deviation,
        mean_interval: mean_interval(summary.mean, summary.deviation, effective_size(&weights)),
        quartiles: [at(0.25), at(0.75)],
        unit: question.unit.clone(),
        histogram: histogram(&values, &weights, sorted[0], sorted[sorted.len() - 1]),
    }
}

/// At most ten intervals of equal width between the smallest and the largest value.
fn histogram(values: &[f64], weights: &[f64], low: f64, high: f64) -> Vec<Share> {
    const BINS: usize = 10;
    let width = (high - low) / BINS as f64;
    if width <= 0.0 {
        let all = vec![vec![0]; values.len()];
        return shares(&[low.to_string()], &all, weights);
    }
    let bin = |value: f64| (((value - low) / width) as usize).min(BINS - 1);
    let chosen: Vec<Vec<usize>> = values.iter().map(|value| vec![bin(*value)]).collect();
    let edge = |bin: usize| ((low + width * bin as f64) * 100.0).round() / 100.0;
    let keys: Vec<String> =
        (0..BINS).map(|bin| format!("{}–{}", edge(bin), edge(bin + 1))).collect();
    shares(&keys, &chosen, weights)
}
