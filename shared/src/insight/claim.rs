//! What a text claims: figures and promises that a reader takes for facts. They are held against what sources say.

use std::ops::Range;

use crate::text::fold::plain;
use crate::text::sentence::sentences;
use crate::text::unit::{Unit, unit};

use super::clean;

/// Words that promise more than an opinion: the best, the only, proved, guaranteed, for nothing. Folded beginnings, in
/// groups of which a source may have any: who promises the largest needs one that says "największy" or "largest".
const PROMISES: [&[&str]; 21] = [
    &["best", "najleps"],
    &["cheapest", "lowest price", "najtansz", "najnizsz"],
    &["fastest", "quickest", "najszybsz"],
    &["healthiest", "najzdrowsz"],
    &["largest", "biggest", "najwieksz"],
    &["most popular", "najpopularn"],
    &["leading", "leader", "wiodac", "lider"],
    &["number one", "no. 1", "#1", "numer jeden", "nr 1"],
    &["guarantee", "gwaran"],
    &["proven", "udowodni"],
    &["clinically", "klinicznie"],
    &["certified", "certificate", "certyfik"],
    &["award", "nagrodz"],
    &["always", "zawsze"],
    &["never", "nigdy"],
    &["risk-free", "no risk", "bez ryzyka"],
    &FREE_DELIVERY,
    &FREE,
    &["twice", "double", "two times", "dwa razy", "dwukrotn", "dwakroc", "podwojn"],
    &["three times", "triple", "trzy razy", "trzykrotn", "potrojn"],
    &["halves", "half the", "o polowe", "polowe taniej"],
];

const FREE_DELIVERY: [&str; 12] = [
    "free delivery",
    "free shipping",
    "delivery is free",
    "darmowa dostaw",
    "darmowa wysylk",
    "darmowej dostaw",
    "darmowej wysylk",
    "bezplatna dostaw",
    "bezplatna wysylk",
    "bezplatnej dostaw",
    "dostawa gratis",
    "dostawa za darmo",
];

/// "A free hour" costs nothing either, and is no promise.
const FREE: [&str; 16] = [
    "for free",
    "is free",
    "are free",
    "it free",
    "free of charge",
    "free delivery",
    "free shipping",
    "free return",
    "free trial",
    "free sample",
    "free gift",
    "free month",
    "at no cost",
    "darmo",
    "gratis",
    "bezplatn",
];

/// What a number of a text counts, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    In(Unit),
    /// Whatever the next word says.
    Something,
    /// Nothing is behind it: "from 79!".
    Bare,
}

/// The sentences of a text that claim what none of the sources says: with a figure that none of them has of the same
/// unit, or with a promise that none of them makes.
pub fn unsupported(text: &str, sources: &[&str]) -> Vec<String> {
    let text = clean(text);
    let sources: Vec<String> = sources.iter().map(|source| clean(source)).collect();
    let figures: Vec<(String, Counted)> = sources.iter().flat_map(|one| figures(one)).collect();
    let folded: Vec<String> = sources.iter().map(|source| plain(source)).collect();
    let is_said = |words: &[&str]| {
        folded.iter().any(|source| words.iter().any(|word| begins_a_word(source, word)))
    };
    let is_unsupported = |sentence: &&str| {
        let bare = plain(sentence);
        let promised = |words: &&&[&str]| words.iter().any(|word| begins_a_word(&bare, word));
        self::figures(sentence).any(|figure| !figures.iter().any(|known| shows(known, &figure)))
            || PROMISES.iter().filter(promised).any(|words| !is_said(words))
    };
    sentences(&text).into_iter().filter(is_unsupported).map(str::to_owned).collect()
}

/// Whether a figure of a source says a figure of a text. What is bare may count the same; nothing else is guessed.
fn shows((number, counted): &(String, Counted), (claimed, of): &(String, Counted)) -> bool {
    let is_guess = *counted == Counted::Bare && *of == Counted::Something;
    number == claimed && (counted == of || *of == Counted::Bare || is_guess)
}

