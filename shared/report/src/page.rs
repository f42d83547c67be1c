//! The page around every report.

use std::fmt::Display;

use shared::Language;
use shared::text::escape::escape;
use shared::text::page::{ALONE, PageShell, VIEWPORT};

/// What one report has of its own. The parts that are HTML have escaped their foreign texts.
pub(super) struct Page<'a> {
    pub(super) language: Language,
    /// What is reported on, as its author wrote it.
    pub(super) title: &'a str,
    /// What kind of report it is, in a few words.
    pub(super) kicker: &'a str,
    /// Style sheet beside that of every report.
    pub(super) style: &'a str,
    /// HTML under the title: the brief, the verdict in its panel.
    pub(super) opening: &'a str,
    /// HTML: the sections.
    pub(super) sections: &'a str,
    /// Day in UTC.
    pub(super) date: &'a dyn Display,
}

impl Page<'_> {
    /// A page that needs nothing else: its policy forbids scripts and anything from elsewhere. It is light or
    /// dark as the reader's system is.
    pub(super) fn html(&self) -> String {
        let Self { kicker, opening, sections, date, .. } = self;
        let title = escape(self.title);
        let body = format!(
            r#"<header><p class="kicker">{kicker}</p><h1>{title}</h1>
{opening}</header>
<main>
{sections}</main>
<footer><p>Sight · {date}</p></footer>
"#
        );
        PageShell {
            language: self.language,
            title: &format!("{}: {kicker}", self.title),
            head: &[VIEWPORT, ALONE],
            styles: &[include_str!("style.css"), self.style],
            body: &body,
        }
        .html()
    }
}
