//! The wizard's advanced options: what one run asks for beyond the project's target.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::target::Weights;
use shared::Checks;
use shared::error::{Error, Result};

/// The most entries of a list: more than there are towns of some size, values or interests to choose from.
const MOST_ENTRIES: usize = 200;
/// The longest entry, in characters.
const LONGEST_ENTRY: usize = 100;
/// The longest description of an audience, as other texts of a project.
const LONGEST_DESCRIPTION: usize = 5_000;

/// Options of one run. Every one is optional and has an effect; unknown fields are ignored. A run's
/// wish for an attribute takes the place of the project's target for it; plain bounds (`age_min`,
/// `age_max`) narrow it instead.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct AdvancedOptions {
    /// `balanced` (no change), `young_adults` (ages to 35 weigh 1.8, others 0.6) or
    /// `experienced_leaders` (ages from 35 weigh 1.8, others 0.6).
    pub age_focus: Option<String>,
    /// `balanced` (as many women as men), `female_skew` (65 % women, 30 % men, 5 % non-binary) or
    /// `male_skew` (the mirror image).
    pub gender_balance: Option<String>,
    /// `any`, `urban` (towns only), `suburban` (towns below 50,000 people and villages, more of them
    /// where the voivodeship's largest town is larger) or `rural` (villages only).
    pub urbanicity: Option<String>,
    /// Towns, all with the same weight; nobody lives elsewhere.
    pub target_cities: Option<Vec<String>>,
    /// `Poland`, or other countries, which all use the international tables. Not both.
    pub target_countries: Option<Vec<String>>,
    /// Industries in Polish or English: occupations within them become twelve times likelier.
    pub industries: Option<Vec<String>>,
    /// Values that everyone holds: vocabulary keys, labels, or free text kept as it is.
    pub required_values: Option<Vec<String>>,
    /// Values that nobody holds.
    pub excluded_values: Option<Vec<String>>,
    /// Interests that everyone has.
    pub required_interests: Option<Vec<String>>,
    /// Interests that nobody has.
    pub excluded_interests: Option<Vec<String>>,
    /// The youngest age, 18 to 90.
    pub age_min: Option<u8>,
    /// The oldest age, 18 to 90.
    pub age_max: Option<u8>,
    /// Age group → weight.
    #[schema(value_type = Option<BTreeMap<String, f64>>)]
    pub custom_age_groups: Option<Weights>,
    /// Gender → weight.
    #[schema(value_type = Option<BTreeMap<String, f64>>)]
    pub gender_weights: Option<Weights>,
    /// Town, voivodeship or class of place → weight.
    #[schema(value_type = Option<BTreeMap<String, f64>>)]
    pub location_weights: Option<Weights>,
    /// Level of education → weight.
    #[schema(value_type = Option<BTreeMap<String, f64>>)]
    pub education_weights: Option<Weights>,
    /// Income bracket → weight.
    #[schema(value_type = Option<BTreeMap<String, f64>>)]
    pub income_weights: Option<Weights>,
    /// Trait (`openness`, `conscientiousness`, `extraversion`, `agreeableness`, `neuroticism`) → the
    /// population's mean, 0 to 1; 0.5 changes nothing.
    pub personality_skew: Option<BTreeMap<String, f64>>,
    /// The audience in words, Polish or English. Ages, gender, towns, town or country, education,
    /// students, pensioners, parents, professions and some interests are understood; what was
    /// applied is in `Plan::applied`, and all of it also reaches the writer.
    pub target_audience_description: Option<String>,
    /// `technology`, `lifestyle`, `finance`, `shopping`, `entertainment` (their interests become
    /// four times likelier) or `general`.
    pub focus_area: Option<String>,
    /// `gen-z` (18-27), `millennials` (28-43), `gen-x` (44-59), `boomers` (60-78): birth years
    /// counted from the population table's year; `diverse`: age groups and voivodeships equally
    /// frequent, 48 % women, 48 % men, 4 % non-binary.
    pub demographic_preset: Option<String>,
}

impl AdvancedOptions {
    /// Bounds the free texts: they are stored with the plan, and reach the writer of every person.
    pub(super) fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        let description = self.target_audience_description.as_deref();
        let field = option_field("target_audience_description");
        checks.length(&field, description, 0..=LONGEST_DESCRIPTION);
        for (name, list) in [
            ("target_cities", &self.target_cities),
            ("target_countries", &self.target_countries),
            ("industries", &self.industries),
            ("required_values", &self.required_values),
            ("excluded_values", &self.excluded_values),
            ("required_interests", &self.required_interests),
            ("excluded_interests", &self.excluded_interests),
        ] {
            let entries = list.as_ref().map(Vec::len);
            if entries.is_some_and(|entries| entries > MOST_ENTRIES) {
                // one error, and not one for each of a megabyte's entries
                checks.range(&option_field(name), entries, 0..=MOST_ENTRIES);
                continue;
            }
            for (index, entry) in list.iter().flatten().enumerate() {
                let field = format!("{}[{index}]", option_field(name));
                checks.length(&field, Some(entry), 0..=LONGEST_ENTRY);
            }
        }
        checks.done()
    }
}

