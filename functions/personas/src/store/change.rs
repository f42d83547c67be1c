//! Deleting personas and bringing them back.

use chrono::{DateTime, Utc};
use platform::{Editor, Error, Result, audit};
use records::persona::OfPersona;
use serde_json::json;
use shared::persona::{Card, label};
use sqlx::types::Json;

use crate::AppState;
use crate::deletion::DeletePersona;

/// Result of bringing a persona back.
pub(crate) enum Restore {
    /// It is back.
    Done { full_name: String },
    /// It was never gone.
    NotDeleted,
    /// It was deleted too long ago.
    TooLate { deleted_at: DateTime<Utc> },
}

/// Deletes a living persona and returns its name. One statement decides: of two at once, one wins.
pub(crate) async fn delete(
    state: &AppState,
    persona: &OfPersona<Editor>,
    request: &DeletePersona,
    now: DateTime<Utc>,
) -> Result<String> {
    let mut transaction = state.base.pool.begin().await?;
    let card = sqlx::query_scalar!(
        r#"
        update personas
        set deleted_at = $3, deleted_by = $4, updated_at = $3, version = version + 1
        where project_id = $1 and id = $2 and deleted_at is null
        returning card as "card: Json<Card>"
        "#,
        persona.access.project_id().0,
        persona.id.0,
        now,
        persona.access.account_id().0,
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let card = card.ok_or(shared::Error::NotFound("Persona"))?;
    let details = serde_json::to_value(request).map_err(|error| Error::Internal(error.into()))?;
    let entry = persona.entry("delete", details);
    audit::record(&mut *transaction, &state.base.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok(label::full_name(&card))
}

/// Brings back a persona that was deleted at `since` or later.
pub(crate) async fn restore(
    state: &AppState,
    persona: &OfPersona<Editor>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Restore> {
    let mut transaction = state.base.pool.begin().await?;
    let row = sqlx::query!(
        r#"
        select card as "card: Json<Card>", deleted_at
        from personas
        where project_id = $1 and id = $2
        for no key update
        "#,
        persona.access.project_id().0,
        persona.id.0,
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let row = row.ok_or(shared::Error::NotFound("Persona"))?;
    let Some(deleted_at) = row.deleted_at else { return Ok(Restore::NotDeleted) };
    if deleted_at < since {
        return Ok(Restore::TooLate { deleted_at });
    }
    sqlx::query!(
        r#"
        update personas
        set deleted_at = null, deleted_by = null, updated_at = $3, version = version + 1
        where project_id = $1 and id = $2
        "#,
        persona.access.project_id().0,
        persona.id.0,
        now,
    )
    .execute(&mut *transaction)
    .await?;
    let entry = persona.entry("undo_delete", json!({ "source": "undo" }));
    audit::record(&mut *transaction, &state.base.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok(Restore::Done { full_name: label::full_name(&row.card) })
}
