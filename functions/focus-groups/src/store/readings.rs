//! What was read in answers, and what was summed up.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::{Access, Error, Ids, Result, Viewer};
use serde_json::Value;
use shared::discussion::reading::Reading;
use shared::discussion::summary::{Digest, Summary};
use shared::id::{FocusGroupId, RunId, TurnId};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// What was read in the answers of a discussion, and how many of them the lexicon read.
pub(crate) async fn readings(
    pool: &PgPool,
    run: RunId,
) -> Result<(BTreeMap<TurnId, Reading>, usize)> {
    let rows = sqlx::query!(
        r#"
        select
            r.turn_id, r.sentiment, r.read_by,
            r.concepts as "concepts: Json<Value>",
            r.emotions as "emotions: Json<Value>"
        from focus_group_readings r
        join focus_group_turns t on t.id = r.turn_id
        where t.run_id = $1
        "#,
        run.0,
    )
    .fetch_all(pool)
    .await?;
    let by_lexicon = rows.iter().filter(|row| row.read_by == "lexicon").count();
    let readings = rows.into_iter().map(|row| {
        let reading = Reading {
            sentiment: row.sentiment,
            concepts: serde_json::from_value(row.concepts.0)?,
            emotions: serde_json::from_value(row.emotions.0)?,
        };
        Ok((TurnId(row.turn_id), reading))
    });
    let readings: serde_json::Result<_> = readings.collect();
    Ok((readings.map_err(malformed)?, by_lexicon))
}

fn malformed(error: serde_json::Error) -> Error {
    Error::Internal(error.into())
}

/// What changes when an answer of a discussion is read, or read again.
pub(crate) async fn edition(pool: &PgPool, run: RunId) -> Result<String> {
    let edition = sqlx::query_scalar!(
        r#"
        select coalesce(
            md5(string_agg(
                concat_ws(' ', r.turn_id, r.read_by, extract(epoch from r.read_at)),
                ',' order by r.turn_id
            )),
            ''
        ) as "edition!"
        from focus_group_readings r
        join focus_group_turns t on t.id = r.turn_id
        where t.run_id = $1
        "#,
        run.0,
    );
    Ok(edition.fetch_one(pool).await?)
}

/// Keeps a group and these of its answers until the transaction ends; first the group, as a purge does. Summaries that
/// end at once are numbered one after the other by that. False when the group is deleted, or when an answer is gone
/// with who gave it.
pub(crate) async fn hold(
    connection: &mut PgConnection,
    group: FocusGroupId,
    answers: &[TurnId],
) -> Result<bool> {
    let there =
        sqlx::query!("select id from focus_groups where id = $1 for no key update", group.0);
    if there.fetch_optional(&mut *connection).await?.is_none() {
        return Ok(false);
    }
    let ids: Vec<Uuid> = answers.iter().map(|id| id.0).collect();
    let held = sqlx::query_scalar!(
        "select id from focus_group_turns where id = any($1) and said is not null for share",
        &ids,
    );
    Ok(held.fetch_all(connection).await?.len() == ids.len())
}

/// Stores what was read; a later reading replaces an earlier one, but the lexicon's never a model's.
pub(crate) async fn save_readings(
    connection: &mut PgConnection,
    readings: &BTreeMap<TurnId, Reading>,
    read_by: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let ids: Vec<Uuid> = readings.keys().map(|id| id.0).collect();
    let tones: Vec<f32> = readings.values().map(|reading| reading.sentiment).collect();
    let concepts = readings.values().map(|reading| serde_json::to_value(&reading.concepts));
    let concepts: Vec<Value> = concepts.collect::<Result<_, _>>().map_err(malformed)?;
    let emotions = readings.values().map(|reading| serde_json::to_value(&reading.emotions));
    let emotions: Vec<Value> = emotions.collect::<Result<_, _>>().map_err(malformed)?;
    sqlx::query!(
        r#"
        insert into focus_group_readings (turn_id, sentiment, concepts, emotions, read_by, read_at)
        select turn_id, sentiment, concepts, emotions, $5, $6
        from unnest($1::uuid[], $2::real[], $3::jsonb[], $4::jsonb[])
            as t (turn_id, sentiment, concepts, emotions)
        on conflict (turn_id) do update
        set sentiment = excluded.sentiment,
            concepts = excluded.concepts,
            emotions = excluded.emotions,
            read_by = excluded.read_by,
            read_at = excluded.read_at
        where excluded.read_by <> 'lexicon' or focus_group_readings.read_by = 'lexicon'
        "#,
        &ids,
        &tones,
        &concepts,
        &emotions,
        read_by,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What was found so far by a run that sums up.
pub(crate) async fn digests(pool: &PgPool, work: RunId) -> Result<BTreeMap<u32, Digest>> {
    let rows = sqlx::query!(
        r#"
        select chunk, digest as "digest: Json<Digest>"
        from focus_group_digests
        where run_id = $1
        "#,
        work.0,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.chunk.cast_unsigned(), row.digest.0)).collect())
}

