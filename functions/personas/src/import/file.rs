//! A file of people as we export them, taken person by person: of what is beyond a limit nothing is made.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;

use chrono::{DateTime, Utc};
use records::export::{COLUMNS, PersonRow};
use serde_json::{Map, Value};
use shared::{Error, FieldError, Language, Result, Seed};
use uuid::Uuid;

use super::json::{self, Written};
use super::{person, sheet};

/// The most people of one file: as many as are read and stored well within the 30 seconds of a request.
pub(super) const MOST_PEOPLE: usize = 10_000;
/// The most populations of one file: each is a row with a whole plan, and a project has a handful.
const MOST_POPULATIONS: usize = 100;
/// The most bytes of what is read of one person: the longest texts that a hand may give them are 50 KB in letters of
/// four bytes, their card 3 KB. As values that is 2 MB at most, and one person's at a time.
const LONGEST_PERSON: usize = 64 << 10;
/// How many broken rules are told.
pub(super) const MOST_ERRORS: usize = 100;
/// The most characters of what a parser says: it repeats a text that stands in the wrong place. Every rule of ours is
/// shorter. Chosen by hand.
const LONGEST_RULE: usize = 500;

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

/// Where in the file somebody stands: `people.3` or `line 4`.
pub(super) struct Place {
    pub(super) format: Format,
    pub(super) name: String,
}

impl Place {
    /// A rule that they break as a whole.
    pub(super) fn whole(&self, rule: impl Into<String>) -> FieldError {
        FieldError::new(&self.name, rule)
    }

    /// A rule that a field of theirs breaks.
    pub(super) fn error(&self, field: &str, rule: impl Into<String>) -> FieldError {
        let field = match self.format {
            Format::Json => format!("{}.{field}", self.name),
            Format::Csv => format!("{}, {field}", self.name),
        };
        FieldError::new(field, rule)
    }

    /// So many bytes are somebody's.
    pub(super) fn fits(&self, size: usize) -> Result<(), FieldError> {
        match size <= LONGEST_PERSON {
            true => Ok(()),
            false => Err(self.whole(format!("must have at most {LONGEST_PERSON} bytes"))),
        }
    }
}

/// Somebody in the file, as they stand there.
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) fields: Map<String, Value>,
}

/// The name of a field that is read, whichever format it stands in. Everything else that an export has of somebody
/// stays where it is.
pub(super) fn known(name: &str) -> Option<&'static str> {
    COLUMNS.iter().chain(&["big_five", "hofstede"]).copied().find(|known| *known == name)
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
    match format {
        Format::Json => {
            let (people, seeds) = json::read(text)?;
            if people.len() > MOST_PEOPLE {
                return Err(wrong_count());
            }
            let people = people.into_iter().map(Written::found);
            Taken::new(&seeds, language, now).all(people)
        }
        Format::Csv => Taken::new(&HashMap::new(), language, now).all(sheet::read(text)?),
    }
}

pub(super) fn invalid(field: &str, rule: impl Into<String>) -> Error {
    Error::invalid(field, rule)
}

/// What a parser says, as far as somebody reads it.
pub(super) fn cut(error: &impl Display) -> String {
    error.to_string().chars().take(LONGEST_RULE).collect()
}

fn wrong_count() -> Error {
    invalid("people", format!("must be 1 to {MOST_PEOPLE}"))
}

/// Whom a file has brought so far.
struct Taken<'a> {
    seeds: &'a HashMap<Uuid, Seed>,
    language: Language,
    now: DateTime<Utc>,
    broken: Vec<FieldError>,
    /// Who has which number in which population, by where they stand.
    numbers: HashMap<(Option<Uuid>, i32), String>,
    populations: Vec<(Option<Uuid>, Population)>,
}

impl<'a> Taken<'a> {
    fn new(seeds: &'a HashMap<Uuid, Seed>, language: Language, now: DateTime<Utc>) -> Self {
        let (broken, populations) = (Vec::new(), Vec::new());
        Self { seeds, language, now, broken, numbers: HashMap::new(), populations }
    }

    /// Takes people until there are too many, or enough that is wrong with them.
    fn all(
        mut self,
        people: impl Iterator<Item = Result<Found, FieldError>>,
    ) -> Result<Vec<Population>> {
        for (before, found) in people.enumerate() {
            if before == MOST_PEOPLE {
                return Err(wrong_count());
            }
            if let Err(errors) = found.map_err(|error| vec![error]).and_then(|one| self.take(one)) {
                self.broken.extend(errors);
            }
            if self.broken.len() >= MOST_ERRORS {
                break;
            }
        }
        if self.numbers.is_empty() && self.broken.is_empty() {
            return Err(wrong_count());
        }
        self.broken.truncate(MOST_ERRORS);
        match self.broken.is_empty() {
            true => Ok(self.populations.into_iter().map(|(_, population)| population).collect()),
            false => Err(Error::Invalid(self.broken)),
        }
    }

    fn take(&mut self, found: Found) -> Result<(), Vec<FieldError>> {
        let Found { place, fields } = found;
        let of = fields.get("population_id").and_then(Value::as_str);
        let of: Option<Uuid> = of.and_then(|id| id.parse().ok());
        let row = person::read(&place, fields, self.language, self.now)?;
        match self.numbers.entry((of, row.population_index)) {
            Entry::Occupied(first) => {
                let rule = format!("is that of {} as well", first.get());
                return Err(vec![place.error("number", rule)]);
            }
            Entry::Vacant(entry) => {
                entry.insert(place.name.clone());
            }
        }
        if let Some((_, population)) = self.populations.iter_mut().find(|(id, _)| *id == of) {
            population.people.push(row);
            return Ok(());
        }
        if self.populations.len() == MOST_POPULATIONS {
            let rule = format!("must be one of at most {MOST_POPULATIONS} populations of a file");
            return Err(vec![place.error("population_id", rule)]);
        }
        let seed = of.and_then(|id| self.seeds.get(&id).copied());
        self.populations.push((of, Population { seed, people: vec![row] }));
        Ok(())
    }
}
