//! A file of people as we export them: which of the two formats it is, and where each person stands in it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};
use records::export::{COLUMNS, PERSONA_SCHEMA, PROJECT_SCHEMA, PersonRow};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use shared::text::composed;
use shared::text::csv::{items, unguarded};
use shared::text::record::{Record, records};
use shared::{Error, FieldError, Language, Result, Seed};
use uuid::Uuid;

use super::person;

/// The most people of one file.
const MOST_PEOPLE: usize = 5_000;
/// How many broken rules are told.
const MOST_ERRORS: usize = 100;

shared::words! {
    /// How a file is written.
    pub(crate) enum Format {
        Json = "json",
        Csv = "csv",
    }
}

/// People who belonged together where they were exported.
pub(crate) struct Population {
    /// What they were drawn by there, where the file says so: whoever answers for them answers the same again.
    pub(crate) seed: Option<Seed>,
    pub(crate) people: Vec<PersonRow>,
}

/// Somebody in the file, as they stand there.
pub(super) struct Found {
    /// Where: `people.3` or `line 4`.
    pub(super) place: String,
    pub(super) format: Format,
    pub(super) fields: Map<String, Value>,
}

impl Found {
    /// A field of theirs, as an error names it.
    pub(super) fn error(&self, field: &str, rule: impl Into<String>) -> FieldError {
        let field = match self.format {
            Format::Json => format!("{}.{field}", self.place),
            Format::Csv => format!("{}, {field}", self.place),
        };
        FieldError::new(field, rule)
    }
}

/// The people of a file, population by population. Everything is checked before anything is told.
///
/// # Errors
/// Every rule that is broken, up to a hundred, each with the person or the line.
pub(crate) fn read(
    format: Format,
    bytes: &[u8],
    language: Language,
    now: DateTime<Utc>,
) -> Result<Vec<Population>> {
    let text = std::str::from_utf8(bytes).map_err(|_| invalid("file", "must be UTF-8"))?;
    let (found, seeds) = match format {
        Format::Json => of_json(text)?,
        Format::Csv => (of_csv(text)?, HashMap::new()),
    };
    if found.is_empty() || found.len() > MOST_PEOPLE {
        return Err(invalid("people", format!("must be 1 to {MOST_PEOPLE}")));
    }
    let (mut broken, mut seen) = (Vec::new(), HashMap::new());
    let mut populations: Vec<(Option<Uuid>, Population)> = Vec::new();
    for one in found {
        let row = match person::read(&one, language, now) {
            Ok(row) => row,
            Err(errors) => {
                broken.extend(errors);
                continue;
            }
        };
        let of = one.fields.get("population_id").and_then(Value::as_str);
        let of: Option<Uuid> = of.and_then(|id| id.parse().ok());
        match seen.entry((of, row.population_index)) {
            Entry::Occupied(first) => {
                broken.push(one.error("number", format!("is that of {} as well", first.get())));
            }
            Entry::Vacant(place) => {
                place.insert(one.place);
            }
        }
        match populations.iter_mut().find(|(id, _)| *id == of) {
            Some((_, population)) => population.people.push(row),
            None => {
                let seed = of.and_then(|id| seeds.get(&id).copied());
                populations.push((of, Population { seed, people: vec![row] }));
            }
        }
    }
    broken.truncate(MOST_ERRORS);
    match broken.is_empty() {
        true => Ok(populations.into_iter().map(|(_, population)| population).collect()),
        false => Err(Error::Invalid(broken)),
    }
}

pub(super) fn invalid(field: &str, rule: impl Into<String>) -> Error {
    Error::invalid(field, rule)
}

/// An export of a project or of one person.
#[derive(Deserialize)]
struct Whole<'a> {
    schema: Option<String>,
    disclosure: Option<Disclosed>,
    #[serde(default)]
    populations: Vec<Drawn>,
    #[serde(borrow)]
    people: Option<Vec<&'a RawValue>>,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Disclosed {
    is_masked: bool,
}

/// A population of the file.
#[derive(Deserialize)]
struct Drawn {
    id: Uuid,
    seed: Option<Seed>,
}

