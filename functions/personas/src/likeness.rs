//! How alike two people are: by what their cards say and by the words of their texts, against pairs of the
//! population.

use shared::Language;
use shared::knowledge::embedding::{OfflineEmbedding, cosine};
use shared::persona::card::{Activity, BigFive, Card, Education, Gender, Hofstede, Place};

/// Length of the vectors of texts. Stories have about a hundred different stems; at this length few of them meet.
const DIMENSIONS: u16 = 512;
/// People whose pairs stand for the population's; each prefix of a population is balanced like the whole.
pub(crate) const SAMPLE: i64 = 100;

/// What is held against each other before the traits of both models, in the order of the numbers of [`numbers`].
const BEFORE_TRAITS: [&str; 3] = ["age", "income", "education"];

/// Somebody as vectors.
pub(crate) struct Likeness {
    traits: Vec<f64>,
    text: Vec<f32>,
}

/// What the population says of each trait, and of how near two of its people are.
pub(crate) struct Yardstick {
    means: Vec<f64>,
    deviations: Vec<f64>,
    /// Cosines of the pairs of the sample, in order.
    pairs: Vec<f64>,
}

impl Likeness {
    pub(crate) fn of(card: &Card, text: &str, language: Language) -> Self {
        let text = OfflineEmbedding::new(DIMENSIONS).embed(text, language);
        Self { traits: numbers(card), text }
    }
}

impl Yardstick {
    /// Of a sample of a population.
    pub(crate) fn new(sample: &[Likeness]) -> Self {
        let n = sample.len().max(1) as f64;
        let columns = sample.first().map_or(0, |one| one.traits.len());
        let column = |at: usize| sample.iter().map(move |one| one.traits[at]);
        let means: Vec<f64> = (0..columns).map(|at| column(at).sum::<f64>() / n).collect();
        let deviations = (0..columns).map(|at| {
            let squares: f64 = column(at).map(|x| (x - means[at]).powi(2)).sum();
            (squares / n).sqrt()
        });
        let deviations = deviations.collect();
        let mut yardstick = Self { means, deviations, pairs: Vec::new() };
        let mut pairs = Vec::with_capacity(sample.len() * sample.len() / 2);
        for (at, one) in sample.iter().enumerate() {
            pairs.extend(sample[at + 1..].iter().map(|other| yardstick.cosine(one, other)));
        }
        pairs.sort_by(f64::total_cmp);
        yardstick.pairs = pairs;
        yardstick
    }

    /// How many pairs it knows.
    pub(crate) fn pairs(&self) -> usize {
        self.pairs.len()
    }

    /// The share of the population's pairs that are less alike than these two, ties by half: a pair drawn at
    /// random lies around 0.5. One pair more than there are is taken to lie on either side, so that few pairs
    /// never say 0 or 1.
    pub(crate) fn similarity(&self, one: &Likeness, other: &Likeness) -> f64 {
        let found = self.cosine(one, other);
        let below = self.pairs.partition_point(|pair| *pair < found);
        let not_above = self.pairs.partition_point(|pair| *pair <= found);
        let ties = (not_above - below) as f64;
        (below as f64 + ties / 2.0 + 0.5) / (self.pairs.len() as f64 + 1.0)
    }

    /// The traits that tell two people apart, by a standard deviation of the population or more: the most first.
    pub(crate) fn apart(&self, one: &Likeness, other: &Likeness) -> Vec<(&'static str, f64)> {
        let (one, other) = (self.standardised(one), self.standardised(other));
        let names = BEFORE_TRAITS.into_iter().chain(BigFive::NAMES).chain(Hofstede::NAMES);
        let gaps = names.zip(one.iter().zip(&other)).map(|(name, (a, b))| (name, b - a));
        let mut gaps: Vec<(&str, f64)> = gaps.filter(|(_, gap)| gap.abs() >= 1.0).collect();
        gaps.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        gaps
    }

