//! Starting what runs once at a time and shows its latest run: a survey, a focus group.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use shared::id::RunId;
use shared::run::RunKind;
use sqlx::PgConnection;
use uuid::Uuid;

use super::engine::Engine;
use super::start::{DOUBLE_CLICK, NewRun, NewShard, SameAs, find_same, insert};
use crate::{Access, Editor, Error, Result, audit};

/// A request to start a run, in a transaction that has locked its project.
pub struct StartRequest<'a> {
    pub access: Access<Editor>,
    pub kind: RunKind,
    /// What is run: its word in the audit log, and which.
    pub subject: (&'static str, Uuid),
    /// The run that is shown with it.
    pub shown: Option<RunId>,
    pub same_as: SameAs<'a>,
    pub is_paid: bool,
}

impl StartRequest<'_> {
    /// The run that the same request started: by its key for ever; by content while it is the one that is
    /// shown, within the time of a double click. Later the contract wants a refusal while it runs.
    pub async fn same(
        &self,
        connection: &mut PgConnection,
        now: DateTime<Utc>,
    ) -> Result<Option<RunId>> {
        let (project, same_as) = (self.access.project_id(), self.same_as);
        if same_as.idempotency_key.is_some() {
            return find_same(connection, project, self.kind, same_as, now).await;
        }
        let id = sqlx::query_scalar!(
            r#"
            select id
            from runs
            where project_id = $1
                and id = $2
                and requested_by = $3
                and request_hash = $4
                and idempotency_key is null
                and created_at > $5
            "#,
            project.0,
            self.shown.map(|run| run.0),
            same_as.requested_by.0,
            same_as.request_hash.as_slice(),
            now - DOUBLE_CLICK,
        );
        Ok(id.fetch_optional(connection).await?.map(RunId))
    }

    /// Stores the run and its line of the audit log. Its subject is the caller's to change: the run is
    /// the one to show.
    pub async fn begin(
        self,
        connection: &mut PgConnection,
        engine: &Engine,
        input: &impl Serialize,
        shards: Vec<NewShard>,
        details: Value,
    ) -> Result<RunId> {
        let now = engine.clock.now();
        let run = NewRun {
            kind: self.kind,
            project_id: Some(self.access.project_id()),
            subject_id: self.subject.1,
            input: serde_json::to_value(input).map_err(|error| Error::Internal(error.into()))?,
            shards,
            same_as: self.same_as,
            is_paid: self.is_paid,
        };
        let run = insert(connection, &engine.ids, run, now).await?;
        let entry = audit::Entry {
            account_id: self.access.account_id(),
            project_id: Some(self.access.project_id()),
            subject_kind: self.subject.0,
            subject_id: self.subject.1,
            action: "run",
            details: Some(details),
        };
        audit::record(connection, &engine.ids, now, &entry).await?;
        Ok(run)
    }
}
