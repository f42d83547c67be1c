//! The HTML around every page that needs nothing else: no script, no font, no server.

use crate::Language;
use crate::text::escape::escape;

/// A line of the head: the page is as wide as the screen that it is read on.
pub const VIEWPORT: &str =
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
/// A line of the head, for pages that are opened without the header that says the same: no script runs, and nothing
/// comes from elsewhere.
pub const ALONE: &str = "<meta http-equiv=\"Content-Security-Policy\" \
    content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";

/// What a page has of its own.
pub struct PageShell<'a> {
    pub language: Language,
    /// As its author wrote it; it is escaped here.
    pub title: &'a str,
    /// HTML: lines of the head beside the encoding, the title and the styles.
    pub head: &'a [&'a str],
    /// Style sheets, one behind the other.
    pub styles: &'a [&'a str],
    /// HTML, whose foreign texts are escaped.
    pub body: &'a str,
}

impl PageShell<'_> {
    /// The whole page.
    pub fn html(&self) -> String {
        let (lang, title, body) = (self.language.as_str(), escape(self.title), self.body);
        let (head, styles) = (self.head.concat(), self.styles.concat());
        format!(
            r#"<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
{head}<title>{title}</title>
<style>{styles}</style>
</head>
<body>
{body}</body>
</html>
"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_its_parts_in_order_and_its_title_safely() {
        let page = PageShell {
            language: Language::Polish,
            title: "<b>Kawa",
            head: &[VIEWPORT, ALONE],
            styles: &["p{}", "q{}"],
            body: "<p>Tak.</p>\n",
        };

        assert_eq!(
            page.html(),
            r#"<!doctype html>
<html lang="pl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>&lt;b&gt;Kawa</title>
<style>p{}q{}</style>
</head>
<body>
<p>Tak.</p>
</body>
</html>
"#
        );
    }
}
