//! What is written about a persona, changed by hand.

use chrono::{DateTime, Utc};
use platform::{Editor, Result, audit};
use records::persona::OfPersona;
use serde_json::json;
use shared::persona::check::check;
use shared::persona::{Card, Manner};
use shared::{Error, Language};
use sqlx::types::Json;

use crate::AppState;
use crate::edit::{EditPersona, refused};

/// Changes the text of a living persona, with its line of the audit log: whose fields, never their words.
pub(crate) async fn edit(
    state: &AppState,
    persona: &OfPersona<Editor>,
    request: &EditPersona,
    now: DateTime<Utc>,
) -> Result<()> {
    let (project, id) = (persona.access.project_id(), persona.id);
    let mut transaction = state.base.pool.begin().await?;
    let row = sqlx::query!(
        r#"
        select
            version, language as "language: Language", card as "card: Json<Card>", headline, background_story,
            manner as "manner: Json<Manner>"
        from personas
        where project_id = $1 and id = $2 and deleted_at is null
        for no key update
        "#,
        project.0,
        id.0,
    );
    let row = row.fetch_optional(&mut *transaction).await?.ok_or(Error::NotFound("Persona"))?;
    if request.version().is_some_and(|seen| seen != row.version) {
        let conflict = "Somebody has changed this persona since: read it again";
        return Err(Error::Conflict(conflict.to_owned()).into());
    }
    let before = row.manner.0.text(row.headline, row.background_story);
    let after = request.apply(&before);
    let card = &row.card.0;
    refused(&check(card, &before, row.language), check(card, &after, row.language))?;
    if after == before {
        return Ok(());
    }
    let (headline, story, manner) = after.into_columns();
    sqlx::query!(
        r#"
        update personas
        set headline = $3,
            background_story = $4,
            manner = manner || $5,
            edited_by = $6,
            edited_at = $7,
            updated_at = $7,
            version = version + 1
        where project_id = $1 and id = $2
        "#,
        project.0,
        id.0,
        headline,
        story,
        Json(manner) as _,
        persona.access.account_id().0,
        now,
    )
    .execute(&mut *transaction)
    .await?;
    let details = json!({ "fields": request.fields(), "version": row.version + 1 });
    audit::record(&mut *transaction, &state.base.ids, now, &persona.entry("change", details))
        .await?;
    transaction.commit().await?;
    Ok(())
}
