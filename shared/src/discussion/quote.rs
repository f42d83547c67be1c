//! Quotes: what somebody is said to have said must be in a stored answer, letter by letter.

use serde::{Deserialize, Serialize};

use crate::id::TurnId;

/// Quoted words below this many are a word in quotation marks, not a quote.
const QUOTE: usize = 4;

/// Words of an answer, and where they stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    /// Names it.
    pub id: TurnId,
    /// Its words.
    pub text: &'a str,
}

/// The quote in this answer, or none when its words are not there. Marks around it and dots at its
/// ends are the quoter's own.
pub fn find(quoted: &str, source: Source<'_>) -> Option<Quote> {
    let marks = |c: char| c.is_whitespace() || "„”“\"«»'’‘…".contains(c);
    let words = quoted.trim_matches(marks).trim_end_matches("...").trim_start_matches("...");
    let words = words.trim_matches(marks);
    if words.is_empty() {
        return None;
    }
    let at = source.text.find(words)?;
    let start = source.text[..at].chars().count();
    Some(Quote {
        response_id: source.id,
        text: words.to_owned(),
        start,
        end: start + words.chars().count(),
    })
}

/// The quote in any of these answers.
pub fn find_any(quoted: &str, sources: &[Source<'_>]) -> Option<Quote> {
    sources.iter().find_map(|source| find(quoted, *source))
}

/// A text without the sentences that quote what nobody said, and how many quotes that were.
pub fn without_inventions(text: &str, sources: &[Source<'_>]) -> (String, usize) {
    let mut dropped = 0;
    let mut kept = String::with_capacity(text.len());
    for sentence in sentences(text) {
        let invented = quoted(sentence)
            .filter(|words| words.split_whitespace().count() >= QUOTE)
            .filter(|words| find_any(words, sources).is_none())
            .count();
        dropped += invented;
        if invented == 0 {
            kept.push_str(sentence);
        }
    }
    (kept.trim().to_owned(), dropped)
}

/// Sentences with the white space behind them; one that a quotation mark is open in goes on.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut parts = Vec::new();
    let (mut start, mut open, mut last) = (0, false, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '„' | '«' => open = true,
            '“' if !open => open = true,
            '”' | '»' | '“' => open = false,
            '"' => open = !open,
            _ => {}
        }
        let ends = matches!(last, '.' | '!' | '?' | '”' | '"') && c.is_whitespace() && !open;
        if ends || c == '\n' {
            parts.push(&text[start..at + c.len_utf8()]);
            start = at + c.len_utf8();
        }
        last = c;
    }
    parts.push(&text[start..]);
    parts.into_iter()
}

/// What stands in quotation marks.
fn quoted(sentence: &str) -> impl Iterator<Item = &str> {
    const PAIRS: [(char, &[char]); 4] =
        [('„', &['”', '“']), ('“', &['”']), ('«', &['»']), ('"', &['"'])];
    let mut found = Vec::new();
    let mut rest = sentence;
    while let Some((at, open)) = rest.char_indices().find(|(_, c)| PAIRS.iter().any(|p| p.0 == *c))
    {
        let inside = &rest[at + open.len_utf8()..];
        let closes = PAIRS.iter().find(|pair| pair.0 == open).map_or(&[][..], |pair| pair.1);
        let Some(end) = inside.find(closes) else { break };
        found.push(&inside[..end]);
        rest = &inside[end..];
        rest = rest.strip_prefix(closes).unwrap_or(rest);
    }
    found.into_iter()
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
}
