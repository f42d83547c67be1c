//! A form with files, read while it arrives.

use std::future::ready;

use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use futures::StreamExt;
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
        let form = axum::extract::Multipart::from_request(ending_late(request), state).await;
        form.map(Self).map_err(|_| {
            let errors = vec![FieldError::new("content-type", "must be multipart/form-data")];
            Error::Malformed { location: "header", errors }
        })
    }
}

/// The same request, whose body ends one poll after its last bytes. multer 3.1 looks twice for the first
/// part, and takes a form all of which comes between the two looks for one that breaks off.
pub fn ending_late(request: Request) -> Request {
    let end = futures::stream::once(tokio::task::yield_now()).filter_map(|()| ready(None));
    request.map(|body| Body::from_stream(body.into_data_stream().chain(end)))
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
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.0.chunk().await.map_err(broken)
    }

    /// All of it, or `None` as soon as there is more than allowed: the rest is not read.
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

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use futures::stream::poll_fn;
    use http::header::CONTENT_TYPE;

    use super::*;

    #[tokio::test]
    async fn a_form_that_comes_whole_between_two_looks_at_it_is_read() {
        const FORM: &str =
            "--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n";
        let mut looks = 0;
        let body = poll_fn(move |context| {
            looks += 1;
            context.waker().wake_by_ref();
            match looks {
                1 => Poll::Pending,
                2 => Poll::Ready(Some(Ok::<_, std::io::Error>(FORM))),
                _ => Poll::Ready(None),
            }
        });
        let request = Request::post("/")
            .header(CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Body::from_stream(body))
            .unwrap();

        let mut form = Multipart::from_request(request, &()).await.unwrap();

        let part = form.next().await.unwrap().unwrap();
        assert_eq!(part.name(), "a");
        assert_eq!(part.at_most(9).await.unwrap().unwrap(), b"1");
        assert!(form.next().await.unwrap().is_none());
    }
}
