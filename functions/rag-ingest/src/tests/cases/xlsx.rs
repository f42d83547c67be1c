//! Excel: cells as they are shown, each in its column.

use super::super::files::zip;
use super::*;

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// 1 percent, 2 date of the country, 3 złoty, 4 one decimal, 5 thousands, 6 a date of its own.
const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"#,##0.00\\ &quot;zł&quot;\"/>\
    <numFmt numFmtId=\"165\" formatCode=\"0.0\"/><numFmt numFmtId=\"166\" formatCode=\"dd\\.mm\\.yyyy\"/></numFmts>\
    <cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs>\
    <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"10\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>\
    <xf numFmtId=\"165\"/><xf numFmtId=\"3\"/><xf numFmtId=\"166\"/></cellXfs></styleSheet>";
const STRINGS: &str = "<sst><si><t>Kraj</t></si><si><r><t>Udz</t></r><r><t xml:space=\"preserve\">iał </t></r></si>\
    <si><t>PL</t><rPh><t>pe-el</t></rPh></si><si><t>CZ</t></si></sst>";

/// A workbook of these sheets: name, state, XML.
fn workbook(sheets: &[(&str, &str, &str)], properties: &str) -> Vec<u8> {
    let mut names = String::new();
    let mut related = String::new();
    for (at, (name, state, _)) in sheets.iter().enumerate() {
        names +=
            &format!("<sheet name=\"{name}\" sheetId=\"{at}\" state=\"{state}\" r:id=\"s{at}\"/>");
        related += &format!(
            "<Relationship Id=\"s{at}\" Type=\"{RELATIONSHIPS}/worksheet\" Target=\"worksheets/s{at}.xml\"/>"
        );
    }
    for part in ["styles", "sharedStrings"] {
        related += &format!(
            "<Relationship Id=\"{part}\" Type=\"{RELATIONSHIPS}/{part}\" Target=\"/xl/{part}.xml\"/>"
        );
    }
    let main = format!("<workbook xmlns:r=\"r\">{properties}<sheets>{names}</sheets></workbook>");
    let related = format!("<Relationships>{related}</Relationships>");
    let rels = format!(
        "<Relationships><Relationship Id=\"a\" Type=\"{RELATIONSHIPS}/officeDocument\" Target=\"xl/workbook.xml\"/>\
         </Relationships>"
    );
    let mut parts: Vec<(String, Vec<u8>)> = vec![
        ("_rels/.rels".to_owned(), rels.into_bytes()),
        ("xl/workbook.xml".to_owned(), main.into_bytes()),
        ("xl/_rels/workbook.xml.rels".to_owned(), related.into_bytes()),
        ("xl/styles.xml".to_owned(), STYLES.into()),
        ("xl/sharedStrings.xml".to_owned(), STRINGS.into()),
    ];
    for (at, (.., xml)) in sheets.iter().enumerate() {
        let xml = format!("<worksheet>{xml}</worksheet>");
        parts.push((format!("xl/worksheets/s{at}.xml"), xml.into_bytes()));
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    zip(&parts)
}

fn sheet(rows: &str) -> Vec<u8> {
    workbook(&[("Dane", "visible", &format!("<sheetData>{rows}</sheetData>"))], "")
}

/// A row of texts and, where they begin with `=`, numbers with a style behind a `:`.
fn row(number: u32, cells: &[&str]) -> String {
    let mut row = format!("<row r=\"{number}\">");
    for (column, cell) in ('A'..).zip(cells) {
        row += &match cell
            .strip_prefix('=')
            .map(|value| value.split_once(':').unwrap_or((value, "0")))
        {
            _ if cell.is_empty() => String::new(),
            Some((value, style)) => {
                format!("<c r=\"{column}{number}\" s=\"{style}\"><v>{value}</v></c>")
            }
            None => format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
        };
    }
    row + "</row>"
}

#[test]
fn cells_are_read_as_they_are_shown() {
    let shown = |what, cell: &str, texts| {
        case(what, sheet(&(row(1, &["Kraj", "x"]) + &row(2, &["PL", cell]))), texts)
    };
    hold(
        FileType::Xlsx,
        vec![
            shown("percent", "=0.125:1", &["Dane", "Kraj | x\nPL | 12.50%"]),
            shown("date of the country", "=45366:2", &["Dane", "Kraj | x\nPL | 2024-03-15"]),
            shown("date of its own", "=45366:6", &["Dane", "Kraj | x\nPL | 15.03.2024"]),
            shown("currency", "=1234.5:3", &["Dane", "Kraj | x\nPL | 1 234.50 zł"]),
            shown("decimals", "=3.14159:4", &["Dane", "Kraj | x\nPL | 3.1"]),
            shown("thousands", "=1234567:5", &["Dane", "Kraj | x\nPL | 1 234 567"]),
            shown("negative", "=-7.5", &["Dane", "Kraj | x\nPL | -7.5"]),
            shown("binary error", "=0.30000000000000004", &["Dane", "Kraj | x\nPL | 0.3"]),
            shown("exponent", "=1.2E3", &["Dane", "Kraj | x\nPL | 1200"]),
            shown("a style that is not there", "=7:99", &["Dane", "Kraj | x\nPL | 7"]),
            case(
                "shared texts, words, errors, a formula's stored value",
                sheet(
                    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>9</v></c></row>\
                     <row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"><f>SUM(A1:A9)</f><v>412</v></c></row>\
                     <row r=\"3\"><c r=\"A3\" t=\"b\"><v>1</v></c><c r=\"B3\" t=\"e\"><v>#N/A</v></c></row>\
                     <row r=\"4\"><c r=\"A4\" t=\"str\"><f>A3</f><v>a &amp; b</v></c><c r=\"B4\" t=\"d\"><v>2024-03-15T00:00:00</v></c></row>",
                ),
                &["Dane", "Kraj | Udział |\nPL | 412 |\nTRUE | #N/A |\na & b | 2024-03-15 |"],
            ),
            case(
                "dates from 1904",
                workbook(
                    &[(
                        "Dane",
                        "visible",
                        &format!(
                            "<sheetData>{}{}</sheetData>",
                            row(1, &["a", "b"]),
                            row(2, &["c", "=43904:2"])
                        ),
                    )],
                    "<workbookPr date1904=\"1\"/>",
                ),
                &["Dane", "a | b\nc | 2024-03-15"],
            ),
        ],
    );
}

#[test]
fn every_cell_stands_under_its_own_head() {
    let merged = format!(
        "<sheetData>{}{}{}</sheetData><mergeCells><mergeCell ref=\"A2:A3\"/><mergeCell ref=\"B1:C1\"/></mergeCells>",
        row(1, &["Kraj", "2024", "", "2025"]),
        row(2, &["PL", "=1", "=2", "=3"]),
        row(3, &["", "=4", "=5", "=6"]),
    );
    let merged = workbook(&[("Dane", "visible", &merged)], "");
    hold(
        FileType::Xlsx,
        vec![
            case(
                "empty cells",
                sheet(
                    &(row(1, &["Kraj", "2024", "2025"])
                        + &row(2, &["PL", "", "=7"])
                        + &row(3, &["", "=5", ""])),
                ),
                &["Dane", "Kraj | 2024 | 2025\nPL | | 7\n| 5 |"],
            ),
            case(
                "spans",
                merged,
                &["Dane", "Kraj | 2024 | | 2025\nPL | 1 | 2 | 3\nPL | 4 | 5 | 6"],
            ),
            case(
                "cells and rows without a place",
                sheet(
                    "<row><c t=\"inlineStr\"><is><t>a</t></is></c><c t=\"inlineStr\"><is><t>b</t></is></c></row><row><c><v>1</v></c><c><v>2</v></c></row>",
                ),
                &["Dane", "a | b\n1 | 2"],
            ),
            case(
                "a column without anything, far away",
                sheet(
                    "<row r=\"5\"><c r=\"C5\" t=\"inlineStr\"><is><t>a</t></is></c><c r=\"XFD5\" t=\"inlineStr\"><is><t>b</t></is></c></row><row r=\"6\"><c r=\"C6\"><v>1</v></c><c r=\"XFD6\"><v>2</v></c></row>",
                ),
                &["Dane", "a | b\n1 | 2"],
            ),
            case(
                "titles, and figures behind a gap",
                sheet(
                    &(row(1, &["Raport", ""])
                        + &row(3, &["Kraj", "Udział"])
                        + &row(4, &["PL", "=7"])
                        + &row(6, &["CZ", "=5"])),
                ),
                &["Dane", "Raport", "Kraj | Udział\nPL | 7\nCZ | 5"],
            ),
            case(
                "two tables",
                sheet(
                    &(row(1, &["Kraj", "Udział"])
                        + &row(2, &["PL", "=7"])
                        + &row(4, &["Marka", "Cena"])
                        + &row(5, &["A", "=12"])),
                ),
                &["Dane", "Kraj | Udział\nPL | 7", "Marka | Cena\nA | 12"],
            ),
        ],
    );
}

#[test]
fn what_is_hidden_is_left_out_and_said() {
    let rows = "<cols><col min=\"2\" max=\"2\" hidden=\"1\"/></cols><sheetData>".to_owned()
        + &row(1, &["a", "tajne", "b"])
        + &row(2, &["c", "=9", "=1"]).replace("<row", "<row hidden=\"1\"")
        + &row(3, &["d", "=8", "=2"])
        + "<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>e</t></is></c><c r=\"C4\"><f>1+1</f></c></row></sheetData>";
    let file = workbook(
        &[
            ("Jawny", "visible", &rows),
            ("Ukryty", "hidden", &rows),
            ("Bardzo", "veryHidden", &rows),
        ],
        "",
    );

    assert_eq!(texts(FileType::Xlsx, &file), ["Jawny", "a | b\nd | 2\ne |"]);
    let said = note(FileType::Xlsx, &file);
    for part in [
        "2 hidden sheets were left out.",
        "2 hidden rows or columns were left out.",
        "1 cell of formulas that were never calculated was empty.",
    ] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_sheet_that_lies_about_its_places_is_damaged() {
    for place in ["A0", "XFE1", "A1048577", "ZZZZZZZZZ1", "1", "A", "A99999999999"] {
        let file = sheet(&format!("<row r=\"1\"><c r=\"{place}\"><v>1</v></c></row>"));
        assert_eq!(
            read_here(FileType::Xlsx, &file).unwrap_err(),
            crate::extract::Refusal::Damaged,
            "{place}"
        );
    }
}

/// As many cells as fit the memory of a child, each with a formula's depth of nothing: told in blocks, or refused.
#[test]
fn a_sheet_of_too_much_text_is_refused() {
    let cell = "słowo ".repeat(1_000);
    let rows: String = (1..2_000).map(|number| row(number, &["=1", &cell])).collect();

    let refusal = read_here(FileType::Xlsx, &sheet(&rows)).unwrap_err();

    assert_eq!(refusal, crate::extract::Refusal::TooLong);
}
