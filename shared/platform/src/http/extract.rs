//! Axum's extractors with our problem documents instead of its plain text.

use std::fmt::Display;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::FieldError;

use super::nul;
use crate::Error;

/// The most characters of what a parser says: it repeats a text that stands in the wrong place. Chosen by hand.
const LONGEST_RULE: usize = 500;

/// A JSON body. An empty body is read as `{}`, because the client sends none where all is optional.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let declared = request.headers().get(CONTENT_TYPE).map(|v| v.to_str().unwrap_or(""));
        if declared.is_some_and(|kind| !kind.starts_with("application/json")) {
            let rule = "must be application/json";
            let errors = vec![FieldError::new("content-type", rule)];
            return Err(Error::Malformed { location: "header", errors });
        }
        let body = Bytes::from_request(request, state).await?;
        parse(&body).map(Self)
    }
}

impl From<BytesRejection> for Error {
    fn from(rejection: BytesRejection) -> Self {
        Self::Domain(match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => shared::Error::TooLarge("The body is too large"),
            _ => shared::Error::Refused("The body breaks off".to_owned()),
        })
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let body = if body.is_empty() { b"{}" } else { body };
    // No route takes a text alone, and the parser would say all of it again, some signs six times as long.
    if body.trim_ascii_start().starts_with(b"\"") {
        return Err(Error::invalid("", "must be an object"));
    }
    nul::refuse_in_json(body)?;
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let (path, rule) = (error.path().to_string(), said(error.inner()));
        let field = if path == "." { missing_field(&rule).to_owned() } else { path };
        Error::invalid(field, rule)
    })
}

/// What a parser says, without where in the body, as far as somebody reads it.
pub(super) fn said(error: &impl Display) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().chars().take(LONGEST_RULE).collect()
}

/// The name in serde's ``missing field `x` ``, whose path is its parent's.
fn missing_field(text: &str) -> &str {
    let name = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    name.unwrap_or_default()
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Parameters of the path.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    #[expect(clippy::disallowed_types, reason = "the one place that wraps it")]
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        use axum::extract::path::{ErrorKind, Path as Raw};
        use axum::extract::rejection::PathRejection;

        nul::refuse_in_path(parts, state).await?;
        let rejection = match Raw::<T>::from_request_parts(parts, state).await {
            Ok(Raw(value)) => return Ok(Self(value)),
            Err(rejection) => rejection,
        };
        let error = match rejection {
            PathRejection::FailedToDeserializePathParams(error) => match error.kind() {
                ErrorKind::ParseErrorAtKey { key, expected_type, .. } => {
                    FieldError::new(key, format!("must be a {expected_type}"))
                }
                ErrorKind::DeserializeError { key, message, .. } => FieldError::new(key, message),
                _ => FieldError::new("", error.body_text()),
            },
            other => FieldError::new("", other.body_text()),
        };
        Err(Error::Malformed { location: "path", errors: vec![error] })
    }
}

/// Parameters of the query.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    #[expect(clippy::disallowed_types, reason = "the one place that wraps it")]
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        use axum::extract::Query as Raw;

        nul::refuse_in_query(parts)?;
        match Raw::<T>::from_request_parts(parts, state).await {
            Ok(Raw(value)) => Ok(Self(value)),
            Err(rejection) => {
                let text = rejection.body_text();
                // `Failed to deserialize query string: `, then the path and the rule, or the rule alone.
                let (_, said) = text.split_once(": ").unwrap_or(("", &text));
                let (field, rule) = match missing_field(said) {
                    "" => said.split_once(": ").unwrap_or(("", said)),
                    missing => (missing, said),
                };
                let errors = vec![FieldError::new(field, rule)];
                Err(Error::Malformed { location: "query", errors })
            }
        }
    }
}
