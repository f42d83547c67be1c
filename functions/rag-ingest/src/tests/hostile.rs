//! Files that mean harm fail alone, with a reason, and the next one is read.

use std::time::Duration;

use super::files::{docx, pages, pdf, zip};
use super::*;
use crate::extract::Refusal;

async fn refusal(file_type: FileType, file: Vec<u8>) -> Refusal {
    let file = futures::stream::iter([Ok(bytes::Bytes::from(file))]);
    extractor().extract(file_type, file).await.unwrap().unwrap_err()
}

#[tokio::test]
async fn each_hostile_file_is_refused_for_what_it_is() {
    let nested = format!("{}x", "<w:p>".repeat(100_000));
    let brackets = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [2 0 R] /Count 1 >>".to_owned(),
        "[".repeat(200_000),
    ];
    let endless: Vec<&str> = vec!["BT ET"; 2_001];
    let locked = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1].repeat(100);
    let encrypted = {
        let mut file = String::from_utf8(pages(&["BT ET"])).unwrap();
        let dictionary = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) \
            /U (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb) >> /ID [(x) (x)]";
        file = file.replace("/Root 1 0 R", &format!("/Root 1 0 R {dictionary}"));
        file.into_bytes()
    };
    let macros = zip(&[("word/document.xml", b"<w:document/>"), ("word/vbaProject.bin", b"x")]);
    for (what, file_type, file, expected) in [
        (
            "a broken cross-reference table",
            FileType::Pdf,
            b"%PDF-1.7 nothing".to_vec(),
            Refusal::Damaged,
        ),
        ("a page tree in a circle", FileType::Pdf, pdf(&brackets), Refusal::Damaged),
        ("an encrypted PDF", FileType::Pdf, encrypted, Refusal::Encrypted),
        ("endless pages", FileType::Pdf, pages(&endless), Refusal::TooLong),
        ("no text", FileType::Pdf, pages(&["BT ET"]), Refusal::NoText),
        ("no zip", FileType::Docx, b"PK\x03\x04 nothing".to_vec(), Refusal::Damaged),
        ("a password", FileType::Docx, locked, Refusal::Encrypted),
        ("macros", FileType::Docx, macros.clone(), Refusal::Macros),
        ("macros of a workbook", FileType::Xlsx, macros, Refusal::Macros),
        ("elements in elements", FileType::Docx, docx(&nested), Refusal::TooMuchMemory),
        (
            "too much text",
            FileType::Text,
            "słowo\n\n".repeat(2_000_000).into_bytes(),
            Refusal::TooLong,
        ),
    ] {
        assert_eq!(refusal(file_type, file).await, expected, "{what}");
    }
}

#[tokio::test]
async fn a_zip_bomb_is_not_unpacked() {
    let zeros = vec![b' '; 65 << 20];
    let bomb = zip(&[("word/document.xml", &zeros)]);
    assert!(bomb.len() < 200_000, "{} bytes unpack to 65 MB", bomb.len());

    assert_eq!(refusal(FileType::Docx, bomb).await, Refusal::Bomb);
    let sheet = zip(&[("xl/workbook.xml", b"<workbook/>"), ("xl/sharedStrings.xml", &zeros)]);
    assert_eq!(refusal(FileType::Xlsx, sheet).await, Refusal::Bomb);
    let slides = zip(&[("ppt/presentation.xml", &zeros)]);
    assert_eq!(refusal(FileType::Pptx, slides).await, Refusal::Bomb);
}

#[tokio::test]
async fn a_sheet_of_nothing_but_cells_costs_no_more_than_its_file() {
    let empty = "<row><c s=\"1\"/><c s=\"1\"/><c s=\"1\"/><c s=\"1\"/></row>".repeat(700_000);
    let sheet = format!("<worksheet><sheetData>{empty}</sheetData></worksheet>");
    let file = zip(&[
        ("xl/workbook.xml", b"<workbook><sheet name=\"a\" id=\"r\"/></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships><Relationship Id=\"r\" Type=\"x/worksheet\" Target=\"a.xml\"/></Relationships>",
        ),
        ("xl/a.xml", sheet.as_bytes()),
    ]);
    let nested = "<a:p>".repeat(100_000);
    let slide = zip(&[("ppt/presentation.xml", nested.as_bytes())]);

    // Its name is all that is left of it.
    let read = futures::stream::iter([Ok(bytes::Bytes::from(file))]);
    let read = extractor().extract(FileType::Xlsx, read).await.unwrap().unwrap();
    assert_eq!(read.blocks.len(), 1);
    assert_eq!(refusal(FileType::Pptx, slide).await, Refusal::TooMuchMemory);
}

