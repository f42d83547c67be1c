//! Words with what the rules need to know about their place.

#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    pub(super) word: &'a str,
    pub(super) lower: String,
    pub(super) starts: bool,
    /// Whether a comma, dash or colon follows.
    pub(super) pauses: bool,
    pub(super) paragraph: usize,
}

pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(text.len() / 6);
    for (paragraph, block) in text.split("\n\n").enumerate() {
        let mut starts = true;
        for piece in block.split_whitespace() {
            let word = piece.trim_matches(|c: char| !c.is_alphanumeric());
            if word.is_empty() {
                if let Some(last) = tokens.last_mut() {
                    last.pauses = true;
                }
                continue;
            }
            let tail = piece.trim_end_matches(['”', '"', '»', ')']);
            tokens.push(Token {
                word,
                lower: word.to_lowercase(),
                starts,
                pauses: tail.ends_with([',', ':', ';', '–', '-']),
                paragraph,
            });
            starts = tail.ends_with(['.', '!', '?', '…']);
        }
    }
    tokens
}

pub(super) fn excerpt(tokens: &[Token<'_>], at: usize) -> String {
    let range = at.saturating_sub(3)..(at + 4).min(tokens.len());
    tokens[range].iter().map(|token| token.word).collect::<Vec<_>>().join(" ")
}

/// Up to `count` words before a place, the nearest first, within the sentence.
pub(super) fn before<'t, 'a>(
    tokens: &'t [Token<'a>],
    at: usize,
    count: usize,
) -> impl Iterator<Item = &'t Token<'a>> {
    let start_of_sentence = (0..=at).rev().find(|i| tokens[*i].starts).unwrap_or(0);
    tokens[start_of_sentence.max(at.saturating_sub(count))..at].iter().rev()
}

/// Beginnings of words for other people in a life.
const KIN: &str = "syn|synow|synek|córk|córecz|mąż|męż|żon|mat|mam|ojc|ojciec|tat|dzieck|dzieci|wnu|brat|\
    siostr|partner|babci|dziad|rodzic|teść|teściow|kuzyn|najstarsz|najmłodsz|młodsz|starsz|pies|psa|kot|\
    sąsiad|son|daughter|husband|wife|mother|father|mom|mum|dad|child|kid|grand|brother|sister|parent|\
    uncle|aunt|ciotk|wuj|twin|bliźni|youngest|eldest|oldest|dog|cat|niece|nephew";

/// Whether a word stands for someone else in the person's life.
pub(super) fn is_kin(token: &Token<'_>) -> bool {
    KIN.split('|').any(|stem| match stem {
        "mat" => token.lower == "matka" || token.lower.starts_with("matk"),
        "mam" => token.lower == "mama" || token.lower.starts_with("mamę"),
        "tat" => token.lower == "tata" || token.lower.starts_with("tatę"),
        "cat" | "dog" | "son" | "dad" | "mum" | "mom" | "kid" | "kot" | "syn" => {
            token.lower == stem
                || token.lower == format!("{stem}s")
                || token.lower == format!("{stem}a")
        }
        _ => token.lower.starts_with(stem),
    })
}

/// Whether a word may be the person's first name, or a short form of it.
pub(super) fn is_name(token: &Token<'_>, first_name: &str) -> bool {
    let head = |text: &str| text.chars().take(2).collect::<String>();
    token.word.starts_with(char::is_uppercase) && head(token.word) == head(first_name)
}
