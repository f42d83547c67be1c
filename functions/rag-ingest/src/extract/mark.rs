//! Raised and lowered letters, which never join a number: 412 with the mark of a footnote is not 4121.

/// Endings of English, French and Spanish ordinals, which belong to their number.
const ORDINALS: [&str; 9] = ["st", "nd", "rd", "th", "er", "re", "e", "o", "a"];

/// Writes letters that stand higher than the others: as Unicode's own where it has them, apart from a number
/// that they do not belong to.
pub(super) fn raise(text: &mut String, mark: &str) {
    let mark = mark.trim();
    if ORDINALS.contains(&mark.to_lowercase().as_str()) && mark.len() > 1 {
        text.push_str(mark);
        return;
    }
    // Ten is what is raised to a power; another number has a footnote.
    let is_ten = text.ends_with("10") && !ends_in_digit(&text[..text.len() - 2]);
    part(text, mark, is_ten);
    text.extend(mark.chars().map(raised));
}

/// Writes letters that stand lower than the others.
pub(super) fn lower(text: &mut String, mark: &str) {
    let mark = mark.trim();
    if !ends_in_digit(text) {
        text.push_str(mark);
        return;
    }
    text.extend(mark.chars().map(lowered));
}

/// A space before a mark behind a digit.
fn part(text: &mut String, mark: &str, belongs: bool) {
    let is_word = mark.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '+' | '−'));
    if is_word && !belongs && ends_in_digit(text) {
        text.push(' ');
    }
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_numeric() && !is_shifted(c))
}

fn is_shifted(letter: char) -> bool {
    matches!(letter, '¹' | '²' | '³' | '\u{2070}'..='\u{209c}')
}

fn raised(letter: char) -> char {
    match letter {
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' | '4'..='9' => shifted('⁰', letter),
        '+' => '⁺',
        '-' | '−' | '–' => '⁻',
        other => other,
    }
}

fn lowered(letter: char) -> char {
    match letter {
        '0'..='9' => shifted('₀', letter),
        '+' => '₊',
        '-' | '−' | '–' => '₋',
        other => other,
    }
}

/// The same digit in the row that begins with this zero.
fn shifted(zero: char, digit: char) -> char {
    let value = digit.to_digit(10).unwrap_or(0);
    char::from_u32(u32::from(zero) + value).unwrap_or(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_never_joins_a_number_and_a_power_stays_one() {
        for (base, mark, whole) in [
            ("Proba 412", "1", "Proba 412 ¹"),
            ("Proba 412", "1,2", "Proba 412 ¹,²"),
            ("Proba 412", "a", "Proba 412 a"),
            ("Proba 412", "[1]", "Proba 412[¹]"),
            ("Proba 412", "*", "Proba 412*"),
            ("rynku", "12", "rynku¹²"),
            ("25 m", "2", "25 m²"),
            ("10", "-3", "10⁻³"),
            ("10", "6", "10⁶"),
            ("110", "6", "110 ⁶"),
            ("1", "st", "1st"),
        ] {
            let mut text = base.to_owned();
            raise(&mut text, mark);
            assert_eq!(text, whole);
        }
        for (base, mark, whole) in [("H", "2", "H2"), ("12", "3", "12₃")] {
            let mut text = base.to_owned();
            lower(&mut text, mark);
            assert_eq!(text, whole);
        }
    }
}
