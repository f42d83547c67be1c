//! A persona's way to a purchase: written once for what it is made from, and read ever after.

use std::time::Duration;

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::{Class, Poll, Rate, WithoutRedis};
use platform::model::{Failure, REQUEST_LIMIT, Request, Terms};
use platform::{Editor, Result, Viewer, Within, audit, secret};
use records::journey::{self, StoredJourney};
use records::persona::OfPersona;
use serde::Serialize;
use serde_json::json;
use shared::account::Plan;
use shared::id::PersonaId;
use shared::insight::journey::{MOST_ANSWER_TOKENS, MOST_CONTEXT, finished, flaws};
use shared::insight::{Journey, JourneyDraft};
use shared::prompt;
use shared::prompt::Prompt;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::AppState;
use crate::store::{self, Claim, JourneyClaim, NewJourney};
use crate::subject::Subject;

/// The model's task.
const TASK: &str = "persona_journey";
/// Some variety.
const TEMPERATURE: f32 = 0.5;
/// How often somebody who waits for another's call looks.
const LOOK: Duration = Duration::from_millis(100);

/// Having a journey written: 10 an hour, whatever the plan.
///
/// Without Redis each process counts alone, because every passing request costs money.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing;

impl Class for Writing {
    const BUCKET: &'static str = "journey";
    const WITHOUT_REDIS: WithoutRedis = WithoutRedis::CountAlone;

    fn rate(_: Plan) -> Rate {
        Rate { limit: 10, window: Duration::from_secs(3_600) }
    }
}

/// A journey, and what it was written from.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonaJourney)]
pub(crate) struct JourneyView {
    persona_id: PersonaId,
    #[serde(flatten)]
    journey: Journey,
    /// Grows with every writing.
    version: i32,
    /// What of the documents was in the prompt: at most 500 characters.
    context: Option<String>,
    generated_at: DateTime<Utc>,
    /// The model that wrote it.
    generated_by: String,
    /// True for the offline writer's.
    is_simulated: bool,
    prompt_version: String,
}

/// The journey as it was written last.
#[derive(Serialize, ToSchema)]
#[schema(as = StoredPersonaJourney)]
pub(crate) struct Stored {
    /// Null before the first writing.
    journey: Option<JourneyView>,
    /// Whether something that it was written from has changed since, or there is none yet.
    is_stale: bool,
}

impl JourneyView {
    fn new(persona_id: PersonaId, row: StoredJourney) -> Self {
        Self {
            persona_id,
            journey: row.journey.0,
            version: row.version,
            context: row.context,
            generated_at: row.created_at,
            generated_by: row.written_by,
            is_simulated: row.is_simulated,
            prompt_version: row.prompt_version,
        }
    }
}

/// What a journey is written from.
struct Material {
    subject: Subject,
    context: String,
    prompt: Prompt,
    /// Of the prompt and the model: all that makes an answer another one.
    hash: [u8; 32],
}

impl Material {
    fn new(subject: Subject, model: &str) -> Self {
        let (context, language) = (subject.context(MOST_CONTEXT), subject.language());
        let prompt = prompt::journey(subject.person(), &subject.brief, &context, language);
        let all = [prompt.version, &prompt.system, &prompt.user, model].join("\u{1f}");
        let hash = secret::sha256(all.as_bytes());
        Self { subject, context, prompt, hash }
    }
}

/// The journey as it was written last. Nobody is asked by looking.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}/journey", tag = "personas",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Stored), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Poll>,
    persona: OfPersona<Viewer>,
) -> Result<Json<Stored>> {
    let (access, id) = (persona.access, persona.id);
    let material = Material::new(Subject::read(&state, access, id).await?, state.model.name());
    let row = journey::find(&state.base.pool, access.into(), id).await?;
    let is_stale = row.as_ref().is_none_or(|row| row.inputs_hash != material.hash);
    Ok(Json(Stored { journey: row.map(|row| JourneyView::new(id, row)), is_stale }))
}

/// Writes the way of the persona to a purchase, in four stages, where it is not written yet or something that it
/// rests on has changed. However many ask at once, one call is made and paid, and all get its answer. How long a
/// stage takes and how many turn back there is what a document of the project says, or absent.
#[utoipa::path(post, path = "/api/v1/personas/{persona_id}/journey", tag = "personas",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = JourneyView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn write(
    State(state): State<AppState>,
    _: Within<Writing>,
    persona: OfPersona<Editor>,
) -> Result<Json<JourneyView>> {
    let (began, id) = (Instant::now(), persona.id);
    let terms = Terms::of_request(persona.access.account_id());
    let subject = Subject::read(&state, persona.access.least(), id).await?;
    let material = Material::new(subject, state.model.name());
    loop {
        match store::claim_journey(&state, &persona, &material.hash).await? {
            Claim::Held(claim) => {
                let written = Box::pin(written(&state, &persona, &material, terms, &claim)).await;
                claim.release().await;
                return Ok(Json(JourneyView::new(id, written?)));
            }
            Claim::Stored(row) => {
                let now = state.base.clock.now();
                audit::record(&state.base.pool, &state.base.ids, now, &line(&persona, false))
                    .await?;
                return Ok(Json(JourneyView::new(id, *row)));
            }
            Claim::Busy if began.elapsed() < REQUEST_LIMIT => sleep(LOOK).await,
            Claim::Busy => return Err(Failure::TimedOut.into()),
        }
    }
}

fn line(persona: &OfPersona<Editor>, was_written: bool) -> audit::Entry {
    persona.entry("journey", json!({ "was_written": was_written }))
}

/// Has it written and stores it.
async fn written(
    state: &AppState,
    persona: &OfPersona<Editor>,
    material: &Material,
    terms: Terms,
    claim: &JourneyClaim,
) -> Result<StoredJourney> {
    let new = drafted(state, persona, material, terms).await?;
    claim.store(state, &new, line(persona, true)).await
}

/// Asks for it. Holds no connection while the model thinks.
async fn drafted(
    state: &AppState,
    persona: &OfPersona<Editor>,
    material: &Material,
    terms: Terms,
) -> Result<NewJourney, Failure> {
    let (row, language) = (&material.subject.row, material.subject.language());
    let seed = row.seed().child("journey", u64::from(row.card.index));
    let offline = || offline::insight::journey(&row.card, language, seed);
    let request = Request {
        task: TASK,
        prompt_version: material.prompt.version,
        project: Some(persona.access.project_id()),
        run: None,
        item: None,
        system: &material.prompt.system,
        user: &material.prompt.user,
        max_output_tokens: MOST_ANSWER_TOKENS,
        temperature: TEMPERATURE,
        seed,
        cancel: CancellationToken::new(),
        offline: &offline,
    };
    let check = |draft: &JourneyDraft, _| flaws(draft, language);
    let answer = state.model.under(terms).ask(&request, &check).await?;
    Ok(NewJourney {
        journey: finished(&answer.value, &material.context, language),
        inputs_hash: material.hash,
        context: (!material.context.is_empty()).then(|| material.context.clone()),
        written_by: answer.model,
        is_simulated: answer.simulated,
        prompt_version: material.prompt.version,
    })
}
