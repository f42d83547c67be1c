//! The time of day as a value: the machine's own, or one that a test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};

/// Tells the time. Clones of a manual clock share one time.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    /// Microseconds since 1970, which is PostgreSQL's resolution.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at`, to the microsecond, until it is advanced.
    pub fn manual(at: DateTime<Utc>) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(at.timestamp_micros()))))
    }

    /// The present time.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => Utc::now(),
            Source::Manual(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst))
                    .expect("a manual clock starts at a valid time and stays in chrono's range")
            }
        }
    }

    /// Moves a manual clock on. A negative step leaves it where it is, and the machine's clock
    /// never listens.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(micros) = &self.0 {
            let step = by.num_microseconds().unwrap_or(i64::MAX).max(0);
            micros.fetch_add(step, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    #[test]
    fn clones_of_a_manual_clock_share_one_time() {
        let clock = Clock::manual(noon());
        let copy = clock.clone();

        clock.advance(Duration::seconds(90));

        assert_eq!(copy.now(), noon() + Duration::seconds(90));
    }

    #[test]
    fn a_manual_clock_never_goes_back() {
        let clock = Clock::manual(noon());

        clock.advance(Duration::seconds(-1));

        assert_eq!(clock.now(), noon());
    }
}
