//! What is known of a person beside their card: needs, the metrics of their segment, and what happened to them.

use platform::{InProject, Result};
use records::export::{Masked, Person, PersonRow, each_text};
use records::{kpi, need};
use serde_json::{Value, json};
use shared::id::PersonaId;
use shared::insight::NeedsAndPains;
use shared::insight::need::of_person;
use shared::kpi::Metrics;
use shared::persona::mask::Mask;
use shared::persona::{Card, Segment};
use sqlx::PgPool;

use crate::store::{self, AuditLine};

/// It, as it leaves. What is not stored is none: nothing is made up for an export.
#[derive(Default)]
pub(crate) struct Insights {
    pub(crate) needs: Option<NeedsAndPains>,
    pub(crate) metrics: Option<Metrics>,
    pub(crate) trail: Vec<AuditLine>,
}

/// What is stored of it, and who may be named in it.
#[derive(Default)]
pub(crate) struct Known {
    insights: Insights,
    named: Vec<Card>,
}

impl Known {
    pub(crate) async fn read(
        pool: &PgPool,
        project: InProject,
        (id, row): (PersonaId, &PersonRow),
    ) -> Result<Self> {
        let (population, segment) = (row.population_id.into(), Segment::of(&row.card));
        let computed = kpi::find(pool, project, population, segment).await?;
        let trail = store::trail(pool, project, id).await?;
        let insights = Insights { needs: None, metrics: computed.map(|one| one.metrics), trail };
        let Some(stored) = need::find(pool, project, population, segment).await? else {
            return Ok(Self { insights, named: Vec::new() });
        };
        // who is quoted, and who was there: a quote may name either
        let named = store::named(pool, project, stored.needs.quotes()).await?;
        let made = (stored.written_by.as_str(), Some(stored.created_at));
        let needs = of_person(&stored.needs, (id, &*row.card), made);
        Ok(Self { insights: Insights { needs: Some(needs), ..insights }, named })
    }

    /// Whom it may name.
    pub(crate) fn named(&self) -> &[Card] {
        &self.named
    }

    /// It without who they are, where they are masked.
    pub(crate) fn leaving(self, card: &Card, masked: &Masked) -> Insights {
        let mut insights = self.insights;
        let Some(mask) = masked.own(self.named.iter().chain([card])) else { return insights };
        if let Some(needs) = &mut insights.needs {
            hide_needs(needs, &mask);
        }
        for line in &mut insights.trail {
            let details = line.details.take();
            line.details = details.map(|one| each_text(one, &|text| mask.apply(text)));
        }
        insights
    }
}

impl Insights {
    /// The client's section of insights.
    pub(crate) fn value(&self, person: &Person) -> Value {
        json!({
            "kpis": self.metrics,
            "journey": person.journey,
            "rag_context_details": person.rag_context_details,
            "audit_log": self.trail,
        })
    }
}

fn hide_needs(needs: &mut NeedsAndPains, mask: &Mask) {
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