    /// The mean of two cosines: of standardised traits, and of the texts.
    fn cosine(&self, one: &Likeness, other: &Likeness) -> f64 {
        let (a, b) = (self.standardised(one), self.standardised(other));
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let length = (dot(&a, &a) * dot(&b, &b)).sqrt();
        let traits = if length > 0.0 { dot(&a, &b) / length } else { 0.0 };
        f64::midpoint(traits, cosine(&one.text, &other.text))
    }

    fn standardised(&self, one: &Likeness) -> Vec<f64> {
        let of = |((x, mean), deviation): ((&f64, &f64), &f64)| match *deviation > 0.0 {
            true => (x - mean) / deviation,
            false => 0.0,
        };
        one.traits.iter().zip(&self.means).zip(&self.deviations).map(of).collect()
    }
}

/// A card as numbers: those of [`BEFORE_TRAITS`], the traits of both models, then one 0 or 1 for each word of an attribute without an order.
fn numbers(card: &Card) -> Vec<f64> {
    let mut all = vec![
        f64::from(card.age),
        f64::from(card.income_monthly_net).ln_1p(),
        f64::from(level(card.education)),
    ];
    all.extend(card.big_five.values().map(f64::from));
    all.extend(card.hofstede.values().map(f64::from));
    let flag = |is: bool| f64::from(u8::from(is));
    all.extend([Gender::Female, Gender::Male].map(|one| flag(card.gender == one)));
    all.push(flag(card.place == Place::Urban));
    let activities =
        [Activity::Employed, Activity::Unemployed, Activity::Student, Activity::Retired];
    all.extend(activities.map(|one| flag(card.activity == one)));
    all
}

/// The four levels that surveys tell apart, from 0.
fn level(education: Education) -> u8 {
    match education {
        Education::Primary | Education::LowerSecondary => 0,
        Education::BasicVocational => 1,
        Education::GeneralSecondary | Education::TechnicalSecondary | Education::PostSecondary => 2,
        Education::Bachelor | Education::Master | Education::Doctorate => 3,
    }
}

#[cfg(test)]
mod tests {
    use population::{Plan, Population};
    use shared::Seed;

    use super::*;

    fn people(seed: u64) -> Vec<Likeness> {
        let cards = Population::new(&Plan::everyone(), Seed(seed)).cards(0..80);
        cards.iter().map(|card| Likeness::of(card, &card.occupation, Language::Polish)).collect()
    }

    #[test]
    fn random_pairs_lie_around_the_middle_and_a_twin_at_the_top() {
        let yardstick = Yardstick::new(&people(1));
        let others = people(2);

        // All pairs: neighbours in a population differ more than two at random, by design.
        let pairs = others.iter().enumerate();
        let pairs = pairs.flat_map(|(at, one)| others[..at].iter().map(move |other| (one, other)));
        let found: Vec<f64> = pairs.map(|(one, other)| yardstick.similarity(one, other)).collect();
        let mean = found.iter().sum::<f64>() / found.len() as f64;

        assert!((0.4..0.6).contains(&mean), "{mean}");
        assert!(yardstick.similarity(&others[0], &others[0]) > 0.99);
        assert!(found.iter().all(|one| (0.0..=1.0).contains(one)));
    }

    #[test]
    fn what_tells_two_people_apart_is_named_with_its_sign() {
        let mut cards = Population::new(&Plan::everyone(), Seed(3)).cards(0..60);
        let sample: Vec<Likeness> =
            cards.iter().map(|card| Likeness::of(card, "x", Language::Polish)).collect();
        cards[1] = cards[0].clone();
        (cards[0].age, cards[1].age) = (20, 90);
        let [one, other] = [0, 1].map(|at| Likeness::of(&cards[at], "x", Language::Polish));

        let apart = Yardstick::new(&sample).apart(&one, &other);

        assert_eq!(apart.len(), 1, "{apart:?}");
        assert!(apart[0].0 == "age" && apart[0].1 > 2.0, "{apart:?}");
    }

    #[test]
    fn without_anybody_to_measure_by_nothing_is_sure() {
        let two = people(4);

        assert_eq!(Yardstick::new(&[]).similarity(&two[0], &two[1]), 0.5);
    }
}
