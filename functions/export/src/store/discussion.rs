//! Talks on their way out.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::{InProject, Result};
use serde::Serialize;
use shared::discussion::Mode;
use shared::discussion::reading::{Concept, Felt};
use shared::discussion::summary::Summary;
use shared::id::{RunId, TurnId};
use shared::persona::Card;
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// A focus group that has talked, as its JSON has it.
#[derive(Serialize)]
pub(crate) struct Group {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) project_context: Option<String>,
    pub(crate) questions: Vec<String>,
    pub(crate) mode: Mode,
    pub(crate) persona_ids: Vec<Uuid>,
    pub(crate) target_participants: i32,
    /// The run that is shown.
    pub(crate) run_id: Option<Uuid>,
    pub(crate) created_by: Uuid,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

/// It, with the times of the run that is shown.
pub(crate) async fn group(pool: &PgPool, project: InProject, id: Uuid) -> Result<Group> {
    let row = sqlx::query_as!(
        Group,
        r#"
        select
            g.id, g.name, g.description, g.project_context, g.questions, g.mode as "mode: _",
            g.persona_ids, g.target_participants, g.run_id, g.created_by, g.created_at, g.updated_at,
            r.started_at as "started_at?",
            r.finished_at as "finished_at?"
        from focus_groups g
        left join runs r on r.id = g.run_id
        where g.project_id = $1 and g.id = $2
        "#,
        project.id().0,
        id,
    );
    Ok(row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Focus group"))?)
}

/// The summaries of what was said in a run, the newest first.
pub(crate) async fn summaries(
    pool: &PgPool,
    project: InProject,
    run: RunId,
) -> Result<Vec<Summary>> {
    let rows = sqlx::query_scalar!(
        r#"
        select s.summary as "summary: Json<Summary>"
        from focus_group_summaries s
        join focus_groups g on g.id = s.focus_group_id
        where g.project_id = $1 and s.run_id = $2
        order by s.version desc
        "#,
        project.id().0,
        run.0,
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|summary| summary.0).collect())
}

/// What was read in a turn, and by whom.
#[derive(Serialize)]
pub(crate) struct ReadingRow {
    #[serde(skip)]
    pub(crate) turn_id: Uuid,
    pub(crate) sentiment: f32,
    pub(crate) concepts: Json<Vec<Concept>>,
    pub(crate) emotions: Json<Vec<Felt>>,
    pub(crate) read_by: String,
    pub(crate) read_at: DateTime<Utc>,
}

/// What was read in the turns of a run, by turn.
pub(crate) async fn readings(
    pool: &PgPool,
    project: InProject,
    run: RunId,
) -> Result<BTreeMap<TurnId, ReadingRow>> {
    let rows = sqlx::query_as!(
        ReadingRow,
        r#"
        select
            r.turn_id, r.sentiment, r.concepts as "concepts: _", r.emotions as "emotions: _", r.read_by,
            r.read_at
        from focus_group_readings r
        join focus_group_turns t on t.id = r.turn_id
        join focus_groups g on g.id = t.focus_group_id
        where g.project_id = $1 and t.run_id = $2
        "#,
        project.id().0,
        run.0,
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (TurnId(row.turn_id), row)).collect())
}

/// The cards of these people of the project, deleted or not.
pub(crate) async fn cards(
    pool: &PgPool,
    project: InProject,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Card>> {
    let rows = sqlx::query!(
        r#"
        select id, card as "card: Json<Card>"
        from personas
        where project_id = $1 and id = any($2)
        "#,
        project.id().0,
        ids,
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.card.0)).collect())
}
