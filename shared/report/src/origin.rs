//! What the population was made for, and how.

use super::PopulationReport;
use shared::Language;
use shared::text::escape::escape;

/// The brief, without what was left empty.
pub(super) fn brief(report: &PopulationReport, language: Language) -> String {
    let project = &report.project;
    list(&[
        (language.pick("Subject", "Przedmiot"), project.description.clone()),
        (language.pick("Audience", "Grupa docelowa"), project.audience.clone()),
        (language.pick("Objectives", "Cele"), project.objectives.clone()),
    ])
}

/// Seed, engine, model, date.
pub(super) fn made(report: &PopulationReport, language: Language) -> String {
    let model = if report.simulated {
        format!("{} ({})", report.model, language.pick("simulated", "symulacja"))
    } else {
        report.model.clone()
    };
    list(&[
        (
            language.pick("Allocation", "Dobór"),
            language
                .pick(
                    "code draws who the people are, from the tables named above; the model writes only their words",
                    "kim są te osoby, wyznacza kod na podstawie wymienionych tabel; model pisze tylko tekst",
                )
                .to_owned(),
        ),
        (
            language.pick("Seed", "Ziarno"),
            format!(
                "{} ({})",
                report.seed.0,
                language.pick("replays the same people", "odtwarza te same osoby")
            ),
        ),
        (language.pick("Engine", "Silnik"), report.engine_version.clone()),
        (language.pick("Texts by", "Autor tekstów"), model),
        (language.pick("Made", "Utworzono"), date(report)),
    ])
}

/// The day and minute, in UTC.
pub(super) fn date(report: &PopulationReport) -> String {
    report.generated_at.format("%Y-%m-%d %H:%M UTC").to_string()
}

fn list(rows: &[(&str, String)]) -> String {
    let rows: String = rows
        .iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(name, text)| format!("<dt>{name}</dt><dd>{}</dd>", escape(text.trim())))
        .collect();
    if rows.is_empty() { rows } else { format!("<dl>{rows}</dl>") }
}
