//! Kind 8, files of cells.

use super::*;

#[test]
fn the_head_of_a_sheet_is_found_and_its_cells_are_whole() {
    let table: &[&str] = &["Marka | Udzial\nA | 12,5"];
    hold(
        FileType::Csv,
        vec![
            case("separator said", "sep=;\nMarka;Udzial\nA;12,5\n", table),
            case("comma said", "sep=,\nMarka,Udzial\nA,\"12,5\"\n", table),
            case("a mark and a separator", "\u{feff}sep=;\r\nMarka;Udzial\r\nA;12,5\r\n", table),
            case(
                "break in the head",
                "\"Udzial\n(proc., 2025)\";Marka\n12,5;A\n",
                &["Udzial (proc., 2025) | Marka\n12,5 | A"],
            ),
            case("commas in quotes", "\"a,b,c\";\"d\"\n1;2\n", &["a,b,c | d\n1 | 2"]),
            case("bar", "Marka|Udzial\nA|12,5\n", table),
            case("tab", "Marka\tUdzial\nA\t12,5\n", table),
            case("a carriage return alone", "Marka;Udzial\rA;12,5\r", table),
            case("empty lines first", "\n\nMarka;Udzial\nA;12,5\n", table),
            case(
                "title",
                "Raport sprzedazy, kwartal 1\n\nMarka;Udzial\nA;12,5\nB;7,1\n",
                &["Raport sprzedazy, kwartal 1", "Marka | Udzial\nA | 12,5\nB | 7,1"],
            ),
            case(
                "title in its cell",
                "Raport;;\nKraj;2024;2025\nPL;;7\n",
                &["Raport", "Kraj | 2024 | 2025\nPL | | 7"],
            ),
            case(
                "quotes in quotes",
                "\"He said \"\"a;b;c\"\" now\",x\n1,2\n",
                &["He said \"a;b;c\" now | x\n1 | 2"],
            ),
            case(
                "empty cells",
                "Kraj;2024;2025\nPL;;7\nCZ;5;\n;1;2\n",
                &["Kraj | 2024 | 2025\nPL | | 7\nCZ | 5 |\n| 1 | 2"],
            ),
            case(
                "break in a cell",
                "Marka;Opis\nA;\"Linia 1\nLinia 2\"\nB;x\n",
                &["Marka | Opis\nA | Linia 1 Linia 2\nB | x"],
            ),
            case("a tab in quotes", "\"a\tb\tc\",d\n1,2\n", &["a b c | d\n1 | 2"]),
            case("a bar in a cell", "Marka;Opis\nA;x | y\n", &["Marka | Opis\nA | x \\| y"]),
            case(
                "inches",
                "Marka;Ekran\nA;24\" ekran\nB;27 cali\n",
                &["Marka | Ekran\nA | 24\" ekran\nB | 27 cali"],
            ),
            case(
                "a quote never closed",
                "Marka;Ekran\nA;\"24 ekran\nB;27 cali\nC;30 cali\n",
                &["Marka | Ekran\nA | \"24 ekran\nB | 27 cali\nC | 30 cali"],
            ),
            case(
                "decimal commas",
                "Udzial;Marka, kraj\n12,5;A\n7,1;B\n",
                &["Udzial | Marka, kraj\n12,5 | A\n7,1 | B"],
            ),
            case(
                "one column",
                "Uwagi\nDrogo, ale dobrze\nTanio, lecz slabo\n",
                &["Uwagi\nDrogo, ale dobrze\nTanio, lecz slabo"],
            ),
        ],
    );
    let stray = note(FileType::Csv, b"a;b\n1;\"24 ekran\n2;x\n");
    assert!(stray.contains("quote"), "{stray}");
}
