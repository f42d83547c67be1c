//! The things that a group talks about: which of its nouns are concepts, and what each is called.

use std::collections::{BTreeMap, BTreeSet};

use crate::Language;
use crate::discussion::sentiment::has_tone;
use crate::text::noun::{Noun, is_general, usual_share};
use crate::text::topic::{Word, WordClass, attested, key, words};

/// Answers below which a noun is one person's.
const FEWEST: usize = 2;
/// Of a χ² distribution with one degree of freedom, what 5 % exceed.
const SIGNIFICANT: f64 = 3.841;

/// An answer, and the place of the question that it answers.
#[derive(Debug, Clone, Copy)]
pub struct Prompted<'a> {
    /// From 0 on.
    pub question: usize,
    pub text: &'a str,
}

/// The concepts of a group, each by its lemma.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    names: BTreeMap<String, String>,
    attested: BTreeSet<String>,
    people: BTreeSet<String>,
    language: Language,
}

#[derive(Default)]
struct NounCounts {
    rank: u32,
    is_listed: bool,
    mentions: usize,
    answers: usize,
    /// Answers to questions that do not name it.
    unprompted: usize,
    forms: BTreeMap<String, usize>,
    /// The nouns with the words that say which: in how many answers.
    phrases: BTreeMap<String, Phrase>,
}

#[derive(Default)]
struct Phrase {
    answers: usize,
    /// As it may stand by itself: none in another case than a dictionary's.
    forms: BTreeMap<String, usize>,
}

struct NounMention<'a> {
    word: &'a Word,
    noun: &'a Noun,
    /// Its key, and its form where that may stand by itself.
    phrase: Option<(String, Option<String>)>,
}

impl Vocabulary {
    /// Nouns that at least two answers have, that would not be said of anything, and that are said more often than
    /// texts usually have them (Dunning's log-likelihood against Zipf's law, at 5 %). What a question names is a
    /// concept only where at least two answers to other questions speak of it. What most answers name divides nothing.
    pub fn of(
        answers: &[Prompted<'_>],
        questions: &[String],
        people: &[String],
        language: Language,
    ) -> Self {
        let texts: Vec<Vec<Word>> = answers.iter().map(|a| words(a.text, language)).collect();
        let mut own = Self {
            attested: texts.iter().flat_map(|text| attested(text)).map(str::to_owned).collect(),
            people: people.iter().map(|name| key(name, language)).collect(),
            language,
            names: BTreeMap::new(),
        };
        let asked: Vec<BTreeSet<String>> = questions
            .iter()
            .map(|question| words(question, language).into_iter().map(|word| word.key).collect())
            .collect();
        let mut heard: BTreeMap<String, NounCounts> = BTreeMap::new();
        for (answer, text) in answers.iter().zip(&texts) {
            own.count(text, asked.get(answer.question), &mut heard);
        }
        let all: usize = heard.values().map(|noun| noun.mentions).sum();
        let most = (answers.len() * 2).div_ceil(3).max(FEWEST);
        heard.retain(|_, noun| {
            (FEWEST..=most).contains(&noun.answers)
                && noun.unprompted >= FEWEST
                && is_more_than_usual(noun, all, language)
        });
        own.names =
            heard.into_iter().map(|(lemma, h)| (lemma.clone(), h.name(&lemma, language))).collect();
        own
    }

    /// The concepts of which a text speaks, in its order, each once.
    pub fn concepts(&self, text: &str) -> Vec<&str> {
        let words = words(text, self.language);
        let mut found: Vec<&str> = Vec::new();
        for said in self.said(&words) {
            let name = self.names.get(&said.noun.lemma);
            found.extend(name.map(String::as_str).filter(|name| !found.contains(name)));
        }
        found
    }

    /// The names of all concepts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.values().map(String::as_str)
    }

