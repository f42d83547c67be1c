//! What a run computes, and projects for which the clock starts one.

use chrono::{DateTime, Utc};
use platform::{InProject, Result};
use shared::id::{AccountId, PopulationId, ProjectId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// Projects of one call: the next call goes on.
const AT_ONCE: i64 = 100;

/// A project with a snapshot that is older than one of its sources, of another revision or in another language. Only the
/// query below makes one, so that the clock touches no other project.
pub(crate) struct Stale {
    id: Uuid,
    owner_id: Uuid,
}

impl Stale {
    /// The project.
    pub(crate) fn id(&self) -> ProjectId {
        self.id.into()
    }

    /// For whom it is computed.
    pub(crate) fn owner_id(&self) -> AccountId {
        self.owner_id.into()
    }
}

/// Stale projects that nobody computes for yet. After a run without success the next one waits for five minutes, then
/// twice as long each time, up to a day. The hash of a snapshot begins with `prefix` and the project's language;
/// another beginning is of another revision or language.
pub(crate) async fn stale_projects(
    pool: &PgPool,
    prefix: &[u8],
    now: DateTime<Utc>,
) -> Result<Vec<Stale>> {
    let rows = sqlx::query_as!(
        Stale,
        r#"
        select p.id, p.owner_id
        from projects p
        where p.deleted_at is null
            and not exists (
                select from runs r
                where r.subject_id = p.id
                    and r.kind = 'kpi-recalc'
                    and r.status in ('queued', 'running')
            )
            and not exists (
                select
                from runs r
                where r.subject_id = p.id
                    and r.kind = 'kpi-recalc'
                    and r.status <> 'succeeded'
                    and r.finished_at > coalesce((
                        select max(s.finished_at)
                        from runs s
                        where s.subject_id = p.id and s.kind = 'kpi-recalc' and s.status = 'succeeded'
                    ), '-infinity')
                having max(r.finished_at) + least(
                    interval '1 day',
                    interval '5 minutes' * power(2, least(count(*), 10) - 1)
                ) > $2
            )
            and exists (
                select from kpi_snapshots k
                where k.project_id = p.id
                    and exists (
                        select from personas o
                        where o.population_id = k.population_id
                            and o.segment_id = k.segment_id
                            and o.deleted_at is null
                    )
                    and (
                        substr(k.inputs_hash, 1, length($3::bytea) + octet_length(p.language))
                            <> $3::bytea || convert_to(p.language, 'UTF8')
                        or exists (
                            select from kpi_inputs i
                            where i.project_id = p.id and i.changed_at > k.checked_at
                        )
                        or exists (
                            select from surveys s
                            join runs r on r.id = s.run_id
                            where s.project_id = p.id and r.finished_at > k.checked_at
                        )
                        or exists (
                            select from surveys s
                            join survey_human_answers h on h.survey_id = s.id
                            where s.project_id = p.id and h.created_at > k.checked_at
                        )
                        or exists (
                            select from surveys s
                            where s.project_id = p.id and s.deleted_at > k.checked_at
                        )
                    )
            )
        order by p.id
        limit $1
        "#,
        AT_ONCE,
        now,
        prefix,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// The populations of a project with living people, and how many segments each has.
pub(crate) async fn populations(
    connection: &mut PgConnection,
    project: InProject,
) -> Result<Vec<(PopulationId, i64)>> {
    of_project(connection, project.id().0).await
}

/// The same of a project that the clock has found.
pub(crate) async fn populations_of(
    connection: &mut PgConnection,
    stale: &Stale,
) -> Result<Vec<(PopulationId, i64)>> {
    of_project(connection, stale.id).await
}

async fn of_project(
    connection: &mut PgConnection,
    project: Uuid,
) -> Result<Vec<(PopulationId, i64)>> {
    let rows = sqlx::query!(
        r#"
        select population_id, count(distinct segment_id) as "segments!"
        from personas
        where project_id = $1 and deleted_at is null
        group by population_id
        order by population_id
        "#,
        project,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    Ok(rows.map(|row| (row.population_id.into(), row.segments)).collect())
}
