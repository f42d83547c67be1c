//! Simulated answers held against people's answers to the same instrument.

mod csv;
mod file;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answers;
use super::question::{Kind, Question};
use super::result::Respondent;
use crate::Seed;
use crate::statistics::comparison::{Agreement, Comparison};
use crate::statistics::distance::weights;
use crate::statistics::{Interval, jensen_shannon, normalised_emd, percentile_interval};
use crate::statistics::{NoiseFloor, Scale, compare, noise_floor, total_variation};

pub use file::{MOST_PEOPLE, read};

/// A simulation that keeps less than this of people's standard deviation has lost their variance,
/// however small the sample that shows it: the ratio of the published failure was 0.44, that of two
/// halves of 50 people stays above 0.8 in 95 of 100 divisions.
pub const LEAST_DEVIATION: f64 = 0.8;

/// One question of both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuestionComparison {
    /// The question, `id/row` of a matrix, or `id/option` of a multiple choice.
    pub question_id: String,
    /// Its text.
    pub question_title: String,
    /// The options or points; `chosen` and `not_chosen` for an option of a multiple choice.
    pub keys: Vec<String>,
    /// Simulated answers.
    pub simulated: Vec<u64>,
    /// People's answers.
    pub people: Vec<u64>,
    /// The share of answers that would have to change, 0 to 1.
    pub total_variation: Interval,
    /// What chance alone would show between two samples of these sizes that are both drawn from
    /// people's shares.
    pub noise_floor: NoiseFloor,
    /// Scales: by what share of the scale answers would have to move on average.
    pub normalised_emd: Option<Interval>,
    /// In bits, 0 to 1.
    pub jensen_shannon: Interval,
    /// Scales: the simulation's standard deviation over people's.
    pub deviation_ratio: Option<Interval>,
    /// Scales: the simulation's share of the two highest points less people's.
    pub top_two_gap: Option<Interval>,
    /// Scales: the same of the two lowest points.
    pub bottom_two_gap: Option<Interval>,
    /// The tests by permutation behind the verdict.
    pub tests: Comparison,
    /// The verdict.
    pub verdict: Verdict,
}

/// Whether a simulation may stand beside people's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No measure differs by more than chance, and the variance is kept.
    Passes,
    /// The simulation varies less than people do: whatever else fits, it cannot pass.
    VarianceLost,
    /// A measure differs by more than chance.
    Differs,
    /// Fewer than ten answers on a side.
    TooFew,
}

/// Both sides compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Against {
    /// Simulated respondents.
    pub simulated: u64,
    /// People.
    pub people: u64,
    /// Choices and scales, in the survey's order. Open answers, rankings and numbers are not compared.
    pub questions: Vec<QuestionComparison>,
    /// How many questions have each verdict.
    pub verdicts: BTreeMap<String, u32>,
    /// Whether every compared question passes.
    pub passes: bool,
}

/// Compares every choice and scale. Unweighted: both sides are taken as they are.
pub fn against(
    questions: &[Question],
    respondents: &[Respondent],
    people: &[Answers],
    seed: Seed,
) -> Against {
    let simulated: Vec<&Answers> = respondents.iter().map(|r| &r.response.answers).collect();
    let people: Vec<&Answers> = people.iter().collect();
    let mut compared = Vec::new();
    for question in questions {
        for part in parts(question) {
            let (own, theirs) = (part.counts(&simulated), part.counts(&people));
            compared.push(part.compare(own, theirs, seed.child(&part.id, 0)));
        }
    }
    let mut verdicts = BTreeMap::new();
    for one in &compared {
        let word = serde_json::to_value(one.verdict).unwrap_or_default();
        *verdicts.entry(word.as_str().unwrap_or_default().to_owned()).or_insert(0) += 1;
    }
    Against {
        simulated: simulated.len() as u64,
        people: people.len() as u64,
        passes: !compared.is_empty() && compared.iter().all(|c| c.verdict == Verdict::Passes),
        questions: compared,
        verdicts,
    }
}

/// The keys that one person's answers give.
type Pick<'a> = Box<dyn Fn(&Answers) -> Vec<String> + 'a>;

