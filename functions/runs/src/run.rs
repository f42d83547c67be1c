//! One run, stopping it, and trying again what failed of it.

use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use platform::access::path_id;
use platform::error::Chain;
use platform::http::{Json, Problem};
use platform::limit::{Change, Generate, Poll};
use platform::postgres::again;
use platform::rights::RightsOf;
use platform::runs::{self, Retry, RunView};
use platform::{Access, Caller, Editor, Error, HeldRole, Level, Result, Viewer, Within, audit};
use serde_json::{Value, json};
use shared::id::{AccountId, ProjectId, RunId, SessionId};
use shared::run::RunKind;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use crate::AppState;

/// How long calling the workers may take within the request: a run of 100,000 people has 4,000 shards.
const CALLING: Duration = Duration::from_secs(10);

/// The route's run, whose caller has at least this role in its project. A run without a project is its
/// requester's, who may do everything with it.
pub(crate) struct OfRun<L> {
    pub(crate) run_id: RunId,
    account_id: AccountId,
    session_id: SessionId,
    kind: RunKind,
    project_id: Option<ProjectId>,
    asked_by: AccountId,
    /// None for a run without a project.
    access: Option<Access<L>>,
}

impl<L: Level> FromRequestParts<AppState> for OfRun<L> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let run_id = RunId(path_id(parts, state, "run_id").await?);
        let row = sqlx::query!(
            r#"
            select
                r.kind as "kind: RunKind", r.project_id, r.requested_by,
                coalesce(r.asked_by, r.requested_by) as "asked_by!",
                m.role as "role?: HeldRole"
            from runs r
            left join project_roles m on m.project_id = r.project_id and m.account_id = $2
            where r.id = $1
            "#,
            run_id.0,
            caller.account_id.0,
        )
        .fetch_optional(&state.base.pool)
        .await?;
        let row = row.ok_or(shared::Error::NotFound("Run"))?;
        let account_id = caller.account_id;
        let project_id = row.project_id.map(ProjectId);
        let access = match project_id {
            Some(project) => Some(Access::grant(&caller, project, row.role, "Run")?),
            None if row.requested_by == account_id.0 => None,
            None => return Err(shared::Error::NotFound("Run").into()),
        };
        let (session_id, asked_by) = (caller.session_id, AccountId(row.asked_by));
        Ok(Self { run_id, account_id, session_id, kind: row.kind, project_id, asked_by, access })
    }
}

impl<L: Level> OfRun<L> {
    /// A line of the audit log about this run.
    fn entry(&self, action: &'static str, details: Option<Value>) -> audit::Entry {
        audit::Entry {
            account_id: self.account_id,
            project_id: self.project_id,
            subject_kind: "run",
            subject_id: self.run_id.0,
            action,
            details,
        }
    }
}

impl OfRun<Viewer> {
    /// Editors stop every run; whoever may start an export may stop the one that they asked for.
    fn may_be_cancelled(&self) -> Result<()> {
        let is_own = self.kind == RunKind::Export && self.asked_by == self.account_id;
        match self.access {
            Some(access) if !is_own => access.raised::<Editor>().map(drop),
            _ => Ok(()),
        }
    }

    /// Who asks.
    pub(crate) fn account_id(&self) -> AccountId {
        self.account_id
    }

