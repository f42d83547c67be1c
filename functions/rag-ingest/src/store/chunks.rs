//! The rows of chunks.

use platform::Result;
use records::knowledge::chunk_id;
use serde_json::Value;
use shared::id::{ChunkId, DocumentId};
use shared::knowledge::{Chunk, EmbeddingModel};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// A chunk with everything that the graph takes of it.
#[derive(Debug, Clone)]
pub(crate) struct ChunkRow {
    pub(crate) id: ChunkId,
    pub(crate) hash: String,
    pub(crate) position: i32,
    pub(crate) text: String,
    pub(crate) headings: Vec<String>,
    pub(crate) page_from: Option<i32>,
    pub(crate) page_to: Option<i32>,
    pub(crate) tokens: i32,
    pub(crate) embedding: Option<Vec<f32>>,
}

impl ChunkRow {
    /// What is embedded and asked about: the headings above it, and the text.
    pub(crate) fn in_context(&self) -> String {
        let mut text = String::new();
        for heading in &self.headings {
            text.push_str(heading);
            text.push('\n');
        }
        text + &self.text
    }
}

/// Makes a document's chunks those of this version: what has not changed stays with its vector and its
/// facts, at its new place.
pub(crate) async fn replace(
    connection: &mut PgConnection,
    document: DocumentId,
    chunks: &[Chunk],
) -> Result<()> {
    let hashes: Vec<&str> = chunks.iter().map(|chunk| chunk.hash.as_str()).collect();
    sqlx::query!(
        "delete from chunks where document_id = $1 and hash <> all($2)",
        document.0,
        &hashes as _,
    )
    .execute(&mut *connection)
    .await?;
    let made: Vec<Uuid> = chunks.iter().map(|chunk| chunk_id(document, &chunk.hash).0).collect();
    let positions: Vec<i32> = chunks.iter().map(|chunk| chunk.index.cast_signed()).collect();
    let texts: Vec<&str> = chunks.iter().map(|chunk| chunk.text.as_str()).collect();
    // PostgreSQL's arrays are rectangles, so headings travel as JSON.
    let headings: Vec<Value> = chunks.iter().map(|chunk| chunk.headings.clone().into()).collect();
    let page = |page: Option<u32>| page.map(u32::cast_signed);
    let from: Vec<Option<i32>> = chunks.iter().map(|chunk| page(chunk.page_from)).collect();
    let to: Vec<Option<i32>> = chunks.iter().map(|chunk| page(chunk.page_to)).collect();
    let tokens: Vec<i32> = chunks.iter().map(|chunk| chunk.tokens.cast_signed()).collect();
    sqlx::query!(
        r#"
        insert into chunks
            (id, document_id, hash, position, text, headings, page_from, page_to, tokens)
        select
            id, $1, hash, position, text,
            array(select jsonb_array_elements_text(headings)),
            page_from, page_to, tokens
        from unnest(
            $2::uuid[], $3::text[], $4::int[], $5::text[], $6::jsonb[], $7::int[], $8::int[],
            $9::int[]
        ) as t (id, hash, position, text, headings, page_from, page_to, tokens)
        on conflict on constraint chunks_hash_key do update
        set position = excluded.position,
            page_from = excluded.page_from,
            page_to = excluded.page_to
        "#,
        document.0,
        &made,
        &hashes as _,
        &positions,
        &texts as _,
        &headings,
        &from as _,
        &to as _,
        &tokens,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Chunks from this place on, in order, at most so many.
pub(crate) async fn chunks(
    pool: &PgPool,
    document: DocumentId,
    from: i32,
    most: i64,
) -> Result<Vec<ChunkRow>> {
    let rows = sqlx::query_as!(
        ChunkRow,
        r#"
        select
            id as "id: _", hash, position, text, headings, page_from, page_to, tokens, embedding
        from chunks
        where document_id = $1 and position >= $2
        order by position
        limit $3
        "#,
        document.0,
        from,
        most,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Chunks without a vector of this model, in order, at most so many.
pub(crate) async fn chunks_to_embed(
    pool: &PgPool,
    document: DocumentId,
    model: &str,
    most: i64,
) -> Result<Vec<ChunkRow>> {
    let rows = sqlx::query_as!(
        ChunkRow,
        r#"
        select
            id as "id: _", hash, position, text, headings, page_from, page_to, tokens,
            null::real[] as embedding
        from chunks
        where document_id = $1 and embedded_by is distinct from $2
        order by position
        limit $3
        "#,
        document.0,
        model,
        most,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Names a model and the length of its vectors, as `chunks.embedded_by` has it.
pub(crate) fn model_key(model: &EmbeddingModel) -> String {
    format!("{}/{}", model.name, model.dimensions)
}

/// Keeps vectors, one for each of these chunks.
pub(crate) async fn save_embeddings(
    connection: &mut PgConnection,
    chunks: &[ChunkRow],
    model: &str,
    vectors: &[Vec<f32>],
) -> Result<()> {
    for (chunk, vector) in chunks.iter().zip(vectors) {
        sqlx::query!(
            "update chunks set embedding = $2, embedded_by = $3 where id = $1",
            chunk.id.0,
            vector,
            model,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Chunks whose facts nobody has looked for yet.
pub(crate) async fn chunks_to_ask(pool: &PgPool, document: DocumentId) -> Result<Vec<ChunkRow>> {
    let rows = sqlx::query_as!(
        ChunkRow,
        r#"
        select
            id as "id: _", hash, position, text, headings, page_from, page_to, tokens,
            null::real[] as embedding
        from chunks
        where document_id = $1 and facts is null and facts_failure is null
        order by position
        "#,
        document.0,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Keeps what was found in a chunk.
pub(crate) async fn save_facts(
    connection: &mut PgConnection,
    chunk: ChunkId,
    facts: &Value,
) -> Result<()> {
    sqlx::query!(
        "update chunks set facts = $2, facts_failure = null where id = $1",
        chunk.0,
        facts,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps why nothing was found in a chunk.
pub(crate) async fn note_no_facts(
    connection: &mut PgConnection,
    chunk: ChunkId,
    why: &str,
) -> Result<()> {
    sqlx::query!("update chunks set facts_failure = $2 where id = $1", chunk.0, why)
        .execute(connection)
        .await?;
    Ok(())
}

/// What the model said about a chunk, or how it failed. Neither when it has not been asked.
pub(crate) struct Answer {
    pub(crate) id: ChunkId,
    pub(crate) facts: Option<Value>,
    pub(crate) failure: Option<String>,
}

/// The model's answers about a document's chunks, in order.
pub(crate) async fn answers(pool: &PgPool, document: DocumentId) -> Result<Vec<Answer>> {
    let rows = sqlx::query_as!(
        Answer,
        r#"
        select id as "id: _", facts, facts_failure as failure
        from chunks
        where document_id = $1
        order by position
        "#,
        document.0,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// True when chunks of a document have no facts because nobody could be asked, or no answer be used, it has no
/// more chunks than are asked about, and nobody is asking.
pub(crate) async fn lacks_facts(
    connection: &mut PgConnection,
    document: DocumentId,
    most: u32,
) -> Result<bool> {
    let lacks = sqlx::query_scalar!(
        r#"
        select bool_or(c.facts is null) and count(*) <= $2 as "lacks?"
        from chunks c
        join documents d on d.id = c.document_id
        left join runs r on r.id = d.run_id
        where d.id = $1
            and (
                d.step = 'done'
                or d.step = 'written' and r.status is distinct from 'queued'
                    and r.status is distinct from 'running'
            )
        "#,
        document.0,
        i64::from(most),
    );
    Ok(lacks.fetch_one(connection).await?.unwrap_or(false))
}

/// Has every chunk asked about again that gave nothing.
pub(crate) async fn ask_again(connection: &mut PgConnection, document: DocumentId) -> Result<()> {
    sqlx::query!(
        "update chunks set facts_failure = null where document_id = $1 and facts_failure is not null",
        document.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn count(pool: &PgPool, document: DocumentId) -> Result<u32> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from chunks where document_id = $1"#,
        document.0,
    );
    Ok(u32::try_from(count.fetch_one(pool).await?).unwrap_or(u32::MAX))
}
