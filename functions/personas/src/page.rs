//! What a link shows: people without name, town and exact age, as a page that needs nothing else.

use shared::Language;
use shared::persona::{label, mask, vocabulary};
use shared::text::escape::escape;

use crate::store::PersonaRow;

const STYLE: &str = include_str!("page.css");
/// The page asks nobody for anything, and nobody frames it.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// The people of a link, masked, in the language of their study.
pub(crate) fn html(rows: &[PersonaRow]) -> String {
    let language = rows.first().map_or(Language::default(), |row| row.language);
    // One's text may name another's name.
    let masked = mask::Mask::of(rows.iter().map(|row| &*row.card));
    let people: String = rows.iter().map(|row| article(row, &masked, language)).collect();
    let title = language.pick("A synthetic persona", "Persona syntetyczna");
    let said = language.pick(
        "Not a real person: a language model wrote these texts about a person that statistics drew. Names are \
         initials, ages are bands.",
        "To nie jest prawdziwa osoba: model językowy napisał te teksty o osobie wylosowanej ze statystyk. Zamiast \
         nazwisk są inicjały, zamiast wieku przedziały.",
    );
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex, nofollow\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
         <p class=\"soft\">{said}</p>\n<div class=\"people\">\n{people}</div>\n</main>\n</body>\n\
         </html>\n",
        language.as_str(),
    )
}

fn article(row: &PersonaRow, masked: &mask::Mask, language: Language) -> String {
    let card = &row.card;
    let occupation: &str = language.pick(&card.occupation_en, &card.occupation);
    let words = |entries, keys: &[shared::persona::card::Text]| {
        let words: Vec<&str> =
            keys.iter().map(|key| vocabulary::label(entries, key, language)).collect();
        words.join(", ")
    };
    let facts = [
        (language.pick("Age", "Wiek"), mask::age_band(card.age)),
        (language.pick("Gender", "Płeć"), label::gender(card.gender, language).to_owned()),
        (language.pick("Place", "Miejsce"), mask::location(card, language)),
        (
            language.pick("Education", "Wykształcenie"),
            label::education(card.education, language).to_owned(),
        ),
        (language.pick("Occupation", "Zawód"), occupation.to_owned()),
        (
            language.pick("Net income a month", "Dochód netto miesięcznie"),
            label::income_bracket(card.country, card.income_monthly_net).to_owned(),
        ),
        (language.pick("Segment", "Segment"), row.segment().name(language).to_owned()),
        (language.pick("Values", "Wartości"), words(vocabulary::values(), &card.values)),
        (
            language.pick("Interests", "Zainteresowania"),
            words(vocabulary::interests(), &card.interests),
        ),
    ];
    let facts: String = facts
        .iter()
        .map(|(name, value)| format!("<dt>{name}</dt><dd>{}</dd>\n", escape(value)))
        .collect();
    let story: String = masked
        .apply(&row.background_story)
        .split("\n\n")
        .map(|paragraph| format!("<p>{}</p>\n", escape(paragraph)))
        .collect();
    format!(
        "<article>\n<h2>{}</h2>\n<p><strong>{}</strong></p>\n<dl>\n{facts}</dl>\n{story}</article>\n",
        escape(&mask::initials(card)),
        escape(&masked.apply(&row.headline)),
    )
}
