//! How often the stems of a question are in the chunks, or the facts, that it may see. What words find is ordered by these
//! alone: nobody's upload reorders what somebody else finds.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use neo4rs::{BoltType, query};
use serde::Deserialize;
use shared::knowledge::Scope;
use shared::knowledge::bm25::Frequencies;
use shared::knowledge::lucene::{Clause, holding};
use tokio::time::Instant;

use super::retriever::SMALL;
use super::schema::{CHUNK_WORDS, FACT_WORDS};
use super::write::map;
use super::{Failure, Knowledge, keys};

/// How long the counts of a scope above [`SMALL`] are kept by a process. A common stem of a hundred thousand
/// chunks takes Neo4j tens of milliseconds to count, and a document more moves it little. Smaller scopes are
/// counted anew by each question.
const KEPT: Duration = Duration::from_secs(60);

/// What words find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Worded {
    Chunks,
    Facts,
}

/// What large scopes were counted to have, by what was counted and the scope's key, and since when.
#[derive(Clone, Default)]
pub(super) struct Counted(Arc<Mutex<Kept>>);

type Kept = HashMap<(Worded, String), (Instant, Frequencies)>;

impl Counted {
    /// What is known of these scopes.
    fn known(&self, what: Worded, scopes: &[String], now: Instant) -> HashMap<String, Frequencies> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (since, _)| now.duration_since(*since) < KEPT);
        let known = scopes.iter().filter_map(|scope| {
            let (_, known) = kept.get(&(what, scope.clone()))?;
            Some((scope.clone(), known.clone()))
        });
        known.collect()
    }

    /// Keeps what was counted of a scope since it was first counted.
    fn keep(&self, what: Worded, scope: &str, counted: &Frequencies, now: Instant) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, known) =
            kept.entry((what, scope.to_owned())).or_insert_with(|| (now, Frequencies::default()));
        (known.chunks, known.stems) = (counted.chunks, counted.stems);
        known.holding.extend(counted.holding.iter().map(|(stem, count)| (stem.clone(), *count)));
    }
}

#[derive(Deserialize)]
struct Size {
    scope: String,
    chunks: u64,
    stems: u64,
}

#[derive(Deserialize)]
struct Holding {
    stem: String,
    scope: String,
    chunks: u64,
}

/// Chunks from before their stems were counted are counted here.
const SIZES: &str = "unwind $scopes as scope
     call (scope) {
         match (c:Chunk {scope: scope})
         return count(c) as chunks, sum(coalesce(c.num_stems, size(split(c.stems, ' ')))) as stems
     }
     with scope, chunks, stems where chunks > 0
     return scope, chunks, stems";

/// The same of facts.
const FACT_SIZES: &str = "unwind $scopes as scope
     call (scope) {
         match (f:Fact {scope: scope})
         return count(f) as chunks, sum(size(split(coalesce(f.stems, ''), ' '))) as stems
     }
     with scope, chunks, stems where chunks > 0
     return scope, chunks, stems";

impl Worded {
    /// The full-text index that finds them.
    pub(super) fn index(self) -> &'static str {
        match self {
            Self::Chunks => CHUNK_WORDS,
            Self::Facts => FACT_WORDS,
        }
    }

    fn sizes(self) -> &'static str {
        match self {
            Self::Chunks => SIZES,
            Self::Facts => FACT_SIZES,
        }
    }
}

const HOLDING: &str = "unwind $rows as row
     call db.index.fulltext.queryNodes($index, row.lucene) yield node
     where node.scope in $scopes
     return row.stem as stem, node.scope as scope, count(*) as chunks";

