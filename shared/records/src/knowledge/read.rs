//! What a found chunk says.

use std::collections::HashMap;

use neo4rs::{BoltMap, BoltString, BoltType, query};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use shared::Language;
use shared::knowledge::Scope;

use super::search::Neighbour;
use super::write::uuid;
use super::{GraphFailure, Knowledge, keys};

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Stored {
    pub(super) id: String,
    pub(super) document: String,
    pub(super) title: String,
    pub(super) scope: String,
    #[serde(deserialize_with = "language")]
    pub(super) language: Language,
    pub(super) index: u32,
    pub(super) text: String,
    pub(super) headings: Vec<String>,
    pub(super) page_from: Option<u32>,
    pub(super) page_to: Option<u32>,
    /// Its vector's nearness to the question's, 0–1 for cosines of -1–1.
    pub(super) nearness: Option<f64>,
}

#[derive(Deserialize)]
struct NeighbourRow {
    id: String,
    document: String,
    index: u32,
    text: String,
}

/// Chunks by document and place.
pub(super) type Places = HashMap<(String, u32), Neighbour>;

impl Knowledge {
    /// These chunks, in this order. One that was deleted meanwhile is left out.
    pub(super) async fn chunks(
        &self,
        ids: &[String],
        scopes: &[Scope],
        vector: &[f32],
    ) -> Result<Vec<Stored>, GraphFailure> {
        let read = query(
            "unwind range(0, size($ids) - 1) as rank
             match (c:Chunk {id: $ids[rank]}) where c.scope in $scopes
             match (d:Document {id: c.document_id})
             return c.id as id, c.document_id as document, d.title as title, c.scope as scope,
                 c.language as language, c.index as index, c.text as text, c.headings as headings,
                 c.page_from as page_from, c.page_to as page_to,
                 case when c.embedding is null or size($vector) <> size(c.embedding) then null
                     else vector.similarity.cosine(c.embedding, $vector) end as nearness
             order by rank",
        );
        self.rows(read.param("ids", ids).param("scopes", keys(scopes)).param("vector", vector))
            .await
    }

    /// The texts of up to `reach` chunks on either side of each.
    pub(super) async fn neighbours(
        &self,
        chunks: &[Stored],
        scopes: &[Scope],
        reach: u32,
    ) -> Result<Places, GraphFailure> {
        if reach == 0 || chunks.is_empty() {
            return Ok(Places::new());
        }
        let places: Vec<BoltType> = chunks.iter().map(|chunk| place(chunk, reach)).collect();
        let read = query(
            "unwind $places as place
             match (c:Chunk) where c.document_id = place.document
                 and c.index >= place.from and c.index <= place.to and c.scope in $scopes
             return distinct c.id as id, c.document_id as document, c.index as index, c.text as text",
        );
        let rows: Vec<NeighbourRow> =
            self.rows(read.param("places", places).param("scopes", keys(scopes))).await?;
        let neighbour = |row: NeighbourRow| {
            let chunk_id = uuid(&row.id)?.into();
            Ok(((row.document, row.index), Neighbour { chunk_id, text: row.text }))
        };
        rows.into_iter().map(neighbour).collect()
    }
}

fn language<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Language, D::Error> {
    let word = String::deserialize(deserializer)?;
    Language::parse(&word).ok_or_else(|| D::Error::custom(format!("`{word}` is no language")))
}

fn place(chunk: &Stored, reach: u32) -> BoltType {
    let entries: [(&str, BoltType); 3] = [
        ("document", chunk.document.as_str().into()),
        ("from", i64::from(chunk.index.saturating_sub(reach)).into()),
        ("to", i64::from(chunk.index.saturating_add(reach)).into()),
    ];
    let entries = entries.into_iter().map(|(key, value)| (BoltString::from(key), value));
    BoltType::Map(entries.collect::<BoltMap>())
}
