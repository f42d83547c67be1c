//! What segments are worth, in PostgreSQL: as `kpi-recalc` has computed it.

use platform::{InProject, Result, secret};
use shared::id::PopulationId;
use shared::kpi::{Computed, Metrics};
use shared::persona::Segment;
use sqlx::PgPool;
use sqlx::types::Json;

/// The metrics of a segment as they were computed last.
pub async fn find(
    pool: &PgPool,
    of: InProject,
    population: PopulationId,
    segment: Segment,
) -> Result<Option<Computed>> {
    let row = sqlx::query!(
        r#"
        select version, inputs_hash, metrics as "metrics: Json<Metrics>", computed_at
        from kpi_snapshots
        where project_id = $1 and population_id = $2 and segment_id = $3
        "#,
        of.id().0,
        population.0,
        segment.id(),
    );
    Ok(row.fetch_optional(pool).await?.map(|row| Computed {
        version: row.version,
        inputs_hash: secret::hex(&row.inputs_hash),
        metrics: row.metrics.0,
        computed_at: row.computed_at,
    }))
}
