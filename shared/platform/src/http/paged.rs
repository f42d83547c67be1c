//! A page of a list.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Json;

/// Rows, with `X-Total-Count`, which counts also those of other pages, and `X-Next-Cursor` where there are more.
#[derive(Debug)]
pub struct Paged<T> {
    pub rows: Vec<T>,
    pub total: i64,
    /// The `cursor` of the next request, when more may follow.
    pub next: Option<String>,
}

impl<T> Paged<T> {
    /// A page of at most `limit` rows. A full one has a next, behind its last row as `cursor` names it.
    pub fn of(rows: Vec<T>, total: i64, limit: i64, cursor: impl Fn(&T) -> String) -> Self {
        let is_full = i64::try_from(rows.len()).is_ok_and(|n| n == limit);
        let next = rows.last().filter(|_| is_full).map(cursor);
        Self { rows, total, next }
    }

    /// The same page of what its rows are shown as.
    pub fn map<U>(self, shown: impl FnMut(T) -> U) -> Paged<U> {
        let Self { rows, total, next } = self;
        Paged { rows: rows.into_iter().map(shown).collect(), total, next }
    }
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
