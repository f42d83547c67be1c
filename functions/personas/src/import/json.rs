//! A file of people as JSON. Somebody is a piece of text until it is their turn, and then only what is read of them
//! becomes values.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::marker::PhantomData;

use records::export::{PERSONA_SCHEMA, PROJECT_SCHEMA};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Map;
use serde_json::value::RawValue;
use shared::{FieldError, Result, Seed};
use uuid::Uuid;

use super::file::{Format, Found, MOST_ERRORS, MOST_PEOPLE, Place, cut, invalid, known};

/// Why nobody of a masked file can be taken in.
const MASKED: &str = "is true: who is masked has neither name nor age. Export the people unmasked, as an admin with a reason";

/// The longest text of a file, in bytes: sixteen times what somebody may have. Where a text stands in the wrong place, the
/// parser copies all of it into what it says of that, and each sign that has no look becomes six.
const LONGEST_TEXT: usize = 1 << 20;

/// An export of a project or of one person.
#[derive(Deserialize)]
struct Whole<'a> {
    schema: Option<String>,
    disclosure: Option<Disclosed>,
    #[serde(default)]
    populations: Counted<Drawn>,
    #[serde(borrow)]
    people: Option<Counted<&'a RawValue>>,
    #[serde(borrow)]
    content: Option<Content<'a>>,
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
#[derive(Clone, Copy, Default, Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    overview: Option<&'a RawValue>,
    #[serde(borrow)]
    profile: Option<&'a RawValue>,
    #[serde(borrow)]
    behaviors: Option<&'a RawValue>,
}

/// A list of which one entry more is kept than a file may have people: enough to refuse it. The rest is passed over.
struct Counted<T>(Vec<T>);

impl<T> Default for Counted<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Counted<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Counting(PhantomData))
    }
}

struct Counting<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Counting<T> {
    type Value = Counted<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut kept = Vec::new();
        while kept.len() <= MOST_PEOPLE {
            let Some(one) = list.next_element::<T>()? else { return Ok(Counted(kept)) };
            kept.push(one);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Counted(kept))
    }
}

/// The fields of an object that are read, as they are written; of several of a name the last.
#[derive(Default)]
struct Fields<'a>(BTreeMap<&'static str, &'a RawValue>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Choosing)
    }
}

struct Choosing;

impl<'de> Visitor<'de> for Choosing {
    type Value = Fields<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        while let Some(name) = object.next_key::<String>()? {
            if let Some(name) = known(&name) {
                fields.0.insert(name, object.next_value()?);
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(fields)
    }
}

/// Somebody as they are written: one object, or their sections.
pub(super) struct Written<'a> {
    place: Place,
    parts: Vec<&'a RawValue>,
}

impl Written<'_> {
    /// Them, once their size is known to be somebody's.
    pub(super) fn found(self) -> Result<Found, FieldError> {
        let place = self.place;
        let mut whole = BTreeMap::new();
        for part in self.parts {
            let fields: Fields<'_> =
                serde_json::from_str(part.get()).map_err(|_| place.whole("must be an object"))?;
            whole.extend(fields.0);
        }
        place.fits(whole.values().map(|value| value.get().len()).sum())?;
        let mut fields = Map::new();
        for (name, value) in whole {
            let value = serde_json::from_str(value.get())
                .map_err(|error| place.error(name, format!("cannot be read: {}", cut(&error))))?;
            fields.insert(name.to_owned(), value);
        }
        Ok(Found { place, fields })
    }
}

/// Who is in a file, and the seeds of their populations. Of too many people one more than a file may have.
///
/// # Errors
/// When it is no export of ours, or a masked one; when a seed is none.
pub(super) fn read(text: &str) -> Result<(Vec<Written<'_>>, HashMap<Uuid, Seed>)> {
    if has_long_text(text) {
        return Err(invalid(
            "file",
            format!("must have no text of more than {LONGEST_TEXT} bytes"),
        ));
    }
    let whole: Whole<'_> = serde_json::from_str(text)
        .map_err(|error| invalid("file", format!("is no export of ours: {}", cut(&error))))?;
    if whole.disclosure.is_some_and(|one| one.is_masked) {
        return Err(invalid("disclosure.is_masked", MASKED));
    }
    let people = match whole.schema.as_deref() {
        Some(PROJECT_SCHEMA) => many(whole.people.unwrap_or_default()),
        Some(PERSONA_SCHEMA) => vec![alone(whole.content.unwrap_or_default())?],
        _ => {
            let rule = format!("must be {PROJECT_SCHEMA} or {PERSONA_SCHEMA}");
            return Err(invalid("schema", rule));
        }
    };
    Ok((people, seeds(whole.populations)?))
}