/// A question, or a row or an option of one, as counts over keys: one key a person who answered.
struct Part<'a> {
    id: String,
    title: String,
    keys: Vec<String>,
    scale: Scale,
    pick: Pick<'a>,
}

fn parts(question: &Question) -> Vec<Part<'_>> {
    let points = || -> Vec<String> {
        let (low, high) = question.scale();
        (low..=high).map(|point| point.to_string()).collect()
    };
    let part = |pick: Pick<'static>, keys, scale| {
        vec![Part { id: question.id.clone(), title: question.title.clone(), keys, scale, pick }]
    };
    let id = question.id.clone();
    match question.kind {
        Kind::SingleChoice => part(
            Box::new(move |answers| texts(answers.get(&id))),
            question.choices().to_vec(),
            Scale::Nominal,
        ),
        Kind::MultipleChoice => options(question),
        Kind::RatingScale | Kind::Nps => {
            part(Box::new(move |answers| texts(answers.get(&id))), points(), Scale::Ordered)
        }
        Kind::Matrix => question
            .items()
            .iter()
            .map(|row| {
                let id = question.id.clone();
                Part {
                    id: format!("{id}/{row}"),
                    title: format!("{} {row}", question.title),
                    keys: points(),
                    scale: Scale::Ordered,
                    pick: Box::new(move |answers| {
                        texts(answers.get(&id).and_then(|rows| rows.get(row)))
                    }),
                }
            })
            .collect(),
        Kind::OpenText | Kind::Ranking | Kind::Numeric => Vec::new(),
    }
}

/// A part for each option of a multiple choice: who answered, chose it or not. Selections pooled over
/// options would hide somebody who ticks them all.
fn options(question: &Question) -> Vec<Part<'_>> {
    let of = |option: &String| {
        let (id, wanted) = (question.id.clone(), option.clone());
        Part {
            id: format!("{id}/{option}"),
            title: format!("{} {option}", question.title),
            keys: vec!["chosen".to_owned(), "not_chosen".to_owned()],
            scale: Scale::Nominal,
            pick: Box::new(move |answers| {
                let Some(answer) = answers.get(&id) else { return Vec::new() };
                let is_chosen = texts(Some(answer)).contains(&wanted);
                vec![if is_chosen { "chosen" } else { "not_chosen" }.to_owned()]
            }),
        }
    };
    question.choices().iter().map(of).collect()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => items.iter().flat_map(|item| texts(Some(item))).collect(),
        Some(Value::String(text)) => vec![text.clone()],
        Some(other) => vec![other.to_string()],
        None => Vec::new(),
    }
}

impl Part<'_> {
    fn counts(&self, answers: &[&Answers]) -> Vec<u64> {
        let mut counts = vec![0; self.keys.len()];
        for chosen in answers.iter().flat_map(|answers| (self.pick)(answers)) {
            if let Some(place) = self.keys.iter().position(|key| *key == chosen) {
                counts[place] += 1;
            }
        }
        counts
    }

    fn compare(&self, own: Vec<u64>, theirs: Vec<u64>, seed: Seed) -> QuestionComparison {
        let figure = |name: &str, of: &dyn Fn(&[Vec<u64>]) -> f64| {
            percentile_interval(&[&own, &theirs], of, seed.child(name, 0))
        };
        let nothing = Interval { value: 1.0, interval: [0.0, 1.0] };
        let ordered = self.scale == Scale::Ordered;
        let on_scale = |name: &str, of: &dyn Fn(&[Vec<u64>]) -> f64| {
            if ordered { figure(name, of) } else { None }
        };
        let tests = compare(&own, &theirs, self.scale, seed);
        let deviation_ratio = on_scale("deviation", &|s| deviation(&s[0]) / deviation(&s[1]));
        QuestionComparison {
            total_variation: figure("variation", &variation).unwrap_or(nothing),
            noise_floor: noise_floor(&probabilities(&theirs), draws(&own, &theirs)),
            normalised_emd: on_scale("emd", &|s| {
                normalised_emd(&weights(&s[0]), &weights(&s[1])).unwrap_or(f64::NAN)
            }),
            jensen_shannon: figure("divergence", &|s| {
                jensen_shannon(&weights(&s[0]), &weights(&s[1])).unwrap_or(f64::NAN)
            })
            .unwrap_or(nothing),
            top_two_gap: on_scale("top", &|s| top_two(&s[0]) - top_two(&s[1])),
            bottom_two_gap: on_scale("bottom", &|s| bottom_two(&s[0]) - bottom_two(&s[1])),
            verdict: verdict(&tests, deviation_ratio),
            deviation_ratio,
            tests,
            question_id: self.id.clone(),
            question_title: self.title.clone(),
            keys: self.keys.clone(),
            simulated: own,
            people: theirs,
        }
    }
}

