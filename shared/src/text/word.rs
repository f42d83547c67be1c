//! Words of a text as a search sees them: lower case, without Polish marks, numbers in one notation.

/// A word, folded.
///
/// Letters with marks become plain ones, so that a question typed without Polish letters finds what
/// was written with them. A number keeps its decimals behind a point, whichever notation it has.
pub fn words(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].is_alphanumeric() {
            at += 1;
            continue;
        }
        let end = if letters[at].is_ascii_digit() {
            end_of_number(&letters, at)
        } else {
            end_of_word(&letters, at)
        };
        words.push(letters[at..end].iter().filter_map(|&letter| in_word(letter)).collect());
        at = end;
    }
    words
}

/// A letter of a word, or what joins two groups of a number: spaces go, a comma becomes a point.
fn in_word(letter: char) -> Option<char> {
    match letter {
        ',' | '.' => Some('.'),
        _ if letter.is_whitespace() => None,
        _ => Some(fold(letter)),
    }
}

fn end_of_word(letters: &[char], at: usize) -> usize {
    let rest = &letters[at..];
    at + rest.iter().position(|letter| !letter.is_alphanumeric()).unwrap_or(rest.len())
}

/// Reads `1 200`, `1200`, `3,5` and `3.5` as one word, and `2024r` as well. Thousands parted by a
/// space are groups of exactly three digits.
fn end_of_number(letters: &[char], at: usize) -> usize {
    let mut end = end_of_word(letters, at);
    while end - at <= 3
        && letters.get(end).is_some_and(|&gap| matches!(gap, ' ' | '\u{a0}' | '\u{202f}'))
        && is_thousand(letters, end + 1)
    {
        end = thousands(letters, end);
    }
    let is_decimal = letters.get(end).is_some_and(|mark| matches!(mark, ',' | '.'))
        && letters.get(end + 1).is_some_and(char::is_ascii_digit);
    if is_decimal { end_of_word(letters, end + 1) } else { end }
}

fn thousands(letters: &[char], mut end: usize) -> usize {
    while letters.get(end).is_some_and(|&gap| matches!(gap, ' ' | '\u{a0}' | '\u{202f}'))
        && is_thousand(letters, end + 1)
    {
        end += 4;
    }
    end
}

fn is_thousand(letters: &[char], at: usize) -> bool {
    let is_digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    (at..at + 3).all(is_digit) && !letters.get(at + 3).is_some_and(|next| next.is_alphanumeric())
}

/// One letter in lower case without its mark.
pub fn fold(letter: char) -> char {
    let lower = letter.to_lowercase().next().unwrap_or(letter);
    match lower {
        'ą' | 'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'ć' | 'č' | 'ç' => 'c',
        'ę' | 'é' | 'è' | 'ê' | 'ë' | 'ě' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ł' => 'l',
        'ń' | 'ñ' | 'ň' => 'n',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ś' | 'š' => 's',
        'ú' | 'ù' | 'û' | 'ü' | 'ů' => 'u',
        'ź' | 'ż' | 'ž' => 'z',
        'ý' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_marks_and_punctuation() {
        assert_eq!(words("Żółć, (LIDL)-owy: don't"), ["zolc", "lidl", "owy", "don", "t"]);
    }

    #[test]
    fn a_number_is_one_word_in_either_notation() {
        let cases = [
            ("12 000 zł", vec!["12000", "zl"]),
            ("3,5 %", vec!["3.5"]),
            ("3.5%", vec!["3.5"]),
            ("1 234 567,89", vec!["1234567.89"]),
            ("w 2024 100 osób", vec!["w", "2024", "100", "osob"]),
            ("18-24 lat.", vec!["18", "24", "lat"]),
            ("po 3. miejscu", vec!["po", "3", "miejscu"]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
