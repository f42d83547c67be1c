//! Focus groups as they are set up.

use chrono::{DateTime, Utc};
use platform::{Access, Editor, Error, Result, Viewer, audit, runs};
use records::discussion::OfFocusGroup;
use serde_json::json;
use shared::discussion::Mode;
use shared::id::{FocusGroupId, PersonaId, ProjectId};
use shared::run::RunStatus;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::AppState;

/// What a researcher sets.
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) project_context: Option<String>,
    pub(crate) persona_ids: Vec<PersonaId>,
    pub(crate) questions: Vec<String>,
    pub(crate) mode: Mode,
    /// None keeps what is there.
    pub(crate) target_participants: Option<i32>,
}

/// A focus group with its latest run.
pub(crate) struct GroupRow {
    pub(crate) id: FocusGroupId,
    pub(crate) project_id: ProjectId,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) project_context: Option<String>,
    pub(crate) persona_ids: Vec<Uuid>,
    pub(crate) questions: Vec<String>,
    pub(crate) mode: Mode,
    pub(crate) target_participants: i32,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) run_id: Option<Uuid>,
    pub(crate) run_status: Option<RunStatus>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    pub(crate) average_ms: Option<f64>,
}

impl GroupRow {
    /// From the first worker to the end.
    pub(crate) fn total_ms(&self) -> Option<i64> {
        Some((self.finished_at? - self.started_at?).num_milliseconds())
    }
}

/// Refuses people who are not of this project.
pub(crate) async fn check_people(
    pool: &PgPool,
    access: Access<Editor>,
    people: &[PersonaId],
) -> Result<()> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.0).collect();
    let known = sqlx::query_scalar!(
        "select id from personas where project_id = $1 and id = any($2)",
        access.project_id().0,
        &ids,
    )
    .fetch_all(pool)
    .await?;
    match people.iter().position(|id| !known.contains(&id.0)) {
        None => Ok(()),
        Some(i) => Err(Error::invalid(format!("persona_ids.{i}"), "is no persona of this project")),
    }
}

pub(crate) async fn insert(
    state: &AppState,
    access: Access<Editor>,
    new: &Written,
) -> Result<FocusGroupId> {
    let id: FocusGroupId = state.worker.base.ids.next();
    let now = state.worker.base.clock.now();
    let people: Vec<Uuid> = new.persona_ids.iter().map(|id| id.0).collect();
    let mut transaction = state.worker.base.pool.begin().await?;
    sqlx::query!(
        r#"
        insert into focus_groups
            (id, project_id, name, description, project_context, persona_ids, questions, mode,
             target_participants, created_by, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, 10), $10, $11, $11)
        "#,
        id.0,
        access.project_id().0,
        new.name,
        new.description,
        new.project_context,
        &people,
        &new.questions,
        new.mode.as_str(),
        new.target_participants,
        access.account_id().0,
        now,
    )
    .execute(&mut *transaction)
    .await?;
    record(&mut transaction, state, access, id, "change").await?;
    transaction.commit().await?;
    Ok(id)
}

/// Replaces what is set, while the group has never run.
pub(crate) async fn replace(
    state: &AppState,
    group: &OfFocusGroup<Editor>,
    new: &Written,
) -> Result<()> {
    let people: Vec<Uuid> = new.persona_ids.iter().map(|id| id.0).collect();
    let mut transaction = state.worker.base.pool.begin().await?;
    let result = sqlx::query!(
        r#"
        update focus_groups
        set name = $3,
            description = $4,
            project_context = $5,
            persona_ids = $6,
            questions = $7,
            mode = $8,
            target_participants = coalesce($9, target_participants),
            updated_at = $10
        where project_id = $1 and id = $2 and run_id is null
        "#,
        group.access.project_id().0,
        group.id.0,
        new.name,
        new.description,
        new.project_context,
        &people,
        &new.questions,
        new.mode.as_str(),
        new.target_participants,
        state.worker.base.clock.now(),
    )
    .execute(&mut *transaction)
    .await?;
    if result.rows_affected() == 0 {
        let why = "Can only update pending focus groups".to_owned();
        return Err(shared::Error::Refused(why).into());
    }
    record(&mut transaction, state, group.access, group.id, "change").await?;
    transaction.commit().await?;
    Ok(())
}

