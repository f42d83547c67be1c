//! Facts in the graph: one node a fact, with a link to every chunk that supports it. A fact goes with its
//! last chunk.

use neo4rs::{BoltType, query};
use serde::{Deserialize, Serialize};
use shared::Language;
use shared::id::ChunkId;
use shared::knowledge::fact::Findings;
use shared::knowledge::{Scope, lucene};
use shared::text::stem::Stemming;

use super::frequencies::Worded;
use super::retriever::{RESCORED, WithStems, scored};
use super::write::{Document, held, map};
use super::{GraphFailure, Knowledge, keys};

// Chosen by hand.
const BATCH: usize = 50;

/// What was found in a chunk.
#[derive(Debug, Clone)]
pub struct Supported {
    pub chunk: ChunkId,
    pub findings: Findings,
}

/// A fact of the graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub id: String,
    /// `observation`, `indicator`, `demographic`, `trend` or `place`.
    pub kind: String,
    pub summary: String,
    pub value: Option<String>,
    pub period: Option<String>,
    /// `high`, `medium` or `low`.
    pub confidence: String,
    pub chunk_id: String,
    pub document_id: String,
    pub document_title: String,
    /// How it is connected to what was asked for: 0 when it was found itself, 1 over a relation.
    pub hops: i64,
}

/// Puts a chunk's facts in place of those that it supported before.
const WRITE: &str = "
and d.scope = $scope
unwind $rows as row
match (c:Chunk {id: row.chunk, document_id: $document})
where c.scope = $scope
with c, row
unwind row.nodes as node
merge (f:Fact {id: node.id})
on create set f.scope = $scope, f.kind = node.kind, f.summary = node.summary, f.value = node.value,
    f.period = node.period, f.confidence = node.confidence, f.stems = node.stems
merge (f)-[:SUPPORTED_BY]->(c)
return count(f) as count";

const RELATE: &str = "
and d.scope = $scope
unwind $rows as row
match (a:Fact {id: row.from, scope: $scope})
match (b:Fact {id: row.to, scope: $scope})
merge (a)-[r:RELATES {kind: row.kind, chunk_id: row.chunk}]->(b)
return count(r) as count";

/// Those of some scopes that have most of what is rare there.
const CANDIDATES: &str = "
unwind $lucene as lucene
call db.index.fulltext.queryNodes($index, lucene, {limit: $limit}) yield node as f, score
where f.scope in $scopes
with f, score order by score desc limit $limit
return f.id as id, '' as document, f.stems as stems";

/// These facts, and what is related to them. Every node on the way is of these scopes.
const NEAR: &str = "
unwind $found as found
match (f:Fact {id: found.id})
where f.scope in $scopes
with f, found.score as score
call {
    with f
    return f as fact, 0 as hops
    union
    with f
    match (f)-[:RELATES]-(other:Fact)
    where other.scope in $scopes
    return other as fact, 1 as hops
}
with fact, min(hops) as hops, max(score) as score
match (fact)-[:SUPPORTED_BY]->(c:Chunk)
where c.scope in $scopes
match (d:Document {id: c.document_id})
where d.scope in $scopes
with fact, hops, score, c, d order by c.document_id, c.index
with fact, hops, score, head(collect({chunk: c.id, document: d.id, title: d.title})) as source
return fact.id as id, fact.kind as kind, fact.summary as summary, fact.value as value,
    fact.period as period, fact.confidence as confidence, source.chunk as chunk_id,
    source.document as document_id, source.title as document_title, hops
order by hops, score desc, id
limit $most";

const OF_CHUNKS: &str = "
unwind $chunks as id
match (c:Chunk {id: id})<-[:SUPPORTED_BY]-(f:Fact)
where c.scope in $scopes and f.scope in $scopes
match (d:Document {id: c.document_id})
return distinct f.id as id, f.kind as kind, f.summary as summary, f.value as value,
    f.period as period, f.confidence as confidence, c.id as chunk_id, d.id as document_id,
    d.title as document_title, 0 as hops
order by case f.confidence when 'high' then 0 when 'medium' then 1 else 2 end, id
limit $most";

