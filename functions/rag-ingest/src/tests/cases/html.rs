//! Kind 7, web pages that are valid and unusual, and kind 23 in them.

use super::*;

fn page(body: &str) -> String {
    format!("<!doctype html><body>{body}</body>")
}

fn table(rows: &str) -> String {
    page(&format!("<table><tr><th>Kraj<th>2024<th>2025{rows}</table>"))
}

#[test]
fn a_page_is_closed_where_a_browser_closes_it() {
    let said: &[&str] = &["Popyt rosnie."];
    hold(
        FileType::Html,
        vec![
            case("no head", "<!doctype html><title>R</title><p>Popyt rosnie.</p>", said),
            case("no end of head", "<html><head><title>R</title><body><p>Popyt rosnie.</p>", said),
            case("no end of head, no body", "<html><head><title>R</title><p>Popyt rosnie.", said),
            case(
                "heading after head",
                "<head><meta charset=utf-8><h1>Popyt</h1><p>rosnie.",
                &["Popyt", "rosnie."],
            ),
            case(
                "menu never closed",
                page("<nav><a href=#>Menu</a><main><p>Popyt rosnie.</p></main>"),
                said,
            ),
            case(
                "menu never closed, no main",
                page("<nav><a href=#>Menu</a><p>Popyt rosnie.</p>"),
                said,
            ),
            case(
                "menu in a menu",
                page("<nav><ul><li>A<nav>B</nav><li>C</ul></nav><p>Popyt rosnie.</p>"),
                said,
            ),
            case(
                "drawing in a drawing",
                page("<svg><svg><text>w</text></svg><text>x</text></svg><p>Popyt rosnie.</p>"),
                said,
            ),
            case("script", page("<script>if (a < b) {}</script><p>Popyt rosnie.</p>"), said),
            case(
                "comment before the doctype",
                "<!-- kopia -->\n<!doctype html><p>Popyt rosnie.</p>",
                said,
            ),
            case(
                "hidden",
                page(
                    "<p hidden>a</p><p style='Display : none'>b</p><div style=\"visibility:hidden\"><p>c</div><p>Popyt rosnie.</p>",
                ),
                said,
            ),
            case(
                "choice never closed",
                page("<select><option>A<option>B<p>Popyt rosnie.</p>"),
                said,
            ),
            case("choice", page("<p>Popyt <select><option>A</option></select>rosnie.</p>"), said),
            case("frame closed as in XHTML", page("<iframe src=\"x\"/><p>Popyt rosnie.</p>"), said),
            case(
                "XHTML",
                "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title/><script src='a.js'/></head><body><p>Popyt rosnie.</p></body></html>",
                said,
            ),
            case(
                "script in the head",
                "<head><noscript><style>p{}</style></noscript><title>x</title></head><p>Popyt rosnie.",
                said,
            ),
            case("form", page("<label>Popyt</label><button>rosnie.</button>"), said),
            case("template", page("<template><p>a</p></template><p>Popyt rosnie.</p>"), said),
        ],
    );
}

#[test]
fn every_cell_of_a_page_stands_under_its_own_head() {
    hold(
        FileType::Html,
        vec![
            case(
                "empty cell",
                table("<tr><td>PL</td><td></td><td>7</td></tr>"),
                &["Kraj | 2024 | 2025\nPL | | 7"],
            ),
            case(
                "space alone",
                table("<tr><td>PL<td>&nbsp;<td>7"),
                &["Kraj | 2024 | 2025\nPL | | 7"],
            ),
            case(
                "closed by itself",
                table("<tr><td>PL</td><td/><td>7</td></tr>"),
                &["Kraj | 2024 | 2025\nPL | | 7"],
            ),
            case(
                "empty corner",
                page(
                    "<table><tr><th></th><th>2024</th><th>2025</th></tr><tr><td>PL</td><td>5</td><td>7</td></tr></table>",
                ),
                &["| 2024 | 2025\nPL | 5 | 7"],
            ),
            case(
                "over two columns",
                table("<tr><td colspan=2>razem</td><td>9</td></tr>"),
                &["Kraj | 2024 | 2025\nrazem | | 9"],
            ),
            case(
                "over two rows",
                table(
                    "<tr><td rowspan=2>PL</td><td>a</td><td>5</td></tr><tr><td>b</td><td>7</td></tr>",
                ),
                &["Kraj | 2024 | 2025\nPL | a | 5\nPL | b | 7"],
            ),
            case(
                "over rows and columns",
                table("<tr><td rowspan=2 colspan=2>PL<td>5<tr><td>7<tr><td>CZ<td>1<td>2"),
                &["Kraj | 2024 | 2025\nPL | | 5\nPL | | 7\nCZ | 1 | 2"],
            ),
            case(
                "over rows in the middle",
                table("<tr><td>PL<td rowspan=2>x<td>5<tr><td>CZ<td>7"),
                &["Kraj | 2024 | 2025\nPL | x | 5\nCZ | x | 7"],
            ),
            case(
                "no end tags",
                table("<tr><td>PL<td><td>7<tr><td>CZ<td>4<td>"),
                &["Kraj | 2024 | 2025\nPL | | 7\nCZ | 4"],
            ),
        ],
    );
}

