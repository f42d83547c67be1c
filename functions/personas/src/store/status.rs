//! Where a persona stands.

use chrono::{DateTime, Utc};
use platform::{Editor, Result, audit};
use records::persona::OfPersona;
use serde_json::json;
use shared::Error;

use crate::AppState;
use crate::status::Status;

/// Changes the status of a living persona where the caller's role allows that step. Returns the one before.
pub(crate) async fn change_status(
    state: &AppState,
    persona: &OfPersona<Editor>,
    (to, reason): (Status, Option<&str>),
    now: DateTime<Utc>,
) -> Result<Status> {
    let (project, id) = (persona.access.project_id(), persona.id);
    let mut transaction = state.base.pool.begin().await?;
    let from = sqlx::query_scalar!(
        r#"
        select status as "status: Status"
        from personas
        where project_id = $1 and id = $2 and deleted_at is null
        for no key update
        "#,
        project.0,
        id.0,
    );
    let from = from.fetch_optional(&mut *transaction).await?.ok_or(Error::NotFound("Persona"))?;
    let role = from.role_for(to).ok_or_else(|| {
        let (from, to) = (from.as_str(), to.as_str());
        Error::Conflict(format!("A persona that is {from} cannot become {to}"))
    })?;
    if persona.access.role() < role {
        return Err(Error::Forbidden(role.needed()).into());
    }
    if from == to {
        return Ok(from);
    }
    sqlx::query!(
        r#"
        update personas
        set status = $3, updated_at = $4, version = version + 1
        where project_id = $1 and id = $2
        "#,
        project.0,
        id.0,
        to.as_str(),
        now,
    )
    .execute(&mut *transaction)
    .await?;
    let details = json!({ "from": from.as_str(), "to": to.as_str(), "reason": reason });
    audit::record(&mut *transaction, &state.base.ids, now, &persona.entry("change", details))
        .await?;
    transaction.commit().await?;
    Ok(from)
}