/// Stores what was found in some of the answers, once.
pub(crate) async fn save_digest(
    connection: &mut PgConnection,
    work: RunId,
    chunk: u32,
    digest: &Digest,
) -> Result<bool> {
    let result = sqlx::query!(
        r#"
        insert into focus_group_digests (run_id, chunk, digest)
        values ($1, $2, $3)
        on conflict (run_id, chunk) do nothing
        "#,
        work.0,
        chunk.cast_signed(),
        Json(digest) as _,
    )
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Stores a summary as the next version of its group, which is held ([`hold`]), once for the run that made it.
pub(crate) async fn save_summary(
    connection: &mut PgConnection,
    ids: &Ids,
    work: RunId,
    summary: &Summary,
) -> Result<bool> {
    let result = sqlx::query!(
        r#"
        insert into focus_group_summaries
            (id, focus_group_id, run_id, work_run_id, version, summary, created_at)
        select
            $1, $2, $3, $4, n.version,
            jsonb_set($5::jsonb, '{metadata,version}', to_jsonb(n.version)),
            $6
        from (
            select coalesce(max(version), 0) + 1 as version
            from focus_group_summaries
            where focus_group_id = $2
        ) as n
        on conflict on constraint focus_group_summaries_work_key do nothing
        "#,
        ids.next::<Uuid>(),
        summary.metadata.focus_group_id.0,
        summary.metadata.run_id.0,
        work.0,
        Json(summary) as _,
        summary.metadata.generated_at,
    )
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// The newest summary of a group, of the run that is shown or of an earlier one.
pub(crate) async fn latest_summary(
    pool: &PgPool,
    access: Access<Viewer>,
    group: FocusGroupId,
) -> Result<Option<Summary>> {
    let summary = sqlx::query_scalar!(
        r#"
        select s.summary as "summary: Json<Summary>"
        from focus_group_summaries s
        join focus_groups g on g.id = s.focus_group_id
        where g.project_id = $1 and g.id = $2
        order by s.version desc
        limit 1
        "#,
        access.project_id().0,
        group.0,
    );
    Ok(summary.fetch_optional(pool).await?.map(|summary| summary.0))
}

pub(crate) async fn summary_of(pool: &PgPool, work: RunId) -> Result<Option<Summary>> {
    let summary = sqlx::query_scalar!(
        r#"
        select summary as "summary: Json<Summary>"
        from focus_group_summaries
        where work_run_id = $1
        "#,
        work.0,
    );
    Ok(summary.fetch_optional(pool).await?.map(|summary| summary.0))
}

pub(crate) async fn failed(pool: &PgPool, work: RunId) -> Result<Vec<u32>> {
    let items = sqlx::query_scalar!("select item from run_failures where run_id = $1", work.0);
    Ok(items.fetch_all(pool).await?.into_iter().map(i32::cast_unsigned).collect())
}

/// What a run was told, for its worker.
pub(crate) async fn input(pool: &PgPool, run: RunId) -> Result<Option<Value>> {
    let input = sqlx::query_scalar!("select input from runs where id = $1", run.0);
    Ok(input.fetch_optional(pool).await?)
}
