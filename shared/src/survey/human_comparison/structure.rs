//! Whether answers hang together as people's do: who likes it buys it, and the young like it.
//!
//! Shares of single questions can be right while every answer is given by the wrong person; the
//! correlations of questions, and of questions with attributes, are then gone.

mod correlation;

use std::ops::Range;

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use self::correlation::{Columns, LARGEST, PersonNumbers, Sums};
use super::people_needed::people_needed;
use super::{Answers, QuestionPart, SURVEY_LEVEL, Verdict};
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
    /// The root of the mean squared difference of the two sides' correlations. Each is of those who gave both answers; a
    /// pair that more people gave counts for more.
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
    /// Of `too_few_to_notice`: about so many people on each side would do, and fewer where answers hang together enough.
    /// Absent where it is more than the 1,000 that are looked at.
    pub people_needed: Option<u64>,
}

/// Where dealt answers would not be noticed: by how much chance may move a correlation in a pass all the same. A
/// tenth is what Cohen (1988) calls small.
pub const MOST_CHANCE_CORRELATION: f64 = 0.1;

const DIVISIONS: usize = 500;
/// How often the simulation's answers are dealt among its respondents at random.
const DEALS: usize = 100;
/// Of larger samples, and wider surveys, the first columns and as many people are looked at.
const MOST_COLUMNS: usize = 30;
const MOST_PEOPLE: usize = 1_000;

/// Both ways in which answers can hang together.
pub(super) struct Structures {
    pub(super) pairs: Option<Tested>,
    pub(super) who: Option<Tested>,
    pub(super) attributes: Vec<Attribute>,
    /// Whether there are columns, or pairs of them, that are not looked at.
    pub(super) is_cut: bool,
}