/// Whether a text, or the name of a field, is too long for any export of ours.
fn has_long_text(text: &str) -> bool {
    let (mut begun, mut is_escaped) = (None, false);
    text.bytes().enumerate().any(|(at, byte)| {
        match (begun, byte) {
            (None, b'"') => begun = Some(at),
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), b'\\') => is_escaped = true,
            (Some(_), b'"') => begun = None,
            _ => {}
        }
        begun.is_some_and(|from| at - from > LONGEST_TEXT)
    })
}

fn seeds(Counted(populations): Counted<Drawn>) -> Result<HashMap<Uuid, Seed>> {
    if populations.len() > MOST_PEOPLE {
        return Err(invalid("populations", format!("must be at most {MOST_PEOPLE}")));
    }
    let is_none = |one: &Drawn| one.seed.is_some_and(|seed| seed.0 > Seed::MAX);
    let broken =
        populations.iter().enumerate().filter(|(_, one)| is_none(one)).map(|(number, _)| {
            let rule = format!("must be between 0 and {}", Seed::MAX);
            FieldError::new(format!("populations.{number}.seed"), rule)
        });
    let broken: Vec<FieldError> = broken.take(MOST_ERRORS).collect();
    match broken.is_empty() {
        true => Ok(populations.into_iter().filter_map(|one| Some((one.id, one.seed?))).collect()),
        false => Err(shared::Error::Invalid(broken)),
    }
}

fn many(Counted(people): Counted<&RawValue>) -> Vec<Written<'_>> {
    let people = people.into_iter().enumerate().map(|(number, one)| Written {
        place: Place { format: Format::Json, name: format!("people.{number}") },
        parts: vec![one],
    });
    people.collect()
}

fn alone(content: Content<'_>) -> Result<Written<'_>> {
    let Content { overview: Some(overview), profile: Some(profile), behaviors: Some(behaviors) } =
        content
    else {
        return Err(invalid("content", "must have the sections overview, profile and behaviors"));
    };
    let place = Place { format: Format::Json, name: "content".to_owned() };
    Ok(Written { place, parts: vec![overview, profile, behaviors] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_list_that_is_too_long_one_person_too_many_is_kept_and_the_rest_passed_over() {
        let file = format!(
            r#"{{ "people": [{}{{}}], "schema": "{PROJECT_SCHEMA}" }}"#,
            "{},".repeat(10 * MOST_PEOPLE)
        );

        let (people, _) = read(&file).unwrap();

        assert_eq!(people.len(), MOST_PEOPLE + 1);
    }

    #[test]
    fn what_is_not_read_of_somebody_becomes_no_value() {
        let lists = format!("[{}[]]", "[],".repeat(100_000));
        let file = format!(
            r#"{{ "schema": "{PROJECT_SCHEMA}", "people": [{{ "x": {lists}, "headline": "H" }}] }}"#
        );

        let (people, _) = read(&file).unwrap();
        let found = people.into_iter().map(Written::found).next().unwrap().unwrap();

        assert_eq!(found.fields.keys().collect::<Vec<_>>(), ["headline"]);
    }

    #[test]
    fn a_long_text_in_the_wrong_place_is_refused_before_it_is_repeated() {
        // a quote behind a backslash ends no text
        let long = "\\\"\u{7f}".repeat(LONGEST_TEXT / 3 + 1);
        let short = "\u{7f}".repeat(LONGEST_TEXT / 2);
        let masked = |said: &str| format!(r#"{{ "disclosure": {{ "is_masked": "{said}" }} }}"#);
        let named = format!(r#"{{ "schema": "{PROJECT_SCHEMA}", "people": [{{ "{long}": 1 }}] }}"#);
        let many = format!("[{}1]", "1, ".repeat(LONGEST_TEXT));

        for (file, rule) in [
            (masked(&long), "no text of more than 1048576 bytes"),
            (named, "no text of more than 1048576 bytes"),
            (format!("\"{long}\""), "no text of more than 1048576 bytes"),
            (masked(&short), "is no export of ours: invalid type: string"),
            (many, "is no export of ours"),
        ] {
            let Err(shared::Error::Invalid(errors)) = read(&file) else { panic!("{rule}") };
            assert_eq!(errors[0].field, "file");
            assert!(errors[0].rule.contains(rule), "{}", errors[0].rule);
            assert!(errors[0].rule.len() < 1_000, "{rule}: {}", errors[0].rule.len());
        }
    }

    #[test]
    fn whoever_is_too_large_becomes_no_value_either() {
        let lists = format!("[{}[]]", "[],".repeat(100_000));
        let sections = format!(
            r#"{{ "schema": "{PERSONA_SCHEMA}", "content": {{ "overview": {{}}, "profile": {{ "interests": {lists} }},
                "behaviors": {{}} }} }}"#
        );

        let (people, _) = read(&sections).unwrap();
        let refused = people.into_iter().map(Written::found).next().unwrap().err().unwrap();

        assert_eq!(refused.field, "content");
        assert!(refused.rule.contains("at most 65536 bytes"), "{}", refused.rule);
    }
}
