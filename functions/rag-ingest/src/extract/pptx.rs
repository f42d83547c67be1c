//! PowerPoint: slides in their order, each a page; titles are headings, speaker's notes follow their slide.

mod slide;

use shared::knowledge::BlockKind;

use super::note::Note;
use super::package::{Package, attribute};
use super::record::{Refusal, Sink};
use super::xml::{Step, walk};
use slide::Slide;

/// As many slides as a PDF may have pages.
const MOST_SLIDES: usize = 2_000;

/// The number of slides.
pub(super) fn extract(file: &[u8], sink: &mut Sink<'_>) -> Result<u32, Refusal> {
    let mut package = Package::open(file)?;
    let main = package.main()?.unwrap_or_else(|| "ppt/presentation.xml".to_owned());
    let related = package.related(&main)?;
    let mut slides = Vec::new();
    walk(&package.part(&main)?, |step| {
        if let Step::Start(tag) = step
            && tag.local_name().as_ref() == "sldId"
        {
            // `id` is the number of the slide, `r:id` names its part.
            let mut ids = tag.attributes();
            let ids = ids.with_checks(false).flatten();
            let ids = ids.filter(|one| one.key.local_name().as_ref() == "id");
            slides.extend(ids.filter_map(|id| related.of_id(&id.value)).take(1));
        }
        Ok(())
    })?;
    if slides.len() > MOST_SLIDES {
        return Err(Refusal::TooLong);
    }
    let mut page = 0;
    for part in slides {
        page += 1;
        tell(&mut package, &part, page, sink)?;
    }
    Ok(page)
}

fn tell(
    package: &mut Package<'_>,
    part: &str,
    page: u32,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let xml = package.part(part)?;
    if is_hidden(&xml)? {
        sink.note(Note::Slides, 1);
        return Ok(());
    }
    Slide::on(page).read(&xml, sink)?;
    let related = package.related(part)?;
    if let Some(notes) = related.of_kind("notesslide").filter(|notes| package.has(notes)) {
        let xml = package.part(&notes)?;
        Slide::notes(page).read(&xml, sink)?;
    }
    for comments in related.all("comments").filter(|part| package.has(part)).collect::<Vec<_>>() {
        let count = package.part(&comments)?.matches("<p:cm ").count();
        sink.note(Note::Comments, u32::try_from(count).unwrap_or(u32::MAX));
    }
    Ok(())
}

fn is_hidden(xml: &str) -> Result<bool, Refusal> {
    let mut is_hidden = false;
    walk(xml, |step| {
        if let Step::Start(tag) = step
            && tag.local_name().as_ref() == "sld"
        {
            is_hidden = matches!(attribute(tag, "show").as_deref(), Some("0" | "false"));
        }
        Ok(())
    })?;
    Ok(is_hidden)
}

/// What a paragraph of a shape is.
fn kind(placeholder: Option<&str>, is_item: bool) -> BlockKind {
    match placeholder {
        Some("title" | "ctrTitle") => BlockKind::Heading { level: 1 },
        // Bodies have marks before their paragraphs unless they say otherwise.
        Some("body" | "obj" | "") => BlockKind::ListItem,
        _ if is_item => BlockKind::ListItem,
        _ => BlockKind::Paragraph,
    }
}
