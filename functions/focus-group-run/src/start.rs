//! Starting a run: what the group is about and who talks is stored with it, then the worker is called.

use axum::extract::State;
use axum::http::StatusCode;
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::postgres::again;
use platform::runs::{self, IdempotencyKey, NewShard, SameAs, StartRequest};
use platform::{Editor, Result, Within, secret};
use records::discussion::OfFocusGroup;
use records::project;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::discussion::{Mode, Schedule, Setting};
use shared::id::{FocusGroupId, RunId};
use shared::persona::Brief;
use shared::run::RunKind;
use shared::{Checks, Seed};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::AppState;
use crate::store::{self, GroupRow};

/// The fewest who can have a discussion.
const FEWEST: usize = 2;

/// What a run may be told. The client sends nothing.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct RunFocusGroup {
    /// Replays a discussion; below 2^53.
    #[schema(value_type = Option<u64>)]
    seed: Option<u64>,
}

/// A run that has started.
#[derive(Serialize, ToSchema)]
#[schema(as = FocusGroupRunStarted)]
pub(crate) struct Started {
    message: &'static str,
    focus_group_id: FocusGroupId,
    /// Watch it at `/api/v1/runs/{run_id}`.
    run_id: RunId,
}

/// Lets the group talk. A second run is a run of its own, and the latest is shown. The same click
/// twice, or the same `Idempotency-Key`, is one run.
#[utoipa::path(post, path = "/api/v1/focus-groups/{focus_group_id}/run", tag = "focus groups",
    params(("focus_group_id" = FocusGroupId, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = RunFocusGroup, security(("bearer" = [])),
    responses((status = 202, body = Started), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn run(
    State(state): State<AppState>,
    _: Within<Change>,
    group: OfFocusGroup<Editor>,
    key: IdempotencyKey,
    Json(request): Json<RunFocusGroup>,
) -> Result<(StatusCode, Json<Started>)> {
    let mut checks = Checks::default();
    checks.range("seed", request.seed, 0..=Seed::MAX);
    checks.done()?;
    let seed = request.seed.map(Seed);
    let run_id = again(|| start(&state, &group, seed, key.as_deref())).await?;
    runs::dispatch(&state.engine, run_id).await;
    let message = "Focus group run started";
    let started = Started { message, focus_group_id: group.id, run_id };
    Ok((StatusCode::ACCEPTED, Json(started)))
}

async fn start(
    state: &AppState,
    group: &OfFocusGroup<Editor>,
    seed: Option<Seed>,
    key: Option<&str>,
) -> Result<RunId> {
    let access = group.access;
    let asked = format!("{} {seed:?}", group.id);
    let request_hash = secret::sha256(asked.as_bytes());
    let requested_by = access.account_id();
    let mut transaction = state.base.pool.begin().await?;
    runs::lock_project(&mut transaction, access).await?;
    let row = store::lock(&mut transaction, access, group.id).await?;
    let start_request = StartRequest {
        access,
        kind: RunKind::FocusGroupRun,
        subject: ("focus_group", group.id.0),
        shown: row.run_id.map(RunId),
        same_as: SameAs { requested_by, request_hash: &request_hash, idempotency_key: key },
        is_paid: state.model.is_paid(),
    };
    if let Some(run) = start_request.same(&mut transaction, state.base.clock.now()).await? {
        return Ok(run);
    }
    if row.is_running() {
        return refuse("Focus group is already running");
    }
    let setting = setting(&mut transaction, group, row, seed).await?;
    let size = Schedule::new(setting.questions.len(), setting.participants.len()).total();
    let (shards, details) = (vec![NewShard::bare(size)], json!({ "turns": size }));
    let run =
        start_request.begin(&mut transaction, &state.engine, &setting, shards, details).await?;
    store::show(&mut transaction, access, group.id, run).await?;
    transaction.commit().await?;
    Ok(run)
}

fn refuse<T>(why: impl Into<String>) -> Result<T> {
    Err(shared::Error::Refused(why.into()).into())
}

/// What the run is told; refused when nobody could talk, or about nothing.
async fn setting(
    connection: &mut PgConnection,
    group: &OfFocusGroup<Editor>,
    row: GroupRow,
    seed: Option<Seed>,
) -> Result<Setting> {
    let participants = store::participants(connection, group.access, &row.persona_ids).await?;
    let count = participants.len();
    if count < FEWEST {
        return refuse(format!("At least {FEWEST} living personas are needed, there are {count}"));
    }
    if row.questions.is_empty() {
        return refuse("At least one question is needed");
    }
    let (brief, language) = project::brief(connection, group.access.into()).await?;
    Ok(Setting {
        language,
        seed: seed.unwrap_or_else(secret::random_seed),
        mode: row.mode,
        brief: Brief { adversarial: row.mode == Mode::Adversarial, ..brief },
        name: row.name,
        description: row.description,
        context: row.project_context,
        questions: row.questions,
        participants,
    })
}
