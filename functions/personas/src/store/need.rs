//! What a run of needs reads: whose segments there are, and which of its items are settled.

use std::collections::HashSet;

use platform::runs::Lease;
use platform::{InProject, Result};
use shared::Seed;
use shared::id::PopulationId;
use sqlx::PgPool;

/// The segments that a project has living people of, by population.
pub(crate) async fn peopled_segments(
    pool: &PgPool,
    of: InProject,
) -> Result<Vec<(PopulationId, String)>> {
    let rows = sqlx::query!(
        r#"
        select distinct population_id, segment_id
        from personas
        where project_id = $1 and deleted_at is null
        order by population_id, segment_id
        "#,
        of.id().0,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    Ok(rows.map(|row| (row.population_id.into(), row.segment_id)).collect())
}

pub(crate) async fn population_seed(
    pool: &PgPool,
    of: InProject,
    population: PopulationId,
) -> Result<Seed> {
    let seed = sqlx::query_scalar!(
        "select seed from populations where project_id = $1 and id = $2",
        of.id().0,
        population.0,
    );
    Ok(Seed(seed.fetch_one(pool).await?.cast_unsigned()))
}

/// The items of a run that have failed.
pub(crate) async fn settled_items(pool: &PgPool, lease: &Lease) -> Result<HashSet<u32>> {
    let items =
        sqlx::query_scalar!("select item from run_failures where run_id = $1", lease.run_id.0);
    Ok(items.fetch_all(pool).await?.into_iter().map(i32::cast_unsigned).collect())
}
