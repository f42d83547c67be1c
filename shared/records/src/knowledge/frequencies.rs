//! How often the stems of a question are in the chunks, or the facts, that it may see. What words find is ordered by these
//! alone: nobody's upload reorders what somebody else finds.

mod counted;

use std::collections::{BTreeSet, HashMap};

use neo4rs::{BoltType, Query, query};
use serde::Deserialize;
use shared::knowledge::Scope;
use shared::knowledge::bm25::Frequencies;
use shared::knowledge::lucene::{Clause, holding};
use tokio::time::Instant;

pub(super) use self::counted::Counted;
use self::counted::{Members, Stale};
use super::schema::{CHUNK_WORDS, FACT_WORDS};
use super::write::map;
use super::{GraphFailure, Knowledge, keys};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Worded {
    Chunks,
    Facts,
}

#[derive(Deserialize)]
struct ScopeSize {
    scope: String,
    chunks: u64,
    ids: i64,
    stems: u64,
}

#[derive(Deserialize)]
struct StemCount {
    stem: String,
    scope: String,
    chunks: u64,
}

/// How many have a stem, by scope and stem.
type Holding = HashMap<(Scope, String), u64>;

/// Chunks from before their stems were counted are counted here.
const SIZES: &str = "unwind $scopes as scope
     call (scope) {
         match (c:Chunk {scope: scope})
         return count(c) as chunks, sum(id(c)) as ids,
             sum(coalesce(c.num_stems, size(split(c.stems, ' ')))) as stems
     }
     with scope, chunks, ids, stems where chunks > 0
     return scope, chunks, ids, stems";

const FACT_SIZES: &str = "unwind $scopes as scope
     call (scope) {
         match (f:Fact {scope: scope})
         return count(f) as chunks, sum(id(f)) as ids,
             sum(size(split(coalesce(f.stems, ''), ' '))) as stems
     }
     with scope, chunks, ids, stems where chunks > 0
     return scope, chunks, ids, stems";

/// Which chunks scopes have. The index of scopes tells it: no node is read.
const MEMBERS: &str = "unwind $scopes as scope
     call (scope) {
         match (c:Chunk {scope: scope})
         return count(c) as chunks, sum(id(c)) as ids
     }
     return scope, chunks, ids, 0 as stems";

/// The same of facts.
const FACT_MEMBERS: &str = "unwind $scopes as scope
     call (scope) {
         match (f:Fact {scope: scope})
         return count(f) as chunks, sum(id(f)) as ids
     }
     return scope, chunks, ids, 0 as stems";

impl Worded {
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

    fn members(self) -> &'static str {
        match self {
            Self::Chunks => MEMBERS,
            Self::Facts => FACT_MEMBERS,
        }
    }
}

/// Of several scopes at once.
const HOLDING: &str = "unwind $rows as row
     call db.index.fulltext.queryNodes($index, row.lucene) yield node
     where node.scope in $scopes
     return row.stem as stem, node.scope as scope, count(*) as chunks";

/// One scope a row, as a clause of the query. No node is read, so a common stem of a large scope takes a third of the
/// time.
const HOLDING_IN_LARGE: &str = "unwind $rows as row
     call db.index.fulltext.queryNodes($index, row.lucene) yield node
     return row.stem as stem, row.scope as scope, count(*) as chunks";

impl Knowledge {
    /// The sizes of these scopes, and how many of their chunks or facts have each stem that is looked for.
    pub(super) async fn frequencies(
        &self,
        what: Worded,
        clauses: &[Clause],
        scopes: &[Scope],
    ) -> Result<Frequencies, GraphFailure> {
        let now = Instant::now();
        let stems: BTreeSet<&str> =
            clauses.iter().flat_map(|clause| &clause.stems).map(String::as_str).collect();
        self.look_after_a_pause(what, scopes, now).await?;
        let (mut counted, mut members, mut others) = (HashMap::new(), HashMap::new(), Vec::new());
        for scope in scopes {
            match self.counted.known(what, *scope, &stems, now) {
                Some((of, old)) => {
                    members.insert(*scope, old.members);
                    self.count_again(what, old, of.holding.keys().cloned().collect());
                    counted.insert(*scope, of);
                }
                None => others.push(*scope),
            }
        }
        let lacking = counted.iter().flat_map(|(scope, of): (&Scope, &Frequencies)| {
            let lacks = |stem: &&&str| !of.holding.contains_key(**stem);
            stems.iter().filter(lacks).map(|stem| (*scope, *stem))
        });
        let lacking: Vec<(Scope, &str)> = lacking.collect();
        let (sizes, of_others, of_large) = futures::try_join!(
            self.sizes(what.sizes(), &others),
            self.holding(what, &stems, &others),
            self.holding_in_large(what, &lacking)
        )?;
        let mut asked = lacking;
        for (scope, own, all) in sizes {
            self.counted.keep_size(what, scope, own, all, now);
            members.insert(scope, own);
            let chunks = own.chunks;
            counted.insert(scope, Frequencies { chunks, stems: all, holding: HashMap::new() });
            asked.extend(stems.iter().map(|stem| (scope, *stem)));
        }
        let found: Holding = of_others.into_iter().chain(of_large).collect();
        for (scope, stem) in asked {
            let count = found.get(&(scope, stem.to_owned())).copied().unwrap_or(0);
            // both were put in for every scope that is asked
            if let (Some(of), Some(own)) = (counted.get_mut(&scope), members.get(&scope)) {
                of.holding.insert(stem.to_owned(), count);
                self.counted.keep(what, scope, stem, count, *own, now);
            }
        }
        let mut all = Frequencies::default();
        counted.values().for_each(|of| all.add(of));
        Ok(all)
    }

