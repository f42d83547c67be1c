//! Projects, their members, and whose libraries they read, in PostgreSQL.

mod budget;
mod invitations;
mod libraries;
mod members;
mod projects;

pub(crate) use budget::{budget, set_cap, usage};
pub(crate) use invitations::{
    accept, decline, insert as invite, invitations, invitations_of, withdraw,
};
pub(crate) use libraries::{lend, lend_own, libraries, take_back};
pub(crate) use members::{leave, members, remove_member, set_role};
pub(crate) use projects::{delete, get, insert, list, update};

use platform::audit;
use platform::{Access, Level, Result};
use sqlx::PgConnection;

use crate::AppState;

/// Writes a line about a project, in the change's own transaction.
async fn record<L: Level>(
    connection: &mut PgConnection,
    state: &AppState,
    access: Access<L>,
    action: &'static str,
    details: Option<serde_json::Value>,
) -> Result<()> {
    let entry = audit::Entry {
        account_id: access.account_id(),
        project_id: Some(access.project_id()),
        subject_kind: "project",
        subject_id: access.project_id().0,
        action,
        details,
    };
    audit::record(connection, &state.base.ids, state.base.clock.now(), &entry).await
}
