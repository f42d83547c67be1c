//! New ids as a value: ordered by time in production, counted in tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// Hands out ids. Clones of a counting source share one count.
#[derive(Debug, Clone)]
pub struct Ids(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Counting(Arc<AtomicU64>),
}

impl Ids {
    /// UUID version 7: unique on any number of instances, and rows made together lie together.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// 1, 2, 3 … written as UUIDs, so that a test can name what it will get.
    pub fn counting() -> Self {
        Self(Source::Counting(Arc::new(AtomicU64::new(0))))
    }

    /// An id that this source has not given before: `ids.next::<RunId>()`.
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn next<T: From<Uuid>>(&self) -> T {
        match &self.0 {
            Source::System => Uuid::now_v7().into(),
            Source::Counting(count) => {
                Uuid::from_u128(u128::from(count.fetch_add(1, Ordering::SeqCst) + 1)).into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counting_source_counts_across_its_clones() {
        let ids = Ids::counting();

        let first: Uuid = ids.next();
        let second: Uuid = ids.clone().next();

        assert_eq!((first.as_u128(), second.as_u128()), (1, 2));
    }

    #[test]
    fn system_ids_sort_by_the_time_they_were_made() {
        let ids = Ids::system();

        let made: Vec<Uuid> = (0..100).map(|_| ids.next()).collect();

        assert!(made.is_sorted());
    }
}
