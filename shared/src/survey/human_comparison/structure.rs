//! Whether answers hang together as people's do: who likes it buys it, and the young like it.
//!
//! Shares of single questions can be right while every answer is given by the wrong person; the
//! correlations of questions, and of questions with attributes, are then gone.

use std::ops::Range;

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::{Answers, Part, SURVEY_LEVEL, Verdict};
use crate::Seed;
use crate::statistics::Scale;
use crate::statistics::comparison::FEWEST;
use crate::statistics::noise::p_value_by_chance;
use crate::survey::result::Respondent;
use crate::survey::segment::Attribute;

/// Correlations of both sides: of pairs of questions, or of questions with attributes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Structure {
    /// How many columns the correlations are of: a scale and an attribute are one, a choice one an option.
    pub columns: u32,
    /// The root of the mean squared difference of the two sides' correlations.
    pub distance: f64,
    /// What 95 of 100 random divisions of all respondents stay below.
    pub chance: f64,
    /// The mean size (root of the mean square) of the simulation's correlations and of people's.
    pub strength: [f64; 2],
    /// The share of random divisions that are at least as far apart.
    pub p_value: f64,
    /// The same, corrected for all tests of the survey.
    pub adjusted_p_value: f64,
    /// Whether the simulation's answers, dealt among its respondents at random, would differ from people's in
    /// at least 95 of 100 cases. Otherwise people's own answers do not hang together enough to tell.
    pub would_be_noticed: bool,
    /// The verdict.
    pub verdict: Verdict,
}

/// Where dealt answers would not be noticed: by how much chance may move a correlation in a pass all the same. A
/// tenth is what Cohen (1988) calls small.
pub const MOST_CHANCE_CORRELATION: f64 = 0.1;

/// Random divisions of the respondents.
const DIVISIONS: usize = 500;
/// How often the simulation's answers are dealt among its respondents at random.
const DEALS: usize = 100;
/// Of larger samples, and wider surveys, the first columns and as many people are looked at.
const MOST_COLUMNS: usize = 30;
const MOST_PEOPLE: usize = 1_000;

/// One number a person, `NaN` where there is no answer.
type Row = Vec<f64>;

/// Both ways in which answers can hang together.
pub(super) struct Structures {
    /// Pairs of questions.
    pub(super) pairs: Option<Tested>,
    /// Questions with attributes.
    pub(super) who: Option<Tested>,
    /// The attributes that were compared.
    pub(super) attributes: Vec<Attribute>,
    /// Whether there are more columns than are looked at.
    pub(super) is_cut: bool,
}

/// A comparison before it is judged.
pub(super) struct Tested {
    pub(super) structure: Structure,
    /// The p value that dealt answers get at most in 95 of 100 cases.
    dealt: f64,
}

impl Tested {
    /// The verdict by what is left of the p value in a survey of so many tests.
    pub(super) fn judged(mut self, adjusted: f64, tests: usize) -> Structure {
        let own = &mut self.structure;
        own.adjusted_p_value = adjusted;
        own.would_be_noticed = self.dealt * tests as f64 <= SURVEY_LEVEL;
        own.verdict = if adjusted <= SURVEY_LEVEL {
            Verdict::Differs
        } else if own.would_be_noticed || own.chance <= MOST_CHANCE_CORRELATION {
            Verdict::Passes
        } else {
            Verdict::TooFewToNotice
        };
        self.structure
    }
}

impl Structure {
    /// Whether a pass says nothing of it.
    pub(super) fn is_unseen(&self) -> bool {
        !self.would_be_noticed && self.verdict != Verdict::Differs
    }
}

