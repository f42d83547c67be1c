//! The beginning of a text, in one line.

/// The first characters of a text with its white space as single spaces and without control characters, cut between
/// two words where there are any; an ellipsis says that more follows.
pub fn excerpt(text: &str, longest: usize) -> String {
    let seen = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let line = seen.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    let room = longest.saturating_sub(1);
    let end = line.char_indices().nth(room).map_or(line.len(), |(at, _)| at);
    let (head, rest) = line.split_at(end);
    // A word that is cut in two goes, unless it is all there is.
    let whole = match rest.starts_with(' ') {
        true => head,
        false => head.rsplit_once(' ').map_or(head, |(words, _)| words),
    };
    format!("{}…", whole.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_and_ends_between_words() {
        for (text, longest, expected) in [
            ("", 10, ""),
            ("  jedna\n\tlinia ", 20, "jedna linia"),
            ("ala ma kota", 11, "ala ma kota"),
            ("ala ma kota", 10, "ala ma…"),
            ("ala ma kota", 7, "ala ma…"),
            ("konstantynopolitańczyk", 6, "konst…"),
            ("żółć żółć", 5, "żółć…"),
            ("a\u{0}b\u{1b}[31m", 20, "a b [31m"),
        ] {
            assert_eq!(excerpt(text, longest), expected, "{text:?}");
        }
    }
}
