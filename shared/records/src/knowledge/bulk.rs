//! Whole collections at once, and whole scopes away.

use neo4rs::{BoltType, query};
use shared::knowledge::Scope;

use super::write::{Document, Embedded, map};
use super::{GraphFailure, Knowledge};

// Chosen by hand.
const DELETED_AT_ONCE: i64 = 2_000;

impl Knowledge {
    /// Writes many documents that are not there yet, each with all of its chunks. One statement: the
    /// caller sees to its size, some hundred chunks.
    ///
    /// # Errors
    /// [`GraphFailure::WrongLength`], or when Neo4j fails, also because a document is there.
    pub async fn write_new(
        &self,
        documents: &[(Document, Vec<Embedded<'_>>)],
    ) -> Result<(), GraphFailure> {
        let rows: Vec<BoltType> = documents
            .iter()
            .map(|(document, chunks)| {
                let rows = chunks.iter().map(|chunk| self.row(document, chunk));
                let rows: Vec<BoltType> = rows.collect::<Result<_, _>>()?;
                Ok(map([
                    ("id", document.id.to_string().into()),
                    ("scope", document.scope.key().into()),
                    ("title", document.title.as_str().into()),
                    ("language", document.language.as_str().into()),
                    ("version", i64::from(document.version).into()),
                    ("chunks", rows.into()),
                ]))
            })
            .collect::<Result<_, GraphFailure>>()?;
        let write = query(
            "unwind $rows as row
             create (d:Document {
                 id: row.id, scope: row.scope, title: row.title, language: row.language,
                 version: row.version})
             with row unwind row.chunks as chunk
             create (c:Chunk {document_id: row.id, hash: chunk.hash, scope: row.scope})
             set c += chunk.properties
             with c, chunk call db.create.setNodeVectorProperty(c, 'embedding', chunk.embedding)
             return count(c) as count",
        );
        self.count(write.param("rows", rows)).await.map(drop)
    }

    /// How many chunks a scope has.
    pub async fn size(&self, scope: Scope) -> Result<u64, GraphFailure> {
        let size = query("match (c:Chunk {scope: $scope}) return count(c) as count");
        self.count(size.param("scope", scope.key())).await
    }

    /// Deletes everything of a scope: documents, chunks and facts, which are of one scope only. The
    /// documents go first, so that who is writing one finds it gone. Broken off, it can be repeated.
    pub async fn delete_scope(&self, scope: Scope) -> Result<(), GraphFailure> {
        for label in ["Document", "Chunk", "Fact"] {
            let delete = format!(
                "match (n:{label} {{scope: $scope}}) with n limit $limit
                 detach delete n return count(n) as count"
            );
            let delete =
                || query(&delete).param("scope", scope.key()).param("limit", DELETED_AT_ONCE);
            while self.count(delete()).await? > 0 {}
        }
        Ok(())
    }
}
