//! Polish grammatical forms against the person's gender, by majority.
//!
//! Counted are first-person past verbs anywhere (`pracowałam`), and third-person past verbs whose
//! subject is certain: right after the first name, or opening a sentence of the first paragraph or a
//! clause `urodził się`; and the ending of the person's own age (`34-letnia`).

use super::{
    Violation,
    token::{Token, excerpt},
};
use crate::persona::{
    Card,
    card::{Gender, Sex},
};

/// Nouns that end like a masculine past verb: the instrumental in -łem and the nominative in -ł.
const MASCULINE_NOUNS: &str = "stoł|kościoł|zespoł|dział|tytuł|pomysł|przemysł|zmysł|umysł|hasł|ciał|dzieł|\
    masł|mydł|światł|szkł|źródł|krzesł|kapitał|materiał|anioł|żywioł|węzł|popioł|doł|koł|czoł|rzemiosł|\
    artykuł|moduł|szczegół|kawał|upał|opał|zapał|wał|kanał|sygnał|ideał|potencjał|kryształ|ogół|protokoł|\
    stół|kościół|zespół|pół|protokół|dół|wół|żył|był|styl|posł|półł|tł";

/// Words that end like a feminine past verb.
const FEMININE_WORDS: &str = "cała|mała|biała|szkoła|siła|skała|reguła|formuła|igła|mgła|strzała|pszczoła|\
    wspaniała|dojrzała|doskonała|stała|trwała|ciepła|miła|zła|nagła|okrągła|świetła|chwała|jodła|fala";

/// Past stems that open a life story; other words in -ł and -ła may be nouns (`pochwał`, `chwała`).
const VERBS: &str = "pracowa|mieszka|studiowa|skończy|ukończy|zosta|zaczą|zaczę|wychowa|dorasta|przeprowadzi|\
    wyjecha|wróci|otworzy|założy|pozna|mia|chodzi|uczy|zdoby|rozpocz|spędzi|przesz|kupi|prowadzi|\
    ożeni|wyszła|urodzi|przepracowa|porzuci|rzuci|wybra|trafi|zamieszka|owdowia|rozwi|próbowa";

pub(super) fn check(
    card: &Card,
    headline: &[Token<'_>],
    story: &[Token<'_>],
    found: &mut Vec<Violation>,
) {
    let own = match card.gender {
        Gender::Female => Sex::Female,
        Gender::Male => Sex::Male,
        Gender::NonBinary => return,
    };
    let (mut right, mut wrong, mut proof) = (0, 0, None);
    for tokens in [headline, story] {
        for at in 0..tokens.len() {
            match evidence(card, tokens, at) {
                Some(sex) if sex == own => right += 1,
                Some(_) => {
                    wrong += 1;
                    proof.get_or_insert_with(|| excerpt(tokens, at));
                }
                None => {}
            }
        }
    }
    if let Some(excerpt) = proof
        && wrong > right
    {
        found.push(Violation::Form { wrong, right, excerpt });
    }
}

fn evidence(card: &Card, tokens: &[Token<'_>], at: usize) -> Option<Sex> {
    let token = &tokens[at];
    if let Some(sex) = first_person(&token.lower).or_else(|| own_age(card, &token.lower)) {
        return Some(sex);
    }
    let named = at > 0 && !tokens[at - 1].pauses && tokens[at - 1].word == card.first_name;
    let born = token.lower.starts_with("urodził")
        && tokens.get(at + 1).is_some_and(|next| next.lower == "się")
        && (token.starts || named);
    let opens = token.starts
        && token.paragraph == 0
        && VERBS.split('|').any(|verb| token.lower.starts_with(verb));
    if named || opens || born { third_person(&token.lower) } else { None }
}

fn first_person(word: &str) -> Option<Sex> {
    if word.len() > 5 && word.ends_with("łam") {
        return Some(Sex::Female);
    }
    let stem = word.strip_suffix("em").filter(|stem| stem.ends_with('ł'))?;
    (word.len() > 5 && !is_noun(stem)).then_some(Sex::Male)
}

/// The sex of a past verb; genitive plurals in -ół and -eł (`przyjaciół`, `haseł`) are none.
fn third_person(word: &str) -> Option<Sex> {
    if word.len() > 4 && word.ends_with("ła") {
        return (!FEMININE_WORDS.split('|').any(|known| word == known)).then_some(Sex::Female);
    }
    let plural = word.ends_with("ół") || word.ends_with("eł");
    (word.len() > 4 && word.ends_with('ł') && !plural && !is_noun(word)).then_some(Sex::Male)
}

fn is_noun(stem: &str) -> bool {
    MASCULINE_NOUNS.split('|').any(|noun| stem == noun || noun.len() > 5 && stem.ends_with(noun))
}

fn own_age(card: &Card, word: &str) -> Option<Sex> {
    let ending = word.strip_prefix(&card.age.to_string())?;
    match ending {
        "-letnia" | "-letnią" | "-letniej" => Some(Sex::Female),
        "-letni" | "-letniego" | "-letnim" => Some(Sex::Male),
        _ => None,
    }
}
