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
    /// Cosines of the pairs of the sample: of standardised traits, and of the texts.
    traits: Ordered,
    texts: Ordered,
    /// How near those pairs are by both.
    pairs: Ordered,
}

/// A figure of each pair of a sample, in order.
#[derive(Default)]
struct Ordered(Vec<f64>);

impl Ordered {
    fn new(mut figures: Vec<f64>) -> Self {
        figures.sort_by(f64::total_cmp);
        Self(figures)
    }

    /// The share of the pairs that have less, ties by half: a pair drawn at random lies around 0.5. One pair more than
    /// there are is taken to lie on either side, so that few pairs never say 0 or 1.
    fn rank(&self, found: f64) -> f64 {
        let below = self.0.partition_point(|pair| *pair < found);
        let not_above = self.0.partition_point(|pair| *pair <= found);
        let ties = (not_above - below) as f64;
        (below as f64 + ties / 2.0 + 0.5) / (self.0.len() as f64 + 1.0)
    }
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
        let (traits, texts, pairs) = Default::default();
        let mut yardstick = Self { means, deviations, traits, texts, pairs };
        let mut cosines = Vec::with_capacity(sample.len() * sample.len() / 2);
        for (at, one) in sample.iter().enumerate() {
            cosines.extend(sample[at + 1..].iter().map(|other| yardstick.cosines(one, other)));
        }
        yardstick.traits = Ordered::new(cosines.iter().map(|(traits, _)| *traits).collect());
        yardstick.texts = Ordered::new(cosines.iter().map(|(_, texts)| *texts).collect());
        let nearness = cosines.into_iter().map(|cosines| yardstick.nearness(cosines)).collect();
        yardstick.pairs = Ordered::new(nearness);
        yardstick
    }

    /// How many pairs it knows.
    pub(crate) fn pairs(&self) -> usize {
        self.pairs.0.len()
    }

    /// The share of the population's pairs that are less alike than these two.
    pub(crate) fn similarity(&self, one: &Likeness, other: &Likeness) -> f64 {
        self.pairs.rank(self.nearness(self.cosines(one, other)))
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

    /// The mean rank of both cosines: in the mean of the cosines themselves the one weighs more whose values lie further
    /// apart.
    fn nearness(&self, (traits, texts): (f64, f64)) -> f64 {
        f64::midpoint(self.traits.rank(traits), self.texts.rank(texts))
    }

    /// Of standardised traits, and of the texts.
    fn cosines(&self, one: &Likeness, other: &Likeness) -> (f64, f64) {
        let (a, b) = (self.standardised(one), self.standardised(other));
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let length = (dot(&a, &a) * dot(&b, &b)).sqrt();
        let traits = if length > 0.0 { dot(&a, &b) / length } else { 0.0 };
        (traits, cosine(&one.text, &other.text))
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

    fn pairs(people: &[Likeness]) -> impl Iterator<Item = (&Likeness, &Likeness)> {
        let all = people.iter().enumerate();
        all.flat_map(move |(at, one)| people[..at].iter().map(move |other| (one, other)))
    }

    #[test]
    fn random_pairs_lie_around_the_middle_and_a_twin_at_the_top() {
        let yardstick = Yardstick::new(&people(1));
        let others = people(2);

        // All pairs: neighbours in a population differ more than two at random, by design.
        let found: Vec<f64> =
            pairs(&others).map(|(one, other)| yardstick.similarity(one, other)).collect();
        let mean = found.iter().sum::<f64>() / found.len() as f64;

        assert!((0.4..0.6).contains(&mean), "{mean}");
        let own = people(1);
        let own: Vec<f64> =
            pairs(&own).map(|(one, other)| yardstick.similarity(one, other)).collect();
        assert!((own.iter().sum::<f64>() / own.len() as f64 - 0.5).abs() < 1e-9, "its own pairs");
        assert!(yardstick.similarity(&others[0], &others[0]) > 0.99);
        assert!(found.iter().all(|one| (0.0..=1.0).contains(one)));
    }

    #[test]
    fn traits_and_texts_count_alike() {
        let cards = Population::new(&Plan::everyone(), Seed(1)).cards(0..80);
        let sample: Vec<Likeness> = cards
            .iter()
            .map(|card| {
                let words = [&card.values[..], &card.interests[..]].concat().join(" ");
                let text = format!("{} {} {words}", card.occupation, card.region);
                Likeness::of(card, &text, Language::Polish)
            })
            .collect();
        let yardstick = Yardstick::new(&sample);
        let by = |cosine: fn((f64, f64)) -> f64| {
            let of = |(a, b)| (cosine(yardstick.cosines(a, b)), (a, b));
            let mut all: Vec<_> = pairs(&sample).map(of).collect();
            all.sort_by(|one, other| one.0.total_cmp(&other.0));
            all.into_iter().map(|(_, pair)| pair).collect::<Vec<_>>()
        };
        let (by_traits, by_texts) = (by(|(traits, _)| traits), by(|(_, texts)| texts));
        let place = |tenths: usize| by_traits.len() * tenths / 10;
        // two people as near by traits as the one pair, and by texts as the other
        let similarity = |traits: (&Likeness, &Likeness), texts: (&Likeness, &Likeness)| {
            let of = |card: &Likeness, text: &Likeness| Likeness {
                traits: card.traits.clone(),
                text: text.text.clone(),
            };
            yardstick.similarity(&of(traits.0, texts.0), &of(traits.1, texts.1))
        };
        let (one, half) = (&sample[0], place(5));

        let near_by_traits = similarity(by_traits[place(9)], by_texts[place(1)]);
        let near_by_texts = similarity(by_traits[place(1)], by_texts[place(9)]);
        let same_traits = similarity((one, one), by_texts[half]);
        let same_texts = similarity(by_traits[half], (one, one));

        assert!((near_by_traits - near_by_texts).abs() < 0.05, "{near_by_traits} {near_by_texts}");
        assert!((0.35..0.65).contains(&near_by_traits), "{near_by_traits}");
        assert!((same_traits - same_texts).abs() < 0.05, "{same_traits} {same_texts}");
        assert!((0.75..0.95).contains(&same_traits), "{same_traits}");
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
