//! The age stated of the person, and no one else's.

use super::{
    Violation,
    token::{Token, before, excerpt, is_kin, is_name},
};
use crate::{Language, persona::Card};

/// Beginnings of words that make a number of years a duration, a thing's or another person's age.
const NOT_AGES: &str = "doświadcz|staż|prac|temu|małżeń|prakty|karier|później|wcześniej|kredyt|samoch|aut|\
    histor|dom|mieszk|służb|razem|experience|tenure|career|ago|later|earlier|mortgage|car|house|marriage|\
    service|history|loan|contract|umow|gwaranc|jako|in|at|of|with";

/// Words that say a number is near, not reached, or a length of time.
const NOT_YET: &str = "prawie|niemal|blisko|około|od|przez|ponad|za|przed|po|do|almost|nearly|about|around|over|\
    for|after|before|turning|than|past";

pub(super) fn check(
    card: &Card,
    headline: &[Token<'_>],
    story: &[Token<'_>],
    language: Language,
    found: &mut Vec<Violation>,
) {
    let states = |token: &Token<'_>| leading_number(&token.lower) == Some(card.age);
    if !headline.iter().any(states) {
        found.push(Violation::HeadlineWithoutAge { age: card.age });
    }
    for (tokens, is_headline) in [(headline, true), (story, false)] {
        let claims =
            (0..tokens.len()).filter_map(|at| claim(card, tokens, at, is_headline, language));
        let wrong = claims.into_iter().find(|(stated, _)| *stated != card.age);
        if let Some((stated, at)) = wrong {
            let excerpt = excerpt(tokens, at);
            found.push(Violation::Age { stated, expected: card.age, excerpt });
            return;
        }
    }
}

/// The age that the word at this place states of the person.
fn claim(
    card: &Card,
    tokens: &[Token<'_>],
    at: usize,
    headline: bool,
    language: Language,
) -> Option<(u8, usize)> {
    let token = &tokens[at];
    let stated = leading_number(&token.lower).filter(|age| (10..=110).contains(age))?;
    let about_other = before(tokens, at, 4).any(|earlier| is_kin(earlier));
    let previous = before(tokens, at, 1).next();
    if about_other || previous.is_some_and(|word| NOT_YET.split('|').any(|not| word.lower == not)) {
        return None;
    }
    let after_name = previous.is_some_and(|word| is_name(word, &card.first_name));
    let rest = token.lower.trim_start_matches(|c: char| c.is_ascii_digit());
    let holds = match language {
        _ if rest.starts_with("-letn") || rest.starts_with("-year-old") => {
            adjective(card, tokens, at, headline || after_name)
        }
        _ if !rest.is_empty() => false,
        Language::Polish => polish(card, tokens, at, headline || after_name),
        Language::English => english(card, tokens, at, after_name),
    };
    holds.then_some((stated, at))
}

fn adjective(card: &Card, tokens: &[Token<'_>], at: usize, certain: bool) -> bool {
    let next = tokens.get(at + 1);
    if next.is_some_and(|next| is_kin(next) || is_other(next)) {
        return false;
    }
    certain || tokens[at].paragraph == 0 || next.is_some_and(|next| is_name(next, &card.first_name))
}

fn polish(card: &Card, tokens: &[Token<'_>], at: usize, certain: bool) -> bool {
    let years = tokens.get(at + 1).is_some_and(|next| matches!(&*next.lower, "lat" | "lata"));
    if !years || tokens.get(at + 2).is_some_and(|after| !tokens[at + 1].pauses && is_other(after)) {
        return false;
    }
    let previous = before(tokens, at, 2).map(|word| word.lower.as_str()).next().unwrap_or("");
    let has =
        matches!(previous, "ma" | "mam" | "mając" | "skończył" | "skończyła" | "wieku" | "kończy");
    (has && is_subject(card, tokens, at)) || certain
}

fn english(card: &Card, tokens: &[Token<'_>], at: usize, after_name: bool) -> bool {
    let follows =
        |word: &str, places: usize| tokens.get(at + places).is_some_and(|t| t.lower == word);
    let years_old = follows("years", 1) && follows("old", 2);
    if follows("years", 1) && !years_old || follows("percent", 1) {
        return false;
    }
    let previous = before(tokens, at, 1).map(|word| word.lower.as_str()).next().unwrap_or("");
    let has =
        matches!(previous, "is" | "am" | "aged" | "i'm") && (years_old || ends_clause(tokens, at));
    ((has || years_old) && is_subject(card, tokens, at)) || (after_name && tokens[at - 1].pauses)
}

fn ends_clause(tokens: &[Token<'_>], at: usize) -> bool {
    let next = tokens.get(at + 1);
    tokens[at].pauses
        || next.is_none_or(|next| {
            next.starts || matches!(&*next.lower, "and" | "but" | "who" | "with")
        })
}

/// Whether the word before the verb can be the person: nobody, a pronoun, or the own name.
fn is_subject(card: &Card, tokens: &[Token<'_>], at: usize) -> bool {
    before(tokens, at, 2).nth(1).is_none_or(|subject| {
        let named = subject.word.starts_with(char::is_uppercase);
        !named
            || subject.starts && subject.lower.len() <= 3
            || is_name(subject, &card.first_name)
            || subject.word == card.surname
    })
}

fn is_other(token: &Token<'_>) -> bool {
    NOT_AGES.split('|').any(|stem| {
        if stem.len() <= 4 { token.lower == stem } else { token.lower.starts_with(stem) }
    })
}

fn leading_number(word: &str) -> Option<u8> {
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    word[..digits].parse().ok().filter(|_| digits <= 3)
}
