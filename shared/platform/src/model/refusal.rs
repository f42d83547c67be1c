//! What a provider says when it does not answer: a status, or an error in the body of a success.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Response, header};
use serde_json::Value;

use super::retry::{Fault, retry_after, retry_delay};

/// The most bytes of a refusal that are read.
const LONGEST: usize = 64 * 1024;
/// An error in a success that says nothing else: the provider's own provider failed.
const UPSTREAM: u16 = 502;
/// Nothing is left to pay with. OpenAI says it with 429, which would be tried again in vain.
const NO_CREDIT: u16 = 402;

/// What the words of providers mean as a status: OpenAI's and its imitators' `code` and `type`
/// (developers.openai.com/api/docs/guides/error-codes), and Google's `status` (google.rpc.Code).
const WORDS: [(&str, u16); 18] = [
    ("insufficient_quota", NO_CREDIT),
    ("billing_hard_limit_reached", NO_CREDIT),
    ("insufficient_credits", NO_CREDIT),
    ("rate_limit_exceeded", 429),
    ("rate_limit_error", 429),
    ("resource_exhausted", 429),
    ("invalid_api_key", 401),
    ("authentication_error", 401),
    ("unauthenticated", 401),
    ("permission_denied", 403),
    ("permission_error", 403),
    ("model_not_found", 404),
    ("not_found", 404),
    ("not_found_error", 404),
    ("invalid_request_error", 400),
    ("invalid_argument", 400),
    ("context_length_exceeded", 400),
    ("unavailable", 503),
];

/// A status that is no success, and what its body says.
pub(super) async fn of(response: Response, now: DateTime<Utc>) -> (Fault, String) {
    let status = response.status().as_u16();
    let asked = asked_pause(&response, now);
    let body = beginning(response).await;
    let said: Option<Value> = serde_json::from_slice(&body).ok();
    let error = said.as_ref().and_then(error_of);
    let status = if error.is_some_and(has_no_credit) { NO_CREDIT } else { status };
    let retry_after = asked.or_else(|| retry_delay(&body));
    (Fault::Status { status, retry_after }, String::from_utf8_lossy(&body).into_owned())
}

pub(super) fn asked_pause(response: &Response, now: DateTime<Utc>) -> Option<Duration> {
    let header = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    retry_after(header, now)
}

/// The status that the body of a success says it should have had.
pub fn status_within(body: &Value) -> Option<u16> {
    match within(body)? {
        Fault::Status { status, .. } => Some(status),
        _ => None,
    }
}

/// The error in the body of a success, or in a choice of it: what its code says. OpenRouter answers so
/// once a model has begun (openrouter.ai/docs/api/reference/errors-and-debugging).
pub(super) fn within(body: &Value) -> Option<Fault> {
    let choice = body.get("choices").and_then(|choices| choices.get(0));
    let error = error_of(body).or_else(|| error_of(choice?));
    let is_error = choice.is_some_and(|choice| choice["finish_reason"] == "error");
    let status = match error {
        Some(error) => status(error),
        None if is_error => UPSTREAM,
        None => return None,
    };
    Some(Fault::Status { status, retry_after: None })
}

/// The error of a body; Google wraps some in a list.
fn error_of(body: &Value) -> Option<&Value> {
    let body = body.get(0).unwrap_or(body);
    body.get("error").filter(|error| match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    })
}

fn status(error: &Value) -> u16 {
    if has_no_credit(error) {
        return NO_CREDIT;
    }
    let is_failure = |code: &u64| (400..600).contains(code);
    let code = &error["code"];
    let number = code.as_u64().or_else(|| code.as_str()?.trim().parse().ok()).filter(is_failure);
    let number = number.and_then(|number| u16::try_from(number).ok());
    number.or_else(|| words(error).find_map(meaning)).unwrap_or(UPSTREAM)
}

fn has_no_credit(error: &Value) -> bool {
    words(error).any(|word| meaning(word) == Some(NO_CREDIT))
}

fn words(error: &Value) -> impl Iterator<Item = &str> {
    ["code", "type", "status"].into_iter().filter_map(|name| error[name].as_str())
}

fn meaning(word: &str) -> Option<u16> {
    let is_word = |(known, _): &&(&str, u16)| known.eq_ignore_ascii_case(word);
    WORDS.iter().find(is_word).map(|(_, status)| *status)
}

async fn beginning(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST {
            body.truncate(LONGEST);
            break;
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_in_a_success_is_what_its_code_says() {
        for (body, status) in [
            (json!({"error": {"code": 429, "message": "slow down"}}), Some(429)),
            (json!({"error": {"code": "402"}}), Some(402)),
            (
                json!({"error": {"code": "insufficient_quota", "type": "insufficient_quota"}}),
                Some(402),
            ),
            (json!({"error": {"code": 429, "type": "insufficient_quota"}}), Some(402)),
            (json!({"error": {"code": null, "type": "invalid_request_error"}}), Some(400)),
            (json!({"error": {"code": 400, "status": "INVALID_ARGUMENT"}}), Some(400)),
            (json!([{"error": {"status": "RESOURCE_EXHAUSTED"}}]), Some(429)),
            (json!({"error": {"message": "?"}}), Some(502)),
            (json!({"error": {"code": 200}}), Some(502)),
            (json!({"error": "overloaded"}), Some(502)),
            (
                json!({"choices": [{"error": {"code": 503}, "message": {"content": "{"}}]}),
                Some(503),
            ),
            (json!({"choices": [{"finish_reason": "error"}]}), Some(502)),
            (json!({"error": null, "choices": [{"error": null}]}), None),
            (json!({"error": {}, "choices": []}), None),
            (json!({"error": ""}), None),
        ] {
            let wanted = status.map(|status| Fault::Status { status, retry_after: None });
            assert_eq!(within(&body), wanted, "{body}");
        }
    }
}
