//! Starting a run: who is asked is decided and stored, then the workers are called.

use anyhow::anyhow;
use axum::extract::State;
use axum::http::StatusCode;
use platform::http::{Json, Problem};
use platform::limit::{Change, Generate};
use platform::postgres::again;
use platform::runs::{self, IdempotencyKey, NewShard, SameAs, StartRequest};
use platform::{Caller, Editor, Error, Result, Within, secret};
use records::population::DRAWS;
use records::survey::{self, OfSurvey, Survey};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::id::{RunId, SurveyId};
use shared::run::{RunKind, RunStatus};
use shared::survey::Elicitation;
use shared::survey::similarity::{LEAST_NEGATION, LEAST_ORDER, SelfTest};
use shared::{Checks, Seed};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::AppState;
use crate::input::{Generating, RunInput};
use crate::rating::{default_elicitation, is_by_similarity};
use crate::sampling::{Order, shards, wanted};
use crate::store;

/// How a survey is run.
#[derive(Default, Deserialize, Serialize, ToSchema)]
pub(crate) struct RunSurvey {
    /// Replays answers; below 2^53. Only of a survey that was never run.
    #[schema(value_type = Option<u64>)]
    seed: Option<u64>,
    /// Generates the missing personas first: the next people of the project's newest population, or
    /// the first of a new one. The survey asks when they have been written. Default false.
    #[serde(default)]
    enlarge: bool,
}

/// A run that has started.
#[derive(Serialize, ToSchema)]
#[schema(as = SurveyRunStarted)]
pub(crate) struct Started {
    message: &'static str,
    survey_id: SurveyId,
    /// Watch it at `/api/v1/runs/{run_id}`.
    run_id: RunId,
    #[schema(value_type = u64)]
    seed: Seed,
    /// People who are asked by this run, with those who are generated for it.
    invited: u32,
    /// How many people the project lacked for the survey's target when the run started.
    shortfall: u32,
    /// Who is generated for it, where that was asked for and somebody is lacking.
    #[serde(skip_serializing_if = "Option::is_none")]
    generating: Option<Generating>,
    /// How ratings are elicited where a question does not say: by similarity where the embeddings pass
    /// the self-test, by stated distribution otherwise. A survey that goes on stays with its first way.
    elicitation: Elicitation,
    /// What the self-test made of the embeddings. Absent where no question can need them, and where they
    /// did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    embeddings: Option<SelfTest>,
}

