//! Numbers as their cells show them: percentages, dates, currencies, as many decimals as the sheet has.

use std::collections::HashMap;

use ssfmt::{DateSystem, FormatOptions, NumberFormat, format_code_from_id};

use crate::extract::package::attribute;
use crate::extract::record::Refusal;
use crate::extract::xml::{Step, walk};

/// The formats that show a date as the reader's country writes it: here as ISO 8601 does.
const OF_THE_COUNTRY: [(u32, &str); 2] = [(14, "yyyy-mm-dd"), (22, "yyyy-mm-dd hh:mm")];
/// Digits that Excel keeps of a number.
const DIGITS: usize = 15;

/// The formats of a workbook.
#[derive(Debug, Default)]
pub(super) struct Formats {
    /// By the style of a cell.
    styles: Vec<Option<NumberFormat>>,
    options: FormatOptions,
}

impl Formats {
    /// Where the workbook has no styles.
    pub(super) fn none(date_system: DateSystem) -> Self {
        let mut options = FormatOptions { date_system, ..FormatOptions::default() };
        // A comma between thousands would be read as one before decimals where people write those with it.
        options.locale.thousands_separator = ' ';
        Self { styles: Vec::new(), options }
    }

    /// Reads the part of the styles.
    pub(super) fn read(xml: &str, dates: DateSystem) -> Result<Self, Refusal> {
        let mut formats = Self::none(dates);
        let mut own: HashMap<u32, String> = HashMap::new();
        let mut is_cells = false;
        walk(xml, |step| {
            match step {
                Step::Start(tag) => match tag.local_name().as_ref() {
                    "numFmt" => {
                        let id = attribute(tag, "numFmtId").and_then(|id| id.parse().ok());
                        own.extend(id.zip(attribute(tag, "formatCode")));
                    }
                    "cellXfs" => is_cells = true,
                    "xf" if is_cells => {
                        let id = attribute(tag, "numFmtId").and_then(|id| id.parse().ok());
                        formats.styles.push(format(id.unwrap_or(0), &own));
                    }
                    _ => {}
                },
                Step::End("cellXfs") => is_cells = false,
                Step::End(_) | Step::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(formats)
    }

    /// A number in a cell of this style.
    pub(super) fn shown(&self, number: &str, style: usize) -> String {
        let Ok(value) = number.parse::<f64>() else { return number.to_owned() };
        let format = self.styles.get(style).and_then(Option::as_ref);
        let shown = format.and_then(|format| format.try_format(value, &self.options).ok());
        shown.unwrap_or_else(|| plain(value))
    }
}

/// The format of this number, where it is not the general one.
fn format(id: u32, own: &HashMap<u32, String>) -> Option<NumberFormat> {
    let country = OF_THE_COUNTRY.iter().find(|(known, _)| *known == id).map(|(_, code)| *code);
    let code = own.get(&id).map(String::as_str).or(country).or_else(|| format_code_from_id(id))?;
    let is_general = id == 0 || code.eq_ignore_ascii_case("general");
    if is_general { None } else { NumberFormat::parse(code).ok() }
}

/// A number without the error of its last binary digit: 0.3, not 0.30000000000000004.
fn plain(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let digits = format!("{value:.*e}", DIGITS - 1).parse::<f64>();
    digits.unwrap_or(value).to_string()
}
