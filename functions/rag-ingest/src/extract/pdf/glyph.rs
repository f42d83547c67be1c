//! Names of glyphs that say which letters they show, by the rules of the Adobe Glyph List Specification: `pdf-extract`
//! knows the names of the list and none of those that the rules make (`uni0105`, `u1F600`, `t_t`, `f_i.alt`).

use std::fmt::Write;

use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};

/// What is said of a font's codes.
#[derive(Debug, Default)]
struct Said {
    /// Codes with the letters that they show.
    letters: Vec<(i64, String)>,
    /// Names without what only says how a glyph looks, so that the list has them.
    names: Vec<Object>,
}

/// Tells the letters of glyphs, in fonts that do not tell them otherwise.
pub(super) fn tell_letters(document: &mut Document) {
    let fonts: Vec<(ObjectId, Said, Dictionary)> = document
        .objects
        .iter()
        .filter_map(|(id, object)| {
            let font = object.as_dict().ok().filter(|font| is_mute(font))?;
            let encoding = followed(document, font.get(b"Encoding").ok()?)?.as_dict().ok()?;
            let names = followed(document, encoding.get(b"Differences").ok()?)?.as_array().ok()?;
            let said = said(document, names);
            Some((*id, said, encoding.clone()))
        })
        .collect();
    for (id, said, mut encoding) in fonts {
        encoding.set("Differences", said.names);
        let map = (!said.letters.is_empty())
            .then(|| document.add_object(Stream::new(Dictionary::new(), map(&said.letters))));
        let Ok(font) = document.get_object_mut(id).and_then(Object::as_dict_mut) else { continue };
        font.set("Encoding", encoding);
        if let Some(map) = map {
            font.set("ToUnicode", Object::Reference(map));
        }
    }
}

fn is_mute(font: &Dictionary) -> bool {
    let is_font = font.get(b"Type").and_then(Object::as_name).ok() == Some(b"Font");
    is_font && !font.has(b"ToUnicode")
}

fn followed<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

fn said(document: &Document, names: &[Object]) -> Said {
    let mut said = Said::default();
    let mut code = 0;
    for object in names {
        match followed(document, object) {
            Some(Object::Integer(next)) => {
                code = *next;
                said.names.push(Object::Integer(code));
            }
            Some(Object::Name(name)) => {
                let name = String::from_utf8_lossy(name);
                // `.notdef` has nothing before its point.
                let base = name.split('.').next().filter(|base| !base.is_empty()).unwrap_or(&name);
                said.letters.extend(letters(base).map(|letters| (code, letters)));
                said.names.push(Object::Name(base.as_bytes().to_vec()));
                code = code.saturating_add(1);
            }
            // What else there is, is no encoding: it is left as it is.
            _ => said.names.push(object.clone()),
        }
    }
    said.letters.retain(|(code, _)| (0..=255).contains(code));
    said
}

/// The letters of a name that is made of others; none for one that a list has to have.
fn letters(name: &str) -> Option<String> {
    if name.contains('_') {
        return name.split('_').map(part).collect();
    }
    if name.len() > 1 { numbered(name) } else { None }
}

fn part(name: &str) -> Option<String> {
    let is_letter = name.len() == 1 && name.bytes().all(|b| b.is_ascii_alphabetic());
    if is_letter { Some(name.to_owned()) } else { numbered(name) }
}

/// `uni` and groups of four digits, or `u` and four to six.
fn numbered(name: &str) -> Option<String> {
    let is_number =
        |digits: &str| digits.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    let letter = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    if let Some(digits) = name.strip_prefix("uni")
        && is_number(digits)
        && !digits.is_empty()
        && digits.len() % 4 == 0
    {
        return (0..digits.len()).step_by(4).map(|at| letter(&digits[at..at + 4])).collect();
    }
    let digits = name.strip_prefix('u').filter(|digits| (4..=6).contains(&digits.len()))?;
    if is_number(digits) { letter(digits).map(String::from) } else { None }
}

/// A map from codes to letters as a PDF has it.
fn map(letters: &[(i64, String)]) -> Vec<u8> {
    let mut map = "begincmap\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n".to_owned();
    // The format has at most a hundred in a group.
    for group in letters.chunks(100) {
        let _ = writeln!(map, "{} beginbfchar", group.len());
        for (code, letters) in group {
            let units: String = letters.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            let _ = writeln!(map, "<{code:02X}> <{units}>");
        }
        map += "endbfchar\n";
    }
    (map + "endcmap\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_by_the_rules_of_the_list() {
        for (name, expected) in [
            ("uni0105", Some("ą")),
            ("uni00660069", Some("fi")),
            ("u1F600", Some("😀")),
            ("t_t", Some("tt")),
            ("T_h", Some("Th")),
            ("f_f_uni0069", Some("ffi")),
            ("uni010", None),
            ("uni01zz", None),
            ("uniD800", None),
            ("u12", None),
            ("umlaut", None),
            ("a", None),
            ("aogonek", None),
            ("f_gibberish", None),
        ] {
            assert_eq!(letters(name).as_deref(), expected, "{name}");
        }
    }
}
