//! What a person leans to, offline: a number for each question that depends on their card.
//!
//! The leanings are ours: plausible signs and sizes, so that simulated answers vary as a
//! questionnaire's do, between people and between questions. They come from no survey and say nothing
//! about people; every report of offline answers says so.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, Normal};

use shared::Seed;
use shared::persona::Card;
use shared::persona::card::{Education, Place, Sex};
use shared::text::fold::folded;

/// What of a card may sway an opinion, each about 0 on average and 1 in spread.
const FEATURES: usize = 13;
type Features = [f64; FEATURES];

/// Shares of the spread of an opinion: what the card explains, what the person feels about everything
/// in this survey, and what is theirs alone. The squares add up to 1.
// Chosen by hand; the third follows from the other two.
const BY_CARD: f64 = 0.60;
const BY_PERSON: f64 = 0.30;
const BY_CHANCE: f64 = 0.7416;

/// How far a question can be more or less popular than the middle, in standard deviations.
// Chosen by hand.
const POPULARITY: f64 = 0.3;

/// What a text is about, by the beginnings of its words, and who leans to it:
/// age, income, openness, conscientiousness, extraversion, agreeableness, neuroticism, town, woman,
/// education, thrift, nature, tradition.
const TOPICS: &[(&[&str], Features)] = &[
    (
        &[
            "cen", "koszt", "plac", "pienia", "drog", "tani", "price", "cost", "money", "cheap",
            "expens", "afford", "budget", "rabat", "discount",
        ],
        [0.1, -0.8, 0.0, 0.2, 0.0, 0.0, 0.2, 0.0, 0.1, -0.2, 0.6, 0.0, 0.0],
    ),
    (
        &[
            "kupi",
            "kupn",
            "zakup",
            "zamow",
            "subskry",
            "abonament",
            "buy",
            "purchas",
            "order",
            "subscri",
            "polec",
            "recommend",
        ],
        [-0.3, 0.5, 0.4, 0.0, 0.2, 0.2, -0.1, 0.2, 0.1, 0.1, -0.2, 0.2, 0.0],
    ),
    (
        &[
            "aplikac",
            "internet",
            "online",
            "telefon",
            "smartfon",
            "technolog",
            "app",
            "phone",
            "digital",
            "website",
            "cyfrow",
        ],
        [-0.8, 0.2, 0.4, 0.0, 0.1, 0.0, 0.0, 0.3, -0.1, 0.3, 0.0, 0.0, -0.3],
    ),
    (
        &[
            "eko",
            "natur",
            "srodowisk",
            "klimat",
            "organic",
            "sustain",
            "environment",
            "climate",
            "lokaln",
            "local",
            "opakowan",
            "packag",
        ],
        [0.0, 0.1, 0.3, 0.1, 0.0, 0.2, 0.1, 0.1, 0.3, 0.3, 0.0, 0.7, 0.0],
    ),
    (
        &["zauf", "bezpiecz", "ryzyk", "obaw", "trust", "safe", "secur", "risk", "worr"],
        [0.3, -0.1, -0.2, 0.2, -0.1, 0.0, 0.7, 0.0, 0.2, 0.0, 0.1, 0.0, 0.2],
    ),
    (
        &[
            "zdrow", "diet", "smak", "jakos", "swiez", "health", "taste", "quality", "fresh",
            "warzyw", "vegetab",
        ],
        [0.3, 0.2, 0.1, 0.3, 0.0, 0.1, 0.1, 0.0, 0.5, 0.2, 0.0, 0.5, 0.1],
    ),
    (
        &["czas", "wygod", "dostaw", "szybk", "time", "conven", "deliver", "fast", "quick"],
        [-0.4, 0.4, 0.1, 0.1, 0.2, 0.0, 0.1, 0.5, 0.1, 0.2, -0.2, 0.0, -0.2],
    ),
];

/// What sways people in whatever else is asked.
const ANYTHING: Features = [-0.2, 0.2, 0.3, 0.0, 0.3, 0.4, -0.4, 0.1, 0.0, 0.1, -0.1, 0.1, 0.0];

/// One respondent of a survey: their card, and the seed of their answers.
#[derive(Debug, Clone, Copy)]
pub struct SimulatedRespondent<'a> {
    pub card: &'a Card,
    /// Theirs in this survey.
    pub seed: Seed,
}

impl SimulatedRespondent<'_> {
    /// How much the person leans towards what the text says: normal, about 0 and 1 in spread over a
    /// population.
    pub fn leaning(&self, text: &str) -> f64 {
        let features = features(self.card);
        let loadings = loadings(text);
        let length = loadings.iter().map(|x| x * x).sum::<f64>().sqrt();
        let by_card: f64 = features.iter().zip(&loadings).map(|(x, w)| x * w).sum::<f64>() / length;
        let by_person = normal(&mut self.seed.child("mood", 0).rng());
        let by_chance = normal(&mut self.seed.child("leaning", 0).child(text, 0).rng());
        BY_CARD * by_card + BY_PERSON * by_person + BY_CHANCE * by_chance
    }

    /// Where the person stands between 0 and 1 on what the text asks, some texts being more popular
    /// than others.
    pub fn position(&self, text: &str) -> f64 {
        let popularity = POPULARITY * (2.0 * unit(text) - 1.0);
        cumulative(self.leaning(text) + popularity)
    }

    /// How likely the person is to choose each of so many points: a bell around where they stand,
    /// narrower for the conscientious, cut at the ends.
    pub fn points(&self, text: &str, points: usize) -> Vec<f64> {
        let position = self.position(text);
        // Chosen by hand: on five points most answers lie on two that are neighbours.
        let spread = 0.2 - 0.1 * (f64::from(self.card.big_five.conscientiousness) - 0.5);
        let edge = |i: usize| cumulative((i as f64 / points as f64 - position) / spread);
        let raw: Vec<f64> = (0..points).map(|i| edge(i + 1) - edge(i)).collect();
        let sum: f64 = raw.iter().sum();
        raw.into_iter().map(|p| p / sum).collect()
    }
}

