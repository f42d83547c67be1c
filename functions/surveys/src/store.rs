//! Surveys in PostgreSQL.

use platform::{Access, Admin, Editor, Result, Viewer, audit, runs};
use records::survey::{self, OfSurvey, Survey};
use serde_json::json;
use shared::id::SurveyId;
use shared::survey::Answers;
use sqlx::PgPool;
use sqlx::types::Json;

use crate::AppState;
use crate::human_comparison::Uploaded;
use crate::survey::CreateSurvey;

/// Stores a survey in the language of its project.
pub(crate) async fn insert(
    state: &AppState,
    access: Access<Editor>,
    new: CreateSurvey,
) -> Result<Survey> {
    let now = state.clock.now();
    let target = new.target().cast_signed();
    let (id, created_by) = (state.ids.next::<SurveyId>(), access.account_id());
    let of = OfSurvey { id, created_by, access };
    let mut transaction = state.pool.begin().await?;
    sqlx::query!(
        r#"
        insert into surveys
            (id, project_id, title, description, questions, design, language, target_responses,
             created_by, created_at)
        select $2, id, $3, $4, $5, $6, language, $7, $8, $9
        from projects
        where id = $1
        "#,
        access.project_id().0,
        of.id.0,
        new.title.trim(),
        new.description,
        Json(&new.questions) as _,
        Json(new.design.unwrap_or_default()) as _,
        target,
        access.account_id().0,
        now,
    )
    .execute(&mut *transaction)
    .await?;
    let entry = of.entry("change", json!({ "questions": new.questions.len() }));
    audit::record(&mut *transaction, &state.ids, now, &entry).await?;
    let survey = survey::get(&mut *transaction, &of).await?;
    transaction.commit().await?;
    Ok(survey)
}

/// Deletes a survey and asks its run to stop.
pub(crate) async fn delete(state: &AppState, of: &OfSurvey<Admin>) -> Result<()> {
    let now = state.clock.now();
    let mut transaction = state.pool.begin().await?;
    let deleted = sqlx::query!(
        r#"
        update surveys
        set deleted_at = $3
        where project_id = $1 and id = $2 and deleted_at is null
        returning run_id
        "#,
        of.access.project_id().0,
        of.id.0,
        now,
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let deleted = deleted.ok_or(shared::Error::NotFound("Survey"))?;
    if let Some(run) = deleted.run_id {
        runs::cancel(&mut transaction, run.into(), now).await?;
    }
    let entry = of.entry("delete", json!({}));
    audit::record(&mut *transaction, &state.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok(())
}

/// Keeps people's answers.
pub(crate) async fn insert_human(
    state: &AppState,
    of: &OfSurvey<Editor>,
    name: &str,
    answers: &[Answers],
) -> Result<Uploaded> {
    let now = state.clock.now();
    let uploaded = Uploaded {
        id: state.ids.next(),
        survey_id: of.id,
        name: name.to_owned(),
        people: i32::try_from(answers.len()).unwrap_or(i32::MAX),
        created_at: now,
    };
    let mut transaction = state.pool.begin().await?;
    sqlx::query!(
        r#"
        insert into survey_human_answers
            (id, survey_id, name, people, answers, uploaded_by, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        uploaded.id.0,
        of.id.0,
        uploaded.name,
        uploaded.people,
        Json(answers) as _,
        of.access.account_id().0,
        now,
    )
    .execute(&mut *transaction)
    .await?;
    let entry = of.entry("change", json!({ "human_answers": uploaded.people }));
    audit::record(&mut *transaction, &state.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok(uploaded)
}

/// The last upload of people's answers, without them.
pub(crate) async fn human(
    pool: &PgPool,
    access: Access<Viewer>,
    survey: SurveyId,
) -> Result<Uploaded> {
    let row = sqlx::query!(
        r#"
        select h.id, h.name, h.people, h.created_at
        from survey_human_answers h
        join surveys s on s.id = h.survey_id
        where s.project_id = $1 and s.id = $2
        order by h.created_at desc, h.id desc
        limit 1
        "#,
        access.project_id().0,
        survey.0,
    )
    .fetch_optional(pool)
    .await?;
    let row = row.ok_or(shared::Error::NotFound("Answers of people"))?;
    Ok(Uploaded {
        id: row.id.into(),
        survey_id: survey,
        name: row.name,
        people: row.people,
        created_at: row.created_at,
    })
}

/// The answers of an upload.
pub(crate) async fn people(
    pool: &PgPool,
    access: Access<Viewer>,
    uploaded: &Uploaded,
) -> Result<Vec<Answers>> {
    let answers = sqlx::query_scalar!(
        r#"
        select h.answers as "answers: Json<Vec<Answers>>"
        from survey_human_answers h
        join surveys s on s.id = h.survey_id
        where s.project_id = $1 and h.id = $2
        "#,
        access.project_id().0,
        uploaded.id.0,
    );
    Ok(answers.fetch_one(pool).await?.0)
}
