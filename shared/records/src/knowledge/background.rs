//! How near unrelated texts of some scopes lie: what a model's cosine is held against.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use neo4rs::query;
use serde::Deserialize;
use shared::knowledge::Scope;
use shared::knowledge::embedding::{Background, cosine};
use tokio::time::Instant;

use super::{GraphFailure, Knowledge, keys};

/// How long a process keeps what it measured: it moves with the bulk of a scope, not with a document.
const KEPT: Duration = Duration::from_secs(600);
/// Chunks of a scope whose pairs are looked at: 2,016 pairs, for which Neo4j reads for about 5 ms.
const SAMPLE: i64 = 64;
/// Of how many of a scope's chunks they are taken, evenly.
const TAKEN_OF: i64 = 2_000;
/// How far apart two chunks of one document are taken to be unrelated.
const FAR: u32 = 8;

/// What was measured of scopes, by key.
#[derive(Clone, Default)]
pub(super) struct Backgrounds(Arc<Mutex<HashMap<String, (Instant, Background)>>>);

impl Backgrounds {
    fn known(&self, scopes: &[String], now: Instant) -> HashMap<String, Background> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (since, _)| now.duration_since(*since) < KEPT);
        scopes.iter().filter_map(|scope| Some((scope.clone(), kept.get(scope)?.1))).collect()
    }

    /// Keeps what says enough. What does not is measured again by the next search: a scope without
    /// documents, or with a first one, is soon another, and there is little in it to read.
    fn keep(&self, measured: &HashMap<String, Background>, now: Instant) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = measured.iter().filter(|(_, one)| one.is_enough());
        kept.extend(enough.map(|(scope, one)| (scope.clone(), (now, *one))));
    }
}

#[derive(Deserialize)]
struct Sampled {
    scope: String,
    document: String,
    index: u32,
    embedding: Vec<f32>,
}

const SAMPLED: &str = "unwind $scopes as scope
     call (scope) {
         match (c:Chunk {scope: scope}) where c.embedding is not null
         with c limit $of
         with collect(c) as found
         unwind range(0, size(found) - 1, 1 + size(found) / $sample) as at
         return found[at] as c
     }
     return scope, c.document_id as document, c.index as index, c.embedding as embedding";

impl Knowledge {
    /// What unrelated texts of these scopes have for a cosine.
    pub(super) async fn background(&self, scopes: &[Scope]) -> Result<Background, GraphFailure> {
        let (now, wanted) = (Instant::now(), keys(scopes));
        let mut known = self.backgrounds.known(&wanted, now);
        let unknown: Vec<String> =
            wanted.into_iter().filter(|scope| !known.contains_key(scope)).collect();
        if !unknown.is_empty() {
            let sample = query(SAMPLED)
                .param("scopes", unknown.clone())
                .param("of", TAKEN_OF)
                .param("sample", SAMPLE);
            let mut by_scope: HashMap<String, Vec<Sampled>> = HashMap::new();
            for one in self.rows::<Sampled>(sample).await? {
                by_scope.entry(one.scope.clone()).or_default().push(one);
            }
            let measured = unknown.into_iter().map(|scope| {
                let of = by_scope.get(&scope).map_or(Background::default(), |one| measured(one));
                (scope, of)
            });
            let measured: HashMap<String, Background> = measured.collect();
            self.backgrounds.keep(&measured, now);
            known.extend(measured);
        }
        Ok(known.into_values().fold(Background::default(), Background::with))
    }
}

/// Of all pairs that stand in different documents, or far apart in one.
fn measured(sample: &[Sampled]) -> Background {
    let mut background = Background::default();
    for (place, one) in sample.iter().enumerate() {
        for other in &sample[place + 1..] {
            let is_far = one.index.abs_diff(other.index) >= FAR;
            if one.document != other.document || is_far {
                background.add(cosine(&one.embedding, &other.embedding));
            }
        }
    }
    background
}