    /// Waits until the caller's right to see it may have changed.
    pub(crate) async fn until_asked_about(&self, changed: &mut broadcast::Receiver<RightsOf>) {
        loop {
            match changed.recv().await {
                Ok(of) if !of.concerns(self.account_id, self.session_id, self.project_id) => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// True while the caller may still see it: they are signed in, and work on its project.
    pub(crate) async fn is_seen(&self, state: &AppState) -> Result<bool> {
        let is_seen = sqlx::query_scalar!(
            r#"
            select exists (
                select
                from runs r
                join sessions s on s.id = $2 and s.account_id = $3
                join accounts a on a.id = s.account_id
                left join project_roles m
                    on m.project_id = r.project_id and m.account_id = a.id
                where r.id = $1
                    and s.ended_at is null
                    and s.expires_at > $4
                    and a.deleted_at is null
                    and a.is_active
                    and (m.account_id is not null
                        or (r.project_id is null and r.requested_by = a.id))
            ) as "is_seen!"
            "#,
            self.run_id.0,
            self.session_id.0,
            self.account_id.0,
            state.base.clock.now(),
        );
        Ok(is_seen.fetch_one(&state.base.pool).await?)
    }
}

pub(crate) async fn view(state: &AppState, run: RunId) -> Result<RunView> {
    Ok(runs::view(&state.base.pool, run).await?.ok_or(shared::Error::NotFound("Run"))?)
}

/// How a run stands.
#[utoipa::path(get, path = "/api/v1/runs/{run_id}", tag = "runs",
    params(("run_id" = RunId, Path)), security(("bearer" = [])),
    responses((status = 200, body = RunView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    run: OfRun<Viewer>,
) -> Result<Json<RunView>> {
    Ok(Json(view(&state, run.run_id).await?))
}

/// Asks a run to stop. Twice is once, and a run that has ended stays as it ended. Editors stop every run of their
/// project, and a viewer the export that they asked for.
#[utoipa::path(post, path = "/api/v1/runs/{run_id}/cancel", tag = "runs",
    params(("run_id" = RunId, Path)), security(("bearer" = [])),
    responses((status = 200, body = RunView), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn cancel(
    State(state): State<AppState>,
    _: Within<Change>,
    run: OfRun<Viewer>,
) -> Result<Json<RunView>> {
    run.may_be_cancelled()?;
    again(|| cancel_once(&state, &run)).await?;
    state.engine.announcer.tell(run.run_id).await;
    Ok(Json(view(&state, run.run_id).await?))
}

async fn cancel_once(state: &AppState, run: &OfRun<Viewer>) -> Result<()> {
    let now = state.base.clock.now();
    let mut transaction = state.base.pool.begin().await?;
    if runs::cancel(&mut transaction, run.run_id, now).await? {
        audit::record(&mut *transaction, &state.base.ids, now, &run.entry("cancel", None)).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Tries again what failed of a run that has ended, whatever it failed of, as far as the budget goes. What
/// is done stays as it is. Who tries again asks for the run from then on, and pays. The same click twice is
/// one; 409 while the run is at work, when nothing of it failed, when it was cancelled, and when a newer run
/// has taken its place. Trying people again counts as starting to generate them, and a run is tried again
/// five times a day at most.
#[utoipa::path(post, path = "/api/v1/runs/{run_id}/retry", tag = "runs",
    params(("run_id" = RunId, Path)), security(("bearer" = [])),
    responses((status = 202, body = RunView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn retry(
    State(state): State<AppState>,
    _: Within<Change>,
    run: OfRun<Editor>,
    caller: Caller,
) -> Result<(StatusCode, Json<RunView>)> {
    if run.kind == RunKind::PersonaGenerate {
        let _: Within<Generate> = state.base.limiter.pass(&caller).await?;
    }
    if let Retry::Begun { .. } = again(|| retry_once(&state, &run)).await? {
        call(&state, run.run_id).await;
    }
    Ok((StatusCode::ACCEPTED, Json(view(&state, run.run_id).await?)))
}

/// Calls the workers. What cannot be published now, or not in time, is published by the sweep.
async fn call(state: &AppState, run: RunId) {
    let publish =
        runs::publish(&state.base.pool, &state.engine.publisher, run, state.base.clock.now());
    match timeout(CALLING, publish).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::error!(run.id = %run, error = %Chain(&error), "run not published");
        }
        Err(_) => tracing::warn!(run.id = %run, "not every shard of a run was published in time"),
    }
    state.engine.announcer.tell(run).await;
}

async fn retry_once(state: &AppState, run: &OfRun<Editor>) -> Result<Retry> {
    let now = state.base.clock.now();
    let mut transaction = state.base.pool.begin().await?;
    let by = run.account_id;
    let retry = runs::retry(&mut transaction, run.project_id, run.run_id, by, now).await?;
    if let Retry::Begun { items, before } = retry {
        let details = match before == by {
            true => json!({ "items": items }),
            false => json!({ "items": items, "asked_before": before }),
        };
        let entry = run.entry("retry", Some(details));
        audit::record(&mut *transaction, &state.base.ids, now, &entry).await?;
    }
    transaction.commit().await?;
    Ok(retry)
}
