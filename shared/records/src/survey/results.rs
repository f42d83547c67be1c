//! What the answers to a survey say: computed once, when its run has ended, and kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use futures::TryStreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use shared::Seed;
use shared::id::{RunId, SurveyId};
use shared::run::RunStatus;
use shared::survey::caveat::{self, Facts};
use shared::survey::result::{
    self, Completion, Demographics, OrderEffect, QuestionAnalytics, Respondent, Weighting,
};
use shared::survey::{Elicitation, Question};
use sqlx::PgPool;
use sqlx::types::Json;
use utoipa::ToSchema;

use super::{Survey, of_run};
use platform::turns::{TurnPermit, Turns};
use platform::{Error, Result, off_thread, secret};

/// Raised when the same answers give other figures, so that nobody is shown those of an earlier release.
const REVISION: u32 = 4;
/// The part of a survey's results that everybody looks at first.
const FIGURES: &str = "figures";

/// What the answers say as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// Each question's figures with their intervals.
    pub question_analytics: Vec<QuestionAnalytics>,
    /// Who answered.
    pub demographic_breakdown: Demographics,
    /// Complete responses of a hundred people who were invited.
    pub completion_rate: f64,
    /// From those wished for to those who finished.
    pub completion: Completion,
    /// How respondents were weighted; none where the design asks for no weights.
    pub weighting: Option<Weighting>,
    /// Tests of whether the order mattered.
    pub order_effects: Vec<OrderEffect>,
    /// Who answered for the respondents.
    pub models: Vec<Writer>,
    /// How many respondents were removed for good. What they chose still counts; what they said in words is gone, so
    /// that open questions and reactions have fewer answers than people.
    pub people_removed: u32,
    /// What it takes to repeat the run, and to see that it was repeated.
    pub manifest: Manifest,
    /// What the results cannot tell, in the language of the project.
    pub limits: Vec<String>,
}

/// A run is the same where the first three are; offline, so are the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SurveyManifest)]
pub struct Manifest {
    /// The seed of the respondents.
    #[schema(value_type = Option<u64>)]
    pub seed: Option<Seed>,
    /// The embedding models that rated reactions in words.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rated_by: BTreeSet<String>,
    /// SHA-256 of the questions, the design and the language, as JSON.
    pub instrument_sha256: String,
    /// SHA-256 of the respondents' cards as they are stored, in their order, a line each.
    pub people_sha256: String,
    /// SHA-256 of the responses as they are stored, in their order, a line each.
    pub answers_sha256: String,
}

/// A model that answered, and for how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Writer {
    /// Its name.
    pub model: String,
    /// True for the offline one.
    pub is_simulated: bool,
    pub prompt_version: String,
    /// How many it answered for.
    pub respondents: u32,
}

/// Whole surveys that are in memory at a time in a process: 100,000 respondents take gigabytes.
static WHOLE: LazyLock<Turns> = LazyLock::new(|| Turns::new(1));

/// Waits until nobody else has a whole survey in memory, and is who has until it is dropped.
pub async fn alone() -> TurnPermit {
    WHOLE.take().await
}

/// Everybody's answers, weighted. One survey's at a time in a process: whoever wants another's waits until
/// these are dropped.
pub struct WeightedAnswers {
    pub survey: Survey,
    /// In the order of invitation.
    pub respondents: Vec<Respondent>,
    pub weighting: Option<Weighting>,
    /// Models, whether they are simulations, and versions of prompts, each with its respondents.
    written_by: BTreeMap<(String, bool, String), u32>,
    /// Why some of those who were invited gave nothing, by reason.
    failed: BTreeMap<String, u32>,
    people_sha256: String,
    answers_sha256: String,
    _turn: TurnPermit,
}

