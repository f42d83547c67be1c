//! Starting a run that computes every segment of a project anew: by somebody, or by the clock.

use axum::extract::State;
use axum::http::StatusCode;
use platform::error::Chain;
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::postgres::again;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, NewRun, NewShard, SameAs};
use platform::{Access, Editor, Result, Within, audit, secret};
use serde::Serialize;
use serde_json::json;
use shared::id::{PopulationId, ProjectId, RunId};
use shared::run::{RunKind, ScheduledCall};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::evidence::{Edition, PREFIX};
use crate::{AppState, store};

/// A run that has started.
#[derive(Serialize, ToSchema)]
#[schema(as = KpiRecalculationStarted)]
pub(crate) struct Started {
    message: &'static str,
    project_id: ProjectId,
    /// Watch it at `/api/v1/runs/{run_id}`.
    run_id: RunId,
}

/// Computes every segment that the project has people of, where a source has changed.
#[utoipa::path(post, path = "/api/v1/projects/{project_id}/kpi/recalculate", tag = "kpi",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 202, body = Started), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn start(
    State(state): State<AppState>,
    _: Within<Change>,
    access: Access<Editor>,
) -> Result<(StatusCode, Json<Started>)> {
    let run_id = again(|| store(&state, access)).await?;
    runs::dispatch(&state.engine, run_id).await;
    let project_id = access.project_id();
    let message = "Recalculation started";
    Ok((StatusCode::ACCEPTED, Json(Started { message, project_id, run_id })))
}

/// Stores the run, or finds the one that is at work on the same evidence: it needs no key to be the same.
async fn store(state: &AppState, access: Access<Editor>) -> Result<RunId> {
    let request_hash = Edition::read(&state.base.pool, access.into()).await?.hash_of_all()?;
    let mut transaction = state.base.pool.begin().await?;
    runs::lock_project(&mut transaction, access).await?;
    let (by, now) = (access.account_id(), state.base.clock.now());
    let populations = store::populations(&mut transaction, access.into()).await?;
    if populations.is_empty() {
        let refused = "The project has no people: generate personas first";
        return Err(shared::Error::Refused(refused.to_owned()).into());
    }
    let same_as = SameAs { requested_by: by, request_hash: &request_hash, idempotency_key: None };
    let project_id = access.project_id();
    let run_id = insert(&mut transaction, state, (project_id, populations), same_as).await?;
    let entry = audit::Entry {
        account_id: by,
        project_id: Some(project_id),
        subject_kind: "project",
        subject_id: project_id.0,
        action: "kpi",
        details: Some(json!({ "run_id": run_id })),
    };
    audit::record(&mut *transaction, &state.base.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok(run_id)
}

/// Stores the run, or finds that of the same evidence which is at work.
async fn insert(
    connection: &mut PgConnection,
    state: &AppState,
    (project, populations): (ProjectId, Vec<(PopulationId, i64)>),
    same_as: SameAs<'_>,
) -> Result<RunId> {
    let (kind, now) = (RunKind::KpiRecalc, state.base.clock.now());
    if let Some(run) = runs::find_same(connection, project, kind, same_as, now).await? {
        return Ok(run);
    }
    let shards = populations.into_iter().map(|(population, segments)| {
        NewShard::new(&population, usize::try_from(segments).unwrap_or(1))
    });
    let run = NewRun {
        kind,
        project_id: Some(project),
        subject_id: project.0,
        input: json!({}),
        shards: shards.collect::<Result<_>>()?,
        same_as,
        is_paid: false,
    };
    runs::insert(connection, &state.base.ids, run, now).await
}

/// A call of the clock: starts a run for each project with a snapshot that is older than one of its sources, of another
/// revision or in another language.
pub(crate) async fn stale(
    State(state): State<AppState>,
    Pushed(_): Pushed<ScheduledCall>,
) -> Result<Outcome> {
    let now = state.base.clock.now();
    for project in store::stale_projects(&state.base.pool, &PREFIX, now).await? {
        // Each on its own: one that fails is tried again at the next call and keeps nobody else from it.
        if let Err(error) = restart(&state, &project).await {
            tracing::error!(project.id = %project.id(), error = %Chain(&error), "metrics not recalculated");
        }
    }
    Ok(Outcome::Done)
}

async fn restart(state: &AppState, stale: &store::Stale) -> Result<()> {
    let request_hash = secret::sha256(b"metrics, by the clock");
    let requested_by = stale.owner_id();
    let same_as = SameAs { requested_by, request_hash: &request_hash, idempotency_key: None };
    let mut transaction = state.base.pool.begin().await?;
    let populations = store::populations_of(&mut transaction, stale).await?;
    let run = insert(&mut transaction, state, (stale.id(), populations), same_as).await?;
    transaction.commit().await?;
    runs::dispatch(&state.engine, run).await;
    Ok(())
}
