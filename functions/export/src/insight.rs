//! What is known of a person beside their card: needs, the metrics of their segment, and what happened to them.

use platform::{InProject, Result};
use records::export::{Masked, Person, PersonRow, each_text};
use records::kpi;
use records::need::{self, StoredNeeds};
use serde_json::{Value, json};
use shared::id::PersonaId;
use shared::insight::need::{NeedQuote, of_person};
use shared::insight::{NeedsAndPains, SegmentNeeds};
use shared::kpi::{KpiOutcome, Metrics};
use shared::persona::{Card, Segment};
use sqlx::PgPool;

use crate::store::{self, AuditLine, Named};

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
    needs: Option<StoredNeeds>,
    metrics: Option<Metrics>,
    trail: Vec<AuditLine>,
    named: Vec<Named>,
}

impl Known {
    pub(crate) async fn read(
        pool: &PgPool,
        project: InProject,
        (id, row): (PersonaId, &PersonRow),
    ) -> Result<Self> {
        let (population, segment) = (row.population_id.into(), Segment::of(&row.card));
        let metrics = kpi::find(pool, project, population, segment).await?.map(|one| one.metrics);
        let trail = store::trail(pool, project, id).await?;
        let needs = need::find(pool, project, population, segment).await?;
        // who is quoted, and who was there: a quote may name either
        let quotes = needs.iter().flat_map(|stored| stored.needs.quotes());
        let named = store::named(pool, project, quotes).await?;
        Ok(Self { needs, metrics, trail, named })
    }

    /// Whom it may name.
    pub(crate) fn named(&self) -> impl Iterator<Item = &Card> + Clone {
        self.named.iter().map(|one| &*one.card)
    }

    /// It without who they are, where they are masked.
    pub(crate) fn leaving(self, (id, card): (PersonaId, &Card), masked: &Masked) -> Insights {
        let needs = self.needs.map(|mut stored| {
            hide_needs(&mut stored.needs, Some(card), &self.named, masked);
            let made = (stored.written_by.as_str(), Some(stored.created_at));
            of_person(&stored.needs, (id, card), made)
        });
        let mut trail = self.trail;
        if let Some(mask) = masked.own([card]) {
            for line in &mut trail {
                let details = line.details.take();
                line.details = details.map(|one| each_text(one, &|text| mask.apply(text)));
            }
        }
        let mut metrics = self.metrics;
        metrics.iter_mut().for_each(|metrics| hide_sources(metrics, masked));
        Insights { needs, metrics, trail }
    }
}

impl Insights {
    /// The client's section of insights.
    pub(crate) fn value(&self, person: &Person) -> Value {
        json!({
            "kpis": self.metrics,
            "journey": person.journey,
            "journey_made": person.journey_made,
            "rag_context_details": person.rag_context_details,
            "audit_log": self.trail,
        })
    }
}

/// Metrics whose sources name nobody: the title of a survey and where a benchmark is from are what somebody wrote.
fn hide_sources(metrics: &mut Metrics, masked: &Masked) {
    let figures = metrics.values_mut().filter_map(|outcome| match outcome {
        KpiOutcome::Figure(figure) => Some(figure),
        KpiOutcome::Absent(_) => None,
    });
    for figure in figures {
        figure.sources.iter_mut().for_each(|source| source.name = masked.text(&source.name));
        if let Some(benchmark) = &mut figure.benchmark {
            benchmark.source = masked.text(&benchmark.source);
        }
    }
}

/// Needs of a segment without who is named in them: whose they are, who is quoted, and who was in the same talks.
pub(crate) fn hide_needs(
    needs: &mut SegmentNeeds,
    own: Option<&Card>,
    named: &[Named],
    masked: &Masked,
) {
    let Some(all) = masked.spoken(own, named.iter().map(|one| &*one.card)) else { return };
    let said = |quote: &mut NeedQuote| {
        let speaker = named.iter().find(|one| one.id == quote.persona_id.0);
        let present = named.iter().filter(|one| one.turns.contains(&quote.source_id));
        let mask = masked.spoken(speaker.map(|one| &*one.card), present.map(|one| &*one.card));
        if let Some(mask) = mask {
            quote.text = mask.apply(&quote.text);
        }
    };
    needs.each_text(|text| *text = all.apply(text), said);
}
