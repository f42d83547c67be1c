//! The options of a question, by what people write for them.

use crate::survey::masked;
use crate::survey::question::Question;
use crate::text::composed;

/// Into how many parts a cell is tried to be cut where options have bars of their own.
const MOST_PARTS: usize = 64;

/// The option that a text is: as it stands, or but for spaces around it and for how its letters are stored, or, if
/// one only is meant, but for its case.
pub(super) fn option<'a>(question: &'a Question, text: &str) -> Option<&'a str> {
    let choices = || question.choices().iter().map(String::as_str);
    let form = |text: &str| composed(text.trim());
    let same = |option: &&str| form(option) == form(text);
    let caseless = |option: &&str| form(option).to_lowercase() == form(text).to_lowercase();
    let mut alike = choices().filter(caseless);
    let alone = alike.next().filter(|_| alike.next().is_none());
    let numbered = || masked::number(text.trim()).and_then(|number| choices().nth(number - 1));
    let known = choices().find(|option| *option == text).or_else(|| choices().find(same));
    known.or(alone).or_else(numbered)
}

/// The options of a cell; what is none of them stays as it is written.
pub(super) fn several(question: &Question, cell: &str) -> Vec<String> {
    let parts = parts(cell);
    let known: Option<Vec<&str>> = parts.iter().map(|part| option(question, part)).collect();
    let known = known.or_else(|| with_bars(question, cell));
    known.map_or(parts, |known| known.into_iter().map(str::to_owned).collect())
}

/// What stands between the bars that no backslash is before.
fn parts(cell: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let mut letters = cell.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next_if(|next| matches!(next, '|' | '\\')) {
                Some(next) => part.push(next),
                None => part.push('\\'),
            },
            '|' => parts.push(std::mem::take(&mut part)),
            other => part.push(other),
        }
    }
    parts.push(part);
    parts
}

/// The options of a cell whose bars have no backslash, where there is one way only to read it: options with
/// bars of their own may have been written as they are.
fn with_bars<'a>(question: &'a Question, cell: &str) -> Option<Vec<&'a str>> {
    let parts: Vec<&str> = cell.split('|').collect();
    let has_bars = question.choices().iter().any(|option| option.contains('|'));
    if !has_bars || parts.len() > MOST_PARTS {
        return None;
    }
    let read = |from: usize, to: usize| option(question, &parts[from..to].join("|"));
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
