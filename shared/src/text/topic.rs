//! What a text may be about: its nouns, each by the form that a dictionary lists, with the word that says which.

use std::collections::BTreeSet;

use crate::Language;
use crate::text::first_name::is_first_name;
use crate::text::noun::{Noun, is_general, look_up, unknown};
use crate::text::words::{is_stop, stem, tokens};

/// Shorter words name nothing by themselves.
const SHORTEST: usize = 3;
/// Words behind which an English form that is a noun or a verb is a noun.
const BEFORE_NOUNS: &str = "a about an any for her his in less more much my no of our per some the their these \
    those with without your";
/// Words behind which an English form that is a noun or a verb is a verb, besides those that end in `n't`, `'ll` and `'d`.
const BEFORE_VERBS: &str = "i you he she it we they who not never do does did can cannot could will would shall \
    should may might must let's";
/// Endings that only verbs have in Polish: a word that no dictionary has and that ends so is none.
const OF_VERBS: &str =
    "łam łem łaś łeś łby łaby łoby liśmy łyśmy liście łyście ąc wszy łbym łabym ować iwać ywać";
/// What ends a contraction: `haven't` is no haven, `we'll` no well.
const CONTRACTED: [&str; 7] = ["n't", "'ll", "'re", "'ve", "'d", "'m", "o'clock"];

/// What a word of a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordClass {
    Noun(Noun),
    /// A form of a noun and of another word, where nothing beside it says which.
    Perhaps(Noun),
    /// An adjective that sets its noun apart.
    Adjective,
    Other,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// In lower case, as it stands.
    pub form: String,
    /// What all its forms have in common: a noun's lemma, another word's stem.
    pub key: String,
    pub class: WordClass,
    /// Whether only a space parts it from the word before it.
    pub follows: bool,
    /// Whether it says whose: `friend's`.
    pub is_genitive: bool,
}

impl Word {
    /// The noun, where it is one; `attested` are lemmas of which somebody said a form that is no other word's.
    pub fn noun(&self, attested: &BTreeSet<String>) -> Option<&Noun> {
        match &self.class {
            WordClass::Noun(noun) => Some(noun),
            WordClass::Perhaps(noun) => attested.contains(&noun.lemma).then_some(noun),
            WordClass::Adjective | WordClass::Other => None,
        }
    }
}

/// The words of a text in order. Words that carry only grammar are there as well: they stand between others.
pub fn words(text: &str, language: Language) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for clause in
        text.split(|c: char| !(c.is_alphanumeric() || c.is_whitespace() || "'’-".contains(c)))
    {
        let mut before: Option<Word> = None;
        for token in tokens(clause) {
            let word = word(token, before.as_ref(), language);
            words.extend(before.replace(word));
        }
        words.extend(before);
    }
    words
}

/// Lemmas of which a text has a form that is no other word's.
pub fn attested(words: &[Word]) -> impl Iterator<Item = &str> {
    words.iter().filter_map(|word| match &word.class {
        WordClass::Noun(noun) => Some(noun.lemma.as_str()),
        _ => None,
    })
}

/// What all forms of a word have in common: a noun's lemma, another word's stem.
pub fn key(word: &str, language: Language) -> String {
    let bare = bare(word);
    match look_up(&bare, language) {
        Some(form) => form.noun.map_or_else(|| stem(&bare, language), |noun| noun.lemma),
        None => unlisted_lemma(&bare, language),
    }
}

/// The keys of a text's words.
pub fn keys(text: &str, language: Language) -> Vec<String> {
    tokens(text).map(|token| key(token, language)).collect()
}

/// In lower case, with one kind of apostrophe, without the ending of a genitive.
fn bare(token: &str) -> String {
    let lower = token.to_lowercase().replace('’', "'");
    lower.strip_suffix("'s").map(str::to_owned).unwrap_or(lower)
}

fn word(token: &str, before: Option<&Word>, language: Language) -> Word {
    let form = bare(token);
    let class = match is_person(token, &form, before, language) {
        true => WordClass::Other,
        false => class(&form, before, language),
    };
    let key = match &class {
        WordClass::Noun(noun) | WordClass::Perhaps(noun) => noun.lemma.clone(),
        WordClass::Adjective | WordClass::Other => stem(&form, language),
    };
    let is_genitive = language == Language::English
        && token.ends_with(['s', 'S'])
        && form.len() + 1 < token.len();
    Word { form, key, class, follows: before.is_some(), is_genitive }
}

/// Whether a word names somebody. What is a noun as well (`Grace`, `Jagoda`) is one where a clause begins with it.
fn is_person(token: &str, form: &str, before: Option<&Word>, language: Language) -> bool {
    token.starts_with(char::is_uppercase)
        && is_first_name(form)
        && look_up(form, language).is_none_or(|known| known.noun.is_some() && before.is_some())
}

fn class(form: &str, before: Option<&Word>, language: Language) -> WordClass {
    let is_short = form.chars().count() < SHORTEST;
    let is_contracted = CONTRACTED.iter().any(|end| form.ends_with(end));
    if is_short || is_contracted || !form.contains(char::is_alphabetic) || is_stop(form, language) {
        return WordClass::Other;
    }
    let Some(known) = look_up(form, language) else { return unlisted(form, language) };
    let is_adjective = known.is_adjective && !is_general(form, language);
    let noun = known.noun.filter(|noun| !is_verb_here(form, noun, before, language));
    match noun {
        Some(noun) if noun.is_certain || is_noun_here(before, language) => WordClass::Noun(noun),
        // `drogi` is rather *dear* where nothing says that it is *roads*.
        Some(_) if is_adjective => WordClass::Adjective,
        Some(noun) => WordClass::Perhaps(noun),
        None if is_adjective => WordClass::Adjective,
        None => WordClass::Other,
    }
}

