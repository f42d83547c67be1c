//! Looking at a persona, which is on record before anything is shown.

use platform::audit::Origin;
use platform::{Access, Caller, HeldRole, Result, Viewer};
use serde_json::json;
use serde_json::value::RawValue;
use shared::id::{AccountId, AuditId, PersonaId};
use sqlx::types::Json;

use crate::AppState;
use crate::details::AuditLine;

/// What a persona's details change with, but for the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edition {
    pub(crate) persona: i32,
    /// Of the metrics of its segment; 0 before they are first computed.
    pub(crate) metrics: i64,
    /// Of its journey; 0 before one is written.
    pub(crate) journey: i64,
}

impl std::fmt::Display for Edition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.persona, self.metrics, self.journey)
    }
}

/// A persona that somebody may see, and has now seen.
pub(crate) struct Viewed {
    pub(crate) persona_id: PersonaId,
    pub(crate) access: Access<Viewer>,
    /// Who had it made.
    pub(crate) created_by: AccountId,
    pub(crate) edition: Edition,
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
    let mut connection = state.base.side.take().await?;
    let rows = sqlx::query_file!(
        "src/store/view.sql",
        persona_id.0,
        caller.account_id.0,
        state.base.ids.next::<AuditId>().0,
        state.base.clock.now(),
        json!({ "source": "detail_view" }),
        origin.address,
        origin.user_agent,
    )
    .fetch_all(&mut *connection)
    .await?;
    connection.release();
    let first = rows.first().ok_or(shared::Error::NotFound("Persona"))?;
    let access = Access::grant(caller, first.project_id.into(), Some(first.role), "Persona")?;
    let created_by = AccountId(first.created_by);
    let edition = Edition {
        persona: first.version,
        metrics: first.kpi_version,
        journey: first.journey_edition,
    };
    let trail = rows.into_iter().map(|row| AuditLine {
        id: row.line_id,
        action: row.action,
        details: row.details,
        user_id: row.account_id.map(AccountId),
        timestamp: row.at,
    });
    Ok(Viewed { persona_id, access, created_by, edition, trail: trail.collect() })
}
