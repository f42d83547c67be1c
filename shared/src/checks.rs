//! Checks many fields and tells every broken rule at once.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::{Error, FieldError, Result};

/// How many broken rules are kept: of a long list each entry may break one, and nobody reads more.
pub(crate) const MOST_KEPT: usize = 100;

/// The rules broken so far.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Keeps what a parser says: its value, or its error.
    pub fn keep<T>(&mut self, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.push(error)).ok()
    }

    /// Keeps what a rule over several fields says.
    pub fn keep_all<T>(&mut self, parsed: Result<T>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(Error::Invalid(errors)) => {
                errors.into_iter().for_each(|error| self.push(error));
                None
            }
            Err(other) => {
                self.push(FieldError::new("", other.to_string()));
                None
            }
        }
    }

    /// The characters of a text, without white space at its ends; of that there may be as much again, and
    /// not a megabyte, because most texts are stored as they came.
    pub fn length(&mut self, field: &str, text: Option<&str>, allowed: RangeInclusive<usize>) {
        let (low, high) = (allowed.start(), allowed.end());
        let is_broken = text.is_some_and(|text| {
            let whole = text.chars().count();
            !allowed.contains(&text.trim().chars().count()) || whole > 2 * high
        });
        if is_broken {
            self.push(FieldError::new(field, format!("must have {low} to {high} characters")));
        }
    }

    /// A number.
    pub fn range<T: PartialOrd + Display>(
        &mut self,
        field: &str,
        value: Option<T>,
        allowed: RangeInclusive<T>,
    ) {
        if value.is_some_and(|value| !allowed.contains(&value)) {
            let (low, high) = (allowed.start(), allowed.end());
            self.push(FieldError::new(field, format!("must be between {low} and {high}")));
        }
    }

    /// Keeps a broken rule, while there is room.
    pub(crate) fn push(&mut self, error: FieldError) {
        if self.0.len() < MOST_KEPT {
            self.0.push(error);
        }
    }

    /// Nothing, or every broken rule, up to a hundred.
    ///
    /// # Errors
    /// When any rule was broken.
    pub fn done(self) -> Result<()> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(Error::Invalid(self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_broken_rule_is_told() {
        let mut checks = Checks::default();

        checks.length("name", Some("  "), 1..=255);
        checks.length("description", None, 0..=10);
        checks.range("target_sample_size", Some(5), 10..=1000);

        let Err(Error::Invalid(errors)) = checks.done() else { panic!("two rules are broken") };
        assert_eq!(errors[0], FieldError::new("name", "must have 1 to 255 characters"));
        assert_eq!(errors[1].rule, "must be between 10 and 1000");
    }

    #[test]
    fn of_very_many_broken_rules_a_hundred_are_kept() {
        let many = || (0..1_000).map(|n| FieldError::new(format!("list.{n}"), "is wrong"));
        let mut checks = Checks::default();

        for error in many() {
            checks.keep::<()>(Err(error));
        }
        checks.keep_all::<()>(Err(Error::Invalid(many().collect())));

        let Err(Error::Invalid(errors)) = checks.done() else { panic!("all are broken") };
        assert_eq!((errors.len(), errors[99].field.as_str()), (MOST_KEPT, "list.99"));
    }

    #[test]
    fn white_space_is_not_without_bounds() {
        for (text, ok) in [(" x ".to_owned(), true), (format!("x{}", " ".repeat(1 << 20)), false)] {
            let mut checks = Checks::default();

            checks.length("name", Some(&text), 1..=255);

            assert_eq!(checks.done().is_ok(), ok, "{} letters", text.len());
        }
    }
}
