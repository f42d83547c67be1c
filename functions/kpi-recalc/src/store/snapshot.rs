//! Snapshots, and the segments that they are of.

use anyhow::anyhow;
use chrono::{DateTime, Utc};
use platform::{Access, InProject, Result, Viewer, secret};
use population::Plan;
use shared::Language;
use shared::id::{PersonaId, PopulationId};
use shared::kpi::{Computed, Metrics};
use shared::persona::Segment;
use sqlx::types::Json;
use sqlx::{PgExecutor, PgPool};

/// A segment of a population.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) population_id: PopulationId,
    pub(crate) segment: Segment,
    pub(crate) language: Language,
    pub(crate) plan: Plan,
    pub(crate) plan_hash: Vec<u8>,
}

/// Metrics to be stored, in the place of the version before.
pub(crate) struct NewSnapshot {
    pub(crate) population_id: PopulationId,
    pub(crate) segment: Segment,
    pub(crate) version: i64,
    pub(crate) inputs_hash: [u8; 32],
    pub(crate) metrics: Metrics,
    pub(crate) computed_at: DateTime<Utc>,
}

impl NewSnapshot {
    /// As it is once it is stored.
    pub(crate) fn into_stored(self) -> Computed {
        Computed {
            version: self.version,
            inputs_hash: secret::hex(&self.inputs_hash),
            metrics: self.metrics,
            computed_at: self.computed_at,
        }
    }
}

/// The segment that a living persona stands for.
pub(crate) async fn place(
    pool: &PgPool,
    access: Access<Viewer>,
    persona: PersonaId,
) -> Result<Place> {
    let row = sqlx::query!(
        r#"
        select
            p.population_id, p.segment_id, p.language as "language: Language",
            o.plan as "plan: Json<Plan>", o.plan_hash
        from personas p
        join populations o on o.id = p.population_id
        where p.project_id = $1 and p.id = $2 and p.deleted_at is null
        "#,
        access.project_id().0,
        persona.0,
    );
    let row = row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Persona"))?;
    Ok(Place {
        population_id: row.population_id.into(),
        segment: segment(&row.segment_id)?,
        language: row.language,
        plan: row.plan.0,
        plan_hash: row.plan_hash,
    })
}

fn segment(id: &str) -> Result<Segment> {
    Ok(Segment::parse(id).ok_or_else(|| anyhow!("a persona has the unknown segment `{id}`"))?)
}

/// The segments that a population has living people of.
pub(crate) async fn places(
    pool: &PgPool,
    project: InProject,
    population: PopulationId,
) -> Result<Vec<Place>> {
    let rows = sqlx::query!(
        r#"
        select
            s.segment_id as "segment_id!", o.language as "language: Language",
            o.plan as "plan: Json<Plan>", o.plan_hash
        from populations o
        cross join lateral (
            select distinct p.segment_id
            from personas p
            where p.population_id = o.id and p.deleted_at is null
        ) s
        where o.project_id = $1 and o.id = $2
        order by s.segment_id
        "#,
        project.id().0,
        population.0,
    );
    let rows = rows.fetch_all(pool).await?.into_iter().map(|row| {
        Ok(Place {
            population_id: population,
            segment: segment(&row.segment_id)?,
            language: row.language,
            plan: row.plan.0,
            plan_hash: row.plan_hash,
        })
    });
    rows.collect()
}

/// Stores snapshots where nobody has stored another since. Returns how many.
pub(crate) async fn save(
    executor: impl PgExecutor<'_>,
    project: InProject,
    new: &[NewSnapshot],
) -> Result<u64> {
    let populations: Vec<_> = new.iter().map(|one| one.population_id.0).collect();
    let segments: Vec<&str> = new.iter().map(|one| one.segment.id()).collect();
    let versions: Vec<i64> = new.iter().map(|one| one.version).collect();
    let hashes: Vec<&[u8]> = new.iter().map(|one| one.inputs_hash.as_slice()).collect();
    let metrics: Vec<_> = new.iter().map(|one| Json(&one.metrics)).collect();
    let times: Vec<_> = new.iter().map(|one| one.computed_at).collect();
    let saved = sqlx::query!(
        r#"
        insert into kpi_snapshots
            (project_id, population_id, segment_id, version, inputs_hash, metrics, computed_at, checked_at)
        select $1, population_id, segment_id, version, inputs_hash, metrics, computed_at, computed_at
        from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bytea[], $6::jsonb[], $7::timestamptz[])
            as t (population_id, segment_id, version, inputs_hash, metrics, computed_at)
        on conflict (population_id, segment_id) do update
        set version = excluded.version,
            inputs_hash = excluded.inputs_hash,
            metrics = excluded.metrics,
            computed_at = excluded.computed_at,
            checked_at = excluded.checked_at
        where kpi_snapshots.version = excluded.version - 1
        "#,
        project.id().0,
        &populations,
        &segments as _,
        &versions,
        &hashes as _,
        &metrics as _,
        &times,
    );
    Ok(saved.execute(executor).await?.rows_affected())
}

/// The snapshots of a segment that are kept, from before a version on: the newest first, and the present one among them.
/// How many there are in all as well.
pub(crate) async fn history(
    pool: &PgPool,
    access: Access<Viewer>,
    place: &Place,
    before: Option<i64>,
    limit: i64,
) -> Result<(Vec<Computed>, i64)> {
    let rows = sqlx::query!(
        r#"
        select version, inputs_hash, metrics as "metrics: Json<Metrics>", computed_at
        from kpi_history
        where project_id = $1
            and population_id = $2
            and segment_id = $3
            and ($4::bigint is null or version < $4)
        order by version desc
        limit $5
        "#,
        access.project_id().0,
        place.population_id.0,
        place.segment.id(),
        before,
        limit,
    );
    let rows = rows.fetch_all(pool).await?.into_iter().map(|row| Computed {
        version: row.version,
        inputs_hash: secret::hex(&row.inputs_hash),
        metrics: row.metrics.0,
        computed_at: row.computed_at,
    });
    let total = sqlx::query_scalar!(
        r#"
        select count(*) as "total!"
        from kpi_history
        where project_id = $1 and population_id = $2 and segment_id = $3
        "#,
        access.project_id().0,
        place.population_id.0,
        place.segment.id(),
    );
    Ok((rows.collect(), total.fetch_one(pool).await?))
}

/// Notes that the snapshots of a population are those of their sources.
pub(crate) async fn checked(
    pool: &PgPool,
    project: InProject,
    population: PopulationId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update kpi_snapshots set checked_at = $3 where project_id = $1 and population_id = $2",
        project.id().0,
        population.0,
        now,
    )
    .execute(pool)
    .await?;
    Ok(())
}
