//! PowerPoint: slides in their order, with their tables and the speaker's notes.

use super::super::files::zip;
use super::*;

const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn shape(placeholder: &str, paragraphs: &str) -> String {
    format!(
        "<p:sp><p:nvSpPr><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:txBody>{paragraphs}</p:txBody></p:sp>"
    )
}

fn said(text: &str) -> String {
    format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>")
}

/// Slides by their order on the screen, which is not that of their names; the first has notes.
fn deck(slides: &[&str], notes: &str) -> Vec<u8> {
    let mut order = String::new();
    let mut related = String::new();
    let mut parts: Vec<(String, String)> = Vec::new();
    for (at, slide) in slides.iter().enumerate() {
        let name = slides.len() - at;
        order += &format!("<p:sldId id=\"{}\" r:id=\"r{name}\"/>", 256 + at);
        related += &format!(
            "<Relationship Id=\"r{name}\" Type=\"{KINDS}/slide\" Target=\"slides/slide{name}.xml\"/>"
        );
        let xml = if slide.starts_with("<p:sld") {
            (*slide).to_owned()
        } else {
            format!("<p:sld xmlns:p=\"p\" xmlns:a=\"a\">{slide}</p:sld>")
        };
        parts.push((format!("ppt/slides/slide{name}.xml"), xml));
    }
    let to = |kind: &str, target: &str| {
        format!(
            "<Relationships><Relationship Id=\"n\" Type=\"{KINDS}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    parts.push(("_rels/.rels".to_owned(), to("officeDocument", "ppt/presentation.xml")));
    parts.push((
        "ppt/presentation.xml".to_owned(),
        format!("<p:presentation xmlns:p=\"p\" xmlns:r=\"r\"><p:sldIdLst>{order}</p:sldIdLst></p:presentation>"),
    ));
    parts.push((
        "ppt/_rels/presentation.xml.rels".to_owned(),
        format!("<Relationships>{related}</Relationships>"),
    ));
    parts.push((
        format!("ppt/slides/_rels/slide{}.xml.rels", slides.len()),
        to("notesSlide", "../notesSlides/notesSlide1.xml"),
    ));
    parts.push((
        "ppt/notesSlides/notesSlide1.xml".to_owned(),
        format!("<p:notes xmlns:p=\"p\" xmlns:a=\"a\">{notes}</p:notes>"),
    ));
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(n, b)| (n.as_str(), b.as_bytes())).collect();
    zip(&parts)
}

#[test]
fn slides_are_pages_with_titles_items_tables_and_notes() {
    use shared::knowledge::Block;

    let table = "<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Kraj</a:t></a:r></a:p></a:txBody></a:tc>\
        <a:tc gridSpan=\"2\"><a:txBody><a:p><a:r><a:t>2024</a:t></a:r></a:p></a:txBody></a:tc><a:tc hMerge=\"1\"><a:txBody><a:p/></a:txBody></a:tc></a:tr>\
        <a:tr><a:tc rowSpan=\"2\"><a:txBody><a:p><a:r><a:t>PL</a:t></a:r></a:p></a:txBody></a:tc>\
        <a:tc><a:txBody><a:p><a:r><a:t>1</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>2</a:t></a:r></a:p></a:txBody></a:tc></a:tr>\
        <a:tr><a:tc vMerge=\"1\"><a:txBody><a:p/></a:txBody></a:tc><a:tc><a:txBody><a:p/></a:txBody></a:tc>\
        <a:tc><a:txBody><a:p><a:r><a:t>4</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>";
    let first = shape("<p:ph type=\"ctrTitle\"/>", &said("Rynek kawy"))
        + &shape(
            "<p:ph idx=\"1\"/>",
            &(said("drożeje")
                + "<a:p><a:pPr><a:buNone/></a:pPr><a:r><a:t>Akapit.</a:t></a:r></a:p>"),
        )
        + &shape("<p:ph type=\"sldNum\"/>", &said("17"));
    let second = shape(
        "",
        "<a:p><a:r><a:t>Próba 412</a:t></a:r><a:r><a:rPr baseline=\"30000\"/><a:t>1</a:t></a:r><a:r><a:t xml:space=\"preserve\"> osób</a:t></a:r><a:br/><a:r><a:t>a &lt; b</a:t></a:r></a:p>",
    ) + table;
    let notes = shape("<p:ph type=\"sldImg\"/>", "")
        + &shape("<p:ph type=\"body\"/>", &said("Powiedzieć o suszy."));

    let (blocks, note) = read_here(FileType::Pptx, &deck(&[&first, &second], &notes)).unwrap();

    assert_eq!(note, None);
    assert_eq!(
        blocks,
        [
            Block::heading(1, "Rynek kawy").on_page(1),
            Block::list_item("drożeje").on_page(1),
            Block::paragraph("Akapit.").on_page(1),
            Block::paragraph("Powiedzieć o suszy.").on_page(1),
            Block::paragraph("Próba 412 ¹ osób a < b").on_page(2),
            Block::table("Kraj | 2024\nPL | 1 | 2\nPL | | 4").on_page(2),
        ]
    );
}

#[test]
fn hidden_slides_charts_and_drawings_are_said() {
    let hidden = format!(
        "<p:sld xmlns:p=\"p\" xmlns:a=\"a\" show=\"0\">{}</p:sld>",
        shape("", &said("Tajne"))
    );
    let chart = "<mc:AlternateContent><mc:Choice><p:graphicFrame><c:chart/></p:graphicFrame></mc:Choice>\
        <mc:Fallback><p:sp><p:txBody><a:p><a:r><a:t>zastepczy</a:t></a:r></a:p></p:txBody></p:sp></mc:Fallback></mc:AlternateContent>";
    let file = deck(&[&shape("", &said("Jawne")), &hidden, chart], "");

    assert_eq!(texts(FileType::Pptx, &file), ["Jawne"]);
    let said = note(FileType::Pptx, &file);
    assert!(said.contains("1 hidden slide was left out."), "{said}");
    assert!(said.contains("1 object (charts, diagrams, embedded files) was not read."), "{said}");
}

#[test]
fn a_deck_without_end_is_refused() {
    let slide = shape("", &said("a"));
    let slides: Vec<&str> = vec![&slide; 2_001];

    let refusal = read_here(FileType::Pptx, &deck(&slides, "")).unwrap_err();

    assert_eq!(refusal, crate::extract::Refusal::TooLong);
}
