//! What happened to a person, as the audit log has it.

use chrono::{DateTime, Utc};
use platform::{InProject, Result};
use serde::Serialize;
use serde_json::Value;
use shared::id::{AccountId, PersonaId};
use sqlx::PgPool;
use uuid::Uuid;

/// As many lines as the details show.
const LINES: i64 = 20;

/// A line of the audit log, without address and browser.
#[derive(Debug, Serialize)]
pub(crate) struct AuditLine {
    pub(crate) id: Uuid,
    pub(crate) action: String,
    pub(crate) details: Option<Value>,
    pub(crate) user_id: Option<AccountId>,
    pub(crate) timestamp: DateTime<Utc>,
}

/// The newest lines about a person of the project.
pub(crate) async fn trail(
    pool: &PgPool,
    project: InProject,
    persona: PersonaId,
) -> Result<Vec<AuditLine>> {
    let rows = sqlx::query!(
        r#"
        select id, action, details, account_id, at
        from audit_log
        where project_id = $1 and subject_id = $2
        order by at desc, id desc
        limit $3
        "#,
        project.id().0,
        persona.0,
        LINES,
    );
    let lines = rows.fetch_all(pool).await?.into_iter().map(|row| AuditLine {
        id: row.id,
        action: row.action,
        details: row.details,
        user_id: row.account_id.map(AccountId),
        timestamp: row.at,
    });
    Ok(lines.collect())
}
