//! A person as a line of CSV and as an object, masked or not: how they leave, and how they come in again.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use shared::Language;
use shared::insight::Journey;
use shared::persona::card::{BigFive, Hofstede, Text};
use shared::persona::mask::{self, Mask};
use shared::persona::{Card, Manner, Segment, label, vocabulary};
use shared::text::csv::{joined, push_line};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Masked, each_text};

/// The columns of people, in their order. New ones are added at the end.
pub const COLUMNS: [&str; 37] = [
    "population_id",
    "number",
    "name",
    "age",
    "gender",
    "location",
    "education",
    "activity",
    "occupation",
    "income",
    "segment_id",
    "status",
    "openness",
    "conscientiousness",
    "extraversion",
    "agreeableness",
    "neuroticism",
    "power_distance",
    "individualism",
    "masculinity",
    "uncertainty_avoidance",
    "long_term_orientation",
    "indulgence",
    "values",
    "interests",
    "headline",
    "story",
    "communication_style",
    "decision_making_style",
    "concerns",
    "written_by",
    "prompt_version",
    "id",
    "language",
    "is_simulated",
    "edited_at",
    "card",
];

/// Version of the shape of one person's export. A field is added under the same number, one that goes or changes raises
/// it.
pub const PERSONA_SCHEMA: &str = "sight.export.persona/1";
/// The same of a project's.
pub const PROJECT_SCHEMA: &str = "sight.export.project/1";

/// A person as they are stored.
#[derive(Debug, Clone)]
pub struct PersonRow {
    pub id: Uuid,
    /// Their place among those who became visible.
    pub arrival: i64,
    pub run_id: Option<Uuid>,
    pub population_id: Uuid,
    pub population_index: i32,
    pub language: Language,
    pub card: Json<Card>,
    pub headline: String,
    pub background_story: String,
    pub manner: Json<Manner>,
    pub status: String,
    pub written_by: String,
    pub is_simulated: bool,
    pub is_imported: bool,
    pub prompt_version: String,
    /// Of retrieval: the citations, and how they were found.
    pub rag_citations: Option<Value>,
    pub rag_context_details: Option<Value>,
    pub journey: Option<Json<Journey>>,
    pub journey_made: Option<Value>,
    pub version: i32,
    pub edited_at: Option<DateTime<Utc>>,
    pub edited_by: Option<Uuid>,
    pub created_by: Uuid,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A person as they leave.
#[derive(Debug, Serialize)]
pub struct Person {
    id: Uuid,
    population_id: Uuid,
    /// Place in the population, from 0.
    number: i32,
    pub name: String,
    /// Whole years, or a band of ten.
    age: Value,
    pub gender: &'static str,
    pub location: String,
    pub education: &'static str,
    pub activity: &'static str,
    pub occupation: String,
    pub income: &'static str,
    pub segment_id: &'static str,
    pub status: String,
    pub big_five: BigFive,
    pub hofstede: Hofstede,
    pub values: Vec<String>,
    pub interests: Vec<String>,
    pub headline: String,
    pub story: String,
    pub communication_style: String,
    pub decision_making_style: String,
    pub concerns: Vec<String>,
    pub written_by: String,
    is_simulated: bool,
    /// Whether they come from a file: then nobody drew them here.
    is_imported: bool,
    prompt_version: String,
    language: Language,
    edited_at: Option<DateTime<Utc>>,
    /// Which run made them: what it found for their segment is among the groundings of the project.
    run_id: Option<Uuid>,
    /// Of retrieval, as it is stored with the person or with their segment.
    pub rag_citations: Option<Value>,
    pub rag_context_details: Option<Value>,
    pub journey: Option<Journey>,
    /// Who wrote the journey, when, and from which passages.
    pub journey_made: Option<Value>,
    version: i32,
    edited_by: Option<Uuid>,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Everything that the engine drew, as it is stored; only where nobody is masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<Card>,
}

impl Person {
    /// From how they are stored.
    pub fn of(row: PersonRow, masked: &Masked) -> Self {
        let language = row.language;
        let card = row.card.0;
        let own = masked.own([&card]);
        let text = |text: &str| own.as_ref().map_or_else(|| text.to_owned(), |own| own.apply(text));
        let value = |value: Value| match &own {
            Some(own) => each_text(value, &|text| own.apply(text)),
            None => value,
        };
        let occupation: &str = language.pick(&card.occupation_en, &card.occupation);
        let words = |entries, keys: &[Text]| {
            keys.iter().map(|key| text(vocabulary::label(entries, key, language))).collect()
        };
        let manner = row.manner.0;
        let (name, age, location) = match masked.is_on() {
            true => (
                mask::initials(&card),
                mask::age_band(card.age).into(),
                masked.text(&mask::location(&card, language)),
            ),
            false => (label::full_name(&card), card.age.into(), label::location(&card, language)),
        };
        let mut journey = row.journey.map(|journey| journey.0);
        if let (Some(journey), Some(own)) = (&mut journey, &own) {
            hide_journey(journey, own);
        }
        Self {
            id: row.id,
            population_id: row.population_id,
            number: row.population_index,
            name,
            age,
            gender: label::gender(card.gender, language),
            location,
            education: label::education(card.education, language),
            activity: label::activity(card.activity, language),
            occupation: text(occupation),
            income: label::income_bracket(card.country, card.income_monthly_net),
            segment_id: Segment::of(&card).id(),
            status: row.status,
            big_five: card.big_five,
            hofstede: card.hofstede,
            values: words(vocabulary::values(), &card.values),
            interests: words(vocabulary::interests(), &card.interests),
            headline: text(&row.headline),
            story: text(&row.background_story),
            communication_style: text(&manner.communication_style),
            decision_making_style: text(&manner.decision_making_style),
            concerns: manner.typical_concerns.iter().map(|one| text(one)).collect(),
            written_by: row.written_by,
            is_simulated: row.is_simulated,
            is_imported: row.is_imported,
            prompt_version: row.prompt_version,
            language,
            edited_at: row.edited_at,
            run_id: row.run_id,
            rag_citations: row.rag_citations.map(value),
            rag_context_details: row.rag_context_details.map(value),
            journey,
            journey_made: row.journey_made.map(value),
            version: row.version,
            edited_by: row.edited_by,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            card: (!masked.is_on()).then_some(card),
        }
    }

