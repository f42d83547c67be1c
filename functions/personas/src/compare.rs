//! Up to three people beside each other: where they differ, and how alike they are.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use platform::http::{Json, Problem};
use platform::limit::{Class, Rate, WithoutRedis};
use platform::{Error, Result, Viewer, Within, audit, off_thread};
use records::persona::OfPersona;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::account::Plan;
use shared::id::PersonaId;
use shared::persona::vocabulary;
use utoipa::ToSchema;

use crate::AppState;
use crate::likeness::{Likeness, SAMPLE, Yardstick};
use crate::persona::{BigFive, Portrait};
use crate::store::{self, PersonaRow, Sampled};

/// Others that one persona is held against.
pub(crate) const MOST_OTHERS: usize = 2;
/// Traits that are named as telling two people apart: as many as one keeps in mind.
const MOST_APART: usize = 3;

/// Comparing: 30 a minute, whatever the plan (the client's contract, §0.4).
///
/// Without Redis it passes: it reads, and costs no money.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comparing;

impl Class for Comparing {
    const BUCKET: &'static str = "compare";
    const WITHOUT_REDIS: WithoutRedis = WithoutRedis::Pass;

    fn rate(_: Plan) -> Rate {
        Rate { limit: 30, window: std::time::Duration::from_secs(60) }
    }
}

/// What is held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ComparedSection)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Section {
    Demographics,
    Psychographics,
}

/// Whom to compare with.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[schema(as = ComparePersonas)]
pub(crate) struct Compare {
    /// Up to two others of the same project.
    #[serde(default)]
    persona_ids: Vec<PersonaId>,
    /// Both where none is given.
    sections: Option<Vec<Section>>,
}

/// One of those who are compared.
#[derive(Serialize, ToSchema)]
#[schema(as = ComparedPersona)]
struct Compared {
    id: PersonaId,
    full_name: String,
    age: u8,
    gender: &'static str,
    location: String,
    occupation: String,
    education_level: &'static str,
    segment_id: &'static str,
    segment_name: &'static str,
    values: Vec<String>,
    interests: Vec<String>,
    big_five: BigFive,
}

/// A field in which they differ.
#[derive(Serialize, ToSchema)]
pub(crate) struct Difference {
    pub(crate) field: &'static str,
    pub(crate) values: Vec<Held>,
}

/// What one of them has there.
#[derive(Serialize, ToSchema)]
pub(crate) struct Held {
    pub(crate) persona_id: PersonaId,
    pub(crate) value: Value,
}

/// Why two are as alike as they are.
#[derive(Serialize, ToSchema)]
pub(crate) struct Explanation {
    pub(crate) persona_ids: [PersonaId; 2],
    /// Attributes, values and interests that both have.
    pub(crate) in_common: Vec<String>,
    /// What tells the second from the first by a standard deviation or more, at most three.
    pub(crate) apart: Vec<Apart>,
}

/// A trait in which two differ.
#[derive(Serialize, ToSchema)]
#[schema(as = TraitApart)]
pub(crate) struct Apart {
    pub(crate) field: &'static str,
    /// The second less the first, in standard deviations of the population.
    pub(crate) standard_deviations: f64,
}

/// People beside each other.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonaComparison)]
pub(crate) struct Comparison {
    personas: Vec<Compared>,
    pub(crate) differences: Vec<Difference>,
    /// Of each pair, 0 to 1: the share of the population's pairs that are less alike. A pair drawn at random
    /// lies around 0.5.
    pub(crate) similarity: BTreeMap<PersonaId, BTreeMap<PersonaId, f64>>,
    pub(crate) explanations: Vec<Explanation>,
    /// Pairs of the population that similarity is measured by.
    pub(crate) reference_pairs: usize,
}

