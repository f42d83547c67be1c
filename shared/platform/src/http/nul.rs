//! The letter U+0000, which is one to JSON and to a URL, and which no text in PostgreSQL can have: whoever
//! sends it hears which field it is in.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use serde_json::Value;
use shared::FieldError;

use crate::Error;

const RULE: &str = "must not contain the character U+0000";

/// Refuses a JSON body with it in a text or in a name, by the path of the field. What is no JSON passes:
/// that is said by whoever reads it.
pub(super) fn refuse_in_json(body: &[u8]) -> Result<(), Error> {
    // Inside a JSON text it is always written so; the sign itself is no JSON.
    const ESCAPED: &[u8] = b"\\u0000";
    if !body.windows(ESCAPED.len()).any(|window| window == ESCAPED) {
        return Ok(());
    }
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return Ok(()) };
    match field_with(&value, "") {
        Some(field) => Err(Error::invalid(field, RULE)),
        None => Ok(()),
    }
}

/// The path of the first field that has it, as serde writes paths.
fn field_with(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| path.to_owned()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(place, item)| field_with(item, &format!("{path}[{place}]"))),
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            let path = match path {
                "" => visible(name),
                path => format!("{path}.{}", visible(name)),
            };
            if name.contains('\0') { Some(path) } else { field_with(field, &path) }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
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
    fn what_only_looks_like_one_passes() {
        for body in [r#"{"a":"\\u0000"}"#, r#"{"a":"\u0001\u00001"}"#, "{", r#"{"a":"u0000"}"#] {
            let expected = body.contains(r"\u00001").then(|| "a".to_owned());
            assert_eq!(named(body), expected, "{body}");
        }
    }
}
