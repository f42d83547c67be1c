//! The rows of projects.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::{Access, Admin, Caller, Editor, HeldRole, Result, Viewer, auth, runs};
use serde_json::json;
use shared::Language;
use shared::id::ProjectId;
use shared::role::Role;
use sqlx::PgPool;
use sqlx::types::Json;

use super::{budget, lend, record};
use crate::AppState;
use crate::project::{CreateProject, ProjectView, UpdateProject, Weights};

/// A row with the caller's role and, in lists, how many there are.
struct ProjectRow {
    id: ProjectId,
    name: String,
    description: Option<String>,
    target_audience: Option<String>,
    research_objectives: Option<String>,
    additional_notes: Option<String>,
    language: Language,
    target_demographics: Json<Weights>,
    target_sample_size: i32,
    chi_square_statistic: Option<Json<BTreeMap<String, f64>>>,
    p_values: Option<Json<BTreeMap<String, f64>>>,
    is_statistically_valid: bool,
    validation_date: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    role: Role,
    total: i64,
}

impl From<ProjectRow> for ProjectView {
    fn from(row: ProjectRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            description: row.description,
            target_audience: row.target_audience,
            research_objectives: row.research_objectives,
            additional_notes: row.additional_notes,
            language: row.language,
            target_demographics: row.target_demographics.0,
            target_sample_size: row.target_sample_size,
            chi_square_statistic: row.chi_square_statistic.map(|json| json.0),
            p_values: row.p_values.map(|json| json.0),
            is_statistically_valid: row.is_statistically_valid,
            validation_date: row.validation_date,
            created_at: row.created_at,
            updated_at: row.updated_at,
            is_active: true,
            role: row.role,
        }
    }
}

