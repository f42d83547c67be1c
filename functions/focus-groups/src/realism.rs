//! How much the latest discussion is like people's, and what it takes to repeat it.

use std::collections::BTreeSet;

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::Poll;
use platform::{Result, Viewer, Within, secret};
use records::discussion::{self, OfFocusGroup};
use serde::Serialize;
use shared::Seed;
use shared::discussion::summary::caveats;
use shared::discussion::{RULES_VERSION, Realism, Turn, realism};
use shared::id::{FocusGroupId, RunId};
use utoipa::ToSchema;

use crate::{AppState, store};

/// The realism panel of a run.
#[derive(Serialize, ToSchema)]
pub(crate) struct Panel {
    focus_group_id: FocusGroupId,
    run_id: RunId,
    #[serde(flatten)]
    realism: Realism,
    /// Figures outside the human band.
    outside: Vec<String>,
    /// Whether the participants were the offline ones: then the figures test the machinery.
    is_simulated: bool,
    /// Participants who were removed for good: the figures are those of the others.
    people_removed: usize,
    manifest: Manifest,
    limits: Vec<String>,
}

/// What repeats a run: offline, with the same bytes.
#[derive(Serialize, ToSchema)]
#[schema(as = FocusGroupManifest)]
struct Manifest {
    #[schema(value_type = u64)]
    seed: Seed,
    /// The rules of who speaks and when.
    rules_version: u32,
    prompt_versions: BTreeSet<String>,
    models: BTreeSet<String>,
    /// SHA-256 of everything that the run was told.
    input_sha256: String,
    started_at: Option<DateTime<Utc>>,
}

/// How the latest run compares with human groups, with its manifest and limits.
#[utoipa::path(get, path = "/api/v1/focus-groups/{focus_group_id}/realism", tag = "focus groups",
    params(("focus_group_id" = FocusGroupId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Panel), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn panel(
    State(state): State<AppState>,
    _: Within<Poll>,
    group: OfFocusGroup<Viewer>,
) -> Result<Json<Panel>> {
    let row = store::get(&state.worker.base.pool, group.access, group.id).await?;
    let run = row.run_id.map(RunId).ok_or(shared::Error::NotFound("Discussion"))?;
    let setting = discussion::setting(&state.worker.base.pool, group.access.into(), run).await?;
    let setting = setting.ok_or(shared::Error::NotFound("Discussion"))?;
    let stored = discussion::turns(&state.worker.base.pool, group.access.into(), run).await?;
    let prompt_versions = stored.iter().filter_map(|one| one.prompt_version.clone()).collect();
    let models: BTreeSet<String> = stored.iter().filter_map(|one| one.written_by.clone()).collect();
    let is_simulated = stored.iter().any(|one| one.is_simulated);
    let people_removed = discussion::people_removed(&stored);
    let turns: Vec<Turn> = stored.into_iter().map(|one| one.turn).collect();
    let missing = discussion::missing(&state.worker.base.pool, group.access.into(), run).await?;
    let measured = realism(&setting, &turns, missing.values().sum::<u32>() as usize);
    Ok(Json(Panel {
        focus_group_id: group.id,
        run_id: run,
        outside: measured.outside().into_iter().map(str::to_owned).collect(),
        realism: measured,
        is_simulated,
        people_removed,
        limits: caveats(setting.language, is_simulated),
        manifest: Manifest {
            seed: setting.seed,
            rules_version: RULES_VERSION,
            prompt_versions,
            models,
            input_sha256: secret::hex(&secret::sha256_of(&setting)?),
            started_at: row.started_at,
        },
    }))
}
