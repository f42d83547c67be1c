//! Texts as a PDF can show them: composed, without what has no look, and with a box for each letter that no font
//! has. A file with an empty glyph would be neither PDF/A nor PDF/UA.

use serde_json::Value;
use shared::Language;
use typst::text::is_default_ignorable;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::world::has_letters;

/// What stands for a letter that no font has.
const BOX: char = '\u{25a1}';
/// Longer words get places where a line may end: an address would run out of the page.
const LONGEST_WORD: usize = 40;
/// Polish words of one letter do not end a line.
const SINGLE: &str = "aiouwzAIOUWZ";

/// Every text of a value as it can be shown, and how many letters are boxes.
pub(super) fn fitted(value: Value, language: Language) -> (Value, usize) {
    let mut boxes = 0;
    let fitted = each(value, language, &mut boxes);
    (fitted, boxes)
}

fn each(value: Value, language: Language, boxes: &mut usize) -> Value {
    match value {
        Value::String(text) => of_text(&text, language, boxes).into(),
        Value::Array(items) => items.into_iter().map(|item| each(item, language, boxes)).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, one)| (name, each(one, language, boxes)));
            Value::Object(fields.collect())
        }
        other => other,
    }
}

fn of_text(text: &str, language: Language, boxes: &mut usize) -> String {
    let letters: Vec<char> = text.replace("\r\n", "\n").nfc().filter_map(seen).collect();
    let mut shown = String::with_capacity(text.len());
    let mut rest = letters.as_slice();
    let mut length = 0;
    while let Some((first, after)) = rest.split_first() {
        let marks = after.iter().take_while(|letter| is_mark(**letter)).count();
        let (cluster, later) = rest.split_at(1 + marks);
        rest = later;
        length = if first.is_whitespace() { 0 } else { length + 1 };
        if length > LONGEST_WORD {
            shown.push('\u{200b}');
            length = 1;
        }
        if matches!(first, '\n' | ' ') && marks == 0 || is_shown(cluster) {
            shown.extend(cluster);
            continue;
        }
        for letter in cluster {
            let is_known = !is_mark(*letter) && is_shown(&[*letter]);
            *boxes += usize::from(!is_known);
            shown.push(if is_known { *letter } else { BOX });
        }
    }
    match language {
        Language::Polish => bound(&shown),
        Language::English => shown,
    }
}

/// A letter, a blank for other blanks, nothing for what has no look: joiners, marks of direction, soft hyphens.
fn seen(letter: char) -> Option<char> {
    match letter {
        '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' | '\u{b}' | '\u{c}' => Some(' '),
        _ if is_default_ignorable(letter) || letter == '\u{feff}' => None,
        _ => Some(letter),
    }
}

fn is_mark(letter: char) -> bool {
    letter.general_category_group() == GeneralCategoryGroup::Mark
}

/// What has a meaning of its own here and there (private use) means nothing to a reader elsewhere.
fn is_shown(cluster: &[char]) -> bool {
    let is_private = |letter: &char| {
        matches!(
            letter.general_category(),
            GeneralCategory::PrivateUse | GeneralCategory::Control | GeneralCategory::Unassigned
        )
    };
    !cluster.iter().any(is_private) && has_letters(cluster)
}

/// With words of one letter bound to what comes after them.
fn bound(text: &str) -> String {
    let mut bound = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut is_word_start = true;
    while let Some(letter) = letters.next() {
        bound.push(letter);
        let is_single = is_word_start && SINGLE.contains(letter);
        if is_single && letters.next_if_eq(&' ').is_some() {
            bound.push('\u{a0}');
            is_word_start = true;
            continue;
        }
        is_word_start = !letter.is_alphanumeric() && !matches!(letter, '-' | '.' | '’' | '\'');
    }
    bound
}