/// The answers to a survey, read row by row: a hundred thousand are never there twice.
///
/// # Errors
/// 400 while it is a draft, as the client expects; when the database fails.
pub async fn answers(pool: &PgPool, survey: Survey) -> Result<WeightedAnswers> {
    survey.has_been_run()?;
    let _turn = alone().await;
    let mut rows = sqlx::query!(
        r#"
        select
            card as "card: Json<Box<RawValue>>",
            response as "response: Json<Box<RawValue>>",
            written_by, is_simulated, prompt_version
        from survey_responses
        where survey_id = $1
        order by respondent
        "#,
        survey.id.0,
    )
    .fetch(pool);
    let (mut people, mut said) = (Sha256::new(), Sha256::new());
    let (mut respondents, mut written_by) = (Vec::new(), BTreeMap::new());
    while let Some(row) = rows.try_next().await? {
        let (card, response) = (row.card.get(), row.response.get());
        for (digest, line) in [(&mut people, card), (&mut said, response)] {
            digest.update(line);
            digest.update("\n");
        }
        let (profile, response) = (read(card)?, read(response)?);
        respondents.push(Respondent { profile, response, weight: 1.0 });
        *written_by.entry((row.written_by, row.is_simulated, row.prompt_version)).or_default() += 1;
    }
    drop(rows);
    let weighting = result::weigh(&mut respondents, &survey.design);
    let failed = failed(pool, &survey).await?;
    let (people_sha256, answers_sha256) = (hex(people), hex(said));
    Ok(WeightedAnswers {
        survey,
        respondents,
        weighting,
        written_by,
        failed,
        people_sha256,
        answers_sha256,
        _turn,
    })
}

/// The figures of a survey.
pub async fn figures(pool: &PgPool, survey: Survey) -> Result<Figures> {
    kept(pool, survey, FIGURES, compose).await
}

/// Makes and keeps the figures of a run whose last answer is stored, before it is said to have ended: nobody
/// waits for them, and nobody makes them a second time meanwhile. A run whose survey shows another one has
/// none.
pub async fn prepare(pool: &PgPool, run: RunId) -> Result<()> {
    let Some(survey) = of_run(pool, run).await? else { return Ok(()) };
    let edition = edition(pool, &survey).await?;
    let part = Part::of(&survey, FIGURES, &edition);
    let body = made(pool, survey, compose).await?;
    part.keep(pool, &body).await
}

/// What was made of these answers before, or what `make` makes of them now. It is kept under the name of
/// its part when the run has ended; a later answer, another run or another release make it anew. Whoever
/// asks gets it as it was stored, to the last digit.
pub async fn kept<T>(
    pool: &PgPool,
    survey: Survey,
    part: &str,
    make: impl FnOnce(WeightedAnswers) -> T + Send + 'static,
) -> Result<T>
where
    T: Serialize + DeserializeOwned + Send + 'static,
{
    let edition = edition(pool, &survey).await?;
    let part = Part::of(&survey, part, &edition);
    if let Some(kept) = part.find(pool).await?.and_then(|body| serde_json::from_str(&body).ok()) {
        return Ok(kept);
    }
    let is_over = survey.run_status().is_some_and(RunStatus::is_final);
    let body = made(pool, survey, make).await?;
    if is_over {
        part.keep(pool, &body).await?;
    }
    read(&body)
}

/// A part of a survey's results, as JSON.
async fn made<T: Serialize>(
    pool: &PgPool,
    survey: Survey,
    make: impl FnOnce(WeightedAnswers) -> T + Send + 'static,
) -> Result<String> {
    let answers = answers(pool, survey).await?;
    let body = off_thread(move || serde_json::to_string(&make(answers))).await?;
    body.map_err(|error| Error::Internal(error.into()))
}

struct Part<'a> {
    survey: SurveyId,
    people_removed: i64,
    name: &'a str,
    edition: &'a str,
}

impl<'a> Part<'a> {
    fn of(survey: &Survey, name: &'a str, edition: &'a str) -> Self {
        Self { survey: survey.id, people_removed: survey.people_removed, name, edition }
    }

    async fn find(&self, pool: &PgPool) -> Result<Option<String>> {
        let body = sqlx::query_scalar!(
            "select body from survey_results where survey_id = $1 and part = $2 and edition = $3",
            self.survey.0,
            self.name,
            self.edition,
        );
        Ok(body.fetch_optional(pool).await?)
    }