/// The probability that a standard normal stays below.
pub(super) fn cumulative(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// A draw from the standard normal distribution.
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let share: f64 = rng.random();
    Normal::standard().inverse_cdf(share.clamp(1e-9, 1.0 - 1e-9))
}

/// A number between 0 and 1 that belongs to a text.
fn unit(text: &str) -> f64 {
    Seed(0).child("popularity", 0).child(text, 0).rng().random()
}

fn loadings(text: &str) -> Features {
    let text = folded(text);
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut sum = [0.0; FEATURES];
    let about: Vec<&Features> = TOPICS
        .iter()
        .filter(|(beginnings, _)| {
            words.clone().any(|word| beginnings.iter().any(|b| word.starts_with(b)))
        })
        .map(|topic| &topic.1)
        .collect();
    let about = if about.is_empty() { vec![&ANYTHING] } else { about };
    for topic in about {
        sum.iter_mut().zip(topic).for_each(|(sum, loading)| *sum += loading);
    }
    // no two questions are swayed by quite the same
    let own = words.by_ref().fold(Seed(1), |seed, word| seed.child(word, 0));
    let mut rng = own.rng();
    // Chosen by hand, small beside what a topic weighs.
    sum.iter_mut().for_each(|loading| *loading += 0.15 * (2.0 * rng.random::<f64>() - 1.0));
    sum
}

fn features(card: &Card) -> Features {
    let traits = card.big_five;
    let trait_of = |score: f32| (f64::from(score) - 0.5) / 0.16;
    let holds = |keys: &[&str]| {
        let held = card.values.iter().filter(|value| keys.contains(&value.as_ref())).count();
        (held as f64 - 0.5) * 1.2
    };
    let income = (f64::from(card.income_monthly_net) + 1_000.0) / 5_500.0;
    let school = match card.education {
        Education::Primary | Education::LowerSecondary => -1.6,
        Education::BasicVocational => -0.8,
        Education::GeneralSecondary | Education::TechnicalSecondary => 0.0,
        Education::PostSecondary | Education::Bachelor => 0.7,
        Education::Master | Education::Doctorate => 1.3,
    };
    [
        (f64::from(card.age) - 49.0) / 17.0,
        (income.ln() / 0.5).clamp(-2.5, 2.5),
        trait_of(traits.openness),
        trait_of(traits.conscientiousness),
        trait_of(traits.extraversion),
        trait_of(traits.agreeableness),
        trait_of(traits.neuroticism),
        if card.place == Place::Urban { 0.8 } else { -1.2 },
        if card.sex == Sex::Female { 1.0 } else { -1.0 },
        school,
        holds(&["thrift", "resourcefulness", "security"]),
        holds(&["caring_for_nature", "health", "peace_and_quiet"]),
        holds(&["tradition", "religious_faith", "order", "national_culture"]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use population::{Plan, Population};

    fn correlation(pairs: &[(f64, f64)]) -> f64 {
        let n = pairs.len() as f64;
        let (mx, my) = pairs.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
        let sum = |f: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(f).sum::<f64>();
        sum(&|p| (p.0 - mx) * (p.1 - my))
            / (sum(&|p| (p.0 - mx).powi(2)) * sum(&|p| (p.1 - my).powi(2))).sqrt()
    }

    fn cards(people: u32) -> Vec<Card> {
        Population::new(&Plan::everyone(), Seed(7)).cards(0..people)
    }

    fn leaning(card: &Card, text: &str) -> f64 {
        SimulatedRespondent { card, seed: Seed(5).child("respondent", card.index.into()) }
            .leaning(text)
    }

    #[test]
    fn opinions_depend_on_age_income_values_and_traits() {
        let cards = cards(1_000);
        let with = |text: &str, feature: &dyn Fn(&Card) -> f64| {
            let pairs: Vec<(f64, f64)> =
                cards.iter().map(|card| (feature(card), leaning(card, text))).collect();
            correlation(&pairs)
        };

        let price = "Jak ważna jest dla Pana/Pani cena?";
        assert!(with(price, &|card| f64::from(card.income_monthly_net)) < -0.15);
        assert!(with("Would you use a mobile app?", &|card| f64::from(card.age)) < -0.25);
        let nature = |card: &Card| {
            f64::from(u8::from(card.values.iter().any(|value| value == "caring_for_nature")))
        };
        assert!(with("Is organic food important?", &nature) > 0.1);
        assert!(with("Do you worry about risk?", &|c| f64::from(c.big_five.neuroticism)) > 0.2);
    }

    #[test]
    fn leanings_are_about_normal_in_a_population() {
        for text in
            ["Ile powinien kosztować abonament?", "Czy to dobry pomysł?", "Would you buy it?"]
        {
            let leanings: Vec<f64> = cards(1_000).iter().map(|c| leaning(c, text)).collect();
            let summary =
                shared::statistics::SampleSummary::of(&leanings, &vec![1.0; leanings.len()])
                    .unwrap();
            assert!(summary.mean.abs() < 0.35, "{text}: {summary:?}");
            assert!((0.85..1.25).contains(&summary.deviation), "{text}: {summary:?}");
        }
    }

    #[test]
    fn a_person_keeps_their_opinion() {
        let card = &cards(1)[0];

        assert_eq!(leaning(card, "Would you buy it?"), leaning(card, "Would you buy it?"));
    }
}