#[test]
fn what_stands_in_and_around_cells_of_a_page_is_read() {
    hold(
        FileType::Html,
        vec![
            case(
                "caption",
                page(
                    "<table><caption>Udzialy w rynku</caption><tr><th>Kraj<th>2024<tr><td>PL<td>7</table>",
                ),
                &["Udzialy w rynku", "Kraj | 2024\nPL | 7"],
            ),
            case(
                "picture",
                page("<table><tr><th>Kraj<th>2024<tr><td><img alt=Polska src=x><td>7</table>"),
                &["Kraj | 2024\nPolska | 7"],
            ),
            case("break", page("<table><tr><td>PL<td>10<br>12</table>"), &["PL | 10 12"]),
            case(
                "paragraphs in a cell",
                page("<table><tr><th><p>Kraj</p><p>(kod)</p><th>2025<tr><td>PL<td>7</table>"),
                &["Kraj (kod) | 2025\nPL | 7"],
            ),
            case(
                "a table in a table",
                page("<table><tr><td>A<table><tr><td>1<td>2</table><td>B<tr><td>C<td>D</table>"),
                &["A 1 2 | B\nC | D"],
            ),
            case(
                "tables side by side",
                page(
                    "<table><tr><td><table><tr><td>Kraj<td>2025<tr><td>PL<td>7</table><td><table><tr><td>Marka<td>Udzial<tr><td>A<td>12</table></table>",
                ),
                &["Kraj | 2025\nPL | 7", "Marka | Udzial\nA | 12"],
            ),
            case("a bar in a cell", page("<table><tr><td>x | y<td>1</table>"), &["x \\| y | 1"]),
        ],
    );
}

#[test]
fn marks_of_a_page_join_no_number() {
    hold(
        FileType::Html,
        vec![
            case("footnote", page("<p>Proba 412<sup>1</sup> osob."), &["Proba 412 ¹ osob."]),
            case(
                "footnote with a link",
                page("<p>Proba 412<sup><a href=#f1>12</a></sup> osob."),
                &["Proba 412 ¹² osob."],
            ),
            case(
                "powers",
                page("<p>Powierzchnia 25 m<sup>2</sup>, razem 10<sup>3</sup> osob<sup>1</sup>."),
                &["Powierzchnia 25 m², razem 10³ osob¹."],
            ),
            case("index", page("<p>CO<sub>2</sub>, 12<sub>3</sub>"), &["CO2, 12₃"]),
            case("break", page("<p>10<br>12 osob"), &["10 12 osob"]),
            case(
                "taken back",
                page("<p>Cena <del>10</del> <ins>12</ins> zl, <s>7</s> 8 zl"),
                &["Cena 12 zl, 8 zl"],
            ),
            case(
                "over the letters",
                page("<p><ruby>pod<rp>(</rp><rt>nad</rt><rp>)</rp></ruby>"),
                &["pod (nad)"],
            ),
        ],
    );
    let struck = note(FileType::Html, b"<!doctype html><p>Cena <del>10</del> 12 zl");
    assert_eq!(struck, "1 passage that was struck out was left out.");
}
