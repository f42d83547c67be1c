//! Names in the forms that they take in a text.

use std::borrow::Cow;
use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::PLACE;
use crate::text::fold::plain;

/// The longest ending that a stem of so many letters takes: "Ew-ą", "Jan-owi", "Kowalsk-iego". The shorter a stem
/// is, the more other words begin like it.
const ENDINGS: [usize; 5] = [0, 1, 2, 3, 4];
/// Shorter words of a name or town are no names by themselves: "nad", "de"; "Sól" and "Thị" are, with a capital.
const SHORT: usize = 3;

/// How a word must be written to be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Any,
    Capital,
}

/// Words of names and towns, by what they are compared by.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    whole: HashMap<String, Hidden>,
    /// What other forms of a word begin with.
    stems: HashMap<String, String>,
    /// Names that are found wherever they stand: of signs that are no letters, or of scripts without spaces.
    signs: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
struct Hidden {
    instead: String,
    case: Case,
}

impl Names {
    /// A first name or surname, which leaves its initial.
    pub(super) fn add_name(&mut self, name: &str, case: Case) {
        self.add(name, &initial(name), case);
    }

    /// A town. "Nowy" with a capital is one, and in small letters it is an adjective.
    pub(super) fn add_town(&mut self, town: &str) {
        self.add(town, PLACE, Case::Capital);
    }

    fn add(&mut self, name: &str, instead: &str, case: Case) {
        let words: Vec<&str> = runs(name).filter(|word| !key(word).is_empty()).collect();
        let has_letters = !words.is_empty();
        if name.contains(is_unspaced) || !has_letters && name.contains(is_symbol) {
            let sign = name.trim();
            if !self.signs.iter().any(|(known, _)| known == sign) {
                let instead = if has_letters { instead } else { PLACE };
                self.signs.push((sign.to_owned(), instead.to_owned()));
            }
        }
        let is_one = words.len() == 1;
        for word in words {
            let length = word.chars().filter(|sign| sign.is_alphanumeric()).count();
            let is_short = !is_one && length <= SHORT;
            let is_name = !is_short || length > 1 && !word.starts_with(char::is_lowercase);
            if is_name {
                self.add_word(word, instead, if is_short { Case::Capital } else { case });
            }
        }
    }

    fn add_word(&mut self, word: &str, instead: &str, case: Case) {
        let whole = key(word);
        let letters: Vec<char> = whole.chars().collect();
        if letters.len() > 1 {
            let mut stem = &*letters;
            if let [rest @ .., last] = stem
                && "aeiouy".contains(*last)
            {
                stem = rest;
            }
            self.add_stem(stem.iter().collect(), instead);
            // "Marek, Marka", "Paweł, Pawła": the e of the last syllable goes.
            if let [rest @ .., 'e', last] = &*letters {
                self.add_stem(rest.iter().chain([last]).collect(), instead);
            }
        }
        let case = if letters.len() == 1 { Case::Capital } else { case };
        let hidden = Hidden { instead: instead.to_owned(), case };
        let known = self.whole.entry(whole).or_insert(hidden);
        known.case = if case == Case::Any { case } else { known.case };
    }

    fn add_stem(&mut self, stem: String, instead: &str) {
        if !stem.is_empty() {
            self.stems.entry(stem).or_insert_with(|| instead.to_owned());
        }
    }

    /// What stands in the place of a word, if it is a name. Its other forms are names only with a capital letter.
    pub(super) fn instead(&self, word: &str) -> Option<&str> {
        self.known(word, !word.starts_with(char::is_lowercase))
    }

    /// The same where small letters say nothing.
    pub(super) fn instead_in_any_case(&self, word: &str) -> Option<&str> {
        self.known(word, true)
    }

    fn known(&self, word: &str, is_capital: bool) -> Option<&str> {
        let key = key(word);
        if let Some(hidden) = self.whole.get(&key)
            && (is_capital || hidden.case == Case::Any)
        {
            return Some(&hidden.instead);
        }
        let letters: Vec<char> = key.chars().collect();
        if !is_capital || letters.len() < 2 {
            return None;
        }
        let longest = ENDINGS[ENDINGS.len() - 1].min(letters.len() - 1);
        (0..=longest).find_map(|ending| {
            let length = letters.len() - ending;
            let stem: String = letters[..length].iter().collect();
            let is_form = ending <= ENDINGS[length.min(ENDINGS.len() - 1)];
            self.stems.get(&stem).filter(|_| is_form).map(String::as_str)
        })
    }

    /// The text without names that no space parts from what stands beside them.
    pub(super) fn without_signs(&self, text: String) -> String {
        self.signs.iter().fold(text, |text, (sign, instead)| text.replace(sign, instead))
    }
}

/// The initial of a name. A name of one letter has none: it would be the name.
pub(super) fn initial(name: &str) -> String {
    let mut letters = name.chars().filter(|sign| sign.is_alphanumeric());
    match (letters.next(), letters.next()) {
        (Some(first), Some(_)) => format!("{first}."),
        (Some(_), None) if name.ends_with('.') => name.to_owned(),
        _ => PLACE.to_owned(),
    }
}

/// A text in which `instead` says what stands in the place of a word between what is before and behind it.
pub(super) fn replaced<'a>(
    text: &str,
    instead: impl Fn(&str, (&str, &str)) -> Option<Cow<'a, str>>,
) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(start) = text[from..].find(is_word).map(|start| from + start) {
        masked.push_str(&text[from..start]);
        let rest = &text[start..];
        let end = start + rest.find(|sign| !is_word(sign)).unwrap_or(rest.len());
        let beside = (&text[..start], &text[end..]);
        push_word(&mut masked, &text[start..end], &|word| instead(word, beside));
        from = end;
    }
    masked.push_str(&text[from..]);
    masked
}

/// A word, or several that only unseen signs part.
fn push_word<'a>(masked: &mut String, word: &str, instead: &impl Fn(&str) -> Option<Cow<'a, str>>) {
    if let Some(instead) = instead(word) {
        return masked.push_str(&instead);
    }
    if !word.contains(is_unseen) {
        return masked.push_str(word);
    }
    for part in word.split_inclusive(is_unseen) {
        let bare = part.trim_end_matches(is_unseen);
        masked.push_str(instead(bare).as_deref().unwrap_or(bare));
        masked.push_str(&part[bare.len()..]);
    }
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !is_word(sign)).filter(|word| !word.is_empty())
}

/// What a word is compared by: without case, marks, and what nobody sees.
pub(super) fn key(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let seen: String = word.chars().filter(|sign| !is_unseen(*sign)).nfkc().collect();
    plain(&seen).chars().filter(|sign| !is_combining_mark(*sign)).collect()
}

/// What a word is made of. Signs without a look part no words: a reader does not see them, and a PDF leaves them out.
pub(super) fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || is_combining_mark(sign) || is_unseen(sign)
}

/// Unicode's default ignorable code points: joiners, marks of direction, soft hyphens, selectors of variants.
pub(super) fn is_unseen(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// A picture that may be a name; no hyphen or full stop is.
fn is_symbol(sign: char) -> bool {
    !sign.is_ascii() && sign.general_category_group() == GeneralCategoryGroup::Symbol
}

/// Letters of scripts that put no spaces between words: Thai to Lao, Burmese, Khmer, Kana, Chinese signs.
fn is_unspaced(sign: char) -> bool {
    matches!(sign,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}
