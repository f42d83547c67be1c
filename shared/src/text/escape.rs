//! Text made safe between tags and inside quoted attributes.

/// The text with the five characters that mean something to HTML replaced. Control characters other
/// than line breaks and tabs are dropped: HTML does not allow them.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_tag_or_an_attribute_survives() {
        assert_eq!(
            escape("<img src='x' onerror=\"a&b\">\u{0}"),
            "&lt;img src=&#39;x&#39; onerror=&quot;a&amp;b&quot;&gt;"
        );
        assert_eq!(escape("Łódź\n"), "Łódź\n");
    }
}
