//! The last page of every PDF: what it is, who wrote it, what was done to it and what it cannot tell.

use records::export::{Disclosure, WrittenPart};
use shared::Language;
use shared::text::number::whole;

use super::{Column, Part, minute};

/// The page, whatever the report is about. Nothing that is asked for leaves it out.
pub(super) fn page(disclosure: &Disclosure, language: Language) -> Vec<Part> {
    let section = |english, polish| Part::subsection(language.pick(english, polish));
    let mut parts = vec![
        Part::Page,
        Part::section(language.pick("What this file is", "Czym jest ten plik")),
        Part::Panel { text: vec![disclosure.statement.clone()] },
        facts(disclosure, language),
        section("Who wrote it", "Kto to napisał"),
    ];
    parts.push(writers(disclosure, language));
    parts.extend([
        section("What it is drawn from", "Z czego losowano"),
        Part::list(disclosure.sources.iter().cloned()),
        section("What was done to it", "Co z nim zrobiono"),
        Part::list(disclosure.treatment.iter().cloned()),
        section("What it cannot tell", "Czego z tego nie wiadomo"),
        Part::list(disclosure.limits.iter().cloned()),
    ]);
    parts
}

fn facts(disclosure: &Disclosure, language: Language) -> Part {
    let seeds = disclosure.seeds.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let masked = match disclosure.is_masked {
        true => language.pick("yes", "tak"),
        false => language.pick("no", "nie"),
    };
    let facts = [
        (language.pick("Project", "Projekt"), disclosure.project_name.clone()),
        (
            language.pick("Project's id", "Identyfikator projektu"),
            disclosure.project_id.to_string(),
        ),
        (language.pick("Exported at", "Wyeksportowano"), minute(disclosure.exported_at)),
        (language.pick("Masked", "Zamaskowano"), masked.to_owned()),
        (language.pick("Seeds of the populations", "Ziarna populacji"), seeds),
        (
            language.pick("Seed of the survey", "Ziarno ankiety"),
            disclosure.survey_seed.map(|seed| seed.to_string()).unwrap_or_default(),
        ),
        (
            language.pick("Reactions in words rated by", "Reakcje słowne ocenił"),
            disclosure.rated_by.join(", "),
        ),
    ];
    Part::facts(language, facts.into_iter().filter(|(_, value)| !value.is_empty()))
}

fn part(part: WrittenPart, language: Language) -> &'static str {
    match part {
        WrittenPart::People => language.pick("texts about people", "teksty o osobach"),
        WrittenPart::Needs => language.pick("needs", "potrzeby"),
        WrittenPart::Journey => language.pick("journeys", "drogi do zakupu"),
        WrittenPart::Answers => language.pick("answers", "odpowiedzi"),
        WrittenPart::Turns => language.pick("turns", "wypowiedzi"),
        WrittenPart::Summary => language.pick("summary", "podsumowanie"),
    }
}

/// Nobody where nothing is in the file.
fn writers(disclosure: &Disclosure, language: Language) -> Part {
    if disclosure.models.is_empty() {
        return Part::note(
            language.pick("Nobody: it has no texts.", "Nikt: nie ma w nim tekstów."),
        );
    }
    let simulated = |is_simulated| match is_simulated {
        true => language.pick("offline simulator", "symulator"),
        false => language.pick("language model", "model językowy"),
    };
    Part::Table {
        columns: vec![
            Column::wide(language.pick("What", "Co")),
            Column::wide(language.pick("Writer", "Autor")),
            Column::wide(language.pick("Kind", "Rodzaj")),
            Column::wide(language.pick("Prompt", "Prompt")),
            Column::number(language.pick("Texts", "Teksty")),
        ],
        rows: disclosure
            .models
            .iter()
            .map(|one| {
                vec![
                    part(one.part, language).to_owned(),
                    one.model.clone(),
                    simulated(one.is_simulated).to_owned(),
                    one.prompt_version.clone(),
                    whole(one.texts.unsigned_abs(), language),
                ]
            })
            .collect(),
    }
}
