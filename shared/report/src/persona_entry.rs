//! A person as a reader meets them: every label in words.

use serde::{Deserialize, Serialize};

use shared::Language;
use shared::persona::{Card, PersonaText};
use shared::text::number::whole;

/// One person of a report, in the reader's language.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PersonaEntry {
    /// Place in the population, from 1.
    pub number: u32,
    /// First name and surname.
    pub name: String,
    /// Whole years.
    pub age: u8,
    /// How the person describes themselves.
    pub gender: String,
    /// Town and region, or class of place and region.
    pub place: String,
    /// Highest completed level.
    pub education: String,
    /// Occupation, or what the person mainly does.
    pub occupation: String,
    /// Own net income a month with its currency.
    pub income: String,
    /// Openness, conscientiousness, extraversion, agreeableness, neuroticism: 0 to 1.
    pub big_five: [f32; 5],
    /// What matters to the person.
    pub values: Vec<String>,
    /// What the person likes to do.
    pub interests: Vec<String>,
    /// One sentence.
    pub headline: String,
    /// Paragraphs, separated by a blank line.
    pub story: String,
    /// How the person speaks.
    pub communication_style: String,
    /// How the person decides.
    pub decision_making_style: String,
    /// Worries of everyday life.
    pub concerns: Vec<String>,
}

impl PersonaEntry {
    /// The entry of a card and its text.
    ///
    /// `label` turns a kind and its key into words; the kinds are `gender`, `region`, `place`,
    /// `education`, `value`, `interest`, and `currency`, whose keys are the countries.
    pub fn new(
        card: &Card,
        text: &PersonaText,
        language: Language,
        label: &dyn Fn(&str, &str) -> String,
    ) -> Self {
        let all = |kind: &str, keys: &[shared::persona::card::Text]| {
            keys.iter().map(|key| label(kind, key)).collect()
        };
        Self {
            number: card.index + 1,
            name: format!("{} {}", card.first_name, card.surname),
            age: card.age,
            gender: label("gender", &key(&card.gender)),
            place: place(card, label),
            education: label("education", &key(&card.education)),
            occupation: language.pick(&card.occupation_en, &card.occupation).clone().into_owned(),
            income: format!(
                "{} {}",
                whole(card.income_monthly_net.into(), language),
                label("currency", &key(&card.country))
            ),
            big_five: card.big_five.values(),
            values: all("value", &card.values),
            interests: all("interest", &card.interests),
            headline: text.headline.clone(),
            story: text.background_story.clone(),
            communication_style: text.communication_style.clone(),
            decision_making_style: text.decision_making_style.clone(),
            concerns: text.typical_concerns.clone(),
        }
    }
}

fn place(card: &Card, label: &dyn Fn(&str, &str) -> String) -> String {
    let region = label("region", &card.region);
    if card.town.is_empty() {
        return format!("{}, {region}", label("place", &key(&card.place)));
    }
    format!("{}, {region}", card.town)
}

/// The key under which a label is stored, as serde writes it.
fn key<T: Serialize>(label: &T) -> String {
    let value = serde_json::to_value(label).expect("a label without fields serialises");
    value.as_str().expect("to a string").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(town: &str) -> Card {
        serde_json::from_value(serde_json::json!({
            "index": 4, "country": "poland", "sex": "female", "gender": "female", "age": 34,
            "region": "lubelskie", "place": "rural", "town": town,
            "first_name": "Ewa", "surname": "Lis",
            "education": "basic_vocational", "activity": "employed",
            "occupation_group": "craft_and_trades",
            "occupation": "krawcowa", "occupation_en": "tailor", "income_monthly_net": 4850,
            "big_five": {
                "openness": 0.1, "conscientiousness": 0.2, "extraversion": 0.3,
                "agreeableness": 0.4, "neuroticism": 0.5
            },
            "hofstede": {
                "power_distance": 0.5, "individualism": 0.5, "masculinity": 0.5,
                "uncertainty_avoidance": 0.5, "long_term_orientation": 0.5, "indulgence": 0.5
            },
            "values": ["family"], "interests": ["cooking"]
        }))
        .unwrap()
    }

    fn entry(town: &str, language: Language) -> PersonaEntry {
        let text = PersonaText {
            headline: "h".to_owned(),
            background_story: "s".to_owned(),
            communication_style: "c".to_owned(),
            decision_making_style: "d".to_owned(),
            typical_concerns: vec!["t".to_owned()],
        };
        PersonaEntry::new(&card(town), &text, language, &|kind, key| format!("{kind}:{key}"))
    }

    #[test]
    fn every_label_is_asked_for_by_its_stored_key() {
        let entry = entry("Lublin", Language::English);

        assert_eq!((entry.number, entry.name.as_str()), (5, "Ewa Lis"));
        assert_eq!(entry.education, "education:basic_vocational");
        assert_eq!(entry.income, "4,850 currency:poland");
        assert_eq!(entry.values, ["value:family"]);
        assert_eq!(entry.big_five, [0.1, 0.2, 0.3, 0.4, 0.5]);
        assert_eq!(entry.occupation, "tailor");
    }

    #[test]
    fn who_has_no_town_lives_in_a_class_of_place() {
        assert_eq!(entry("", Language::Polish).place, "place:rural, region:lubelskie");
        assert_eq!(entry("Lublin", Language::Polish).place, "Lublin, region:lubelskie");
        assert_eq!(entry("", Language::Polish).occupation, "krawcowa");
    }
}
