//! What a run will take, before it is started.

use std::time::Duration;

use axum::extract::State;
use platform::http::{Json, Problem, Query};
use platform::limit::Change;
use platform::model::{FASTEST_CALL, Range, Size, Usage};
use platform::runs::ITEMS_AT_ONCE;
use platform::{Editor, Result, Within};
use records::population::{self, Wanted};
use records::survey::{self, OfSurvey};
use serde::{Deserialize, Serialize};
use shared::id::SurveyId;
use shared::persona::Card;
use shared::prompt;
use shared::survey::{Asked, Elicitation, Presented, Question, QuestionKind, logic};
use utoipa::{IntoParams, ToSchema};

use crate::rating::default_elicitation;
use crate::sampling::wanted;
use crate::{AppState, store};

/// Tokens around the answers of a call: braces, names of fields. Chosen by hand.
const FRAME_TOKENS: u32 = 60;
/// The fewest tokens of an answer to one question: a key and a value.
const LEAST_TOKENS: u64 = 2;
/// The most that a call usually takes. Chosen by hand: twice a turn of a group, because a call answers several
/// questions, or writes a person of 400 words.
const SLOWEST_CALL: Duration = Duration::from_secs(12);

/// What a run is expected to take.
#[derive(Serialize, ToSchema)]
#[schema(as = SurveyEstimate)]
pub(crate) struct Estimated {
    survey_id: SurveyId,
    /// People who would be asked.
    respondents: u32,
    /// How many people the project lacks for the survey's target.
    shortfall: u32,
    /// How many of these would be generated first; everything below is with them.
    generated: u32,
    /// Calls of the model: skipped follow-ups make fewer, repairs more. Embeddings of reactions, some
    /// dozens of tokens each, are not among them, nor are those of the passages that ground people.
    calls: Range,
    input_tokens: Range,
    output_tokens: Range,
    /// Money in micro-USD; absent where nobody has said what the model costs.
    cost_micros: Option<Range>,
    /// Wall time in seconds, 16 calls at a time.
    seconds: Range,
    model: String,
    /// True for answers without a model: they cost nothing.
    is_simulated: bool,
    /// What is left of the project's budget, in micro-USD; absent where it has none. A run stops
    /// asking at that, and says so.
    budget_left_micros: Option<i64>,
}

