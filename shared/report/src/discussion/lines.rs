//! A focus group's measures in a few lines for a terminal.

use super::charts::{name, shown};
use shared::Language;
use shared::discussion::realism::{Realism, RealismMeasure};

/// Where the figures begin: behind the longest name.
const NAMES: usize = 28;

/// A heading, and a line for each measure that could be taken: what it is, what these people are, and what
/// human groups are.
pub fn discussion_lines(realism: &Realism, language: Language) -> Vec<String> {
    let these = language.pick("here", "tutaj");
    let humans = language.pick("human groups", "grupy ludzi");
    let heading = format!("{:<NAMES$} {these:>8}   {humans}", "");
    let lines = realism.measures.iter().filter_map(|measure| line(measure, language));
    std::iter::once(heading).chain(lines).collect()
}

fn line(measure: &RealismMeasure, language: Language) -> Option<String> {
    let shown = |value: f64| shown(&measure.key, value, language);
    let value = shown(measure.value?);
    let humans = measure.band.map_or_else(String::new, |band| {
        let flag = match measure.is_outside {
            true => language.pick("  ← outside", "  ← poza pasmem"),
            false => "",
        };
        let (human, low, high) = (shown(band.human), shown(band.low), shown(band.high));
        let to = language.pick("to", "do");
        format!("   {human} ({low} {to} {high}){flag}")
    });
    Some(format!("{:<NAMES$} {value:>8}{humans}", name(&measure.key, language)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::discussion::realism::Band;

    #[test]
    fn a_measure_is_told_by_its_name_in_the_language_with_the_human_band() {
        let measure = |key: &str, value: f64, band: Option<Band>, is_outside: bool| {
            RealismMeasure { key: key.to_owned(), value: Some(value), n: 8, band, is_outside }
        };
        let band = |low, human, high| Some(Band { low, human, high, is_range: true });
        let measures = vec![
            measure("median_words", 29.0, band(22.0, 48.9, 90.0), false),
            measure("moderator_share", 0.081, band(0.013, 0.025, 0.05), true),
            measure("drift_share", 0.0, None, false),
        ];
        let realism = Realism { measures, turns: 8, words: 232, missing: 0 };

        let english = discussion_lines(&realism, Language::English);
        let polish = discussion_lines(&realism, Language::Polish);

        assert_eq!(
            english[1].trim_end(),
            "words a turn (median)            29.0   48.9 (22.0 to 90.0)"
        );
        assert!(english[2].starts_with("moderator's words "), "{english:?}");
        assert!(english[2].contains("8.1%   2.5% (1.3% to 5.0%)  ← outside"), "{english:?}");
        assert!(english[3].ends_with("0.0%"), "{english:?}");
        assert!(polish[1].starts_with("słów w wypowiedzi (mediana)"), "{polish:?}");
    }
}
