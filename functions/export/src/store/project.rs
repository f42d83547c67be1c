//! What a project has beside its people.

use chrono::{DateTime, Utc};
use platform::{InProject, Result};
use records::need;
use serde_json::Value;
use serde_json::value::RawValue;
use shared::insight::SegmentNeeds;
use shared::persona::Segment;
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// The project itself, its populations, its own figures, what retrieval found for its segments, and what its surveys and
/// focus groups are called: an object each, as they are stored.
pub(crate) struct Whole {
    pub(crate) project: Value,
    pub(crate) populations: Value,
    pub(crate) groundings: Value,
    pub(crate) kpi_inputs: Option<Value>,
    /// Who gave those figures, when, and in which version.
    pub(crate) kpi_inputs_given: Option<Value>,
    /// What people were asked, by name: each is exported by itself.
    pub(crate) surveys: Value,
    pub(crate) focus_groups: Value,
}

/// All of it.
pub(crate) async fn whole(pool: &PgPool, project: InProject) -> Result<Whole> {
    let row = sqlx::query_as!(
        Whole,
        r#"
        select
            jsonb_build_object(
                'id', p.id, 'owner_id', p.owner_id, 'name', p.name, 'description', p.description,
                'target_audience', p.target_audience, 'research_objectives', p.research_objectives,
                'additional_notes', p.additional_notes, 'language', p.language,
                'target_demographics', p.target_demographics, 'target_sample_size', p.target_sample_size,
                'chi_square_statistic', p.chi_square_statistic, 'p_values', p.p_values,
                'is_statistically_valid', p.is_statistically_valid, 'validation_date', p.validation_date,
                'created_at', p.created_at, 'updated_at', p.updated_at
            ) as "project!",
            coalesce((
                select jsonb_agg(jsonb_build_object(
                    'id', o.id, 'seed', o.seed, 'plan', o.plan, 'engine_version', o.engine_version,
                    'language', o.language, 'people', o.next_index, 'fidelity', o.fidelity,
                    'fidelity_at', o.fidelity_at, 'imported_at', o.imported_at, 'created_at', o.created_at
                ) order by o.created_at, o.id)
                from populations o
                where o.project_id = p.id
            ), '[]') as "populations!",
            coalesce((
                select jsonb_agg(jsonb_build_object(
                    'run_id', g.run_id, 'segment_id', g.segment_id, 'citations', f.citations,
                    'details', f.details, 'created_at', g.created_at
                ) order by g.run_id, g.segment_id)
                from groundings g
                join persona_groundings f on f.run_id = g.run_id and f.segment_id = g.segment_id
                where g.project_id = p.id
            ), '[]') as "groundings!",
            (select i.inputs from kpi_inputs i where i.project_id = p.id) as kpi_inputs,
            (
                select jsonb_build_object(
                    'version', i.version, 'changed_by', i.changed_by, 'changed_at', i.changed_at
                )
                from kpi_inputs i
                where i.project_id = p.id
            ) as kpi_inputs_given,
            coalesce((
                select jsonb_agg(jsonb_build_object(
                    'id', s.id, 'title', s.title, 'has_run', s.run_id is not null, 'created_at', s.created_at
                ) order by s.created_at, s.id)
                from surveys s
                where s.project_id = p.id and s.deleted_at is null
            ), '[]') as "surveys!",
            coalesce((
                select jsonb_agg(jsonb_build_object(
                    'id', g.id, 'name', g.name, 'has_run', g.run_id is not null, 'created_at', g.created_at
                ) order by g.created_at, g.id)
                from focus_groups g
                where g.project_id = p.id
            ), '[]') as "focus_groups!"
        from projects p
        where p.id = $1
        "#,
        project.id().0,
    );
    Ok(row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Project"))?)
}

/// What the people of a segment need, with who drafted it.
#[derive(serde::Serialize)]
pub(crate) struct NeedsRow {
    pub(crate) population_id: Uuid,
    pub(crate) segment_id: String,
    /// Which run drafted it; none where that is gone.
    pub(crate) run_id: Option<Uuid>,
    pub(crate) version: i32,
    pub(crate) needs: SegmentNeeds,
    pub(crate) written_by: String,
    pub(crate) is_simulated: bool,
    pub(crate) prompt_version: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// The needs of a project's segments, with the quotes that are still there.
pub(crate) async fn needs(pool: &PgPool, project: InProject) -> Result<Vec<NeedsRow>> {
    let drafted = sqlx::query!(
        r#"
        select population_id, segment_id, run_id, version
        from segment_needs
        where project_id = $1
        order by population_id, segment_id
        "#,
        project.id().0,
    );
    let mut all = Vec::new();
    for row in drafted.fetch_all(pool).await? {
        let segment = Segment::all().find(|one| one.id() == row.segment_id);
        let segment =
            segment.ok_or_else(|| anyhow::anyhow!("there is no such segment of needs"))?;
        // drafted anew or purged since they were listed
        let Some(stored) = need::find(pool, project, row.population_id.into(), segment).await?
        else {
            continue;
        };
        all.push(NeedsRow {
            population_id: row.population_id,
            segment_id: row.segment_id,
            run_id: row.run_id,
            version: row.version,
            needs: stored.needs.0,
            written_by: stored.written_by,
            is_simulated: stored.is_simulated,
            prompt_version: stored.prompt_version,
            created_at: stored.created_at,
        });
    }
    Ok(all)
}

/// Metrics of a segment, as they are stored.
#[derive(serde::Serialize)]
pub(crate) struct KpiRow {
    pub(crate) population_id: Uuid,
    pub(crate) segment_id: String,
    pub(crate) version: i64,
    pub(crate) computed_at: DateTime<Utc>,
    pub(crate) metrics: Json<Box<RawValue>>,
}

/// The metrics of a project's segments.
pub(crate) async fn kpis(pool: &PgPool, project: InProject) -> Result<Vec<KpiRow>> {
    let rows = sqlx::query_as!(
        KpiRow,
        r#"
        select population_id, segment_id, version, computed_at, metrics as "metrics: _"
        from kpi_snapshots
        where project_id = $1
        order by population_id, segment_id
        "#,
        project.id().0,
    );
    Ok(rows.fetch_all(pool).await?)
}
