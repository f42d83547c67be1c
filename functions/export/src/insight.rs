//! What is known of a person beside their card: needs, journey, and the metrics of their segment.

use ::store::{journey, kpi, need};
use platform::{InProject, Result};
use serde_json::Value;
use shared::id::PersonaId;
use shared::insight::need::of_person;
use shared::insight::{Journey, NeedsAndPains, SegmentNeeds};
use shared::kpi::Metrics;
use shared::persona::Segment;
use shared::persona::mask::Mask;
use sqlx::PgPool;

use crate::persona::{internal, masked};
use crate::store::{self, PersonRow};

/// It, as it leaves. What is not stored is none: nothing is made up for an export.
#[derive(Default)]
pub(crate) struct Insights {
    pub(crate) needs: Option<NeedsAndPains>,
    pub(crate) journey: Option<Journey>,
    pub(crate) metrics: Option<Metrics>,
}

impl Insights {
    pub(crate) async fn read(
        pool: &PgPool,
        project: InProject,
        (id, row): (PersonaId, &PersonRow),
        is_masked: bool,
    ) -> Result<Self> {
        let (population, segment) = (row.population_id.into(), Segment::of(&row.card));
        let computed = kpi::find(pool, project, population, segment).await?;
        let metrics = computed.map(|computed| computed.metrics);
        let journey = match journey::find(pool, project, id).await? {
            Some(stored) if is_masked => Some(hidden(stored.journey.0, row)?),
            stored => stored.map(|stored| stored.journey.0),
        };
        let Some(stored) = need::find(pool, project, population, segment).await? else {
            return Ok(Self { needs: None, journey, metrics });
        };
        let (made, of_segment) =
            ((stored.written_by.as_str(), Some(stored.created_at)), stored.needs.0);
        let mut needs = of_person(&of_segment, (id, &*row.card), made);
        if is_masked {
            hide(&mut needs, &mask(pool, project, &of_segment, row).await?);
        }
        Ok(Self { needs: Some(needs), journey, metrics })
    }

    /// The client's section of insights.
    pub(crate) fn value(&self) -> serde_json::Result<Value> {
        Ok(serde_json::json!({ "kpis": self.metrics, "journey": self.journey }))
    }
}

fn hidden(journey: Journey, row: &PersonRow) -> Result<Journey> {
    let value = serde_json::to_value(journey).map_err(internal)?;
    serde_json::from_value(masked(value, &Mask::of([&*row.card]))).map_err(internal)
}

/// Of the person and of everybody whom a quote may name: who said it, and who was there.
async fn mask(
    pool: &PgPool,
    project: InProject,
    needs: &SegmentNeeds,
    row: &PersonRow,
) -> Result<Mask> {
    let named = store::named(pool, project, needs.quotes()).await?;
    Ok(Mask::of(named.iter().chain([&*row.card])))
}

fn hide(needs: &mut NeedsAndPains, mask: &Mask) {
    let apply = |text: &mut String| *text = mask.apply(text);
    for job in &mut needs.jobs_to_be_done {
        apply(&mut job.job_statement);
        job.quotes.iter_mut().for_each(apply);
    }
    for outcome in &mut needs.desired_outcomes {
        apply(&mut outcome.outcome_statement);
    }
    for pain in &mut needs.pain_points {
        apply(&mut pain.pain_title);
        apply(&mut pain.pain_description);
        pain.quotes.iter_mut().chain(&mut pain.potential_solutions).for_each(apply);
    }
}
