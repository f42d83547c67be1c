//! XHTML closes an element where it opens (`<title/>`). A reader of HTML takes that for an open one, and what hides its
//! content hides the rest of the page.

use std::borrow::Cow;

/// What takes everything up to its end for its own text.
const RAW: [&str; 7] = ["iframe", "noembed", "noframes", "script", "style", "textarea", "title"];
/// What is not read, or is read as something else, up to its end.
const OPEN: [&str; 8] = ["del", "nav", "noscript", "object", "s", "select", "strike", "template"];

/// The page with an end of its own for each of these.
pub(super) fn closed(page: &str) -> Cow<'_, str> {
    let mut whole = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(start) = page[at..].find('<').map(|next| at + next) {
        let rest = &page[start..];
        if rest.starts_with("<!--") {
            at = start + rest.find("-->").unwrap_or(rest.len());
            continue;
        }
        let name: String = rest[1..].chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        at = start + 1 + name.len();
        let is_raw = RAW.contains(&&*name);
        if !is_raw && !OPEN.contains(&&*name) {
            continue;
        }
        let Some(end) = end(rest) else { break };
        at = start + end;
        let end_tag = format!("</{name}");
        let is_ended =
            page[at..].find('<').is_some_and(|next| begins(&page[at + next..], &end_tag));
        if is_closed(&rest[..end]) && !is_ended {
            whole.push_str(&page[done..at - "/>".len()]);
            whole.push_str(&format!("></{name}>"));
            done = at;
        } else if is_raw {
            let found = page[at..]
                .match_indices("</")
                .find(|(next, _)| begins(&page[at + next..], &end_tag));
            at = found.map_or(page.len(), |(next, _)| at + next);
        }
    }
    if done == 0 {
        return Cow::Borrowed(page);
    }
    whole.push_str(&page[done..]);
    Cow::Owned(whole)
}

/// How long a tag is, its bracket included: a bracket in quotes is none.
fn end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(at + 1),
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

/// Whether a tag closes itself: in `src=x/` the slash belongs to the address.
fn is_closed(tag: &str) -> bool {
    let Some(inside) = tag.strip_suffix("/>") else { return false };
    let is_bare = !inside.contains(|c: char| c.is_ascii_whitespace());
    is_bare || inside.ends_with(|c: char| c == '"' || c == '\'' || c.is_ascii_whitespace())
}

fn begins(text: &str, tag: &str) -> bool {
    text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_hides_the_rest_and_closes_itself_gets_an_end() {
        for (page, expected) in [
            ("<title/><p>a", "<title></title><p>a"),
            ("<script src='a>b'/><p>a", "<script src='a>b'></script><p>a"),
            ("<IFRAME src=\"x\" />a", "<IFRAME src=\"x\" ></iframe>a"),
            ("<iframe src=x/>a", "<iframe src=x/>a"),
            ("<script src='x'/></script>a", "<script src='x'/></script>a"),
            (
                "<script>w('<title/>')</script><title/>a",
                "<script>w('<title/>')</script><title></title>a",
            ),
            ("<!-- <title/> -->a", "<!-- <title/> -->a"),
            ("<br/><p/>a < b", "<br/><p/>a < b"),
            ("<title", "<title"),
        ] {
            assert_eq!(closed(page), expected);
        }
    }
}
