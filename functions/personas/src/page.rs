//! What a link shows: people without name, town and exact age, as a page that needs nothing else.

mod comparison;

use shared::Language;
use shared::persona::{label, mask, vocabulary};
use shared::text::escape::escape;
use shared::text::page::{PageShell, VIEWPORT};

use comparison::{IN_BANDS, Shown};

use crate::compare::{Compare, Measured, composed};
use crate::store::PersonaRow;

const STYLE: &str = include_str!("page.css");
/// No search engine lists it, and no page that it leads to hears its address.
const UNLISTED: &str = "<meta name=\"robots\" content=\"noindex, nofollow\">\n\
    <meta name=\"referrer\" content=\"no-referrer\">\n";
/// The page asks nobody for anything, and nobody frames it.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// The people of a link, masked, in the language of their project; of several also how they compare.
pub(crate) fn html(rows: Vec<PersonaRow>, measured: Option<Measured>) -> String {
    let language = rows.first().map_or(Language::default(), |row| row.language);
    let people: String = rows.iter().map(|row| article(row, &rows, language)).collect();
    let title = match rows.len() {
        1 => language.pick("A synthetic persona", "Persona syntetyczna"),
        _ => language.pick("Synthetic personas", "Persony syntetyczne"),
    };
    let said = said(&rows, language);
    let shown: Vec<Shown> = rows.iter().map(Shown::of).collect();
    let compared = measured.map(|measured| {
        let Measured { likenesses, yardstick } = measured;
        let found = composed(rows, &Compare::default(), (&likenesses, &yardstick), &IN_BANDS);
        comparison::section(&shown, &found, language)
    });
    let compared = compared.unwrap_or_default();
    let body = format!(
        "<main>\n<h1>{title}</h1>\n<p class=\"soft\">{said}</p>\n<div class=\"people\">\n\
         {people}</div>\n{compared}</main>\n"
    );
    PageShell { language, title, head: &[VIEWPORT, UNLISTED], styles: &[STYLE], body: &body }.html()
}

/// What the page is, by who wrote it.
fn said(rows: &[PersonaRow], language: Language) -> String {
    let is_by_model = rows.iter().any(|row| !row.is_simulated);
    let is_simulated = rows.iter().any(|row| row.is_simulated);
    let is_edited = rows.iter().any(|row| row.edited_at.is_some());
    let writer = match (is_by_model, is_simulated) {
        (true, true) => language.pick(
            "a language model and the offline simulator wrote these texts",
            "te teksty napisał model językowy, a część symulator",
        ),
        (_, false) => {
            language.pick("a language model wrote these texts", "te teksty napisał model językowy")
        }
        (false, true) => language.pick(
            "the offline simulator wrote these texts, no language model",
            "te teksty napisał symulator, a nie model językowy",
        ),
    };
    let edited = language
        .pick(", and somebody has changed them by hand", ", a ktoś je potem zmienił ręcznie");
    let edited = if is_edited { edited } else { "" };
    let (nobody, nobody_pl) = match rows.len() {
        1 => ("Not a real person", "To nie jest prawdziwa osoba"),
        _ => ("No real people", "To nie są prawdziwe osoby"),
    };
    let origin = origin(rows, language);
    language.pick(
        format!("{nobody}: {writer}{edited}. {origin} Names are initials, ages are bands."),
        format!(
            "{nobody_pl}: {writer}{edited}. {origin} Zamiast nazwisk są inicjały, zamiast wieku przedziały."
        ),
    )
}

/// Where those whom the texts are about come from. Nobody knows of a file how its people were made.
fn origin(rows: &[PersonaRow], language: Language) -> &'static str {
    let is_imported = rows.iter().any(|row| row.is_imported);
    let is_drawn = rows.iter().any(|row| !row.is_imported);
    match (is_drawn, is_imported) {
        (_, false) => language.pick(
            "Statistics drew whom they are about.",
            "To, o kim są, wylosowano ze statystyk.",
        ),
        (false, true) => language.pick(
            "Whom they are about was imported from a file and not drawn here.",
            "To, o kim są, zaimportowano z pliku, a nie wylosowano tutaj.",
        ),
        (true, true) => language.pick(
            "Statistics drew whom some of them are about; the others were imported from a file and not drawn here.",
            "To, o kim jest część z nich, wylosowano ze statystyk; resztę zaimportowano z pliku, a nie wylosowano tutaj.",
        ),
    }
}

fn article(row: &PersonaRow, all: &[PersonaRow], language: Language) -> String {
    let card = &row.card;
    // one's text may name another
    let masked = mask::Mask::of([&*row.card]).naming(all.iter().map(|row| &*row.card));
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
