//! The options of a question, by what people write for them.

use crate::survey::masked;
use crate::survey::question::Question;
use crate::text::composed;

/// Into how many parts a cell is tried to be cut where options have bars of their own.
const MOST_PARTS: usize = 64;
/// How many times as long as an option a text may be that is compared with it: letters and their marks, stored apart,
/// take at most three times their place.
const LONGER: usize = 4;

/// The options of a question. What they are compared by is made once: a file may choose half a million times.
#[derive(Default)]
pub(super) struct Choices<'a> {
    all: Vec<Choice<'a>>,
    /// The longest text that is compared with them, in bytes.
    longest: usize,
}

/// An option, and by what it is known beside its text.
struct Choice<'a> {
    text: &'a str,
    /// Without spaces around it, composed.
    form: String,
    /// The same in small letters.
    small: String,
}

impl<'a> Choices<'a> {
    pub(super) fn of(question: &'a Question) -> Self {
        let all = question.choices().iter().map(|option| {
            let form = composed(option.trim());
            Choice { text: option.as_str(), small: form.to_lowercase(), form }
        });
        let all: Vec<Choice<'a>> = all.collect();
        let longest = all.iter().map(|one| one.text.len().max(one.form.len())).max();
        Self { all, longest: LONGER * longest.unwrap_or_default() }
    }

    /// The option that a text is: as it stands, or but for spaces around it and for how its letters are stored, or,
    /// if one only is meant, but for its case.
    pub(super) fn one(&self, text: &str) -> Option<&'a str> {
        if let Some(known) = self.all.iter().find(|one| one.text == text) {
            return Some(known.text);
        }
        let text = text.trim();
        let alike = if text.len() <= self.longest { self.alike(text) } else { None };
        alike.or_else(|| Some(self.all.get(masked::number(text)? - 1)?.text))
    }

    fn alike(&self, text: &str) -> Option<&'a str> {
        let form = composed(text);
        if let Some(same) = self.all.iter().find(|one| one.form == form) {
            return Some(same.text);
        }
        let small = form.to_lowercase();
        let mut alike = self.all.iter().filter(|one| one.small == small);
        let alone = alike.next().filter(|_| alike.next().is_none());
        alone.map(|one| one.text)
    }

    /// The options of a cell; what is none of them stays as it is written. More parts than there are options are no
    /// answer, whatever they are.
    pub(super) fn several(&self, cell: &str) -> Vec<String> {
        let parts = parts(cell, self.all.len());
        let known: Option<Vec<&str>> = match parts.len() <= self.all.len() {
            true => parts.iter().map(|part| self.one(part)).collect(),
            false => None,
        };
        let known = known.or_else(|| self.with_bars(cell));
        known.map_or(parts, |known| known.into_iter().map(str::to_owned).collect())
    }

    /// The options of a cell whose bars have no backslash, where there is one way only to read it: options with
    /// bars of their own may have been written as they are.
    fn with_bars(&self, cell: &str) -> Option<Vec<&'a str>> {
        let parts: Vec<&str> = cell.split('|').take(MOST_PARTS + 1).collect();
        let has_bars = self.all.iter().any(|one| one.text.contains('|'));
        if !has_bars || parts.len() > MOST_PARTS {
            return None;
        }
        let read = |from: usize, to: usize| self.one(&parts[from..to].join("|"));
        // from each part on: in how many ways the rest can be read, and where the first option ends
        let mut ways = vec![(0_u32, 0_usize); parts.len()];
        ways.push((1, 0));
        for from in (0..parts.len()).rev() {
            for to in from + 1..=parts.len() {
                if ways[to].0 > 0 && read(from, to).is_some() {
                    ways[from] = ((ways[from].0 + ways[to].0).min(2), to);
                }
            }
        }
        if ways[0].0 != 1 {
            return None;
        }
        let (mut options, mut from) = (Vec::new(), 0);
        while from < parts.len() {
            options.push(read(from, ways[from].1)?);
            from = ways[from].1;
        }
        Some(options)
    }
}

/// What stands between the bars that no backslash is before. Of more than `most` parts the rest is one.
fn parts(cell: &str, most: usize) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let mut letters = cell.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next_if(|next| matches!(next, '|' | '\\')) {
                Some(next) => part.push(next),
                None => part.push('\\'),
            },
            '|' if parts.len() < most => parts.push(std::mem::take(&mut part)),
            other => part.push(other),
        }
    }
    parts.push(part);
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::survey::sample::questions;

    #[test]
    fn of_very_many_parts_no_more_are_kept_than_one_too_many() {
        let options = json!(["a", "b|c", "d"]);
        let asked = json!([{ "id": "q", "type": "ranking", "title": "T", "options": options }]);
        let asked = questions(asked);
        let choices = Choices::of(&asked[0]);

        assert_eq!(choices.several(&"a|".repeat(100_000)).len(), 4);
        assert_eq!(choices.several("d| A |b|c"), ["d", "a", "b|c"]);
        assert_eq!(choices.several("a|d|b\\|c"), ["a", "d", "b|c"]);
    }

    #[test]
    fn what_is_far_longer_than_every_option_is_none() {
        let options = json!(["Ksi\u{105}\u{17c}ka", "Nie"]);
        let asked =
            json!([{ "id": "q", "type": "single-choice", "title": "T", "options": options }]);
        let asked = questions(asked);
        let choices = Choices::of(&asked[0]);

        for known in ["KSIA\u{328}Z\u{307}KA", " ksi\u{105}\u{17c}ka ", "#1 [\u{2026}]"] {
            let padded = format!("{}{known}{}", " ".repeat(1_000), " ".repeat(1_000));
            assert_eq!(choices.one(&padded), Some("Ksi\u{105}\u{17c}ka"), "{known}");
        }
        assert_eq!(choices.one(&"ksi\u{105}\u{17c}ka ".repeat(100)), None);
    }
}
