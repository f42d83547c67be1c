//! What a process remembers of how often stems are in large scopes.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shared::knowledge::Scope;
use shared::knowledge::bm25::Frequencies;
use tokio::time::Instant;

use super::Worded;
use crate::knowledge::retriever::SMALL;

/// For so long nobody looks whether a scope has changed. The next question looks, and goes on with what is known:
/// one more document moves a large scope little.
const FRESH: Duration = Duration::from_secs(60);
/// A scope without a question for so long has its next question wait for the look. It may have changed altogether.
const KEPT: Duration = Duration::from_secs(900);
/// A count this old is made again, behind a question, even if the scope seems to be the same: Neo4j gives the id of a
/// deleted node to a new one.
const BELIEVED: Duration = Duration::from_secs(900);
/// A scope that nobody has asked for so long is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(86_400);
/// A scope with more counted stems than this, about 5 MB, forgets them all.
const MOST_STEMS: usize = 50_000;

/// The counts of scopes above [`SMALL`]. Smaller ones are counted by each question.
#[derive(Clone, Default)]
pub(in crate::knowledge) struct Counted(Arc<Mutex<HashMap<(Worded, Scope), Known>>>);

/// Which chunks or facts a scope has: their number, and the sum of Neo4j's own ids. Others seldom have the same sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Members {
    pub(super) chunks: u64,
    pub(super) ids: i64,
}

struct Known {
    members: Members,
    /// When somebody last looked whether the members are the same.
    looked: Instant,
    counted: Instant,
    /// Stems of all members together.
    stems: u64,
    holding: HashMap<String, CountedStem>,
}

/// How many members have a stem.
struct CountedStem {
    number: u64,
    of: Members,
    at: Instant,
}

/// Work on a scope that is done behind the question that met it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stale {
    pub(super) scope: Scope,
    /// The members that were counted.
    pub(super) members: Members,
    /// Whether somebody has to look if it has other members now.
    pub(super) is_to_be_looked_at: bool,
    /// Whether its count is too old to be believed.
    pub(super) is_old: bool,
    /// The question's stems that were counted of other members, or long ago.
    pub(super) stems: Vec<String>,
}

impl Counted {
    /// The counts of a scope and of these stems there, and what the caller has to do. Nobody else is told to do it for a
    /// while.
    pub(super) fn known(
        &self,
        what: Worded,
        scope: Scope,
        stems: &BTreeSet<&str>,
        now: Instant,
    ) -> Option<(Frequencies, Stale)> {
        let mut kept = self.kept();
        kept.retain(|_, known| now.duration_since(known.looked) < FORGOTTEN);
        let known = kept.get_mut(&(what, scope))?;
        let members = known.members;
        let is_to_be_looked_at = now.duration_since(known.looked) >= FRESH;
        if is_to_be_looked_at {
            known.looked = now;
        }
        let is_old = is_to_be_looked_at && now.duration_since(known.counted) >= BELIEVED;
        let (chunks, all) = (members.chunks, known.stems);
        let mut of = Frequencies { chunks, stems: all, holding: HashMap::new() };
        let mut old = Vec::new();
        for stem in stems {
            let Some(count) = known.holding.get_mut(*stem) else { continue };
            of.holding.insert((*stem).to_owned(), count.number);
            if count.of != members || now.duration_since(count.at) >= BELIEVED {
                old.push((*stem).to_owned());
                (count.of, count.at) = (members, now);
            }
        }
        Some((of, Stale { scope, members, is_to_be_looked_at, is_old, stems: old }))
    }

    /// The scopes that nobody has looked at for too long.
    pub(super) fn overdue(&self, what: Worded, scopes: &[Scope], now: Instant) -> Vec<Scope> {
        let kept = self.kept();
        let is_overdue = |scope: &&Scope| {
            let known = kept.get(&(what, **scope));
            known.is_some_and(|known| now.duration_since(known.looked) >= KEPT)
        };
        scopes.iter().filter(is_overdue).copied().collect()
    }

    /// Keeps what is known of a scope that still has the members that were counted, and forgets it otherwise.
    pub(super) fn keep_if_still(&self, what: Worded, scope: Scope, members: Members, now: Instant) {
        let mut kept = self.kept();
        let Some(known) = kept.get_mut(&(what, scope)) else { return };
        if known.members == members {
            known.looked = now;
        } else {
            kept.remove(&(what, scope));
        }
    }

    /// Keeps the size of a large scope, and forgets one that is no longer large.
    pub(super) fn keep_size(
        &self,
        what: Worded,
        scope: Scope,
        members: Members,
        stems: u64,
        now: Instant,
    ) {
        let mut kept = self.kept();
        if members.chunks <= u64::from(SMALL) {
            kept.remove(&(what, scope));
            return;
        }
        let holding = kept.remove(&(what, scope)).map_or_else(HashMap::new, |known| known.holding);
        kept.insert((what, scope), Known { members, looked: now, counted: now, stems, holding });
    }

