//! Answers that metrics rest on.

use chrono::{DateTime, Utc};
use platform::{InProject, Result};
use sqlx::PgPool;
use uuid::Uuid;

/// How many gave a point, of one question, one kind of respondent and one segment.
pub(crate) struct AnswersRow {
    pub(crate) survey_id: Uuid,
    pub(crate) title: String,
    pub(crate) question: String,
    /// A recommendation; else the intention to buy.
    pub(crate) is_nps: bool,
    pub(crate) is_of_people: bool,
    /// Of respondents whose persona is still there.
    pub(crate) segment_id: Option<String>,
    pub(crate) point: i64,
    pub(crate) answers: i64,
    pub(crate) last_at: DateTime<Utc>,
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

/// All answers to recommendations, and to intentions to buy on five points, counted.
pub(crate) async fn answers(pool: &PgPool, project: InProject) -> Result<Vec<AnswersRow>> {
    let rows = sqlx::query_as!(
        AnswersRow,
        r#"
        with asking as (
            select
                s.id,
                s.title,
                q.value->>'id' as question,
                q.value->>'type' = 'nps' as is_nps
            from surveys s
            cross join lateral jsonb_array_elements(s.questions) q
            where s.project_id = $1
                and s.deleted_at is null
                and (
                    q.value->>'type' = 'nps'
                    or q.value->>'type' = 'rating-scale'
                    and q.value->>'construct' = 'purchase'
                    and coalesce((q.value->>'scaleMin')::int, 1) = 1
                    and coalesce((q.value->>'scaleMax')::int, 5) = 5
                )
        ),
        answers as (
            select
                a.id, a.title, a.question, a.is_nps,
                false as is_of_people,
                p.segment_id,
                (r.response->'answers'->>a.question)::numeric::bigint as point,
                r.created_at as at
            from asking a
            join survey_responses r on r.survey_id = a.id
            left join personas p on p.id = r.persona_id
            where r.response->'answers' ? a.question
            union all
            select
                a.id, a.title, a.question, a.is_nps,
                true,
                null,
                (e.value->>a.question)::numeric::bigint,
                h.created_at
            from asking a
            cross join lateral (
                select h.answers, h.created_at
                from survey_human_answers h
                where h.survey_id = a.id
                order by h.created_at desc, h.id desc
                limit 1
            ) h
            cross join lateral jsonb_array_elements(h.answers) e
            where e.value ? a.question
        )
        select
            id as "survey_id!",
            title as "title!",
            question as "question!",
            is_nps as "is_nps!",
            is_of_people as "is_of_people!",
            segment_id as "segment_id?",
            point as "point!",
            count(*) as "answers!",
            max(at) as "last_at!"
        from answers
        group by id, title, question, is_nps, is_of_people, segment_id, point
        "#,
        project.id().0,
    );
    Ok(rows.fetch_all(pool).await?)
}
