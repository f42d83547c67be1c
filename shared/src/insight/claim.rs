//! What a text claims: figures and promises that a reader takes for facts. They are held against what sources say.

use crate::text::fold::plain;
use crate::text::sentence::sentences;

use super::clean;

/// Beginnings of words that promise more than an opinion: the best, the only, proved, guaranteed. Folded.
const PROMISES: [&str; 26] = [
    "best",
    "cheapest",
    "fastest",
    "healthiest",
    "guarantee",
    "proven",
    "clinically",
    "certified",
    "award",
    "always",
    "never",
    "number one",
    "risk-free",
    "najleps",
    "najtansz",
    "najszybsz",
    "najzdrowsz",
    "gwaran",
    "udowodni",
    "klinicznie",
    "certyfik",
    "nagrodz",
    "zawsze",
    "nigdy",
    "numer jeden",
    "bez ryzyka",
];

/// The sentences of a text that claim what none of the sources says: with a figure that none of them has, or with
/// a promise that none of them makes.
pub fn unsupported(text: &str, sources: &[&str]) -> Vec<String> {
    let text = clean(text);
    let figures: Vec<String> = sources.iter().flat_map(|source| numbers(&clean(source))).collect();
    let folded: Vec<String> = sources.iter().map(|source| plain(&clean(source))).collect();
    let is_unsupported = |sentence: &&str| {
        let bare = plain(sentence);
        let is_promised = |promise: &&&str| begins_a_word(&bare, promise);
        numbers(sentence).iter().any(|number| !figures.contains(number))
            || PROMISES
                .iter()
                .filter(is_promised)
                .any(|promise| !folded.iter().any(|source| begins_a_word(source, promise)))
    };
    sentences(&text).into_iter().filter(is_unsupported).map(str::to_owned).collect()
}

fn begins_a_word(text: &str, beginning: &str) -> bool {
    let is_edge = |before: &str| !before.chars().next_back().is_some_and(char::is_alphanumeric);
    text.match_indices(beginning).any(|(at, _)| is_edge(&text[..at]))
}

/// The numbers of a text, with a point for the decimals: `1 200`, `1,5` and `79` are `1200`, `1.5` and `79`.
pub(super) fn numbers(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let (mut found, mut at) = (Vec::new(), 0);
    while at < letters.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let mut number = String::new();
        while at < letters.len() {
            match letters[at] {
                c if c.is_ascii_digit() => number.push(c),
                '.' | ',' if digit(at + 1) => number.push('.'),
                ' ' | '\u{a0}' if is_group(&letters, at) && !number.contains('.') => {}
                _ => break,
            }
            at += 1;
        }
        found.push(trimmed(&number));
    }
    found
}

/// Whether a blank parts thousands: three digits behind it and no fourth.
fn is_group(letters: &[char], at: usize) -> bool {
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    at > 0 && digit(at - 1) && (1..=3).all(|n| digit(at + n)) && !digit(at + 4)
}

/// Without zeros that say nothing.
fn trimmed(number: &str) -> String {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_or_a_promise_that_no_source_has_is_found_by_its_sentence() {
        let product =
            "Skrzynka warzyw od rolnika, abonament od 79 zł za tydzień, 1 200 gospodarstw.";
        for (text, found) in [
            ("Świeże warzywa pod drzwi. Już od 79 zł!", vec![]),
            ("Zaufało nam 1200 gospodarstw.", vec![]),
            ("Taniej o 30%. Zamów dziś.", vec!["Taniej o 30%."]),
            ("Najlepsze warzywa w mieście.", vec!["Najlepsze warzywa w mieście."]),
            ("Gwarantujemy zwrot. Bez pośpiechu.", vec!["Gwarantujemy zwrot."]),
            ("The best box.", vec!["The best box."]),
            ("", vec![]),
        ] {
            let expected: Vec<String> = found.into_iter().map(str::to_owned).collect();
            assert_eq!(unsupported(text, &[product]), expected, "{text}");
        }
        assert!(unsupported("Gwarantujemy zwrot.", &["Dajemy gwarancję zwrotu."]).is_empty());
    }

    #[test]
    fn decomposed_letters_are_the_same_letters() {
        let decomposed = "Najzdrowsze s\u{0301}niadanie.";

        assert_eq!(unsupported(decomposed, &[]), ["Najzdrowsze śniadanie."]);
    }

    #[test]
    fn numbers_are_read_however_they_are_written() {
        assert_eq!(
            numbers("1 200 osób, 3,50 zł, 14-dniowy i 2026."),
            ["1200", "3.5", "14", "2026"]
        );
        assert_eq!(numbers("12 100 000"), ["12100000"]);
        assert!(numbers("brak").is_empty());
    }
}
