//! What the answers to a survey say.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State as Of;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::Heavy;
use platform::survey::{self, OfSurvey, Survey};
use platform::{Result, Viewer, Within, off_thread, secret};
use serde::Serialize;
use shared::Seed;
use shared::id::{ProjectId, SurveyId};
use shared::run::RunStatus;
use shared::survey::limit::{self, Facts};
use shared::survey::result::{
    self, Completion, Demographics, OrderEffect, QuestionAnalytics, Respondent, Weighting,
};
use shared::survey::{Elicitation, Question};
use utoipa::ToSchema;

use crate::{State, store};

/// The results of a survey.
#[derive(Serialize, ToSchema)]
pub(crate) struct Results {
    id: SurveyId,
    project_id: ProjectId,
    title: String,
    description: Option<String>,
    questions: Vec<Question>,
    status: &'static str,
    target_responses: i32,
    actual_responses: i64,
    total_execution_time_ms: Option<i64>,
    avg_response_time_ms: Option<i32>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
    question_analytics: Vec<QuestionAnalytics>,
    demographic_breakdown: Demographics,
    /// Complete responses of a hundred people who were invited.
    completion_rate: f64,
    average_response_time_ms: Option<i32>,
    /// How the run really ended.
    run_status: Option<RunStatus>,
    /// From those wished for to those who finished.
    completion: Completion,
    /// How respondents were weighted; none where the design asks for no weights.
    weighting: Option<Weighting>,
    /// Tests of whether the order mattered.
    order_effects: Vec<OrderEffect>,
    /// Who answered for the respondents.
    models: Vec<Writer>,
    /// What it takes to repeat the run, and to see that it was repeated.
    manifest: Manifest,
    /// What the results cannot tell, in the language of the study.
    limits: Vec<&'static str>,
}

/// A run is the same where the first three are; offline, so are the answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Manifest {
    #[schema(value_type = Option<u64>)]
    seed: Option<Seed>,
    /// The embedding models that rated reactions in words.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    rated_by: BTreeSet<String>,
    /// SHA-256 of the questions, the design and the language, as JSON.
    instrument_sha256: String,
    /// SHA-256 of the respondents' cards, in their order.
    people_sha256: String,
    /// SHA-256 of the responses, in their order.
    answers_sha256: String,
}

/// A model that answered, and for how many.
#[derive(Serialize, ToSchema)]
pub(crate) struct Writer {
    model: String,
    is_simulated: bool,
    prompt_version: String,
    respondents: u32,
}

/// Respondents with their weights, and what they came from.
pub(crate) struct Loaded {
    pub(crate) survey: Survey,
    pub(crate) respondents: Vec<Respondent>,
    pub(crate) weighting: Option<Weighting>,
    pub(crate) written_by: BTreeMap<(String, bool, String), u32>,
}

/// The survey with its answers; 400 while it is a draft, as the client expects.
pub(crate) async fn load(state: &State, of: &OfSurvey<Viewer>) -> Result<Loaded> {
    let survey = survey::get(&state.pool, of).await?;
    if survey.run_status().is_none() {
        let refused = "Survey has not been run yet: there are no results";
        return Err(shared::Error::Refused(refused.to_owned()).into());
    }
    let answers = store::answers(&state.pool, of.access, of.survey_id).await?;
    let mut respondents = answers.respondents;
    let weighting = result::weigh(&mut respondents, &survey.design);
    Ok(Loaded { survey, respondents, weighting, written_by: answers.written_by })
}

/// The results: each question's figures with their intervals, who answered, where people were lost.
#[utoipa::path(get, path = "/api/v1/surveys/{survey_id}/results", tag = "surveys",
    params(("survey_id" = SurveyId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Results), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn results(
    Of(state): Of<State>,
    _: Within<Heavy>,
    of: OfSurvey<Viewer>,
) -> Result<Json<Results>> {
    let loaded = load(&state, &of).await?;
    let (invited, failed) = store::invited(&state.pool, of.access, of.survey_id).await?;
    let results = off_thread(move || compose(loaded, invited, failed)).await?;
    Ok(Json(results))
}

fn compose(loaded: Loaded, invited: u32, failed: BTreeMap<String, u32>) -> Results {
    let Loaded { survey, respondents, weighting, written_by } = loaded;
    let (questions, language) = (&survey.questions.0, survey.language());
    let target = survey.target_responses.cast_unsigned();
    let manifest = manifest(&survey, &respondents);
    let is_simulated = written_by.keys().any(|(_, is_simulated, _)| *is_simulated);
    let completion = result::completion(questions, &respondents, target, invited, failed);
    let models = written_by.into_iter().map(|((model, is_simulated, prompt_version), n)| Writer {
        model,
        is_simulated,
        prompt_version,
        respondents: n,
    });
    let missing = completion.dropped_out + completion.failed.values().sum::<u32>();
    let shortfall = completion.shortfall;
    // only embeddings that pass the self-test rate anything, and then they are the default
    let elicitation = match manifest.rated_by.is_empty() {
        true => Elicitation::Distribution,
        false => Elicitation::Similarity,
    };
    let facts = Facts { questions, elicitation, is_simulated, shortfall, missing };
    let limits = limit::limits(facts);
    Results {
        limits: limits.into_iter().map(|limit| limit.sentence(language)).collect(),
        manifest,
        question_analytics: result::analyse(questions, &respondents, language),
        demographic_breakdown: result::demographics(&respondents, language),
        order_effects: result::order_effects(questions, &respondents),
        completion_rate: completion.rate(),
        average_response_time_ms: survey.avg_response_time_ms,
        run_status: survey.run_status(),
        status: survey.status(),
        total_execution_time_ms: survey.execution_ms(),
        id: survey.id,
        project_id: survey.project_id,
        title: survey.title,
        description: survey.description,
        questions: survey.questions.0,
        target_responses: survey.target_responses,
        actual_responses: survey.actual_responses,
        avg_response_time_ms: survey.avg_response_time_ms,
        created_at: survey.created_at,
        started_at: survey.started_at,
        completed_at: survey.completed_at,
        models: models.collect(),
        completion,
        weighting,
    }
}

fn manifest(survey: &Survey, respondents: &[Respondent]) -> Manifest {
    let language = survey.language();
    let cards: Vec<_> = respondents.iter().map(|respondent| &respondent.card).collect();
    let responses: Vec<_> = respondents.iter().map(|respondent| &respondent.response).collect();
    Manifest {
        seed: survey.seed(),
        rated_by: responses.iter().filter_map(|response| response.rated_by.clone()).collect(),
        instrument_sha256: digest(&(&survey.questions.0, &survey.design.0, language)),
        people_sha256: digest(&cards),
        answers_sha256: digest(&responses),
    }
}

fn digest(value: &impl Serialize) -> String {
    let json = serde_json::to_vec(value).expect("what was read from JSON is JSON");
    secret::sha256(&json).iter().map(|byte| format!("{byte:02x}")).collect()
}
