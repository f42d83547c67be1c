//! What was said: the client's responses, and the whole transcript with its measures.

use std::collections::BTreeMap;

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::{Heavy, Poll};
use platform::{Result, Viewer, Within};
use records::discussion::{self, OfFocusGroup, StoredTurn};
use serde::Serialize;
use shared::discussion::{Act, TurnKind, Why};
use shared::id::{FocusGroupId, PersonaId, RunId, TurnId};
use utoipa::ToSchema;

use crate::{AppState, store};

/// The answers by question, as the client reads them: openings first, then the discussion.
#[derive(Serialize, ToSchema)]
pub(crate) struct Responses {
    focus_group_id: FocusGroupId,
    total_responses: usize,
    questions: Vec<QuestionResponses>,
    /// The run that they are of: the latest.
    run_id: Option<RunId>,
    /// Participants who were removed for good, with everything that they said.
    people_removed: usize,
}

/// The answers to one question.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuestionResponses {
    question: String,
    responses: Vec<Response>,
}

/// One answer.
#[derive(Serialize, ToSchema)]
#[schema(as = FocusGroupResponse)]
pub(crate) struct Response {
    persona_id: PersonaId,
    response: String,
    created_at: DateTime<Utc>,
    /// What summaries and the graph cite.
    id: TurnId,
    #[schema(inline)]
    kind: TurnKind,
}

/// Every turn in its order.
#[derive(Serialize, ToSchema)]
pub(crate) struct Transcript {
    focus_group_id: FocusGroupId,
    run_id: Option<RunId>,
    /// The run's state in the client's words.
    status: &'static str,
    questions: Vec<String>,
    turns: Vec<TurnView>,
    /// Turns that are not there, by reason.
    missing: BTreeMap<String, u32>,
    /// Participants who were removed for good: their turns have no words any more.
    people_removed: usize,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct TurnView {
    id: TurnId,
    /// Its place in the discussion.
    number: u32,
    /// Which question, from 0.
    question: u32,
    #[schema(inline)]
    kind: TurnKind,
    /// Whose; none is the moderator's.
    persona_id: Option<PersonaId>,
    /// The speaker's name; none is the moderator.
    speaker: Option<String>,
    /// The turn that it takes up.
    reply_to: Option<TurnId>,
    #[schema(inline)]
    act: Option<Act>,
    /// From -2, strongly against, to 2, strongly for.
    stance: Option<i8>,
    /// The words; none where the turn is missing, or its speaker was removed for good.
    text: Option<String>,
    /// Why this speaker had the turn.
    #[schema(inline)]
    why: Option<Why>,
    written_by: Option<String>,
    is_simulated: bool,
    /// Whether the speaker was removed for good.
    is_removed: bool,
    created_at: DateTime<Utc>,
}

/// What was answered, by question, in the latest run.
#[utoipa::path(get, path = "/api/v1/focus-groups/{focus_group_id}/responses", tag = "focus groups",
    params(("focus_group_id" = FocusGroupId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Responses), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn responses(
    State(state): State<AppState>,
    _: Within<Poll>,
    group: OfFocusGroup<Viewer>,
) -> Result<Json<Responses>> {
    let row = store::get(&state.worker.base.pool, group.access, group.id).await?;
    let run = row.run_id.map(RunId);
    let turns = match run {
        Some(run) => discussion::turns(&state.worker.base.pool, group.access.into(), run).await?,
        None => Vec::new(),
    };
    let total_responses = turns.iter().filter(|stored| stored.turn.is_said()).count();
    let questions = row.questions.into_iter().zip(0..).map(|(question, number)| {
        let answers = turns.iter().filter(|stored| stored.turn.question == number);
        QuestionResponses { question, responses: answers.filter_map(response).collect() }
    });
    Ok(Json(Responses {
        focus_group_id: group.id,
        total_responses,
        questions: questions.collect(),
        run_id: run,
        people_removed: discussion::people_removed(&turns),
    }))
}

fn response(stored: &StoredTurn) -> Option<Response> {
    Some(Response {
        persona_id: stored.persona_id?,
        response: stored.turn.text.clone()?,
        created_at: stored.created_at,
        id: stored.id,
        kind: stored.turn.kind,
    })
}

/// The whole discussion of the latest run.
#[utoipa::path(get, path = "/api/v1/focus-groups/{focus_group_id}/transcript",
    tag = "focus groups", params(("focus_group_id" = FocusGroupId, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = Transcript), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn transcript(
    State(state): State<AppState>,
    _: Within<Heavy>,
    group: OfFocusGroup<Viewer>,
) -> Result<Json<Transcript>> {
    let row = store::get(&state.worker.base.pool, group.access, group.id).await?;
    let status = crate::group::client_status(row.run_status);
    let run = row.run_id.map(RunId);
    let (turns, missing, names) = match run {
        Some(run) => (
            discussion::turns(&state.worker.base.pool, group.access.into(), run).await?,
            discussion::missing(&state.worker.base.pool, group.access.into(), run).await?,
            discussion::setting(&state.worker.base.pool, group.access.into(), run).await?.map(
                |setting| (0..setting.participants.len()).map(|who| setting.name_of(who)).collect(),
            ),
        ),
        None => (Vec::new(), BTreeMap::new(), None),
    };
    let names: Vec<String> = names.unwrap_or_default();
    let ids: BTreeMap<u32, TurnId> = turns.iter().map(|s| (s.turn.number, s.id)).collect();
    let people_removed = discussion::people_removed(&turns);
    let turns = turns.into_iter().map(|stored| view(stored, &names, &ids)).collect();
    let questions = row.questions;
    Ok(Json(Transcript {
        focus_group_id: group.id,
        run_id: run,
        status,
        questions,
        turns,
        missing,
        people_removed,
    }))
}

fn view(stored: StoredTurn, names: &[String], ids: &BTreeMap<u32, TurnId>) -> TurnView {
    let turn = stored.turn;
    TurnView {
        id: stored.id,
        number: turn.number,
        question: turn.question,
        kind: turn.kind,
        persona_id: stored.persona_id,
        speaker: turn.speaker.and_then(|who| names.get(who).cloned()),
        reply_to: turn.reply_to.and_then(|number| ids.get(&number).copied()),
        act: turn.act,
        stance: turn.stance,
        text: turn.text,
        why: turn.why,
        written_by: stored.written_by,
        is_simulated: stored.is_simulated,
        is_removed: stored.is_removed,
        created_at: stored.created_at,
    }
}
