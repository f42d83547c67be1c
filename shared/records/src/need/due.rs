//! Segments whose needs are to be drafted anew, because their people have said something since.

use chrono::{DateTime, Utc};
use platform::Result;
use shared::id::RunId;
use sqlx::PgPool;

/// Notes whose needs are due after a talk or a survey: every segment with a living person who has spoken in this run,
/// or answered an open question of it. Safe to repeat: what is due already stays due since when it was. Returns how
/// many there are.
pub async fn mark_due(pool: &PgPool, run: RunId, now: DateTime<Utc>) -> Result<u64> {
    let marked = sqlx::query!(
        r#"
        with said as (
            select persona_id
            from focus_group_turns
            where run_id = $1 and kind in ('opening', 'reply') and said is not null
            union
            select r.persona_id
            from survey_responses r
            join surveys s on s.id = r.survey_id
            where r.run_id = $1
                and s.deleted_at is null
                and s.questions @? '$[*] ? (@.type == "open-text")'
        )
        insert into needs_due (population_id, segment_id, project_id, asked_by, since)
        select distinct p.population_id, p.segment_id, p.project_id, coalesce(r.asked_by, r.requested_by), $2::timestamptz
        from said
        join personas p on p.id = said.persona_id
        join runs r on r.id = $1 and r.project_id = p.project_id
        where p.deleted_at is null
        -- in one order: two that end at once wait for each other once
        order by p.population_id, p.segment_id
        on conflict (population_id, segment_id) do update set asked_by = excluded.asked_by
        "#,
        run.0,
        now,
    );
    Ok(marked.execute(pool).await?.rows_affected())
}