    /// Whole years or a band, as a text.
    pub fn age(&self) -> String {
        self.age.as_str().map_or_else(|| self.age.to_string(), str::to_owned)
    }

    /// Their line of CSV.
    pub fn line(&self) -> String {
        let mut line = String::new();
        push_line(&mut line, &self.cells());
        line
    }

    /// What stands in [`COLUMNS`]. Lists are one cell ([`joined`]); the card, of whom nobody is masked, is JSON.
    pub fn cells(&self) -> Vec<String> {
        let mut cells = vec![
            self.population_id.to_string(),
            self.number.to_string(),
            self.name.clone(),
            self.age(),
            self.gender.to_owned(),
            self.location.clone(),
            self.education.to_owned(),
            self.activity.to_owned(),
            self.occupation.clone(),
            self.income.to_owned(),
            self.segment_id.to_owned(),
            self.status.clone(),
        ];
        let traits = self.big_five.values().into_iter().chain(self.hofstede.values());
        cells.extend(traits.map(|share| share.to_string()));
        cells.extend([
            joined(&self.values),
            joined(&self.interests),
            self.headline.clone(),
            self.story.clone(),
            self.communication_style.clone(),
            self.decision_making_style.clone(),
            joined(&self.concerns),
            self.written_by.clone(),
            self.prompt_version.clone(),
            self.id.to_string(),
            self.language.as_str().to_owned(),
            self.is_simulated.to_string(),
            self.edited_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
            self.card.as_ref().map(card_text).unwrap_or_default(),
        ]);
        cells
    }

    /// Their parts, as the client's sections are called.
    pub fn part(&self, names: &[&str]) -> serde_json::Result<Value> {
        let whole = serde_json::to_value(self)?;
        let part =
            names.iter().filter_map(|name| Some(((*name).to_owned(), whole.get(*name)?.clone())));
        Ok(Value::Object(part.collect()))
    }
}

/// The first line, with or without the byte order mark that spreadsheets tell UTF-8 by.
pub fn header(has_bom: bool) -> String {
    let mut line = String::from(if has_bom { "\u{feff}" } else { "" });
    push_line(&mut line, &COLUMNS.map(str::to_owned));
    line
}

fn card_text(card: &Card) -> String {
    serde_json::to_string(card).expect("a card is JSON")
}

fn hide_journey(journey: &mut Journey, mask: &Mask) {
    let apply = |text: &mut String| *text = mask.apply(text);
    for stage in &mut journey.stages {
        let lists = [
            &mut stage.questions,
            &mut stage.touchpoints,
            &mut stage.emotions,
            &mut stage.buying_signals,
            &mut stage.barriers,
        ];
        lists.into_iter().flatten().for_each(apply);
        for figure in [&mut stage.time_in_stage_days, &mut stage.drop_off_rate] {
            figure.quote.iter_mut().chain(&mut figure.absent_because).for_each(apply);
        }
    }
}