/// The sections of one person.
#[derive(Default, Deserialize)]
struct Content {
    overview: Option<Map<String, Value>>,
    profile: Option<Map<String, Value>>,
    behaviors: Option<Map<String, Value>>,
}

fn of_json(text: &str) -> Result<(Vec<Found>, HashMap<Uuid, Seed>)> {
    let whole: Whole<'_> = serde_json::from_str(text)
        .map_err(|error| invalid("file", format!("is no export of ours: {error}")))?;
    if whole.disclosure.is_some_and(|one| one.is_masked) {
        return Err(invalid("disclosure.is_masked", MASKED));
    }
    let seeds = whole.populations.into_iter().filter_map(|one| Some((one.id, one.seed?)));
    let found = match whole.schema.as_deref() {
        Some(PROJECT_SCHEMA) => many(whole.people.unwrap_or_default())?,
        Some(PERSONA_SCHEMA) => vec![alone(whole.content.unwrap_or_default())?],
        _ => {
            let rule = format!("must be {PROJECT_SCHEMA} or {PERSONA_SCHEMA}");
            return Err(invalid("schema", rule));
        }
    };
    Ok((found, seeds.collect()))
}

/// Why nobody of a masked file can be taken in.
const MASKED: &str = "is true: who is masked has neither name nor age. Export the people unmasked, as an admin with a reason";

fn many(people: Vec<&RawValue>) -> Result<Vec<Found>> {
    let people = people.into_iter().enumerate().map(|(number, one)| {
        let place = format!("people.{number}");
        let fields = serde_json::from_str(one.get());
        let fields = fields.map_err(|_| invalid(&place, "must be an object"))?;
        Ok(Found { place, format: Format::Json, fields })
    });
    people.collect()
}

fn alone(content: Content) -> Result<Found> {
    let Content { overview: Some(overview), profile: Some(profile), behaviors: Some(behaviors) } =
        content
    else {
        return Err(invalid("content", "must have the sections overview, profile and behaviors"));
    };
    let fields = overview.into_iter().chain(profile).chain(behaviors).collect();
    Ok(Found { place: "content".to_owned(), format: Format::Json, fields })
}

fn of_csv(text: &str) -> Result<Vec<Found>> {
    let own = COLUMNS[..3].join(",");
    let lines = records(&composed(text), &own).map_err(|stray| {
        let rule =
            "has a quote that begins a cell and does not end it: write it twice within quotes";
        invalid(&format!("line {}", stray.line), rule)
    })?;
    let mut lines = lines.into_iter();
    let header = lines.next().ok_or_else(|| invalid("file", "is empty"))?;
    let names: Vec<&str> = header.cells.iter().map(|cell| cell.trim()).collect();
    let missing = COLUMNS.iter().filter(|column| !names.contains(column));
    let missing: Vec<FieldError> = missing
        .map(|column| {
            FieldError::new(
                format!("line {}, {column}", header.line),
                "is missing: every column of an export is needed",
            )
        })
        .collect();
    if !missing.is_empty() {
        return Err(Error::Invalid(missing));
    }
    let lines = lines.filter(|line| line.cells.iter().any(|cell| !cell.trim().is_empty()));
    lines.map(|line| of_line(&names, &line)).collect()
}

fn of_line(names: &[&str], line: &Record) -> Result<Found> {
    let place = format!("line {}", line.line);
    if line.cells.len() > names.len() {
        return Err(invalid(&place, "has more cells than the header"));
    }
    let cells = line.cells.iter().map(|cell| unguarded(cell));
    let cells = names.iter().copied().zip(cells.chain(std::iter::repeat("")));
    let fields = cells.map(|(name, cell)| (name.to_owned(), value(name, cell)));
    Ok(Found { place, format: Format::Csv, fields: fields.collect() })
}

/// A cell as JSON has it. What is none of its kind stays a text, and is told as that.
fn value(name: &str, cell: &str) -> Value {
    let text = || Value::String(cell.to_owned());
    match name {
        "number" | "is_simulated" | "card" => serde_json::from_str(cell).unwrap_or_else(|_| text()),
        "concerns" => items(cell).into(),
        "edited_at" | "language" | "id" | "population_id" if cell.is_empty() => Value::Null,
        _ => text(),
    }
}
