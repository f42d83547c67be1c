//! Real files of every kind, made here.

use std::io::Write;

use shared::knowledge::{Block, BlockKind};

use super::*;

/// A Word document with this body.
pub(super) fn docx(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{body}</w:body></w:document>"
    );
    let styles = "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Nagwek1\"><w:name w:val=\"heading 1\"/>\
         </w:style></w:styles>";
    zip(&[("word/document.xml", document.as_bytes()), ("word/styles.xml", styles.as_bytes())])
}

pub(super) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A PDF with these objects, the first of which is its catalogue.
pub(super) fn pdf(objects: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        file.extend_from_slice(object.as_ref());
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let count = objects.len() + 1;
    file.extend_from_slice(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes());
    for place in places {
        file.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let trailer = format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(trailer.as_bytes());
    file
}

/// A PDF of pages that draw these contents in Helvetica.
pub(super) fn pages(contents: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..contents.len()).map(|i| format!("{} 0 R", 4 + 2 * i)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), contents.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    for (index, content) in contents.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * index
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    pdf(&objects)
}

/// The blocks of a file, read by a process of its own.
async fn blocks(file_type: FileType, file: Vec<u8>) -> Vec<Block> {
    let file = futures::stream::iter([Ok(bytes::Bytes::from(file))]);
    extractor().extract(file_type, file).await.unwrap().unwrap().blocks
}

fn heading(level: u8, text: &str) -> Block {
    Block::heading(level, text)
}

#[tokio::test]
async fn word_keeps_headings_lists_tables_and_pages() {
    let body = "<w:p><w:pPr><w:pStyle w:val=\"Nagwek1\"/></w:pPr><w:r><w:t>Rynek &amp; kawa</w:t></w:r></w:p>\
        <w:p><w:r><w:t>Pierwszy akapit.</w:t></w:r></w:p>\
        <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>mleko</w:t></w:r></w:p>\
        <w:p><w:r><w:lastRenderedPageBreak/><w:t>Drugi</w:t></w:r><w:r><w:t xml:space=\"preserve\"> akapit.</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>rok</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>udział</w:t></w:r></w:p></w:tc></w:tr>\
        <w:tr><w:tc><w:p><w:r><w:t>2024</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>12%</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";

    let blocks = blocks(FileType::Docx, docx(body)).await;

    assert_eq!(
        blocks,
        [
            heading(1, "Rynek & kawa").on_page(1),
            Block::paragraph("Pierwszy akapit.").on_page(1),
            Block::list_item("mleko").on_page(1),
            Block::paragraph("Drugi akapit.").on_page(2),
            Block::table("rok | udział\n2024 | 12%").on_page(2),
        ]
    );
}

#[tokio::test]
async fn a_pdf_keeps_headings_paragraphs_and_pages() {
    let first = "BT /F1 20 Tf 50 780 Td (Coffee market) Tj ET \
        BT /F1 11 Tf 50 740 Td (Most adults drink coffee at home and their con-) Tj \
        0 -14 Td (sumption grows every year.) Tj ET";
    let second = "BT /F1 11 Tf 50 740 Td (Second page of the report about coffee.) Tj ET";

    let blocks = blocks(FileType::Pdf, pages(&[first, second])).await;

    assert_eq!(
        blocks,
        [
            heading(1, "Coffee market").on_page(1),
            Block::paragraph(
                "Most adults drink coffee at home and their consumption grows every year."
            )
            .on_page(1),
            Block::paragraph("Second page of the report about coffee.").on_page(2),
        ]
    );
}

#[tokio::test]
async fn what_pictures_show_is_not_read_as_drawing() {
    let text = "BT /F1 11 Tf 50 740 Td (Most adults drink coffee at home.) Tj ET";
    // The bytes of both pictures are operators without what they need.
    let inline = "BI /W 3 /H 1 /BPC 8 /CS /G ID 1 m EI";
    let content = format!("{text} q 200 0 0 80 50 100 cm /Im1 Do Q {inline}");
    let content = format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len());
    let shows = b"1 w l c m i Tj /x gs 1 2 cm \xff\xd8\xff";
    let picture = [
        format!(
            "<< /Type /XObject /Subtype /Image /Width 8 /Height 4 /BitsPerComponent 8 \
             /ColorSpace /DeviceGray /Length {} >>\nstream\n",
            shows.len()
        )
        .as_bytes(),
        shows,
        b"\nendstream",
    ]
    .concat();
    let objects: [&[u8]; 6] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
          /Resources << /Font << /F1 3 0 R >> /XObject << /Im1 6 0 R >> >> >>",
        content.as_bytes(),
        &picture,
    ];

    let blocks = blocks(FileType::Pdf, pdf(&objects)).await;

    assert_eq!(blocks, [Block::paragraph("Most adults drink coffee at home.").on_page(1)]);
}

#[tokio::test]
async fn web_pages_markdown_sheets_and_text_keep_their_structure() {
    let html = "<!doctype html><html><head><title>no</title><style>p{}</style></head><body>\
        <nav>menu</nav><h2>Kawa</h2><p>Pije ją <b>82%</b> osób.</p><ul><li>rano<li>po pracy</ul>\
        <table><tr><th>rok<th>%</tr><tr><td>2024</td><td>82</td></tr></table>\
        <script>alert(1)</script></body></html>";
    let markdown = "---\ntitle: no\n---\n# Kawa\n\nPije ją\n82% osób.\n\n- rano\n- po pracy\n\n\
        | rok | % |\n|---|---|\n| 2024 | 82 |\n";
    let text = "Kawa w Pol-\nsce rośnie.\n\n• rano\n• po pracy\n";
    let sheet = "rok;%\n2023;80\n2024;82\n";
    let table = Block::table("rok | %\n2024 | 82");
    let items = [Block::list_item("rano"), Block::list_item("po pracy")];
    let said = Block::paragraph("Pije ją 82% osób.");

    let [one, two] = items.clone();
    let expected = [heading(2, "Kawa"), said.clone(), one, two, table.clone()];
    assert_eq!(blocks(FileType::Html, html.into()).await, expected);
    let [one, two] = items.clone();
    let expected = [heading(1, "Kawa"), said, one, two, table];
    assert_eq!(blocks(FileType::Markdown, markdown.into()).await, expected);
    let [one, two] = items;
    let expected = [Block::paragraph("Kawa w Polsce rośnie."), one, two];
    assert_eq!(blocks(FileType::Text, text.into()).await, expected);
    let found = blocks(FileType::Csv, sheet.into()).await;
    assert_eq!(found, [Block::table("rok | %\n2023 | 80\n2024 | 82")]);
    assert!(found.iter().all(|block| block.kind == BlockKind::Table));
}