fn figures(text: &str) -> impl Iterator<Item = (String, Counted)> {
    ranges(text).into_iter().map(move |(number, at)| {
        let (before, after) = (&text[..at.start], &text[at.end..]);
        let has_word = || after.trim_start().starts_with(char::is_alphanumeric);
        let counted = match unit(before, after) {
            Some(unit) => Counted::In(unit),
            None if has_word() => Counted::Something,
            None => Counted::Bare,
        };
        (number, counted)
    })
}

fn begins_a_word(text: &str, beginning: &str) -> bool {
    let is_edge = |before: &str| !before.chars().next_back().is_some_and(char::is_alphanumeric);
    text.match_indices(beginning).any(|(at, _)| is_edge(&text[..at]))
}

/// The numbers of a text, with a point for the decimals: `1 200`, `1,5` and `79` are `1200`, `1.5` and `79`.
pub(super) fn numbers(text: &str) -> Vec<String> {
    ranges(text).into_iter().map(|(number, _)| number).collect()
}

/// The numbers, and where they stand.
fn ranges(text: &str) -> Vec<(String, Range<usize>)> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let digit = |at: usize| letters.get(at).is_some_and(|(_, letter)| letter.is_ascii_digit());
    let place = |at: usize| letters.get(at).map_or(text.len(), |(place, _)| *place);
    let (mut found, mut at) = (Vec::new(), 0);
    while at < letters.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let (mut number, start) = (String::new(), at);
        while let Some((_, letter)) = letters.get(at) {
            match letter {
                c if c.is_ascii_digit() => number.push(*c),
                '.' | ',' if digit(at + 1) => number.push('.'),
                ' ' | '\u{a0}' if is_group(&digit, at) && !number.contains('.') => {}
                _ => break,
            }
            at += 1;
        }
        found.push((trimmed(&number), place(start)..place(at)));
    }
    found
}

/// Whether a blank parts thousands: three digits behind it and no fourth.
fn is_group(digit: &impl Fn(usize) -> bool, at: usize) -> bool {
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
    fn a_number_is_no_figure_of_another_unit() {
        let sources = ["Skrzynka od 79 zł, dostawa w 2 dni, 1 200 gospodarstw, rocznik 2026"];
        for (text, is_shown) in [
            ("Już od 79!", true),
            ("Tylko 79 złotych.", true),
            ("Cena 79 PLN.", true),
            ("Taniej o 79%.", false),
            ("79 gospodarstw.", false),
            ("79 razy lepiej.", false),
            ("Dostawa w 2 godziny.", false),
            ("Dostawa w 2 dni.", true),
            ("1200 zadowolonych gospodarstw.", true),
            ("2026 razem z nami.", true),
        ] {
            assert_eq!(unsupported(text, &sources).is_empty(), is_shown, "{text}");
        }
    }

    #[test]
    fn promises_of_both_languages_are_known_and_one_word_of_a_group_shows_another() {
        for text in [
            "Darmowa dostawa do domu.",
            "Za darmo przez miesiąc.",
            "Free delivery to your door.",
            "Try it for free.",
            "Największy wybór w kraju.",
            "Wiodąca marka warzyw.",
            "The leading brand.",
            "Twice as fresh.",
            "Dwa razy świeższe.",
            "Jesteśmy nr 1 w kraju.",
        ] {
            assert_eq!(unsupported(text, &["Skrzynka warzyw."]).len(), 1, "{text}");
        }
        assert!(unsupported("Największy wybór.", &["The largest farm shop"]).is_empty());
        assert!(unsupported("Darmowa dostawa.", &["Dostawa gratis od 100 zł."]).is_empty());
        assert_eq!(unsupported("Darmowa dostawa.", &["Darmowy przepis w pudełku."]).len(), 1);
        assert!(unsupported("The only free hour of the day.", &[]).is_empty());
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