/// Whether a form that may be a noun is a verb behind this word (`I trust`, `to ring`).
fn is_verb_here(form: &str, noun: &Noun, before: Option<&Word>, language: Language) -> bool {
    let Some(before) = before.filter(|_| language == Language::English) else { return false };
    let before = before.form.as_str();
    BEFORE_VERBS.split(' ').any(|one| one == before)
        || ["n't", "'ll", "'d"].iter().any(|end| before.ends_with(end))
        || before == "to" && form == noun.lemma && may_be_verb(form)
}

/// Whether the dictionary has a form that only a verb of this name would have.
fn may_be_verb(form: &str) -> bool {
    let last = form.chars().next_back().map(String::from).unwrap_or_default();
    let silent = form.strip_suffix('e').unwrap_or(form);
    let made = [
        format!("{silent}ed"),
        format!("{silent}ing"),
        format!("{form}{last}ed"),
        format!("{form}{last}ing"),
        format!("{}ied", form.strip_suffix('y').unwrap_or(form)),
    ];
    made.iter().any(|made| look_up(made, Language::English).is_some())
}

/// Whether a form of two words is a noun behind this one. Polish has no articles that would tell.
fn is_noun_here(before: Option<&Word>, language: Language) -> bool {
    let says = |word: &Word| {
        word.class == WordClass::Adjective || BEFORE_NOUNS.split(' ').any(|one| one == word.form)
    };
    language == Language::English && before.is_some_and(says)
}

/// A word that no dictionary has: a name or a new word, which is taken for a noun unless it looks like a verb.
fn unlisted(form: &str, language: Language) -> WordClass {
    let is_verb = match language {
        Language::Polish => OF_VERBS.split(' ').any(|end| form.ends_with(end)),
        Language::English => form.ends_with("ed") || form.ends_with("ing"),
    };
    let is_digits = form.starts_with(|c: char| c.is_ascii_digit());
    if is_verb || is_digits {
        return WordClass::Other;
    }
    WordClass::Noun(unknown(unlisted_lemma(form, language), is_general(form, language)))
}

/// An English plural loses its ending. Polish forms meet by their stem: which of them is shown, says whoever counts
/// them.
fn unlisted_lemma(form: &str, language: Language) -> String {
    match language {
        Language::English => {
            let singular = form.strip_suffix('s').filter(|rest| !rest.ends_with(['s', 'u', 'i']));
            singular.unwrap_or(form).to_owned()
        }
        Language::Polish => stem(form, language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nouns(text: &str, language: Language) -> Vec<String> {
        let words = words(text, language);
        let attested: BTreeSet<String> = attested(&words).map(str::to_owned).collect();
        words.iter().filter_map(|w| w.noun(&attested)).map(|noun| noun.lemma.clone()).collect()
    }

    #[test]
    fn nouns_come_by_their_lemmas_and_nothing_else_comes() {
        let english =
            "We haven't cooked the farmers' vegetables; the kids' lunch boxes were cheaper.";
        let polish = "Nie gotowałam warzyw od rolników, a pudełka dzieci były tańsze.";

        assert_eq!(
            nouns(english, Language::English),
            ["farmer", "vegetable", "kid", "lunch", "box"]
        );
        assert_eq!(nouns(polish, Language::Polish), ["warzywo", "rolnik", "pudełko", "dziecko"]);
    }

    #[test]
    fn contractions_are_no_nouns_whatever_their_apostrophe() {
        for text in
            ["I haven't.", "I haven’t!", "She'll do, we’re in, I'd can't, it won't, o'clock"]
        {
            assert_eq!(nouns(text, Language::English), Vec::<String>::new(), "{text}");
        }
        assert_eq!(nouns("The farmer’s haven", Language::English), ["farmer", "haven"]);
    }

    #[test]
    fn a_form_of_two_words_is_what_stands_around_it() {
        assert!(nouns("I cook and I work.", Language::English).is_empty());
        assert_eq!(nouns("She is a cook.", Language::English), ["cook"]);
        assert!(nouns("Mam drogi rower i go mam.", Language::Polish).contains(&"rower".to_owned()));
        assert!(!nouns("Mam drogi rower.", Language::Polish).contains(&"droga".to_owned()));
        assert_eq!(
            nouns("Dziury na drodze. Drogi rower.", Language::Polish),
            ["dziura", "droga", "rower"]
        );
    }

    #[test]
    fn what_somebody_does_is_no_thing() {
        for text in
            ["I would rather ring.", "You ring, they don't ring.", "I have somebody to ring up"]
        {
            assert!(nouns(text, Language::English).is_empty(), "{text}");
        }
        assert_eq!(
            nouns("A ring. They sell rings to shops.", Language::English),
            ["ring", "ring", "shop"]
        );
    }

    #[test]
    fn people_are_no_things_and_what_is_called_like_them_is() {
        assert!(nouns("Ask Jacek, or Agnieszka's Robert.", Language::English).is_empty());
        assert!(nouns("Z Jackiem u Agnieszki.", Language::Polish).is_empty());
        assert_eq!(nouns("Jagoda i u Jagody jagoda", Language::Polish), ["jagoda", "jagoda"]);
    }

    #[test]
    fn names_and_new_words_are_nouns() {
        assert_eq!(
            nouns("Two apps, one app, an e-bike", Language::English),
            ["app", "app", "e-bike"]
        );
        let polish = nouns("W Lidlu albo z Lidla. Kupowałabym.", Language::Polish);
        assert_eq!((polish.len(), &polish[0]), (2, &polish[1]));
    }
}
