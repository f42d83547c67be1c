//! All numbers of the report in tables.

use super::chart::{badge, state};
use super::words;
use population::fidelity::{FidelityReport, Fit, Overall};
use shared::Language;
use shared::text::escape::escape;
use shared::text::number::{people, percent};

/// The figures a reader asks for first.
pub(super) fn facts(report: &FidelityReport, language: Language) -> String {
    let largest = report.attributes.iter().map(|a| a.fit.total_variation).fold(0.0, f64::max);
    let tested = report.attributes.iter().filter(|a| a.fit.chi_square.tested().is_some()).count();
    let twins = report.near_duplicates.people;
    let facts = [
        (report.people.to_string(), language.pick("people written", "opisanych osób").to_owned()),
        (
            percent(largest, language),
            language
                .pick("largest deviation of an attribute", "największe odchylenie cechy")
                .to_owned(),
        ),
        (
            format!("{tested}/{}", report.attributes.len()),
            language.pick("attributes tested", "cech sprawdzonych testem").to_owned(),
        ),
        (
            twins.to_string(),
            language.pick("near-duplicate stories", "historii prawie powtórzonych").to_owned(),
        ),
    ];
    // Of nobody there is nothing more to say than how many they are.
    let said = if report.verdict == Overall::Empty { 1 } else { facts.len() };
    let items: String = facts[..said]
        .iter()
        .map(|(figure, what)| format!("<li><b>{figure}</b><span>{what}</span></li>"))
        .collect();
    format!(r#"<ul class="facts">{items}</ul>"#)
}

/// How the verdict is coloured.
pub(super) fn tone(verdict: Overall) -> &'static str {
    match verdict {
        Overall::Fits => "panel",
        Overall::FitsInPart | Overall::TooFewPeople | Overall::Empty => "panel warn",
        Overall::Off => "panel bad",
    }
}

/// One line an attribute.
pub(super) fn attributes(report: &FidelityReport, language: Language) -> String {
    let rows: String = report
        .attributes
        .iter()
        .map(|a| {
            let name = format!(
                "{} {}<small>{}</small>",
                escape(&a.display),
                badge(a.provenance, language),
                escape(&words::source(a, language))
            );
            row(&name, &a.fit, language)
        })
        .collect();
    let title = language.pick("All figures by attribute", "Wszystkie liczby według cech");
    table(title, language.pick("attribute", "cecha"), &rows, language)
}

/// One line a pair.
pub(super) fn pairs(report: &FidelityReport, language: Language) -> String {
    let rows: String = report
        .pairs
        .iter()
        .map(|pair| {
            let from = pair.provenance.map(|from| badge(from, language)).unwrap_or_default();
            row(&format!("{} {from}", escape(&pair.display.join(" × "))), &pair.fit, language)
        })
        .collect();
    let title = language.pick("Two attributes together", "Dwie cechy łącznie");
    table(title, language.pick("pair", "para"), &rows, language)
}

