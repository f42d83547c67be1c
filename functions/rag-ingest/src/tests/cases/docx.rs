//! Kinds 5, 6, 17 and 23 in Word's documents.

use super::super::files::{docx, zip};
use super::*;

const TEXT: &str = "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>Popyt rosnie.</w:t></w:r></w:p></w:body></w:document>";
const USUAL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const STRICT: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships";

fn relationship(kinds: &str, kind: &str, target: &str) -> String {
    format!(
        "<Relationships><Relationship Id=\"r0\" Type=\"{kinds}/{kind}\" Target=\"{target}\"/></Relationships>"
    )
}

/// A file whose main part has this name, as it is said and as it is.
fn named(said: &str, name: &str, kinds: &str) -> Vec<u8> {
    let rels = relationship(kinds, "officeDocument", said);
    zip(&[("_rels/.rels", rels.as_bytes()), (name, TEXT.as_bytes())])
}

#[test]
fn the_part_that_the_relationship_names_is_the_document() {
    let said: &[&str] = &["Popyt rosnie."];
    let old = TEXT.replace("rosnie", "maleje");
    let rels = relationship(USUAL, "officeDocument", "word/document2.xml");
    let stale = zip(&[
        ("_rels/.rels", rels.as_bytes()),
        ("word/document.xml", old.as_bytes()),
        ("word/document2.xml", TEXT.as_bytes()),
    ]);
    let usual = relationship(USUAL, "officeDocument", "word/document.xml");
    let backslashes =
        zip(&[("_rels\\.rels", usual.as_bytes()), ("word\\document.xml", TEXT.as_bytes())]);
    let wide: Vec<u8> =
        [0xfeff].into_iter().chain(TEXT.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let wide = zip(&[("_rels/.rels", usual.as_bytes()), ("word/document.xml", &wide)]);
    let marked = zip(&[
        ("_rels/.rels", usual.as_bytes()),
        ("word/document.xml", format!("\u{feff}{TEXT}").as_bytes()),
    ]);
    hold(
        FileType::Docx,
        vec![
            case("usual", named("word/document.xml", "word/document.xml", USUAL), said),
            case("no relationships", zip(&[("word/document.xml", TEXT.as_bytes())]), said),
            case("leading slash", named("/word/document.xml", "word/document.xml", USUAL), said),
            case("another name", named("word/document2.xml", "word/document2.xml", USUAL), said),
            case(
                "another name, slash",
                named("/word/document2.xml", "word/document2.xml", USUAL),
                said,
            ),
            case("another folder", named("content/main.xml", "content/main.xml", USUAL), said),
            case("no folder", named("doc.xml", "doc.xml", USUAL), said),
            case("capitals", named("Word/Document.xml", "Word/Document.xml", USUAL), said),
            case("strict", named("word/document2.xml", "word/document2.xml", STRICT), said),
            case("an old one beside it", stale, said),
            case("backslashes", backslashes, said),
            case("UTF-16", wide, said),
            case("a mark in the part", marked, said),
        ],
    );
}

#[test]
fn headings_are_known_by_styles_of_any_name() {
    let rels = relationship(USUAL, "officeDocument", "word/document.xml");
    let of_part = relationship(USUAL, "styles", "styles2.xml");
    let styles =
        "<w:styles><w:style w:styleId=\"N\"><w:name w:val=\"heading 2\"/></w:style></w:styles>";
    let body = TEXT.replace("<w:p>", "<w:p><w:pPr><w:pStyle w:val=\"N\"/></w:pPr>");
    let file = zip(&[
        ("_rels/.rels", rels.as_bytes()),
        ("word/document.xml", body.as_bytes()),
        ("word/_rels/document.xml.rels", of_part.as_bytes()),
        ("word/styles2.xml", styles.as_bytes()),
    ]);

    let (blocks, _) = read_here(FileType::Docx, &file).unwrap();

    assert_eq!(blocks, [shared::knowledge::Block::heading(2, "Popyt rosnie.")]);
}

fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

fn raised(text: &str) -> String {
    format!("<w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:t>{text}</w:t></w:r>")
}

fn paragraph(runs: &str) -> Vec<u8> {
    docx(&format!("<w:p>{runs}</w:p>"))
}

#[test]
fn no_sign_of_a_figure_is_lost() {
    hold(
        FileType::Docx,
        vec![
            case(
                "range",
                paragraph("<w:r><w:t>Wiek 18</w:t><w:noBreakHyphen/><w:t>24 lata</w:t></w:r>"),
                &["Wiek 18-24 lata"],
            ),
            case(
                "minus",
                paragraph(
                    "<w:r><w:t xml:space=\"preserve\">Zmiana: </w:t><w:noBreakHyphen/><w:t>5 procent</w:t></w:r>",
                ),
                &["Zmiana: -5 procent"],
            ),
            case(
                "hyphen",
                paragraph(
                    "<w:r><w:t>polsko</w:t></w:r><w:r><w:noBreakHyphen/></w:r><w:r><w:t>czeski</w:t></w:r>",
                ),
                &["polsko-czeski"],
            ),
            case(
                "soft hyphen",
                paragraph("<w:r><w:t>konsu</w:t><w:softHyphen/><w:t>menci</w:t></w:r>"),
                &["konsumenci"],
            ),
            case(
                "signs",
                paragraph(
                    "<w:r><w:t xml:space=\"preserve\">Cena </w:t><w:sym w:font=\"Symbol\" w:char=\"F0B3\"/><w:t xml:space=\"preserve\"> 5 zl, </w:t><w:sym w:font=\"Symbol\" w:char=\"F0B1\"/><w:t>2 proc.</w:t></w:r>",
                ),
                &["Cena ≥ 5 zl, ±2 proc."],
            ),
            case(
                "unknown sign",
                paragraph("<w:r><w:t>a</w:t><w:sym w:font=\"Inna\" w:char=\"F0B3\"/></w:r>"),
                &["a\u{fffd}"],
            ),
            case(
                "tab to a place",
                paragraph("<w:r><w:t>Rok</w:t><w:ptab/><w:t>2025</w:t></w:r>"),
                &["Rok 2025"],
            ),
            case(
                "tabs that are set",
                paragraph(
                    "<w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>Rok</w:t><w:tab/><w:t>2025</w:t></w:r>",
                ),
                &["Rok 2025"],
            ),
        ],
    );
    let unknown = paragraph("<w:r><w:t>a</w:t><w:sym w:font=\"Inna\" w:char=\"F0B3\"/></w:r>");
    let note = note(FileType::Docx, &unknown);
    assert!(note.starts_with("1 sign of fonts"), "{note}");
}

#[test]
fn marks_of_a_document_join_no_number() {
    hold(
        FileType::Docx,
        vec![
            case(
                "footnote mark",
                paragraph(
                    &[run("Proba 412"), raised("1"), run(" osob, 25 m"), raised("2")].concat(),
                ),
                &["Proba 412 ¹ osob, 25 m²"],
            ),
            case(
                "mark in two runs",
                paragraph(&[run("Proba 412"), raised("1"), raised("2"), run(" osob")].concat()),
                &["Proba 412 ¹² osob"],
            ),
            case(
                "formula",
                paragraph(
                    "<m:oMath><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>",
                ),
                &["10²"],
            ),
            case(
                "fraction",
                paragraph(
                    "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>",
                ),
                &["1/2"],
            ),
        ],
    );
}

#[test]
fn what_a_reader_of_the_document_sees_is_read_once() {
    let moved = "<w:p><w:moveFrom w:id=\"2\"><w:r><w:t>Zdanie.</w:t></w:r></w:moveFrom></w:p><w:p><w:r><w:t>Srodek.</w:t></w:r></w:p>\
        <w:p><w:moveTo w:id=\"4\"><w:r><w:t>Zdanie.</w:t></w:r></w:moveTo></w:p>";
    let boxed = "<w:p><w:r><w:t xml:space=\"preserve\">Poczatek zdania </w:t></w:r><w:r><w:drawing><w:txbxContent><w:p><w:r><w:t>W ramce.</w:t></w:r></w:p>\
        </w:txbxContent></w:drawing></w:r><w:r><w:t>i jego koniec.</w:t></w:r></w:p>";
    let twice = "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>W ramce.</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
        <mc:Fallback><w:txbxContent><w:p><w:r><w:t>W ramce.</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Poza.</w:t></w:r></w:p>";
    let deleted = "<w:p><w:r><w:t xml:space=\"preserve\">Cena </w:t></w:r><w:del><w:r><w:delText>10</w:delText><w:noBreakHyphen/></w:r></w:del><w:ins><w:r><w:t>12</w:t></w:r></w:ins></w:p>";
    let hidden = "<w:p><w:r><w:t>Widac.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>Polecenie.</w:t></w:r></w:p>";
    let shown = "<w:p><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>Widac.</w:t></w:r></w:p>";
    let once_hidden = "<w:p><w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>Widac.</w:t></w:r></w:p>";
    let row = |properties: &str, text: &str, name: &str| {
        let cell = |text: &str| format!("<w:tc><w:p><w:r><w:{text}</w:{name}></w:r></w:p></w:tc>");
        let cells = [text, "1"].map(|text| cell(&format!("{name}>{text}")));
        format!("<w:tr>{properties}{}</w:tr>", cells.concat())
    };
    let gone = row("<w:trPr><w:del w:id=\"1\"/></w:trPr>", "B", "delText");
    let deleted_row = format!("<w:tbl>{}{gone}</w:tbl>", row("", "A", "t"));
    let field = "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> PAGEREF a </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>\
        <w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>";
    let comment = "<w:p><w:commentRangeStart w:id=\"0\"/><w:r><w:t>Tekst.</w:t></w:r><w:commentRangeEnd w:id=\"0\"/><w:r><w:commentReference w:id=\"0\"/></w:r></w:p>";
    let ruby = "<w:p><w:r><w:ruby><w:rt><w:r><w:t>nad</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>pod</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>";
    hold(
        FileType::Docx,
        vec![
            case("moved", docx(moved), &["Srodek.", "Zdanie."]),
            case("box in a sentence", docx(boxed), &["Poczatek zdania i jego koniec.", "W ramce."]),
            case("box told twice", docx(twice), &["Poza.", "W ramce."]),
            case("deleted", docx(deleted), &["Cena 12"]),
            case("deleted row", docx(&deleted_row), &["A | 1"]),
            case("field", docx(field), &["7"]),
            case("comment", docx(comment), &["Tekst."]),
            case("hidden", docx(hidden), &["Widac."]),
            case("not hidden", docx(shown), &["Widac."]),
            case("hidden before", docx(once_hidden), &["Widac."]),
            case("over the letters", docx(ruby), &["pod"]),
        ],
    );
    assert_eq!(note(FileType::Docx, &docx(hidden)), "1 passage of hidden text was left out.");
}

#[test]
fn footnotes_and_endnotes_are_kept() {
    let rels = relationship(USUAL, "officeDocument", "word/document.xml");
    let note = |name: &str| {
        format!(
            "<w:{name}s><w:{name} w:type=\"separator\"><w:p><w:r><w:separator/></w:r></w:p></w:{name}>\
        <w:{name} w:id=\"2\"><w:p><w:r><w:{name}Ref/></w:r><w:r><w:t xml:space=\"preserve\"> Proba 412 osob.</w:t></w:r></w:p></w:{name}></w:{name}s>"
        )
    };
    for name in ["footnote", "endnote"] {
        let of_part = relationship(USUAL, &format!("{name}s"), "notes7.xml");
        let file = zip(&[
            ("_rels/.rels", rels.as_bytes()),
            ("word/document.xml", TEXT.as_bytes()),
            ("word/_rels/document.xml.rels", of_part.as_bytes()),
            ("word/notes7.xml", note(name).as_bytes()),
        ]);
        assert_eq!(texts(FileType::Docx, &file), ["Popyt rosnie.", "Proba 412 osob."], "{name}");
    }
}

/// A cell with this text and these properties.
fn cell(text: &str, properties: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{}</w:p></w:tc>", run(text))
}

fn cells(texts: &[&str]) -> String {
    format!("<w:tr>{}</w:tr>", texts.iter().map(|text| cell(text, "")).collect::<String>())
}

fn table(rows: &[String]) -> String {
    format!("<w:tbl>{}</w:tbl>", rows.concat())
}

#[test]
fn every_cell_of_a_document_stands_under_its_own_head() {
    let head = || cells(&["Kraj", "2024", "2025"]);
    let spanned =
        format!("<w:tr>{}{}</w:tr>", cell("razem", "<w:gridSpan w:val=\"2\"/>"), cell("9", ""));
    let before =
        cells(&["4", "9"]).replace("<w:tr>", "<w:tr><w:trPr><w:gridBefore w:val=\"1\"/></w:trPr>");
    let down = [
        format!(
            "<w:tr>{}{}{}</w:tr>",
            cell("PL", "<w:vMerge w:val=\"restart\"/>"),
            cell("a", ""),
            cell("5", "")
        ),
        format!("<w:tr>{}{}{}</w:tr>", cell("", "<w:vMerge/>"), cell("b", ""), cell("7", "")),
    ];
    let inner = table(&[cells(&["a", "1"]), cells(&["b", "2"])]);
    let nested = |inside: &str| {
        let row = format!(
            "<w:tr>{}<w:tc>{inside}<w:p/></w:tc>{}</w:tr>",
            cell("Mlodzi", ""),
            cell("3", "")
        );
        docx(&table(&[cells(&["Grupa", "Szczegoly", "Razem"]), row]))
    };
    let beside = table(&[cells(&["Kraj", "2025"]), cells(&["PL", "7"])]);
    let side = format!("<w:tr><w:tc>{beside}<w:p/></w:tc><w:tc>{inner}<w:p/></w:tc></w:tr>");
    let around = format!("<w:p>{}</w:p>{inner}<w:p>{}</w:p>", run("Przed."), run("Po."));
    hold(
        FileType::Docx,
        vec![
            case(
                "empty cells",
                docx(&table(&[head(), cells(&["PL", "", "7"]), cells(&["", "1", "2"])])),
                &["Kraj | 2024 | 2025\nPL | | 7\n| 1 | 2"],
            ),
            case(
                "over two columns",
                docx(&table(&[head(), spanned])),
                &["Kraj | 2024 | 2025\nrazem | | 9"],
            ),
            case(
                "columns before",
                docx(&table(&[head(), before])),
                &["Kraj | 2024 | 2025\n| 4 | 9"],
            ),
            case(
                "over two rows",
                docx(&table(&[head(), down[0].clone(), down[1].clone()])),
                &["Kraj | 2024 | 2025\nPL | a | 5\nPL | b | 7"],
            ),
            case(
                "a table in a cell",
                nested(&inner),
                &["Grupa | Szczegoly | Razem\nMlodzi | a 1 b 2 | 3"],
            ),
            case(
                "text around it",
                nested(&around),
                &["Grupa | Szczegoly | Razem\nMlodzi | Przed. a 1 b 2 Po. | 3"],
            ),
            case(
                "tables side by side",
                docx(&table(&[side])),
                &["Kraj | 2025\nPL | 7", "a | 1\nb | 2"],
            ),
        ],
    );
}
