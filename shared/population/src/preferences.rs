//! Values and interests: what the options ask for, and how each person's are drawn.

use std::sync::LazyLock;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::axis::{YEARS, age};
use super::categories::refused;
use super::choice::Choices;
use super::options::chosen;
use super::options::one_of;
use shared::error::Result;
use shared::persona::card::{BigFive, Country, Text};
use shared::persona::vocabulary::{self, VocabularyEntry};

/// The fewest values and interests that a person has. Chosen by hand, as the most is.
const FEWEST: usize = 5;
/// The most.
const MOST: usize = 7;
/// How many times likelier the interests of a focus area are. Chosen by hand, as the next is.
const FOCUS_WEIGHT: f64 = 4.0;
/// How many times likelier an interest is that the description names.
const NAMED_WEIGHT: f64 = 8.0;
/// Draws after which a person keeps what there is, where options leave hardly anything to draw. Chosen by hand.
const TRIES: usize = 500;
/// Values and interests that only people in Poland have.
const POLISH_ONLY: [&str; 9] = [
    "polish_history",
    "national_culture",
    "disco_polo",
    "polish_rock",
    "polish_films",
    "cabaret",
    "allotment_garden",
    "mushroom_picking",
    "berry_picking",
];
/// The youngest age at which grandchildren are drawn. Chosen by hand.
const GRANDPARENTS_FROM: u8 = 47;

/// What a plan asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Preferences {
    pub(crate) means: [f64; 5],
    required_values: Vec<Text>,
    excluded_values: Vec<String>,
    required_interests: Vec<Text>,
    excluded_interests: Vec<String>,
    focus: Option<String>,
    named: Vec<String>,
}

impl Preferences {
    /// Reads the options.
    ///
    /// # Errors
    /// `Error::Invalid` for an unknown focus area or trait, a mean outside 0 to 1, more required
    /// values than a person has, or something both required and excluded.
    pub(crate) fn new(country: Country, choices: &mut Choices<'_>) -> Result<Self> {
        let known = ["technology", "lifestyle", "finance", "shopping", "entertainment", "general"];
        let options = choices.options;
        let focus = one_of(options.focus_area.as_ref(), "focus_area", &known)?;
        let foreign = country == Country::International;
        let polish: &[&str] = if foreign { &POLISH_ONLY } else { &[] };
        choices.applied.extend(focus.map(|focus| format!("interests lean to {focus}")));
        Ok(Self {
            means: means(choices)?,
            required_values: required(
                vocabulary::values(),
                (options.required_values.as_deref(), options.excluded_values.as_deref()),
                ("required_values", "excluded_values"),
            )?,
            excluded_values: excluded(
                vocabulary::values(),
                options.excluded_values.as_deref(),
                polish,
            ),
            required_interests: required(
                vocabulary::interests(),
                (options.required_interests.as_deref(), options.excluded_interests.as_deref()),
                ("required_interests", "excluded_interests"),
            )?,
            excluded_interests: excluded(
                vocabulary::interests(),
                options.excluded_interests.as_deref(),
                polish,
            ),
            focus: focus.filter(|focus| *focus != "general").map(str::to_owned),
            named: choices.audience.interests.iter().map(|key| (*key).to_owned()).collect(),
        })
    }

    /// The weights for drawing, worked out once a population.
    pub(crate) fn palettes(&self) -> (Palette, Palette) {
        let values = Palette::new(&VALUE_LEANINGS, &self.required_values, |entry| {
            if self.excluded_values.iter().any(|key| key == entry.key) { 0.0 } else { 1.0 }
        });
        let interests = Palette::new(&INTEREST_LEANINGS, &self.required_interests, |entry| {
            if self.excluded_interests.iter().any(|key| key == entry.key) {
                return 0.0;
            }
            let focus = self.focus.as_deref() == Some(entry.focus);
            let named = self.named.iter().any(|key| key == entry.key);
            (if focus { FOCUS_WEIGHT } else { 1.0 }) * (if named { NAMED_WEIGHT } else { 1.0 })
        });
        (values, interests)
    }
}

fn means(choices: &Choices<'_>) -> Result<[f64; 5]> {
    let mut means = [0.5; 5];
    for (name, mean) in choices.options.personality_skew.iter().flatten() {
        let field = format!("personality_skew.{name}");
        let Some(index) = BigFive::NAMES.iter().position(|known| known == name) else {
            return Err(refused(
                &field,
                &format!("is not a trait: use {}", BigFive::NAMES.join(", ")),
            ));
        };
        if !(0.0..=1.0).contains(mean) {
            return Err(refused(&field, "must be between 0 and 1"));
        }
        means[index] = *mean;
    }
    Ok(means)
}

