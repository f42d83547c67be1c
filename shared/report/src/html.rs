//! The report as one page that needs nothing else: no script, no font, no picture, no server.

use super::page::Page;
use super::{PopulationReport, chart, figures, gallery, origin, words};
use population::fidelity::Overall;
use shared::Language;
use shared::text::escape::escape;
use shared::text::number::people;

/// The report as a self-contained HTML page in the reader's language.
///
/// Every text that comes from outside is escaped. It prints with the stories.
pub fn html(report: &PopulationReport, language: Language) -> String {
    // Of nobody there is nothing to compare.
    let compared = match report.fidelity.verdict {
        Overall::Empty => String::new(),
        _ => fit(report, language) + &numbers(report, language),
    };
    let sections = [
        compared,
        texts(report, language),
        personas(report, language),
        made(report, language),
        limits(report, language),
    ];
    Page {
        language,
        title: &report.project.name,
        kicker: language.pick(
            "a synthetic population and how well it fits",
            "syntetyczna populacja i jej zgodność z celem",
        ),
        style: "",
        opening: &opening(report, language),
        sections: &sections.concat(),
        date: &origin::date(report),
    }
    .html()
}

fn opening(report: &PopulationReport, language: Language) -> String {
    format!(
        r#"{brief}
<div class="{tone}"><p class="verdict">{verdict}</p>{facts}</div>{simulated}"#,
        brief = origin::brief(report, language),
        tone = figures::tone(report.fidelity.verdict),
        verdict = escape(&words::overall(&report.fidelity, language)),
        facts = figures::facts(&report.fidelity, language),
        simulated = simulated(report, language),
    )
}

fn simulated(report: &PopulationReport, language: Language) -> String {
    if !report.simulated {
        return String::new();
    }
    let text = language.pick(
        "The texts are simulated: they come from the offline writer, not from a language model.",
        "Teksty są symulowane: napisał je program działający bez sieci, a nie model językowy.",
    );
    format!(r#"<p class="note">{text}</p>"#)
}

fn fit(report: &PopulationReport, language: Language) -> String {
    let charts: String =
        report.fidelity.attributes.iter().map(|a| chart::attribute(a, language)).collect();
    let lead = language.pick(
        "What was asked for, what these people are, and how far chance alone would have strayed.",
        "Jaki był cel, jakie są te osoby i jak daleko odbiegałby sam przypadek.",
    );
    let content = format!(r#"<p class="lead">{lead}</p>{}{charts}"#, chart::key(language));
    section(language.pick("Target and achieved", "Cel i wynik"), &content)
}

fn numbers(report: &PopulationReport, language: Language) -> String {
    let mut content = figures::attributes(&report.fidelity, language);
    if !report.fidelity.pairs.is_empty() {
        content += &figures::pairs(&report.fidelity, language);
    }
    content += &format!(
        r#"<p class="source">{}</p>"#,
        language.pick(
            "Difference: total variation, the share of people who would have to change category. \
             Chance: the same for independent draws, on average and in 95 of 100 samples. Power: how \
             often the test would notice a medium and a large deviation (Cohen's w).",
            "Różnica: odległość całkowitego wahania, czyli odsetek osób, które musiałyby zmienić \
             kategorię. Losowo: to samo dla niezależnego losowania, średnio i w 95 na 100 prób. \
             Moc: jak często test wykryłby średnie i duże odchylenie (w Cohena)."
        )
    );
    section(language.pick("All figures", "Wszystkie liczby"), &content)
}

fn texts(report: &PopulationReport, language: Language) -> String {
    section(
        language.pick("Do they differ from one another?", "Czy różnią się od siebie?"),
        &figures::texts(&report.fidelity, language),
    )
}

fn personas(report: &PopulationReport, language: Language) -> String {
    if report.personas.is_empty() {
        return String::new();
    }
    let content = format!(
        r#"<p class="lead">{}</p>{}"#,
        people(report.personas.len() as u64, language),
        gallery::gallery(&report.personas, language)
    );
    section(language.pick("The people", "Osoby"), &content)
}

fn made(report: &PopulationReport, language: Language) -> String {
    section(
        language.pick("How it was made", "Jak powstał ten raport"),
        &origin::made(report, language),
    )
}

fn limits(report: &PopulationReport, language: Language) -> String {
    let items: String = report
        .fidelity
        .limits
        .iter()
        .map(|limit| format!("<li>{}</li>", escape(limit.sentence(language))))
        .collect();
    section(
        language.pick("What this cannot tell", "Czego z tego nie wiadomo"),
        &format!(r#"<ul class="limits">{items}</ul>"#),
    )
}

fn section(title: &str, content: &str) -> String {
    format!("<section><h2>{title}</h2>\n{content}</section>\n")
}
