//! The fidelity report in a terminal.

use std::fmt::Write as _;

use super::words;
use population::fidelity::{AttributeFit, FidelityReport, Fit, Overall};
use shared::Language;
use shared::text::number::{people, percent};

/// Categories shown an attribute; the rest are counted.
const CATEGORIES: usize = 16;

/// The report as plain text at most `width` columns wide (never less than 60): a bar is the share
/// that was achieved, a cross on it the target.
pub fn table(report: &FidelityReport, language: Language, width: usize) -> String {
    let width = width.max(60);
    let mut text = String::new();
    line(&mut text, &wrapped(&words::overall(report, language), width));
    // Of nobody there is nothing to compare.
    if report.verdict != Overall::Empty {
        line(&mut text, "");
        line(&mut text, language.pick("━ achieved   ┼ target", "━ osiągnięto   ┼ cel"));
        for fit in &report.attributes {
            line(&mut text, "");
            attribute(&mut text, fit, language, width);
        }
        pairs(&mut text, report, language, width);
    }
    texts(&mut text, report, language, width);
    line(&mut text, "");
    for limit in &report.limits {
        line(&mut text, &wrapped(&format!("· {}", limit.sentence(language)), width));
    }
    text
}

fn attribute(text: &mut String, fit: &AttributeFit, language: Language, width: usize) {
    let badge = words::provenance(fit.provenance, language);
    let source = words::source(fit, language);
    line(text, &cut(&format!("{}  [{badge}] {source}", fit.display), width));
    let label_width = (width / 3).min(26);
    let bar_width = width - label_width - 20;
    let largest = fit.categories.iter().map(|c| c.target.max(c.achieved)).fold(0.0, f64::max);
    for category in fit.categories.iter().take(CATEGORIES) {
        let label = cut(&category.display, label_width - 1);
        let bar = bar(category.achieved, category.target, largest, bar_width);
        let [achieved, target] = [category.achieved, category.target].map(|x| percent(x, language));
        line(text, &format!("  {label:<label_width$}{bar} {achieved:>7} {target:>7}"));
    }
    if fit.categories.len() > CATEGORIES {
        line(text, &format!("  … +{}", fit.categories.len() - CATEGORIES));
    }
    let summary = format!(
        "  → {}: TV {} (95%: {}), {}{}",
        words::verdict(fit.fit.verdict, language),
        percent(fit.fit.total_variation, language),
        percent(fit.fit.noise_floor.p95, language),
        words::test(&fit.fit.chi_square, language),
        corrected(&fit.fit, language)
    );
    line(text, &wrapped(&summary, width));
}

fn bar(achieved: f64, target: f64, largest: f64, width: usize) -> String {
    let place = |share: f64| ((share / largest.max(1e-9)) * (width - 1) as f64).round() as usize;
    let (filled, mark) = (place(achieved), place(target));
    (0..width)
        .map(|i| match (i < filled, i == mark) {
            (true, true) => '┿',
            (false, true) => '┼',
            (true, false) => '━',
            (false, false) => ' ',
        })
        .collect()
}

fn pairs(text: &mut String, report: &FidelityReport, language: Language, width: usize) {
    if !report.pairs.is_empty() {
        line(text, "");
    }
    for pair in &report.pairs {
        let badge = pair.provenance.map(|from| words::provenance(from, language));
        let badge = badge.map(|badge| format!("  [{badge}]")).unwrap_or_default();
        let row = format!(
            "{}{badge} → {}: TV {} (95%: {}), {}{}",
            pair.display.join(" × "),
            words::verdict(pair.fit.verdict, language),
            percent(pair.fit.total_variation, language),
            percent(pair.fit.noise_floor.p95, language),
            words::test(&pair.fit.chi_square, language),
            corrected(&pair.fit, language)
        );
        line(text, &wrapped(&row, width));
    }
}

/// By which p value the verdict goes: one that is not corrected can lie below 5 % beside "fits".
fn corrected(fit: &Fit, language: Language) -> String {
    words::corrected(fit, language).map(|said| format!("; {said}")).unwrap_or_default()
}

fn texts(text: &mut String, report: &FidelityReport, language: Language, width: usize) {
    let rows = [
        (language.pick("written", "opisano"), report.people),
        (language.pick("failed", "nie udało się"), report.failed.people),
        (language.pick("contradictions", "sprzeczności"), report.contradictions.people),
        (language.pick("near duplicates", "prawie powtórzone"), report.near_duplicates.people),
    ];
    line(text, "");
    let row: Vec<String> = rows
        .iter()
        .map(|(name, count)| format!("{name}: {}", people(u64::from(*count), language)))
        .collect();
    line(text, &wrapped(&row.join(" · "), width));
}

fn line(text: &mut String, row: &str) {
    writeln!(text, "{}", row.trim_end()).expect("a string takes every write");
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

fn wrapped(text: &str, width: usize) -> String {
    let indent = text.chars().take_while(|c| *c == ' ').count();
    let mut rows = vec![" ".repeat(indent)];
    for word in text.split_whitespace() {
        let row = rows.last_mut().expect("there is a first row");
        let used = row.chars().count();
        if used > indent && used + 1 + word.chars().count() > width {
            rows.push(format!("{}  {word}", " ".repeat(indent)));
        } else if row.trim().is_empty() {
            row.push_str(word);
        } else {
            row.push(' ');
            row.push_str(word);
        }
    }
    rows.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_the_share_and_a_cross_the_target() {
        assert_eq!(bar(0.5, 1.0, 1.0, 5), "━━  ┼");
        assert_eq!(bar(1.0, 0.5, 1.0, 5), "━━┿━ ");
        assert_eq!(bar(0.0, 0.0, 0.0, 3), "┼  ");
    }

    #[test]
    fn long_lines_are_wrapped_at_words() {
        assert_eq!(wrapped("  one two three", 9), "  one two\n    three");
    }
}
