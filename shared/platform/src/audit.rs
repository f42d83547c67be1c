//! The append-only log of who saw and changed what.

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use chrono::{DateTime, Utc};
use serde_json::Value;
use shared::id::{AccountId, AuditId, ProjectId};
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::limit::ClientAddress;
use crate::postgres::SidePool;
use crate::{Ids, Result};

/// Longer names of browsers are cut: what identifies one stands at the beginning.
const LONGEST_USER_AGENT: usize = 256;

tokio::task_local! {
    static ORIGIN: Origin;
}

/// Where the request came from that this task serves. Every line has it without being told;
/// `maintenance` takes it out after 90 days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address; none where nobody asked, as in a worker.
    pub address: Option<String>,
    pub user_agent: Option<String>,
}

impl Origin {
    pub(crate) fn new(address: ClientAddress, headers: &HeaderMap) -> Self {
        let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = user_agent.map(|text| text.chars().take(LONGEST_USER_AGENT).collect());
        Self { address: Some(address.to_string()), user_agent }
    }

    /// That of this task. What is written by another task has to be given it.
    pub fn current() -> Self {
        ORIGIN.try_with(Clone::clone).unwrap_or_default()
    }

    pub(crate) fn during<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        ORIGIN.scope(self, work)
    }
}

/// One line of the log.
#[derive(Debug, Clone)]
pub struct Entry {
    pub account_id: AccountId,
    pub project_id: Option<ProjectId>,
    /// What kind of thing: `persona`, `project`, `account`.
    pub subject_kind: &'static str,
    pub subject_id: Uuid,
    /// The action of `docs/routes.md`.
    pub action: &'static str,
    /// Small facts: the reason of a deletion, the size of a run. Never texts of people.
    pub details: Option<Value>,
}

/// Writes the line of a view before its answer, on a side connection: never on a connection that the
/// request holds, and never in want of one that other requests hold.
///
/// # Errors
/// When it cannot be written, and then nothing must be shown.
pub async fn record_view(
    side: &SidePool,
    ids: &Ids,
    now: DateTime<Utc>,
    entry: &Entry,
) -> Result<()> {
    let mut connection = side.take().await?;
    record(&mut *connection, ids, now, entry).await?;
    connection.release();
    Ok(())
}

/// Writes the line of a change, in the change's own transaction.
///
/// # Errors
/// When it cannot be written, and then the change must not be either.
pub async fn record(
    executor: impl PgExecutor<'_>,
    ids: &Ids,
    now: DateTime<Utc>,
    entry: &Entry,
) -> Result<()> {
    let origin = Origin::current();
    sqlx::query!(
        r#"
        insert into audit_log
            (id, at, account_id, project_id, subject_kind, subject_id, action, details, address,
             user_agent)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        "#,
        ids.next::<AuditId>().0,
        now,
        entry.account_id.0,
        entry.project_id.map(|id| id.0),
        entry.subject_kind,
        entry.subject_id,
        entry.action,
        entry.details,
        origin.address,
        origin.user_agent,
    )
    .execute(executor)
    .await?;
    Ok(())
}
