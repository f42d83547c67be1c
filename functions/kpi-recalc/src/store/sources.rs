//! Answers that metrics rest on.

use chrono::{DateTime, Utc};
use platform::{InProject, Result};
use serde::Deserialize;
use shared::persona::Segment;
use shared::persona::card::{Activity, Place};
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// How many people lie on a point, of one question and one kind of respondent.
pub(crate) struct AnswersRow {
    pub(crate) survey_id: Uuid,
    pub(crate) title: String,
    pub(crate) question: String,
    /// A recommendation; else the intention to buy.
    pub(crate) is_nps: bool,
    pub(crate) is_of_people: bool,
    /// None of people.
    pub(crate) respondent: Option<Json<Respondent>>,
    pub(crate) point: i64,
    /// Parts of people where they gave whole distributions.
    pub(crate) people: f64,
    pub(crate) last_at: DateTime<Utc>,
}

/// What of a card makes its segment.
#[derive(Deserialize)]
pub(crate) struct Respondent {
    activity: Activity,
    age: u8,
    place: Place,
}

impl Respondent {
    /// The segment that they answered for, whether their persona is still there or not.
    pub(crate) fn segment(&self) -> Segment {
        Segment::by(self.activity, self.age, self.place)
    }
}

/// The surveys that ask for a metric: how many have answered, and people's last upload.
pub(crate) async fn asking_surveys(
    pool: &PgPool,
    project: InProject,
) -> Result<Vec<(Uuid, i64, Option<Uuid>)>> {
    let rows = sqlx::query!(
        r#"
        select
            s.id,
            s.answered,
            (
                select h.id
                from survey_human_answers h
                where h.survey_id = s.id
                order by h.created_at desc, h.id desc
                limit 1
            ) as upload_id
        from surveys s
        where s.project_id = $1
            and s.deleted_at is null
            and s.questions @? '$[*] ? (@.type == "nps" || @.construct == "purchase")'
        order by s.id
        "#,
        project.id().0,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    Ok(rows.map(|row| (row.id, row.answered, row.upload_id)).collect())
}

/// All answers to recommendations, and to intentions to buy on five points, added up.
pub(crate) async fn answers(pool: &PgPool, project: InProject) -> Result<Vec<AnswersRow>> {
    let rows = sqlx::query_file_as!(AnswersRow, "src/store/answers.sql", project.id().0);
    Ok(rows.fetch_all(pool).await?)
}
