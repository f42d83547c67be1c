//! What a link to several people says of how they differ and how alike they are. Of an age, an income and a place it says
//! no more than the people's own columns.

use serde_json::Value;
use shared::Language;
use shared::id::PersonaId;
use shared::persona::{label, mask};
use shared::text::escape::escape;
use shared::text::number::{decimal, percent, whole};

use crate::compare::{Comparison, Difference, Explanation};
use crate::store::PersonaRow;

/// What people's columns have as a band or a bracket: how far two lie apart would say where in it they are.
pub(super) const IN_BANDS: [&str; 2] = ["age", "income"];

/// What a comparison says of a person, masked.
pub(super) struct Shown {
    id: PersonaId,
    name: String,
    age: String,
    place: String,
}

impl Shown {
    pub(super) fn of(row: &PersonaRow) -> Self {
        let (card, language) = (&*row.card, row.language);
        let place = mask::location(card, language);
        Self { id: row.id, name: mask::initials(card), age: mask::age_band(card.age), place }
    }
}

/// The section of a page with what a comparison has found of these people.
pub(super) fn section(shown: &[Shown], found: &Comparison, language: Language) -> String {
    let heads: String =
        shown.iter().map(|one| format!("<th scope=\"col\">{}</th>", escape(&one.name))).collect();
    let rows: String =
        found.differences.iter().filter_map(|one| row(one, shown, language)).collect();
    let pairs: String =
        found.explanations.iter().map(|one| pair(one, shown, found, language)).collect();
    format!(
        "<section>\n<h2>{}</h2>\n<table>\n<thead><tr><th></th>{heads}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n<h2>{}</h2>\n{pairs}</section>\n",
        language.pick("Where they differ", "Czym się różnią"),
        language.pick("How alike they are", "Jak bardzo są podobni"),
    )
}

/// A field in which they differ; none where masked they are alike.
fn row(one: &Difference, shown: &[Shown], language: Language) -> Option<String> {
    let cell = |person: &Shown| match one.field {
        "age" => person.age.clone(),
        "location" => person.place.clone(),
        _ => {
            let held = one.values.iter().find(|held| held.persona_id == person.id);
            held.map(|held| written(&held.value)).unwrap_or_default()
        }
    };
    let cells: Vec<String> = shown.iter().map(cell).collect();
    if cells.windows(2).all(|pair| pair[0] == pair[1]) {
        return None;
    }
    let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
    Some(format!("<tr><th scope=\"row\">{}</th>{cells}</tr>\n", name(one.field, language)))
}

/// Shares, which traits are, are written on 0 to 100.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(words) => words.iter().map(written).collect::<Vec<_>>().join(", "),
        Value::Number(share) => format!("{:.0}", share.as_f64().unwrap_or_default() * 100.0),
        other => other.to_string(),
    }
}

fn pair(one: &Explanation, shown: &[Shown], found: &Comparison, language: Language) -> String {
    let [a, b] = one.persona_ids;
    let name_of =
        |id: PersonaId| shown.iter().find(|one| one.id == id).map_or("", |one| one.name.as_str());
    let names = language.pick(
        format!("{} and {}", name_of(a), name_of(b)),
        format!("{} i {}", name_of(a), name_of(b)),
    );
    let similarity = found.similarity.get(&a).and_then(|others| others.get(&b));
    let less = percent(similarity.copied().unwrap_or_default(), language);
    let pairs = whole(found.reference_pairs as u64, language);
    let alike = match found.reference_pairs {
        0 => language.pick("there is nobody to measure by", "nie ma z kim porównać").to_owned(),
        _ => language.pick(
            format!("more alike than {less} of the pairs of their population ({pairs} measured)"),
            format!("bardziej podobni niż {less} par w ich populacji (zmierzono {pairs})"),
        ),
    };
    let apart = one.apart.iter().map(|apart| {
        let gap = decimal(apart.standard_deviations.abs(), 1, language);
        let sign = if apart.standard_deviations < 0.0 { "−" } else { "+" };
        format!("{} {sign}{gap}", name(apart.field, language))
    });
    let lists = [
        (language.pick("In common", "Wspólne"), one.in_common.join(", ")),
        (
            language.pick(
                "Apart, the second less the first in standard deviations",
                "Różnice, druga osoba minus pierwsza w odchyleniach standardowych",
            ),
            apart.collect::<Vec<_>>().join(", "),
        ),
    ];
    let lists = lists.iter().filter(|(_, words)| !words.is_empty());
    let lists: String = lists
        .map(|(title, words)| format!("<dt>{title}</dt><dd>{}</dd>\n", escape(words)))
        .collect();
    format!("<p><strong>{}</strong>: {}.</p>\n<dl>\n{lists}</dl>\n", escape(&names), escape(&alike))
}

/// A field in words.
fn name(field: &str, language: Language) -> &str {
    let (english, polish) = match field {
        "age" => ("Age", "Wiek"),
        "gender" => ("Gender", "Płeć"),
        "location" => ("Place", "Miejsce"),
        "occupation" => ("Occupation", "Zawód"),
        "education_level" | "education" => ("Education", "Wykształcenie"),
        "income_bracket" | "income" => ("Net income a month", "Dochód netto miesięcznie"),
        "segment_name" => ("Segment", "Segment"),
        "values" => ("Values", "Wartości"),
        "interests" => ("Interests", "Zainteresowania"),
        _ => return label::trait_of(field, language).unwrap_or(field),
    };
    language.pick(english, polish)
}
