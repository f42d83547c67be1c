//! Kind 16, HTML in Markdown, and what else changes figures there.

use super::*;

#[test]
fn html_in_markdown_is_read_like_the_rest() {
    hold(
        FileType::Markdown,
        vec![
            case(
                "table on a line",
                "# Ceny\n\n<table><tr><td>Kawa</td><td>12</td></tr></table>\n",
                &["Ceny", "Kawa | 12"],
            ),
            case(
                "table on lines",
                "# Ceny\n\n<table>\n<tr><th>Produkt</th><th>Cena</th></tr>\n<tr><td>Kawa</td><td>12</td></tr>\n</table>\n\nKoniec.\n",
                &["Ceny", "Produkt | Cena\nKawa | 12", "Koniec."],
            ),
            case(
                "table with empty lines",
                "<table>\n\n<tr><td>Kawa</td><td>12</td></tr>\n\n</table>\n",
                &["Kawa | 12"],
            ),
            case(
                "paragraph",
                "# Ceny\n\n<p>Kawa kosztuje 12 zl.</p>\n\nKoniec.\n",
                &["Ceny", "Kawa kosztuje 12 zl.", "Koniec."],
            ),
            case(
                "block alone",
                "<div align=\"center\">\nPopyt rosnie o 7 proc.\n</div>\n",
                &["Popyt rosnie o 7 proc."],
            ),
            case(
                "details",
                "<details>\n<summary>Wiecej</summary>\n\nUkryty akapit.\n\n</details>\n",
                &["Wiecej", "Ukryty akapit."],
            ),
            case("comment", "# A\n\n<!-- notatka -->\n\nTekst.\n", &["A", "Tekst."]),
            case(
                "within a sentence",
                "Kawa<br>kosztuje <b>12</b> zl<sup>1</sup>, H<sub>2</sub>O.\n",
                &["Kawa kosztuje 12 zl¹, H2O."],
            ),
            case("break", "10<br>12 osob\n", &["10 12 osob"]),
            case(
                "break in a cell",
                "| a | b |\n|---|---|\n| PL | 10<br>12 |\n",
                &["a | b\nPL | 10 12"],
            ),
            case("footnote mark", "Proba 412<sup>1</sup> osob\n", &["Proba 412 ¹ osob"]),
        ],
    );
}

#[test]
fn figures_of_markdown_stay_as_they_are() {
    hold(
        FileType::Markdown,
        vec![
            case(
                "empty cell",
                "| kraj | 2024 | 2025 |\n|---|---|---|\n| PL | | 7 |\n",
                &["kraj | 2024 | 2025\nPL | | 7"],
            ),
            case(
                "a bar in a cell",
                "| a | b |\n|---|---|\n| x \\| y | 1 |\n",
                &["a | b\nx \\| y | 1"],
            ),
            case(
                "footnote",
                "Wiek 18-24[^1].\n\n[^1]: Proba 412 osob.\n",
                &["Wiek 18-24.", "Proba 412 osob."],
            ),
            case("struck out", "Cena ~~10~~ 12 zl.\n", &["Cena 12 zl."]),
            case("stars that multiply", "5*3*2 oraz *wazne*\n", &["5*3*2 oraz wazne"]),
            case("code", "```\nsep;x\n1;2\n```\n", &["sep;x 1;2"]),
            case("picture", "![Udzial marki A: 12 proc.](w.png)\n", &["Udzial marki A: 12 proc."]),
            case(
                "rules",
                "---\n\nTekst pierwszy.\n\n---\n\nTekst drugi.\n",
                &["Tekst pierwszy.", "Tekst drugi."],
            ),
            case("numbers of a list", "3. trzeci\n4. czwarty\n", &["trzeci", "czwarty"]),
            case(
                "a list in a list",
                "- rano\n  - w domu\n- po pracy\n",
                &["rano", "w domu", "po pracy"],
            ),
        ],
    );
}
