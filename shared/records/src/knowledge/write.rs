//! Writing documents and taking them away.

use std::collections::HashSet;

use neo4rs::{BoltMap, BoltString, BoltType, Query, query};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use shared::Language;
use shared::id::{ChunkId, DocumentId};
use shared::knowledge::{Chunk, Scope};
use uuid::Uuid;

use super::{GraphFailure, Knowledge};

/// How many chunks one statement writes: a megabyte or two.
const BATCH: usize = 200;
// Chosen by hand.
const DELETED_AT_ONCE: i64 = 1000;

/// Holds a document in this version, so that a deletion and a writer of another version come before or after
/// a statement and never between. Where there is no such document the statement does nothing. One from before
/// versions were noted is of any.
const HELD: &str = "match (d:Document {id: $document})
     set d.writing = true remove d.writing
     with d where coalesce(d.version, $version) = $version ";

/// A statement that is to be carried out only under a document of this version.
pub(super) fn held(document: &Document, statement: &str) -> Query {
    query(&format!("{HELD}{statement}"))
        .param("document", document.id.to_string())
        .param("version", i64::from(document.version))
}

/// A document, as the graph knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub scope: Scope,
    pub title: String,
    /// What it is written in: by which rules it is stemmed.
    pub language: Language,
    /// Grows with every edit: who writes an older one than is there writes nothing.
    pub version: i32,
}

/// A chunk with its embedding.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded<'a> {
    pub chunk: &'a Chunk,
    /// Its vector by the graph's model; `None` only for one that is already there.
    pub embedding: Option<&'a [f32]>,
}

/// What writing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    pub added: u64,
    /// Chunks that were there and stayed, at their new place.
    pub kept: u64,
}

