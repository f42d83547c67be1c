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

/// Three texts as the lines of columns, and read.
const COLUMNS: [[&str; 4]; 3] = [
    ["Kawa drozeje od", "trzech lat, bo susza", "zniszczyla zbiory w", "Brazylii i w Wietnamie."],
    ["Herbata tanieje,", "bo plony sa dobre i", "producenci szukaja", "nowych rynkow zbytu."],
    ["Kakao stoi w miejscu,", "a jego zapasy rosna", "od wiosny tego roku", "w calej Europie."],
];
const READ: [&str; 3] = [
    "Kawa drozeje od trzech lat, bo susza zniszczyla zbiory w Brazylii i w Wietnamie.",
    "Herbata tanieje, bo plony sa dobre i producenci szukaja nowych rynkow zbytu.",
    "Kakao stoi w miejscu, a jego zapasy rosna od wiosny tego roku w calej Europie.",
];

#[test]
fn text_in_columns_is_read_column_by_column_and_true_tables_stay_tables() {
    let [left, right, third] = COLUMNS;
    let text: &[&str] = &READ[..2];
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
            case("three", by_line(0, &[(50, left), (220, right), (390, third)]), &READ),
            // The longest line on the left ends 110 points from its beginning.
            case("one letter apart", by_line(0, &[(50, left), (170, right)]), text),
            case(
                "one letter apart, half a line lower",
                by_line(7, &[(50, left), (170, right)]),
                text,
            ),
            case(
                "three, one letter apart",
                by_line(0, &[(50, left), (170, right), (290, third)]),
                &READ,
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

/// Words of a line at places, as justified text has them.
fn spread(y: i32, words: &[(i32, &'static str)]) -> Vec<(i32, i32, &'static str)> {
    words.iter().map(|(x, word)| (*x, y, *word)).collect()
}

#[test]
fn gaps_of_one_place_are_no_columns_where_a_line_of_the_block_crosses_it() {
    let lines = [
        spread(700, &[(50, "Kawa drozeje od"), (143, "trzech lat w calym kraju")]),
        spread(685, &[(50, "bo susza w Azji"), (143, "zniszczyla tam zbiory")]),
        spread(670, &[(50, "a w Ameryce nie"), (143, "bylo lepiej i zapasy")]),
        spread(655, &[(50, "wiec ceny rosna"), (143, "od wiosny tego roku")]),
        spread(640, &[(50, "i nikt nie mowi o tym, ze bylo inaczej.")]),
    ];
    hold(
        FileType::Pdf,
        vec![case(
            "one paragraph",
            drawn(&lines.concat()),
            &[
                "Kawa drozeje od trzech lat w calym kraju bo susza w Azji zniszczyla tam zbiory a w Ameryce nie bylo lepiej i zapasy wiec ceny rosna od wiosny tego roku i nikt nie mowi o tym, ze bylo inaczej.",
            ],
        )],
    );
}

#[test]
fn a_long_label_does_not_take_the_figure_beside_it() {
    // It ends 226 points from the left, nine before the figures.
    let long = "Wojewodztwo kujawsko-pomorskie";
    let rows = |rows: &[(&'static str, &[(i32, &'static str)])]| {
        let mut all = Vec::new();
        for (at, (label, figures)) in (0..).zip(rows) {
            all.push((50, 700 - 15 * at, *label));
            all.extend(figures.iter().map(|(x, figure)| (*x, 700 - 15 * at, *figure)));
        }
        drawn(&all)
    };
    hold(
        FileType::Pdf,
        vec![
            case(
                "three columns",
                rows(&[
                    ("Kraj", &[(235, "2024"), (320, "2025")]),
                    ("PL", &[(235, "5"), (320, "7")]),
                    (long, &[(235, "1"), (320, "2")]),
                    ("CZ", &[(235, "3"), (320, "4")]),
                ]),
                &[
                    "Kraj | 2024 | 2025\nPL | 5 | 7\nWojewodztwo kujawsko-pomorskie | 1 | 2\nCZ | 3 | 4",
                ],
            ),
            case(
                "two columns",
                rows(&[
                    ("Kraj", &[(235, "2025")]),
                    ("PL", &[(235, "7")]),
                    (long, &[(235, "12")]),
                    (long, &[(235, "13")]),
                    ("CZ", &[(235, "4")]),
                ]),
                &[
                    "Kraj | 2025\nPL | 7\nWojewodztwo kujawsko-pomorskie | 12\nWojewodztwo kujawsko-pomorskie | 13\nCZ | 4",
                ],
            ),
        ],
    );
}

#[test]
fn turned_text_is_read_in_lines() {
    let drawn = |matrix: &str, second: &str| {
        format!(
            "BT /F1 11 Tf {matrix} Tm (Sprzedaz wedlug miasta) Tj ET BT /F1 11 Tf {second} Tm (Druga linia raportu.) Tj ET"
        )
    };
    let turned = |matrix: &str, second: &str| pages(&[&drawn(matrix, second)]);
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
    // A page that its reader turns is drawn as it stands or against the turn; a page may be mirrored twice.
    let rotated = |matrix: &str, second: &str| {
        page("/Rotate 90", "/Encoding /WinAnsiEncoding", &drawn(matrix, second), &[])
    };
    let mirrored = "1 0 0 -1 0 842 cm BT /F1 11 Tf 1 0 0 -1 50 142 Tm (Sprzedaz wedlug miasta) Tj ET BT /F1 11 Tf 1 0 0 -1 50 157 Tm (Druga linia raportu.) Tj ET";
    hold(
        FileType::Pdf,
        vec![
            case("a turned page", rotated("0 1 -1 0 300 100", "0 1 -1 0 315 100"), read),
            case("a turned page, plain", rotated("1 0 0 1 50 700", "1 0 0 1 50 685"), read),
            case("mirrored twice", pages(&[mirrored]), read),
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
    let encoding =
        format!("<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [65 {names}] >>");
    page("", &format!("/Encoding {encoding}"), content, &[])
}

/// A page with properties of its own, in a font with these, and more objects from the sixth on.
fn page(properties: &str, font: &str, content: &str, more: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {font} >>"),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {properties} /Contents 5 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>"
        ),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    objects.extend_from_slice(more);
    super::super::files::pdf(&objects)
}

#[test]
fn glyphs_are_letters_by_their_names() {
    let map = "begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange \
        2 beginbfchar <01> <FB01> <02> <00660069> endbfchar endcmap";
    let map = [format!("<< /Length {} >>\nstream\n{map}\nendstream", map.len())];
    let said =
        page("", "/ToUnicode 6 0 R", "BT /F1 11 Tf 50 700 Td (pro\\001l, pro\\002l) Tj ET", &map);
    hold(
        FileType::Pdf,
        vec![
            case(
                "numbers",
                named("/uni0105 /u017C /uni00660069", "kA i wieBa, proCl"),
                &["ką i wieża, profil"],
            ),
            case("said by the font", said, &["profil, profil"]),
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