    /// In place of an earlier edition; nothing of a survey that is gone, or of which somebody was removed meanwhile:
    /// their words are in it.
    async fn keep(&self, pool: &PgPool, body: &str) -> Result<()> {
        sqlx::query!(
            r#"
            insert into survey_results (survey_id, part, edition, body)
            select id, $2, $3, $4
            from surveys
            where id = $1 and people_removed = $5
            for share
            on conflict (survey_id, part) do update
            set edition = excluded.edition, body = excluded.body
            "#,
            self.survey.0,
            self.name,
            self.edition,
            body,
            self.people_removed,
        )
        .execute(pool)
        .await?;
        Ok(())
    }
}

/// What changes when the results do.
async fn edition(pool: &PgPool, survey: &Survey) -> Result<String> {
    let failures = sqlx::query_scalar!(
        r#"select count(*) as "count!" from run_failures where run_id = $1"#,
        survey.run_id.map(|run| run.0),
    )
    .fetch_one(pool)
    .await?;
    let run = survey.run_id.map(|run| run.to_string()).unwrap_or_default();
    let Survey { actual_responses, people_removed, .. } = survey;
    Ok(format!("{REVISION} {run} {actual_responses} {failures} {people_removed}"))
}

/// Why some of the people who were invited by the run that is shown gave nothing. Somebody who failed in
/// one run and answered in a later one is no failure; somebody who could not be generated was not invited,
/// and is part of the shortfall.
async fn failed(pool: &PgPool, survey: &Survey) -> Result<BTreeMap<String, u32>> {
    let failed = sqlx::query!(
        r#"
        select reason, count(*) as "count!"
        from run_failures
        where run_id = $1 and code <> 'not_generated'
        group by reason
        "#,
        survey.run_id.map(|run| run.0),
    )
    .fetch_all(pool)
    .await?;
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(failed.into_iter().map(|row| (row.reason, count(row.count))).collect())
}

fn compose(answers: WeightedAnswers) -> Figures {
    let WeightedAnswers {
        survey,
        respondents,
        weighting,
        written_by,
        failed,
        people_sha256,
        answers_sha256,
        _turn,
    } = answers;
    let (questions, language): (&Vec<Question>, _) = (&survey.questions, survey.language());
    let rated_by: BTreeSet<String> =
        respondents.iter().filter_map(|one| one.response.rated_by.clone()).collect();
    let target = survey.target_responses.cast_unsigned();
    let answered = u32::try_from(respondents.len()).unwrap_or(u32::MAX);
    let invited = answered + failed.values().sum::<u32>();
    let completion = result::completion(questions, &respondents, target, invited, failed);
    let missing = completion.dropped_out + completion.failed.values().sum::<u32>();
    // only embeddings that pass the self-test rate anything, and then they are the default
    let elicitation = match rated_by.is_empty() {
        true => Elicitation::Distribution,
        false => Elicitation::Similarity,
    };
    let is_simulated = written_by.keys().any(|(_, is_simulated, _)| *is_simulated);
    let shortfall = completion.shortfall;
    let people_removed = u32::try_from(survey.people_removed).unwrap_or(u32::MAX);
    let facts = Facts { questions, elicitation, is_simulated, shortfall, missing, people_removed };
    let caveats = caveat::caveats(facts);
    let instrument = (&survey.questions.0, &survey.design.0, language);
    let instrument = serde_json::to_vec(&instrument).expect("what was read from JSON is JSON");
    Figures {
        question_analytics: result::analyse(questions, &respondents, language),
        demographic_breakdown: result::demographics(&respondents, language),
        completion_rate: completion.rate(),
        completion,
        weighting,
        order_effects: result::order_effects(questions, &respondents),
        models: written_by.into_iter().map(writer).collect(),
        people_removed,
        manifest: Manifest {
            seed: survey.seed(),
            rated_by,
            instrument_sha256: hex(Sha256::new_with_prefix(instrument)),
            people_sha256,
            answers_sha256,
        },
        limits: caveats.into_iter().map(|caveat| caveat.sentence(language).to_owned()).collect(),
    }
}

fn writer(
    ((model, is_simulated, prompt_version), respondents): ((String, bool, String), u32),
) -> Writer {
    Writer { model, is_simulated, prompt_version, respondents }
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| Error::Internal(error.into()))
}

fn hex(digest: Sha256) -> String {
    secret::hex(&digest.finalize())
}
