//! Asking for a summary, and reading the latest.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use platform::http::{Json, Problem, Query};
use platform::limit::{Heavy, Poll};
use platform::postgres::again;
use platform::runs::{self, IdempotencyKey, NewRun, NewShard, RunView, SameAs};
use platform::{Editor, Error, Result, Viewer, Within, audit, secret};
use records::discussion::{self, OfFocusGroup};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::discussion::summary::{CHUNK, Summary};
use shared::id::{FocusGroupId, RunId};
use shared::run::{RunKind, RunRequested, RunStatus};
use utoipa::{IntoParams, ToSchema};

use crate::summarize::{Order, Summarizer};
use crate::{AppState, store};

/// Chunks up to which a summary is waited for: five calls of a model, mostly side by side.
const MOST_WAITED_FOR: usize = 4;
/// How long the request waits: its own limit is 30 s.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the client adds to its request.
#[derive(Deserialize, IntoParams)]
pub(crate) struct SummaryOptions {
    /// Accepted; the deployment decides which model sums up.
    #[serde(rename = "use_pro_model")]
    _use_pro_model: Option<bool>,
    /// Whether to recommend what to do or to ask next. Default true: there is always at least one. With false
    /// there is none, whatever the model writes.
    include_recommendations: Option<bool>,
}

/// A summary that is not ready yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct Underway {
    message: &'static str,
    focus_group_id: FocusGroupId,
    /// Watch it at `/api/v1/runs/{run_id}`; then read the summary.
    run_id: RunId,
}

/// Sums up the latest discussion: 200 with the summary when it is ready in time, otherwise 202 with the
/// run; 409 with the reason when the run has ended without one. Asking again makes the next version.
#[utoipa::path(post, path = "/api/v1/focus-groups/{focus_group_id}/ai-summary",
    tag = "focus groups", params(("focus_group_id" = FocusGroupId, Path), SummaryOptions,
        ("idempotency-key" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 200, body = Summary), (status = 202, body = Underway),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn make(
    State(state): State<AppState>,
    _: Within<Heavy>,
    group: OfFocusGroup<Editor>,
    Query(options): Query<SummaryOptions>,
    key: IdempotencyKey,
) -> Result<Response> {
    let with_recommendations = options.include_recommendations.unwrap_or(true);
    let started = again(|| start(&state, &group, with_recommendations, &key)).await;
    let (work, chunks) = started?;
    if chunks > MOST_WAITED_FOR {
        runs::dispatch(&state.worker.engine, work).await;
    } else {
        // A task of its own: whoever asked may leave, and the lease sees to the rest.
        let worker = Summarizer(state.clone());
        let message = RunRequested { schema: 1, run_id: work, shard: 0 };
        let task = tokio::spawn(async move { runs::handle(&worker, &message).await });
        if let Ok(done) = tokio::time::timeout(PATIENCE, task).await {
            done.map_err(|error| Error::Internal(error.into()))??;
        }
    }
    // The run first: one that ends meanwhile has stored its summary by then.
    let run = runs::view(&state.worker.base.pool, work).await?;
    if let Some(summary) = store::summary_of(&state.worker.base.pool, work).await? {
        return Ok(Json(summary).into_response());
    }
    if let Some(run) = run.filter(|run| run.status.is_final()) {
        return Err(shared::Error::Conflict(format!("No summary: {}", why(&run))).into());
    }
    let message = "The summary is being written";
    let underway = Underway { message, focus_group_id: group.id, run_id: work };
    Ok((StatusCode::ACCEPTED, Json(underway)).into_response())
}

/// Why a run has ended without a summary.
fn why(run: &RunView) -> &str {
    if run.status == RunStatus::Cancelled {
        return "the run was cancelled";
    }
    run.failures.keys().next().map_or("the run has ended", String::as_str)
}

/// Stores the run, or finds the one of the same click. Returns it with its number of chunks.
async fn start(
    state: &AppState,
    group: &OfFocusGroup<Editor>,
    with_recommendations: bool,
    key: &IdempotencyKey,
) -> Result<(RunId, usize)> {
    let (access, worker) = (group.access, &state.worker);
    let row = store::get(&worker.base.pool, access.least(), group.id).await?;
    let is_over = crate::group::client_status(row.run_status) == "completed";
    let run = row.run_id.filter(|_| is_over).map(RunId);
    let run = run.ok_or(shared::Error::NotFound("Completed discussion"))?;
    let said = discussion::turns(&worker.base.pool, access.into(), run).await?;
    let chunks = said.iter().filter(|stored| stored.turn.is_said()).count().div_ceil(CHUNK);
    if chunks == 0 {
        return Err(shared::Error::NotFound("Responses").into());
    }
    let order = Order { run_id: run, seed: secret::random_seed(), with_recommendations };
    // A key names what was asked of the group, whichever discussion is the latest when it comes again.
    let subject = key.as_deref().map_or(run.0, |_| group.id.0);
    let hash = secret::sha256(format!("{subject} {with_recommendations}").as_bytes());
    let same_as = SameAs {
        requested_by: access.account_id(),
        request_hash: &hash,
        idempotency_key: key.as_deref(),
    };
    let (kind, now) = (RunKind::FocusGroupSummary, worker.base.clock.now());
    let mut transaction = worker.base.pool.begin().await?;
    let project = access.project_id();
    runs::lock_project(&mut transaction, access).await?;
    if let Some(same) = runs::find_same(&mut transaction, project, kind, same_as, now).await? {
        return Ok((same, chunks));
    }
    let size = u32::try_from(chunks + 1).unwrap_or(u32::MAX);
    let new = NewRun {
        kind,
        project_id: Some(project),
        subject_id: group.id.0,
        input: serde_json::to_value(order).map_err(|error| Error::Internal(error.into()))?,
        shards: vec![NewShard::bare(size)],
        same_as,
        is_paid: worker.model.is_paid(),
    };
    let work = runs::insert(&mut transaction, &worker.base.ids, new, now).await?;
    let entry = group.entry("summary", json!({ "run_id": work }));
    audit::record(&mut *transaction, &worker.base.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok((work, chunks))
}

/// The latest summary; 404 until there is one.
#[utoipa::path(get, path = "/api/v1/focus-groups/{focus_group_id}/ai-summary",
    tag = "focus groups", params(("focus_group_id" = FocusGroupId, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = Summary), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn latest(
    State(state): State<AppState>,
    _: Within<Poll>,
    group: OfFocusGroup<Viewer>,
) -> Result<Json<Summary>> {
    let summary = store::latest_summary(&state.worker.base.pool, group.access, group.id).await?;
    Ok(Json(summary.ok_or(shared::Error::NotFound("Summary"))?))
}
