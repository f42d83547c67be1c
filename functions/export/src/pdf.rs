//! What leaves as a PDF: a report of parts, which one template sets. Parts are values, so a text from a person or a
//! model is a text whatever it looks like.

mod disclosure;
mod discussion;
mod figure;
mod letters;
mod people;
mod persona;
mod survey;
#[cfg(test)]
mod tests;
mod world;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use platform::turns::Turns;
use platform::{Error, Result};
use records::export::{Disclosure, Masked};
use serde::Serialize;
use serde_json::Value;
use shared::Language;
use shared::id::AccountId;
use shared::persona::mask;

pub(crate) use discussion::discussion;
pub(crate) use people::{MOST_PEOPLE, People, too_many};
pub(crate) use persona::Portrait;
pub(crate) use survey::survey;

/// Reports that are set at a time in a process.
static TURNS: LazyLock<Turns> = LazyLock::new(|| Turns::new(1));
/// The longest report in letters. One takes about a quarter of a kilobyte while a report is set (measured with typst
/// 0.15: 300 paragraphs of 144,000 letters took 35 MB), so this is 250 MB: half of what an instance has.
const MOST_LETTERS: usize = 1_000_000;
/// What each text of a report counts beside its letters: its place on a page, its element in the structure tree
/// (measured: 300 bars and rows of a table, six texts each, took 34 MB).
const TEXT: usize = 64;
/// A heading or an alternative text is a string of the file, which PDF/A keeps under 32,767 bytes; UTF-16 takes two
/// or four a letter.
const LONGEST_STRING: usize = 8_000;
/// Digits of an account's id that tell who exported a masked file: chance alone makes two of a project alike once in
/// billions.
const TRACE: usize = 8;
/// A report has contents where it has more parts than some pages hold.
const SHORT: usize = 40;

/// A report without its disclosure.
pub(crate) struct Report {
    /// What it is called where files are listed.
    pub(crate) title: String,
    /// What it is, in a few words.
    pub(crate) kicker: String,
    pub(crate) language: Language,
    pub(crate) parts: Vec<Part>,
}

/// On whose behalf a report leaves, which its pages say behind their words.
pub(crate) struct Stamp {
    /// Who exports.
    pub(crate) person: String,
    /// Whether pages say it.
    pub(crate) is_shown: bool,
    /// Names the file among all files.
    pub(crate) name: String,
}

/// A part of a report, as the template knows it.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Part {
    /// Opens a section of this level.
    Heading { level: u8, text: String },
    /// A paragraph.
    Paragraph { text: String },
    /// A paragraph in small print.
    Note { text: String },
    /// What is said first.
    Panel { text: Vec<String> },
    /// What somebody said.
    Quote { text: String },
    /// Points.
    List { items: Vec<String> },
    /// A table with its header.
    Table { columns: Vec<Column>, rows: Vec<Vec<String>> },
    /// Bars, and what they show in words.
    Chart { alt: String, bars: Vec<Bar> },
    /// Figures beside each other.
    Cards { cards: Vec<Card> },
    /// A turn in a discussion.
    Turn { speaker: String, about: Option<String>, text: Vec<String> },
    /// What comes next begins a page.
    Page,
}

/// A column of a table.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    pub(crate) title: String,
    /// Whether it takes what place is left.
    pub(crate) is_wide: bool,
    /// Whether it is set to the right.
    pub(crate) is_number: bool,
}

/// A bar; all places are parts of the width.
#[derive(Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// The range behind it.
    pub(crate) band: Option<[f64; 2]>,
    pub(crate) value: String,
}

/// A figure on a card.
#[derive(Debug, Serialize)]
pub(crate) struct Card {
    pub(crate) level: u8,
    pub(crate) title: String,
    pub(crate) value: Option<String>,
    pub(crate) lines: Vec<String>,
}

/// A report as the template reads it.
#[derive(Serialize)]
struct TemplateData {
    title: String,
    author: String,
    kicker: String,
    language: &'static str,
    watermark: Option<[String; 3]>,
    footer: String,
    /// The title of the table of contents, where there is one.
    contents: Option<&'static str>,
    /// What is said about letters that no font has.
    boxes: Option<String>,
    parts: Vec<Part>,
}

impl Report {
    /// The bytes of the report with its disclosure: the same for the same report, person and time. Made apart from
    /// the threads that serve, one at a time.
    ///
    /// # Errors
    /// When it is longer than a PDF may be, which the caller is told; when typst refuses it, which is ours.
    pub(crate) async fn pdf(
        self,
        disclosure: &Disclosure,
        stamp: &Stamp,
        masked: &Masked,
    ) -> Result<Vec<u8>> {
        let (language, at, name) = (self.language, disclosure.exported_at, stamp.name.clone());
        let whole = self.whole(disclosure, stamp).leaving(masked);
        let whole = serde_json::to_value(whole).map_err(|error| Error::Internal(error.into()))?;
        let length = letters_in(&whole);
        if length > MOST_LETTERS {
            return Err(too_long(length));
        }
        let written = TURNS.run(move || set(whole, language, &name, at)).await?;
        written.map_err(Error::Internal)
    }

    fn whole(self, disclosure: &Disclosure, stamp: &Stamp) -> TemplateData {
        let language = self.language;
        let time = minute(disclosure.exported_at);
        let watermark =
            stamp.is_shown.then(|| [disclosure.project_name.clone(), stamp.person.clone(), time]);
        let sections = self.parts.iter().filter(|part| part.is_section()).count();
        let is_long = self.parts.len() > SHORT && sections > 1;
        let contents = language.pick("Contents", "Spis treści");
        let mut parts = self.parts;
        parts.extend(disclosure::page(disclosure, language));
        TemplateData {
            title: cut(&self.title),
            author: cut(&stamp.person),
            footer: format!("Sight · {}", cut(&self.title)),
            kicker: self.kicker,
            language: language.as_str(),
            watermark,
            contents: is_long.then_some(contents),
            boxes: None,
            parts,
        }
    }
}

