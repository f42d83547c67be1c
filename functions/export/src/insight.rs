//! What is known of a person beside their card: needs, journey, and the metrics of their segment.

use ::store::{journey, need};
use platform::{Error, InProject, Result};
use serde_json::Value;
use shared::id::PersonaId;
use shared::insight::need::of_person;
use shared::insight::{Journey, NeedsAndPains, SegmentNeeds};
use shared::kpi::Metrics;
use shared::persona::Segment;
use shared::persona::mask::Mask;
use sqlx::PgPool;

use crate::persona::masked;
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
        let needs = need::find(pool, project, population, segment).await?;
        let journey = journey::find(pool, project, id).await?.map(|stored| stored.journey.0);
        let metrics = store::metrics(pool, project, population, segment).await?;
        let Some(stored) = needs else {
            let journey = journey.map(|one| hidden(one, row, is_masked)).transpose()?;
            return Ok(Self { needs: None, journey, metrics });
        };
        let made = (stored.written_by.as_str(), Some(stored.created_at));
        let needs = stored.needs.0;
        let mask = match is_masked {
            true => mask(pool, project, &needs, row).await?,
            false => Mask::default(),
        };
        let mut needs = of_person(&needs, (id, &*row.card), made);
        if is_masked {
            hide(&mut needs, &mask);
        }
        let journey = journey.map(|one| hidden(one, row, is_masked)).transpose()?;
        Ok(Self { needs: Some(needs), journey, metrics })
    }

    /// The client's section of insights.
    pub(crate) fn value(&self) -> serde_json::Result<Value> {
        Ok(serde_json::json!({ "kpis": self.metrics, "journey": self.journey }))
    }
}

fn hidden(journey: Journey, row: &PersonRow, is_masked: bool) -> Result<Journey> {
    if !is_masked {
        return Ok(journey);
    }
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

fn internal(error: serde_json::Error) -> Error {
    Error::Internal(error.into())
}
