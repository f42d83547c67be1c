//! The researcher's target demographics, as the client sends them, and their check.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::axis::Attribute;
use super::label_parser::{self, Meaning};
use shared::error::{Error, FieldError, Result};

/// Labels of a category with their weights.
pub type Weights = BTreeMap<String, f64>;

/// Category → label → weight. Categories: `age_group` (also `age`), `gender`, `education_level`,
/// `income_bracket`, `location`. Weights need not add up to one; a weight of 0 excludes the label,
/// and people whom no label of a category names are excluded too.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct TargetDemographics(pub BTreeMap<String, Weights>);

impl TargetDemographics {
    /// Checks that categories and labels are known and every weight is finite and not negative.
    ///
    /// # Errors
    /// `Error::Invalid` with one entry a mistake; each names its field, as in
    /// `target_demographics.gender.femal`.
    pub fn parse(categories: BTreeMap<String, Weights>) -> Result<Self> {
        let target = Self(categories);
        target.categories()?;
        Ok(target)
    }

    /// Whether no category is targeted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every category with the meanings of its labels.
    pub(crate) fn categories(&self) -> Result<Vec<Category>> {
        let mut categories: Vec<Category> = Vec::new();
        let mut wrong = Vec::new();
        for (name, weights) in &self.0 {
            let field = format!("target_demographics.{name}");
            let Some(attribute) = attribute(name) else {
                wrong.push(FieldError::new(
                    field,
                    "is not a known category: use age_group, gender, education_level, \
                     income_bracket or location",
                ));
                continue;
            };
            if categories.iter().any(|known| known.attribute == attribute) {
                wrong.push(FieldError::new(field, "repeats a category under another name"));
                continue;
            }
            match Category::parse(attribute, field, weights) {
                Ok(category) => categories.push(category),
                Err(Error::Invalid(errors)) => wrong.extend(errors),
                Err(other) => return Err(other),
            }
        }
        if wrong.is_empty() { Ok(categories) } else { Err(Error::Invalid(wrong)) }
    }
}

fn attribute(name: &str) -> Option<Attribute> {
    match name {
        "age_group" | "age" => Some(Attribute::AgeGroup),
        "gender" => Some(Attribute::Gender),
        "education_level" | "education" => Some(Attribute::Education),
        "income_bracket" | "income" => Some(Attribute::IncomeBracket),
        "location" => Some(Attribute::Location),
        _ => None,
    }
}

/// One category of a target whose labels are known.
#[derive(Debug, Clone)]
pub(crate) struct Category {
    pub(crate) attribute: Attribute,
    /// Where it came from: `target_demographics.gender`, `advanced_options.gender_weights`.
    pub(crate) field: String,
    pub(crate) labels: Vec<Label>,
}

/// A label, what it means, and its share of the category.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) text: String,
    pub(crate) meaning: Meaning,
    pub(crate) share: f64,
}

impl Category {
    /// Checks labels and weights; shares add up to one.
    pub(crate) fn parse(attribute: Attribute, field: String, weights: &Weights) -> Result<Self> {
        let mut wrong = Vec::new();
        let mut labels = Vec::new();
        for (text, weight) in weights {
            let at = format!("{field}.{text}");
            if !weight.is_finite() || *weight < 0.0 {
                wrong.push(FieldError::new(at, "must be a finite number, 0 or more"));
                continue;
            }
            match label_parser::of(attribute, text) {
                Some(meaning) => labels.push(Label { text: text.clone(), meaning, share: *weight }),
                None => wrong.push(FieldError::new(at, label_parser::rule(attribute))),
            }
        }
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        let all: f64 = labels.iter().map(|label| label.share).sum();
        if all <= 0.0 || !all.is_finite() {
            return Err(Error::invalid(field, "needs at least one label with a weight above 0"));
        }
        labels.iter_mut().for_each(|label| label.share /= all);
        labels.sort_by_key(|label| order(&label.meaning));
        let category = Self { attribute, field, labels };
        category.refuse_overlap()?;
        Ok(category)
    }

