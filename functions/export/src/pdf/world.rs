//! Everything that typst may read: a template, a file of values and the fonts in the binary. There is no disk, no
//! network and no clock behind it, so the same values and time give the same bytes.

use std::sync::LazyLock;

use anyhow::anyhow;
use chrono::{DateTime, Datelike, Timelike, Utc};
use typst::comemo;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// The families of `typst-assets` that reports are set in. Its others are for formulas.
const FAMILIES: [&str; 2] = ["Libertinus Serif", "DejaVu Sans Mono"];
/// Accessible, and readable when today's fonts and programs are gone: one file can be both.
const STANDARDS: [PdfStandard; 2] = [PdfStandard::A_2a, PdfStandard::Ua_1];

/// What every report has in common.
struct Fixed {
    library: LazyHash<Library>,
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
    template: Source,
    values: FileId,
}

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let files = typst_assets::fonts().flat_map(|file| Font::iter(Bytes::new(file)));
    let fonts: Vec<Font> =
        files.filter(|font| FAMILIES.contains(&font.info().family.as_str())).collect();
    Fixed {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        template: Source::new(file("report.typ"), include_str!("report.typ").to_owned()),
        values: file("report.json"),
    }
});

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a bare name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// A report's values.
struct Values(Bytes);

impl World for Values {
    fn library(&self) -> &LazyHash<Library> {
        &FIXED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FIXED.book
    }

    fn main(&self) -> FileId {
        FIXED.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match id == FIXED.template.id() {
            true => Ok(FIXED.template.clone()),
            false => Err(FileError::AccessDenied),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id == FIXED.values {
            true => Ok(self.0.clone()),
            false => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FIXED.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// The report of these values as a PDF that says it was made at this time. What typst remembers of it for the next
/// one is forgotten: no two are alike.
pub(super) fn write(values: Vec<u8>, name: &str, at: DateTime<Utc>) -> anyhow::Result<Vec<u8>> {
    let values = Values(Bytes::new(values));
    let compiled = typst::compile::<PagedDocument>(&values).output;
    let written = compiled.and_then(|document| typst_pdf::pdf(&document, &options(name, at)));
    comemo::evict(0);
    written.map_err(|errors| anyhow!("a report was not written: {}", told(&errors)))
}

fn options(name: &str, at: DateTime<Utc>) -> PdfOptions {
    let unsigned = |number: u32| u8::try_from(number).unwrap_or_default();
    let time = Datetime::from_ymd_hms(
        at.year(),
        unsigned(at.month()),
        unsigned(at.day()),
        unsigned(at.hour()),
        unsigned(at.minute()),
        unsigned(at.second()),
    );
    PdfOptions {
        ident: Smart::Custom(name.to_owned()),
        creator: Smart::Custom(Some("Sight".to_owned())),
        timestamp: time.map(Timestamp::new_utc),
        standards: PdfStandards::new(&STANDARDS).expect("the two go together"),
        ..PdfOptions::default()
    }
}

/// What is wrong without the words of the report, which typst quotes in backticks: they belong in no log.
fn told(errors: &[SourceDiagnostic]) -> String {
    let told = errors.iter().map(|error| {
        let parts = error.message.split('`').step_by(2);
        parts.collect::<Vec<_>>().join("…")
    });
    told.collect::<Vec<_>>().join("; ")
}

/// Whether one family has all of these letters, in every weight that reports use.
pub(super) fn has_letters(letters: &[char]) -> bool {
    FAMILIES.iter().any(|family| {
        let upright = FIXED.fonts.iter().filter(|font| font.info().family == *family);
        let mut upright = upright.filter(|font| is_used(font)).peekable();
        upright.peek().is_some()
            && upright.all(|font| {
                letters.iter().all(|letter| font.info().coverage.contains(u32::from(*letter)))
            })
    })
}

/// Regular and bold.
fn is_used(font: &Font) -> bool {
    let variant = font.info().variant;
    variant.style == typst::text::FontStyle::Normal
        && [400, 700].contains(&variant.weight.to_number())
}
