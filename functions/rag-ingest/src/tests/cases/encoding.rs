//! Kinds 1, 2 and 9: letters, however they are stored.

use encoding_rs::{Encoding, ISO_8859_2, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

use super::*;

fn in_code_page(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, has_gaps) = encoding.encode(text);
    assert!(!has_gaps, "{text} in {}", encoding.name());
    bytes.into_owned()
}

#[test]
fn a_letter_and_its_mark_are_one_and_joined_letters_are_apart() {
    hold(
        FileType::Text,
        vec![
            case(
                "decomposed",
                "cena ksia\u{328}z\u{307}ki ros\u{301}nie",
                &["cena książki rośnie"],
            ),
            case(
                "joined",
                "Pro\u{fb01}l klienta o\u{fb03}ce i a\u{fb04}ik, \u{fb02}aga, sta\u{fb00}.",
                &["Profil klienta office i afflik, flaga, staff."],
            ),
            case("raised", "25 m², 10⁻³, 412¹ osób", &["25 m², 10⁻³, 412¹ osób"]),
            case("a sign of a font", "Cena \u{f0b3} 5 zl", &["Cena \u{fffd} 5 zl"]),
        ],
    );
    let unknown = note(FileType::Text, "Cena \u{f0b3} 5 zl".as_bytes());
    assert!(unknown.starts_with("1 sign of fonts"), "{unknown}");
}

#[test]
fn a_code_page_is_told_by_what_its_bytes_can_be() {
    let text = "Książka i świeże źródło na półce stoją obok siebie.";
    let said: &[&str] = &["Książka i świeże źródło na półce stoją obok siebie."];
    hold(
        FileType::Text,
        vec![
            case("ISO-8859-2", in_code_page(ISO_8859_2, text), said),
            case("Windows-1250", in_code_page(WINDOWS_1250, text), said),
            case("DOS", b"Ksi\xa5\xbeka i \x98wie\xbee \xabr\xa2d\x88o na p\xa2\x88ce stoj\xa5 obok siebie.".as_slice(), said),
            case(
                "all letters of DOS",
                b"Za\xbe\xa2\x88\x86 g\xa9\x98l\xa5 ja\xab\xe4: wie\xbea, \x97l\xa9\xbean, \x88\xa5ka".as_slice(),
                &["Zażółć gęślą jaźń: wieża, Ślężan, łąka"],
            ),
            case("an old Macintosh", b"Ksi\x88\xfdka i \xe6wie\xfde \x90r\x97d\xb8o na p\x97\xb8ce stoj\x88 obok siebie.".as_slice(), said),
            case(
                "all letters of an old Macintosh",
                b"Za\xfd\x97\xb8\x8d g\xab\xe6l\x88 ja\x90\xc4: wie\xfda, \xe5l\xab\xfdan, \xb8\x88ka".as_slice(),
                &["Zażółć gęślą jaźń: wieża, Ślężan, łąka"],
            ),
            case(
                "a short text in ISO-8859-2",
                in_code_page(ISO_8859_2, "Książka i świeże źródło, wieża Ślężan"),
                &["Książka i świeże źródło, wieża Ślężan"],
            ),
            case(
                "signs of Windows-1250",
                in_code_page(WINDOWS_1250, "Różnica ±2 i ¶ 2 w próbie"),
                &["Różnica ±2 i ¶ 2 w próbie"],
            ),
            case(
                "German",
                in_code_page(WINDOWS_1252, "Größe über alles, schöne Grüße aus München"),
                &["Größe über alles, schöne Grüße aus München"],
            ),
            case(
                "quotes of Windows-1252",
                in_code_page(WINDOWS_1252, "The buyer’s “cost” – café"),
                &["The buyer’s “cost” – café"],
            ),
            case(
                "UTF-32 with its mark",
                "\u{feff}świeże źródło".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect::<Vec<u8>>(),
                &["świeże źródło"],
            ),
            case(
                "Russian",
                in_code_page(WINDOWS_1251, "Цена книги растёт каждый год"),
                &["Цена книги растёт каждый год"],
            ),
        ],
    );
    hold(
        FileType::Csv,
        vec![case(
            "cells in ISO-8859-2",
            in_code_page(ISO_8859_2, "Marka;Udział\nŚwieża;12,5\n"),
            &["Marka | Udział\nŚwieża | 12,5"],
        )],
    );
    let guessed = note(FileType::Text, &in_code_page(ISO_8859_2, text));
    assert!(guessed.contains("guessed"), "{guessed}");
}

#[test]
fn a_page_is_read_as_it_says_and_utf_8_stays_itself_with_a_fault() {
    let meta = |label: &str, encoding| {
        let page = format!("<!doctype html><meta charset=\"{label}\"><p>Książka i świeże źródło");
        in_code_page(encoding, &page)
    };
    let said: &[&str] = &["Książka i świeże źródło"];
    hold(
        FileType::Html,
        vec![
            case("meta", meta("iso-8859-2", ISO_8859_2), said),
            case("meta of Windows", meta("windows-1250", WINDOWS_1250), said),
            case("meta that is right", meta("utf-8", encoding_rs::UTF_8), said),
            case("meta that is wrong", meta("iso-8859-2", encoding_rs::UTF_8), said),
            case(
                "http-equiv",
                in_code_page(
                    ISO_8859_2,
                    "<!doctype html><meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'><p>Książka i świeże źródło",
                ),
                said,
            ),
            case(
                "XML",
                in_code_page(
                    ISO_8859_2,
                    "<?xml version=\"1.0\" encoding=\"iso-8859-2\"?><html><body><p>Książka i świeże źródło</p></body></html>",
                ),
                said,
            ),
            case(
                "Russian meta",
                in_code_page(
                    WINDOWS_1251,
                    "<!doctype html><meta charset=windows-1251><p>Цена книги",
                ),
                &["Цена книги"],
            ),
        ],
    );
    let mut faulty = "Książka i świeże źródło, udział 7".as_bytes().to_vec();
    faulty.push(0x96);
    faulty.extend_from_slice("8 proc. Łąka.".as_bytes());
    let cut = "Książka i świeże źródło".as_bytes();
    let cut = [cut, &"ł".as_bytes()[..1]].concat();
    hold(
        FileType::Text,
        vec![
            case(
                "one bad byte",
                faulty.clone(),
                &["Książka i świeże źródło, udział 7\u{fffd}8 proc. Łąka."],
            ),
            case("cut in a letter", cut, &["Książka i świeże źródło\u{fffd}"]),
        ],
    );
    let mut cells = "Marka;Udział\nDłużna;7".as_bytes().to_vec();
    cells.extend_from_slice(b"\x968\n");
    hold(
        FileType::Csv,
        vec![case("one bad byte in a cell", cells, &["Marka | Udział\nDłużna | 7\u{fffd}8"])],
    );
    let replaced = note(FileType::Text, &faulty);
    assert_eq!(replaced, "1 byte sequence could not be read as letters and show as \u{fffd}.");
}
