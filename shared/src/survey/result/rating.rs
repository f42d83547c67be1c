//! Ratings and numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Respondent;
use super::choice::{Share, counts, shares};
use super::spread::{deviation, in_whole_people, mass, mean_of};
use crate::statistics::{
    Interval, SampleSummary, Trinomial, effective_size, mean_interval, mode, quantile, wilson,
};
use crate::survey::question::Question;

// Chosen by hand: examples, no list.
pub(super) const REACTIONS: usize = 5;

/// A rating scale. Who gave a whole distribution counts with all of it, who named a point with that point:
/// no figure rests on points that were drawn from distributions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RatingStatistics {
    /// The mean of the respondents' means, weighted where there are weights.
    pub mean: f64,
    /// The middle of all points, weighted where there are weights.
    pub median: f64,
    /// The point on which most lies, weighted where there are weights.
    pub mode: f64,
    /// The lowest point that at least one gives.
    pub min: f64,
    /// The highest point that at least one gives.
    pub max: f64,
    /// The standard deviation of a sample, what lies within the respondents' distributions included.
    pub std: f64,
    /// How many gave each point; of distributions, how many are to be expected on it, in whole people.
    pub distribution: BTreeMap<String, u64>,
    /// Student's 95 % interval of the mean, by how much the respondents' means differ.
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
    /// How many gave a whole distribution. The one point that is kept of each of them is drawn from it, and
    /// takes no part in these figures.
    #[serde(default)]
    pub with_distribution: u64,
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
    /// Promoters less detractors, −100 to 100, weighted where there are weights, with the adjusted Wald
    /// interval (Rocks 2016) of the effective size.
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
    /// The middle value, weighted where there are weights.
    pub median: f64,
    /// The most frequent value, weighted where there are weights.
    pub mode: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The standard deviation of a sample.
    pub std: f64,
    /// Student's 95 % interval of the mean.
    pub mean_interval: Option<[f64; 2]>,
    /// The values that a quarter and three quarters stay below, weighted where there are weights.
    pub quartiles: [f64; 2],
    /// The unit.
    pub unit: Option<String>,
    /// The values, for a histogram: at most ten intervals of equal width.
    pub histogram: Vec<Share>,
}

pub(super) fn scale(question: &Question, answered: &[&Respondent]) -> RatingStatistics {
    let rating = rating(question, None, answered);
    RatingStatistics { reactions: reactions(question, answered), ..rating }
}

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
    let rows = question.items().iter().enumerate();
    let rows = rows.map(|(index, row)| (row.clone(), rating(question, Some(index), answered)));
    MatrixStatistics { rows: rows.collect() }
}

pub(super) fn recommendation(question: &Question, answered: &[&Respondent]) -> NpsStatistics {
    let rating = scale(question, answered);
    let n = rating.effective_n;
    let group = |low: i32, high: i32| {
        let held = rating.shares.iter().enumerate();
        let share = held
            .filter(|(point, _)| (low..=high).contains(&(*point as i32)))
            .map(|(_, share)| share.share)
            .sum();
        Scored { share, interval: wilson(share, n) }
    };
    let (promoters, passives, detractors) = (group(9, 10), group(7, 8), group(0, 6));
    let answers = Trinomial {
        above: promoters.share * n,
        between: passives.share * n,
        below: detractors.share * n,
    };
    let anything = Interval { value: 0.0, interval: [-100.0, 100.0] };
    let nps = answers.score().unwrap_or(anything);
    NpsStatistics { nps, promoters, passives, detractors, rating }
}

/// The mean of the distributions behind the ratings, weighted as the respondents are, and of how many.
fn elicited(name: &str, answered: &[&Respondent]) -> (Option<Vec<f64>>, u64) {
    let mut sum: Vec<f64> = Vec::new();
    let (mut total, mut n) = (0.0, 0);
    for respondent in answered {
        let Some(distribution) = respondent.response.distributions.get(name) else { continue };
        sum.resize(distribution.len().max(sum.len()), 0.0);
        sum.iter_mut().zip(distribution).for_each(|(sum, p)| *sum += p * respondent.weight);
        total += respondent.weight;
        n += 1;
    }
    ((total > 0.0).then(|| sum.into_iter().map(|p| p / total).collect()), n)
}

/// The figures of a rating, or of a row of a battery.
fn rating(question: &Question, row: Option<usize>, answered: &[&Respondent]) -> RatingStatistics {
    let spreads =
        answered.iter().filter_map(|r| Some((r.response.spread(question, row)?, r.weight)));
    let (spreads, weights): (Vec<Vec<f64>>, Vec<f64>) = spreads.unzip();
    let (low, high) = question.scale();
    let points: Vec<f64> = (low..=high).map(f64::from).collect();
    let expected = mass(&spreads, &vec![1.0; spreads.len()], points.len());
    let people = in_whole_people(&expected);
    let n = effective_size(&weights);
    let total: f64 = weights.iter().sum();
    let share = |mass: f64| if total > 0.0 { (mass / total).clamp(0.0, 1.0) } else { 0.0 };
    let weighted = mass(&spreads, &weights, points.len());
    let shares: Vec<Share> = weighted
        .iter()
        .map(|mass| share(*mass))
        .zip(&people)
        .zip(low..)
        .map(|((share, &count), point)| Share {
            key: point.to_string(),
            count,
            share,
            interval: wilson(share, n),
        })
        .collect();
    let scores: Vec<f64> = spreads.iter().map(|spread| mean_of(spread, &points)).collect();
    let of_scores = SampleSummary::of(&scores, &weights).unwrap_or(SampleSummary {
        n: 0,
        mean: 0.0,
        deviation: 0.0,
    });
    let ends = |shares: &[Share]| {
        let share: f64 = shares.iter().map(|share| share.share).sum();
        Scored { share: share.min(1.0), interval: wilson(share.min(1.0), n) }
    };
    let edge = points.len().min(2);
    let given = |place: Option<usize>| place.map_or(f64::NAN, |place| points[place]);
    let name = row.map_or(question.id.clone(), |row| format!("{}/{row}", question.id));
    let (elicited, with_distribution) = elicited(&name, answered);
    RatingStatistics {
        mean: of_scores.mean,
        median: quantile(&points, &weighted, 0.5).unwrap_or_default(),
        mode: mode(&points, &weighted).unwrap_or_default(),
        min: given(people.iter().position(|count| *count > 0)),
        max: given(people.iter().rposition(|count| *count > 0)),
        std: deviation(&spreads, &weights, &points, of_scores.mean),
        distribution: counts(&shares),
        mean_interval: mean_interval(of_scores.mean, of_scores.deviation, n),
        top_two: ends(&shares[points.len() - edge..]),
        bottom_two: ends(&shares[..edge]),
        shares,
        elicited,
        with_distribution,
        reactions: Vec::new(),
        effective_n: n,
    }
}

pub(super) fn numeric(question: &Question, answered: &[&Respondent]) -> NumericStatistics {
    let numbers = answered.iter().filter_map(|r| Some((r.response.number(question)?, r.weight)));
    let (values, weights): (Vec<f64>, Vec<f64>) = numbers.unzip();
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| quantile(&values, &weights, share).unwrap_or_default();
    let summary = SampleSummary::of(&values, &weights);
    let summary = summary.unwrap_or(SampleSummary { n: 0, mean: 0.0, deviation: 0.0 });
    NumericStatistics {
        mean: summary.mean,
        median: at(0.5),
        mode: mode(&values, &weights).unwrap_or_default(),
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
