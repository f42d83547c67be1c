//! Simulated answers held against people's answers to the same instrument.

mod file;
mod not_looked_at;
mod people_needed;
mod structure;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answers;
use super::question::{Question, QuestionKind};
use super::result::Respondent;
use crate::Seed;
use crate::statistics::adjust::{Correction, adjusted};
use crate::statistics::comparison::{Agreement, Comparison};
use crate::statistics::distance::weights;
use crate::statistics::{Interval, NoiseFloor, Resamples, Scale, compare, jensen_shannon};
use crate::statistics::{noise_floor, normalised_emd, total_variation};

pub use file::{MOST_PEOPLE, read};
pub use not_looked_at::NotLookedAt;
pub use structure::{MOST_CHANCE_CORRELATION, Structure};

/// The share of surveys of the same people that are called different all the same: one error rate for
/// all questions and their pairs together (Holm).
pub const SURVEY_LEVEL: f64 = 0.03;
/// A question whose answers would differ by more than this by chance alone notices nothing: a quarter
/// of the answers,
pub const MOST_CHANCE: f64 = 0.25;
/// or a standard deviation larger by this factor.
pub const MOST_CHANCE_RATIO: f64 = 1.35;

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
    /// The smallest p value of these tests, corrected for all tests of the survey.
    pub adjusted_p_value: f64,
    /// The verdict.
    pub verdict: Verdict,
    /// Of `too_few_to_notice`: about so many people on each side would do, where as large a part of them answers.
    pub people_needed: Option<u64>,
}

/// Whether a simulation may stand beside people's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HumanVerdict)]
pub enum Verdict {
    /// No measure differs by more than chance, in a test that would have noticed.
    Passes,
    /// The simulation varies less than people do by more than chance: whatever else fits, it cannot
    /// pass.
    VarianceLost,
    /// A measure differs by more than chance.
    Differs,
    /// Nothing differs by more than chance, which with so few people could be large.
    TooFewToNotice,
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
    /// Whether who gives one answer also gives the other as people do: pairs of questions. Absent
    /// where there is one question only, or too few people.
    pub structure: Option<Structure>,
    /// Whether the same kinds of people give the same answers: questions with attributes. Absent where
    /// the file has no attributes that vary, or too few people.
    pub who_answers: Option<Structure>,
    /// The attributes that were compared: `age`, `sex`, `education`, `income`, `place`.
    pub attributes: Vec<String>,
    /// What nobody looked at, and what a pass therefore does not say.
    pub not_looked_at: Vec<NotLookedAt>,
    /// The verdict on the whole: the worst of the questions, of their pairs and of who answers.
    pub verdict: Verdict,
    /// Whether the verdict is a pass.
    pub passes: bool,
    /// Of `too_few_to_notice`: about so many people on each side would do for every question, their pairs and who
    /// answers. Absent where it is more than are looked at.
    pub people_needed: Option<u64>,
}

/// Compares every choice and scale. Both sides are taken as they are: weights, where there are any, are said not to have
/// been looked at.
pub fn against(
    questions: &[Question],
    respondents: &[Respondent],
    people: &[Answers],
    seed: Seed,
) -> Against {
    let simulated: Vec<&Answers> = respondents.iter().map(|r| &r.response.answers).collect();
    let parts: Vec<QuestionPart<'_>> = questions.iter().flat_map(parts).collect();
    let mut compared: Vec<QuestionComparison> = parts
        .iter()
        .map(|part| {
            let (own, theirs) = (part.counts(&simulated), part.counts(people));
            part.compare(own, theirs, seed.child(&part.id, 0))
        })
        .collect();
    let seed = seed.child("pairs", 0);
    let structures =
        structure::compare(&parts, &file::attributes(questions), respondents, people, seed);
    let (is_cut, attributes) = (structures.is_cut, structures.attributes.clone());
    let sides = [respondents.len() as u64, people.len() as u64];
    let [structure, who_answers] = judge(&mut compared, structures, sides);
    let mut verdicts = BTreeMap::new();
    for one in &compared {
        *verdicts.entry(one.verdict.key().to_owned()).or_insert(0) += 1;
    }
    let both = [structure.as_ref(), who_answers.as_ref()];
    let verdict = overall(&compared, both);
    let has_weights = not_looked_at::are_uneven(respondents.iter().map(|one| one.weight))
        || not_looked_at::are_uneven(file::weights(questions, people));
    Against {
        simulated: sides[0],
        people: sides[1],
        people_needed: needed_by_all(verdict, &compared, both),
        not_looked_at: not_looked_at::of(questions, both, is_cut, has_weights),
        passes: verdict == Verdict::Passes,
        questions: compared,
        attributes: attributes.iter().map(|attribute| attribute.key().to_owned()).collect(),
        verdicts,
        structure,
        who_answers,
        verdict,
    }
}

