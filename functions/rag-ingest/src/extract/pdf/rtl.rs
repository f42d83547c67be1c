//! Scripts that are read from right to left.

/// Whether a text has letters of Hebrew, Arabic or their kin.
pub(super) fn is_rtl(text: &str) -> bool {
    text.chars().any(is_rtl_letter)
}

fn is_rtl_letter(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}

/// A text that was drawn from left to right, in the order in which it is read: all of it turned round, but for
/// numbers and words of other scripts.
pub(super) fn logical(drawn: &str) -> String {
    if !is_rtl(drawn) {
        return drawn.to_owned();
    }
    let mut read = String::with_capacity(drawn.len());
    let mut other = Vec::new();
    for letter in drawn.chars().rev() {
        if is_rtl_letter(letter) {
            flush(&mut other, &mut read);
            read.push(letter);
        } else {
            other.push(letter);
        }
    }
    flush(&mut other, &mut read);
    read
}

/// What stands between letters of the script: signs at its ends as they come, the rest from left to right.
fn flush(other: &mut Vec<char>, read: &mut String) {
    let is_core = |letter: &char| letter.is_alphanumeric();
    let first = other.iter().position(is_core).unwrap_or(other.len());
    let last = other.iter().rposition(is_core).map_or(first, |last| last + 1);
    read.extend(other[..first].iter().map(|&sign| mirrored(sign)));
    read.extend(other[first..last].iter().rev());
    read.extend(other[last..].iter().map(|&sign| mirrored(sign)));
    other.clear();
}

/// A bracket as it is read: what looks like an opening one at the left end closes.
fn mirrored(sign: char) -> char {
    match sign {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '«' => '»',
        '»' => '«',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_from_left_to_right_is_turned_but_for_its_numbers() {
        for (drawn, read) in [
            ("םולש", "שלום"),
            ("25 םולש", "שלום 25"),
            ("%12,5 םולש", "שלום 12,5%"),
            ("(םולש)", "(שלום)"),
            ("Kawa 12", "Kawa 12"),
        ] {
            assert_eq!(logical(drawn), read);
        }
    }
}