pub(super) struct Tested {
    pub(super) structure: Structure,
    /// The p value that dealt answers get at most in 95 of 100 cases.
    dealt: f64,
    /// How many people of each side are looked at.
    people: [u64; 2],
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
            let times = (own.chance / MOST_CHANCE_CORRELATION).powi(2);
            let needed = people_needed(times, self.people, self.people);
            own.people_needed = Some(needed).filter(|needed| *needed <= MOST_PEOPLE as u64);
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

/// Compares the correlations. Nothing with too few people on a side; no pairs with fewer than two questions, or that
/// too few people gave both answers of, and nothing of attributes that the file has not, or that do not vary on a side.
pub(super) fn compare(
    parts: &[QuestionPart<'_>],
    attributes: &[Attribute],
    simulated: &[Respondent],
    people: &[Answers],
    seed: Seed,
) -> Structures {
    let blocks = blocks(parts);
    let questions = blocks.last().map_or(0, |block| block.end);
    let is_cut = parts.iter().map(QuestionPart::columns).sum::<usize>() > questions;
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
    let some = |side: Vec<PersonNumbers>, name: &str| Columns::of(&some(side, seed.child(name, 0)));
    let sides = [some(own.collect(), "simulated"), some(theirs.collect(), "people")];
    let known = |place: &usize| sides.iter().all(|side| side.varies(*place));
    let who: Vec<usize> = (questions..questions + attributes.len()).filter(known).collect();
    found.attributes = who.iter().map(|place| attributes[place - questions]).collect();
    let with: Vec<(usize, usize)> =
        (0..questions).flat_map(|column| who.iter().map(move |place| (column, *place))).collect();
    let have_both = |pair: &(usize, usize)| sides.iter().all(|side| side.have_both(*pair));
    let [pairs, with] = [pairs(&blocks), with].map(|all| {
        let asked = all.len();
        let kept: Vec<(usize, usize)> = all.into_iter().filter(have_both).collect();
        found.is_cut |= kept.len() < asked;
        kept
    });
    found.pairs = test(&sides, &pairs, &blocks, seed);
    let together = questions..questions + attributes.len();
    found.who = test(&sides, &with, &[together], seed.child("attributes", 0));
    found
}

impl QuestionPart<'_> {
    /// A scale and a yes or no are one column, other choices one an option.
    fn columns(&self) -> usize {
        if self.scale == Scale::Ordered || self.keys.len() == 2 { 1 } else { self.keys.len() }
    }
}

/// The columns of each question, as far as they are looked at.
fn blocks(parts: &[QuestionPart<'_>]) -> Vec<Range<usize>> {
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
    parts: &[QuestionPart<'_>],
    answers: &Answers,
    columns: usize,
    attributes: &[Attribute],
    category: impl Fn(&Attribute) -> Option<&'a str>,
) -> PersonNumbers {
    let mut row = Vec::with_capacity(columns + attributes.len());
    for part in parts {
        let chosen = (part.pick)(answers);
        let place = chosen.first().and_then(|key| part.keys.iter().position(|known| known == key));
        let numbers = part.columns();
        row.extend((0..numbers).map(|number| {
            let place = place?;
            if numbers == 1 { whole(place) } else { Some(i16::from(place == number)) }
        }));
    }
    row.truncate(columns);
    row.extend(attributes.iter().map(|attribute| {
        let own = category(attribute);
        whole(attribute.keys().iter().position(|key| Some(*key) == own)?)
    }));
    row
}

/// A place as a number of a column.
fn whole(place: usize) -> Option<i16> {
    i16::try_from(place).ok().filter(|place| *place <= LARGEST)
}

/// At most so many of a side, by chance.
fn some(mut side: Vec<PersonNumbers>, seed: Seed) -> Vec<PersonNumbers> {
    side.shuffle(&mut seed.rng());
    side.truncate(MOST_PEOPLE);
    side
}

/// Compares the correlations of these pairs of columns. `blocks` are the columns that stay together when answers
/// are dealt among people.
fn test(
    sides: &[Columns; 2],
    pairs: &[(usize, usize)],
    blocks: &[Range<usize>],
    seed: Seed,
) -> Option<Tested> {
    if pairs.is_empty() {
        return None;
    }
    let [own, theirs] = sides.each_ref().map(|side| side.sums(pairs));
    let worth: f64 = own.iter().zip(&theirs).map(|(own, theirs)| own.worth(theirs)).sum();
    let distance = |a: &[Sums], b: &[Sums]| (apart(a, b) / worth).sqrt();
    let mut by_chance = divisions(sides, pairs, &distance, seed);
    let observed = distance(&own, &theirs);
    let p_value = p_value_by_chance(observed, &by_chance);
    let mut rng = seed.child("deals", 0).rng();
    let mut dealt: Vec<f64> = (0..DEALS)
        .map(|_| distance(&sides[0].dealt(blocks, &mut rng).sums(pairs), &theirs))
        .collect();
    dealt.sort_by(f64::total_cmp);
    let dealt = p_value_by_chance(dealt[DEALS * 5 / 100], &by_chance);
    by_chance.sort_by(f64::total_cmp);
    let mut columns: Vec<usize> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    columns.sort_unstable();
    columns.dedup();
    let structure = Structure {
        columns: columns.len() as u32,
        distance: observed,
        chance: by_chance[DIVISIONS * 95 / 100],
        strength: [strength(&own), strength(&theirs)],
        p_value,
        adjusted_p_value: p_value,
        would_be_noticed: false,
        verdict: Verdict::TooFewToNotice,
        people_needed: None,
    };
    let people = sides.each_ref().map(|side| side.people() as u64);
    Some(Tested { structure, dealt, people })
}

/// The sum of the squared differences of the correlations, each in the size of its own chance: as many times as the
/// people are worth who gave both answers. Where answers are missing on one side, the two sides of a random division are
/// more alike than the two that there are; only of differences in that measure does a division tell all the same
/// (Janssen 1997; Chung and Romano, Annals of Statistics 41, 2013).
fn apart(a: &[Sums], b: &[Sums]) -> f64 {
    let pairs = a.iter().zip(b);
    pairs.map(|(a, b)| a.worth(b) * (a.correlation() - b.correlation()).powi(2)).sum()
}

/// The root of the mean squared correlation.
fn strength(side: &[Sums]) -> f64 {
    let squares: f64 = side.iter().map(|pair| pair.correlation().powi(2)).sum();
    (squares / side.len().max(1) as f64).sqrt()
}

/// How far apart the sides are when everybody is dealt to them at random. Only the smaller one is added up: the other is
/// the rest.
fn divisions(
    sides: &[Columns; 2],
    pairs: &[(usize, usize)],
    distance: &dyn Fn(&[Sums], &[Sums]) -> f64,
    seed: Seed,
) -> Vec<f64> {
    let all = sides[0].and(&sides[1]);
    let total = all.sums(pairs);
    let mut everybody: Vec<usize> = (0..all.people()).collect();
    let mut rng = seed.child("divisions", 0).rng();
    (0..DIVISIONS)
        .map(|_| {
            everybody.shuffle(&mut rng);
            let (first, second) = everybody.split_at(sides[0].people());
            let fewer = if first.len() <= second.len() { first } else { second };
            let part = all.among(fewer).sums(pairs);
            let rest: Vec<Sums> =
                total.iter().zip(&part).map(|(total, part)| total.without(part)).collect();
            distance(&part, &rest)
        })
        .collect()
}