fn table(title: &str, first: &str, rows: &str, language: Language) -> String {
    let columns = [
        language.pick("difference", "różnica"),
        language.pick("chance, usual", "losowo, zwykle"),
        language.pick("chance, 95 of 100", "losowo, 95 na 100"),
        language.pick("chi-square test", "test chi-kwadrat"),
        language.pick("power, w 0.3 / 0.5", "moc, w 0,3 / 0,5"),
        language.pick("verdict", "werdykt"),
    ];
    let heads: String =
        columns.iter().map(|name| format!(r#"<th scope="col">{name}</th>"#)).collect();
    format!(
        r#"<div class="scroll" role="region" tabindex="0" aria-label="{title}"><table class="figures"><caption>{title}</caption><thead><tr><th scope="col">{first}</th>{heads}</tr></thead><tbody>
{rows}</tbody></table></div>
"#
    )
}

fn row(name: &str, fit: &Fit, language: Language) -> String {
    let test = escape(&words::test(&fit.chi_square, language));
    let corrected = words::corrected(fit, language).map(|said| escape(&said));
    let corrected = corrected.map(|said| format!("<small>{said}</small>")).unwrap_or_default();
    let pooled = fit.chi_square.tested().map_or(0, |test| test.pooled);
    let pooled = match pooled {
        0 => String::new(),
        n => language.pick(format!("{n} small ones pooled"), format!("połączono małe: {n}")),
    };
    format!(
        r#"<tr><th scope="row">{name}</th><td class="n">{tv}</td><td class="n">{usual}</td><td class="n">{most}</td><td class="test">{test}{corrected}<small>{pooled}</small></td><td class="n">{power}</td><td>{state}</td></tr>
"#,
        tv = percent(fit.total_variation, language),
        usual = percent(fit.noise_floor.expected, language),
        most = percent(fit.noise_floor.p95, language),
        power = escape(&words::power(&fit.chi_square, language)),
        state = state(fit.verdict, language),
    )
}

/// Variety, repetition, contradictions and failures, in a list.
pub(super) fn texts(report: &FidelityReport, language: Language) -> String {
    let variety = &report.diversity;
    let share = |share: f64| percent(share, language);
    let mut rows = vec![
        (
            language.pick("different names", "różnych imion i nazwisk"),
            variety.distinct_names.to_string(),
        ),
        (
            language.pick("different combinations of attributes", "różnych zestawów cech"),
            variety.distinct_combinations.to_string(),
        ),
        (
            language.pick("mean similarity of two stories", "średnie podobieństwo dwóch historii"),
            variety.mean_similarity.map_or_else(|| "–".to_owned(), share),
        ),
        (
            language.pick("most repeated sentence stands in", "najczęstsze zdanie występuje w"),
            format!(
                "{} {}",
                share(variety.most_shared_sentence),
                language.pick("of stories", "historii")
            ),
        ),
        (
            language.pick("near-duplicate stories", "historie prawie powtórzone"),
            people(report.near_duplicates.people.into(), language),
        ),
    ];
    let contradictions = tally(&report.contradictions, language);
    rows.push((language.pick("contradict their card", "sprzeczne ze swoją kartą"), contradictions));
    let failed = tally(&report.failed, language);
    rows.push((language.pick("could not be written", "nie udało się opisać"), failed));
    let items: String = rows
        .iter()
        .map(|(what, figure)| format!("<dt>{what}</dt><dd>{}</dd>", escape(figure)))
        .collect();
    format!("<dl>{items}</dl>{}", effective(report, language))
}

fn tally(tally: &population::fidelity::figures::Tally, language: Language) -> String {
    let total = people(tally.people.into(), language);
    if tally.by_reason.is_empty() {
        return total;
    }
    let reasons: Vec<String> =
        tally.by_reason.iter().map(|(reason, count)| format!("{reason}: {count}")).collect();
    format!("{total} ({})", reasons.join(", "))
}

fn effective(report: &FidelityReport, language: Language) -> String {
    let decimal = |x| shared::text::number::decimal(x, 1, language);
    let rows: String = report
        .diversity
        .attributes
        .iter()
        .zip(&report.attributes)
        .map(|(variety, fit)| {
            format!(
                r#"<tr><th scope="row">{}</th><td class="n">{}</td><td class="n">{}</td></tr>"#,
                escape(&fit.display),
                decimal(variety.observed),
                decimal(variety.expected)
            )
        })
        .collect();
    format!(
        r#"<details><summary>{summary}</summary><table class="figures"><caption>{caption}</caption><thead><tr><th scope="col">{attribute}</th><th scope="col" class="n">{observed}</th><th scope="col" class="n">{expected}</th></tr></thead><tbody>{rows}</tbody></table></details>"#,
        summary = language.pick("Variety by attribute", "Różnorodność według cech"),
        caption = language.pick(
            "Effective number of categories: how many equally frequent ones would vary as much (Hill, order 1)",
            "Efektywna liczba kategorii: tyle równie częstych dałoby taką samą różnorodność (Hill, rząd 1)"
        ),
        attribute = language.pick("attribute", "cecha"),
        observed = language.pick("these people", "te osoby"),
        expected = language.pick("random draw", "losowanie"),
    )
}
