//! The words of a report, in one place: attributes, categories, values, currencies.

use shared::Language;
use shared::persona::{label, vocabulary};

/// The word for a key of this kind; the word for the kind itself when the key is empty.
pub fn word(kind: &str, key: &str, language: Language) -> String {
    match (kind, key) {
        (kind, "") => attribute(kind, language).to_owned(),
        ("value", key) => vocabulary::label(vocabulary::values(), key, language).to_owned(),
        ("interest", key) => vocabulary::label(vocabulary::interests(), key, language).to_owned(),
        ("currency", "poland") => "zł".to_owned(),
        ("currency", _) => "USD".to_owned(),
        (kind, key) => label::category(kind, key, language),
    }
}

fn attribute(attribute: &str, language: Language) -> &str {
    match attribute {
        "age_group" => language.pick("Age", "Wiek"),
        "gender" => language.pick("Gender", "Płeć"),
        "region" => language.pick("Region", "Województwo"),
        "place" => language.pick("Class of place", "Klasa miejscowości"),
        "education" => language.pick("Education", "Wykształcenie"),
        "activity" => language.pick("Main activity", "Główne zajęcie"),
        "occupation_group" => language.pick("Occupation", "Zawód"),
        "job" => language.pick("Job", "Stanowisko"),
        "women_in_job" => language.pick("Share of women in the job", "Udział kobiet w zawodzie"),
        "income_bracket" => language.pick("Income", "Dochód"),
        "location" => language.pick("Location", "Lokalizacja"),
        other => other,
    }
}