impl Knowledge {
    /// What the chunks or facts of these scopes are like, for what is looked for.
    pub(super) async fn frequencies(
        &self,
        what: Worded,
        clauses: &[Clause],
        scopes: &[Scope],
    ) -> Result<Frequencies, Failure> {
        let now = Instant::now();
        let stems: BTreeSet<&str> =
            clauses.iter().flat_map(|clause| &clause.stems).map(String::as_str).collect();
        let mut counted = self.counted.known(what, &keys(scopes), now);
        let of_size = |scope: &&Scope| !counted.contains_key(&scope.key());
        let of_size: Vec<Scope> = scopes.iter().filter(of_size).copied().collect();
        let lacks = |scope: &Scope, stem: &str| {
            counted.get(&scope.key()).is_none_or(|known| !known.holding.contains_key(stem))
        };
        let lacking = stems.iter().map(|stem| {
            let scopes = scopes.iter().filter(|scope| lacks(scope, stem));
            (*stem, scopes.copied().collect::<Vec<Scope>>())
        });
        let lacking: Vec<(&str, Vec<Scope>)> = lacking.collect();
        let (sizes, holding) =
            futures::try_join!(self.sizes(what, &of_size), self.holding(what, &lacking, scopes))?;
        for size in sizes {
            let of =
                Frequencies { chunks: size.chunks, stems: size.stems, ..Frequencies::default() };
            counted.insert(size.scope, of);
        }
        for known in counted.values_mut() {
            for stem in &stems {
                known.holding.entry((*stem).to_owned()).or_default();
            }
        }
        for found in holding {
            if let Some(known) = counted.get_mut(&found.scope) {
                known.holding.insert(found.stem, found.chunks);
            }
        }
        let large = counted.iter().filter(|(_, known)| known.chunks > u64::from(SMALL));
        large.for_each(|(scope, known)| self.counted.keep(what, scope, known, now));
        let mut all = Frequencies::default();
        counted.values().for_each(|known| all.add(known));
        Ok(all)
    }

    async fn sizes(&self, what: Worded, scopes: &[Scope]) -> Result<Vec<Size>, Failure> {
        if scopes.is_empty() {
            return Ok(Vec::new());
        }
        self.rows(query(what.sizes()).param("scopes", keys(scopes))).await
    }

    /// How many have each of these stems, of the scopes beside it.
    async fn holding(
        &self,
        what: Worded,
        stems: &[(&str, Vec<Scope>)],
        scopes: &[Scope],
    ) -> Result<Vec<Holding>, Failure> {
        let row = |stem: &str, lucene: String| -> BoltType {
            map([("stem", stem.into()), ("lucene", lucene.into())])
        };
        let rows = stems.iter().flat_map(|(stem, scopes)| {
            holding(stem, scopes).into_iter().map(move |lucene| row(stem, lucene))
        });
        let rows: Vec<BoltType> = rows.collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let counted = query(HOLDING)
            .param("index", what.index())
            .param("rows", rows)
            .param("scopes", keys(scopes));
        self.rows(counted).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(chunks: u64, holding: &[(&str, u64)]) -> Frequencies {
        let holding = holding.iter().map(|(stem, n)| ((*stem).to_owned(), *n)).collect();
        Frequencies { chunks, stems: 4 * chunks, holding }
    }

    #[test]
    fn counts_are_kept_from_when_they_were_first_made_and_then_made_anew() {
        let (counted, begun) = (Counted::default(), Instant::now());
        let scopes = ["projecta".to_owned(), "projectb".to_owned()];

        counted.keep(Worded::Chunks, "projecta", &of(2_000, &[("cena", 7)]), begun);
        counted.keep(Worded::Chunks, "projecta", &of(2_001, &[("ser", 3)]), begun + KEPT / 2);

        let known = counted.known(Worded::Chunks, &scopes, begun + KEPT / 2);
        assert!(counted.known(Worded::Facts, &scopes, begun + KEPT / 2).is_empty());
        assert_eq!(known.len(), 1);
        assert_eq!(known["projecta"], of(2_001, &[("cena", 7), ("ser", 3)]).clone());
        assert!(counted.known(Worded::Chunks, &scopes, begun + KEPT).is_empty());
    }
}
