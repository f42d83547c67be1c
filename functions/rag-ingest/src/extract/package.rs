//! A zip of XML parts with relationships between them (Open Packaging Conventions), as Office writes it.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::record::Refusal;

/// The most that one part of the file may unpack to: a text of 10 MB has about six times its size in
/// marks.
const MOST_BYTES: u64 = 64 << 20;
/// The most that all parts together may say they unpack to. Pictures do not unpack to more than they
/// are, so a real file is far below it.
const MOST_BYTES_TOGETHER: u64 = 512 << 20;

/// An open file.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Each part's name as it is compared, and as the archive has it.
    names: Vec<(String, usize)>,
}

/// What a part says of others.
#[derive(Debug, Default)]
pub(super) struct Related(Vec<Relationship>);

#[derive(Debug)]
struct Relationship {
    id: Option<String>,
    kind: String,
    target: String,
}

impl Related {
    /// The part of a kind, which is the last word of the relationship's type: its beginning differs between the
    /// strict and the usual form of the format.
    pub(super) fn of_kind(&self, kind: &str) -> Option<String> {
        self.all(kind).next()
    }

    pub(super) fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = String> + 'a {
        self.0.iter().filter(move |known| known.kind == kind).map(|known| known.target.clone())
    }

    /// The part that another names by this id.
    pub(super) fn of_id(&self, id: &str) -> Option<String> {
        let found = self.0.iter().find(|known| known.id.as_deref() == Some(id));
        found.map(|known| known.target.clone())
    }
}

impl<'a> Package<'a> {
    pub(super) fn open(file: &'a [u8]) -> Result<Self, Refusal> {
        // What Word wraps a document in when it gives it a password; also its format before 2007.
        if file.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err(Refusal::Encrypted);
        }
        let archive = ZipArchive::new(Cursor::new(file)).map_err(|_| Refusal::Damaged)?;
        let names = archive.file_names().map(|name| name.map(Cow::into_owned));
        let names: Vec<String> = names.collect::<Result<_, _>>().map_err(|_| Refusal::Damaged)?;
        if names.iter().any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin")) {
            return Err(Refusal::Macros);
        }
        let mut package = Self { archive, names: Vec::new() };
        let mut together = 0_u64;
        for index in 0..package.archive.len() {
            let part = package.archive.by_index_raw(index).map_err(|_| Refusal::Damaged)?;
            together = together.saturating_add(part.size());
            let name = part.name().map_err(|_| Refusal::Damaged)?;
            package.names.push((normal(&name), index));
        }
        if together > MOST_BYTES_TOGETHER { Err(Refusal::Bomb) } else { Ok(package) }
    }

    /// The part that the package is about.
    pub(super) fn main(&mut self) -> Result<Option<String>, Refusal> {
        let main = self.related("")?.of_kind("officedocument");
        Ok(main.filter(|main| self.has(main)))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|(known, _)| *known == normal(name))
    }

    /// A part in the same folder as another.
    pub(super) fn beside(&self, part: &str, name: &str) -> Option<String> {
        let name = resolved(part, name);
        self.has(&name).then_some(name)
    }

    /// What a part says of others; the package itself has no name.
    pub(super) fn related(&mut self, part: &str) -> Result<Related, Refusal> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = normal(&format!("{folder}/_rels/{file}.rels"));
        if !self.has(&name) {
            return Ok(Related::default());
        }
        let xml = self.part(&name)?;
        let mut related = Related::default();
        let mut reader = Reader::from_str(&xml);
        loop {
            match reader.read_event().map_err(|_| Refusal::Damaged)? {
                Event::Start(tag) | Event::Empty(tag)
                    if tag.local_name().as_ref() == "Relationship" =>
                {
                    // One that lacks either says nothing.
                    let (kind, target) = (attribute(&tag, "Type"), attribute(&tag, "Target"));
                    let (Some(kind), Some(target)) = (kind, target) else { continue };
                    let kind = kind.rsplit('/').next().unwrap_or(&kind).to_ascii_lowercase();
                    let (id, target) = (attribute(&tag, "Id"), resolved(part, &target));
                    related.0.push(Relationship { id, kind, target });
                }
                Event::Eof => return Ok(related),
                _ => {}
            }
        }
    }

    /// One part. What it says of its size is not believed: reading stops where it is too much.
    pub(super) fn part(&mut self, name: &str) -> Result<String, Refusal> {
        let name = normal(name);
        let found = self.names.iter().find(|(known, _)| *known == name);
        let (_, index) = found.ok_or(Refusal::Damaged)?;
        let part = self.archive.by_index(*index).map_err(|_| Refusal::Damaged)?;
        let mut bytes = Vec::new();
        let mut part = part.take(MOST_BYTES + 1);
        part.read_to_end(&mut bytes).map_err(|_| Refusal::Damaged)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Refusal::Bomb);
        }
        decoded(bytes)
    }
}

/// XML's own rules: a mark, or a first character that shows how wide letters are, or what it says of itself.
fn decoded(bytes: Vec<u8>) -> Result<String, Refusal> {
    let encoding = match &bytes[..bytes.len().min(4)] {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => UTF_16LE,
        [0xfe, 0xff, ..] | [0, b'<', ..] => UTF_16BE,
        _ => said(&bytes),
    };
    if encoding == UTF_8 {
        let text = String::from_utf8(bytes).map_err(|_| Refusal::Damaged)?;
        return Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text));
    }
    let (text, _, has_gaps) = encoding.decode(&bytes);
    if has_gaps { Err(Refusal::Damaged) } else { Ok(text.into_owned()) }
}

fn said(bytes: &[u8]) -> &'static Encoding {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let head = start.split("?>").next().filter(|_| start.trim_start().starts_with("<?xml"));
    let label = head.and_then(|head| head.split("encoding=").nth(1));
    let label = label.and_then(|label| label.get(1..)?.split(['"', '\'']).next());
    label.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8)
}

/// Names are compared without case, and some programs write backslashes.
fn normal(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

/// Where a target leads that stands in this part's relationships.
fn resolved(part: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if target.starts_with('/') {
        return normal(&target);
    }
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "" | "." => {}
            step => steps.push(step),
        }
    }
    normal(&steps.join("/"))
}

/// The value of an attribute, whatever namespace it is in.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let attributes = attributes.with_checks(false);
    let found =
        attributes.flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    // What no reader knows stays as it stands.
    let known = unescape(&found.value).map(Cow::into_owned);
    Some(known.unwrap_or_else(|_| found.value.clone().into_owned()))
}
