//! Kinds 2, 3, 4, 7 and 23 in PDF.

use super::super::files::pages;
use super::*;

/// Draws texts at places.
fn drawn(texts: &[(i32, i32, &str)]) -> Vec<u8> {
    let text =
        |(x, y, text): &(i32, i32, &str)| format!("BT /F1 11 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET");
    pages(&[&texts.iter().map(text).collect::<Vec<_>>().join(" ")])
}

#[test]
fn a_raised_mark_joins_no_number() {
    let raised = |size: u32, rise: &str| {
        format!(
            "BT /F1 11 Tf 50 700 Td (Proba 412) Tj /F1 {size} Tf {rise} Ts (1) Tj 0 Ts /F1 11 Tf ( osob w badaniu.) Tj ET"
        )
    };
    let read: &[&str] = &["Proba 412 ¹ osob w badaniu."];
    hold(
        FileType::Pdf,
        vec![
            case("small", pages(&[&raised(7, "4")]), read),
            case("as large", pages(&[&raised(11, "4")]), read),
            case(
                "power",
                pages(&[
                    "BT /F1 11 Tf 50 700 Td (Razem 10) Tj /F1 7 Tf 4 Ts (6) Tj 0 Ts /F1 11 Tf ( osob, 25 m) Tj /F1 7 Tf 4 Ts (2) Tj ET",
                ]),
                &["Razem 10⁶ osob, 25 m²"],
            ),
        ],
    );
}

#[test]
fn every_cell_of_a_pdf_stands_under_its_own_head() {
    hold(
        FileType::Pdf,
        vec![
            case(
                "empty cells",
                drawn(&[
                    (50, 700, "Kraj"),
                    (220, 700, "2024"),
                    (320, 700, "2025"),
                    (50, 685, "PL"),
                    (320, 685, "7"),
                    (50, 670, "CZ"),
                    (220, 670, "5"),
                    (220, 655, "1"),
                    (320, 655, "2"),
                ]),
                &["Kraj | 2024 | 2025\nPL | | 7\nCZ | 5\n| 1 | 2"],
            ),
            case(
                "one cell in a row",
                drawn(&[
                    (50, 700, "Kraj"),
                    (220, 700, "2024"),
                    (320, 700, "2025"),
                    (50, 685, "PL"),
                    (220, 685, "5"),
                    (320, 685, "7"),
                    (320, 670, "9"),
                    (50, 655, "CZ"),
                    (220, 655, "1"),
                    (320, 655, "2"),
                ]),
                &["Kraj | 2024 | 2025\nPL | 5 | 7\n| | 9\nCZ | 1 | 2"],
            ),
            case(
                "empty corner",
                drawn(&[
                    (220, 700, "2024"),
                    (320, 700, "2025"),
                    (50, 685, "PL"),
                    (220, 685, "5"),
                    (320, 685, "7"),
                ]),
                &["| 2024 | 2025\nPL | 5 | 7"],
            ),
        ],
    );
}

