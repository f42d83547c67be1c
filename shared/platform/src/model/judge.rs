//! Whether a reply is an answer, and what is wrong with it.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::request::{Finish, Reply};
use super::spoken_json::{Said, Unread};
use super::{Attempt, Check};

pub(super) enum Flaw {
    Refused(String),
    Unusable(Unusable),
}

/// What is wrong with a reply, for the model to put right.
pub(super) struct Unusable {
    pub(super) reasons: Vec<String>,
    /// What it said, without its thinking.
    pub(super) aloud: String,
    pub(super) is_cut: bool,
}

pub(super) fn outcome<T>(judged: &Result<T, Flaw>) -> &'static str {
    match judged {
        Ok(_) => "ok",
        Err(Flaw::Refused(_)) => "refused",
        Err(Flaw::Unusable(_)) => "unusable",
    }
}

/// The reply as an answer. What follows the schema and breaks a rule joins what was turned back.
pub(super) fn judge<T: DeserializeOwned>(
    reply: &Reply,
    attempt: Attempt,
    check: Check<'_, T>,
    turned_back: &mut Vec<T>,
) -> Result<T, Flaw> {
    if let Finish::Refused(rule) = &reply.finish {
        return Err(Flaw::Refused(rule.clone()));
    }
    let said = Said::of(&reply.text);
    let judged = value(reply, &said).and_then(|value| {
        let reasons = check(&value, attempt);
        if reasons.is_empty() {
            return Ok(value);
        }
        turned_back.push(value);
        Err(reasons)
    });
    judged.map_err(|reasons| {
        let is_cut = reply.finish == Finish::Cut;
        Flaw::Unusable(Unusable { reasons, aloud: said.aloud, is_cut })
    })
}

fn value<T: DeserializeOwned>(reply: &Reply, said: &Said) -> Result<T, Vec<String>> {
    if reply.finish == Finish::Cut {
        return Err(vec![cut(said).to_owned()]);
    }
    let json = said.object().map_err(|unread| vec![unread_reason(reply, said, unread)])?;
    if serde_json::from_str(json).is_ok_and(|value| has_control(&value)) {
        let reason = "a text has a control character, which no text may have: write the letters \
                      themselves";
        return Err(vec![reason.to_owned()]);
    }
    serde_json::from_str(json).map_err(|error| vec![reason_of(&error)])
}

/// U+0000 cannot be stored, and the others mean that letters were garbled. Half of such a text's
/// letters are gone, so it is asked for again and never stripped.
fn has_control(value: &Value) -> bool {
    let is_bad =
        |text: &str| text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r'));
    match value {
        Value::String(text) => is_bad(text),
        Value::Array(items) => items.iter().any(has_control),
        Value::Object(fields) => {
            fields.iter().any(|(key, value)| is_bad(key) || has_control(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn cut(said: &Said) -> &'static str {
    if said.aloud.trim().is_empty() {
        return "the answer was cut off at its length limit before anything was said: think less and \
                answer at once";
    }
    "the answer was cut off at its length limit: it must be shorter"
}

fn unread_reason(reply: &Reply, said: &Said, unread: Unread) -> String {
    match (unread, &reply.finish) {
        (Unread::Several, _) => {
            "there are several JSON objects that differ: exactly one is wanted".to_owned()
        }
        (Unread::Nothing, Finish::Odd(why)) => why.clone(),
        (Unread::Nothing, _) if said.still_thinking => {
            "the answer ended while the model was still thinking".to_owned()
        }
        (Unread::Nothing, _) if reply.text.trim().is_empty() => "the answer is empty".to_owned(),
        (Unread::Nothing, _) => "there is nothing but thinking in the answer".to_owned(),
        (Unread::NoObject, _) => match serde_json::from_str::<Value>(said.aloud.trim()) {
            Ok(_) => "the answer is no JSON object".to_owned(),
            Err(error) => reason_of(&error),
        },
    }
}

/// Says where parsing stopped. Of serde's own words only those that name a field of ours are kept:
/// the others quote the answer.
fn reason_of(error: &serde_json::Error) -> String {
    let words = error.to_string();
    if words.starts_with("missing field") {
        return words;
    }
    let (line, column) = (error.line(), error.column());
    if error.is_data() {
        return format!("the value at line {line}, column {column} does not follow the schema");
    }
    format!("the text is not complete JSON: it breaks off at line {line}, column {column}")
}
