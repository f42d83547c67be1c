//! JSON as models and servers really write it, brought to what JSON allows.
//!
//! Only what has one meaning is mended: half of a surrogate pair becomes U+FFFD, a raw line break in a
//! string is escaped, a backslash before punctuation that needs none is dropped, and `NaN` and
//! `Infinity` are null. Everything else stays wrong, so that nobody's words are guessed.

use std::iter::Peekable;
use std::str::CharIndices;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// What JSON's own escapes have after the backslash, but for `u`.
const ESCAPES: &str = "\"\\/bfnrt";

type Rest<'a> = Peekable<CharIndices<'a>>;

/// Reads a body as it is, and where it is no JSON, mended.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    if let Ok(value) = serde_json::from_slice(body) {
        return Some(value);
    }
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    let (mended, end) = first_value(text)?;
    if end < text.len() {
        return None;
    }
    serde_json::from_str(&mended).ok()
}

/// The object or array that a text begins with, as JSON, and how many bytes of the text it takes.
pub(super) fn value(text: &str) -> Option<(String, usize)> {
    let mut strict = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    if let Some(Ok(_)) = strict.next() {
        let end = strict.byte_offset();
        return Some((text[..end].to_owned(), end));
    }
    let (mended, end) = first_value(text)?;
    serde_json::from_str::<Value>(&mended).ok().map(|_| (mended, end))
}

/// Mends up to the bracket that closes the first; `None` where none does.
fn first_value(text: &str) -> Option<(String, usize)> {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '"' => string(&mut rest, &mut out)?,
            '{' | '[' => {
                depth += 1;
                out.push(c);
            }
            '}' | ']' => {
                depth = depth.checked_sub(1)?;
                out.push(c);
            }
            c if c.is_ascii_alphabetic() || c == '-' => word(c, &mut rest, &mut out),
            c => out.push(c),
        }
        if depth == 0 {
            return matches!(c, '}' | ']').then(|| (out, at + 1));
        }
    }
    None
}

fn word(first: char, rest: &mut Rest<'_>, out: &mut String) {
    let mut word = String::from(first);
    while let Some((_, c)) = rest.next_if(|(_, c)| c.is_ascii_alphanumeric() || ".+-".contains(*c))
    {
        word.push(c);
    }
    let is_no_number = matches!(word.trim_start_matches('-'), "NaN" | "Infinity" | "inf" | "nan");
    out.push_str(if is_no_number { "null" } else { &word });
}

fn string(rest: &mut Rest<'_>, out: &mut String) -> Option<()> {
    out.push('"');
    loop {
        match rest.next()?.1 {
            '"' => {
                out.push('"');
                return Some(());
            }
            '\\' => escape(rest, out)?,
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
}

fn escape(rest: &mut Rest<'_>, out: &mut String) -> Option<()> {
    match rest.next()?.1 {
        'u' => unicode(rest, out),
        c if ESCAPES.contains(c) => {
            out.push('\\');
            out.push(c);
            Some(())
        }
        c if c.is_ascii_punctuation() => {
            out.push(c);
            Some(())
        }
        _ => None,
    }
}

/// The digits after `\u`: half a pair is replaced, for it stands for no letter.
fn unicode(rest: &mut Rest<'_>, out: &mut String) -> Option<()> {
    let unit = hex(rest)?;
    if !(0xd800..0xe000).contains(&unit) {
        out.push_str(&format!("\\u{unit:04x}"));
        return Some(());
    }
    let mut ahead = rest.clone();
    let low = follows(&mut ahead).filter(|low| (0xdc00..0xe000).contains(low));
    match low {
        Some(low) if unit < 0xdc00 => {
            *rest = ahead;
            out.push_str(&format!("\\u{unit:04x}\\u{low:04x}"));
        }
        _ => out.push_str("\\ufffd"),
    }
    Some(())
}

/// The unit of another `\u` that comes at once.
fn follows(rest: &mut Rest<'_>) -> Option<u32> {
    rest.next_if(|(_, c)| *c == '\\')?;
    rest.next_if(|(_, c)| *c == 'u')?;
    hex(rest)
}

fn hex(rest: &mut Rest<'_>) -> Option<u32> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit * 16 + rest.next()?.1.to_digit(16)?;
    }
    Some(unit)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &str) -> Option<Value> {
        parse(body.as_bytes())
    }

    #[test]
    fn half_a_pair_of_surrogates_is_replaced_and_a_whole_one_kept() {
        for (body, text) in [
            (r#"{"a":"x\ud83d y"}"#, "x\u{fffd} y"),
            (r#"{"a":"x\ude00"}"#, "x\u{fffd}"),
            (r#"{"a":"\ud83d\ud83d\ude00"}"#, "\u{fffd}😀"),
            (r#"{"a":"\ud83d\n"}"#, "\u{fffd}\n"),
            (r#"{"a":"\uD83D\uDE00"}"#, "😀"),
        ] {
            assert_eq!(read(body), Some(json!({"a": text})), "{body}");
        }
    }

    #[test]
    fn line_breaks_and_needless_backslashes_are_read_inside_strings_alone() {
        assert_eq!(read("{\"a\":\"x\ny\tz\"}"), Some(json!({"a": "x\ny\tz"})));
        assert_eq!(read(r#"{"a":"snake\_case, \'x\'"}"#), Some(json!({"a": "snake_case, 'x'"})));
        assert_eq!(read(r#"{"a":"C:\\_\"\_"}"#), Some(json!({"a": "C:\\_\"_"})));
        assert_eq!(read(r#"{"a"\_:1}"#), None);
    }

    #[test]
    fn what_is_no_number_is_null_and_words_in_strings_stay() {
        let body = r#"{"a":NaN,"b":[-Infinity,-1.5,1e-5,true],"c":"NaN"}"#;
        let read = read(body);
        assert_eq!(read, Some(json!({"a": null, "b": [null, -1.5, 1e-5, true], "c": "NaN"})));
    }

    #[test]
    fn what_could_mean_several_things_stays_wrong() {
        for body in [
            r#"{"a":"nov\x00e8mber"}"#,
            r#"{"a":"\underline"}"#,
            r#"{"a":"\d83d"}"#,
            r#"{"a":"x"#,
            r#"{"a":1} {"a":2}"#,
            "]",
            "",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
    }
}