/// The id of a chunk: the same for the same content of the same document, so that a citation outlives
/// another reading of the document.
pub fn chunk_id(document: DocumentId, hash: &str) -> ChunkId {
    let digest = Sha256::new().chain_update(document.0.as_bytes()).chain_update(hash).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    ChunkId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

impl Knowledge {
    /// Makes the document, or renames the one that is there. Before its chunks.
    ///
    /// # Errors
    /// [`GraphFailure::Gone`] when a later version is there, or when Neo4j fails.
    pub async fn put_document(&self, document: &Document) -> Result<(), GraphFailure> {
        // locked before its version is looked at, so that of two writers one comes after the other
        let put = query(
            "merge (d:Document {id: $id})
             set d.writing = true remove d.writing
             with d where coalesce(d.version, 0) <= $version
             set d.scope = $scope, d.title = $title, d.language = $language, d.version = $version
             return count(d) as count",
        );
        let put = put
            .param("id", document.id.to_string())
            .param("scope", document.scope.key())
            .param("title", document.title.as_str())
            .param("language", document.language.as_str())
            .param("version", i64::from(document.version));
        self.still_there(put).await.map(drop)
    }

    /// What a statement counts that writes under a document of this version; none means that there is no
    /// such document any more.
    pub(super) async fn still_there(&self, statement: Query) -> Result<u64, GraphFailure> {
        match self.count(statement).await? {
            0 => Err(GraphFailure::Gone),
            count => Ok(count),
        }
    }

    /// The hashes of the chunks that are there with their vectors: these need no embedding.
    pub async fn known_hashes(
        &self,
        document: DocumentId,
    ) -> Result<HashSet<String>, GraphFailure> {
        #[derive(Deserialize)]
        struct Known {
            hash: String,
        }
        let known = query(
            "match (c:Chunk) where c.document_id = $document and c.index >= 0
                 and c.embedding is not null
             return c.hash as hash",
        );
        let rows: Vec<Known> = self.rows(known.param("document", document.to_string())).await?;
        Ok(rows.into_iter().map(|row| row.hash).collect())
    }

    /// Writes chunks of a document: adds the new ones and moves the known ones to their place. The same
    /// call again changes nothing. In batches, so a call may stop in the middle and be repeated.
    ///
    /// # Errors
    /// [`GraphFailure::Gone`] when the document was deleted or is of another version, [`GraphFailure::WrongLength`], or
    /// when Neo4j fails.
    pub async fn write_chunks(
        &self,
        document: &Document,
        chunks: &[Embedded<'_>],
    ) -> Result<Written, GraphFailure> {
        let known = self.known_hashes(document.id).await?;
        let mut written = Written::default();
        for batch in chunks.chunks(BATCH) {
            let (kept, new): (Vec<_>, Vec<_>) =
                batch.iter().partition(|one| known.contains(&one.chunk.hash));
            written.added += self.add(document, &new).await?;
            written.kept += self.place(document, &kept).await?;
        }
        Ok(written)
    }

    async fn add(&self, document: &Document, new: &[&Embedded<'_>]) -> Result<u64, GraphFailure> {
        if new.is_empty() {
            return Ok(0);
        }
        let rows = new.iter().map(|one| self.row(document, one));
        let rows: Vec<BoltType> = rows.collect::<Result<_, _>>()?;
        let add = held(
            document,
            "and d.scope = $scope
             unwind $rows as row
             merge (c:Chunk {document_id: $document, hash: row.hash})
             set c += row.properties, c.scope = d.scope
             with c, row call db.create.setNodeVectorProperty(c, 'embedding', row.embedding)
             return count(c) as count",
        );
        self.still_there(add.param("scope", document.scope.key()).param("rows", rows)).await
    }

    pub(super) fn row(
        &self,
        document: &Document,
        one: &Embedded<'_>,
    ) -> Result<BoltType, GraphFailure> {
        let (chunk, wanted) = (one.chunk, self.model.dimensions);
        let embedding = one.embedding.unwrap_or_default();
        if embedding.len() != usize::from(wanted) {
            return Err(GraphFailure::WrongLength { wanted, found: embedding.len() });
        }
        // words of headings count twice: they say what the text is about
        let words = format!("{}\n{}", chunk.headings.join("\n"), chunk.in_context());
        let stems = self.stemming.stems(&words, document.language);
        let properties = map([
            ("id", chunk_id(document.id, &chunk.hash).to_string().into()),
            ("index", i64::from(chunk.index).into()),
            ("text", chunk.text.as_str().into()),
            ("headings", chunk.headings.clone().into()),
            ("page_from", chunk.page_from.map(i64::from).into()),
            ("page_to", chunk.page_to.map(i64::from).into()),
            ("tokens", i64::from(chunk.tokens).into()),
            ("language", document.language.as_str().into()),
            ("num_stems", i64::try_from(stems.len()).unwrap_or(i64::MAX).into()),
            ("stems", stems.join(" ").into()),
        ]);
        Ok(map([
            ("hash", chunk.hash.as_str().into()),
            ("properties", properties),
            ("embedding", embedding.into()),
        ]))
    }

    async fn place(
        &self,
        document: &Document,
        kept: &[&Embedded<'_>],
    ) -> Result<u64, GraphFailure> {
        if kept.is_empty() {
            return Ok(0);
        }
        let row = |one: &&Embedded<'_>| {
            map([
                ("hash", one.chunk.hash.as_str().into()),
                ("index", i64::from(one.chunk.index).into()),
                ("page_from", one.chunk.page_from.map(i64::from).into()),
                ("page_to", one.chunk.page_to.map(i64::from).into()),
            ])
        };
        let rows: Vec<BoltType> = kept.iter().map(row).collect();
        let place = held(
            document,
            "unwind $rows as row
             match (c:Chunk {document_id: $document, hash: row.hash})
             set c.index = row.index, c.page_from = row.page_from, c.page_to = row.page_to
             return count(c) as count",
        );
        self.still_there(place.param("rows", rows)).await
    }

    /// Deletes the chunks of a document whose hash is not among these, and the facts that only they
    /// supported. After the new version is written. Returns how many chunks went.
    ///
    /// # Errors
    /// [`GraphFailure::Gone`] when the document was deleted or is of another version, or when Neo4j fails.
    pub async fn keep_only(
        &self,
        document: &Document,
        hashes: &[&str],
    ) -> Result<u64, GraphFailure> {
        let keep: Vec<BoltType> = hashes.iter().map(|hash| (*hash).into()).collect();
        let delete = format!("{OTHERS} {DELETE}");
        let mut deleted = 0;
        loop {
            let delete = held(document, &delete).param("keep", keep.clone());
            match self.deleted(delete).await?.ok_or(GraphFailure::Gone)? {
                0 => return Ok(deleted),
                count => deleted += count,
            }
        }
    }

    /// What a statement that deletes says it did; nothing where there was no document to hold.
    async fn deleted(&self, delete: Query) -> Result<Option<u64>, GraphFailure> {
        #[derive(Deserialize)]
        struct Count {
            count: u64,
        }
        let rows: Vec<Count> = self.rows(delete.param("limit", DELETED_AT_ONCE)).await?;
        Ok(rows.first().map(|row| row.count))
    }

    /// Deletes a document, its chunks, and the facts that nothing else supports. What is being written
    /// for it at the same time finds it gone. Deleting what is not there is no failure.
    pub async fn delete_document(&self, document: DocumentId) -> Result<u64, GraphFailure> {
        let id = || document.to_string();
        self.run(query("match (d:Document {id: $id}) detach delete d").param("id", id())).await?;
        let relations = query(
            "match (c:Chunk) where c.document_id = $document and c.index >= 0
             match (c)<-[:SUPPORTED_BY]-(:Fact)-[r:RELATES]-()
             where r.chunk_id = c.id
             with distinct r delete r",
        );
        self.run(relations.param("document", id())).await?;
        let delete = format!("{ALL} {DELETE}");
        let mut deleted = 0;
        loop {
            match self.deleted(query(&delete).param("document", id())).await?.unwrap_or(0) {
                0 => return Ok(deleted),
                count => deleted += count,
            }
        }
    }
}

/// Chunks of a held document whose hash is not among some.
const OTHERS: &str = "optional match (c:Chunk) where c.document_id = $document and c.index >= 0
     and not c.hash in $keep";
/// Chunks of a document that is gone.
const ALL: &str = "match (c:Chunk) where c.document_id = $document and c.index >= 0
     with null as d, c";
/// Some of these chunks go, and the facts that only they supported.
const DELETE: &str = "with d, c limit $limit
     optional match (f:Fact)-[:SUPPORTED_BY]->(c)
     with d, collect(distinct c) as chunks, collect(distinct f) as facts
     foreach (c in chunks | detach delete c)
     with size(chunks) as count, facts
     foreach (f in [f in facts where not exists {(f)-[:SUPPORTED_BY]->()}] | detach delete f)
     return count";

pub(super) fn map<const N: usize>(entries: [(&str, BoltType); N]) -> BoltType {
    let entries = entries.into_iter().map(|(key, value)| (BoltString::from(key), value));
    BoltType::Map(entries.collect::<BoltMap>())
}

pub(super) fn uuid(text: &str) -> Result<Uuid, GraphFailure> {
    text.parse().map_err(|_| GraphFailure::NoId(text.to_owned()))
}