/// Corrects the tests of all questions, of their pairs and of who answers together, and gives each its
/// verdict. The pairs, then who answers.
fn judge(
    questions: &mut [QuestionComparison],
    structures: structure::Structures,
    sides: [u64; 2],
) -> [Option<Structure>; 2] {
    let both = [structures.pairs, structures.who];
    let mut own: Vec<f64> = questions.iter().map(|one| smallest(&one.tests)).collect();
    own.extend(both.iter().flatten().map(|tested| tested.structure.p_value));
    let corrected = adjusted(&own, Correction::Holm);
    for (question, p_value) in questions.iter_mut().zip(&corrected) {
        question.adjusted_p_value = *p_value;
        question.verdict = verdict(&question.tests, *p_value);
        if question.verdict == Verdict::TooFewToNotice {
            let times = people_needed::times_more(&question.tests);
            let answers = question.tests.people;
            question.people_needed = Some(people_needed::people_needed(times, answers, sides));
        }
    }
    let mut left = corrected[questions.len()..].iter();
    both.map(|tested| tested.and_then(|tested| Some(tested.judged(*left.next()?, own.len()))))
}

/// The smallest p value of a question's tests, corrected for their number; 1 where nothing is tested.
fn smallest(tests: &Comparison) -> f64 {
    if tests.verdict == Agreement::TooFew {
        return 1.0;
    }
    let measures = [tests.total_variation, tests.deviation_ratio, tests.wasserstein];
    let own: Vec<f64> = measures.into_iter().flatten().map(|measure| measure.p_value).collect();
    (own.iter().copied().fold(1.0, f64::min) * own.len() as f64).min(1.0)
}

fn verdict(tests: &Comparison, p_value: f64) -> Verdict {
    if tests.verdict == Agreement::TooFew {
        return Verdict::TooFew;
    }
    if p_value <= SURVEY_LEVEL {
        let is_lost =
            tests.deviation_ratio.is_some_and(|ratio| ratio.value < 1.0 && ratio.p_value <= LOST);
        return if is_lost { Verdict::VarianceLost } else { Verdict::Differs };
    }
    if people_needed::times_more(tests) > 1.0 { Verdict::TooFewToNotice } else { Verdict::Passes }
}

/// Of a question that differs: from this p value on the variance is named as what differs.
const LOST: f64 = 0.01;

/// The worst verdict; with nothing compared, nothing can be noticed.
fn overall(questions: &[QuestionComparison], structures: [Option<&Structure>; 2]) -> Verdict {
    let structures = structures.into_iter().flatten().map(|structure| structure.verdict);
    let all: Vec<Verdict> = questions.iter().map(|one| one.verdict).chain(structures).collect();
    let worst = [Verdict::VarianceLost, Verdict::Differs, Verdict::TooFewToNotice, Verdict::TooFew];
    let found = worst.into_iter().find(|verdict| all.contains(verdict));
    found.unwrap_or(if questions.is_empty() { Verdict::TooFew } else { Verdict::Passes })
}

/// How many people on each side would do for all that has too few to notice. Nothing where one of them has no number.
fn needed_by_all(
    verdict: Verdict,
    questions: &[QuestionComparison],
    structures: [Option<&Structure>; 2],
) -> Option<u64> {
    if verdict != Verdict::TooFewToNotice {
        return None;
    }
    let of_questions = questions.iter().map(|one| (one.verdict, one.people_needed));
    let of_structures =
        structures.into_iter().flatten().map(|one| (one.verdict, one.people_needed));
    let too_few = of_questions.chain(of_structures).filter(|(own, _)| *own == verdict);
    let needed: Option<Vec<u64>> = too_few.map(|(_, needed)| needed).collect();
    needed?.into_iter().max()
}

impl Verdict {
    fn key(self) -> &'static str {
        match self {
            Self::Passes => "passes",
            Self::VarianceLost => "variance_lost",
            Self::Differs => "differs",
            Self::TooFewToNotice => "too_few_to_notice",
            Self::TooFew => "too_few",
        }
    }
}