pub(crate) async fn insert(
    state: &AppState,
    caller: &Caller,
    project: CreateProject,
) -> Result<ProjectView> {
    let id: ProjectId = state.base.ids.next();
    let now = state.base.clock.now();
    let mut transaction = state.base.pool.begin().await?;
    auth::hold(&mut transaction, caller.account_id).await?;
    sqlx::query!(
        r#"
        insert into projects
            (id, owner_id, name, description, target_audience, research_objectives,
             additional_notes, language, target_demographics, target_sample_size, created_at,
             updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
        "#,
        id.0,
        caller.account_id.0,
        project.name.trim(),
        project.description,
        project.target_audience,
        project.research_objectives,
        project.additional_notes,
        project.language.unwrap_or_default().as_str(),
        Json(&project.target_demographics) as _,
        project.target_sample_size.unwrap_or(100),
        now,
    )
    .execute(&mut *transaction)
    .await?;
    budget::open(&mut transaction, id, state.first_cap).await?;
    let role = sqlx::query_scalar!(
        r#"
        insert into project_members (project_id, account_id, role, created_at)
        values ($1, $2, 'admin', $3)
        returning role as "role: HeldRole"
        "#,
        id.0,
        caller.account_id.0,
        now,
    )
    .fetch_one(&mut *transaction)
    .await?;
    let access = Access::<Admin>::grant(caller, id, Some(role), "Project")?;
    let is_lent = project.lend_library.unwrap_or(true);
    if is_lent {
        lend(&mut transaction, access.least(), now).await?;
    }
    let details = json!({ "created": true, "library_lent": is_lent });
    record(&mut transaction, state, access, "change", Some(details)).await?;
    transaction.commit().await?;
    get(&state.base.pool, access.least()).await
}

pub(crate) async fn get(pool: &PgPool, access: Access<Viewer>) -> Result<ProjectView> {
    let row = sqlx::query_as!(
        ProjectRow,
        r#"
        select
            p.id, p.name, p.description, p.target_audience, p.research_objectives,
            p.additional_notes, p.language as "language: _",
            p.target_demographics as "target_demographics: _",
            p.target_sample_size,
            p.chi_square_statistic as "chi_square_statistic: _",
            p.p_values as "p_values: _",
            p.is_statistically_valid, p.validation_date, p.created_at, p.updated_at,
            m.role as "role!: _",
            1::bigint as "total!"
        from projects p
        join project_roles m on m.project_id = p.id
        where p.id = $1 and m.account_id = $2
        "#,
        access.project_id().0,
        access.account_id().0,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.ok_or(shared::Error::NotFound("Project"))?.into())
}

pub(crate) async fn list(
    pool: &PgPool,
    caller: &Caller,
    skip: i64,
    limit: i64,
) -> Result<(Vec<ProjectView>, i64)> {
    let rows = sqlx::query_as!(
        ProjectRow,
        r#"
        select
            p.id, p.name, p.description, p.target_audience, p.research_objectives,
            p.additional_notes, p.language as "language: _",
            p.target_demographics as "target_demographics: _",
            p.target_sample_size,
            p.chi_square_statistic as "chi_square_statistic: _",
            p.p_values as "p_values: _",
            p.is_statistically_valid, p.validation_date, p.created_at, p.updated_at,
            m.role as "role!: _",
            count(*) over () as "total!"
        from project_roles m
        join projects p on p.id = m.project_id
        where m.account_id = $1
        order by p.created_at desc, p.id desc
        offset $2
        limit $3
        "#,
        caller.account_id.0,
        skip,
        limit,
    )
    .fetch_all(pool)
    .await?;
    let total = match rows.first() {
        Some(row) => row.total,
        None => count(pool, caller).await?,
    };
    Ok((rows.into_iter().map(ProjectView::from).collect(), total))
}

/// For a page past the end, where no row carries the total.
async fn count(pool: &PgPool, caller: &Caller) -> Result<i64> {
    let total = sqlx::query_scalar!(
        r#"
        select count(*) as "total!"
        from project_roles
        where account_id = $1
        "#,
        caller.account_id.0,
    );
    Ok(total.fetch_one(pool).await?)
}

pub(crate) async fn update(
    state: &AppState,
    access: Access<Editor>,
    change: &UpdateProject,
) -> Result<ProjectView> {
    let mut transaction = state.base.pool.begin().await?;
    // A statistic of another target says nothing about this one.
    let changed = sqlx::query!(
        r#"
        update projects
        set name = coalesce($2, name),
            description = coalesce($3, description),
            target_audience = coalesce($4, target_audience),
            research_objectives = coalesce($5, research_objectives),
            additional_notes = coalesce($6, additional_notes),
            language = coalesce($7, language),
            target_demographics = coalesce($8, target_demographics),
            target_sample_size = coalesce($9, target_sample_size),
            chi_square_statistic =
                case when $8 <> target_demographics then null else chi_square_statistic end,
            p_values = case when $8 <> target_demographics then null else p_values end,
            is_statistically_valid = is_statistically_valid
                and coalesce($8 = target_demographics, true),
            updated_at = $10
        where id = $1 and deleted_at is null
        "#,
        access.project_id().0,
        change.name.as_deref().map(str::trim),
        change.description,
        change.target_audience,
        change.research_objectives,
        change.additional_notes,
        change.language.map(Language::as_str),
        change.target_demographics.as_ref().map(Json) as _,
        change.target_sample_size,
        state.base.clock.now(),
    )
    .execute(&mut *transaction)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(shared::Error::NotFound("Project").into());
    }
    record(&mut transaction, state, access, "change", None).await?;
    transaction.commit().await?;
    get(&state.base.pool, access.least()).await
}

pub(crate) async fn delete(state: &AppState, access: Access<Admin>) -> Result<()> {
    let now = state.base.clock.now();
    let mut transaction = state.base.pool.begin().await?;
    let deleted = sqlx::query!(
        "update projects set deleted_at = $2, updated_at = $2 where id = $1 and deleted_at is null",
        access.project_id().0,
        now,
    )
    .execute(&mut *transaction)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(shared::Error::NotFound("Project").into());
    }
    runs::cancel_all(&mut transaction, access.project_id(), now).await?;
    record(&mut transaction, state, access, "delete", None).await?;
    transaction.commit().await?;
    Ok(())
}
