//! What a run will take, before it starts.

use axum::extract::State as Of;
use platform::discussion::OfFocusGroup;
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::model::{Failure, Size, Usage};
use platform::{Editor, Error, Result, Within};
use serde::Serialize;
use shared::discussion::Plan;
use shared::discussion::memory::TOKEN_BUDGET;
use shared::id::FocusGroupId;
use utoipa::ToSchema;

use crate::{State, store};

/// Tokens of an opening prompt, which has no discussion in it, and of the shortest and longest turn
/// with its JSON.
const LEAST_INPUT: u64 = 900;
const LEAST_OUTPUT: u64 = 40;
const MOST_OUTPUT: u64 = 320;
/// Seconds that a call usually takes, from the fastest to the slowest of the models that we list.
const FASTEST_CALL_S: f64 = 0.8;
const SLOWEST_CALL_S: f64 = 6.0;
/// Opening answers under way at the same time.
const AT_ONCE: f64 = 16.0;

/// A range.
#[derive(Serialize, ToSchema)]
pub(crate) struct Range {
    low: f64,
    high: f64,
}

/// What a run of the group as it is set up now would take.
#[derive(Serialize, ToSchema)]
pub(crate) struct Estimated {
    focus_group_id: FocusGroupId,
    participants: usize,
    questions: usize,
    /// Turns, the moderator's included.
    turns: u32,
    /// Calls of the language model.
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
    Of(state): Of<State>,
    _: Within<Change>,
    group: OfFocusGroup<Editor>,
) -> Result<Json<Estimated>> {
    let mut connection = state.pool.acquire().await?;
    let row = store::lock(&mut connection, group.access, group.id).await?;
    let people = store::participants(&mut connection, group.access, &row.persona_ids).await?.len();
    drop(connection);
    let plan = Plan::new(row.questions.len(), people);
    let (fewest, most) = plan.calls();
    let input = TOKEN_BUDGET as u64;
    let size = Size {
        low: Usage { input_tokens: LEAST_INPUT, output_tokens: LEAST_OUTPUT },
        high: Usage { input_tokens: input, output_tokens: MOST_OUTPUT },
    };
    let cost = match cost(&state, fewest, most, size).await {
        Ok(range) => Some(range),
        Err(Failure::PriceUnknown) => None,
        Err(failure) => return Err(Error::Internal(failure.into())),
    };
    let openings = f64::from(plan.questions * plan.participants);
    let rounds = (openings / AT_ONCE).ceil();
    let slots = f64::from(plan.questions * plan.slots);
    let is_offline = state.model.is_simulated();
    let seconds = |share: f64, call: f64| {
        let call = if is_offline { 0.02 } else { call };
        (rounds + slots * share) * call
    };
    let range = |low: f64, high: f64| Range { low, high };
    Ok(Json(Estimated {
        focus_group_id: group.id,
        participants: people,
        questions: row.questions.len(),
        turns: plan.total(),
        calls: range(f64::from(fewest), f64::from(most)),
        tokens: range(
            f64::from(fewest) * (LEAST_INPUT + LEAST_OUTPUT) as f64,
            f64::from(most) * (input + MOST_OUTPUT) as f64,
        ),
        cost_micros: cost,
        seconds: range(seconds(0.5, FASTEST_CALL_S), seconds(1.0, SLOWEST_CALL_S)),
        model: state.model.name().to_owned(),
    }))
}

async fn cost(state: &State, fewest: u32, most: u32, size: Size) -> Result<Range, Failure> {
    let task = "focus_group_turn";
    let low = state.model.estimate(task, fewest, size).await?.low_micros;
    let high = state.model.estimate(task, most, size).await?.high_micros;
    Ok(Range { low: low as f64, high: high as f64 })
}