    fn refuse_overlap(&self) -> Result<()> {
        for (index, label) in self.labels.iter().enumerate() {
            let at = || format!("{}.{}", self.field, label.text);
            if let Meaning::Ages(from, to) = label.meaning
                && from > to
            {
                return Err(Error::invalid(at(), "must not end before it begins"));
            }
            let other = self.labels[..index].iter().find(|o| overlap(&o.meaning, &label.meaning));
            if let Some(other) = other {
                return Err(Error::invalid(at(), format!("overlaps with {}", other.text)));
            }
        }
        Ok(())
    }
}

/// Natural order: young to old, low to high, the rest last.
fn order(meaning: &Meaning) -> u32 {
    match meaning {
        Meaning::Ages(from, _) => u32::from(*from),
        Meaning::Gender(gender) => *gender as u32,
        Meaning::Levels(bits) => bits.trailing_zeros(),
        Meaning::Brackets(bits) => bits.trailing_zeros(),
        Meaning::Locality(_) => 0,
        Meaning::Rest => u32::MAX,
    }
}

/// Whether two labels claim the same people. A town inside a voivodeship does not: the town is
/// taken out of the voivodeship.
fn overlap(a: &Meaning, b: &Meaning) -> bool {
    use super::label_parser::Locality::{International, Rural, Town, Urban, Voivodeship};
    match (a, b) {
        (Meaning::Ages(a_from, a_to), Meaning::Ages(b_from, b_to)) => {
            a_from <= b_to && b_from <= a_to
        }
        (Meaning::Gender(a), Meaning::Gender(b)) => a == b,
        (Meaning::Levels(a), Meaning::Levels(b)) => a & b != 0,
        (Meaning::Brackets(a), Meaning::Brackets(b)) => a & b != 0,
        (Meaning::Locality(a), Meaning::Locality(b)) => match (a, b) {
            (Town(a), Town(b)) => std::ptr::eq(*a, *b),
            (Voivodeship(a), Voivodeship(b)) | (International(a), International(b)) => a == b,
            (Urban, Urban) | (Rural, Rural) => true,
            _ => false,
        },
        (Meaning::Rest, Meaning::Rest) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(category: &str, labels: &[(&str, f64)]) -> Result<TargetDemographics> {
        let weights = labels.iter().map(|(label, weight)| ((*label).to_owned(), *weight)).collect();
        TargetDemographics::parse(BTreeMap::from([(category.to_owned(), weights)]))
    }

    fn refused(category: &str, labels: &[(&str, f64)]) -> FieldError {
        match parse(category, labels) {
            Err(Error::Invalid(errors)) => errors[0].clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_the_client_sends_is_accepted() {
        assert!(parse("age_group", &[("18-24", 0.3), ("25-34", 0.4), ("35-44", 0.3)]).is_ok());
        assert!(parse("age", &[("55+", 1.0)]).is_ok());
        assert!(parse("gender", &[("Male", 0.5), ("Female", 0.5)]).is_ok());
        assert!(parse("education_level", &[("wyższe", 0.4), ("średnie", 0.6)]).is_ok());
        assert!(TargetDemographics::parse(BTreeMap::new()).is_ok());
    }

    #[test]
    fn a_weight_of_zero_excludes_its_label() {
        assert!(parse("gender", &[("female", 1.0), ("male", 0.0)]).is_ok());
    }

    #[test]
    fn the_error_names_the_field_and_the_rule() {
        type Case = (&'static str, &'static [(&'static str, f64)], &'static str);
        let cases: [Case; 8] = [
            ("gender", &[("femal", 0.5)], "target_demographics.gender.femal"),
            ("shoe_size", &[("42", 1.0)], "target_demographics.shoe_size"),
            ("gender", &[("female", f64::NAN)], "target_demographics.gender.female"),
            ("gender", &[("female", -1.0)], "target_demographics.gender.female"),
            ("gender", &[("female", 0.0)], "target_demographics.gender"),
            ("gender", &[], "target_demographics.gender"),
            ("age_group", &[("34-25", 1.0)], "target_demographics.age_group.34-25"),
            ("age_group", &[("18-30", 0.5), ("25-40", 0.5)], "target_demographics.age_group.25-40"),
        ];
        for (category, labels, field) in cases {
            let error = refused(category, labels);

            assert_eq!(error.field, field);
            assert!(!error.rule.is_empty());
        }
    }
}
