//! Populations: seed, target and how far they have been taken.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::{Access, Result, Viewer};
use population::Plan;
use population::fidelity::FidelityReport;
use serde::Serialize;
use shared::id::{PersonaId, PopulationId, ProjectId, RunId};
use shared::{Language, Seed};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PopulationRow {
    pub(crate) id: PopulationId,
    seed: i64,
    pub(crate) plan: Json<Plan>,
    pub(crate) engine_version: i32,
    pub(crate) language: Language,
    pub(crate) next_index: i32,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) fidelity: Option<Json<FidelityReport>>,
    pub(crate) fidelity_at: Option<DateTime<Utc>>,
    pub(crate) imported_at: Option<DateTime<Utc>>,
}

impl PopulationRow {
    /// The seed that replays it.
    pub(crate) fn seed(&self) -> Seed {
        Seed(self.seed.cast_unsigned())
    }
}

/// A project's populations, newest first, without their reports.
pub(crate) async fn list_populations(
    pool: &PgPool,
    access: Access<Viewer>,
) -> Result<Vec<PopulationRow>> {
    let rows = sqlx::query_as!(
        PopulationRow,
        r#"
        select
            id, seed, plan as "plan: _", engine_version, language as "language: _", next_index, created_at,
            null::jsonb as "fidelity: _", fidelity_at, imported_at
        from populations
        where project_id = $1
        order by created_at desc, id desc
        limit 1000
        "#,
        access.project_id().0,
    );
    Ok(rows.fetch_all(pool).await?)
}

pub(crate) async fn population(
    pool: &PgPool,
    access: Access<Viewer>,
    id: PopulationId,
) -> Result<PopulationRow> {
    let row = sqlx::query_as!(
        PopulationRow,
        r#"
        select
            id, seed, plan as "plan: _", engine_version, language as "language: _", next_index, created_at,
            fidelity as "fidelity: _", fidelity_at, imported_at
        from populations
        where project_id = $1 and id = $2
        "#,
        access.project_id().0,
        id.0,
    );
    Ok(row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Population"))?)
}

/// The population of the project that was reported on last.
pub(crate) async fn latest_population(
    pool: &PgPool,
    access: Access<Viewer>,
) -> Result<PopulationRow> {
    let row = sqlx::query_as!(
        PopulationRow,
        r#"
        select
            id, seed, plan as "plan: _", engine_version, language as "language: _", next_index, created_at,
            fidelity as "fidelity: _", fidelity_at, imported_at
        from populations
        where project_id = $1 and fidelity is not null
        order by fidelity_at desc, id desc
        limit 1
        "#,
        access.project_id().0,
    );
    let row = row.fetch_optional(pool).await?;
    Ok(row.ok_or(shared::Error::NotFound("Fidelity report"))?)
}

/// Somebody whose story is much like another's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Twin {
    id: PersonaId,
    full_name: String,
    /// Their number in the population, from 0.
    population_index: i32,
}

/// Those of a population who have these numbers and are not deleted, in their order.
pub(crate) async fn twins(
    pool: &PgPool,
    access: Access<Viewer>,
    population: PopulationId,
    numbers: &[i32],
) -> Result<Vec<Twin>> {
    let rows = sqlx::query_as!(
        Twin,
        r#"
        select
            id as "id: _",
            (card->>'first_name') || ' ' || (card->>'surname') as "full_name!",
            population_index
        from personas
        where project_id = $1
            and population_id = $2
            and population_index = any($3)
            and deleted_at is null
        order by population_index
        "#,
        access.project_id().0,
        population.0,
        numbers,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// The population of a run, for the worker that reports on it.
pub(crate) async fn population_to_report(
    pool: &PgPool,
    run: RunId,
) -> Result<(ProjectId, PopulationRow)> {
    let project = sqlx::query_scalar!(
        r#"
        select p.project_id
        from runs r
        join populations p on p.id = r.subject_id
        where r.id = $1
        "#,
        run.0,
    )
    .fetch_one(pool)
    .await?;
    let row = sqlx::query_as!(
        PopulationRow,
        r#"
        select
            p.id, p.seed, p.plan as "plan: _", p.engine_version, p.language as "language: _", p.next_index,
            p.created_at, null::jsonb as "fidelity: _", null::timestamptz as fidelity_at, p.imported_at
        from runs r
        join populations p on p.id = r.subject_id
        where r.id = $1
        "#,
        run.0,
    );
    Ok((project.into(), row.fetch_one(pool).await?))
}

/// Everybody of a population who failed, by reason.
pub(crate) async fn failures(
    pool: &PgPool,
    population: PopulationId,
) -> Result<BTreeMap<String, u32>> {
    let rows = sqlx::query!(
        r#"
        select f.reason, count(*) as "people!"
        from run_failures f
        join runs r on r.id = f.run_id
        where r.subject_id = $1
        group by f.reason
        "#,
        population.0,
    )
    .fetch_all(pool)
    .await?;
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(rows.into_iter().map(|row| (row.reason, count(row.people))).collect())
}

/// Locks a project and its population, in the order in which a start does.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    project: ProjectId,
    population: PopulationId,
) -> Result<()> {
    sqlx::query!("select id from projects where id = $1 for no key update", project.0)
        .fetch_optional(&mut *connection)
        .await?;
    sqlx::query!(
        "select id from populations where project_id = $1 and id = $2 for no key update",
        project.0,
        population.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(())
}

/// Stores a report with its population, and its figures with the project.
pub(crate) async fn save_report(
    connection: &mut PgConnection,
    project: ProjectId,
    population: PopulationId,
    report: &FidelityReport,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update populations set fidelity = $2, fidelity_at = $3 where id = $1",
        population.0,
        Json(report) as _,
        now,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        update projects
        set chi_square_statistic = $2,
            p_values = $3,
            is_statistically_valid = $4,
            validation_date = $5
        where id = $1
        "#,
        project.0,
        Json(&report.chi_square_statistic) as _,
        Json(&report.p_values) as _,
        report.is_statistically_valid,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