    /// Keeps how many of a large scope with these members have a stem.
    pub(super) fn keep(
        &self,
        what: Worded,
        scope: Scope,
        stem: &str,
        number: u64,
        members: Members,
        now: Instant,
    ) {
        let mut kept = self.kept();
        if let Some(known) = kept.get_mut(&(what, scope)) {
            if known.holding.len() >= MOST_STEMS {
                known.holding.clear();
            }
            known.holding.insert(stem.to_owned(), CountedStem { number, of: members, at: now });
        }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<(Worded, Scope), Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHAT: Worded = Worded::Chunks;
    const SECOND: Duration = Duration::from_secs(1);
    const BEFORE: Members = Members { chunks: 2_000, ids: 1 };
    const AFTER: Members = Members { chunks: 2_000, ids: 2 };

    fn counted(begun: Instant) -> Counted {
        let counted = Counted::default();
        counted.keep_size(WHAT, Scope::Shared, BEFORE, 8_000, begun);
        counted.keep(WHAT, Scope::Shared, "cena", 7, BEFORE, begun);
        counted
    }

    fn known(counted: &Counted, now: Instant) -> Option<(u64, Option<u64>, Vec<String>)> {
        let (of, stale) = counted.known(WHAT, Scope::Shared, &["cena", "ser"].into(), now)?;
        Some((of.chunks, of.holding.get("cena").copied(), stale.stems))
    }

    #[test]
    fn a_question_goes_on_with_what_is_known_and_one_of_them_looks_whether_it_has_changed() {
        let begun = Instant::now();
        let counted = counted(begun);
        let looks = |what, now| {
            let found = counted.known(what, Scope::Shared, &["cena"].into(), now);
            found.map(|(of, old)| (of.holding["cena"], old.is_to_be_looked_at, old.stems.len()))
        };

        assert_eq!(looks(WHAT, begun + FRESH - SECOND), Some((7, false, 0)));
        assert_eq!(looks(WHAT, begun + FRESH), Some((7, true, 0)));
        assert_eq!(looks(WHAT, begun + FRESH), Some((7, false, 0)), "one is enough");
        assert_eq!(looks(Worded::Facts, begun + FRESH), None);
    }

    #[test]
    fn a_stem_that_was_counted_of_other_chunks_is_counted_again_by_one_question() {
        let begun = Instant::now();
        let counted = counted(begun);
        assert_eq!(known(&counted, begun), Some((2_000, Some(7), vec![])));

        counted.keep_size(WHAT, Scope::Shared, AFTER, 8_000, begun);

        assert_eq!(known(&counted, begun), Some((2_000, Some(7), vec!["cena".to_owned()])));
        assert_eq!(known(&counted, begun), Some((2_000, Some(7), vec![])), "one is enough");
        counted.keep(WHAT, Scope::Shared, "cena", 9, AFTER, begun);
        assert_eq!(known(&counted, begun), Some((2_000, Some(9), vec![])));
    }

    #[test]
    fn what_was_counted_long_ago_is_counted_again_by_one_question_though_it_seems_the_same() {
        let begun = Instant::now();
        let counted = counted(begun);
        let old = |now| {
            let known = counted.known(WHAT, Scope::Shared, &["cena"].into(), now);
            known.map(|(_, stale)| (stale.is_old, stale.stems.len()))
        };

        assert_eq!(old(begun + BELIEVED - SECOND), Some((false, 0)));
        assert_eq!(old(begun + BELIEVED + FRESH), Some((true, 1)));
        assert_eq!(old(begun + BELIEVED + FRESH), Some((false, 0)), "one is enough");
    }

    #[test]
    fn after_a_pause_only_a_scope_that_has_not_changed_is_still_known() {
        // it is long ago: the question goes on with it, and it is counted again behind it
        let again = vec!["cena".to_owned()];
        for (members, expected) in [(BEFORE, Some((2_000, Some(7), again))), (AFTER, None)] {
            let begun = Instant::now();
            let counted = counted(begun);
            let overdue = |now| counted.overdue(WHAT, &[Scope::Shared], now);
            assert!(overdue(begun + KEPT - SECOND).is_empty());
            assert_eq!(overdue(begun + KEPT), [Scope::Shared]);

            counted.keep_if_still(WHAT, Scope::Shared, members, begun + KEPT);

            assert!(overdue(begun + KEPT).is_empty());
            assert_eq!(known(&counted, begun + KEPT), expected);
            assert_eq!(known(&counted, begun + KEPT + FORGOTTEN), None, "nobody asked for it");
        }
    }

    #[test]
    fn a_scope_that_is_small_is_not_kept() {
        let (counted, now) = (Counted::default(), Instant::now());
        let small = Members { chunks: u64::from(SMALL), ids: 3 };
        counted.keep_size(WHAT, Scope::Shared, small, 4_000, now);
        counted.keep(WHAT, Scope::Shared, "cena", 7, small, now);
        assert_eq!(known(&counted, now), None);

        counted.keep_size(WHAT, Scope::Shared, BEFORE, 8_000, now);
        assert!(known(&counted, now).is_some());
        counted.keep_size(WHAT, Scope::Shared, Members::default(), 0, now);
        assert_eq!(known(&counted, now), None, "it was emptied");
    }
}
