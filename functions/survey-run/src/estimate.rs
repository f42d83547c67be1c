//! What a run will take, before it is started.

use axum::extract::State as Of;
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::model::{Failure, Size, Usage};
use platform::survey::{self, OfSurvey};
use platform::{Editor, Error, Result, Within};
use serde::Serialize;
use shared::id::SurveyId;
use shared::persona::Card;
use shared::prompt;
use shared::survey::{Asked, Elicitation, Kind, Presented, Question, logic};
use utoipa::ToSchema;

use crate::invite::wanted;
use crate::rating::default_elicitation;
use crate::{State, store};

/// Tokens around the answers of a call: braces, names of fields.
const FRAME_TOKENS: u32 = 60;
/// The fewest tokens of an answer to one question: a key and a value.
const LEAST_TOKENS: u64 = 2;
/// The most that a provider is waited for, and the least that one takes, in milliseconds a call.
const CALL_MS: [u64; 2] = [800, 12_000];
/// Calls at once in one worker.
const AT_ONCE: u64 = 16;

/// A range.
#[derive(Serialize, ToSchema)]
pub(crate) struct Range {
    low: u64,
    high: u64,
}

/// What a run is expected to take.
#[derive(Serialize, ToSchema)]
pub(crate) struct Estimated {
    survey_id: SurveyId,
    /// People who would be asked.
    respondents: u32,
    /// How many people the project lacks for the survey's target.
    shortfall: u32,
    /// Calls of the model: skipped follow-ups make fewer, repairs more. Embeddings of reactions, some
    /// dozens of tokens each, are not among them.
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

/// The most tokens that an answer to these questions may have.
pub(crate) fn output_tokens(asked: &[Asked<'_>]) -> u32 {
    asked.iter().map(|asked| tokens(asked.question, asked.elicitation)).sum::<u32>() + FRAME_TOKENS
}

/// Tokens of one answer at most. Polish takes about a token for three letters.
fn tokens(question: &Question, elicitation: Elicitation) -> u32 {
    let longest = |texts: &[String]| texts.iter().map(String::len).max().unwrap_or(0) as u32;
    let rating = match elicitation {
        Elicitation::Direct => 10,
        Elicitation::Distribution => 12 + 4 * question.points() as u32,
        Elicitation::Similarity => 160,
    };
    match question.kind {
        Kind::SingleChoice => 16 + longest(question.choices()) / 2,
        Kind::MultipleChoice | Kind::Ranking => {
            16 + question.most() as u32 * (6 + longest(question.choices()) / 2)
        }
        Kind::RatingScale | Kind::Nps => rating,
        Kind::Matrix => 10 + question.items().len() as u32 * (6 + rating),
        Kind::Numeric => 20,
        Kind::OpenText => 200,
    }
}

/// What running the survey now would take, as a range.
#[utoipa::path(post, path = "/api/v1/surveys/{survey_id}/estimate", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Estimated), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn estimate(
    Of(state): Of<State>,
    _: Within<Change>,
    of: OfSurvey<Editor>,
) -> Result<Json<Estimated>> {
    let survey = survey::get(&state.pool, &of).await?;
    let elicitation = default_elicitation(state.rater.tested(&survey).await?.as_ref());
    let wanted = wanted(&survey);
    let mut connection = state.pool.acquire().await?;
    let people = store::next_people(&mut connection, &of, 0, wanted).await?;
    let budget_left_micros = store::budget_left(&mut connection, &of).await?;
    drop(connection);
    let respondents = u32::try_from(people.len()).unwrap_or(u32::MAX);
    let work = Work::of(&survey, elicitation, people.first().map(|person| &person.card));
    let cost_micros = match state.model.estimate("survey_answers", 1, work.size()).await {
        // experience is a call's; a respondent takes some
        Ok(cost) => Some(Range {
            low: cost.low_micros.unsigned_abs() * work.calls.low * u64::from(respondents),
            high: cost.high_micros.unsigned_abs() * work.calls.high * u64::from(respondents),
        }),
        Err(Failure::PriceUnknown) => None,
        Err(Failure::Ledger(error)) => return Err(Error::Database(error)),
        Err(failure) => return Err(Error::Internal(failure.into())),
    };
    let n = u64::from(respondents);
    let calls = Range { low: n * work.calls.low, high: 2 * n * work.calls.high };
    let rounds = |calls: u64, ms: u64| (calls.div_ceil(AT_ONCE) * ms).div_ceil(1_000);
    Ok(Json(Estimated {
        survey_id: of.survey_id,
        respondents,
        shortfall: wanted - respondents,
        input_tokens: Range { low: calls.low * work.input.low, high: calls.high * work.input.high },
        output_tokens: Range {
            low: calls.low * work.output.low,
            high: calls.high * work.output.high,
        },
        seconds: Range { low: rounds(calls.low, CALL_MS[0]), high: rounds(calls.high, CALL_MS[1]) },
        cost_micros,
        calls,
        model: state.model.name().to_owned(),
        is_simulated: state.model.is_simulated(),
        budget_left_micros,
    }))
}

/// The work of one respondent.
struct Work {
    calls: Range,
    input: Range,
    output: Range,
}

impl Work {
    /// From the prompts that somebody would get.
    fn of(survey: &survey::Survey, elicitation: Elicitation, card: Option<&Card>) -> Self {
        let questions: Vec<&Question> = survey.questions.iter().collect();
        let calls = logic::calls(&questions);
        let asked: Vec<Vec<Asked<'_>>> =
            calls.iter().map(|call| asked(call, elicitation)).collect();
        let most = asked.iter().map(|call| u64::from(output_tokens(call))).max().unwrap_or(0);
        let prompts = asked.iter().filter_map(|call| {
            let language = survey.language();
            let prompt = prompt::questionnaire(card?, "", &survey.title, call, &[], language);
            Some((prompt.system.len() + prompt.user.len()) as u64)
        });
        let bytes = prompts.max().unwrap_or(0);
        let fewest = asked.iter().map(Vec::len).min().unwrap_or(0);
        let always = calls.iter().filter(|call| call.iter().any(|q| q.show_if.is_none())).count();
        Self {
            calls: Range { low: always.max(1) as u64, high: calls.len() as u64 },
            // four bytes a token in English, two in Polish with the schema beside
            input: Range { low: bytes / 4, high: bytes / 2 + most },
            output: Range { low: LEAST_TOKENS * fewest as u64, high: most },
        }
    }

    fn size(&self) -> Size {
        let usage = |input_tokens, output_tokens| Usage { input_tokens, output_tokens };
        Size {
            low: usage(self.input.low, self.output.low),
            high: usage(self.input.high, self.output.high),
        }
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
