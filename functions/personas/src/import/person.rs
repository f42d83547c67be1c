//! One person of a file. Who they are is on the card; what else the file says of that must be the same, so that nobody
//! changes a label and is not told that it has no effect.

use std::cell::Cell;

use chrono::{DateTime, Datelike, Duration, Utc};
use records::export::{COLUMNS, Masked, Person, PersonRow, each_text};
use serde::Deserialize;
use serde_json::{Map, Value};
use shared::persona::card::{BigFive, Hofstede};
use shared::persona::vocabulary::{self, VocabularyEntry};
use shared::persona::{Card, Manner};
use shared::text::composed;
use shared::{Checks, Error, FieldError, Language};
use sqlx::types::Json;
use uuid::Uuid;

use super::file::{Format, Place, cut};
use crate::status::Status;

/// Long before anybody changed a text here, and long after the first year that PostgreSQL knows.
const FIRST_YEAR: i32 = 2000;
/// By how much the clock of another installation may be ahead of ours.
const AHEAD: Duration = Duration::days(1);

/// What the card says as well.
const DERIVED: [&str; 13] = [
    "name",
    "age",
    "gender",
    "location",
    "education",
    "activity",
    "occupation",
    "income",
    "segment_id",
    "big_five",
    "hofstede",
    "values",
    "interests",
];

/// A person as a file has them. What else it says of them is derived from the card, or stays where it was.
#[derive(Deserialize)]
struct Incoming {
    number: Option<i32>,
    status: Status,
    headline: String,
    story: String,
    communication_style: String,
    decision_making_style: String,
    concerns: Vec<String>,
    written_by: String,
    is_simulated: bool,
    prompt_version: String,
    /// Exports of one person do not say it.
    language: Option<Language>,
    edited_at: Option<DateTime<Utc>>,
    card: Card,
}

/// Reads somebody: letters and their marks become one (NFC).
pub(super) fn read(
    place: &Place,
    fields: Map<String, Value>,
    project: Language,
    now: DateTime<Utc>,
) -> Result<PersonRow, Vec<FieldError>> {
    if fields.get("card").is_none_or(|card| card.is_null() || card == "") {
        let rule = "is missing: people of this file are masked, or it is from before cards were in it. Export them \
                    unmasked";
        return Err(vec![place.error("card", rule)]);
    }
    let has_nul = Cell::new(false);
    let fields = each_text(Value::Object(fields), &|text| {
        has_nul.set(has_nul.get() || text.contains('\0'));
        composed(text)
    });
    if has_nul.get() {
        return Err(vec![place.whole("must not contain the character U+0000")]);
    }
    let incoming: Incoming = serde_path_to_error::deserialize(&fields).map_err(|error| {
        let (field, rule) = (error.path().to_string(), cut(error.inner()));
        // what is missing is named by the rule
        vec![if field == "." { place.whole(rule) } else { place.error(&field, rule) }]
    })?;
    check(place, &incoming, now)?;
    let languages = match incoming.language {
        Some(language) => vec![language],
        None => vec![project, project.pick(Language::Polish, Language::English)],
    };
    let mut differing = Vec::new();
    for language in languages {
        let row = row(&incoming, language, now);
        match differences(place, &fields, row.clone()) {
            errors if errors.is_empty() => return Ok(row),
            errors if differing.is_empty() => differing = errors,
            _ => {}
        }
    }
    Err(differing)
}

fn row(incoming: &Incoming, language: Language, now: DateTime<Utc>) -> PersonRow {
    PersonRow {
        id: Uuid::nil(),
        arrival: 0,
        run_id: None,
        population_id: Uuid::nil(),
        population_index: incoming.card.index.cast_signed(),
        language,
        card: Json(incoming.card.clone()),
        headline: incoming.headline.clone(),
        background_story: incoming.story.clone(),
        manner: Json(Manner {
            communication_style: incoming.communication_style.clone(),
            decision_making_style: incoming.decision_making_style.clone(),
            typical_concerns: incoming.concerns.clone(),
        }),
        status: incoming.status.as_str().to_owned(),
        written_by: incoming.written_by.clone(),
        is_simulated: incoming.is_simulated,
        is_imported: true,
        prompt_version: incoming.prompt_version.clone(),
        rag_citations: None,
        rag_context_details: None,
        journey: None,
        journey_made: None,
        version: 1,
        edited_at: incoming.edited_at,
        edited_by: None,
        created_by: Uuid::nil(),
        created_at: now,
        updated_at: now,
    }
}

