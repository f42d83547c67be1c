//! The project's own figures.

use chrono::{DateTime, Utc};
use platform::{Access, Editor, InProject, Result, audit};
use serde_json::json;
use shared::Language;
use shared::kpi::Inputs;
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

use crate::AppState;

/// A project's own figures, and who gave them.
pub(crate) struct InputsRow {
    pub(crate) inputs: Json<Inputs>,
    pub(crate) version: i32,
    pub(crate) changed_by: Uuid,
    pub(crate) changed_at: DateTime<Utc>,
}

/// None while nobody has given any.
pub(crate) async fn inputs(pool: &PgPool, project: InProject) -> Result<Option<InputsRow>> {
    let row = sqlx::query_as!(
        InputsRow,
        r#"
        select inputs as "inputs: _", version, changed_by, changed_at
        from kpi_inputs
        where project_id = $1
        "#,
        project.id().0,
    );
    Ok(row.fetch_optional(pool).await?)
}

/// The project's language, and the version of its own figures where it has some.
pub(crate) async fn head(pool: &PgPool, project: InProject) -> Result<(Language, Option<i32>)> {
    let row = sqlx::query!(
        r#"
        select p.language as "language: Language", i.version as "version?"
        from projects p
        left join kpi_inputs i on i.project_id = p.id
        where p.id = $1
        "#,
        project.id().0,
    );
    let row = row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Project"))?;
    Ok((row.language, row.version))
}

pub(crate) async fn language(pool: &PgPool, project: InProject) -> Result<Language> {
    Ok(head(pool, project).await?.0)
}

/// Puts figures in the place of those before.
pub(crate) async fn save_inputs(
    state: &AppState,
    access: Access<Editor>,
    inputs: Inputs,
) -> Result<InputsRow> {
    let now = state.base.clock.now();
    let mut transaction = state.base.pool.begin().await?;
    let row = sqlx::query_as!(
        InputsRow,
        r#"
        insert into kpi_inputs (project_id, inputs, changed_by, changed_at)
        values ($1, $2, $3, $4)
        on conflict (project_id) do update
        set inputs = excluded.inputs,
            version = kpi_inputs.version + 1,
            changed_by = excluded.changed_by,
            changed_at = excluded.changed_at
        returning inputs as "inputs: _", version, changed_by, changed_at
        "#,
        access.project_id().0,
        Json(&inputs) as _,
        access.account_id().0,
        now,
    )
    .fetch_one(&mut *transaction)
    .await?;
    let entry = audit::Entry {
        account_id: access.account_id(),
        project_id: Some(access.project_id()),
        subject_kind: "project",
        subject_id: access.project_id().0,
        action: "kpi",
        details: Some(json!({ "inputs": row.version, "rows": inputs.figures.len() })),
    };
    audit::record(&mut *transaction, &state.base.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok(row)
}
