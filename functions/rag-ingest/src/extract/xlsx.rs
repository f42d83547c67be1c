//! Excel: sheets of cells, each cell as it is shown. What Excel hides is left out and said.

mod format;
mod grid;
mod scan;
mod workbook;

use shared::knowledge::BlockKind;

use super::note::Note;
use super::package::Package;
use super::record::{Refusal, Sink};
use workbook::Workbook;

pub(super) fn extract(file: &[u8], sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut package = Package::open(file)?;
    let main = package.main()?.unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let workbook = Workbook::read(&mut package, &main)?;
    for sheet in &workbook.sheets {
        if sheet.is_hidden {
            sink.note(Note::Sheets, 1);
            continue;
        }
        // A sheet that is a chart has a part of another kind.
        let Some(part) = sheet.part.as_deref().filter(|part| package.has(part)) else { continue };
        tell_beside(&mut package, part, sink)?;
        sink.push(BlockKind::Heading { level: 1 }, &sheet.name, None)?;
        let xml = package.part(part)?;
        grid::tell(&xml, &scan::scan(&xml)?, &workbook, sink)?;
    }
    Ok(())
}

/// What stands beside the cells and is not read: charts, comments.
fn tell_beside(package: &mut Package<'_>, part: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let related = package.related(part)?;
    for drawing in related.all("drawing").filter(|drawing| package.has(drawing)).collect::<Vec<_>>()
    {
        let charts = package.related(&drawing)?.all("chart").count();
        sink.note(Note::Objects, u32::try_from(charts).unwrap_or(u32::MAX));
    }
    for comments in related.all("comments").filter(|part| package.has(part)).collect::<Vec<_>>() {
        let count = package.part(&comments)?.matches("<comment ").count();
        sink.note(Note::Comments, u32::try_from(count).unwrap_or(u32::MAX));
    }
    Ok(())
}