    fn count(
        &self,
        text: &[Word],
        asked: Option<&BTreeSet<String>>,
        heard: &mut BTreeMap<String, NounCounts>,
    ) {
        let mut here: BTreeSet<&str> = BTreeSet::new();
        let mut phrases: BTreeSet<(&str, String)> = BTreeSet::new();
        for said in self.said(text) {
            let lemma = said.noun.lemma.as_str();
            let noun = heard.entry(lemma.to_owned()).or_default();
            noun.rank = said.noun.rank;
            noun.is_listed = said.noun.is_listed();
            noun.mentions += 1;
            *noun.forms.entry(said.word.form.clone()).or_default() += 1;
            if here.insert(lemma) {
                noun.answers += 1;
                noun.unprompted += usize::from(!asked.is_some_and(|asked| asked.contains(lemma)));
            }
            let Some((key, form)) = said.phrase else { continue };
            let phrase = noun.phrases.entry(key.clone()).or_default();
            if let Some(form) = form {
                *phrase.forms.entry(form).or_default() += 1;
            }
            phrase.answers += usize::from(phrases.insert((lemma, key)));
        }
    }

    /// The nouns of a text that may be concepts.
    fn said<'a>(&'a self, words: &'a [Word]) -> impl Iterator<Item = NounMention<'a>> {
        words.iter().enumerate().filter_map(|(at, word)| {
            let noun = self.noun(word)?;
            let joins = |pair: (&Word, &Word)| {
                let head = if noun.is_listed() { &noun.lemma } else { &word.form };
                let form = match self.language {
                    Language::English if pair.0.is_genitive => {
                        return (common(pair), Some(format!("{}'s {head}", pair.0.form)));
                    }
                    Language::English if std::ptr::eq(pair.1, word) => Some((&pair.0.form, head)),
                    // An adjective agrees with the lemma only where the noun stands as that.
                    _ if pair.0.class == WordClass::Adjective
                        || pair.1.class == WordClass::Adjective =>
                    {
                        (word.form == *head).then_some((&pair.0.form, &pair.1.form))
                    }
                    _ => Some((head, &pair.1.form)),
                };
                let form = form.map(|(one, other)| format!("{one} {other}"));
                (common(pair), form)
            };
            let before = at.checked_sub(1).filter(|_| word.follows).map(|at| &words[at]);
            let after = words.get(at + 1).filter(|next| next.follows);
            let phrase = match self.language {
                Language::English => {
                    before.filter(|one| self.says_which(one)).map(|one| (one, word))
                }
                // A noun behind another says which (`cena dostawy`), and so do adjectives on either side.
                Language::Polish => before
                    .filter(|one| self.sets_apart(one))
                    .map(|one| (one, word))
                    .or_else(|| after.filter(|one| self.says_which(one)).map(|one| (word, one))),
            };
            Some(NounMention { word, noun, phrase: phrase.map(joins) })
        })
    }

    fn noun<'a>(&'a self, word: &'a Word) -> Option<&'a Noun> {
        let noun = word.noun(&self.attested)?;
        (!noun.is_general && !self.people.contains(&word.key)).then_some(noun)
    }

    /// An adjective that says which, not how good.
    fn sets_apart(&self, word: &Word) -> bool {
        word.class == WordClass::Adjective
            && !has_tone(&crate::text::words::stem(&word.form, self.language), self.language)
            && !is_general(&word.form, self.language)
    }

    fn says_which(&self, word: &Word) -> bool {
        self.sets_apart(word) || self.noun(word).is_some()
    }
}

/// What all forms of a phrase have in common.
fn common((one, other): (&Word, &Word)) -> String {
    format!("{} {}", one.key, other.key)
}

impl NounCounts {
    /// The phrase that at least half of the answers have, else the lemma.
    fn name(&self, lemma: &str, language: Language) -> String {
        let usual = self.phrases.values().filter(|phrase| {
            phrase.answers >= FEWEST
                && 2 * phrase.answers >= self.answers
                && !phrase.forms.is_empty()
        });
        let best = usual.max_by_key(|phrase| phrase.answers);
        // What no Polish dictionary has is known by its stem only.
        let has_lemma = self.is_listed || language == Language::English;
        match best {
            Some(phrase) => most_used(&phrase.forms).to_owned(),
            None if has_lemma => lemma.to_owned(),
            None => most_used(&self.forms).to_owned(),
        }
    }
}

