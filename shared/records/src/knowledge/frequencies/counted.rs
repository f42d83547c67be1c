//! What a process remembers of how often stems are in large scopes.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shared::knowledge::Scope;
use shared::knowledge::bm25::Frequencies;
use tokio::time::Instant;

use super::Worded;
use crate::knowledge::retriever::SMALL;

/// How old a number may be before it is counted again, while the question that meets it goes on with it: a document
/// more moves a large scope little.
const FRESH: Duration = Duration::from_secs(60);
/// Older than this a number orders nothing: after a pause the first question counts itself.
const KEPT: Duration = Duration::from_secs(900);

/// What scopes above [`SMALL`] were counted to have. Smaller ones are counted by each question.
#[derive(Clone, Default)]
pub(in crate::knowledge) struct Counted(Arc<Mutex<HashMap<(Worded, Scope), Known>>>);

struct Known {
    /// Chunks, and stems of all of them.
    size: Aged<(u64, u64)>,
    holding: HashMap<String, Aged<u64>>,
}

struct Aged<T> {
    number: T,
    since: Instant,
}

/// What is to be counted again of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stale {
    pub(super) scope: Scope,
    pub(super) is_size: bool,
    pub(super) stems: Vec<String>,
}

impl<T> Aged<T> {
    fn is_kept(&self, now: Instant) -> bool {
        now.duration_since(self.since) < KEPT
    }

    /// Whether the caller is to count it again. Nobody else is told so for a while.
    fn claim(&mut self, now: Instant) -> bool {
        let is_stale = now.duration_since(self.since) >= FRESH;
        if is_stale {
            self.since = now;
        }
        is_stale
    }
}

impl Counted {
    /// What is known of a scope and of these stems there, and what of it the caller is to count again.
    pub(super) fn known(
        &self,
        what: Worded,
        scope: Scope,
        stems: &BTreeSet<&str>,
        now: Instant,
    ) -> Option<(Frequencies, Stale)> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, known| known.size.is_kept(now));
        let known = kept.get_mut(&(what, scope))?;
        known.holding.retain(|_, count| count.is_kept(now));
        let (chunks, all) = known.size.number;
        let mut of = Frequencies { chunks, stems: all, holding: HashMap::new() };
        let mut stale = Stale { scope, is_size: known.size.claim(now), stems: Vec::new() };
        for stem in stems {
            let Some(count) = known.holding.get_mut(*stem) else { continue };
            of.holding.insert((*stem).to_owned(), count.number);
            if count.claim(now) {
                stale.stems.push((*stem).to_owned());
            }
        }
        Some((of, stale))
    }

    /// Keeps the size of a large scope, and forgets one that is no longer large.
    pub(super) fn keep_size(&self, what: Worded, scope: Scope, size: (u64, u64), now: Instant) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if size.0 <= u64::from(SMALL) {
            kept.remove(&(what, scope));
            return;
        }
        let size = || Aged { number: size, since: now };
        let new = || Known { size: size(), holding: HashMap::new() };
        kept.entry((what, scope)).or_insert_with(new).size = size();
    }

    /// Keeps how many of a large scope have a stem.
    pub(super) fn keep(&self, what: Worded, scope: Scope, stem: &str, count: u64, now: Instant) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get_mut(&(what, scope)) {
            known.holding.insert(stem.to_owned(), Aged { number: count, since: now });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHAT: Worded = Worded::Chunks;
    const LARGE: (u64, u64) = (2_000, 8_000);
    const SECOND: Duration = Duration::from_secs(1);

    fn known(counted: &Counted, now: Instant) -> Option<(u64, Option<u64>, Vec<String>)> {
        let (of, stale) = counted.known(WHAT, Scope::Shared, &["cena", "ser"].into(), now)?;
        Some((of.chunks, of.holding.get("cena").copied(), stale.stems))
    }

    #[test]
    fn a_question_goes_on_with_an_old_count_and_one_of_them_counts_again() {
        let (counted, begun) = (Counted::default(), Instant::now());
        counted.keep_size(WHAT, Scope::Shared, LARGE, begun);
        counted.keep(WHAT, Scope::Shared, "cena", 7, begun);

        assert_eq!(known(&counted, begun + FRESH - SECOND), Some((2_000, Some(7), vec![])));
        let later = begun + FRESH;
        assert_eq!(known(&counted, later), Some((2_000, Some(7), vec!["cena".to_owned()])));
        assert_eq!(known(&counted, later), Some((2_000, Some(7), vec![])), "one is enough");
        counted.keep(WHAT, Scope::Shared, "cena", 9, later);
        assert_eq!(known(&counted, later), Some((2_000, Some(9), vec![])));
        let of_facts = counted.known(Worded::Facts, Scope::Shared, &["cena"].into(), later);
        assert!(of_facts.is_none());
    }

    #[test]
    fn what_nobody_asked_for_is_not_kept() {
        let (counted, begun) = (Counted::default(), Instant::now());
        counted.keep_size(WHAT, Scope::Shared, LARGE, begun);
        counted.keep(WHAT, Scope::Shared, "cena", 7, begun);
        counted.keep_size(WHAT, Scope::Shared, LARGE, begun + KEPT / 2);

        assert_eq!(known(&counted, begun + KEPT), Some((2_000, None, vec![])), "the size is newer");
        assert_eq!(known(&counted, begun + 3 * KEPT), None);
    }

    #[test]
    fn a_scope_that_is_small_is_not_kept() {
        let (counted, now) = (Counted::default(), Instant::now());
        counted.keep_size(WHAT, Scope::Shared, (u64::from(SMALL), 4_000), now);
        counted.keep(WHAT, Scope::Shared, "cena", 7, now);
        assert_eq!(known(&counted, now), None);

        counted.keep_size(WHAT, Scope::Shared, LARGE, now);
        assert!(known(&counted, now).is_some());
        counted.keep_size(WHAT, Scope::Shared, (3, 12), now);
        assert_eq!(known(&counted, now), None, "it was emptied");
    }
}