/// Compares the correlations. Nothing with too few people on a side; no pairs with fewer than two questions, and
/// nothing of attributes that the file has not, or that do not vary on a side.
pub(super) fn compare(
    parts: &[Part<'_>],
    attributes: &[Attribute],
    simulated: &[Respondent],
    people: &[Answers],
    seed: Seed,
) -> Structures {
    let blocks = blocks(parts);
    let questions = blocks.last().map_or(0, |block| block.end);
    let is_cut = parts.iter().map(Part::columns).sum::<usize>() > questions;
    let mut found = Structures { pairs: None, who: None, attributes: Vec::new(), is_cut };
    if simulated.len().min(people.len()) < FEWEST as usize {
        return found;
    }
    let own = simulated.iter().map(|one| {
        let own = |attribute: &Attribute| Some(attribute.of(&one.profile));
        row(parts, &one.response.answers, questions, attributes, own)
    });
    let theirs = people.iter().map(|one| {
        let own = |attribute: &Attribute| one.get(&attribute.column()).and_then(|key| key.as_str());
        row(parts, one, questions, attributes, own)
    });
    let some = |side: Vec<Row>, name: &str| some(side, seed.child(name, 0));
    let sides = [some(own.collect(), "simulated"), some(theirs.collect(), "people")];
    let known = |place: &usize| sides.iter().all(|side| varies(side, *place));
    let who: Vec<usize> = (questions..questions + attributes.len()).filter(known).collect();
    found.attributes = who.iter().map(|place| attributes[place - questions]).collect();
    found.pairs = test(&sides, &pairs(&blocks), &blocks, seed);
    let with: Vec<(usize, usize)> =
        (0..questions).flat_map(|column| who.iter().map(move |place| (column, *place))).collect();
    let together = questions..questions + attributes.len();
    found.who = test(&sides, &with, &[together], seed.child("attributes", 0));
    found
}

impl Part<'_> {
    /// A scale and a yes or no are one column, other choices one an option.
    fn columns(&self) -> usize {
        if self.scale == Scale::Ordered || self.keys.len() == 2 { 1 } else { self.keys.len() }
    }
}

/// The columns of each question, as far as they are looked at.
fn blocks(parts: &[Part<'_>]) -> Vec<Range<usize>> {
    let mut blocks = Vec::with_capacity(parts.len());
    let mut from = 0;
    for part in parts {
        let to = (from + part.columns()).min(MOST_COLUMNS);
        blocks.extend((from < to).then_some(from..to));
        from = to;
    }
    blocks
}

/// Every two columns of different questions: the options of one choice shut each other out whoever answers.
fn pairs(blocks: &[Range<usize>]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        for other in &blocks[number + 1..] {
            pairs.extend(block.clone().flat_map(|a| other.clone().map(move |b| (a, b))));
        }
    }
    pairs
}

/// A person's numbers: of the first columns of questions, then of each attribute its category's place.
fn row<'a>(
    parts: &[Part<'_>],
    answers: &Answers,
    columns: usize,
    attributes: &[Attribute],
    category: impl Fn(&Attribute) -> Option<&'a str>,
) -> Row {
    let mut row = Vec::with_capacity(columns + attributes.len());
    for part in parts {
        let chosen = (part.pick)(answers);
        let place = chosen.first().and_then(|key| part.keys.iter().position(|known| known == key));
        let numbers = part.columns();
        row.extend((0..numbers).map(|number| match place {
            None => f64::NAN,
            Some(place) if numbers == 1 => place as f64,
            Some(place) => f64::from(u8::from(place == number)),
        }));
    }
    row.truncate(columns);
    row.extend(attributes.iter().map(|attribute| {
        let own = category(attribute);
        let place = attribute.keys().iter().position(|key| Some(*key) == own);
        place.map_or(f64::NAN, |place| place as f64)
    }));
    row
}

/// At most so many of a side, by chance.
fn some(mut side: Vec<Row>, seed: Seed) -> Vec<Row> {
    side.shuffle(&mut seed.rng());
    side.truncate(MOST_PEOPLE);
    side
}

/// Whether enough people have a number in a column, and not all the same.
fn varies(side: &[Row], column: usize) -> bool {
    let known: Vec<f64> =
        side.iter().map(|row| row[column]).filter(|value| value.is_finite()).collect();
    known.len() >= FEWEST as usize && known.iter().any(|value| *value != known[0])
}