/// The most tokens that an answer to these questions may have: the model's room, so that none is cut off, and the
/// high end of what a run takes.
pub(crate) fn output_tokens(asked: &[Asked<'_>]) -> u32 {
    asked.iter().map(|asked| tokens(asked.question, asked.elicitation)).sum::<u32>() + FRAME_TOKENS
}

/// Tokens of one answer at most, its key and marks with it. Chosen by hand, with room above what the prompt asks for;
/// Polish takes about a token for three letters, and a text counts one for two of its bytes.
fn tokens(question: &Question, elicitation: Elicitation) -> u32 {
    let longest = |texts: &[String]| texts.iter().map(String::len).max().unwrap_or(0) as u32;
    let rating = match elicitation {
        // a number
        Elicitation::Direct => 10,
        // of each point a percentage and a comma
        Elicitation::Distribution => 12 + 4 * question.points() as u32,
        // one to three sentences
        Elicitation::Similarity => 160,
    };
    match question.kind {
        // the option word for word
        QuestionKind::SingleChoice => 16 + longest(question.choices()) / 2,
        QuestionKind::MultipleChoice | QuestionKind::Ranking => {
            16 + question.most() as u32 * (6 + longest(question.choices()) / 2)
        }
        QuestionKind::RatingScale | QuestionKind::Nps => rating,
        // each row by a short name of its own
        QuestionKind::Matrix => 10 + question.items().len() as u32 * (6 + rating),
        // up to fifteen digits
        QuestionKind::Numeric => 20,
        // one to three sentences, of people who write more than in a reaction
        QuestionKind::OpenText => 200,
    }
}

/// How the run would be started.
#[derive(Deserialize, IntoParams)]
pub(crate) struct How {
    /// Generate the missing personas first, as `enlarge` of the run does. Default false.
    #[serde(default)]
    enlarge: bool,
}

/// What running the survey now would take, as a range.
#[utoipa::path(post, path = "/api/v1/surveys/{survey_id}/estimate", tag = "surveys",
    params(("survey_id" = SurveyId, Path), How), security(("bearer" = [])),
    responses((status = 200, body = Estimated), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn estimate(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfSurvey<Editor>,
    Query(how): Query<How>,
) -> Result<Json<Estimated>> {
    let survey = survey::get(&state.worker.base.pool, &of).await?;
    let elicitation =
        default_elicitation(state.rater.tested(&survey, of.access.account_id()).await?.as_ref());
    let wanted = wanted(&survey);
    let existing = store::count_people(&state.worker.base.pool, &of).await?.min(wanted);
    let mut connection = state.worker.base.pool.acquire().await?;
    let sample = store::next_people(&mut connection, &of, 0, 1).await?;
    let budget_left_micros = store::budget_left(&mut connection, &of).await?;
    drop(connection);
    let shortfall = wanted - existing;
    let generated = if how.enlarge { shortfall } else { 0 };
    let asked = |card: &Card| Work::of(&survey, elicitation, card).of_people(existing + generated);
    let works = match sample.first() {
        Some(person) if generated == 0 => vec![asked(&person.card)],
        person => {
            let people =
                Wanted::next_of_project(&state.worker.base.pool, of.access, generated).await?;
            let sample = people.sample().await?;
            let card = person.map_or(&sample, |person| &person.card);
            vec![asked(card), Work::of_text(&people, &sample).of_people(generated)]
        }
    };
    let mut costs = Vec::new();
    for work in &works {
        costs.push(state.worker.model.cost(work.task, work.calls, work.size).await?);
    }
    let total = |of: &dyn Fn(&Work) -> Range| works.iter().map(of).sum();
    Ok(Json(Estimated {
        survey_id: of.id,
        respondents: existing + generated,
        shortfall,
        generated,
        seconds: total(&Work::seconds),
        cost_micros: costs.into_iter().sum(),
        input_tokens: total(&|work| work.tokens(|usage| usage.input_tokens)),
        output_tokens: total(&|work| work.tokens(|usage| usage.output_tokens)),
        calls: total(&|work| work.calls),
        model: state.worker.model.name().to_owned(),
        is_simulated: state.worker.model.is_simulated(),
        budget_left_micros,
    }))
}

/// Calls of one kind.
struct Work {
    task: &'static str,
    calls: Range,
    /// What one of them takes.
    size: Size,
}

impl Work {
    /// Asking one respondent, from the prompts that somebody would get.
    fn of(survey: &survey::Survey, elicitation: Elicitation, card: &Card) -> Self {
        let questions: Vec<&Question> = survey.questions.iter().collect();
        let calls = logic::calls(&questions);
        let asked: Vec<Vec<Asked<'_>>> =
            calls.iter().map(|call| asked(call, elicitation)).collect();
        let most = asked.iter().map(|call| u64::from(output_tokens(call))).max().unwrap_or(0);
        let prompts = asked.iter().map(|call| {
            let language = survey.language();
            let prompt = prompt::questionnaire(card, "", &survey.title, call, &[], language);
            (prompt.system.len() + prompt.user.len()) as u64
        });
        let bytes = prompts.max().unwrap_or(0);
        let fewest = asked.iter().map(Vec::len).min().unwrap_or(0);
        let always = calls.iter().filter(|call| call.iter().any(|q| q.show_if.is_none())).count();
        let usage = |input_tokens, output_tokens| Usage { input_tokens, output_tokens };
        Self {
            task: "survey_answers",
            calls: Range { low: always.max(1) as u64, high: calls.len() as u64 },
            // four bytes a token in English, two in Polish with the schema beside
            size: Size {
                low: usage(bytes / 4, LEAST_TOKENS * fewest as u64),
                high: usage(bytes / 2 + most, most),
            },
        }
    }

    /// Writing one of these people.
    fn of_text(people: &Wanted, card: &Card) -> Self {
        let calls = Range { low: 1, high: 1 };
        Self { task: population::TASK, calls, size: people.writing(card) }
    }

    /// The same for so many people: each call may be repaired once.
    fn of_people(self, people: u32) -> Self {
        let (n, Range { low, high }) = (u64::from(people), self.calls);
        Self { calls: Range { low: n * low, high: 2 * n * high }, ..self }
    }

    fn tokens(&self, of: impl Fn(Usage) -> u64) -> Range {
        let Range { low, high } = self.calls;
        Range { low: low * of(self.size.low), high: high * of(self.size.high) }
    }

    fn seconds(&self) -> Range {
        let rounds = |calls: u64, call: Duration| {
            (calls.div_ceil(ITEMS_AT_ONCE as u64) * call.as_millis() as u64).div_ceil(1_000)
        };
        let Range { low, high } = self.calls;
        Range { low: rounds(low, FASTEST_CALL), high: rounds(high, SLOWEST_CALL) }
    }
}

fn asked<'a>(call: &[&'a Question], default: Elicitation) -> Vec<Asked<'a>> {
    call.iter()
        .map(|question| Asked {
            question,
            title: question.title.clone(),
            options: Presented::default().options_of(question),
            elicitation: question.elicited(default),
        })
        .collect()
}
