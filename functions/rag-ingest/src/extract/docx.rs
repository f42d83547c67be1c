//! Word: a zip of XML. Relationships say which part is which, styles what is a heading.

mod body;
mod frame;
mod run;
mod style;
mod symbol;

use super::package::Package;
use super::record::{Refusal, Sink};

/// The number of pages, where Word has noted where they begin.
pub(super) fn extract(file: &[u8], sink: &mut Sink<'_>) -> Result<Option<u32>, Refusal> {
    let mut package = Package::open(file)?;
    tell(&mut package, sink)
}

fn tell(package: &mut Package<'_>, sink: &mut Sink<'_>) -> Result<Option<u32>, Refusal> {
    let main = package.main()?.unwrap_or_else(|| "word/document.xml".to_owned());
    let related = package.related(&main)?;
    let styles = match related.of_kind("styles").or_else(|| package.beside(&main, "styles.xml")) {
        Some(part) => style::styles(&package.part(&part)?)?,
        None => style::Styles::default(),
    };
    let pages = body::tell(&package.part(&main)?, &styles, sink)?;
    for (kind, usual) in [("footnotes", "footnotes.xml"), ("endnotes", "endnotes.xml")] {
        if let Some(part) = related.of_kind(kind).or_else(|| package.beside(&main, usual)) {
            body::tell_notes(&package.part(&part)?, &styles, sink)?;
        }
    }
    Ok(pages)
}