/// Where the file says something else than the card.
fn differences(place: &Place, fields: &Value, row: PersonRow) -> Vec<FieldError> {
    let expected = as_written(place.format, &Person::of(row, &Masked::No));
    let differs = |name: &&str| {
        fields
            .get(*name)
            .is_some_and(|said| expected.get(*name).is_some_and(|meant| !is_same(meant, said)))
    };
    let derived = DERIVED.into_iter().chain(BigFive::NAMES).chain(Hofstede::NAMES);
    let errors = derived.filter(differs).map(|name| {
        let rule = format!("must be as on the card: {}", expected[name]);
        place.error(name, rule)
    });
    errors.collect()
}

/// A person as a file of this format has them.
fn as_written(format: Format, person: &Person) -> Map<String, Value> {
    match format {
        Format::Csv => {
            let cells = person.cells().into_iter().map(Value::String);
            COLUMNS.map(str::to_owned).into_iter().zip(cells).collect()
        }
        Format::Json => match serde_json::to_value(person) {
            Ok(Value::Object(fields)) => fields,
            other => unreachable!("a person is an object, and not {other:?}"),
        },
    }
}

/// Whether two values are the same, with numbers as exact as a card has them.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one.as_f64().map(|n| n as f32) == other.as_f64().map(|n| n as f32)
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|o| is_same(value, o)))
        }
        _ => one == other,
    }
}

fn check(place: &Place, incoming: &Incoming, now: DateTime<Utc>) -> Result<(), Vec<FieldError>> {
    let mut checks = Checks::default();
    let mut rule = |field: &str, holds: bool, rule: &str| {
        checks.keep::<()>(if holds { Ok(()) } else { Err(place.error(field, rule)) });
    };
    let card = &incoming.card;
    let is_its_own = incoming.number.is_none_or(|number| number == card.index.cast_signed());
    rule(
        "number",
        is_its_own && card.index < 1 << 24,
        "must be the card's index, below 16,777,216",
    );
    rule("card.age", (18..=95).contains(&card.age), "must be between 18 and 95");
    rule(
        "card.income_monthly_net",
        card.income_monthly_net <= 10_000_000,
        "must be at most 10,000,000",
    );
    let mut traits = card.big_five.values().into_iter().chain(card.hofstede.values());
    let are_shares = traits.all(|share| (0.0..=1.0).contains(&share));
    rule("card", are_shares, "must have traits between 0 and 1");
    let known = |entries: &[VocabularyEntry], keys: &[shared::persona::card::Text]| {
        keys.len() <= 20 && keys.iter().all(|key| entries.iter().any(|entry| entry.key == *key))
    };
    rule(
        "card.values",
        known(vocabulary::values(), &card.values),
        "must be at most 20 known values",
    );
    let is_edited_in_time = |at: DateTime<Utc>| at.year() >= FIRST_YEAR && at <= now + AHEAD;
    rule(
        "edited_at",
        incoming.edited_at.is_none_or(is_edited_in_time),
        "must be between the year 2000 and tomorrow",
    );
    let interests = known(vocabulary::interests(), &card.interests);
    rule("card.interests", interests, "must be at most 20 known interests");
    rule("concerns", incoming.concerns.len() <= 20, "must be at most 20");
    for (field, text, least, most) in texts(incoming) {
        let length = text.chars().count();
        let said = format!("must have {least} to {most} characters");
        rule(field, (least..=most).contains(&length), &said);
    }
    match checks.done() {
        Err(Error::Invalid(errors)) => Err(errors),
        _ => Ok(()),
    }
}

/// Every text with the fewest and the most characters that it may have: twice what the writer may write, so that an
/// export is never refused for its length.
fn texts(incoming: &Incoming) -> Vec<(&'static str, &str, usize, usize)> {
    let card = &incoming.card;
    let mut texts = vec![
        ("headline", incoming.headline.as_str(), 1, 2_000),
        ("story", incoming.story.as_str(), 1, 20_000),
        ("communication_style", incoming.communication_style.as_str(), 0, 2_000),
        ("decision_making_style", incoming.decision_making_style.as_str(), 0, 2_000),
        ("written_by", incoming.written_by.as_str(), 1, 200),
        ("prompt_version", incoming.prompt_version.as_str(), 0, 200),
        ("card.first_name", &*card.first_name, 1, 200),
        ("card.surname", &*card.surname, 1, 200),
        ("card.region", &*card.region, 0, 200),
        ("card.town", &*card.town, 0, 200),
        ("card.occupation", &*card.occupation, 0, 200),
        ("card.occupation_en", &*card.occupation_en, 0, 200),
    ];
    texts.extend(incoming.concerns.iter().map(|one| ("concerns", one.as_str(), 0, 2_000)));
    texts
}