impl Knowledge {
    /// Writes the facts of a document's chunks. The same call again changes nothing. A chunk that is gone
    /// takes nothing, and so does one of a document that was deleted or has another version.
    pub async fn write_facts(
        &self,
        document: &Document,
        supported: &[Supported],
    ) -> Result<(), GraphFailure> {
        let (scope, language) = (document.scope, document.language);
        for batch in supported.chunks(BATCH) {
            let rows: Vec<BoltType> = batch
                .iter()
                .map(|supported| nodes(supported, scope, self.stemming, language))
                .collect();
            let write = held(document, WRITE).param("rows", rows).param("scope", scope.key());
            self.count(write).await?;
            let rows: Vec<BoltType> =
                batch.iter().flat_map(|supported| relations(supported, scope)).collect();
            if !rows.is_empty() {
                let relate = held(document, RELATE).param("rows", rows);
                self.count(relate.param("scope", scope.key())).await?;
            }
        }
        Ok(())
    }

    /// Removes what chunks that are about to go say about how facts hang together: all of a document's
    /// but those with these hashes. Before they are deleted. Nothing of a document that was deleted or has
    /// another version.
    pub async fn forget_relations(
        &self,
        document: &Document,
        keep: &[&str],
    ) -> Result<(), GraphFailure> {
        let forget = held(
            document,
            "match (c:Chunk) where c.document_id = $document and c.index >= 0 and not c.hash in $keep
             match (c)<-[:SUPPORTED_BY]-(:Fact)-[r:RELATES]-()
             where r.chunk_id = c.id
             with distinct r delete r",
        );
        let keep: Vec<BoltType> = keep.iter().map(|hash| (*hash).into()).collect();
        self.run(forget.param("keep", keep)).await
    }

    /// The facts of these scopes that a question is about, and those one relation away: by how often the words
    /// are in the scopes' own facts, as chunks are.
    pub async fn facts_near(
        &self,
        scopes: &[Scope],
        question: &str,
        most: u32,
    ) -> Result<Vec<Fact>, GraphFailure> {
        let terms = lucene::terms(question, self.stemming);
        let clauses = lucene::clauses(&terms);
        if clauses.is_empty() || scopes.is_empty() {
            return Ok(Vec::new());
        }
        let frequencies = self.frequencies(Worded::Facts, &clauses, scopes).await?;
        let search = query(CANDIDATES)
            .param("index", Worded::Facts.index())
            .param("lucene", lucene::queries_by_rarity(&terms, scopes, &frequencies))
            .param("scopes", keys(scopes))
            .param("limit", i64::from(most.max(RESCORED)));
        let candidates: Vec<WithStems> = self.rows(search).await?;
        let mut found = scored(candidates, &clauses, &frequencies);
        found.truncate(most as usize);
        let found = found.into_iter();
        let found: Vec<BoltType> =
            found.map(|one| map([("id", one.id.into()), ("score", one.score.into())])).collect();
        let near = query(NEAR)
            .param("found", found)
            .param("scopes", keys(scopes))
            .param("most", i64::from(most));
        self.rows(near).await
    }

    /// The facts that these chunks support, the surest first.
    pub async fn facts_of(
        &self,
        scopes: &[Scope],
        chunks: &[ChunkId],
        most: u32,
    ) -> Result<Vec<Fact>, GraphFailure> {
        let chunks: Vec<BoltType> = chunks.iter().map(|id| id.to_string().into()).collect();
        let of = query(OF_CHUNKS)
            .param("chunks", chunks)
            .param("scopes", keys(scopes))
            .param("most", i64::from(most));
        self.rows(of).await
    }
}

fn nodes(supported: &Supported, scope: Scope, stemming: Stemming, language: Language) -> BoltType {
    let node = |node: &shared::knowledge::fact::Node| {
        let words = format!("{} {}", node.summary, node.period.as_deref().unwrap_or_default());
        map([
            ("id", node.id(scope).to_string().into()),
            ("kind", node.kind.as_str().into()),
            ("summary", node.summary.as_str().into()),
            ("value", node.value.clone().into()),
            ("period", node.period.clone().into()),
            ("confidence", node.confidence.as_str().into()),
            ("stems", stemming.stems(&words, language).join(" ").into()),
        ])
    };
    let nodes: Vec<BoltType> = supported.findings.nodes.iter().map(node).collect();
    map([("chunk", supported.chunk.to_string().into()), ("nodes", nodes.into())])
}

fn relations(supported: &Supported, scope: Scope) -> Vec<BoltType> {
    let id = |key: &str| {
        let node = supported.findings.nodes.iter().find(|node| node.key == key)?;
        Some(node.id(scope).to_string())
    };
    let relation = |relation: &shared::knowledge::fact::Relation| {
        Some(map([
            ("from", id(&relation.from)?.into()),
            ("to", id(&relation.to)?.into()),
            ("kind", relation.kind.as_str().into()),
            ("chunk", supported.chunk.to_string().into()),
        ]))
    };
    supported.findings.relations.iter().filter_map(relation).collect()
}
