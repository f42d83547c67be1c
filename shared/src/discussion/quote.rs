//! Quotes: what somebody is said to have said must be in a stored answer, letter by letter.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use unicode_normalization::char::is_combining_mark;

use crate::id::TurnId;
use crate::text::{composed, words};

mod marks;

/// A single word in quotation marks may be a term; from this many on it is what somebody said.
const QUOTE: usize = 2;

/// Words of an answer, and where they stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Quote {
    /// The answer.
    pub response_id: TurnId,
    /// The words, as they stand there.
    pub text: String,
    /// Characters before them.
    pub start: usize,
    /// Characters up to their end.
    pub end: usize,
}

/// An answer that may be quoted.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub id: TurnId,
    pub text: &'a str,
}

/// The quote in this answer, or none when its words are not there. Marks around it, dots at its ends
/// and the stop behind it are the quoter's own.
pub fn find(quoted: &str, source: Source<'_>) -> Option<Quote> {
    let marks = |c: char| c.is_whitespace() || c == '…' || marks::is_mark(c);
    let said = quoted.trim_matches(marks).trim_end_matches("...").trim_start_matches("...");
    let said = said.trim_matches(marks);
    let bare = said.trim_end_matches(['.', ',', ';']);
    if words::count(said) == 0 {
        return None;
    }
    let place = [said, bare].into_iter().find_map(|text| place(text, source.text))?;
    let start = source.text[..place.start].chars().count();
    let text = source.text[place].to_owned();
    let end = start + text.chars().count();
    Some(Quote { response_id: source.id, text, start, end })
}

/// The place of these words in a text. Either may store letters with marks in its own way.
fn place(words: &str, text: &str) -> Option<Range<usize>> {
    if let Some(at) = text.find(words) {
        return Some(at..at + words.len());
    }
    let (words, text) = (letters(words), letters(text));
    let is_there = |part: &[(Range<usize>, String)]| {
        part.iter().zip(&words).all(|((_, one), (_, other))| one == other)
    };
    let found = text.windows(words.len().max(1)).find(|part| is_there(part))?;
    Some(found.first()?.0.start..found.last()?.0.end)
}

/// The letters of a text, each with its marks in the one form for both, and where they stand.
fn letters(text: &str) -> Vec<(Range<usize>, String)> {
    let starts = text.char_indices().filter(|(_, letter)| !is_combining_mark(*letter));
    let mut starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    starts.push(text.len());
    let ranges = starts.windows(2).map(|pair| pair[0]..pair[1]);
    ranges.map(|range| (range.clone(), composed(&text[range]))).collect()
}