pub(crate) async fn delete(state: &AppState, group: &OfFocusGroup<Editor>) -> Result<()> {
    let now = state.worker.base.clock.now();
    let mut transaction = state.worker.base.pool.begin().await?;
    // Before its runs, as everybody locks them.
    sqlx::query!(
        "select id from focus_groups where project_id = $1 and id = $2 for update",
        group.access.project_id().0,
        group.id.0,
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let open = sqlx::query_scalar!(
        r#"
        select id
        from runs
        where project_id = $1 and subject_id = $2 and status in ('queued', 'running')
        "#,
        group.access.project_id().0,
        group.id.0,
    )
    .fetch_all(&mut *transaction)
    .await?;
    for run in open {
        runs::cancel(&mut transaction, run.into(), now).await?;
    }
    sqlx::query!(
        "delete from focus_groups where project_id = $1 and id = $2",
        group.access.project_id().0,
        group.id.0,
    )
    .execute(&mut *transaction)
    .await?;
    note_graph(&mut transaction, group, now).await?;
    record(&mut transaction, state, group.access, group.id, "delete").await?;
    transaction.commit().await?;
    Ok(())
}

/// Notes that the group's graph has to go, whatever becomes of the attempt that follows.
async fn note_graph(
    connection: &mut PgConnection,
    group: &OfFocusGroup<Editor>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into focus_group_graphs (focus_group_id, project_id, deleted_at)
        values ($1, $2, $3)
        on conflict do nothing
        "#,
        group.id.0,
        group.access.project_id().0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn record(
    connection: &mut PgConnection,
    state: &AppState,
    access: Access<Editor>,
    id: FocusGroupId,
    action: &'static str,
) -> Result<()> {
    let entry = audit::Entry {
        account_id: access.account_id(),
        project_id: Some(access.project_id()),
        subject_kind: "focus_group",
        subject_id: id.0,
        action,
        details: Some(json!({})),
    };
    audit::record(connection, &state.worker.base.ids, state.worker.base.clock.now(), &entry).await
}

pub(crate) async fn get(
    pool: &PgPool,
    access: Access<Viewer>,
    id: FocusGroupId,
) -> Result<GroupRow> {
    let row = sqlx::query_as!(
        GroupRow,
        r#"
        select
            g.id, g.project_id, g.name, g.description, g.project_context, g.persona_ids, g.questions,
            g.mode as "mode: _", g.target_participants, g.created_at, g.run_id,
            r.status as "run_status?: _",
            r.started_at as "started_at?",
            r.finished_at as "finished_at?",
            (select avg(latency_ms)::float8 from focus_group_turns where run_id = g.run_id)
                as average_ms
        from focus_groups g
        left join runs r on r.id = g.run_id
        where g.project_id = $1 and g.id = $2
        "#,
        access.project_id().0,
        id.0,
    );
    Ok(row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Focus group"))?)
}

/// A project's focus groups, newest first.
pub(crate) async fn list(
    pool: &PgPool,
    access: Access<Viewer>,
    skip: i64,
    limit: i64,
) -> Result<Vec<GroupRow>> {
    let rows = sqlx::query_as!(
        GroupRow,
        r#"
        select
            g.id, g.project_id, g.name, g.description, g.project_context, g.persona_ids, g.questions,
            g.mode as "mode: _", g.target_participants, g.created_at, g.run_id,
            r.status as "run_status?: _",
            r.started_at as "started_at?",
            r.finished_at as "finished_at?",
            (select avg(latency_ms)::float8 from focus_group_turns where run_id = g.run_id)
                as average_ms
        from focus_groups g
        left join runs r on r.id = g.run_id
        where g.project_id = $1
        order by g.created_at desc, g.id desc
        offset $2
        limit $3
        "#,
        access.project_id().0,
        skip,
        limit,
    );
    Ok(rows.fetch_all(pool).await?)
}

pub(crate) async fn count(pool: &PgPool, access: Access<Viewer>) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from focus_groups where project_id = $1"#,
        access.project_id().0,
    );
    Ok(count.fetch_one(pool).await?)
}
