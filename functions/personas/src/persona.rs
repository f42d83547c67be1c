//! One persona as the client shows it.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem};
use platform::limit::Heavy;
use platform::{Result, Viewer, Within, audit};
use records::persona::OfPersona;
use serde::Serialize;
use serde_json::{Value, json};
use shared::id::{PersonaId, PopulationId, ProjectId};
use shared::persona::{Card, label, vocabulary};
use utoipa::ToSchema;

use crate::{AppState, store};

/// What a list and the details have in common. Labels are in the language of the project.
#[derive(Serialize, ToSchema)]
pub(crate) struct Portrait {
    pub(crate) id: PersonaId,
    pub(crate) project_id: ProjectId,
    pub(crate) full_name: String,
    pub(crate) persona_title: String,
    pub(crate) headline: String,
    pub(crate) age: u8,
    pub(crate) gender: &'static str,
    pub(crate) location: String,
    pub(crate) education_level: &'static str,
    pub(crate) income_bracket: &'static str,
    pub(crate) occupation: String,
    pub(crate) values: Vec<String>,
    pub(crate) interests: Vec<String>,
    pub(crate) background_story: String,
    pub(crate) communication_style: String,
    pub(crate) decision_making_style: String,
    pub(crate) typical_concerns: Vec<String>,
    pub(crate) population_id: PopulationId,
    /// Place in the population, from 0.
    pub(crate) population_index: i32,
    pub(crate) segment_id: &'static str,
    pub(crate) segment_name: &'static str,
    pub(crate) rag_context_used: bool,
    pub(crate) rag_citations: Option<Value>,
    /// The model that wrote the text.
    pub(crate) written_by: String,
    /// True for texts of the offline writer.
    pub(crate) is_simulated: bool,
    /// True for people who come from a file: nobody drew them here.
    pub(crate) is_imported: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) is_active: bool,
    /// How far it is in the hands of the researchers: `draft`, `active`, `archived` or `needs_review`.
    pub(crate) status: String,
    /// When somebody changed its text by hand, the last time; null while it is as it was written.
    pub(crate) edited_at: Option<DateTime<Utc>>,
}

/// A persona in lists and alone.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonaView {
    #[serde(flatten)]
    portrait: Portrait,
    #[serde(flatten)]
    big_five: BigFive,
    #[serde(flatten)]
    hofstede: Hofstede,
}

/// Traits of the five-factor model, 0 to 1.
#[derive(Serialize, ToSchema)]
pub(crate) struct BigFive {
    pub(crate) openness: f32,
    pub(crate) conscientiousness: f32,
    pub(crate) extraversion: f32,
    pub(crate) agreeableness: f32,
    pub(crate) neuroticism: f32,
}

/// Hofstede's dimensions, 0 to 1.
#[derive(Serialize, ToSchema)]
pub(crate) struct Hofstede {
    power_distance: f32,
    individualism: f32,
    masculinity: f32,
    uncertainty_avoidance: f32,
    long_term_orientation: f32,
    indulgence: f32,
}

impl BigFive {
    pub(crate) fn of(card: &Card) -> Self {
        let traits = card.big_five;
        Self {
            openness: traits.openness,
            conscientiousness: traits.conscientiousness,
            extraversion: traits.extraversion,
            agreeableness: traits.agreeableness,
            neuroticism: traits.neuroticism,
        }
    }
}

impl Hofstede {
    pub(crate) fn of(card: &Card) -> Self {
        let scores = card.hofstede;
        Self {
            power_distance: scores.power_distance,
            individualism: scores.individualism,
            masculinity: scores.masculinity,
            uncertainty_avoidance: scores.uncertainty_avoidance,
            long_term_orientation: scores.long_term_orientation,
            indulgence: scores.indulgence,
        }
    }
}

impl From<store::PersonaRow> for Portrait {
    fn from(row: store::PersonaRow) -> Self {
        let (language, segment) = (row.language, row.segment());
        let card = row.card.0;
        let occupation = language.pick(&card.occupation_en, &card.occupation).as_ref();
        let values = vocabulary::values();
        let interests = vocabulary::interests();
        let word = |entries, key: &str| vocabulary::label(entries, key, language).to_owned();
        Self {
            id: row.id,
            project_id: row.project_id,
            full_name: label::full_name(&card),
            persona_title: occupation.to_owned(),
            headline: row.headline,
            age: card.age,
            gender: label::gender(card.gender, language),
            location: label::location(&card, language),
            education_level: label::education(card.education, language),
            income_bracket: label::income_bracket(card.country, card.income_monthly_net),
            occupation: occupation.to_owned(),
            values: card.values.iter().map(|key| word(values, key)).collect(),
            interests: card.interests.iter().map(|key| word(interests, key)).collect(),
            background_story: row.background_story,
            communication_style: row.manner.0.communication_style,
            decision_making_style: row.manner.0.decision_making_style,
            typical_concerns: row.manner.0.typical_concerns,
            population_id: row.population_id,
            population_index: row.population_index,
            segment_id: segment.id(),
            segment_name: segment.name(language),
            rag_context_used: row.rag_context_used,
            rag_citations: row.rag_citations,
            written_by: row.written_by,
            is_simulated: row.is_simulated,
            is_imported: row.is_imported,
            created_at: row.created_at,
            is_active: row.deleted_at.is_none(),
            status: row.status,
            edited_at: row.edited_at,
        }
    }
}

impl From<store::PersonaRow> for PersonaView {
    fn from(row: store::PersonaRow) -> Self {
        let (big_five, hofstede) = (BigFive::of(&row.card), Hofstede::of(&row.card));
        Self { portrait: row.into(), big_five, hofstede }
    }
}

/// A living persona, whose view is on record before it is shown.
pub(crate) async fn view(
    state: &AppState,
    persona: &OfPersona<Viewer>,
    source: &'static str,
) -> Result<store::PersonaRow> {
    let row = store::get(&state.base.pool, persona.access, persona.id).await?;
    let entry = persona.entry("view", json!({ "source": source }));
    audit::record_view(&state.base.side, &state.base.ids, state.base.clock.now(), &entry).await?;
    Ok(row)
}

/// One persona.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}", tag = "personas",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = PersonaView), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    _: Within<Heavy>,
    persona: OfPersona<Viewer>,
) -> Result<Json<PersonaView>> {
    Ok(Json(view(&state, &persona, "persona").await?.into()))
}
