//! Looking at a persona, which is on record before anything is shown.

use platform::audit::Origin;
use platform::{Access, Caller, HeldRole, Result, Viewer};
use serde_json::json;
use serde_json::value::RawValue;
use shared::id::{AccountId, AuditId, PersonaId};
use sqlx::types::Json;

use crate::AppState;
use crate::details::AuditLine;

/// A persona that somebody may see, and has now seen.
pub(crate) struct Viewed {
    pub(crate) persona_id: PersonaId,
    pub(crate) access: Access<Viewer>,
    pub(crate) version: i32,
    /// The 20 newest lines about it, this view's first.
    pub(crate) trail: Vec<AuditLine>,
}

/// Checks the membership, puts the view on record and reads the trail: one statement, so that a view
/// costs one round trip and holds no connection for a second one.
pub(crate) async fn view_details(
    state: &AppState,
    caller: &Caller,
    persona_id: PersonaId,
) -> Result<Viewed> {
    let origin = Origin::current();
    let mut connection = state.side.take().await?;
    let rows = sqlx::query_file!(
        "src/store/view.sql",
        persona_id.0,
        caller.account_id.0,
        state.ids.next::<AuditId>().0,
        state.clock.now(),
        json!({ "source": "detail_view" }),
        origin.address,
        origin.user_agent,
    )
    .fetch_all(&mut *connection)
    .await?;
    connection.release();
    let first = rows.first().ok_or(shared::Error::NotFound("Persona"))?;
    let access = Access::grant(caller, first.project_id.into(), Some(first.role), "Persona")?;
    let version = first.version;
    let trail = rows.into_iter().map(|row| AuditLine {
        id: row.line_id,
        action: row.action,
        details: row.details,
        user_id: row.account_id.map(AccountId),
        timestamp: row.at,
    });
    Ok(Viewed { persona_id, access, version, trail: trail.collect() })
}