impl Compare {
    fn check(&self, first: PersonaId) -> Result<()> {
        if self.persona_ids.len() > MOST_OTHERS {
            return Err(Error::invalid("persona_ids", "must have at most 2 personas"));
        }
        // the audit log keeps what is asked for
        if self.sections.as_ref().is_some_and(|sections| sections.len() > 2) {
            return Err(Error::invalid("sections", "must have at most 2 sections"));
        }
        let all: BTreeSet<&PersonaId> = self.persona_ids.iter().chain([&first]).collect();
        if all.len() != self.persona_ids.len() + 1 {
            return Err(Error::invalid("persona_ids", "must name each persona once"));
        }
        Ok(())
    }

    fn wants(&self, section: Section) -> bool {
        self.sections.as_ref().is_none_or(|sections| sections.contains(&section))
    }
}

/// Compares a persona with up to two others of its project. No language model is asked: the cosines of standardised
/// traits and of the texts' words are each a rank among the population's pairs, and similarity is the rank of their mean.
#[utoipa::path(post, path = "/api/v1/personas/{persona_id}/actions/compare", tag = "personas",
    params(("persona_id" = PersonaId, Path)), request_body = Compare, security(("bearer" = [])),
    responses((status = 200, body = Comparison), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn compare(
    State(state): State<AppState>,
    _: Within<Comparing>,
    persona: OfPersona<Viewer>,
    Json(request): Json<Compare>,
) -> Result<Json<Comparison>> {
    request.check(persona.id)?;
    let ids: Vec<PersonaId> =
        std::iter::once(persona.id).chain(request.persona_ids.iter().copied()).collect();
    let rows = store::several(&state.base.pool, persona.access, &ids).await?;
    let first = rows.first().ok_or(shared::Error::NotFound("Persona"))?;
    let sample =
        store::sample(&state.base.pool, persona.access, first.population_id, SAMPLE).await?;
    let Measured { likenesses, yardstick } = measured(sample, &rows).await?;
    let details = serde_json::to_value(&request).map_err(|error| Error::Internal(error.into()))?;
    let entry = persona.entry("compare", details);
    audit::record_view(&state.base.side, &state.base.ids, state.base.clock.now(), &entry).await?;
    Ok(Json(composed(rows, &request, (&likenesses, &yardstick), &[])))
}

/// People as vectors, and what the first one's population measures them by.
pub(crate) struct Measured {
    pub(crate) likenesses: Vec<Likeness>,
    pub(crate) yardstick: Yardstick,
}

/// Measures people by a sample of a population, apart from the threads that serve.
pub(crate) async fn measured(sample: Vec<Sampled>, rows: &[PersonaRow]) -> Result<Measured> {
    let own: Vec<Sampled> = rows.iter().map(Sampled::of).collect();
    off_thread(move || {
        let of = |one: &Sampled| Likeness::of(&one.card, &one.text, one.language);
        let yardstick = Yardstick::new(&sample.iter().map(of).collect::<Vec<_>>());
        Measured { likenesses: own.iter().map(of).collect(), yardstick }
    })
    .await
}

/// How these people compare. `hidden` are fields of which nobody may learn how far two lie apart.
pub(crate) fn composed(
    rows: Vec<PersonaRow>,
    request: &Compare,
    (likenesses, yardstick): (&[Likeness], &Yardstick),
    hidden: &[&str],
) -> Comparison {
    let mut similarity: BTreeMap<PersonaId, BTreeMap<PersonaId, f64>> = BTreeMap::new();
    let mut explanations = Vec::new();
    for (at, one) in rows.iter().enumerate() {
        similarity.entry(one.id).or_default();
        for (other_at, other) in rows.iter().enumerate().skip(at + 1) {
            let (a, b) = (&likenesses[at], &likenesses[other_at]);
            let found = yardstick.similarity(a, b);
            similarity.entry(one.id).or_default().insert(other.id, found);
            similarity.entry(other.id).or_default().insert(one.id, found);
            let apart = yardstick.apart(a, b).into_iter();
            let apart = apart.filter(|(field, _)| !hidden.contains(field)).take(MOST_APART);
            explanations.push(Explanation {
                persona_ids: [one.id, other.id],
                in_common: in_common(one, other),
                apart: apart
                    .map(|(field, gap)| Apart { field, standard_deviations: gap })
                    .collect(),
            });
        }
    }
    let personas: Vec<(Portrait, BigFive)> = rows
        .into_iter()
        .map(|row| {
            let five = BigFive::of(&row.card);
            (row.into(), five)
        })
        .collect();
    Comparison {
        differences: differences(&personas, request),
        personas: personas.into_iter().map(compared).collect(),
        similarity,
        explanations,
        reference_pairs: yardstick.pairs(),
    }
}

fn in_common(one: &PersonaRow, other: &PersonaRow) -> Vec<String> {
    let (language, a, b) = (one.language, &one.card, &other.card);
    let mut common = Vec::new();
    let mut both = |is_same: bool, word: String| {
        if is_same {
            common.push(word);
        }
    };
    let segment = one.segment();
    both(segment == other.segment(), segment.name(language).to_owned());
    both(a.gender == b.gender, shared::persona::label::gender(a.gender, language).to_owned());
    let education = shared::persona::label::education(a.education, language);
    both(a.education == b.education, education.to_owned());
    both(a.region == b.region, shared::persona::label::region(&a.region, language));
    for (entries, mine, theirs) in [
        (vocabulary::values(), &a.values, &b.values),
        (vocabulary::interests(), &a.interests, &b.interests),
    ] {
        for key in mine {
            both(theirs.contains(key), vocabulary::label(entries, key, language).to_owned());
        }
    }
    common
}

fn differences(personas: &[(Portrait, BigFive)], request: &Compare) -> Vec<Difference> {
    type Read = fn(&Portrait, &BigFive) -> Value;
    let demographics: [(&str, Read); 7] = [
        ("age", |p, _| json!(p.age)),
        ("gender", |p, _| json!(p.gender)),
        ("location", |p, _| json!(p.location)),
        ("occupation", |p, _| json!(p.occupation)),
        ("education_level", |p, _| json!(p.education_level)),
        ("income_bracket", |p, _| json!(p.income_bracket)),
        ("segment_name", |p, _| json!(p.segment_name)),
    ];
    let psychographics: [(&str, Read); 7] = [
        ("values", |p, _| json!(p.values)),
        ("interests", |p, _| json!(p.interests)),
        ("openness", |_, five| json!(five.openness)),
        ("conscientiousness", |_, five| json!(five.conscientiousness)),
        ("extraversion", |_, five| json!(five.extraversion)),
        ("agreeableness", |_, five| json!(five.agreeableness)),
        ("neuroticism", |_, five| json!(five.neuroticism)),
    ];
    let of = |section, fields: [(&'static str, Read); 7]| {
        fields.into_iter().filter(move |_| request.wants(section))
    };
    of(Section::Demographics, demographics)
        .chain(of(Section::Psychographics, psychographics))
        .map(|(field, read)| {
            let value = |(portrait, five): &(Portrait, BigFive)| Held {
                persona_id: portrait.id,
                value: read(portrait, five),
            };
            Difference { field, values: personas.iter().map(value).collect() }
        })
        .filter(|one| one.values.windows(2).any(|pair| pair[0].value != pair[1].value))
        .collect()
}

fn compared((portrait, big_five): (Portrait, BigFive)) -> Compared {
    Compared {
        id: portrait.id,
        full_name: portrait.full_name,
        age: portrait.age,
        gender: portrait.gender,
        location: portrait.location,
        occupation: portrait.occupation,
        education_level: portrait.education_level,
        segment_id: portrait.segment_id,
        segment_name: portrait.segment_name,
        values: portrait.values,
        interests: portrait.interests,
        big_five,
    }
}