/// Asks the living people of the project, as many as the survey's target. A survey that failed, was cancelled
/// or ended half-way goes on with those who have not answered; one that ended goes on with new people,
/// where `enlarge` asks for them.
#[utoipa::path(post, path = "/api/v1/surveys/{survey_id}/run", tag = "surveys",
    params(("survey_id" = SurveyId, Path), ("idempotency-key" = Option<String>, Header)),
    request_body = RunSurvey, security(("bearer" = [])),
    responses((status = 202, body = Started), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn run(
    State(state): State<AppState>,
    _: Within<Change>,
    of: OfSurvey<Editor>,
    caller: Caller,
    key: IdempotencyKey,
    Json(request): Json<RunSurvey>,
) -> Result<(StatusCode, Json<Started>)> {
    let mut checks = Checks::default();
    checks.range("seed", request.seed, 0..=Seed::MAX);
    checks.done()?;
    if request.enlarge {
        let _: Within<Generate> = state.worker.base.limiter.pass(&caller).await?;
    }
    let started = start(&state, &of, &request, &key).await?;
    let first = started.generating.as_ref().map_or(started.run_id, |generating| generating.run_id);
    runs::dispatch(&state.worker.engine, first).await;
    Ok((StatusCode::ACCEPTED, Json(started)))
}

async fn start(
    state: &AppState,
    of: &OfSurvey<Editor>,
    request: &RunSurvey,
    key: &IdempotencyKey,
) -> Result<Started> {
    let survey = survey::get(&state.worker.base.pool, of).await?;
    let test = state.rater.tested(&survey, of.access.account_id()).await?;
    for _ in 0..DRAWS {
        let order = match request.enlarge {
            true => Order::of(state, of, &survey).await?,
            false => None,
        };
        let found = (test.as_ref(), order.as_ref());
        let stored = again(|| insert(state, of, request, key, found)).await?;
        if let Some(started) = stored {
            return Ok(started);
        }
    }
    Err(anyhow!("another run took the next people {DRAWS} times in a row").into())
}

/// Stores the run in one transaction, or finds that of the same request. None when the missing personas
/// must be drawn again.
async fn insert(
    state: &AppState,
    of: &OfSurvey<Editor>,
    request: &RunSurvey,
    key: &IdempotencyKey,
    (test, order): (Option<&SelfTest>, Option<&Order>),
) -> Result<Option<Started>> {
    let request_hash = secret::sha256_of(&(of.id, request))?;
    let same_as = SameAs {
        requested_by: of.access.account_id(),
        request_hash: &request_hash,
        idempotency_key: key.as_deref(),
    };
    let mut transaction = state.worker.base.pool.begin().await?;
    runs::lock_project(&mut transaction, of.access).await?;
    store::lock(&mut transaction, of).await?;
    let survey = survey::get(&mut *transaction, of).await?;
    let start_request = StartRequest {
        access: of.access,
        kind: RunKind::SurveyRun,
        subject: ("survey", of.id.0),
        shown: survey.run_id,
        same_as,
        is_paid: state.worker.model.is_paid() || state.rater.is_paid(&survey),
    };
    if let Some(run) = start_request.same(&mut transaction, state.worker.base.clock.now()).await? {
        let run = store::running(&mut transaction, of, run).await?;
        let input = serde_json::from_value(run.input).map_err(internal)?;
        return Ok(Some(started(run.id, run.total, input, test)));
    }
    refuse(&survey, request)?;
    if start_request.is_paid {
        // Before the embeddings are said to be away, which are never asked for them.
        runs::check_verified(&mut transaction, same_as.requested_by).await?;
    }
    let elicitation = elicitation(&mut transaction, of, &survey, test).await?;
    let seed = survey.seed().or(request.seed.map(Seed)).unwrap_or_else(secret::random_seed);
    let input = input(&survey, seed, elicitation, state.rater.model());
    let Some(sample) =
        sample(&mut transaction, state, &survey, (of, request), (order, same_as)).await?
    else {
        return Ok(None);
    };
    let (run_id, people, input) =
        begin(&mut transaction, state, of, start_request, (input, sample)).await?;
    transaction.commit().await?;
    Ok(Some(started(run_id, people, input, test)))
}

/// Stores a run that asks a sample, and waits for whoever is generated for it. Returns how many people it
/// asks, and its input.
async fn begin(
    connection: &mut PgConnection,
    state: &AppState,
    of: &OfSurvey<Editor>,
    start_request: StartRequest<'_>,
    (input, sample): (RunInput, Sample),
) -> Result<(RunId, u32, RunInput)> {
    let Sample { shards, shortfall, generating } = sample;
    let people = shards.iter().map(NewShard::size).sum();
    let input = RunInput { shortfall, generating, ..input };
    let details = json!({ "people": people });
    let run_id =
        start_request.begin(connection, &state.worker.engine, &input, shards, details).await?;
    if let Some(generating) = &input.generating {
        runs::wait_for(connection, run_id, generating.run_id).await?;
    }
    store::begin(connection, of, run_id, input.seed).await?;
    Ok((run_id, people, input))
}

/// Who a run asks.
struct Sample {
    shards: Vec<NewShard>,
    /// How many the project lacks for the survey's target.
    shortfall: u32,
    generating: Option<Generating>,
}

/// The next living people who have not answered, and those who are generated for the survey where that was
/// asked for. None when these must be drawn again; refused when there is nobody to ask.
async fn sample(
    connection: &mut PgConnection,
    state: &AppState,
    survey: &Survey,
    (of, request): (&OfSurvey<Editor>, &RunSurvey),
    (order, same_as): (Option<&Order>, SameAs<'_>),
) -> Result<Option<Sample>> {
    let (first, wanted) = (store::next_respondent(connection, of).await?, wanted(survey));
    let people = store::next_people(connection, of, first, wanted).await?;
    let shortfall = wanted - u32::try_from(people.len()).unwrap_or(wanted);
    let generating = match order {
        Some(order) => order.begin(connection, state, of, shortfall, same_as).await?,
        None => None,
    };
    if generating.is_none() && request.enlarge && shortfall > 0 {
        return Ok(None);
    }
    if people.is_empty() && generating.is_none() {
        let refused = match first {
            0 => "The project has nobody to ask: generate personas first",
            _ => "Everybody in the project has answered: generate personas first",
        };
        return Err(shared::Error::Refused(refused.to_owned()).into());
    }
    let shards = shards(&people, generating.as_ref(), first)?;
    Ok(Some(Sample { shards, shortfall, generating }))
}

fn started(run_id: RunId, invited: u32, input: RunInput, test: Option<&SelfTest>) -> Started {
    Started {
        message: "Survey started",
        survey_id: input.survey_id,
        run_id,
        seed: input.seed,
        invited,
        shortfall: input.shortfall,
        generating: input.generating,
        elicitation: input.elicitation,
        embeddings: test.cloned(),
    }
}

fn internal(error: serde_json::Error) -> Error {
    Error::Internal(error.into())
}

/// The client's two refusals, and ours. A survey that lacks answers may run again when its run was
/// stopped half-way, or when the missing personas are to be generated.
fn refuse(survey: &Survey, request: &RunSurvey) -> Result<()> {
    let is_half_way = survey.run_status() == Some(RunStatus::Partial) && wanted(survey) > 0;
    let refused = match survey.status() {
        "running" => "Survey is already running",
        "completed" if !(is_half_way || request.enlarge && wanted(survey) > 0) => {
            "Survey has already been completed"
        }
        _ => {
            let chosen = request.seed.map(Seed);
            let differs = survey.seed().is_some() && chosen.is_some() && survey.seed() != chosen;
            if !differs {
                return Ok(());
            }
            "The survey has answers with another seed: create a new survey to replay it"
        }
    };
    Err(shared::Error::Refused(refused.to_owned()).into())
}

/// How ratings that do not say are elicited: as in the survey's earlier run, or as the embeddings allow.
/// Refused where a rating is to be by similarity, and the embeddings have not passed.
async fn elicitation(
    connection: &mut PgConnection,
    of: &OfSurvey<Editor>,
    survey: &Survey,
    test: Option<&SelfTest>,
) -> Result<Elicitation> {
    let before = match survey.run_id {
        Some(run) => Some(store::running(connection, of, run).await?.input),
        None => None,
    };
    let before = before.map(serde_json::from_value::<RunInput>).transpose().map_err(internal)?;
    let elicitation = before.map_or(default_elicitation(test), |input| input.elicitation);
    let is_wanted = survey.questions.iter().any(|one| is_by_similarity(one, elicitation));
    let why = match test {
        Some(test) if !test.passes => format!(
            "the embeddings do not pass the self-test for that (order {:.2} of {LEAST_ORDER}, negation \
             {:.2} of {LEAST_NEGATION})",
            test.order, test.negation
        ),
        None => "the embeddings did not answer the self-test for that: try again later".to_owned(),
        Some(_) => return Ok(elicitation),
    };
    if is_wanted {
        let refused = format!("A question asks for ratings by similarity, and {why}");
        return Err(shared::Error::Refused(refused).into());
    }
    Ok(elicitation)
}

fn input(survey: &Survey, seed: Seed, elicitation: Elicitation, model: &str) -> RunInput {
    let needs = survey.questions.iter().any(|one| is_by_similarity(one, elicitation));
    RunInput {
        survey_id: survey.id,
        title: survey.title.clone(),
        questions: survey.questions.0.clone(),
        design: survey.design.0.clone(),
        language: survey.language(),
        seed,
        elicitation,
        embedding_model: needs.then(|| model.to_owned()),
        shortfall: 0,
        generating: None,
    }
}