impl TemplateData {
    /// With every text as it may leave: a title, a bookmark, an alternative text, the watermark, whatever a part forgot.
    fn leaving(mut self, masked: &Masked) -> Self {
        if masked.is_on() {
            self.each_text(&|text: &mut String| *text = masked.text(text));
        }
        self
    }

    fn each_text(&mut self, change: &impl Fn(&mut String)) {
        [&mut self.title, &mut self.author, &mut self.kicker, &mut self.footer]
            .into_iter()
            .for_each(change);
        self.watermark.iter_mut().flatten().for_each(change);
        self.parts.iter_mut().for_each(|part| part.each_text(change));
    }
}

/// The exporter's name in a file. In a masked file it is their initials, and the end of the id that the audit log has.
pub(crate) fn exporter(name: Option<&str>, account: AccountId, masked: &Masked) -> String {
    let id = account.to_string();
    match (name, masked.is_on()) {
        (Some(name), false) => name.to_owned(),
        (Some(name), true) => {
            format!("{} ({})", mask::initials_of(name), &id[id.len() - TRACE..])
        }
        (None, _) => id,
    }
}

/// Writes a report whose letters are those of its fonts.
fn set(whole: Value, language: Language, name: &str, at: DateTime<Utc>) -> anyhow::Result<Vec<u8>> {
    let (mut whole, boxes) = letters::fitted(whole, language);
    if boxes > 0 {
        let told = language.pick(
            "Letters that the fonts of this file do not have are shown as boxes",
            "Znaki, których nie mają czcionki tego pliku, pokazano jako prostokąty",
        );
        whole["boxes"] = format!("{told}: {boxes}.").into();
    }
    world::write(serde_json::to_vec(&whole)?, name, at)
}

/// Letters in all texts of a value, and what each text costs beside them.
fn letters_in(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count() + TEXT,
        Value::Array(items) => items.iter().map(letters_in).sum(),
        Value::Object(fields) => fields.values().map(letters_in).sum(),
        _ => 0,
    }
}

fn too_long(length: usize) -> Error {
    let rule = format!(
        "a PDF has at most {MOST_LETTERS} letters, where each text counts {TEXT} more, and this would have {length}: \
         CSV and JSON have no such limit"
    );
    Error::invalid("format", rule)
}

/// The beginning of a text that becomes a string of the file.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_STRING) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl Part {
    pub(crate) fn section(text: impl Into<String>) -> Self {
        Self::Heading { level: 1, text: cut(&text.into()) }
    }

    pub(crate) fn subsection(text: impl Into<String>) -> Self {
        Self::Heading { level: 2, text: cut(&text.into()) }
    }

    pub(crate) fn note(text: impl Into<String>) -> Self {
        Self::Note { text: text.into() }
    }

    pub(crate) fn list(items: impl IntoIterator<Item = String>) -> Self {
        Self::List { items: items.into_iter().collect() }
    }

    /// A text's paragraphs.
    pub(crate) fn paragraphs(text: &str) -> impl Iterator<Item = Self> {
        paragraphs(text).into_iter().map(|text| Self::Paragraph { text })
    }

    /// Bars with a title that says what they show; their values in words come behind it.
    pub(crate) fn chart(title: &str, bars: Vec<Bar>) -> Self {
        let shown = bars.iter().map(|bar| format!("{}: {}", bar.label, bar.value));
        let shown: Vec<String> = shown.collect();
        Self::Chart { alt: cut(&format!("{title}. {}", shown.join("; "))), bars }
    }

    /// What is known by its name, a line each.
    pub(crate) fn facts(
        language: Language,
        facts: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        let column =
            |title: &str, is_wide| Column { title: title.to_owned(), is_wide, is_number: false };
        Self::Table {
            columns: vec![
                column(language.pick("What", "Cecha"), false),
                column(language.pick("Value", "Wartość"), true),
            ],
            rows: facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect(),
        }
    }

    fn each_text(&mut self, change: &impl Fn(&mut String)) {
        match self {
            Self::Heading { text, .. }
            | Self::Paragraph { text }
            | Self::Note { text }
            | Self::Quote { text } => change(text),
            Self::Panel { text } => text.iter_mut().for_each(change),
            Self::List { items } => items.iter_mut().for_each(change),
            Self::Table { columns, rows } => {
                columns.iter_mut().for_each(|column| change(&mut column.title));
                rows.iter_mut().flatten().for_each(change);
            }
            Self::Chart { alt, bars } => {
                change(alt);
                for bar in bars {
                    change(&mut bar.label);
                    change(&mut bar.value);
                }
            }
            Self::Cards { cards } => {
                for card in cards {
                    change(&mut card.title);
                    card.value.iter_mut().chain(&mut card.lines).for_each(change);
                }
            }
            Self::Turn { speaker, about, text } => {
                change(speaker);
                about.iter_mut().chain(text).for_each(change);
            }
            Self::Page => {}
        }
    }

    fn is_section(&self) -> bool {
        matches!(self, Self::Heading { level: 1 | 2, .. })
    }
}

impl Column {
    pub(crate) fn wide(title: &str) -> Self {
        Self { title: title.to_owned(), is_wide: true, is_number: false }
    }

    pub(crate) fn number(title: &str) -> Self {
        Self { title: title.to_owned(), is_wide: false, is_number: true }
    }
}

/// A time to the minute.
fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// What blank lines part.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}
