//! Why this persona is as it is: the rule behind its segment and its place in the population.

use axum::extract::State as Of;
use platform::http::{Json, Problem};
use platform::limit::Heavy;
use platform::{Result, Viewer, Within};
use serde::Serialize;
use serde_json::Value;
use shared::id::PersonaId;
use shared::persona::{Card, label};
use shared::{Language, Seed};
use utoipa::ToSchema;

use crate::State;
use crate::persona::{OfPersona, view};

/// The client's reasoning tab. What rests on documents is empty until the study has some.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reasoning {
    segment_name: &'static str,
    segment_id: &'static str,
    segment_description: &'static str,
    segment_social_context: Option<String>,
    segment_characteristics: Vec<String>,
    orchestration_brief: Option<String>,
    overall_context: Option<String>,
    graph_insights: Vec<Value>,
    allocation_reasoning: String,
    demographics: Demographics,
}

#[derive(Serialize, ToSchema)]
struct Demographics {
    age: String,
    /// The client looks for this name, the present system emits the other.
    age_range: String,
    gender: &'static str,
    education: &'static str,
    location: String,
    income: &'static str,
}

/// Why a persona is as it is. No language model is asked.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}/reasoning", tag = "personas",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Reasoning), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn reasoning(
    Of(state): Of<State>,
    _: Within<Heavy>,
    persona: OfPersona<Viewer>,
) -> Result<Json<Reasoning>> {
    let row = view(&state, &persona, "reasoning").await?;
    let (language, segment, seed) = (row.language(), row.segment(), row.seed());
    let card = row.card.0;
    Ok(Json(Reasoning {
        segment_name: segment.name(language),
        segment_id: segment.id(),
        segment_description: segment.description(language),
        segment_social_context: None,
        segment_characteristics: characteristics(&card, language),
        orchestration_brief: None,
        overall_context: None,
        graph_insights: Vec::new(),
        allocation_reasoning: allocation(&card, seed, row.population_people, language),
        demographics: demographics(&card, language),
    }))
}

fn characteristics(card: &Card, language: Language) -> Vec<String> {
    vec![
        label::activity(card.activity, language).to_owned(),
        label::place(card.place, language).to_owned(),
        label::region(&card.region, language),
        label::education(card.education, language).to_owned(),
    ]
}

/// The rule in words: every statement follows from the population's row and the card's index.
fn allocation(card: &Card, seed: Seed, people: i32, language: Language) -> String {
    let (number, seed) = (card.index + 1, seed.0);
    language.pick(
        format!(
            "Person {number} of {people} in a population drawn by quota from the joint \
             distribution of region, age, sex and class of place, raked to the study's target; \
             seed {seed}. Each further attribute was given where its own quota lagged most. \
             No language model chose a number or a label."
        ),
        format!(
            "Osoba {number} z {people} w populacji dobranej kwotowo z łącznego rozkładu \
             województwa, wieku, płci i klasy miejscowości, dopasowanego do celu badania; ziarno \
             {seed}. Każda kolejna cecha została przydzielona tam, gdzie jej kwota była najmniej \
             wypełniona. Żaden model językowy nie wybrał tu liczby ani etykiety."
        ),
    )
}

fn demographics(card: &Card, language: Language) -> Demographics {
    let decade = u32::from(card.age) / 10 * 10;
    let range = format!("{decade}-{}", decade + 9);
    Demographics {
        age: range.clone(),
        age_range: range,
        gender: label::gender(card.gender, language),
        education: label::education(card.education, language),
        location: label::location(card, language),
        income: label::income_bracket(card.country, card.income_monthly_net),
    }
}
