//! One problem document (RFC 9457) for every failure; `detail` is what the client already reads.

use std::sync::Arc;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use shared::FieldError;
use utoipa::ToSchema;

use crate::Error;
use crate::model::Failure;

/// How many broken rules are told: of a long list each entry may break one.
const MOST_TOLD: usize = 100;
/// The most characters of a field or a rule that is told: both may repeat what was sent. Every rule of ours is shorter.
/// Chosen by hand.
const LONGEST_TOLD: usize = 2_000;

/// The body of every answer that is not a success.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the title says it all.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: &'static str,
    pub status: u16,
    /// What went wrong: a sentence, or for 422 a list of `{type, loc, msg}`.
    #[schema(value_type = Object)]
    pub detail: Value,
    /// A short stable word to switch on.
    pub code: &'static str,
    /// Names this request in our logs.
    pub request_id: Option<String>,
    /// The fields that break a rule, for 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub errors: Vec<FieldError>,
    /// The client reads this field, and not `detail`, when a limit is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Problem {
    /// A problem of this status whose detail is one sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: Value::String(detail.into()),
            code,
            request_id: super::request_id(),
            errors: Vec::new(),
            error: None,
        }
    }

    fn invalid(location: &str, errors: &[FieldError]) -> Self {
        let errors: Vec<FieldError> = errors.iter().take(MOST_TOLD).map(told).collect();
        let detail = errors.iter().map(|error| field_detail(location, error)).collect();
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "");
        problem.detail = Value::Array(detail);
        problem.errors = errors;
        problem
    }

    fn of(error: &Error) -> Self {
        match error {
            Error::Domain(error) => Self::of_domain(error),
            Error::Malformed { location, errors } => Self::invalid(location, errors),
            Error::Model(failure) => Self::unanswered(failure),
            Error::Busy(text) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", *text),
            error if error.is_retryable() => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Service temporarily unavailable",
            ),
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal server error"),
        }
    }

    /// What may pass is ours, and to be tried again; the rest says why and waits for somebody to change it.
    fn unanswered(failure: &Failure) -> Self {
        match failure.is_retryable() {
            true => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                failure.code(),
                format!("No answer: {failure}. Try it again in a while."),
            ),
            false => Self::new(
                StatusCode::CONFLICT,
                "conflict",
                format!("No answer: {}", failure.explained()),
            ),
        }
    }

    fn of_domain(error: &shared::Error) -> Self {
        use shared::Error as E;
        let (status, code) = match error {
            E::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            E::Conflict(_) => (StatusCode::CONFLICT, "conflict"),
            E::Refused(_) => (StatusCode::BAD_REQUEST, "refused"),
            E::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            E::Gone(_) => (StatusCode::GONE, "gone"),
            E::Invalid(errors) => return Self::invalid("body", errors),
            E::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            E::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden"),
            E::LimitReached { .. } => (StatusCode::TOO_MANY_REQUESTS, "limit_reached"),
        };
        let mut problem = Self::new(status, code, error.to_string());
        problem.error = matches!(error, E::LimitReached { .. }).then(|| error.to_string());
        problem
    }
}

fn told(error: &FieldError) -> FieldError {
    let cut = |text: &str| text.chars().take(LONGEST_TOLD).collect::<String>();
    FieldError::new(cut(&error.field), cut(&error.rule))
}

/// The older framework's entry for one field, which the client's types know.
fn field_detail(location: &str, error: &FieldError) -> Value {
    let path = error.field.split('.').filter(|part| !part.is_empty());
    let loc: Vec<&str> = std::iter::once(location).chain(path).collect();
    json!({ "type": "value_error", "loc": loc, "msg": error.rule })
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).expect("made from a status");
        let body = serde_json::to_vec(&self).expect("a problem is plain data");
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = Problem::of(&self).into_response();
        if let Self::Domain(shared::Error::LimitReached { retry_after }) = &self {
            let seconds = retry_after.as_secs().max(1);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        // The outermost layer logs it, once.
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
