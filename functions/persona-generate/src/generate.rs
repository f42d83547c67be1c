//! Asking for people: the client's route with its limits, and ours for whole populations.

use axum::extract::State;
use axum::http::StatusCode;
use platform::http::{Json, Problem};
use platform::limit::Generate;
use platform::runs::IdempotencyKey;
use platform::{Access, Editor, Result, Within};
use population::AdvancedOptions;
use serde::{Deserialize, Serialize};
use shared::id::{PopulationId, ProjectId, RunId};
use shared::{Checks, Seed};
use utoipa::ToSchema;

use crate::AppState;
use crate::start::{Order, start};

/// What the client's wizard sends.
#[derive(Deserialize, ToSchema)]
pub(crate) struct GeneratePersonas {
    /// 2 to 100; default 10.
    num_personas: Option<u32>,
    /// Asks for sceptical people.
    #[serde(default)]
    adversarial_mode: bool,
    /// Grounds the texts in the project's documents, the libraries that its members lend it and the
    /// shared one. Default true.
    use_rag: Option<bool>,
    advanced_options: Option<AdvancedOptions>,
}

/// A whole population.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DrawPopulation {
    /// How many people to add: 1 to 100,000.
    people: u32,
    /// Replays a population; below 2^53. Without it a project that asks again continues its last one.
    #[schema(value_type = Option<u64>)]
    seed: Option<u64>,
    #[serde(default)]
    adversarial_mode: bool,
    advanced_options: Option<AdvancedOptions>,
}

/// A run that has started.
#[derive(Serialize, ToSchema)]
pub(crate) struct GenerationStarted {
    message: &'static str,
    project_id: ProjectId,
    num_personas: u32,
    adversarial_mode: bool,
    /// Watch it at `/api/v1/runs/{run_id}`.
    run_id: RunId,
    population_id: PopulationId,
    #[schema(value_type = u64)]
    seed: Seed,
    /// What of the options was understood and applied, in words.
    applied: Vec<String>,
}

/// Starts writing up the next people of the project's population. The same request twice within ten
/// seconds, while it is at work, or with the same `Idempotency-Key`, is one run.
#[utoipa::path(post, path = "/api/v1/projects/{project_id}/personas/generate", tag = "personas",
    params(("project_id" = ProjectId, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = GeneratePersonas, security(("bearer" = [])),
    responses((status = 202, body = GenerationStarted), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn personas(
    State(state): State<AppState>,
    _: Within<Generate>,
    access: Access<Editor>,
    key: IdempotencyKey,
    Json(request): Json<GeneratePersonas>,
) -> Result<(StatusCode, Json<GenerationStarted>)> {
    let people = request.num_personas.unwrap_or(10);
    let mut checks = Checks::default();
    checks.range("num_personas", Some(people), 2..=100);
    checks.done()?;
    let order = Order {
        people,
        seed: None,
        adversarial: request.adversarial_mode,
        use_rag: request.use_rag.unwrap_or(true),
        options: request.advanced_options.unwrap_or_default(),
    };
    answer(&state, access, &key, order).await
}

/// Starts drawing and writing up to 100,000 people.
#[utoipa::path(post, path = "/api/v1/projects/{project_id}/populations", tag = "populations",
    params(("project_id" = ProjectId, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = DrawPopulation, security(("bearer" = [])),
    responses((status = 202, body = GenerationStarted), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn populations(
    State(state): State<AppState>,
    _: Within<Generate>,
    access: Access<Editor>,
    key: IdempotencyKey,
    Json(request): Json<DrawPopulation>,
) -> Result<(StatusCode, Json<GenerationStarted>)> {
    let mut checks = Checks::default();
    checks.range("people", Some(request.people), 1..=100_000);
    checks.range("seed", request.seed, 0..=Seed::MAX);
    checks.done()?;
    let order = Order {
        people: request.people,
        seed: request.seed.map(Seed),
        adversarial: request.adversarial_mode,
        use_rag: true,
        options: request.advanced_options.unwrap_or_default(),
    };
    answer(&state, access, &key, order).await
}

async fn answer(
    state: &AppState,
    access: Access<Editor>,
    key: &IdempotencyKey,
    order: Order,
) -> Result<(StatusCode, Json<GenerationStarted>)> {
    let (people, adversarial) = (order.people, order.adversarial);
    let started = start(state, access, order, key.as_deref()).await?;
    let answer = GenerationStarted {
        message: "Persona generation started",
        project_id: access.project_id(),
        num_personas: people,
        adversarial_mode: adversarial,
        run_id: started.run.run_id,
        population_id: started.run.population_id,
        seed: started.run.seed,
        applied: started.applied,
    };
    Ok((StatusCode::ACCEPTED, Json(answer)))
}