type Pick<'a> = Box<dyn Fn(&Answers) -> Vec<String> + 'a>;

/// A question, or a row or an option of one, as counts over keys: one key a person who answered.
struct QuestionPart<'a> {
    id: String,
    title: String,
    keys: Vec<String>,
    scale: Scale,
    pick: Pick<'a>,
}

fn parts(question: &Question) -> Vec<QuestionPart<'_>> {
    let points = || -> Vec<String> {
        let (low, high) = question.scale();
        (low..=high).map(|point| point.to_string()).collect()
    };
    let part = |pick: Pick<'static>, keys, scale| {
        vec![QuestionPart {
            id: question.id.clone(),
            title: question.title.clone(),
            keys,
            scale,
            pick,
        }]
    };
    let id = question.id.clone();
    match question.kind {
        QuestionKind::SingleChoice => part(
            Box::new(move |answers| texts(answers.get(&id))),
            question.choices().to_vec(),
            Scale::Nominal,
        ),
        QuestionKind::MultipleChoice => options(question),
        QuestionKind::RatingScale | QuestionKind::Nps => {
            part(Box::new(move |answers| texts(answers.get(&id))), points(), Scale::Ordered)
        }
        QuestionKind::Matrix => question
            .items()
            .iter()
            .map(|row| {
                let id = question.id.clone();
                QuestionPart {
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
        QuestionKind::OpenText | QuestionKind::Ranking | QuestionKind::Numeric => Vec::new(),
    }
}

/// A part for each option of a multiple choice: who answered, chose it or not. Selections pooled over
/// options would hide somebody who ticks them all.
fn options(question: &Question) -> Vec<QuestionPart<'_>> {
    let of = |option: &String| {
        let (id, wanted) = (question.id.clone(), option.clone());
        QuestionPart {
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

impl QuestionPart<'_> {
    fn counts<A: std::borrow::Borrow<Answers>>(&self, answers: &[A]) -> Vec<u64> {
        let mut counts = vec![0; self.keys.len()];
        for chosen in answers.iter().flat_map(|answers| (self.pick)(answers.borrow())) {
            if let Some(place) = self.keys.iter().position(|key| *key == chosen) {
                counts[place] += 1;
            }
        }
        counts
    }

    fn compare(&self, own: Vec<u64>, theirs: Vec<u64>, seed: Seed) -> QuestionComparison {
        let again = Resamples::of(&[&own, &theirs], seed);
        let ordered = self.scale == Scale::Ordered;
        let on_scale = |of: &dyn Fn(&[Vec<u64>]) -> f64| {
            if ordered { again.percentile(of) } else { None }
        };
        let (a, b) = (weights(&own), weights(&theirs));
        // of a side without answers nothing is known
        let unknown = |value| Interval { value, interval: [0.0, 1.0] };
        let emd = |a: &[f64], b: &[f64]| normalised_emd(a, b).unwrap_or(f64::NAN);
        QuestionComparison {
            total_variation: again
                .norm(&total_variation)
                .unwrap_or_else(|| unknown(total_variation(&a, &b))),
            noise_floor: noise_floor(&probabilities(&theirs), draws(&own, &theirs)),
            normalised_emd: if ordered { again.norm(&emd) } else { None },
            jensen_shannon: divergence(&again).unwrap_or_else(|| unknown(1.0)),
            deviation_ratio: on_scale(&|s| deviation(&s[0]) / deviation(&s[1])),
            top_two_gap: on_scale(&|s| top_two(&s[0]) - top_two(&s[1])),
            bottom_two_gap: on_scale(&|s| bottom_two(&s[0]) - bottom_two(&s[1])),
            verdict: Verdict::TooFew,
            people_needed: None,
            adjusted_p_value: 1.0,
            tests: compare(&own, &theirs, self.scale, seed),
            question_id: self.id.clone(),
            question_title: self.title.clone(),
            keys: self.keys.clone(),
            simulated: own,
            people: theirs,
        }
    }
}

/// Its root is a metric (Endres and Schindelin, IEEE Trans. Inf. Theory 49, 2003): the interval is that of the root, squared.
fn divergence(again: &Resamples) -> Option<Interval> {
    let root = |a: &[f64], b: &[f64]| jensen_shannon(a, b).unwrap_or(f64::NAN).sqrt();
    let of_root = again.metric(&root)?;
    let squared = |root: f64| root * root;
    Some(Interval { value: squared(of_root.value), interval: of_root.interval.map(squared) })
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
mod tests;
