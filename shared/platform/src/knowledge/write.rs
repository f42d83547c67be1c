//! Writing documents and taking them away.

use std::collections::HashSet;

use neo4rs::{BoltMap, BoltString, BoltType, query};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use shared::Language;
use shared::id::{ChunkId, DocumentId};
use shared::knowledge::{Chunk, Scope};
use uuid::Uuid;

use super::{Failure, Knowledge};

/// How many chunks one statement writes: a megabyte or two.
const BATCH: usize = 200;
/// How many chunks one statement deletes.
const DELETED_AT_ONCE: i64 = 1000;

/// A document, as the graph knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id in PostgreSQL.
    pub id: DocumentId,
    /// Whose it is.
    pub scope: Scope,
    /// What it is called in citations.
    pub title: String,
    /// What it is written in: by which rules it is stemmed.
    pub language: Language,
}

/// A chunk with its embedding.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded<'a> {
    /// What is said.
    pub chunk: &'a Chunk,
    /// Its vector by the graph's model; `None` only for one that is already there.
    pub embedding: Option<&'a [f32]>,
}

/// What writing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Chunks that were not there.
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
    /// When Neo4j fails.
    pub async fn put_document(&self, document: &Document) -> Result<(), Failure> {
        let put = query(
            "merge (d:Document {id: $id})
             set d.scope = $scope, d.title = $title, d.language = $language",
        );
        let put = put
            .param("id", document.id.to_string())
            .param("scope", document.scope.key())
            .param("title", document.title.as_str())
            .param("language", document.language.code());
        self.run(put).await
    }

    /// The hashes of the chunks that are there with their vectors: these need no embedding.
    ///
    /// # Errors
    /// When Neo4j fails.
    pub async fn known_hashes(&self, document: DocumentId) -> Result<HashSet<String>, Failure> {
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
    /// [`Failure::Gone`] when the document was deleted, [`Failure::WrongLength`], or when Neo4j fails.
    pub async fn write_chunks(
        &self,
        document: &Document,
        chunks: &[Embedded<'_>],
    ) -> Result<Written, Failure> {
        let known = self.known_hashes(document.id).await?;
        let mut written = Written::default();
        for batch in chunks.chunks(BATCH) {
            let (kept, new): (Vec<_>, Vec<_>) =
                batch.iter().partition(|one| known.contains(&one.chunk.hash));
            written.added += self.add(document, &new).await?;
            written.kept += self.place(document.id, &kept).await?;
        }
        Ok(written)
    }

    async fn add(&self, document: &Document, new: &[&Embedded<'_>]) -> Result<u64, Failure> {
        if new.is_empty() {
            return Ok(0);
        }
        let rows = new.iter().map(|one| self.row(document, one));
        let rows: Vec<BoltType> = rows.collect::<Result<_, _>>()?;
        // the document is locked, so that a deletion comes before or after a batch, never between
        let add = query(
            "match (d:Document {id: $document, scope: $scope})
             set d.writing = true remove d.writing
             with d unwind $rows as row
             merge (c:Chunk {document_id: $document, hash: row.hash})
             set c += row.properties, c.scope = d.scope
             with c, row call db.create.setNodeVectorProperty(c, 'embedding', row.embedding)
             return count(c) as count",
        );
        let add = add
            .param("document", document.id.to_string())
            .param("scope", document.scope.key())
            .param("rows", rows);
        match self.count(add).await? {
            0 => Err(Failure::Gone),
            count => Ok(count),
        }
    }

    pub(super) fn row(&self, document: &Document, one: &Embedded<'_>) -> Result<BoltType, Failure> {
        let (chunk, wanted) = (one.chunk, self.model.dimensions);
        let embedding = one.embedding.unwrap_or_default();
        if embedding.len() != usize::from(wanted) {
            return Err(Failure::WrongLength { wanted, found: embedding.len() });
        }
        // words of headings count twice: they say what the text is about
        let words = format!("{}\n{}", chunk.headings.join("\n"), chunk.in_context());
        let stems = self.stemming.stems(&words, document.language).join(" ");
        let properties = map([
            ("id", chunk_id(document.id, &chunk.hash).to_string().into()),
            ("index", i64::from(chunk.index).into()),
            ("text", chunk.text.as_str().into()),
            ("headings", chunk.headings.clone().into()),
            ("page_from", chunk.page_from.map(i64::from).into()),
            ("page_to", chunk.page_to.map(i64::from).into()),
            ("tokens", i64::from(chunk.tokens).into()),
            ("language", document.language.code().into()),
            ("stems", stems.into()),
        ]);
        Ok(map([
            ("hash", chunk.hash.as_str().into()),
            ("properties", properties),
            ("embedding", embedding.into()),
        ]))
    }

    /// Moves known chunks to their places.
    async fn place(&self, document: DocumentId, kept: &[&Embedded<'_>]) -> Result<u64, Failure> {
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
        let place = query(
            "unwind $rows as row
             match (c:Chunk {document_id: $document, hash: row.hash})
             set c.index = row.index, c.page_from = row.page_from, c.page_to = row.page_to
             return count(c) as count",
        );
        self.count(place.param("document", document.to_string()).param("rows", rows)).await
    }

    /// Deletes the chunks of a document whose hash is not among these, and the facts that only they
    /// supported. After the new version is written. Returns how many chunks went.
    ///
    /// # Errors
    /// When Neo4j fails.
    pub async fn keep_only(&self, document: DocumentId, hashes: &[&str]) -> Result<u64, Failure> {
        let mut deleted = 0;
        loop {
            let delete = query(
                "match (c:Chunk) where c.document_id = $document and c.index >= 0
                     and not c.hash in $keep
                 with c limit $limit
                 optional match (f:Fact)-[:SUPPORTED_BY]->(c)
                 with collect(distinct c) as chunks, collect(distinct f) as facts
                 foreach (c in chunks | detach delete c)
                 with size(chunks) as count, facts
                 foreach (f in [f in facts where not exists {(f)-[:SUPPORTED_BY]->()}] |
                     detach delete f)
                 return count",
            );
            let keep: Vec<BoltType> = hashes.iter().map(|hash| (*hash).into()).collect();
            let delete = delete
                .param("document", document.to_string())
                .param("keep", keep)
                .param("limit", DELETED_AT_ONCE);
            match self.count(delete).await? {
                0 => return Ok(deleted),
                count => deleted += count,
            }
        }
    }

    /// Deletes a document, its chunks, and the facts that nothing else supports. What is being written
    /// for it at the same time finds it gone. Deleting what is not there is no failure.
    ///
    /// # Errors
    /// When Neo4j fails.
    pub async fn delete_document(&self, document: DocumentId) -> Result<u64, Failure> {
        let delete = query("match (d:Document {id: $id}) detach delete d");
        self.run(delete.param("id", document.to_string())).await?;
        self.keep_only(document, &[]).await
    }
}

pub(super) fn map<const N: usize>(entries: [(&str, BoltType); N]) -> BoltType {
    let entries = entries.into_iter().map(|(key, value)| (BoltString::from(key), value));
    BoltType::Map(entries.collect::<BoltMap>())
}

/// A UUID that Neo4j keeps as text.
pub(super) fn uuid(text: &str) -> Uuid {
    text.parse().unwrap_or_default()
}
