//! The card in a few lines that a model reads.

use super::{data, line};
use crate::{
    Language,
    persona::{
        Card,
        brief::FocusArea,
        card::{Activity, Country, Education, Gender, Place, Text, WorkingTime},
    },
};

const LONGEST_FACT: usize = 80;

pub(super) fn card(card: &Card, language: Language) -> String {
    let mut out = String::with_capacity(700);
    out.push_str("<card>\n");
    let name = format!("{} {}", card.first_name, card.surname);
    let fact = |text: &str| data(text, LONGEST_FACT);
    let unit = match card.country {
        Country::Poland => language.pick("PLN net a month", "zł netto miesięcznie"),
        Country::International => language.pick("USD net a month", "dolarów netto miesięcznie"),
    };
    let rows = [
        (language.pick("name", "imię i nazwisko"), fact(&name)),
        (language.pick("age", "wiek"), card.age.to_string()),
        (language.pick("gender", "płeć"), gender(card.gender, language).to_owned()),
        (language.pick("home", "miejsce"), home(card, language)),
        (
            language.pick("education", "wykształcenie"),
            education(card.education, language).to_owned(),
        ),
        (language.pick("status", "status"), activity(card.activity, language).to_owned()),
        (language.pick("occupation", "zajęcie"), fact(&occupation(card, language))),
        (language.pick("income", "dochód"), format!("{} {unit}", card.income_monthly_net)),
        (language.pick("traits", "cechy"), traits(card, language)),
        (language.pick("values", "wartości"), keys(&card.values)),
        (language.pick("interests", "zainteresowania"), keys(&card.interests)),
    ];
    for (label, value) in rows {
        line(&mut out, label, &value);
    }
    out.push_str("</card>\n");
    out
}

/// What of the card a way to a purchase depends on, where every token counts: nobody's name is needed for it.
pub(super) fn short(card: &Card, language: Language) -> String {
    let mut out = String::from("<card>\n");
    let income = match card.country {
        Country::Poland => "PLN",
        Country::International => "USD",
    };
    let most = |all: &[Text]| keys(&all[..all.len().min(3)]);
    let rows = [
        (
            language.pick("person", "osoba"),
            format!("{}, {}", gender(card.gender, language), card.age),
        ),
        (language.pick("home", "miejsce"), home(card, language)),
        (language.pick("occupation", "zajęcie"), data(&occupation(card, language), LONGEST_FACT)),
        (language.pick("income", "dochód"), format!("{} {income}", card.income_monthly_net)),
        (language.pick("traits", "cechy"), traits(card, language)),
        (language.pick("values", "wartości"), most(&card.values)),
        (language.pick("interests", "zainteresowania"), most(&card.interests)),
    ];
    for (label, value) in rows {
        line(&mut out, label, &value);
    }
    out.push_str("</card>\n");
    out
}

fn occupation(card: &Card, language: Language) -> String {
    let own = language.pick(&*card.occupation_en, &*card.occupation);
    match card.working_time {
        Some(WorkingTime::PartTime) => {
            format!("{own} ({})", language.pick("part-time", "niepełny etat"))
        }
        _ => own.to_owned(),
    }
}

/// The side of life that the project is after.
pub(super) fn focus(focus: FocusArea, language: Language) -> &'static str {
    match focus {
        FocusArea::Technology => language.pick("technology", "technologia"),
        FocusArea::Lifestyle => language.pick("lifestyle", "styl życia"),
        FocusArea::Finance => language.pick("finance", "finanse"),
        FocusArea::Shopping => language.pick("shopping", "zakupy"),
        FocusArea::Entertainment => language.pick("entertainment", "rozrywka"),
        FocusArea::General => language.pick("general", "ogólnie"),
    }
}

fn home(card: &Card, language: Language) -> String {
    let place = match card.place {
        Place::Rural => language.pick("village", "wieś"),
        Place::Urban => &card.town,
    };
    data(&format!("{place}, {}", card.region), LONGEST_FACT)
}

fn gender(gender: Gender, language: Language) -> &'static str {
    match gender {
        Gender::Female => language.pick("woman", "kobieta"),
        Gender::Male => language.pick("man", "mężczyzna"),
        Gender::NonBinary => language.pick("non-binary", "osoba niebinarna"),
    }
}

fn education(education: Education, language: Language) -> &'static str {
    match education {
        Education::Primary => language.pick("primary", "podstawowe"),
        Education::LowerSecondary => language.pick("lower secondary", "gimnazjalne"),
        Education::BasicVocational => language.pick("basic vocational", "zasadnicze zawodowe"),
        Education::GeneralSecondary => {
            language.pick("general secondary", "średnie ogólnokształcące")
        }
        Education::TechnicalSecondary => language.pick("technical secondary", "średnie techniczne"),
        Education::PostSecondary => language.pick("post-secondary", "policealne"),
        Education::Bachelor => language.pick("bachelor's degree", "wyższe licencjackie"),
        Education::Master => language.pick("master's degree", "wyższe magisterskie"),
        Education::Doctorate => language.pick("doctorate", "doktorat"),
    }
}

fn activity(activity: Activity, language: Language) -> &'static str {
    match activity {
        Activity::Employed => language.pick("in work", "pracuje"),
        Activity::Unemployed => language.pick("unemployed", "bez pracy"),
        Activity::Student => language.pick("student", "uczy się"),
        Activity::Retired => language.pick("retired", "na emeryturze"),
        Activity::Inactive => language.pick("not in the labour force", "poza rynkiem pracy"),
    }
}

/// The Big Five as low, middling or high: below 0.4 and above 0.6, as the client labels them.
fn traits(card: &Card, language: Language) -> String {
    let level = |score: f32| match score {
        score if score < 0.4 => language.pick("low", "nisko"),
        score if score > 0.6 => language.pick("high", "wysoko"),
        _ => language.pick("medium", "średnio"),
    };
    let traits = card.big_five;
    let named = [
        (language.pick("openness", "otwartość"), traits.openness),
        (language.pick("conscientiousness", "sumienność"), traits.conscientiousness),
        (language.pick("extraversion", "ekstrawersja"), traits.extraversion),
        (language.pick("agreeableness", "ugodowość"), traits.agreeableness),
        (language.pick("neuroticism", "neurotyczność"), traits.neuroticism),
    ];
    named.map(|(name, score)| format!("{name} {}", level(score))).join(", ")
}

fn keys(keys: &[Text]) -> String {
    let words: Vec<String> =
        keys.iter().map(|key| data(&key.replace('_', " "), LONGEST_FACT)).collect();
    words.join(", ")
}