fn required(
    entries: &'static [VocabularyEntry],
    (wanted, unwanted): (Option<&[String]>, Option<&[String]>),
    (name, against): (&str, &str),
) -> Result<Vec<Text>> {
    let excluded = excluded(entries, unwanted, &[]);
    let mut required: Vec<Text> = Vec::new();
    for text in wanted.into_iter().flatten().filter_map(|text| chosen(Some(text))) {
        let key = match vocabulary::find(entries, text) {
            Some(entry) => Text::Borrowed(entry.key),
            None => Text::Owned(text.to_owned()),
        };
        if excluded.contains(&key.as_ref().to_owned()) {
            return Err(refused(name, &format!("{text} is also in advanced_options.{against}")));
        }
        if !required.contains(&key) {
            required.push(key);
        }
    }
    if required.len() > MOST {
        return Err(refused(name, "must not name more than 7: nobody has more"));
    }
    Ok(required)
}

/// Keys of what nobody has. Words outside the vocabulary are never drawn, so they need no entry, but
/// stay for the comparison with what is required.
fn excluded(
    entries: &'static [VocabularyEntry],
    texts: Option<&[String]>,
    besides: &[&str],
) -> Vec<String> {
    let besides = besides.iter().map(|key| (*key).to_owned());
    texts
        .into_iter()
        .flatten()
        .map(|text| {
            vocabulary::find(entries, text).map_or(text.trim(), |entry| entry.key).to_owned()
        })
        .chain(besides)
        .collect()
}

/// Weights of a vocabulary's entries by sex and year, before traits and options.
struct Leanings {
    entries: &'static [VocabularyEntry],
    by_age: [Vec<Vec<f64>>; 2],
}

static VALUE_LEANINGS: LazyLock<Leanings> = LazyLock::new(|| Leanings::new(vocabulary::values()));
static INTEREST_LEANINGS: LazyLock<Leanings> =
    LazyLock::new(|| Leanings::new(vocabulary::interests()));

impl Leanings {
    fn new(entries: &'static [VocabularyEntry]) -> Self {
        let weight = |entry: &VocabularyEntry, sex: usize, age: u8| {
            if entry.key == "grandchildren" && age < GRANDPARENTS_FROM {
                return 0.0;
            }
            // the steps are those of `VocabularyEntry`; that age makes nothing more than e² times likelier
            // was chosen by hand
            let older = entry.older / 10.0 * (f64::from(age) - 47.0) / 20.0;
            let female = entry.female / 10.0 * if sex == 0 { 1.0 } else { -1.0 };
            entry.weight * (older.min(2.0) + female).exp()
        };
        let by_age = std::array::from_fn(|sex| {
            (0..YEARS).map(|y| entries.iter().map(|e| weight(e, sex, age(y))).collect()).collect()
        });
        Self { entries, by_age }
    }
}

/// A vocabulary with a plan's factors.
pub(crate) struct Palette {
    leanings: &'static Leanings,
    required: Vec<Text>,
    factors: Vec<f64>,
}

impl Palette {
    fn new(
        leanings: &'static Leanings,
        required: &[Text],
        factor: impl Fn(&VocabularyEntry) -> f64,
    ) -> Self {
        let factors = leanings
            .entries
            .iter()
            .map(
                |entry| {
                    if required.iter().any(|key| key == entry.key) { 0.0 } else { factor(entry) }
                },
            )
            .collect();
        Self { leanings, required: required.to_vec(), factors }
    }

    /// Five to seven keys for a person, without repetition, the required ones first.
    pub(crate) fn draw(
        &self,
        sex: usize,
        year: usize,
        traits: &[f64; 5],
        rng: &mut ChaCha8Rng,
    ) -> Vec<Text> {
        let mut chosen = Vec::with_capacity(MOST);
        chosen.extend(self.required.iter().cloned());
        let wanted = rng.random_range(FEWEST..=MOST);
        let entries = self.leanings.entries;
        let weights = &self.leanings.by_age[sex][year];
        let mut ends = [0.0; 128];
        let mut all = 0.0;
        for (index, entry) in entries.iter().enumerate() {
            let (which, sign) = entry.leaning;
            // a trait one standard deviation up makes it 1.45 times likelier
            let trait_factor = (1.0 + 3.0 * sign * (traits[which] - 0.5)).max(0.1);
            all += weights[index] * self.factors[index] * trait_factor;
            ends[index] = all;
        }
        let ends = &ends[..entries.len()];
        // a repeated draw is thrown away: the same as drawing without replacement; the limit is for
        // options that exclude nearly everything
        for _ in 0..TRIES {
            if chosen.len() >= wanted || all <= 0.0 {
                break;
            }
            let at = rng.random::<f64>() * all;
            let entry = entries.get(ends.partition_point(|end| *end <= at));
            let key = entry.map(|entry| Text::Borrowed(entry.key));
            chosen.extend(key.filter(|key| !chosen.contains(key)));
        }
        chosen
    }
}