fn verdict(tests: &Comparison, ratio: Option<Interval>) -> Verdict {
    use crate::statistics::comparison::Difference;

    let is_lost = ratio.is_some_and(|ratio| ratio.value < LEAST_DEVIATION);
    match &tests.verdict {
        Agreement::TooFew => Verdict::TooFew,
        Agreement::Fail { because } if because.contains(&Difference::VariesLess) => {
            Verdict::VarianceLost
        }
        _ if is_lost => Verdict::VarianceLost,
        Agreement::Fail { .. } => Verdict::Differs,
        Agreement::Pass => Verdict::Passes,
    }
}

fn variation(sides: &[Vec<u64>]) -> f64 {
    total_variation(&weights(&sides[0]), &weights(&sides[1]))
}

/// How many draws from known shares differ from them as two samples of these sizes from each other:
/// 1/n = 1/n₁ + 1/n₂, since their variances add up.
fn draws(own: &[u64], theirs: &[u64]) -> u64 {
    let (own, theirs) = (own.iter().sum::<u64>() as f64, theirs.iter().sum::<u64>() as f64);
    if own + theirs > 0.0 { (own * theirs / (own + theirs)).round() as u64 } else { 0 }
}

fn probabilities(counts: &[u64]) -> Vec<f64> {
    let n = counts.iter().sum::<u64>().max(1) as f64;
    counts.iter().map(|count| *count as f64 / n).collect()
}

/// The standard deviation of a sample on points one apart.
fn deviation(counts: &[u64]) -> f64 {
    let n = counts.iter().sum::<u64>() as f64;
    let sum = |f: &dyn Fn(f64) -> f64| -> f64 {
        counts.iter().enumerate().map(|(point, count)| f(point as f64) * *count as f64).sum()
    };
    let mean = sum(&|x| x) / n;
    (sum(&|x| (x - mean).powi(2)) / (n - 1.0)).sqrt()
}

fn top_two(counts: &[u64]) -> f64 {
    let from = counts.len().saturating_sub(2);
    probabilities(counts)[from..].iter().sum()
}

