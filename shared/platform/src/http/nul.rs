//! The letter U+0000, which is one to JSON and to a URL, and which no text in PostgreSQL can have: whoever
//! sends it hears which field it is in.

use std::fmt;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use shared::FieldError;

use super::extract::said;
use crate::Error;

const RULE: &str = "must not contain the character U+0000";

/// Refuses a JSON body with it in a text or in a name, by the path of the field. A body with it that cannot be looked
/// through is refused as well: whoever reads it passes over what is nested too deeply, and over what nobody asks for.
pub(super) fn refuse_in_json(body: &[u8]) -> Result<(), Error> {
    // Inside a JSON text it is always written so; the sign itself is no JSON.
    const ESCAPED: &[u8] = b"\\u0000";
    if !body.windows(ESCAPED.len()).any(|window| window == ESCAPED) {
        return Ok(());
    }
    match Search.deserialize(&mut serde_json::Deserializer::from_slice(body)) {
        Ok(None) => Ok(()),
        Ok(Some(way)) => Err(Error::invalid(way.path(), RULE)),
        Err(error) => Err(Error::invalid("", said(&error))),
    }
}

/// Looks for the letter and keeps nothing else: as values a body is many times as large as it is.
#[derive(Clone, Copy)]
struct Search;

/// The way to the letter, from there outwards.
#[derive(Default)]
struct Way(Vec<Step>);

enum Step {
    Place(usize),
    Name(String),
}

impl Way {
    fn by(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// As serde writes paths.
    fn path(&self) -> String {
        self.0.iter().rev().fold(String::new(), |path, step| match step {
            Step::Place(place) => format!("{path}[{place}]"),
            Step::Name(name) if path.is_empty() => visible(name),
            Step::Name(name) => format!("{path}.{}", visible(name)),
        })
    }
}

impl<'de> DeserializeSeed<'de> for Search {
    type Value = Option<Way>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search {
    type Value = Option<Way>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text.contains('\0').then(Way::default))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut place = 0;
        while let Some(found) = list.next_element_seed(self)? {
            if let Some(way) = found {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Some(way.by(Step::Place(place))));
            }
            place += 1;
        }
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        while let Some(name) = object.next_key::<String>()? {
            let found = match name.contains('\0') {
                true => object.next_value::<IgnoredAny>().map(|_| Some(Way::default()))?,
                false => object.next_value_seed(self)?,
            };
            if let Some(way) = found {
                while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                return Ok(Some(way.by(Step::Name(name))));
            }
        }
        Ok(None)
    }
}

fn visible(name: &str) -> String {
    name.replace('\0', "\u{fffd}")
}

/// Refuses a query with it, by the parameter's name.
pub(super) fn refuse_in_query(parts: &Parts) -> Result<(), Error> {
    let query = parts.uri.query().unwrap_or_default();
    match query.split('&').find(|pair| pair.contains("%00")) {
        Some(pair) => {
            let name = pair.split('=').next().unwrap_or_default();
            Err(malformed("query", name.replace("%00", "\u{fffd}")))
        }
        None => Ok(()),
    }
}

/// Refuses a path with it, by the parameter's name.
pub(super) async fn refuse_in_path<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<(), Error> {
    // What cannot be decoded is told by whoever reads the path.
    let Ok(params) = RawPathParams::from_request_parts(parts, state).await else { return Ok(()) };
    match params.iter().find(|(_, value)| value.contains('\0')) {
        Some((name, _)) => Err(malformed("path", name)),
        None => Ok(()),
    }
}

/// Refuses a text of a form with it, by the field's name.
///
/// # Errors
/// 422.
pub fn refuse_nul(field: &str, text: &str) -> Result<(), Error> {
    if text.contains('\0') { Err(Error::invalid(field, RULE)) } else { Ok(()) }
}

fn malformed(location: &'static str, field: impl Into<String>) -> Error {
    Error::Malformed { location, errors: vec![FieldError::new(field, RULE)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(body: &str) -> Option<String> {
        let Err(Error::Domain(shared::Error::Invalid(errors))) = refuse_in_json(body.as_bytes())
        else {
            return None;
        };
        Some(errors[0].field.clone())
    }

    #[test]
    fn a_nul_in_a_text_or_in_a_name_is_refused_by_the_path_of_its_field() {
        for (body, field) in [
            (r#"{"name":"a\u0000b"}"#, "name"),
            (r#"{"questions":[{"options":["a","\u0000"]}]}"#, "questions[0].options[1]"),
            (r#"{"target":{"age\u0000":{"x":1}}}"#, "target.age\u{fffd}"),
            (r#"["\u0000"]"#, "[0]"),
        ] {
            assert_eq!(named(body).as_deref(), Some(field), "{body}");
        }
    }

    #[test]
    fn nothing_beside_it_keeps_it_from_being_found() {
        let deep = format!(r#"{{"a":"\u0000","x":{}{}}}"#, "[".repeat(500), "]".repeat(500));
        let first = format!(r#"{{"x":{}{},"a":"\u0000"}}"#, "[".repeat(500), "]".repeat(500));
        for (body, field) in [
            (deep.as_str(), "a"),
            (first.as_str(), ""),
            (r#"{"x":"\ud800","a":"\u0000"}"#, ""),
            (r#"{"a":"\u0000"} and more"#, "a"),
        ] {
            assert_eq!(named(body).as_deref(), Some(field), "{body}");
        }
    }

    #[test]
    fn what_only_looks_like_one_passes() {
        for body in [r#"{"a":"\\u0000"}"#, r#"{"a":"\u0001\u00001"}"#, "{", r#"{"a":"u0000"}"#] {
            let expected = body.contains(r"\u00001").then(|| "a".to_owned());
            assert_eq!(named(body), expected, "{body}");
        }
    }
}
