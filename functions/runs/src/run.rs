//! One run, and stopping it.

use axum::extract::{FromRequestParts, State as Of};
use axum::http::request::Parts;
use platform::access::path_id;
use platform::http::{Json, Problem};
use platform::limit::{Change, Poll};
use platform::runs::{self, RunView};
use platform::{Access, Caller, Editor, Error, Level, Result, Viewer, Within, audit};
use shared::id::RunId;
use shared::role::Role;

use crate::State;

/// The route's run, and the proof that its caller has at least this role in its project.
pub(crate) struct OfRun<L> {
    pub(crate) run_id: RunId,
    pub(crate) access: Access<L>,
}

impl<L: Level> FromRequestParts<State> for OfRun<L> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let run_id = RunId(path_id(parts, state, "run_id").await?);
        let row = sqlx::query!(
            r#"
            select r.project_id, m.role
            from runs r
            join projects p on p.id = r.project_id
            join project_members m on m.project_id = p.id
            where r.id = $1 and m.account_id = $2 and p.deleted_at is null
            "#,
            run_id.0,
            caller.account_id.0,
        )
        .fetch_optional(&state.pool)
        .await?;
        let row = row.ok_or(shared::Error::NotFound("Run"))?;
        let role = Role::parse(&row.role);
        Ok(Self { run_id, access: Access::grant(&caller, row.project_id.into(), role, "Run")? })
    }
}

pub(crate) async fn view(state: &State, run: RunId) -> Result<RunView> {
    Ok(runs::view(&state.pool, run).await?.ok_or(shared::Error::NotFound("Run"))?)
}

/// How a run stands.
#[utoipa::path(get, path = "/api/v1/runs/{run_id}", tag = "runs",
    params(("run_id" = RunId, Path)), security(("bearer" = [])),
    responses((status = 200, body = RunView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    Of(state): Of<State>,
    _: Within<Poll>,
    run: OfRun<Viewer>,
) -> Result<Json<RunView>> {
    Ok(Json(view(&state, run.run_id).await?))
}

/// Asks a run to stop. Twice is once, and a run that has ended stays as it ended.
#[utoipa::path(post, path = "/api/v1/runs/{run_id}/cancel", tag = "runs",
    params(("run_id" = RunId, Path)), security(("bearer" = [])),
    responses((status = 200, body = RunView), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn cancel(
    Of(state): Of<State>,
    _: Within<Change>,
    run: OfRun<Editor>,
) -> Result<Json<RunView>> {
    let now = state.clock.now();
    let mut transaction = state.pool.begin().await?;
    if runs::cancel(&mut transaction, run.run_id, now).await? {
        let entry = audit::Entry {
            account_id: run.access.account_id(),
            project_id: Some(run.access.project_id()),
            subject_kind: "run",
            subject_id: run.run_id.0,
            action: "cancel",
            details: None,
        };
        audit::record(&mut *transaction, &state.ids, now, &entry).await?;
    }
    transaction.commit().await?;
    state.announcer.announce(run.run_id).await;
    Ok(Json(view(&state, run.run_id).await?))
}
