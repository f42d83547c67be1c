//! Which broken calls are worth another try, and when.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rand::RngExt;
use serde_json::Value;
use shared::Seed;

use super::Failure;

/// Retries after the first try.
const RETRIES: u32 = 3;

/// A provider that asks for a longer pause than this is given up at once: the shard is put off, and
/// comes back later without holding a worker.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    Status {
        status: u16,
        retry_after: Option<Duration>,
    },
    /// No connection was made, so nothing was sent.
    Unreached,
    /// The connection broke, or what came was no answer, after the question was sent.
    Broken,
    TimedOut,
    Cancelled,
}

impl Fault {
    /// As a refusal that says nothing.
    pub(super) fn into_refusal(self) -> (Self, String) {
        (self, String::new())
    }

    fn is_retryable(&self) -> bool {
        match self {
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500..=599),
            Self::Unreached | Self::Broken | Self::TimedOut => true,
            Self::Cancelled => false,
        }
    }

    /// Whether the provider may bill a call that we got nothing from. It does not for a status of
    /// failure (ai.google.dev/gemini-api/docs/billing: requests that fail with 400 or 500 are free).
    pub(super) fn may_be_billed(&self) -> bool {
        matches!(self, Self::Broken | Self::TimedOut | Self::Cancelled)
    }

    pub(super) fn outcome(&self) -> &'static str {
        match self {
            Self::Status { status: 429, .. } => "rate_limited",
            Self::Status { status, .. } if *status < 500 => "rejected",
            Self::Status { .. } | Self::Unreached => "unavailable",
            Self::Broken => "broken",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
        }
    }

    fn asked_pause(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TimedOut => Self::TimedOut,
            Fault::Cancelled => Self::Cancelled,
            Fault::Unreached | Fault::Broken => {
                Self::Unavailable { status: None, retry_after: None }
            }
            Fault::Status { status, retry_after } if fault.is_retryable() => {
                Self::Unavailable { status: Some(status), retry_after }
            }
            Fault::Status { status, .. } => Self::Rejected { status },
        }
    }
}

#[derive(Debug)]
pub(super) struct Pauses {
    first: Duration,
    seed: Seed,
    given: u32,
}

impl Pauses {
    pub(super) fn new(first: Duration, seed: Seed) -> Self {
        Self { first, seed, given: 0 }
    }

    /// How long to wait before the next try; `None` when there is none. What the provider asks for wins
    /// over the exponential pause, which is first, ×2, ×4, each spread by a quarter to both sides.
    pub(super) fn next(&mut self, fault: &Fault) -> Option<Duration> {
        let asked = fault.asked_pause();
        let hopeless = asked.is_some_and(|asked| asked > LONGEST_ASKED);
        if self.given == RETRIES || !fault.is_retryable() || hopeless {
            return None;
        }
        let spread = self.seed.child("pause", self.given.into()).rng().random_range(0.75..1.25);
        let pause = self.first.mul_f64(f64::from(1_u32 << self.given) * spread);
        self.given += 1;
        Some(asked.unwrap_or(pause))
    }
}

/// Reads a `Retry-After` header, seconds or an HTTP date (RFC 9110 §10.2.3). A date in the past is
/// no pause; what is neither is ignored.
pub(super) fn retry_after(header: &str, now: DateTime<Utc>) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(header).ok()?;
    Some((date.to_utc() - now).to_std().unwrap_or(Duration::ZERO))
}

/// Reads the pause that Google's APIs ask for in the body of an error, `"retryDelay": "34.5s"`
/// (google.rpc.RetryInfo); they send no header.
pub(super) fn retry_delay(body: &[u8]) -> Option<Duration> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let details = body["error"]["details"].as_array()?;
    let delay = details.iter().find_map(|detail| detail["retryDelay"].as_str())?;
    Duration::try_from_secs_f64(delay.strip_suffix('s')?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status(status: u16, seconds: Option<u64>) -> Fault {
        Fault::Status { status, retry_after: seconds.map(Duration::from_secs) }
    }

    #[test]
    fn three_pauses_double_and_are_spread_by_a_quarter() {
        for seed in 0..100 {
            let mut pauses = Pauses::new(Duration::from_secs(1), Seed(seed));

            for ideal in [1.0, 2.0, 4.0] {
                let pause = pauses.next(&Fault::TimedOut).unwrap().as_secs_f64();
                assert!((0.75 * ideal..=1.25 * ideal).contains(&pause), "{pause} for {ideal}");
            }
            assert_eq!(pauses.next(&Fault::TimedOut), None);
        }
    }

    #[test]
    fn the_pauses_of_two_seeds_differ() {
        let first = |seed| Pauses::new(Duration::from_secs(1), Seed(seed)).next(&Fault::Broken);

        assert_ne!(first(1), first(2));
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for (fault, again) in [
            (status(400, None), false),
            (status(401, None), false),
            (status(403, None), false),
            (status(404, None), false),
            (status(408, None), true),
            (status(422, None), false),
            (status(429, None), true),
            (status(500, None), true),
            (status(503, None), true),
            (Fault::Unreached, true),
            (Fault::Cancelled, false),
        ] {
            let pause = Pauses::new(Duration::ZERO, Seed(1)).next(&fault);
            assert_eq!(pause.is_some(), again, "{fault:?}");
        }
    }

    #[test]
    fn the_providers_wish_wins_unless_it_is_too_long_to_hold_a_worker() {
        for (asked, pause) in [(0, Some(0)), (7, Some(7)), (60, Some(60)), (61, None)] {
            let mut pauses = Pauses::new(Duration::from_secs(1), Seed(1));

            let given = pauses.next(&status(429, Some(asked)));

            assert_eq!(given, pause.map(Duration::from_secs), "{asked} s");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = DateTime::from_timestamp(1_445_412_480, 0).unwrap();

        for (header, pause) in [
            ("120", Some(120)),
            (" 3 ", Some(3)),
            ("Wed, 21 Oct 2015 07:28:30 GMT", Some(30)),
            ("Wed, 21 Oct 2015 07:27:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(retry_after(header, now), pause.map(Duration::from_secs), "{header}");
        }
    }

    #[test]
    fn googles_errors_carry_the_pause_in_their_body() {
        let info = "type.googleapis.com/google.rpc.RetryInfo";
        for (body, pause) in [
            (
                json!({"error": {"details": [{}, {"@type": info, "retryDelay": "34.5s"}]}}),
                Some(34.5),
            ),
            (json!({"error": {"details": [{"@type": info, "retryDelay": "-1s"}]}}), None),
            (json!({"error": {"message": "slow down"}}), None),
            (json!([]), None),
        ] {
            let read = retry_delay(body.to_string().as_bytes());

            assert_eq!(read, pause.map(Duration::from_secs_f64), "{body}");
        }
    }
}