#[test]
fn text_in_columns_is_read_column_by_column_and_true_tables_stay_tables() {
    let left = [
        "Kawa drozeje od",
        "trzech lat, bo susza",
        "zniszczyla zbiory w",
        "Brazylii i w Wietnamie.",
    ];
    let right =
        ["Herbata tanieje,", "bo plony sa dobre i", "producenci szukaja", "nowych rynkow zbytu."];
    let third =
        ["Kakao stoi w miejscu,", "a jego zapasy rosna", "od wiosny tego roku", "w calej Europie."];
    let text: &[&str] = &[
        "Kawa drozeje od trzech lat, bo susza zniszczyla zbiory w Brazylii i w Wietnamie.",
        "Herbata tanieje, bo plony sa dobre i producenci szukaja nowych rynkow zbytu.",
    ];
    let by_line = |lower: i32, columns: &[(i32, [&'static str; 4])]| {
        let mut all = Vec::new();
        for at in 0..4 {
            for (index, (x, lines)) in columns.iter().enumerate() {
                let lower = if index > 0 { lower } else { 0 };
                all.push((*x, 700 - 15 * at - lower, lines[usize::try_from(at).unwrap()]));
            }
        }
        drawn(&all)
    };
    let in_order: Vec<(i32, i32, &str)> = [(50, left), (320, right)]
        .into_iter()
        .flat_map(|(x, lines)| (0..4).zip(lines).map(move |(at, line)| (x, 700 - 15 * at, line)))
        .collect();
    let table = [
        (50, 700, "Grupa"),
        (220, 700, "Co ceni najbardziej"),
        (50, 685, "Mlodzi"),
        (220, 685, "Niska cena i szybka dostawa"),
        (50, 670, "Rodzice"),
        (220, 670, "Pewna jakosc dla dzieci"),
        (50, 655, "Seniorzy"),
        (220, 655, "Sklep blisko domu"),
    ];
    hold(
        FileType::Pdf,
        vec![
            case("by line", by_line(0, &[(50, left), (320, right)]), text),
            case("half a line lower", by_line(7, &[(50, left), (320, right)]), text),
            case(
                "three",
                by_line(0, &[(50, left), (220, right), (390, third)]),
                &[
                    "Kawa drozeje od trzech lat, bo susza zniszczyla zbiory w Brazylii i w Wietnamie.",
                    "Herbata tanieje, bo plony sa dobre i producenci szukaja nowych rynkow zbytu.",
                    "Kakao stoi w miejscu, a jego zapasy rosna od wiosny tego roku w calej Europie.",
                ],
            ),
            case("by column", drawn(&in_order), text),
            case(
                "true table of text",
                drawn(&table),
                &[
                    "Grupa | Co ceni najbardziej\nMlodzi | Niska cena i szybka dostawa\nRodzice | Pewna jakosc dla dzieci\nSeniorzy | Sklep blisko domu",
                ],
            ),
        ],
    );
}

#[test]
fn turned_text_is_read_in_lines() {
    let turned = |matrix: &str, second: &str| {
        pages(&[&format!(
            "BT /F1 11 Tf {matrix} Tm (Sprzedaz wedlug miasta) Tj ET BT /F1 11 Tf {second} Tm (Druga linia raportu.) Tj ET"
        )])
    };
    let read: &[&str] = &["Sprzedaz wedlug miasta Druga linia raportu."];
    hold(
        FileType::Pdf,
        vec![
            case("upwards", turned("0 1 -1 0 300 100", "0 1 -1 0 315 100"), read),
            case("downwards", turned("0 -1 1 0 315 500", "0 -1 1 0 300 500"), read),
            case("upside down", turned("-1 0 0 -1 400 300", "-1 0 0 -1 400 315"), read),
            case(
                "askew",
                turned(
                    "0.7071 0.7071 -0.7071 0.7071 100 100",
                    "0.7071 0.7071 -0.7071 0.7071 110.6 89.4",
                ),
                read,
            ),
        ],
    );
    let askew = turned("0.7071 0.7071 -0.7071 0.7071 100 100", "1 0 0 1 50 700");
    assert!(
        note(FileType::Pdf, &askew).starts_with("20 letters at an angle"),
        "{}",
        note(FileType::Pdf, &askew)
    );
}

/// A page in a font whose codes from A on have these names and nothing else.
fn named(names: &str, text: &str) -> Vec<u8> {
    lettered(names, &format!("BT /F1 11 Tf 50 700 Td ({text}) Tj ET"))
}

fn lettered(names: &str, content: &str) -> Vec<u8> {
    super::super::files::pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica \
             /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [65 {names}] >> >>"
        ),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
         /Resources << /Font << /F1 3 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ])
}

#[test]
fn glyphs_are_letters_by_their_names() {
    hold(
        FileType::Pdf,
        vec![
            case(
                "numbers",
                named("/uni0105 /u017C /uni00660069", "kA i wieBa, proCl"),
                &["ką i wieża, profil"],
            ),
            case("above the first plane", named("/u1F600", "dobrze A"), &["dobrze 😀"]),
            case(
                "made of others",
                named("/t_t /T_h /f_i.alt", "laAe, Bree, proCl"),
                &["latte, Three, profil"],
            ),
            case(
                "looks",
                named("/aogonek.sc /Lslash.alt /uni0142.ss01", "kAt Bodz staC"),
                &["kąt Łodz stał"],
            ),
            case(
                "of the list",
                named("/aogonek /Lslash /fi", "kAt Bodz proCl"),
                &["kąt Łodz profil"],
            ),
        ],
    );
}

#[test]
fn scripts_from_right_to_left_are_read_as_they_are_read() {
    // Final mem, vav, lamed, shin; meem, alef, lam, seen; the same as their neighbours shape them.
    let hebrew = "/uni05DD /uni05D5 /uni05DC /uni05E9";
    let arabic = "/uni0645 /uni0627 /uni0644 /uni0633";
    let shaped = "/uniFEE1 /uniFEFC /uniFEB3";
    let backwards = "BT /F1 11 Tf 1 0 0 1 90 700 Tm (D) Tj 1 0 0 1 82 700 Tm (C) Tj 1 0 0 1 74 700 Tm (B) Tj \
        1 0 0 1 66 700 Tm (A) Tj ET";
    hold(
        FileType::Pdf,
        vec![
            case("Hebrew, drawn from the left", named(hebrew, "ABCD"), &["שלום"]),
            case("Hebrew, drawn from the right", lettered(hebrew, backwards), &["שלום"]),
            case("a number", named(hebrew, "25 ABCD"), &["שלום 25"]),
            case("Arabic", named(arabic, "ABCD"), &["سلام"]),
            case("Arabic, shaped", named(shaped, "ABC"), &["سلام"]),
        ],
    );
}