/// The quote in any of these answers.
pub fn find_any(quoted: &str, sources: &[Source<'_>]) -> Option<Quote> {
    sources.iter().find_map(|source| find(quoted, *source))
}

/// The places of everything in quotation marks, without the marks, in order.
pub fn marked(text: &str) -> Vec<Range<usize>> {
    marks::quotes(text)
}

/// A text without the sentences that quote what nobody said, and how many quotes that were.
pub fn without_inventions(text: &str, sources: &[Source<'_>]) -> (String, usize) {
    let quotes = marks::quotes(text);
    let invented = |quote: &&Range<usize>| {
        let quoted = &text[(*quote).clone()];
        words::count(quoted) >= QUOTE && find_any(quoted, sources).is_none()
    };
    let mut dropped = 0;
    let mut kept = String::with_capacity(text.len());
    for sentence in sentences(text, &quotes) {
        let own = quotes.iter().filter(|quote| sentence.contains(&quote.start));
        let inventions = own.filter(invented).count();
        dropped += inventions;
        if inventions == 0 {
            kept.push_str(&text[sentence]);
        }
    }
    (kept.trim().to_owned(), dropped)
}

/// Sentences with the white space behind them; one that a quote is open in goes on.
fn sentences(text: &str, quotes: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_whitespace()) {
        let is_quoted = quotes.iter().any(|quote| quote.contains(&at));
        if !is_quoted && (c == '\n' || ends(&text[..at], &text[at..])) {
            parts.push(start..at + c.len_utf8());
            start = at + c.len_utf8();
        }
    }
    parts.push(start..text.len());
    parts
}

/// Whether a sentence ends between these. Behind a quote that ends one, only if a capital follows:
/// `„Dokąd?” pyta Anna.` is one sentence.
fn ends(before: &str, after: &str) -> bool {
    let bare = before.trim_end_matches(marks::is_mark);
    let stops = bare.ends_with(['.', '!', '?']);
    let goes_on = after.trim_start().starts_with(char::is_lowercase);
    stops && (bare.len() == before.len() || !goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "Za drogo. Żółw też by „zdążył” szybciej niż ten kurier.";

    fn source() -> Source<'static> {
        Source { id: TurnId(uuid::Uuid::nil()), text: ANSWER }
    }

    #[test]
    fn a_quote_has_the_place_of_its_words_in_characters() {
        let quote = find("„…też by „zdążył” szybciej...”", source()).unwrap();

        let there: String =
            ANSWER.chars().skip(quote.start).take(quote.end - quote.start).collect();
        assert_eq!(quote.text, "też by „zdążył” szybciej");
        assert_eq!(there, quote.text);
    }

    #[test]
    fn a_quote_is_found_however_letters_and_their_marks_are_stored() {
        use unicode_normalization::UnicodeNormalization;

        let apart: String = ANSWER.nfd().collect();
        let own = Source { id: source().id, text: &apart };
        for said in ["Żółw też", "szybciej niż"] {
            let said_apart: String = said.nfd().collect();
            let stored = find(said, own).unwrap();
            let there: String =
                apart.chars().skip(stored.start).take(stored.end - stored.start).collect();
            assert_eq!((&stored.text, &there), (&said_apart, &said_apart));
            assert_eq!(find(&said_apart, source()).unwrap().text, said);
        }
        assert!(find("Zółw", own).is_none());
    }

    #[test]
    fn what_nobody_said_is_no_quote() {
        for invented in ["za drogo", "Za drogo, żółw", "Kurier jest wolny", "", "„”"] {
            assert!(find(invented, source()).is_none(), "{invented}");
        }
    }

    #[test]
    fn sentences_with_invented_quotes_are_dropped_and_counted() {
        let text = "Cena dzieli. Ktoś mówi: „nigdy bym tego nie kupił”. Inny: „szybciej niż ten kurier”. \
                    Słowo „abonament” pada często.";

        let (kept, dropped) = without_inventions(text, &[source()]);

        assert_eq!(dropped, 1);
        assert!(!kept.contains("nigdy bym"), "{kept}");
        assert!(kept.starts_with("Cena dzieli. Inny:") && kept.ends_with("pada często."), "{kept}");
    }

    fn kept(text: &str) -> (String, usize) {
        without_inventions(text, &[source()])
    }

    #[test]
    fn invented_quotes_are_found_whatever_marks_they_wear() {
        for invented in [
            "„nie kupię”",
            "„nie kupię\"",
            "„nie kupię“",
            "“nie kupię”",
            "“nie kupię\"",
            "\"nie kupię\"",
            "\"nie kupię”",
            "”nie kupię”",
            "»nie kupię«",
            "«nie kupię»",
            "« nie kupię »",
            "‘nie kupię’",
            "‚nie kupię’",
            "‚nie kupię‘",
            "'nie kupię'",
            "‹nie kupię›",
            "„…nie kupię…”",
            "„Za drogo, nie kupię”",
            "„Za drogo „ani trochę” nie kupię”",
            "„nie\nkupię”",
            "„nie kupię",
            "\"nie kupię",
        ] {
            let text = format!("Cena dzieli. Anna: {invented}. Reszta milczy.");
            let (kept, dropped) = kept(&text);

            assert!(dropped > 0, "{invented}");
            assert!(!kept.contains("kupię"), "{invented}: {kept}");
            assert!(kept.starts_with("Cena dzieli."), "{invented}: {kept}");
            assert!(kept.ends_with("Reszta milczy."), "{invented}: {kept}");
        }
    }

    #[test]
    fn a_mark_without_an_end_hides_nothing_that_comes_after_it() {
        let text =
            "Anna: „za drogo. Ewa: „nie kupię tego”. Jan: \"Za drogo\". Ola: «nigdy w życiu».";

        let (kept, dropped) = kept(text);

        assert_eq!(kept, "Jan: \"Za drogo\".");
        assert_eq!(dropped, 3);
    }

    #[test]
    fn true_quotes_stay_whatever_marks_they_wear() {
        for quoted in [
            "„Za drogo”",
            "„Za drogo.”",
            "„Za drogo,”",
            "„Za drogo\"",
            "„szybciej niż ten kurier“",
            "“Za drogo”",
            "\"Za drogo\"",
            "»Za drogo«",
            "«szybciej niż»",
            "‘Za drogo’",
            "'Za drogo'",
            "„…też by „zdążył” szybciej…”",
        ] {
            let text = format!("Cena dzieli. Anna: {quoted}. Reszta milczy.");

            assert_eq!(kept(&text), (text.clone(), 0), "{quoted}");
        }
    }

    #[test]
    fn what_stands_in_quotation_marks_is_told_by_its_place() {
        let text = "Cena dzieli: „Za drogo”, a »szybciej« nie.";

        let marked: Vec<&str> = marked(text).into_iter().map(|place| &text[place]).collect();

        assert_eq!(marked, ["Za drogo", "szybciej"]);
    }

    #[test]
    fn terms_inches_and_apostrophes_are_no_quotes() {
        for text in [
            "Słowo „abonament” pada często, a ekran 5\" nikogo nie dziwi.",
            "The customers’ complaints don’t surprise: it’s Anna’s ’90s phone and the kids' plan.",
            "Rock'n'roll and the '90s don't count.",
        ] {
            assert_eq!(kept(text), (text.to_owned(), 0), "{text}");
        }
    }

    #[test]
    fn an_apostrophe_in_a_quote_does_not_end_it() {
        let own =
            Source { id: TurnId(uuid::Uuid::nil()), text: "I don’t like the firms’ prices." };

        let (kept, dropped) = without_inventions("Anna: ‘I don’t like the firms’ prices’.", &[own]);
        assert_eq!((kept.as_str(), dropped), ("Anna: ‘I don’t like the firms’ prices’.", 0));

        let (kept, dropped) = without_inventions("Anna: ‘I don’t want it’.", &[own]);
        assert_eq!((kept.as_str(), dropped), ("", 1));
    }
}
