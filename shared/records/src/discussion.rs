//! Focus groups in PostgreSQL, as far as more than one function reads them: who may, and the turns.

pub mod graph;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;
use shared::discussion::{Act, Setting, Turn, TurnKind};
use shared::id::{FocusGroupId, PersonaId, RunId, TurnId};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use platform::{InProject, Result};

use crate::subject::{Of, subject};

/// A focus group, deleted or not.
pub enum FocusGroup {}

subject!(
    FocusGroup,
    FocusGroupId,
    "focus_group_id",
    "Focus group",
    "focus_group",
    "focus_groups",
    ""
);

/// The route's focus group, and what its caller may do with it.
pub type OfFocusGroup<L> = Of<FocusGroup, L>;

/// A turn with what the database knows beside it.
#[derive(Debug, Clone)]
pub struct StoredTurn {
    pub id: TurnId,
    pub turn: Turn,
    /// Whose it is; none is the moderator's.
    pub persona_id: Option<PersonaId>,
    pub written_by: Option<String>,
    pub is_simulated: bool,
    pub prompt_version: Option<String>,
    pub latency_ms: Option<i32>,
    pub created_at: DateTime<Utc>,
    /// Whether its speaker was purged, and their words with them.
    pub is_removed: bool,
}

/// How many people of a discussion were removed for good: their turns have no words any more.
pub fn people_removed(turns: &[StoredTurn]) -> usize {
    let removed = turns.iter().filter(|stored| stored.is_removed);
    removed.filter_map(|stored| stored.persona_id).collect::<BTreeSet<_>>().len()
}

/// The turns of a run in their order; none of a run of another project.
pub async fn turns(pool: &PgPool, of: InProject, run: RunId) -> Result<Vec<StoredTurn>> {
    let rows = sqlx::query!(
        r#"
        select
            id, number, question, kind as "kind: TurnKind", persona_id, speaker, reply_to, addressed,
            act as "act: Act", stance, said,
            why, contradictions, written_by, is_simulated, prompt_version, latency_ms, created_at,
            is_removed
        from focus_group_turns
        where run_id = $1
            and exists (select from runs where id = $1 and project_id = $2)
        order by number
        "#,
        run.0,
        of.id().0,
    )
    .fetch_all(pool)
    .await?;
    let turns = rows.into_iter().map(|row| StoredTurn {
        id: row.id.into(),
        persona_id: row.persona_id.map(PersonaId),
        written_by: row.written_by,
        is_simulated: row.is_simulated,
        prompt_version: row.prompt_version,
        latency_ms: row.latency_ms,
        created_at: row.created_at,
        is_removed: row.is_removed,
        turn: Turn {
            number: row.number.cast_unsigned(),
            question: row.question.cast_unsigned(),
            kind: row.kind,
            speaker: row.speaker.and_then(|speaker| usize::try_from(speaker).ok()),
            reply_to: row.reply_to.map(i32::cast_unsigned),
            to: row.addressed.and_then(|to| usize::try_from(to).ok()),
            act: row.act,
            stance: row.stance.and_then(|stance| i8::try_from(stance).ok()),
            text: row.said,
            why: row.why.and_then(|why| serde_json::from_value(why).ok()),
            contradictions: row.contradictions.cast_unsigned(),
        },
    });
    Ok(turns.collect())
}

/// What a run was told; none when it is of another release that this one cannot read, or of another project.
pub async fn setting(pool: &PgPool, of: InProject, run: RunId) -> Result<Option<Setting>> {
    let input = sqlx::query_scalar!(
        r#"select input from runs where project_id = $1 and id = $2"#,
        of.id().0,
        run.0,
    )
    .fetch_optional(pool)
    .await?;
    Ok(input.and_then(|input| serde_json::from_value(input).ok()))
}

/// The turns that a run could not get, by reason.
pub async fn missing(pool: &PgPool, of: InProject, run: RunId) -> Result<BTreeMap<String, u32>> {
    let reasons = sqlx::query_scalar!(
        r#"
        select coalesce(jsonb_object_agg(reason, n), '{}') as "reasons!: Json<BTreeMap<String, u32>>"
        from (
            select f.reason, count(*) as n
            from run_failures f
            join runs r on r.id = f.run_id
            where r.project_id = $1 and r.id = $2
            group by f.reason
        ) as f
        "#,
        of.id().0,
        run.0,
    )
    .fetch_one(pool)
    .await?;
    Ok(reasons.0)
}

/// Stores a turn, once: the first one of its number stays, unless nobody said anything in it, and nothing is stored of
/// somebody who is purged. Returns whether it is new.
pub async fn insert_turn(
    connection: &mut PgConnection,
    group: FocusGroupId,
    run: RunId,
    stored: &StoredTurn,
) -> Result<bool> {
    let turn = &stored.turn;
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let why: Option<Value> = turn.why.and_then(|why| serde_json::to_value(why).ok());
    let result = sqlx::query!(
        r#"
        with speaker as (
            -- a purge waits for what is being stored, and finds it
            select id from personas where id = $7 for key share
        )
        insert into focus_group_turns
            (id, focus_group_id, run_id, number, question, kind, persona_id, speaker, reply_to,
             addressed, act, stance, said, why, contradictions, written_by, is_simulated, prompt_version,
             latency_ms, created_at)
        select
            $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20
        where $7::uuid is null or exists (select from speaker)
        on conflict on constraint focus_group_turns_number_key do update
        set kind = excluded.kind,
            persona_id = excluded.persona_id,
            speaker = excluded.speaker,
            reply_to = excluded.reply_to,
            addressed = excluded.addressed,
            act = excluded.act,
            stance = excluded.stance,
            said = excluded.said,
            why = excluded.why,
            contradictions = excluded.contradictions,
            written_by = excluded.written_by,
            is_simulated = excluded.is_simulated,
            prompt_version = excluded.prompt_version,
            latency_ms = excluded.latency_ms,
            created_at = excluded.created_at
        where focus_group_turns.said is null and not focus_group_turns.is_removed
        "#,
        stored.id.0,
        group.0,
        run.0,
        turn.number.cast_signed(),
        turn.question.cast_signed(),
        turn.kind.as_str(),
        stored.persona_id.map(|id| id.0),
        turn.speaker.map(count),
        turn.reply_to.map(u32::cast_signed),
        turn.to.map(count),
        turn.act.map(Act::as_str),
        turn.stance.map(i16::from),
        turn.text,
        why,
        turn.contradictions.cast_signed(),
        stored.written_by,
        stored.is_simulated,
        stored.prompt_version,
        stored.latency_ms,
        stored.created_at,
    )
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}
