//! Comparing words as people type them.

/// Lower case, without Polish diacritics, runs of white space as one space.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.trim().chars().flat_map(char::to_lowercase) {
        let character = match character {
            'ą' => 'a',
            'ć' => 'c',
            'ę' => 'e',
            'ł' => 'l',
            'ń' => 'n',
            'ó' => 'o',
            'ś' => 's',
            'ź' | 'ż' => 'z',
            '–' | '—' | '−' => '-',
            '’' => '\'',
            other if other.is_whitespace() => ' ',
            other => other,
        };
        if character != ' ' || !folded.ends_with(' ') {
            folded.push(character);
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_case_diacritics_and_doubled_spaces() {
        assert_eq!(folded("  Zażółć   GĘŚLĄ jaźń "), "zazolc gesla jazn");
    }
}
