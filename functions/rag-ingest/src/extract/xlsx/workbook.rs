//! What all sheets share: their names, the texts of cells, the formats of numbers.

use ssfmt::DateSystem;

use super::format::Formats;
use crate::extract::package::{Package, Related, attribute};
use crate::extract::record::Refusal;
use crate::extract::xml::{Step, walk};

/// An open workbook.
#[derive(Debug, Default)]
pub(super) struct Workbook {
    pub(super) sheets: Vec<Sheet>,
    /// Texts that cells name by their place.
    pub(super) strings: Vec<String>,
    pub(super) formats: Formats,
}

#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) part: Option<String>,
    pub(super) is_hidden: bool,
}

impl Workbook {
    pub(super) fn read(package: &mut Package<'_>, main: &str) -> Result<Self, Refusal> {
        let related = package.related(main)?;
        let (sheets, dates) = sheets(&package.part(main)?, &related)?;
        let strings = related.of_kind("sharedstrings");
        let strings = strings.or_else(|| package.beside(main, "sharedStrings.xml"));
        let strings = strings.map(|part| texts(&package.part(&part)?)).transpose()?;
        let styles = related.of_kind("styles").or_else(|| package.beside(main, "styles.xml"));
        let formats = match styles {
            Some(part) => Formats::read(&package.part(&part)?, dates)?,
            None => Formats::none(dates),
        };
        Ok(Self { sheets, strings: strings.unwrap_or_default(), formats })
    }
}

fn sheets(xml: &str, related: &Related) -> Result<(Vec<Sheet>, DateSystem), Refusal> {
    let mut sheets = Vec::new();
    let mut dates = DateSystem::Date1900;
    walk(xml, |step| {
        let Step::Start(tag) = step else { return Ok(()) };
        match tag.local_name().as_ref() {
            "sheet" => sheets.push(Sheet {
                name: attribute(tag, "name").unwrap_or_default(),
                part: attribute(tag, "id").and_then(|id| related.of_id(&id)),
                is_hidden: attribute(tag, "state").is_some_and(|state| state != "visible"),
            }),
            "workbookPr" if matches!(attribute(tag, "date1904").as_deref(), Some("1" | "true")) => {
                dates = DateSystem::Date1904;
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok((sheets, dates))
}

/// The texts in order; how they are to be pronounced is left out.
fn texts(xml: &str) -> Result<Vec<String>, Refusal> {
    let mut texts = Vec::new();
    let mut text = Rich::default();
    walk(xml, |step| {
        if let Some(whole) = text.take(&step, "si") {
            texts.push(whole);
        }
        Ok(())
    })?;
    Ok(texts)
}

/// A text in runs.
#[derive(Debug, Default)]
pub(super) struct Rich {
    text: String,
    is_text: bool,
    silent: usize,
}

impl Rich {
    /// Takes a step; the whole text where the element that holds it ends.
    pub(super) fn take(&mut self, step: &Step<'_>, holder: &str) -> Option<String> {
        match step {
            Step::Start(tag) => match tag.local_name().as_ref() {
                "t" => self.is_text = true,
                "rPh" => self.silent += 1,
                _ => {}
            },
            Step::End("t") => self.is_text = false,
            Step::End("rPh") => self.silent = self.silent.saturating_sub(1),
            Step::End(name) if *name == holder => return Some(std::mem::take(&mut self.text)),
            Step::End(_) => {}
            Step::Text(text) if self.is_text && self.silent == 0 => self.text.push_str(text),
            Step::Text(_) => {}
        }
        None
    }
}