/// An industry that a run can ask for, with the words for it.
pub(crate) const INDUSTRIES: [(&str, &[&str]); 18] = [
    ("technology", &["technolog", "it", "informat", "software", "tech", "komputer", "gaming"]),
    ("finance", &["finan", "bank", "ubezpiecz", "insurance", "ksiegow", "accounting"]),
    ("health", &["health", "medyc", "medic", "zdrow", "pharma", "farma", "pieleg", "nurs"]),
    ("education", &["educat", "eduk", "szkol", "oswiat", "school", "nauka", "science"]),
    ("retail", &["retail", "handel", "sklep", "sprzeda", "sales", "commerce", "shop"]),
    ("manufacturing", &["manufactur", "produkc", "przemysl", "industr", "fabry", "automotive"]),
    ("construction", &["construct", "budow", "build", "architek"]),
    ("agriculture", &["agricult", "roln", "farm", "ogrodn", "lesn", "forest"]),
    ("transport", &["transport", "logist", "spedyc", "shipping", "kurier"]),
    ("hospitality", &["hospital", "gastronom", "hotel", "turyst", "touris", "restaur"]),
    ("media", &["media", "marketing", "reklam", "advert", "dziennik", "journal", "design"]),
    ("public", &["public", "administrac", "urzad", "government", "samorzad", "policj", "wojsk"]),
    ("energy", &["energ", "gornic", "mining", "power"]),
    ("beauty", &["beauty", "kosmet", "fryzj", "urod"]),
    ("law", &["law", "legal", "prawo", "prawn"]),
    ("culture", &["cultur", "kultur", "art", "sztuk", "muzy", "music", "rozryw", "entertain"]),
    ("property", &["property", "real estate", "nieruchom"]),
    ("services", &["service", "uslug", "konsult", "consult", "hr", "kadr"]),
];

/// The industry of a word or phrase.
pub(crate) fn industry(text: &str) -> Option<&'static str> {
    let text = shared::text::fold::folded(text);
    let whole = INDUSTRIES.iter().find(|(key, _)| *key == text);
    let begins = |stem: &str| {
        if stem.len() <= 3 {
            return text.split([' ', '/', '-']).any(|word| word == stem);
        }
        text.split([' ', '/', '-', '&']).any(|word| word.starts_with(stem))
            || text.starts_with(stem)
    };
    whole
        .or_else(|| INDUSTRIES.iter().find(|(_, stems)| stems.iter().any(|stem| begins(stem))))
        .map(|(key, _)| *key)
}

pub(crate) fn generation(preset: &str) -> Option<(u8, u8)> {
    match preset {
        "gen-z" => Some((18, 27)),
        "millennials" => Some((28, 43)),
        "gen-x" => Some((44, 59)),
        "boomers" => Some((60, 78)),
        _ => None,
    }
}

/// A choice that the caller made: empty text counts as none.
pub(crate) fn chosen(option: Option<&String>) -> Option<&str> {
    option.map(|text| text.trim()).filter(|text| !text.is_empty())
}

pub(crate) fn option_field(name: &str) -> String {
    format!("advanced_options.{name}")
}

/// One of a few words, or an error that names them.
pub(crate) fn one_of<'a>(
    option: Option<&'a String>,
    name: &str,
    known: &[&str],
) -> Result<Option<&'a str>> {
    match chosen(option) {
        Some(text) if !known.contains(&text) => {
            Err(Error::invalid(option_field(name), format!("must be one of {}", known.join(", "))))
        }
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_texts_have_bounds() {
        let many = vec!["Kawa".to_owned(); MOST_ENTRIES + 1];
        let long = vec!["x".repeat(LONGEST_ENTRY + 1)];
        for (options, field) in [
            (
                AdvancedOptions {
                    target_audience_description: Some("x".repeat(LONGEST_DESCRIPTION + 1)),
                    ..Default::default()
                },
                "advanced_options.target_audience_description",
            ),
            (
                AdvancedOptions { required_values: Some(many), ..Default::default() },
                "advanced_options.required_values",
            ),
            (
                AdvancedOptions { excluded_interests: Some(long), ..Default::default() },
                "advanced_options.excluded_interests[0]",
            ),
        ] {
            let Err(shared::Error::Invalid(errors)) = options.check() else { panic!("{field}") };
            let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, [field]);
        }
        assert!(AdvancedOptions::default().check().is_ok());
    }

    #[test]
    fn industries_are_known_in_both_languages() {
        let cases = [
            ("IT", "technology"),
            ("Finanse i bankowość", "finance"),
            ("ochrona zdrowia", "health"),
            ("Healthcare", "health"),
            ("handel detaliczny", "retail"),
            ("budownictwo", "construction"),
            ("rolnictwo", "agriculture"),
            ("Hospitality", "hospitality"),
        ];
        for (text, expected) in cases {
            assert_eq!(industry(text), Some(expected), "{text}");
        }
        assert_eq!(industry("alchemia"), None);
    }

    #[test]
    fn every_industry_has_jobs() {
        for (key, _) in INDUSTRIES {
            let jobs = crate::jobs::JOBS.iter().flatten();
            assert!(jobs.filter(|job| job.industries.contains(&key)).count() >= 2, "{key}");
        }
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let options: AdvancedOptions =
            serde_json::from_str(r#"{"age_min": 30, "mood": "sunny"}"#).unwrap();

        assert_eq!(options.age_min, Some(30));
    }
}
