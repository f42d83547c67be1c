//! Gender, education and income of a plan.

use super::axis::Axis;
use super::axis::{Attribute, BRACKETS, GENDER, KINDS, LEVELS, gender_of};
use super::choice::Choices;
use super::international;
use super::label_parser::Meaning;
use super::options::{one_of, option_field};
use super::target::{Category, Weights};
use crate::fidelity::Provenance;
use shared::error::{Error, Result};
use shared::persona::card::{Country, Gender};

/// The gender to rake onto: weights, balance, description or preset of the run, else the project's,
/// else (abroad) the table's.
pub(crate) fn gender(country: Country, choices: &mut Choices<'_>) -> Result<Option<Axis>> {
    let targeted = targeted_gender(choices)?;
    Ok(targeted.or_else(|| (country == Country::International).then(foreign_gender)))
}

fn foreign_gender() -> Axis {
    let name = Attribute::Gender.name();
    let mut axis = Axis::empty(Attribute::Gender, name, KINDS, Provenance::NotOfficial);
    for (number, gender) in GENDER.iter().enumerate() {
        let kinds = (0..KINDS).filter(|kind| gender_of(*kind) == number);
        let share = kinds.clone().map(|kind| international::KIND_SHARES[kind]).sum();
        let index = axis.push(shared::persona::label::key(gender), share);
        kinds.for_each(|kind| axis.member[kind] = Some(index));
    }
    axis
}

fn targeted_gender(choices: &mut Choices<'_>) -> Result<Option<Axis>> {
    let known = ["balanced", "female_skew", "male_skew"];
    let balance = one_of(choices.options.gender_balance.as_ref(), "gender_balance", &known)?;
    let weights = choices.options.gender_weights.clone().filter(|weights| !weights.is_empty());
    let (name, weights) = if weights.is_some() {
        ("gender_weights", weights)
    } else if let Some(balance) = balance {
        ("gender_balance", balanced(balance, choices))
    } else if let Some(gender) = choices.audience.gender {
        let label = if gender == Gender::Female { "female" } else { "male" };
        ("target_audience_description", Some(Weights::from([(label.to_owned(), 1.0)])))
    } else if choices.preset == Some("diverse") {
        ("demographic_preset", Some(genders(0.48, 0.48, 0.04)))
    } else {
        ("gender_weights", None)
    };
    let category = choices.category(Attribute::Gender, name, weights.as_ref())?;
    Ok(category.map(|category| {
        axis(&category, KINDS, |meaning, kind| {
            matches!(meaning, Meaning::Gender(gender) if *gender as usize == gender_of(kind))
        })
    }))
}

/// `balanced` leaves a project's own target as it is.
fn balanced(balance: &str, choices: &Choices<'_>) -> Option<Weights> {
    match balance {
        "female_skew" => Some(genders(0.65, 0.30, 0.05)),
        "male_skew" => Some(genders(0.30, 0.65, 0.05)),
        _ if choices.target(Attribute::Gender).is_some() || choices.audience.gender.is_some() => {
            None
        }
        _ => Some(Weights::from([("female".to_owned(), 0.5), ("male".to_owned(), 0.5)])),
    }
}

fn genders(female: f64, male: f64, non_binary: f64) -> Weights {
    [("female", female), ("male", male), ("non-binary", non_binary)]
        .map(|(label, weight)| (label.to_owned(), weight))
        .into()
}

/// Factors on the kinds before raking: non-binary people only where a target names them or the
/// tables have them.
pub(crate) fn kinds(country: Country, axes: &[Axis]) -> [f64; KINDS] {
    let named = axes
        .iter()
        .any(|axis| axis.attribute == Attribute::Gender && axis.member[KINDS - 1].is_some());
    match country {
        Country::International => international::KIND_SHARES,
        Country::Poland if named => [1.0, 1.0, 0.01, 0.01],
        Country::Poland => [1.0, 1.0, 0.0, 0.0],
    }
}

/// The education to rake onto: the run's weights or description, else the project's, else (abroad)
/// the table's.
pub(crate) fn education(country: Country, choices: &mut Choices<'_>) -> Result<Option<Axis>> {
    let own = choices.options.education_weights.clone().filter(|weights| !weights.is_empty());
    if let (None, Some(bits)) = (&own, choices.audience.levels) {
        let name = "target_audience_description";
        choices.replace(Attribute::Education, name);
        let mut axis =
            Axis::empty(Attribute::Education, &option_field(name), LEVELS, Provenance::Target);
        let index = axis.push(described(bits), 1.0);
        for level in (0..LEVELS).filter(|level| bits & (1 << level) != 0) {
            axis.member[level] = Some(index);
        }
        return Ok(Some(axis));
    }
    if let Some(category) =
        choices.category(Attribute::Education, "education_weights", own.as_ref())?
    {
        return Ok(Some(axis(
            &category,
            LEVELS,
            |meaning, level| matches!(meaning, Meaning::Levels(bits) if bits & (1 << level) != 0),
        )));
    }
    Ok((country == Country::International).then(|| {
        table(Attribute::Education, &international::EDUCATION, |level| {
            shared::persona::label::key(&super::axis::EDUCATION[level])
        })
    }))
}

/// The levels of a description in a researcher's words.
fn described(bits: u16) -> String {
    let words = [(0, "podstawowe"), (2, "zawodowe"), (3, "średnie"), (6, "wyższe")];
    let named = words.iter().filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, word)| *word);
    named.collect::<Vec<_>>().join(" / ")
}

/// The income to rake onto: the run's weights, else the project's, else (abroad) the table's.
pub(crate) fn income(country: Country, choices: &mut Choices<'_>) -> Result<Option<Axis>> {
    let own = choices.options.income_weights.clone();
    if let Some(category) =
        choices.category(Attribute::IncomeBracket, "income_weights", own.as_ref())?
    {
        return Ok(Some(axis(
            &category,
            BRACKETS,
            |meaning, bracket| matches!(meaning, Meaning::Brackets(bits) if bits & (1 << bracket) != 0),
        )));
    }
    Ok((country == Country::International).then(|| {
        table(Attribute::IncomeBracket, &international::INCOME, |bracket| {
            shared::persona::label::USD_BRACKET_KEYS[bracket].to_owned()
        })
    }))
}

/// An axis of a category: each number gets the label whose meaning covers it; a label for the rest
/// gets what no other names.
fn axis(category: &Category, numbers: usize, covers: impl Fn(&Meaning, usize) -> bool) -> Axis {
    let mut axis = Axis::empty(category.attribute, &category.field, numbers, Provenance::Target);
    for label in &category.labels {
        let index = axis.push(label.text.clone(), label.share);
        for number in 0..numbers {
            let rest = matches!(label.meaning, Meaning::Rest) && axis.member[number].is_none();
            if rest || covers(&label.meaning, number) {
                axis.member[number] = Some(index);
            }
        }
    }
    axis
}

/// An axis of a table that is not official.
fn table(attribute: Attribute, shares: &[f64], key: impl Fn(usize) -> String) -> Axis {
    let mut axis = Axis::empty(attribute, attribute.name(), shares.len(), Provenance::NotOfficial);
    for (number, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        axis.member[number] = Some(axis.labels.len() as u16);
        axis.push(key(number), *share);
    }
    axis
}

/// An error about a field of the options.
pub(crate) fn refused(name: &str, rule: &str) -> Error {
    Error::invalid(option_field(name), rule)
}
