//! The axes of the joint distribution and how they are numbered inside the engine.

use serde::{Deserialize, Serialize};

use crate::fidelity::Provenance;
use crate::pay_zone::PAY_ZONES;
use shared::persona::card::{Activity, Education, Gender, OccupationGroup, Place, Sex};

/// The year of the population table; ages and birth years are counted from it.
pub const REFERENCE_YEAR: u16 = 2024;
/// The youngest person: populations are of adults.
pub const YOUNGEST: u8 = 18;
/// The oldest person; the open group of the table ends here (0.6 % of adults are older, and are
/// counted into the years below).
pub const OLDEST: u8 = 95;
/// How many single years there are.
pub(crate) const YEARS: usize = (OLDEST - YOUNGEST) as usize + 1;
/// How many levels of education.
pub(crate) const LEVELS: usize = 9;
/// How many main activities.
pub(crate) const ACTIVITIES: usize = 5;
/// How many occupation groups.
pub(crate) const GROUPS: usize = 10;
/// The slot of those who have no occupation group.
pub(crate) const NO_GROUP: usize = GROUPS;
/// How many income brackets.
pub(crate) const BRACKETS: usize = 6;
/// How many combinations of sex and gender are drawn: women, men, and non-binary people whose
/// register says female or male.
pub(crate) const KINDS: usize = 4;
/// How many classes of age work and pay are modelled in: single years.
pub(crate) const CLASSES: usize = YEARS;
/// How many zones: towns and country of each zone of pay, numbered pay zone × 2 + (0 town, 1 country).
pub(crate) const ZONES: usize = 2 * PAY_ZONES;
/// The middles of the classes of age that the earnings tables have: to 24, 25-34, 35-44, 45-54,
/// 55-59, 60-64, 65 and over. Between them what the tables say is interpolated.
pub(crate) const MIDDLES: [f64; 7] = [21.5, 29.5, 39.5, 49.5, 57.0, 62.0, 69.0];

/// Levels in the order of their numbers.
pub(crate) const EDUCATION: [Education; LEVELS] = [
    Education::Primary,
    Education::LowerSecondary,
    Education::BasicVocational,
    Education::GeneralSecondary,
    Education::TechnicalSecondary,
    Education::PostSecondary,
    Education::Bachelor,
    Education::Master,
    Education::Doctorate,
];

/// Activities in the order of their numbers.
pub(crate) const ACTIVITY: [Activity; ACTIVITIES] = [
    Activity::Employed,
    Activity::Unemployed,
    Activity::Student,
    Activity::Retired,
    Activity::Inactive,
];

/// Occupation groups in the order of their numbers, which are those of ISCO-08.
pub(crate) const GROUP: [OccupationGroup; GROUPS] = [
    OccupationGroup::ArmedForces,
    OccupationGroup::Managers,
    OccupationGroup::Professionals,
    OccupationGroup::Technicians,
    OccupationGroup::ClericalSupport,
    OccupationGroup::ServiceAndSales,
    OccupationGroup::SkilledAgricultural,
    OccupationGroup::CraftAndTrades,
    OccupationGroup::MachineOperators,
    OccupationGroup::Elementary,
];

/// Genders in the order of their numbers.
pub(crate) const GENDER: [Gender; 3] = [Gender::Female, Gender::Male, Gender::NonBinary];

/// Town (0) or country (1) of a zone.
pub(crate) const fn place_of(zone: usize) -> usize {
    zone % 2
}

pub(crate) const fn pay_zone_of(zone: usize) -> usize {
    zone / 2
}

pub(crate) const fn sex_of(kind: usize) -> usize {
    kind % 2
}

pub(crate) const fn gender_of(kind: usize) -> usize {
    if kind < 2 { kind } else { 2 }
}

/// A sex's number.
pub(crate) const fn sex_index(sex: Sex) -> usize {
    match sex {
        Sex::Female => 0,
        Sex::Male => 1,
    }
}

/// The sex of a number.
pub(crate) const fn sex(index: usize) -> Sex {
    if index == 0 { Sex::Female } else { Sex::Male }
}

/// The class of place of a number.
pub(crate) const fn place(index: usize) -> Place {
    if index == 0 { Place::Urban } else { Place::Rural }
}

/// The number of a single year.
pub(crate) const fn year_index(age: u8) -> usize {
    (age - YOUNGEST) as usize
}

/// The single year of a number.
pub(crate) const fn age(year: usize) -> u8 {
    YOUNGEST + year as u8
}

/// The class of age: a single year.
pub(crate) const fn class_of(age: u8) -> usize {
    year_index(age)
}

/// The value of a class of age, between those of the earnings tables.
pub(crate) fn at_class(values: &[f64; MIDDLES.len()], class: usize) -> f64 {
    let points: [(f64, f64); MIDDLES.len()] = std::array::from_fn(|i| (MIDDLES[i], values[i]));
    super::joint::interpolate(&points, age(class).into())
}

/// The three levels of the labour force survey: ISCED 0-2, 3-4, 5-8.
pub(crate) const fn isced(level: usize) -> usize {
    match level {
        0 | 1 => 0,
        2..=5 => 1,
        _ => 2,
    }
}

/// The attributes that a researcher can target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    AgeGroup,
    Gender,
    Education,
    /// Own net income.
    IncomeBracket,
    /// Town, voivodeship or class of place.
    Location,
}

impl Attribute {
    /// The attribute's name in `fidelity::Expected`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AgeGroup => "age_group",
            Self::Gender => "gender",
            Self::Education => "education",
            Self::IncomeBracket => "income_bracket",
            Self::Location => "location",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_order_of_the_words() {
        for (index, level) in EDUCATION.iter().enumerate() {
            assert_eq!(*level as usize, index);
        }
        for (index, activity) in ACTIVITY.iter().enumerate() {
            assert_eq!(*activity as usize, index);
        }
        for (index, group) in GROUP.iter().enumerate() {
            assert_eq!(*group as usize, index);
        }
    }
}

/// A targeted attribute: its labels, their shares, and the raked factors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Axis {
    pub(crate) attribute: Attribute,
    /// The field that asked for it.
    pub(crate) field: String,
    pub(crate) labels: Vec<String>,
    /// Wanted shares, adding up to 1.
    pub(crate) shares: Vec<f64>,
    /// The label of each of the axis' numbers.
    pub(crate) member: Vec<Option<u16>>,
    /// What raking multiplies each label by.
    pub(crate) factors: Vec<f64>,
    pub(crate) provenance: Provenance,
}
