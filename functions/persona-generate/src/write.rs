//! Writing one person: a compact card in, a checked text out.

use offline::writer;
use platform::model::{Failure, Model, Request};
use platform::runs::Lease;
use records::population::{MOST_TEXT_TOKENS, RunInput, TASK};
use shared::persona::{Card, PersonaText, check};
use shared::prompt;
use tokio_util::sync::CancellationToken;

// Chosen by hand: no model was measured (docs/models.md).
const TEMPERATURE: f32 = 0.9;

/// A text and who wrote it.
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) text: PersonaText,
    pub(crate) model: String,
    pub(crate) is_simulated: bool,
    pub(crate) prompt_version: &'static str,
    /// Whether passages of documents were in the prompt.
    pub(crate) is_grounded: bool,
}

/// Has one person written. Holds no connection while the model thinks.
pub(crate) async fn write(
    model: &Model,
    lease: &Lease,
    input: &RunInput,
    card: &Card,
    passages: &[String],
    cancel: CancellationToken,
) -> Result<Text, Failure> {
    let context: Vec<&str> = passages.iter().map(String::as_str).collect();
    let prompt = prompt::persona(card, &input.brief, input.language, &context);
    let seed = input.seed.child("text", u64::from(card.index));
    let offline = || writer::write(card, &input.brief, input.language, seed);
    let request = Request {
        task: TASK,
        prompt_version: prompt.version,
        project: lease.project_id,
        run: Some(lease.run_id),
        item: Some(card.index.cast_signed()),
        system: &prompt.system,
        user: &prompt.user,
        max_output_tokens: MOST_TEXT_TOKENS,
        temperature: TEMPERATURE,
        seed,
        cancel,
        offline: &offline,
    };
    let rules = |text: &PersonaText, _| {
        let violations = check::check(card, text, input.language);
        violations.iter().map(ToString::to_string).collect()
    };
    let answer = model.ask(&request, &rules).await?;
    Ok(Text {
        text: answer.value,
        model: answer.model,
        is_simulated: answer.simulated,
        prompt_version: prompt.version,
        is_grounded: !passages.is_empty(),
    })
}
