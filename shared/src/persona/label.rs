//! Words for what is on a card, in both languages, as the client shows them.

use serde::Serialize;

use super::card::{Activity, Card, Country, Education, Gender, OccupationGroup, Place};
use crate::Language;

/// Lower ends of the client's brackets, net a month in zloty; each begins at its lower end.
pub const BRACKET_FROM: [u32; 6] = [0, 3_000, 5_000, 7_500, 10_000, 15_000];

/// Lower ends of the international brackets: dollars a year, divided by 12.
pub const BRACKET_FROM_USD: [u32; 6] = [0, 2_083, 4_167, 6_250, 8_333, 12_500];

/// Keys of the income brackets, from low to high.
pub const BRACKET_KEYS: [&str; 6] =
    ["bracket_1", "bracket_2", "bracket_3", "bracket_4", "bracket_5", "bracket_6"];

/// Keys of the brackets of the international tables.
pub const USD_BRACKET_KEYS: [&str; 6] = [
    "usd_bracket_1",
    "usd_bracket_2",
    "usd_bracket_3",
    "usd_bracket_4",
    "usd_bracket_5",
    "usd_bracket_6",
];

const ZLOTY: [&str; 6] = [
    "< 3 000 zł",
    "3 000 - 5 000 zł",
    "5 000 - 7 500 zł",
    "7 500 - 10 000 zł",
    "10 000 - 15 000 zł",
    "> 15 000 zł",
];

const DOLLARS: [&str; 6] =
    ["< $25k", "$25k-$50k", "$50k-$75k", "$75k-$100k", "$100k-$150k", "> $150k"];

/// The stable key of a word of the card: `basic_vocational`.
///
/// # Panics
/// When the type is no enum of words, which is a fault of ours and shows at its first call.
pub fn key<T: Serialize>(word: &T) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(key)) => key,
        other => panic!("a word of the card is one text, and not {other:?}"),
    }
}

/// A gender.
pub fn gender(gender: Gender, language: Language) -> &'static str {
    match gender {
        Gender::Female => language.pick("Female", "Kobieta"),
        Gender::Male => language.pick("Male", "Mężczyzna"),
        Gender::NonBinary => language.pick("Non-binary", "Osoba niebinarna"),
    }
}

/// A trait of either model, by its name; none for what is no trait.
pub fn trait_of(name: &str, language: Language) -> Option<&'static str> {
    let (english, polish) = match name {
        "openness" => ("Openness", "Otwartość"),
        "conscientiousness" => ("Conscientiousness", "Sumienność"),
        "extraversion" => ("Extraversion", "Ekstrawersja"),
        "agreeableness" => ("Agreeableness", "Ugodowość"),
        "neuroticism" => ("Neuroticism", "Neurotyczność"),
        "power_distance" => ("Power distance", "Dystans władzy"),
        "individualism" => ("Individualism", "Indywidualizm"),
        "masculinity" => ("Masculinity", "Męskość"),
        "uncertainty_avoidance" => ("Uncertainty avoidance", "Unikanie niepewności"),
        "long_term_orientation" => ("Long-term orientation", "Orientacja długoterminowa"),
        "indulgence" => ("Indulgence", "Przyzwolenie"),
        _ => return None,
    };
    Some(language.pick(english, polish))
}

/// A level of education.
pub fn education(education: Education, language: Language) -> &'static str {
    match education {
        Education::Primary => language.pick("Primary school", "Podstawowe"),
        Education::LowerSecondary => language.pick("Lower secondary school", "Gimnazjalne"),
        Education::BasicVocational => language.pick("Trade school", "Zasadnicze zawodowe"),
        Education::GeneralSecondary => language.pick("High school", "Średnie ogólnokształcące"),
        Education::TechnicalSecondary => language.pick("Technical school", "Średnie techniczne"),
        Education::PostSecondary => language.pick("Some college", "Policealne"),
        Education::Bachelor => language.pick("Bachelor's degree", "Wyższe licencjackie"),
        Education::Master => language.pick("Master's degree", "Wyższe magisterskie"),
        Education::Doctorate => language.pick("Doctorate", "Doktorat"),
    }
}

/// The income bracket of a card's income, in its country's currency; the same in both languages.
pub fn income_bracket(country: Country, income_monthly_net: u32) -> &'static str {
    let (from, labels) = match country {
        Country::Poland => (&BRACKET_FROM, &ZLOTY),
        Country::International => (&BRACKET_FROM_USD, &DOLLARS),
    };
    let bracket = from.iter().rposition(|from| income_monthly_net >= *from).unwrap_or(0);
    labels[bracket]
}

/// Where a person lives: the town, or the country and its voivodeship.
pub fn location(card: &Card, language: Language) -> String {
    if !card.town.is_empty() {
        return match card.country {
            Country::International if card.region != "Other" => {
                format!("{}, {}", card.town, card.region)
            }
            _ => card.town.clone().into_owned(),
        };
    }
    match (card.country, language) {
        (Country::International, Language::English) => "Rural area".to_owned(),
        (Country::International, Language::Polish) => "obszar wiejski".to_owned(),
        (Country::Poland, Language::Polish) => format!("wieś, woj. {}", card.region),
        (Country::Poland, Language::English) => {
            format!("village, {}", region(&card.region, Language::English))
        }
    }
}

