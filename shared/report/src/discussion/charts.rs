//! Bars of a focus group's report.

use shared::Language;
use shared::discussion::graph::ConceptFigures;
use shared::discussion::realism::RealismMeasure;
use shared::discussion::summary::SummaryShare;
use shared::text::escape::escape;
use shared::text::number::{decimal, percent};

/// A measure beside the human band.
pub(super) fn measure(measure: &RealismMeasure, language: Language) -> String {
    let shown = |value: f64| shown(&measure.key, value, language);
    let value = measure.value.unwrap_or(0.0);
    let (bar, human) = match measure.band {
        Some(band) => {
            // The band fills the middle half, so that what lies outside can be seen.
            let scale = |x: f64| {
                let place = 25.0 + 50.0 * (x - band.low) / (band.high - band.low).max(1e-9);
                place.clamp(1.0, 99.0)
            };
            let bar = format!(
                r#"<svg viewBox="0 0 100 18" preserveAspectRatio="none"><rect class="band" x="25" y="3" width="50" height="12"/><rect class="t" x="{:.1}" y="1" width="0.8" height="16"/><rect class="a" x="{:.1}" y="4" width="1.6" height="10"/></svg>"#,
                scale(band.human),
                scale(value) - 0.8,
            );
            (bar, shown(band.human))
        }
        None => (String::new(), "–".to_owned()),
    };
    let flag = match measure.is_outside {
        true => format!(
            r#" <span class="state off">{}</span>"#,
            language.pick("outside", "poza pasmem")
        ),
        false => String::new(),
    };
    let value = measure.value.map_or_else(|| "–".to_owned(), shown);
    format!(
        r#"<tr><th>{}{flag}</th><td class="bar">{bar}</td><td class="n made">{value}</td><td class="n">{human}</td></tr>"#,
        escape(name(&measure.key, language)),
    )
}

/// A measure's value as people read it: a share in per cent, what is small to the thousandth.
pub(super) fn shown(key: &str, value: f64, language: Language) -> String {
    match key.ends_with("_share") {
        true => percent(value, language),
        false => decimal(value, if value < 2.0 { 3 } else { 1 }, language),
    }
}

/// What a measure is called in reports.
pub(super) fn name(key: &str, language: Language) -> &str {
    match key {
        "median_words" => language.pick("words a turn (median)", "słów w wypowiedzi (mediana)"),
        "short_share" => language.pick("turns under 25 words", "wypowiedzi poniżej 25 słów"),
        "chain_depth" => language.pick("depth of exchanges", "głębokość wymiany zdań"),
        "moderator_share" => language.pick("moderator's words", "słowa osoby prowadzącej"),
        "turn_gini" => language.pick("imbalance of turns (Gini)", "nierówność głosów (Gini)"),
        "distinctiveness" => language.pick("distinct words", "odrębność słownictwa"),
        "contradiction_share" => language.pick("against the card", "sprzeczne z kartą"),
        "drift_share" => language.pick("changed sides silently", "zmiana strony bez słowa"),
        other => other,
    }
}

/// People by tone, with intervals.
pub(super) fn sentiment(shares: &[SummaryShare], language: Language) -> String {
    let rows: String = shares
        .iter()
        .map(|share| {
            let label = match share.label.as_str() {
                "positive" => language.pick("well disposed", "przychylnie"),
                "negative" => language.pick("critical", "krytycznie"),
                _ => language.pick("between", "pośrodku"),
            };
            let bar = format!(
                r#"<svg viewBox="0 0 100 18" preserveAspectRatio="none"><rect class="band" x="{:.1}" y="3" width="{:.1}" height="12"/><rect class="a" x="0" y="6" width="{:.1}" height="6"/></svg>"#,
                100.0 * share.low,
                100.0 * (share.high - share.low),
                100.0 * share.share,
            );
            format!(
                r#"<tr><th>{label}</th><td class="bar">{bar}</td><td class="n made">{}/{}</td><td class="n">{}</td></tr>"#,
                share.people,
                share.n,
                percent(share.share, language),
            )
        })
        .collect();
    let title =
        language.pick("People by the tone of their answers", "Osoby według tonu wypowiedzi");
    format!("<h3>{title}</h3><table class=\"bars\"><tbody>{rows}</tbody></table>")
}

/// A concept: people who speak of it, and their mean tone from -1 to 1.
pub(super) fn concept(concept: &ConceptFigures, language: Language) -> String {
    let place = |tone: f64| 50.0 + 50.0 * tone.clamp(-1.0, 1.0);
    let margin = concept.margin.unwrap_or(0.0);
    let (low, high) = (place(concept.sentiment - margin), place(concept.sentiment + margin));
    let bar = format!(
        r#"<svg viewBox="0 0 100 18" preserveAspectRatio="none"><rect class="t" x="49.8" y="0" width="0.4" height="18"/><rect class="band" x="{low:.1}" y="5" width="{:.1}" height="8"/><rect class="a" x="{:.1}" y="3" width="1.6" height="12"/></svg>"#,
        high - low,
        place(concept.sentiment) - 0.8,
    );
    format!(
        r#"<tr><th>{}</th><td class="bar">{bar}</td><td class="n made">{}</td><td class="n">n = {}</td></tr>"#,
        escape(&concept.name),
        decimal(concept.sentiment, 2, language),
        concept.people,
    )
}
