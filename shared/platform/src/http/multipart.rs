//! A form with files, read while it arrives.

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::BoxError;
use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use futures::{Stream, StreamExt, stream};
use shared::FieldError;

use crate::{Error, Result};

/// The longest piece of a form that is looked at at once.
const LONGEST_PIECE: usize = 64 << 10;
/// The most of a form that comes without anybody taking some of it: every head of a part is shorter.
const MOST_UNTAKEN: usize = 1 << 20;

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
fn ending_late(request: Request) -> Request {
    request.map(|body| Body::from_stream(body.into_data_stream().chain(late_end())))
}

/// Nothing, a poll later.
fn late_end<T: Send + 'static>() -> impl Stream<Item = T> + Send + 'static {
    stream::once(tokio::task::yield_now()).filter_map(|()| ready(None))
}

/// How much of a form has come since somebody took some of it.
#[derive(Debug, Clone, Default)]
pub struct Untaken(Arc<AtomicUsize>);

impl Untaken {
    /// Somebody has taken a head, or bytes of a part.
    pub fn taken(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn counted(&self, piece: Result<Bytes, BoxError>) -> Result<Bytes, BoxError> {
        let piece = piece?;
        match self.0.fetch_add(piece.len(), Ordering::Relaxed) + piece.len() <= MOST_UNTAKEN {
            true => Ok(piece),
            false => Err("a part of a form has no end of its head".into()),
        }
    }
}

/// The same request for a form that is larger than fits in memory: its body comes a piece a poll and ends one poll
/// after its last, and breaks off where very much comes that nobody takes. multer 3.1 keeps everything that is there
/// before it gives some of it, and everything that has come of a head, which it looks through anew each time.
pub fn piecewise(request: Request) -> (Request, Untaken) {
    let untaken = Untaken::default();
    let counting = untaken.clone();
    let request = request.map(|body| {
        let pieces = body.into_data_stream().flat_map(|data| stream::iter(pieces(data)));
        let pieces = pieces.then(move |piece| {
            let piece = counting.counted(piece);
            async move {
                tokio::task::yield_now().await;
                piece
            }
        });
        Body::from_stream(pieces.chain(late_end()))
    });
    (request, untaken)
}

fn pieces(data: Result<Bytes, axum::Error>) -> Vec<Result<Bytes, BoxError>> {
    let mut rest = match data {
        Ok(rest) => rest,
        Err(error) => return vec![Err(error.into())],
    };
    let mut pieces = Vec::new();
    while rest.len() > LONGEST_PIECE {
        pieces.push(Ok(rest.split_to(LONGEST_PIECE)));
    }
    pieces.push(Ok(rest));
    pieces
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

    /// A form with one part, which has this head and these bytes.
    async fn form(head: &str, bytes: &str) -> (axum::extract::Multipart, Untaken) {
        let body = format!("--x\r\n{head}\r\n\r\n{bytes}\r\n--x--\r\n");
        let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=x");
        let (request, untaken) = piecewise(request.body(Body::from(body)).unwrap());
        (axum::extract::Multipart::from_request(request, &()).await.unwrap(), untaken)
    }

    #[tokio::test]
    async fn a_large_part_comes_piece_by_piece() {
        let bytes = "1".repeat(3 * MOST_UNTAKEN / 2);
        let (mut form, untaken) = form("content-disposition: form-data; name=\"a\"", &bytes).await;
        let mut part = form.next_field().await.unwrap().unwrap();
        let (mut all, mut longest) = (0, 0);

        while let Some(chunk) = part.chunk().await.unwrap() {
            untaken.taken();
            (all, longest) = (all + chunk.len(), longest.max(chunk.len()));
        }

        assert_eq!(all, bytes.len());
        assert!(longest <= 8 * LONGEST_PIECE, "{longest} are there at once");
    }

    #[tokio::test]
    async fn a_head_that_does_not_end_is_given_up() {
        let head = format!("content-disposition: form-data; name=\"{}", "a".repeat(MOST_UNTAKEN));

        let (mut form, _) = form(&head, "1").await;

        assert!(form.next_field().await.is_err());
    }

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
