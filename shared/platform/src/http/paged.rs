//! A page of a list.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Json;

/// Rows, with `X-Total-Count`, which counts also those of other pages, and `X-Next-Cursor` where there are more.
#[derive(Debug)]
pub struct Paged<T> {
    /// What the body is.
    pub rows: Vec<T>,
    /// How many rows there are in all.
    pub total: i64,
    /// The `cursor` of the next request, when more may follow.
    pub next: Option<String>,
}

impl<T: Serialize> IntoResponse for Paged<T> {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("x-total-count"), HeaderValue::from(self.total));
        if let Some(next) = self.next {
            let cursor = HeaderValue::try_from(next).expect("a cursor is ASCII");
            headers.insert(HeaderName::from_static("x-next-cursor"), cursor);
        }
        (headers, Json(self.rows)).into_response()
    }
}
