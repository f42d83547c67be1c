//! Target against achieved, a category a line: a table whose middle column is drawn.

use super::words;
use population::fidelity::{AttributeFit, CategoryFit, FitVerdict, Provenance};
use shared::Language;
use shared::text::escape::escape;
use shared::text::number::{percent, whole};

/// Categories drawn at once; the rest are folded away.
const AT_ONCE: usize = 20;

/// An attribute with its badge, source, reading and chart.
pub(super) fn attribute(fit: &AttributeFit, language: Language) -> String {
    format!(
        r#"<article class="fit"><div class="head"><h3>{name}</h3>{badge}{state}</div>
<p class="source">{source}{missing}</p>
<p>{reading}</p>
{bars}</article>
"#,
        name = escape(&fit.display),
        badge = badge(fit.provenance, language),
        state = state(fit.fit.verdict, language),
        source = escape(&words::source(fit, language)),
        missing = missing(fit, language),
        reading = escape(&words::distance(&fit.fit, language)),
        bars = bars(fit, language),
    )
}

/// What the colours mean.
pub(super) fn key(language: Language) -> String {
    format!(
        r#"<ul class="key"><li><i></i>{}</li><li><i class="t"></i>{}</li><li><i class="band"></i>{}</li></ul>
"#,
        language.pick("achieved", "osiągnięto"),
        language.pick("target", "cel"),
        language
            .pick("where 95 of 100 random draws would end", "tu kończyłoby się 95 na 100 losowań"),
    )
}

/// The badge of a target's origin.
pub(super) fn badge(provenance: Provenance, language: Language) -> String {
    let class = match provenance {
        Provenance::Official => "official",
        Provenance::Modelled => "modelled",
        Provenance::NotOfficial => "not_official",
        Provenance::Target => "target",
    };
    format!(r#"<span class="badge {class}">{}</span>"#, words::provenance(provenance, language))
}

/// A verdict with its colour.
pub(super) fn state(verdict: FitVerdict, language: Language) -> String {
    let class = match verdict {
        FitVerdict::Fits => "fits",
        FitVerdict::FitsWeakly | FitVerdict::FitsUntested => "weak",
        FitVerdict::Off => "off",
    };
    format!(r#"<span class="state {class}">{}</span>"#, words::verdict(verdict, language))
}

fn missing(fit: &AttributeFit, language: Language) -> String {
    if fit.missing == 0 {
        return String::new();
    }
    let count = whole(fit.missing.into(), language);
    language.pick(format!(" · does not apply to {count}"), format!(" · nie dotyczy {count} os."))
}

fn bars(fit: &AttributeFit, language: Language) -> String {
    let scale = fit
        .categories
        .iter()
        .map(|c| c.target.max(c.achieved).max(c.noise[1]))
        .fold(f64::EPSILON, f64::max);
    let (shown, folded) = fit.categories.split_at(fit.categories.len().min(AT_ONCE));
    let mut html = rows(fit, shown, scale, language);
    if !folded.is_empty() {
        html += &format!(
            "<details><summary>{} {}</summary>{}</details>",
            language.pick("show", "pokaż pozostałe:"),
            language.pick(format!("{} more", folded.len()), folded.len().to_string()),
            rows(fit, folded, scale, language)
        );
    }
    html
}

fn rows(fit: &AttributeFit, categories: &[CategoryFit], scale: f64, language: Language) -> String {
    let rows: String = categories.iter().map(|category| row(category, scale, language)).collect();
    format!(
        r#"<table class="bars" role="table" aria-label="{name}: {title}"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{category}</th><th role="columnheader" scope="col"><span aria-hidden="true"></span></th><th role="columnheader" scope="col" class="n">{achieved}</th><th role="columnheader" scope="col" class="n">{target}</th><th role="columnheader" scope="col" class="n">{people}</th></tr></thead><tbody role="rowgroup">
{rows}</tbody></table>
"#,
        name = escape(&fit.display),
        title = language.pick("target and achieved", "cel i wynik"),
        category = language.pick("category", "kategoria"),
        achieved = language.pick("achieved", "osiągnięto"),
        target = language.pick("target", "cel"),
        people = language.pick("people", "osoby"),
    )
}

fn row(category: &CategoryFit, scale: f64, language: Language) -> String {
    format!(
        r#"<tr role="row"><th role="rowheader" scope="row">{label}</th><td role="cell" class="bar">{svg}</td><td role="cell" class="n made">{achieved}</td><td role="cell" class="n soft">{target}</td><td role="cell" class="n soft">{people}</td></tr>
"#,
        label = escape(&category.display),
        svg = svg(category, scale),
        achieved = percent(category.achieved, language),
        target = percent(category.target, language),
        people = whole(category.observed, language),
    )
}

/// The noise band behind, the target above, what was achieved below; 100 units are `scale`.
fn svg(category: &CategoryFit, scale: f64) -> String {
    let x = |share: f64| share / scale * 100.0;
    let [low, high] = category.noise.map(x);
    format!(
        r#"<svg viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="band" x="{low:.2}" y="0" width="{band:.2}" height="18"/><rect class="t" x="0" y="4" width="{target:.2}" height="4"/><rect class="a" x="0" y="9" width="{achieved:.2}" height="6"/></svg>"#,
        band = high - low,
        target = x(category.target),
        achieved = x(category.achieved),
    )
}
