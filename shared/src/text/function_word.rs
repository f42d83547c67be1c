//! Function words: those that carry grammar and no matter. A search leaves them out, and a text's language is told
//! by them. Stop words ([`crate::text::words::is_stop`]) are another and longer list: what is no concept of a talk.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::Language;

/// Articles, auxiliaries, pronouns, prepositions, conjunctions and question words, and the remains of English
/// contractions. Folded, as [`crate::text::word::words`] gives them.
static ENGLISH: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../../data/words/function.en.txt").split_whitespace().collect());
static POLISH: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../../data/words/function.pl.txt").split_whitespace().collect());

/// Whether a folded word carries only grammar in this language.
pub fn is_function_word(word: &str, language: Language) -> bool {
    language.pick(&*ENGLISH, &*POLISH).contains(word)
}
