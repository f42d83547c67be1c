//! A person as a line of CSV and as an object, masked or not.

use chrono::{DateTime, Utc};
use records::export::{Masked, each_text};
use serde::Serialize;
use serde_json::Value;
use shared::Language;
use shared::insight::Journey;
use shared::persona::card::{BigFive, Hofstede, Text};
use shared::persona::mask;
use shared::persona::{Card, Segment, label, vocabulary};
use shared::text::csv::push_line;
use uuid::Uuid;

use crate::insight;
use crate::store::PersonRow;

/// The columns of people, in their order. New ones are added at the end.
pub(crate) const COLUMNS: [&str; 33] = [
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
];

/// A person as they leave.
#[derive(Debug, Serialize)]
pub(crate) struct Person {
    id: Uuid,
    population_id: Uuid,
    /// Place in the population, from 0.
    number: i32,
    pub(crate) name: String,
    /// Whole years, or a band of ten.
    age: Value,
    pub(crate) gender: &'static str,
    pub(crate) location: String,
    pub(crate) education: &'static str,
    pub(crate) activity: &'static str,
    pub(crate) occupation: String,
    pub(crate) income: &'static str,
    pub(crate) segment_id: &'static str,
    pub(crate) status: String,
    pub(crate) big_five: BigFive,
    pub(crate) hofstede: Hofstede,
    pub(crate) values: Vec<String>,
    pub(crate) interests: Vec<String>,
    pub(crate) headline: String,
    pub(crate) story: String,
    pub(crate) communication_style: String,
    pub(crate) decision_making_style: String,
    pub(crate) concerns: Vec<String>,
    pub(crate) written_by: String,
    is_simulated: bool,
    prompt_version: String,
    language: Language,
    /// Which run made them: what it found for their segment is among the groundings of the project.
    run_id: Option<Uuid>,
    /// Of retrieval, as it is stored with the person or with their segment.
    pub(crate) rag_citations: Option<Value>,
    pub(crate) rag_context_details: Option<Value>,
    pub(crate) journey: Option<Journey>,
    journey_made: Option<Value>,
    version: i32,
    edited_at: Option<DateTime<Utc>>,
    edited_by: Option<Uuid>,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Everything that the engine drew, as it is stored; only where nobody is masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<Card>,
}

impl Person {
    pub(crate) fn of(row: PersonRow, masked: &Masked) -> Self {
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
            insight::hide_journey(journey, own);
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
            prompt_version: row.prompt_version,
            language,
            run_id: row.run_id,
            rag_citations: row.rag_citations.map(value),
            rag_context_details: row.rag_context_details.map(value),
            journey,
            journey_made: row.journey_made.map(value),
            version: row.version,
            edited_at: row.edited_at,
            edited_by: row.edited_by,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            card: (!masked.is_on()).then_some(card),
        }
    }

    /// Whole years or a band, as a text.
    pub(crate) fn age(&self) -> String {
        self.age.as_str().map_or_else(|| self.age.to_string(), str::to_owned)
    }

    /// Their line of CSV. Lists are joined by `; `.
    pub(crate) fn line(&self) -> String {
        let (five, six) = (self.big_five, self.hofstede);
        let numbers = [
            five.openness,
            five.conscientiousness,
            five.extraversion,
            five.agreeableness,
            five.neuroticism,
            six.power_distance,
            six.individualism,
            six.masculinity,
            six.uncertainty_avoidance,
            six.long_term_orientation,
            six.indulgence,
        ];
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
        cells.extend(numbers.map(|number| number.to_string()));
        cells.extend([
            self.values.join("; "),
            self.interests.join("; "),
            self.headline.clone(),
            self.story.clone(),
            self.communication_style.clone(),
            self.decision_making_style.clone(),
            self.concerns.join("; "),
            self.written_by.clone(),
            self.prompt_version.clone(),
            self.id.to_string(),
        ]);
        let mut line = String::new();
        push_line(&mut line, &cells);
        line
    }

    /// Their parts, as the client's sections are called.
    pub(crate) fn part(&self, names: &[&str]) -> serde_json::Result<Value> {
        let whole = serde_json::to_value(self)?;
        let part =
            names.iter().filter_map(|name| Some(((*name).to_owned(), whole.get(*name)?.clone())));
        Ok(Value::Object(part.collect()))
    }
}

/// The first line, with or without the byte order mark that spreadsheets tell UTF-8 by.
pub(crate) fn header(has_bom: bool) -> String {
    let mut line = String::from(if has_bom { "\u{feff}" } else { "" });
    push_line(&mut line, &COLUMNS.map(str::to_owned));
    line
}