/// The form that is used most; of several the shortest.
fn most_used(forms: &BTreeMap<String, usize>) -> &str {
    let best = forms.iter().max_by_key(|(form, count)| {
        (**count, std::cmp::Reverse(form.chars().count()), std::cmp::Reverse(*form))
    });
    best.map_or("", |best| best.0)
}

/// Dunning (1993): whether a noun is said more often than its usual share of all.
fn is_more_than_usual(noun: &NounCounts, all: usize, language: Language) -> bool {
    let (said, all) = (noun.mentions as f64, all as f64);
    let usual = usual_share(noun.rank, language) * all;
    let part = |observed: f64, expected: f64| {
        if observed > 0.0 { observed * (observed / expected).ln() } else { 0.0 }
    };
    said > usual && 2.0 * (part(said, usual) + part(all - said, all - usual)) > SIGNIFICANT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concepts(answers: &[&str], questions: &[&str], language: Language) -> Vec<String> {
        let answers: Vec<Prompted<'_>> = answers
            .iter()
            .enumerate()
            .map(|(at, text)| Prompted { question: at % questions.len().max(1), text })
            .collect();
        let questions: Vec<String> = questions.iter().map(|q| (*q).to_owned()).collect();
        let people = ["Anna".to_owned(), "Rose".to_owned()];
        let vocabulary = Vocabulary::of(&answers, &questions, &people, language);
        vocabulary.names().map(str::to_owned).collect()
    }

    #[test]
    fn things_are_concepts_and_time_people_and_contractions_are_not() {
        let english = [
            "I haven't got the time, every day is different, back home the fridge is full.",
            "We haven't, Rose. The fridge breaks down each year; the app is slow.",
            "The apps, the apps. People have different days.",
            "Nothing for me.",
        ];
        let polish = [
            "Anna, w domu mam lodówkę pełną od tygodnia.",
            "Dom to dom, a lodówka stoi. Po dwóch tygodniach i miesiącach rzeczy się psują.",
            "Mnie to nie dotyczy, Anna ma rację w tym roku.",
            "Raz w miesiącu, w zeszłym roku.",
        ];

        assert_eq!(concepts(&english, &[], Language::English), ["app", "fridge"]);
        assert_eq!(concepts(&polish, &[], Language::Polish), ["dom", "lodówka"]);
    }

    #[test]
    fn what_the_guide_names_is_a_concept_only_where_others_bring_it_up() {
        let answers = [
            "The price is high, and parking is far.",
            "Parking costs me nerves.",
            "A fair price, with parking.",
            "I like the fridge.",
            "A price is a price, no fridge.",
            "The fridge was there.",
        ];

        let prompted =
            concepts(&answers, &["What is a fair price?", "And why?"], Language::English);
        let open = concepts(&answers, &["What do you think?", "And why?"], Language::English);

        assert_eq!(prompted, ["fridge", "parking"]);
        assert_eq!(open, ["fridge", "parking", "price"]);
    }

    #[test]
    fn a_noun_is_called_by_what_sets_it_apart_where_half_say_so() {
        let english = [
            "A vegetable box sounds good.",
            "Two vegetable boxes a month.",
            "Our box, the vegetable box, and the delivery man.",
            "Late delivery.",
            "Nothing.",
        ];
        let polish = [
            "Cena dostawy rośnie.",
            "Przez cenę dostawy nie biorę warzyw sezonowych.",
            "Sezonowe warzywa, cena dostawy i już.",
            "Nie.",
        ];

        let found = concepts(&english, &[], Language::English);
        assert!(found.contains(&"vegetable box".to_owned()), "{found:?}");
        assert!(found.contains(&"delivery".to_owned()), "{found:?}");
        let found = concepts(&polish, &[], Language::Polish);
        assert!(found.contains(&"cena dostawy".to_owned()), "{found:?}");
    }

    #[test]
    fn what_is_said_no_more_than_usual_is_no_concept() {
        let word = |rank, mentions| NounCounts { rank, mentions, ..NounCounts::default() };

        assert!(!is_more_than_usual(&word(3, 10), 900, Language::English));
        assert!(is_more_than_usual(&word(3, 30), 900, Language::English));
        assert!(is_more_than_usual(&word(10, 2), 900, Language::English));
    }
}
