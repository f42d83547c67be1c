//! A PDF as a reader, a listener and a thief see it.

use pdf_extract::{Dictionary, Document, Object, extract_text_from_mem};

/// A PDF that was read back.
pub(crate) struct Pdf {
    document: Document,
    /// What stands on its pages.
    pub(crate) text: String,
}

impl Pdf {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        assert!(bytes.starts_with(b"%PDF-1.7"), "a PDF of version 1.7");
        let document = Document::load_mem(bytes).unwrap();
        let text = extract_text_from_mem(bytes).unwrap();
        // a line may end anywhere, words of one letter are bound, letters may stand apart
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { document, text }
    }

    /// An entry of what the file says of itself: `Title`, `Author`.
    pub(crate) fn about(&self, name: &str) -> String {
        let about = self.document.trailer.get(b"Info").unwrap();
        let about = self.resolved(about).as_dict().unwrap();
        string(self.resolved(about.get(name.as_bytes()).unwrap())).unwrap()
    }

    pub(crate) fn language(&self) -> String {
        string(self.resolved(self.root().get(b"Lang").unwrap())).unwrap()
    }

    /// Titles of the outline, which viewers show beside the pages.
    pub(crate) fn bookmarks(&self) -> Vec<String> {
        let titles = self.dictionaries().filter(|one| one.has(b"Title") && one.has(b"Parent"));
        titles.filter_map(|one| string(self.resolved(one.get(b"Title").ok()?))).collect()
    }

    /// The roles of the structure tree: `H1`, `Table`, `TH`.
    pub(crate) fn roles(&self) -> Vec<String> {
        assert!(self.root().has(b"StructTreeRoot") && self.root().has(b"MarkInfo"));
        let elements = self.dictionaries().filter(|one| one.has(b"S") && one.has(b"P"));
        let roles = elements.filter_map(|one| one.get(b"S").ok()?.as_name().ok());
        roles.map(|role| String::from_utf8_lossy(role).into_owned()).collect()
    }

    /// What is said in the place of what is drawn.
    pub(crate) fn alternatives(&self) -> Vec<String> {
        self.dictionaries().filter_map(|one| string(self.resolved(one.get(b"Alt").ok()?))).collect()
    }

    /// Every text that is in it anywhere: on pages, in strings, in streams.
    pub(crate) fn everything(&self) -> String {
        let mut found = self.text.clone();
        for object in self.document.objects.values() {
            push_all(object, &mut found);
        }
        push_all(&Object::Dictionary(self.document.trailer.clone()), &mut found);
        found
    }

    fn root(&self) -> &Dictionary {
        self.document.catalog().unwrap()
    }

    fn resolved<'a>(&'a self, object: &'a Object) -> &'a Object {
        self.document.dereference(object).unwrap().1
    }

    fn dictionaries(&self) -> impl Iterator<Item = &Dictionary> {
        self.document.objects.values().filter_map(|object| match object {
            Object::Dictionary(one) => Some(one),
            _ => None,
        })
    }
}

fn push_all(object: &Object, found: &mut String) {
    match object {
        Object::String(..) => {
            found.push('\n');
            found.push_str(&string(object).unwrap_or_default());
        }
        Object::Array(items) => items.iter().for_each(|item| push_all(item, found)),
        Object::Dictionary(one) => one.iter().for_each(|(name, item)| {
            found.push('\n');
            found.push_str(&String::from_utf8_lossy(name));
            push_all(item, found);
        }),
        Object::Stream(stream) => {
            push_all(&Object::Dictionary(stream.dict.clone()), found);
            let content = stream.decompressed_content();
            let content = content.unwrap_or_else(|_| stream.content.clone());
            found.push('\n');
            found.push_str(&String::from_utf8_lossy(&content));
        }
        _ => {}
    }
}

/// A string of a PDF: UTF-16 with its mark, or bytes.
fn string(object: &Object) -> Option<String> {
    let bytes = object.as_str().ok()?;
    Some(match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(units) => {
            let units = units.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            String::from_utf16_lossy(&units.collect::<Vec<_>>())
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    })
}