fn bottom_two(counts: &[u64]) -> f64 {
    probabilities(counts).iter().take(2).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::survey::Response;
    use crate::survey::sample::{cards, questions};

    fn survey() -> Vec<Question> {
        questions(json!([
            { "id": "buy", "type": "rating-scale", "title": "T" },
            { "id": "tea", "type": "multiple-choice", "title": "T", "options": ["a, b", "c"] },
            { "id": "grid", "type": "matrix", "title": "T", "rows": ["price", "taste"] },
        ]))
    }

    fn ratings(counts: [usize; 5]) -> Vec<Answers> {
        let points = (1..=5).zip(counts).flat_map(|(point, n)| vec![point; n]);
        points.map(|point| [("buy".to_owned(), json!(point))].into()).collect()
    }

    fn respondents(answers: Vec<Answers>) -> Vec<Respondent> {
        let cards = cards(answers.len() as u32).into_iter().zip(answers);
        cards
            .map(|(card, answers)| {
                let response = Response { answers, ..Response::default() };
                Respondent { profile: (&card).into(), response, weight: 1.0 }
            })
            .collect()
    }

    fn buy(simulated: [usize; 5], people: [usize; 5]) -> QuestionComparison {
        let (simulated, people) = (respondents(ratings(simulated)), ratings(people));
        let mut found = against(&survey(), &simulated, &people, Seed(1));
        found.questions.swap_remove(0)
    }

    #[test]
    fn the_published_simulation_cannot_pass() {
        // a simulation that answered 2, 3 and 4 only, where 36 % of people answered 1 or 5
        let found = buy([0, 14, 31, 5, 0], [11, 9, 13, 10, 7]);

        assert_eq!(found.verdict, Verdict::VarianceLost);
        assert!((found.total_variation.value - 0.46).abs() < 1e-12);
        assert!((found.deviation_ratio.unwrap().value - 0.438_5).abs() < 1e-3, "{found:?}");
        // by hand: top two 5/50 − 17/50, bottom two 14/50 − 20/50
        assert!((found.top_two_gap.unwrap().value + 0.24).abs() < 1e-12);
        assert!((found.bottom_two_gap.unwrap().value + 0.12).abs() < 1e-12);
    }

    #[test]
    fn lost_variance_cannot_pass_in_a_sample_too_small_to_prove_it() {
        let found = buy([0, 3, 6, 3, 0], [1, 3, 4, 3, 1]);

        assert!(matches!(found.tests.verdict, Agreement::Pass), "{found:?}");
        assert_eq!(found.verdict, Verdict::VarianceLost);
    }

    #[test]
    fn the_same_answers_pass_and_a_shift_differs() {
        assert_eq!(buy([20, 20, 20, 20, 20], [20, 20, 20, 20, 20]).verdict, Verdict::Passes);
        assert_eq!(buy([0, 0, 20, 40, 40], [40, 40, 20, 0, 0]).verdict, Verdict::Differs);
        assert_eq!(buy([1, 1, 1, 1, 1], [1, 1, 1, 1, 1]).verdict, Verdict::TooFew);
    }

    #[test]
    fn intervals_hold_their_figures_and_emd_is_by_hand() {
        let found = buy([10, 10, 10, 10, 10], [10, 20, 10, 5, 5]);

        // gaps of the cumulative shares: 0, −0.2, −0.2, −0.1: 0.5 of 4 steps
        let emd = found.normalised_emd.unwrap();
        assert!((emd.value - 0.125).abs() < 1e-12);
        for interval in [emd, found.jensen_shannon, found.deviation_ratio.unwrap()] {
            let [low, high] = interval.interval;
            assert!(low <= high && interval.value.is_finite(), "{interval:?}");
        }
    }

    #[test]
    fn who_ticks_every_box_differs_in_each_option() {
        let ticked = |boxes: Value, n: usize| -> Vec<Answers> {
            vec![[("tea".to_owned(), boxes)].into(); n]
        };
        let simulated = respondents(ticked(json!(["a, b", "c"]), 40));
        let mut people = ticked(json!(["a, b"]), 20);
        people.extend(ticked(json!(["c"]), 20));
        people.extend(ratings([4, 0, 0, 0, 0]));

        let found = against(&survey(), &simulated, &people, Seed(1)).questions;

        let options: Vec<&QuestionComparison> =
            found.iter().filter(|one| one.question_id.starts_with("tea")).collect();
        assert_eq!(options.len(), 2, "one part an option");
        for (option, id) in options.iter().zip(["tea/a, b", "tea/c"]) {
            assert_eq!(option.question_id, id);
            assert_eq!(option.keys, ["chosen", "not_chosen"]);
            // of those who answered: four people skipped the question
            assert_eq!((&option.simulated, &option.people), (&vec![40, 0], &vec![20, 20]));
            assert!((option.total_variation.value - 0.5).abs() < 1e-12, "{option:?}");
            assert_eq!(option.verdict, Verdict::Differs);
        }
    }

    #[test]
    fn the_noise_floor_knows_the_size_of_both_samples() {
        let found = buy([100, 100, 0, 0, 0], [50, 50, 0, 0, 0]);

        // by hand: two samples of 200 and 100 are apart as 67 draws from known shares; the mean
        // deviation of a binomial of 67 at one half is C(67, 34) 34 / 2⁶⁷ = 3.27769, of 67
        assert!((found.noise_floor.expected - 0.048_921).abs() < 1e-5, "{:?}", found.noise_floor);
        // summed over both binomials, the mean of |X/200 − Y/100| is 0.048854
        assert!((found.noise_floor.expected - 0.048_854).abs() < 1e-4);
    }
}
