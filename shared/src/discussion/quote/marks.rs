//! Quotation marks as Polish, English, French and German texts have them, and as models mix them.

use std::ops::Range;

/// A mark that opens a quote, and what ends it.
struct Pair {
    opens: char,
    closes: &'static [char],
    /// What ends it where none of these does.
    otherwise: &'static [char],
    /// Whether apostrophes look like what ends it.
    is_single: bool,
}

const fn double(opens: char, closes: &'static [char], otherwise: &'static [char]) -> Pair {
    Pair { opens, closes, otherwise, is_single: false }
}

const fn single(opens: char, closes: &'static [char]) -> Pair {
    Pair { opens, closes, otherwise: &[], is_single: true }
}

const PAIRS: [Pair; 11] = [
    double('„', &['”', '“'], &['"']),
    double('“', &['”'], &['"']),
    double('”', &['”'], &['"']),
    double('"', &['"', '”'], &[]),
    double('«', &['»'], &['"']),
    double('»', &['«', '»'], &['"']),
    double('‹', &['›'], &[]),
    double('›', &['‹'], &[]),
    single('‘', &['’', '\'']),
    single('‚', &['’', '‘', '\'']),
    single('\'', &['\'', '’']),
];

pub(super) fn is_mark(c: char) -> bool {
    c == '’' || PAIRS.iter().any(|pair| pair.opens == c)
}

/// The places of everything in quotation marks, without the marks, in order. A mark that nothing closes opens a quote
/// up to the end of its sentence.
pub(super) fn quotes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((pair, start)) = opening(text, from) {
        let inside = &text[start..];
        from = match pair.end(inside) {
            Some(length) => {
                found.push(start..start + length);
                let mark = inside[length..].chars().next();
                start + length + mark.map_or(0, char::len_utf8)
            }
            None if pair.is_apostrophe(inside) => start,
            None => {
                let end = start + end_of_sentence(inside);
                found.push(start..end);
                end
            }
        };
    }
    found
}

/// The next mark that opens a quote, and where the quote begins.
fn opening(text: &str, from: usize) -> Option<(&'static Pair, usize)> {
    text[from..].char_indices().find_map(|(at, c)| {
        let pair = PAIRS.iter().find(|pair| pair.opens == c)?;
        let (at, start) = (from + at, from + at + c.len_utf8());
        let (before, after) = (text[..at].chars().next_back(), text[start..].chars().next());
        pair.may_open(before, after).then_some((pair, start))
    })
}

impl Pair {
    /// Whether the mark opens a quote between these: some marks close one as well, or are apostrophes
    /// and inches.
    fn may_open(&self, before: Option<char>, after: Option<char>) -> bool {
        let is_apart = before.is_none_or(|c| !c.is_alphanumeric() && !".,;!?…".contains(c));
        let meets = after.is_some_and(|c| !c.is_whitespace());
        match self.opens {
            '"' => {
                let is_inch = before.is_some_and(|c| c.is_ascii_digit());
                meets && (is_apart || after.is_some_and(char::is_alphanumeric) && !is_inch)
            }
            '”' => meets && is_apart,
            '\'' => is_apart && after.is_some_and(|c| c.is_alphabetic() || "„“\"….".contains(c)),
            '‘' => is_apart && meets,
            _ => true,
        }
    }

    /// Whether the mark, which nothing closes, is an apostrophe: the ‘90s, the kids' plan.
    fn is_apostrophe(&self, after: &str) -> bool {
        self.opens == '\'' || self.opens == '‘' && after.starts_with(|c: char| c.is_ascii_digit())
    }

    fn end(&self, inside: &str) -> Option<usize> {
        if self.is_single {
            return self.end_of_single(inside);
        }
        self.balanced(inside).or_else(|| {
            let before_next = &inside[..inside.find(self.opens).unwrap_or(inside.len())];
            let mut marks = before_next.match_indices(self.otherwise);
            let ends = |at: usize| !inside[..at].ends_with(char::is_whitespace);
            marks.find_map(|(at, _)| ends(at).then_some(at))
        })
    }

    /// Up to its own closing mark: quotes of the same kind inside it have theirs.
    fn balanced(&self, inside: &str) -> Option<usize> {
        let mut depth = 1;
        for (at, c) in inside.char_indices() {
            if self.closes.contains(&c) {
                depth -= 1;
            } else if c == self.opens {
                depth += 1;
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    /// Up to a closing mark behind a word. One behind an `s` is an apostrophe, as in the firms’ prices,
    /// where another mark closes the quote.
    fn end_of_single(&self, inside: &str) -> Option<usize> {
        let mut last = None;
        for (at, c) in inside.char_indices() {
            let before = inside[..at].chars().next_back();
            let after = inside[at + c.len_utf8()..].chars().next();
            if c == self.opens && c != '\'' || c == '\n' {
                break;
            }
            let meets = before.is_some_and(|c| !c.is_whitespace());
            let is_apart = after.is_none_or(|c| !c.is_alphanumeric());
            if !self.closes.contains(&c) || !meets || !is_apart {
                continue;
            }
            last = Some(at);
            if before != Some('s') || after != Some(' ') {
                break;
            }
        }
        last
    }
}

fn end_of_sentence(text: &str) -> usize {
    let stops = |(at, c): (usize, char)| match c {
        '\n' => Some(at),
        '.' | '!' | '?' => {
            let end = at + c.len_utf8();
            text[end..].chars().next().is_none_or(char::is_whitespace).then_some(end)
        }
        _ => None,
    };
    text.char_indices().find_map(stops).unwrap_or(text.len())
}
