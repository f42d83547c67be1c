//! Where a caller stands, and how the answer says so.

use std::cell::Cell;
use std::time::Duration;

use axum::extract::Request;
use axum::http::HeaderName;
use axum::middleware::Next;
use axum::response::Response;

use super::class::Rate;
use crate::Result;

tokio::task_local! {
    /// The tightest of the limits that the request of this task has met.
    static TIGHTEST: Cell<Option<Quota>>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quota {
    pub(super) is_within: bool,
    pub(super) limit: u32,
    pub(super) remaining: u32,
    /// Seconds, rounded up, until one more request is allowed than now.
    pub(super) reset_seconds: u64,
}

impl Quota {
    pub(super) fn new(rate: Rate, is_within: bool, count: u32, reset_ms: i64) -> Self {
        Self {
            is_within,
            limit: rate.limit,
            remaining: rate.limit.saturating_sub(count),
            reset_seconds: reset_ms.max(0).cast_unsigned().div_ceil(1_000),
        }
    }

    /// Keeps it for the headers of the answer, where there is one.
    pub(super) fn note(self) {
        let _ = TIGHTEST.try_with(|tightest| {
            let known = tightest.get();
            if known.is_none_or(|known| known.is_within && self.remaining <= known.remaining) {
                tightest.set(Some(self));
            }
        });
    }

    /// 429 for those who are not within.
    pub(super) fn verdict(self) -> Result<()> {
        if self.is_within {
            return Ok(());
        }
        let retry_after = Duration::from_secs(self.reset_seconds.max(1));
        Err(shared::Error::LimitReached { retry_after }.into())
    }
}

/// Serves a request and adds where its caller stands, if it was limited.
pub(crate) async fn announced(request: Request, next: Next) -> Response {
    let serve = async {
        let response = next.run(request).await;
        (response, TIGHTEST.with(Cell::get))
    };
    let (mut response, quota) = TIGHTEST.scope(Cell::new(None), serve).await;
    if let Some(quota) = quota {
        let fields = [
            ("ratelimit-limit", u64::from(quota.limit)),
            ("ratelimit-remaining", u64::from(quota.remaining)),
            ("ratelimit-reset", quota.reset_seconds),
        ];
        for (name, value) in fields {
            response.headers_mut().insert(HeaderName::from_static(name), value.into());
        }
    }
    response
}