/// A zlib stream (RFC 1950 and 1951) of zeros: one fixed block of a zero and copies of it, 258 at a time. No
/// checksum at its end.
fn zeros(bytes: usize) -> Vec<u8> {
    let mut bits = vec![true, true, false];
    let mut code = |code: u32, length: u32| {
        bits.extend((0..length).rev().map(|bit| code >> bit & 1 == 1));
    };
    code(0b0011_0000, 8);
    for _ in 0..bytes / 258 {
        code(0b1100_0101, 8);
        code(0, 5);
    }
    code(0, 7);
    let byte = |bits: &[bool]| bits.iter().rev().fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit));
    let mut stream = vec![0x78, 0x01];
    stream.extend(bits.chunks(8).map(byte));
    stream
}

#[tokio::test]
async fn a_pdf_that_unpacks_to_gigabytes_dies_alone_of_its_memory() {
    let packed = zeros(600 << 20);
    let mut content =
        format!("<< /Filter /FlateDecode /Length {} >>\nstream\n", packed.len()).into_bytes();
    content.extend_from_slice(&packed);
    content.extend_from_slice(b"\nendstream");
    let page =
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << >> >>";
    let bomb = pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        page.as_bytes().to_vec(),
        content,
    ]);

    assert_eq!(refusal(FileType::Pdf, bomb).await, Refusal::TooMuchMemory);
}

#[tokio::test]
async fn a_file_that_takes_for_ever_is_stopped() {
    let slow =
        extractor().within(Timeouts { time: Duration::from_millis(200), ..Timeouts::default() });
    let never = futures::stream::pending();

    let refusal = slow.extract(FileType::Text, never).await.unwrap().unwrap_err();

    assert_eq!(refusal, Refusal::TooSlow);
}

#[tokio::test]
async fn the_person_reads_why_and_the_next_document_is_taken_in() {
    let world = World::new().await;

    let bad = world.upload("a.pdf", "Zły", b"%PDF-1.7 nothing").await;
    let good = world.upload("b.md", "Dobry", REPORT.as_bytes()).await;
    world.app.deliver_all().await;

    let row = world.row(&bad["id"]).await;
    assert_eq!(row["status"], "failed");
    assert_eq!(row["error_message"], Refusal::Damaged.to_string());
    assert_eq!(world.run_status(&bad["run_id"]).await, "failed");
    assert_eq!(world.row(&good["id"]).await["status"], "ready");
    let again = world.upload("a.pdf", "Zły", b"%PDF-1.7 nothing").await;
    assert_eq!(again["outcome"], "updated", "a failed document may be tried again");
    world.app.deliver_all().await;
}

#[tokio::test]
async fn what_is_no_document_is_refused_at_the_door() {
    let world = World::new().await;
    let large = vec![b'a'; 50 * 1024 * 1024 + 1];

    for (name, file, status) in [
        ("a.exe", &b"MZ"[..], 400),
        ("a.pdf", b"no pdf", 400),
        ("a.txt", b"a\0b", 400),
        ("a.md", b"", 400),
        ("a.txt", &large, 413),
    ] {
        let (answered, body) = world.send(&world.ana, &[("title", "x")], name, file).await;
        assert_eq!(answered, status, "{name}: {body}");
    }
    let endless = "a".repeat(large.len() + 128 * 1024);
    let fields = [("title", "x"), ("nobody-asks-for-it", &endless)];
    let (answered, body) = world.send(&world.ana, &fields, "a.md", b"# A").await;
    assert_eq!(answered, 413, "{body}");
    assert_eq!(world.files(), Vec::<std::path::PathBuf>::new());
}
