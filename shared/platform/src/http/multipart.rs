//! A form with files, read while it arrives.

use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use shared::FieldError;

use crate::{Error, Result};

/// The parts of a form, one after the other. A route that takes large ones widens the limit of its
/// body by a `DefaultBodyLimit` of its own.
pub struct Multipart(axum::extract::Multipart);

/// One part of a form.
pub struct Part<'a>(Field<'a>);

impl<S: Send + Sync> FromRequest<S> for Multipart {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let form = axum::extract::Multipart::from_request(request, state).await;
        form.map(Self).map_err(|_| {
            let errors = vec![FieldError::new("content-type", "must be multipart/form-data")];
            Error::Malformed { location: "header", errors }
        })
    }
}

impl Multipart {
    /// The next part.
    ///
    /// # Errors
    /// The caller's when the form breaks off.
    pub async fn next(&mut self) -> Result<Option<Part<'_>>> {
        Ok(self.0.next_field().await.map_err(broken)?.map(Part))
    }
}

impl Part<'_> {
    /// The name of its field.
    pub fn name(&self) -> &str {
        self.0.name().unwrap_or_default()
    }

    /// What its sender calls the file. Never part of a path of ours.
    pub fn file_name(&self) -> Option<&str> {
        self.0.file_name()
    }

    /// The next bytes of it.
    ///
    /// # Errors
    /// As [`Multipart::next`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.0.chunk().await.map_err(broken)
    }

    /// All of it, or `None` as soon as there is more than allowed: the rest is not read.
    ///
    /// # Errors
    /// As [`Multipart::next`].
    pub async fn at_most(mut self, limit_bytes: usize) -> Result<Option<Vec<u8>>> {
        let mut all = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if all.len() + chunk.len() > limit_bytes {
                return Ok(None);
            }
            all.extend_from_slice(&chunk);
        }
        Ok(Some(all))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used by name where errors are mapped")]
fn broken(error: MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => shared::Error::TooLarge("The file is too large").into(),
        _ => shared::Error::Refused("The form breaks off or is malformed".to_owned()).into(),
    }
}
