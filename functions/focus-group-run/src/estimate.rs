//! What a run will take, before it starts.

use std::time::Duration;

use axum::extract::State;
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::model::{FASTEST_CALL, Range, Size, Usage};
use platform::runs::ITEMS_AT_ONCE;
use platform::{Editor, Result, Within};
use records::discussion::OfFocusGroup;
use serde::Serialize;
use shared::discussion::Schedule;
use shared::discussion::context::TOKEN_BUDGET;
use shared::id::FocusGroupId;
use utoipa::ToSchema;

use crate::speak::{MAX_OUTPUT_TOKENS, TASK, TRIES};
use crate::{AppState, store};

/// Tokens of an opening prompt, which has no discussion in it, and of the shortest turn with its JSON. Chosen by hand,
/// below what offline runs take.
const LEAST: Usage = Usage { input_tokens: 900, output_tokens: 40 };
/// Tokens beside the prompt and the answer: the answer's schema, and what a repair says is wrong. Chosen by hand.
const FRAME_TOKENS: u64 = 300;
/// Tokens of the longest prompt and of the longest answer.
const MOST: Usage = Usage {
    input_tokens: TOKEN_BUDGET as u64 + FRAME_TOKENS,
    output_tokens: MAX_OUTPUT_TOKENS as u64,
};
/// A try is one call, and one more where its answer has to be repaired.
const CALLS_A_TRY: u32 = 2;
/// The most that a call usually takes. Chosen by hand: half of what a call of a survey has, because a turn is one short
/// text of at most [`MAX_OUTPUT_TOKENS`].
const SLOWEST_CALL: Duration = Duration::from_secs(6);
/// A round of the offline participants: nothing is waited for but the database. Chosen by hand.
const OFFLINE_ROUND: Duration = Duration::from_millis(20);
/// The least share of slots that is a participant's; the others are the moderator's, who needs no call: see
/// [`Schedule::answers`].
const FEWEST_SLOTS: f64 = 0.5;

/// What a run of the group as it is set up now would take.
#[derive(Serialize, ToSchema)]
#[schema(as = FocusGroupEstimate)]
pub(crate) struct Estimated {
    focus_group_id: FocusGroupId,
    participants: usize,
    questions: usize,
    /// Turns, the moderator's included.
    turns: u32,
    /// Calls of the language model that are answered: from one a turn to two tries, each repaired.
    calls: Range,
    /// Tokens of prompts and answers together.
    tokens: Range,
    /// Micro-USD; absent when the model's price is not known.
    cost_micros: Option<Range>,
    /// Seconds from start to end.
    seconds: Range,
    /// The model that would be asked.
    model: String,
}

/// What a run would take: calls, tokens, money and time, each as a range.
#[utoipa::path(post, path = "/api/v1/focus-groups/{focus_group_id}/estimate", tag = "focus groups",
    params(("focus_group_id" = FocusGroupId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Estimated), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn estimate(
    State(state): State<AppState>,
    _: Within<Change>,
    group: OfFocusGroup<Editor>,
) -> Result<Json<Estimated>> {
    let mut connection = state.base.pool.acquire().await?;
    let row = store::get(&mut connection, group.access, group.id).await?;
    let people = store::participants(&mut connection, group.access, &row.persona_ids).await?.len();
    drop(connection);
    let schedule = Schedule::new(row.questions.len(), people);
    let (fewest, answers) = schedule.answers();
    let tries = answers * TRIES;
    // the size of a call has the repair of a try in its high end
    let size = Size { low: LEAST, high: MOST };
    let asked = Range { low: u64::from(fewest), high: u64::from(tries) };
    let cost_micros = state.model.cost(TASK, asked, size).await?;
    let openings = f64::from(schedule.questions * schedule.participants);
    let rounds = (openings / ITEMS_AT_ONCE as f64).ceil();
    let slots = f64::from(schedule.questions * schedule.slots);
    let is_offline = state.model.is_simulated();
    let seconds = |share: f64, calls: u32, call: Duration| match is_offline {
        true => (rounds + slots * share) * OFFLINE_ROUND.as_secs_f64(),
        false => (rounds + slots * share) * f64::from(calls) * call.as_secs_f64(),
    };
    Ok(Json(Estimated {
        focus_group_id: group.id,
        participants: people,
        questions: row.questions.len(),
        turns: schedule.total(),
        calls: Range { high: u64::from(tries * CALLS_A_TRY), ..asked },
        tokens: Range {
            low: asked.low * (LEAST.input_tokens + LEAST.output_tokens),
            high: asked.high * most_tokens(),
        },
        cost_micros,
        seconds: Range {
            low: seconds(FEWEST_SLOTS, 1, FASTEST_CALL).floor() as u64,
            high: seconds(1.0, TRIES * CALLS_A_TRY, SLOWEST_CALL).ceil() as u64,
        },
        model: state.model.name().to_owned(),
    }))
}

/// Tokens of a try that is repaired: the repair sends the first answer back.
fn most_tokens() -> u64 {
    let first = MOST.input_tokens + MOST.output_tokens;
    first + first + MOST.output_tokens
}