/// Compares the correlations of these pairs of columns. `blocks` are the columns that stay together when answers
/// are dealt among people.
fn test(
    sides: &[Vec<Row>; 2],
    pairs: &[(usize, usize)],
    blocks: &[Range<usize>],
    seed: Seed,
) -> Option<Tested> {
    if pairs.is_empty() {
        return None;
    }
    let [own, theirs] =
        sides.each_ref().map(|side| correlations(&side.iter().collect::<Vec<_>>(), pairs));
    let distance = apart(&own, &theirs);
    let mut by_chance = divisions(sides, pairs, seed);
    let p_value = p_value_by_chance(distance, &by_chance);
    let mut rng = seed.child("deals", 0).rng();
    let mut dealt: Vec<f64> = (0..DEALS)
        .map(|_| {
            let dealt = self::dealt(&sides[0], blocks, &mut rng);
            apart(&correlations(&dealt.iter().collect::<Vec<_>>(), pairs), &theirs)
        })
        .collect();
    dealt.sort_by(f64::total_cmp);
    let dealt = p_value_by_chance(dealt[DEALS * 5 / 100], &by_chance);
    by_chance.sort_by(f64::total_cmp);
    let mut columns: Vec<usize> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    columns.sort_unstable();
    columns.dedup();
    let structure = Structure {
        columns: columns.len() as u32,
        distance,
        chance: by_chance[DIVISIONS * 95 / 100],
        strength: [own, theirs].map(|own| apart(&own, &vec![0.0; own.len()])),
        p_value,
        adjusted_p_value: p_value,
        would_be_noticed: false,
        verdict: Verdict::TooFewToNotice,
    };
    Some(Tested { structure, dealt })
}

/// The correlations of pairs of columns; without an answer, a person counts as average.
fn correlations(rows: &[&Row], pairs: &[(usize, usize)]) -> Vec<f64> {
    let columns = rows.first().map_or(0, |row| row.len());
    let scores: Vec<Vec<f64>> = (0..columns).map(|column| standardised(rows, column)).collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    pairs.iter().map(|(a, b)| product(&scores[*a], &scores[*b])).collect()
}

/// Deviations from the mean, their squares adding up to 1; zeros where nothing varies.
fn standardised(rows: &[&Row], column: usize) -> Vec<f64> {
    let known = || rows.iter().map(|row| row[column]).filter(|value| value.is_finite());
    let mean = known().sum::<f64>() / known().count().max(1) as f64;
    let size = known().map(|value| (value - mean).powi(2)).sum::<f64>().sqrt();
    let score = |value: f64| {
        if size > 0.0 && value.is_finite() { (value - mean) / size } else { 0.0 }
    };
    rows.iter().map(|row| score(row[column])).collect()
}

/// The root of the mean squared difference.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
    (sum / a.len().max(1) as f64).sqrt()
}

/// How far apart the sides are when everybody is dealt to them at random.
fn divisions(sides: &[Vec<Row>; 2], pairs: &[(usize, usize)], seed: Seed) -> Vec<f64> {
    let mut all: Vec<&Row> = sides.iter().flatten().collect();
    let mut rng = seed.child("divisions", 0).rng();
    (0..DIVISIONS)
        .map(|_| {
            all.shuffle(&mut rng);
            let (first, second) = all.split_at(sides[0].len());
            apart(&correlations(first, pairs), &correlations(second, pairs))
        })
        .collect()
}

/// The same rows with each block of columns given to other people: shares stay, what hangs together is gone.
fn dealt(rows: &[Row], blocks: &[Range<usize>], rng: &mut impl rand::Rng) -> Vec<Row> {
    let mut dealt = rows.to_vec();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    for block in blocks {
        order.shuffle(rng);
        for (row, from) in dealt.iter_mut().zip(&order) {
            row[block.clone()].copy_from_slice(&rows[*from][block.clone()]);
        }
    }
    dealt
}