/// A voivodeship as a heading: capital letter, in English with the word.
pub fn region(region: &str, language: Language) -> String {
    let mut letters = region.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let name: String = if first.is_lowercase() {
        first.to_uppercase().chain(letters).collect()
    } else {
        region.to_owned()
    };
    match language {
        Language::English => name,
        Language::Polish => region.to_owned(),
    }
}

/// Town or country.
pub fn place(place: Place, language: Language) -> &'static str {
    match place {
        Place::Urban => language.pick("Town", "Miasto"),
        Place::Rural => language.pick("Village", "Wieś"),
    }
}

/// A main activity.
pub fn activity(activity: Activity, language: Language) -> &'static str {
    match activity {
        Activity::Employed => language.pick("In work", "W pracy"),
        Activity::Unemployed => language.pick("Unemployed", "Bez pracy"),
        Activity::Student => language.pick("In education", "W trakcie nauki"),
        Activity::Retired => language.pick("Retired", "Na emeryturze"),
        Activity::Inactive => language.pick("Not in the labour force", "Poza rynkiem pracy"),
    }
}

/// An occupation group.
pub fn occupation_group(group: OccupationGroup, language: Language) -> &'static str {
    match group {
        OccupationGroup::ArmedForces => language.pick("Armed forces", "Siły zbrojne"),
        OccupationGroup::Managers => language.pick("Managers", "Kierownicy i menedżerowie"),
        OccupationGroup::Professionals => language.pick("Professionals", "Specjaliści"),
        OccupationGroup::Technicians => {
            language.pick("Technicians and associates", "Technicy i średni personel")
        }
        OccupationGroup::ClericalSupport => language.pick("Clerical support", "Pracownicy biurowi"),
        OccupationGroup::ServiceAndSales => {
            language.pick("Service and sales", "Pracownicy usług i sprzedawcy")
        }
        OccupationGroup::SkilledAgricultural => language.pick("Farming", "Rolnicy i ogrodnicy"),
        OccupationGroup::CraftAndTrades => {
            language.pick("Craft and trades", "Robotnicy przemysłowi i rzemieślnicy")
        }
        OccupationGroup::MachineOperators => {
            language.pick("Machine operators and drivers", "Operatorzy maszyn i kierowcy")
        }
        OccupationGroup::Elementary => language.pick("Elementary occupations", "Prace proste"),
    }
}

/// First name and surname.
pub fn full_name(card: &Card) -> String {
    format!("{} {}", card.first_name, card.surname)
}

/// A category of `fidelity::Expected` in words. A key of ours gets its label; a researcher's own
/// label is shown as it was written.
pub fn category(attribute: &str, key: &str, language: Language) -> String {
    let known = match attribute {
        "gender" => parsed(key).map(|word| gender(word, language)),
        "education" => parsed(key).map(|word| education(word, language)),
        "place" => parsed(key).map(|word| place(word, language)),
        "activity" => parsed(key).map(|word| activity(word, language)),
        "occupation_group" => parsed(key).map(|word| occupation_group(word, language)),
        "income_bracket" => bracket(key),
        "region" => return region(key, language),
        _ => None,
    };
    known.unwrap_or(key).to_owned()
}

fn parsed<T: serde::de::DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(key.to_owned())).ok()
}

fn bracket(key: &str) -> Option<&'static str> {
    let (labels, key) = match key.strip_prefix("usd_") {
        Some(key) => (&DOLLARS, key),
        None => (&ZLOTY, key),
    };
    BRACKET_KEYS.iter().position(|known| *known == key).map(|index| labels[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_have_words_in_both_languages_and_own_labels_stay() {
        let cases = [
            ("gender", "female", "Kobieta", "Female"),
            ("education", "basic_vocational", "Zasadnicze zawodowe", "Trade school"),
            ("education", "wyższe", "wyższe", "wyższe"),
            ("income_bracket", "bracket_1", "< 3 000 zł", "< 3 000 zł"),
            ("region", "łódzkie", "łódzkie", "Łódzkie"),
            ("age_group", "18-24", "18-24", "18-24"),
            ("occupation_group", "managers", "Kierownicy i menedżerowie", "Managers"),
        ];
        for (attribute, key, polish, english) in cases {
            assert_eq!(category(attribute, key, Language::Polish), polish);
            assert_eq!(category(attribute, key, Language::English), english);
        }
    }

    #[test]
    fn brackets_begin_at_their_lower_end() {
        assert_eq!(income_bracket(Country::Poland, 2_999), "< 3 000 zł");
        assert_eq!(income_bracket(Country::Poland, 3_000), "3 000 - 5 000 zł");
        assert_eq!(income_bracket(Country::Poland, 15_000), "> 15 000 zł");
        assert_eq!(income_bracket(Country::International, 3_000), "$25k-$50k");
    }
}
