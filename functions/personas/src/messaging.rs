//! Messages to a persona: written by a model within rules that code keeps.

use std::time::Duration;

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::{Class, Rate, WithoutRedis};
use platform::model::{Attempt, Failure, Request, Terms};
use platform::{Editor, Result, Within, audit};
use records::persona::OfPersona;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::account::Plan;
use shared::id::PersonaId;
use shared::insight::message::{Channel, Limits, Tone, Variant, finished, flaws};
use shared::insight::{MessageDraft, NeedsAndPains, Order};
use shared::{Checks, prompt};
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::AppState;
use crate::subject::{Subject, needs_of};

/// The model's task.
const TASK: &str = "persona_messages";
/// Variants are to differ.
const TEMPERATURE: f32 = 0.8;
/// What a variant may take besides its longest text: names of fields and marks.
const TOKENS_AROUND: u32 = 80;
/// The most characters of what documents say.
const MOST_SOURCES: usize = 1_000;
/// The longest occasion, in characters.
const LONGEST_CONTEXT: usize = 1_000;

/// Writing messages: 10 an hour, whatever the plan (the client's contract, §0.4).
///
/// Without Redis each process counts alone, because every passing request costs money.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Messaging;

impl Class for Messaging {
    const BUCKET: &'static str = "messaging";
    const WITHOUT_REDIS: WithoutRedis = WithoutRedis::CountAlone;

    fn rate(_: Plan) -> Rate {
        Rate { limit: 10, window: Duration::from_secs(3_600) }
    }
}

/// What messages are wanted.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WriteMessages {
    tone: Tone,
    r#type: Channel,
    /// 1 to 5 that differ. Default 3.
    num_variants: Option<usize>,
    /// The occasion, an offer: at most 1,000 characters. What it says counts as a source.
    context: Option<String>,
}

/// Messages to a persona.
#[derive(Serialize, ToSchema)]
pub(crate) struct Messages {
    variants: Vec<Variant>,
    generated_at: DateTime<Utc>,
    /// The model that wrote them.
    generated_by: String,
    /// True for the offline writer's.
    is_simulated: bool,
    prompt_version: &'static str,
    /// The longest that each part may be, in characters.
    limits: Limits,
}

/// Writes messages to the persona, in the language of the project. Code counts the characters and sees to it that
/// variants differ. What a message claims and no source of the project says is asked to be left out once; what stays
/// is named in `unsupported_claims`.
#[utoipa::path(post, path = "/api/v1/personas/{persona_id}/actions/messaging", tag = "personas",
    params(("persona_id" = PersonaId, Path)), request_body = WriteMessages,
    security(("bearer" = [])),
    responses((status = 200, body = Messages), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn write(
    State(state): State<AppState>,
    _: Within<Messaging>,
    persona: OfPersona<Editor>,
    Json(asked): Json<WriteMessages>,
) -> Result<Json<Messages>> {
    let terms = Terms::of_request(persona.access.account_id());
    let mut checks = Checks::default();
    checks.range("num_variants", asked.num_variants, 1..=5);
    checks.length("context", asked.context.as_deref(), 0..=LONGEST_CONTEXT);
    checks.done()?;
    let order = Order {
        tone: asked.tone,
        channel: asked.r#type,
        variants: asked.num_variants.unwrap_or(3),
        context: asked.context.filter(|text| !text.trim().is_empty()),
    };
    let subject = Subject::read(&state, persona.access.least(), persona.id).await?;
    let (needs, _) = needs_of(&state, persona.access.into(), &subject.row).await?;
    // On record before anybody is asked: who wanted what, never their words.
    let details = json!({
        "tone": order.tone, "type": order.channel, "num_variants": order.variants,
        "has_context": order.context.is_some(),
    });
    let entry = persona.entry("messaging", details);
    audit::record_view(&state.base.side, &state.base.ids, state.base.clock.now(), &entry).await?;
    let asking = Asking { subject, needs, order };
    Ok(Json(Box::pin(asking.written(&state, &persona, terms)).await?))
}

/// What the model is asked for.
struct Asking {
    subject: Subject,
    needs: NeedsAndPains,
    order: Order,
}

impl Asking {
    async fn written(
        &self,
        state: &AppState,
        persona: &OfPersona<Editor>,
        terms: Terms,
    ) -> Result<Messages, Failure> {
        let (row, order, language) = (&self.subject.row, &self.order, self.subject.language());
        let cited = self.subject.context(MOST_SOURCES);
        let (person, brief) = (self.subject.person(), &self.subject.brief);
        let prompt = prompt::messages(person, brief, &self.needs, &cited, order, language);
        let offline = || offline::insight::messages(&row.card, brief, order, language);
        let request = Request {
            task: TASK,
            prompt_version: prompt.version,
            project: Some(persona.access.project_id()),
            run: None,
            item: None,
            system: &prompt.system,
            user: &prompt.user,
            max_output_tokens: most_tokens(order),
            temperature: TEMPERATURE,
            seed: row.seed().child("messages", u64::from(row.card.index)),
            cancel: CancellationToken::new(),
            offline: &offline,
        };
        let sources = self.sources(&cited);
        // Claims are asked to be left out once. An answer that fails of nothing else is shown with them marked.
        let check = |draft: &MessageDraft, attempt| {
            let mut flaws = flaws(draft, order, language);
            if attempt == Attempt::First {
                flaws.extend(claims(draft, &sources));
            }
            flaws
        };
        let answer = state.model.under(terms).ask(&request, &check).await?;
        Ok(Messages {
            variants: finished(&answer.value, &sources),
            generated_at: state.base.clock.now(),
            generated_by: answer.model,
            is_simulated: answer.simulated,
            prompt_version: prompt.version,
            limits: order.channel.limits(),
        })
    }

    /// What may be claimed of the product: what the project, its documents and the occasion say of it. What people need
    /// and what the researcher wants to find out are no facts.
    fn sources<'a>(&'a self, cited: &'a str) -> Vec<&'a str> {
        let brief = &self.subject.brief;
        let own = [&brief.product, &brief.topic, &self.order.context];
        own.into_iter().flatten().map(String::as_str).chain([cited]).collect()
    }
}

/// Which variants claim what no source says, in words for the model; the claims themselves are never quoted.
fn claims(draft: &MessageDraft, sources: &[&str]) -> Vec<String> {
    let numbered = (1..).zip(&draft.variants);
    let found = numbered.filter(|(_, one)| !one.unsupported(sources).is_empty());
    let rule = "states a figure, a superlative or a guarantee that no source has: leave it out";
    found.map(|(number, _)| format!("variant {number} {rule}")).collect()
}

/// A token for two characters, as Polish may need, of every part of every variant.
fn most_tokens(order: &Order) -> u32 {
    let limits = order.channel.limits();
    let letters = limits.headline + limits.subheadline + limits.body + limits.cta;
    let each = u32::try_from(letters / 2).unwrap_or(u32::MAX).saturating_add(TOKENS_AROUND);
    each.saturating_mul(u32::try_from(order.variants).unwrap_or(1))
}
