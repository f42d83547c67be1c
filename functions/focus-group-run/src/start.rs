//! Starting a run: what the group is about and who talks is stored with it, then the worker is called.

use axum::extract::State as Of;
use axum::http::StatusCode;
use chrono::Duration;
use platform::discussion::OfFocusGroup;
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::runs::{self, IdempotencyKey, NewRun, NewShard, SameAs};
use platform::{Editor, Error, Result, Within, audit, secret};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::discussion::{Mode, Plan, Setting};
use shared::id::{FocusGroupId, RunId};
use shared::persona::Brief;
use shared::run::RunKind;
use shared::{Checks, Seed};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::State;
use crate::store::{self, GroupRow};

/// A second click within this time is the same run; after it, the group is already running.
const DOUBLE_CLICK: Duration = Duration::seconds(10);
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
    Of(state): Of<State>,
    _: Within<Change>,
    group: OfFocusGroup<Editor>,
    key: IdempotencyKey,
    Json(request): Json<RunFocusGroup>,
) -> Result<(StatusCode, Json<Started>)> {
    let mut checks = Checks::default();
    checks.range("seed", request.seed, 0..=Seed::MAX);
    checks.done()?;
    let run_id = start(&state, &group, request.seed.map(Seed), key.as_deref()).await?;
    runs::call(&state, run_id).await;
    let message = "Focus group run started";
    let started = Started { message, focus_group_id: group.id, run_id };
    Ok((StatusCode::ACCEPTED, Json(started)))
}

async fn start(
    state: &State,
    group: &OfFocusGroup<Editor>,
    seed: Option<Seed>,
    key: Option<&str>,
) -> Result<RunId> {
    let (access, now, kind) = (group.access, state.clock.now(), RunKind::FocusGroupRun);
    let mut transaction = state.pool.begin().await?;
    runs::lock_project(&mut transaction, access).await?;
    let row = store::lock(&mut transaction, access, group.id).await?;
    if let Some(key) = key {
        let same = same_as(access.account_id(), &[0; 32], Some(key));
        let project = access.project_id();
        if let Some(run) = runs::find_same(&mut transaction, project, kind, same, now).await? {
            return Ok(run);
        }
    }
    if let Some(open) = row.open_run() {
        let is_same_click =
            open.requested_by == access.account_id() && now - open.created_at < DOUBLE_CLICK;
        return match is_same_click {
            true => Ok(open.id),
            false => refuse("Focus group is already running"),
        };
    }
    let setting = setting(&mut transaction, group, row, seed).await?;
    let input = serde_json::to_value(&setting).map_err(|error| Error::Internal(error.into()))?;
    let request_hash = secret::sha256(input.to_string().as_bytes());
    let size = Plan::new(setting.questions.len(), setting.participants.len()).total();
    let run = NewRun {
        kind,
        project_id: Some(access.project_id()),
        subject_id: group.id.0,
        input,
        shards: vec![NewShard { input: json!({}), size }],
        same_as: same_as(access.account_id(), &request_hash, key),
    };
    let run = runs::insert(&mut transaction, &state.ids, run, now).await?;
    store::show(&mut transaction, access, group.id, run).await?;
    record(&mut transaction, state, group, run).await?;
    transaction.commit().await?;
    Ok(run)
}

fn same_as<'a>(
    requested_by: shared::id::AccountId,
    request_hash: &'a [u8; 32],
    idempotency_key: Option<&'a str>,
) -> SameAs<'a> {
    SameAs { requested_by, request_hash, idempotency_key }
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
    let study = store::study(connection, group.access).await?;
    let mode = Mode::parse(&row.mode).unwrap_or_default();
    Ok(Setting {
        language: study.language(),
        seed: seed.unwrap_or_else(secret::random_seed),
        mode,
        brief: Brief {
            product: study.description,
            topic: Some(study.name),
            audience: study.target_audience,
            objectives: study.research_objectives,
            focus_area: None,
            adversarial: mode == Mode::Adversarial,
        },
        name: row.name,
        description: row.description,
        context: row.project_context,
        questions: row.questions,
        participants,
    })
}

async fn record(
    connection: &mut PgConnection,
    state: &State,
    group: &OfFocusGroup<Editor>,
    run: RunId,
) -> Result<()> {
    let entry = audit::Entry {
        account_id: group.access.account_id(),
        project_id: Some(group.access.project_id()),
        subject_kind: "focus_group",
        subject_id: group.id.0,
        action: "run",
        details: Some(json!({ "run_id": run })),
    };
    audit::record(connection, &state.ids, state.clock.now(), &entry).await
}
