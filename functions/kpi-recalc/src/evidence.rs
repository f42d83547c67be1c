//! What a project's metrics are computed from, and the hash by which a change of it is seen.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use platform::{InProject, Result, secret};
use population::{Plan, market};
use serde::Serialize;
use shared::kpi::{AnsweredQuestion, Inputs, MetricEvidence, Points, Respondents};
use shared::persona::Segment;
use sqlx::PgPool;
use uuid::Uuid;

use crate::store;

/// Raised when the same evidence gives other metrics, so that nobody is shown those of an earlier release.
pub(crate) const REVISION: u32 = 5;
/// What every hash begins with, so that a query sees those of another revision; the project's language follows, for the
/// same reason. The release before writes none of it: what it stores during a release is computed again.
pub(crate) const PREFIX: [u8; 4] = REVISION.to_be_bytes();

/// The edition of a project's evidence: all that has to change for a metric to change, and little to read.
#[derive(Serialize)]
pub(crate) struct Edition {
    revision: u32,
    language: &'static str,
    inputs: Option<i32>,
    /// Surveys that ask for a metric, with how many have answered, and people's last upload.
    surveys: Vec<(Uuid, i64, Option<Uuid>)>,
}

/// Everything of a project, read once for all its segments.
pub(crate) struct Gathered {
    inputs: Option<Inputs>,
    intentions: Vec<AnsweredQuestion>,
    recommendations: Vec<AnsweredQuestion>,
}

impl Edition {
    pub(crate) async fn read(pool: &PgPool, project: InProject) -> Result<Self> {
        let (language, inputs) = store::head(pool, project).await?;
        let surveys = store::asking_surveys(pool, project).await?;
        Ok(Self { revision: REVISION, language: language.as_str(), inputs, surveys })
    }

    /// The hash for one segment of one population: the revision, the language, and a SHA-256 without its first six bytes.
    pub(crate) fn hash(&self, plan_hash: &[u8], segment: &str) -> Result<[u8; 32]> {
        let mut hash = secret::sha256_of(&(self, plan_hash, segment))?;
        let head = [&PREFIX[..], self.language.as_bytes()].concat();
        hash[..head.len()].copy_from_slice(&head);
        Ok(hash)
    }

    /// The hash for the whole project.
    pub(crate) fn hash_of_all(&self) -> Result<[u8; 32]> {
        self.hash(&[], "")
    }
}

impl Gathered {
    /// Reads it, after the edition: what changes meanwhile makes this newer than its hash, and is computed again.
    pub(crate) async fn read(pool: &PgPool, project: InProject) -> Result<Self> {
        let inputs = store::inputs(pool, project).await?.map(|row| row.inputs.0);
        let (mut intentions, mut recommendations) = (BTreeMap::new(), BTreeMap::new());
        for row in store::answers(pool, project).await? {
            add(if row.is_nps { &mut recommendations } else { &mut intentions }, row);
        }
        Ok(Self {
            inputs,
            intentions: best_first(intentions),
            recommendations: best_first(recommendations),
        })
    }

    /// As the formulas take it, for one segment.
    pub(crate) fn of(&self, plan: &Plan, segment: Segment) -> MetricEvidence<'_> {
        MetricEvidence {
            inputs: self.inputs.as_ref(),
            intentions: &self.intentions,
            recommendations: &self.recommendations,
            market: market(plan, segment),
        }
    }
}

/// Questions with their answers, by survey, question and kind of respondent.
type Questions = BTreeMap<(Uuid, String, Respondents), AnsweredQuestion>;

fn add(questions: &mut Questions, row: store::AnswersRow) {
    let by = if row.is_of_people { Respondents::People } else { Respondents::Simulated };
    let name = format!("{}, {}", row.title, row.question);
    let asked =
        questions.entry((row.survey_id, row.question, by)).or_insert_with(|| AnsweredQuestion {
            by,
            name,
            at: row.last_at,
            segments: BTreeMap::new(),
            all: Points::new(),
        });
    asked.at = asked.at.max(row.last_at);
    *asked.all.entry(row.point).or_default() += row.people;
    if let Some(respondent) = row.respondent {
        let segment = asked.segments.entry(respondent.segment().id().to_owned()).or_default();
        *segment.entry(row.point).or_default() += row.people;
    }
}

/// People before simulations, then the newest.
fn best_first(questions: Questions) -> Vec<AnsweredQuestion> {
    let mut list: Vec<AnsweredQuestion> = questions.into_values().collect();
    list.sort_by_key(|asked| (asked.by, Reverse(asked.at)));
    list
}