    /// Checks scopes without a recent question, and forgets those that have changed since they were counted.
    async fn look_after_a_pause(
        &self,
        what: Worded,
        scopes: &[Scope],
        now: Instant,
    ) -> Result<(), GraphFailure> {
        let overdue = self.counted.overdue(what, scopes, now);
        for (scope, members, _) in self.sizes(what.members(), &overdue).await? {
            self.counted.keep_if_still(what, scope, members, now);
        }
        Ok(())
    }

    /// Looks behind the question whether a scope has changed, and counts anew what is old of the `known` stems.
    fn count_again(&self, what: Worded, old: Stale, known: Vec<String>) {
        if !old.is_to_be_looked_at && old.stems.is_empty() {
            return;
        }
        let knowledge = self.clone();
        tokio::spawn(async move {
            if let Err(failure) = Box::pin(knowledge.renew(what, old, known)).await {
                tracing::warn!(%failure, "stems were not counted again");
            }
        });
    }

    async fn renew(
        &self,
        what: Worded,
        old: Stale,
        known: Vec<String>,
    ) -> Result<(), GraphFailure> {
        let now = Instant::now();
        let itself = [old.scope];
        let looked_at: &[Scope] = if old.is_to_be_looked_at { &itself } else { &[] };
        let found = self.sizes(what.members(), looked_at).await?;
        let has_others = found.first().is_some_and(|(_, members, _)| *members != old.members);
        let has_changed = has_others || old.is_old;
        let stale = if has_changed { known } else { old.stems };
        // what is written while it is counted makes other members again
        let members = found.first().map_or(old.members, |(_, members, _)| *members);
        let of_size: &[Scope] = if has_changed { &itself } else { &[] };
        let stems: Vec<(Scope, &str)> =
            stale.iter().map(|stem| (old.scope, stem.as_str())).collect();
        let (sizes, holding) = futures::try_join!(
            self.sizes(what.sizes(), of_size),
            self.holding_in_large(what, &stems)
        )?;
        if has_changed {
            let none = (Members::default(), 0);
            let (own, all) = sizes.first().map_or(none, |(_, _, all)| (members, *all));
            self.counted.keep_size(what, old.scope, own, all, now);
        }
        for stem in &stale {
            let count = holding.get(&(old.scope, stem.clone())).copied().unwrap_or(0);
            self.counted.keep(what, old.scope, stem, count, members, now);
        }
        Ok(())
    }

    /// Which chunks or facts each of these scopes has, and how many stems all of them.
    async fn sizes(
        &self,
        cypher: &'static str,
        scopes: &[Scope],
    ) -> Result<Vec<(Scope, Members, u64)>, GraphFailure> {
        if scopes.is_empty() {
            return Ok(Vec::new());
        }
        let sizes: Vec<ScopeSize> = self.rows(query(cypher).param("scopes", keys(scopes))).await?;
        let size = |one: ScopeSize| {
            let members = Members { chunks: one.chunks, ids: one.ids };
            Ok((scope(one.scope)?, members, one.stems))
        };
        sizes.into_iter().map(size).collect()
    }

    /// How many of these scopes have each of these stems.
    async fn holding(
        &self,
        what: Worded,
        stems: &BTreeSet<&str>,
        scopes: &[Scope],
    ) -> Result<Holding, GraphFailure> {
        let rows = stems.iter().flat_map(|stem| {
            let row = |lucene: String| map([("stem", (*stem).into()), ("lucene", lucene.into())]);
            holding(stem, scopes).into_iter().map(row)
        });
        let counted = query(HOLDING).param("scopes", keys(scopes));
        self.counts(what, counted, rows.collect()).await
    }

    /// The same for pairs of a large scope and a stem.
    async fn holding_in_large(
        &self,
        what: Worded,
        lacking: &[(Scope, &str)],
    ) -> Result<Holding, GraphFailure> {
        let rows = lacking.iter().flat_map(|(scope, stem)| {
            let row = |lucene: String| {
                let scope = scope.key();
                map([("stem", (*stem).into()), ("scope", scope.into()), ("lucene", lucene.into())])
            };
            holding(stem, &[*scope]).into_iter().map(row)
        });
        self.counts(what, query(HOLDING_IN_LARGE), rows.collect()).await
    }

    async fn counts(
        &self,
        what: Worded,
        counted: Query,
        rows: Vec<BoltType>,
    ) -> Result<Holding, GraphFailure> {
        if rows.is_empty() {
            return Ok(Holding::new());
        }
        let counted = counted.param("index", what.index()).param("rows", rows);
        let found: Vec<StemCount> = self.rows(counted).await?;
        found.into_iter().map(|one| Ok(((scope(one.scope)?, one.stem), one.chunks))).collect()
    }
}

/// The scope of a key that the graph returned.
fn scope(key: String) -> Result<Scope, GraphFailure> {
    Scope::parse(&key).ok_or(GraphFailure::NoId(key))
}
