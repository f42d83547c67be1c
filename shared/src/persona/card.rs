//! The card: everything about a person that code decides before a word is written.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A short text that is a table's own constant when drawn, and owned when read back.
pub type Text = Cow<'static, str>;

/// One person of a population. Labels are looked up when shown, so a card fits every language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Place in the population, from 0. The natural key together with the population.
    pub index: u32,
    pub country: Country,
    /// Sex in the register: it governs names and grammatical forms.
    pub sex: Sex,
    pub gender: Gender,
    pub age: u8,
    /// Voivodeship (Poland) or state, as written in the table.
    pub region: Text,
    pub place: Place,
    /// Town of residence; empty for rural people, whose place has no official list.
    pub town: Text,
    pub first_name: Text,
    /// Surname in the form that agrees with the sex.
    pub surname: Text,
    pub education: Education,
    pub activity: Activity,
    /// ISCO-08 major group of those in work; retired and unemployed people keep their last one.
    pub occupation_group: Option<OccupationGroup>,
    /// Occupation in the language of the country and the form of the sex; for those without one, the
    /// activity in words.
    pub occupation: Text,
    /// Occupation in English, the same job.
    pub occupation_en: Text,
    /// How much employees work; absent for all others, and on cards from before it was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_time: Option<WorkingTime>,
    /// Own net income a month in the country's currency. Modelled.
    pub income_monthly_net: u32,
    /// Openness, conscientiousness, extraversion, agreeableness, neuroticism: 0 to 1.
    pub big_five: BigFive,
    /// Hofstede's six dimensions, 0 to 1.
    pub hofstede: Hofstede,
    /// Five to seven keys of `persona::vocabulary::values`.
    pub values: Vec<Text>,
    /// Five to seven keys of `persona::vocabulary::interests`.
    pub interests: Vec<Text>,
}

/// How much an employee works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkingTime {
    FullTime,
    /// Less: the reason for pay below the minimum wage.
    PartTime,
}

/// Countries that have tables.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Country {
    /// Official tables.
    #[default]
    Poland,
    /// The international tables: not official, and labelled so.
    International,
}

/// Sex in the population register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Female,
    Male,
}

crate::words! {
    /// How a person describes themselves.
    #[derive(PartialOrd, Ord)]
    pub enum Gender {
        /// Woman.
        Female = "female",
        /// Man.
        Male = "male",
        /// Non-binary. Drawn only where a target asks for it: there is no official count.
        NonBinary = "non_binary",
    }
}

crate::words! {
    /// Class of place, as Statistics Poland counts it.
    #[derive(PartialOrd, Ord)]
    pub enum Place {
        /// A town by status.
        Urban = "urban",
        /// Everything else.
        Rural = "rural",
    }
}

crate::words! {
    /// Highest completed level of education, in the client's eight Polish labels and a doctorate.
    #[derive(PartialOrd, Ord)]
    pub enum Education {
        /// Podstawowe.
        Primary = "primary",
        /// Gimnazjalne: born 1986 or later only, the school existed from 1999 to 2019.
        LowerSecondary = "lower_secondary",
        /// Zasadnicze zawodowe.
        BasicVocational = "basic_vocational",
        /// Średnie ogólnokształcące.
        GeneralSecondary = "general_secondary",
        /// Średnie techniczne.
        TechnicalSecondary = "technical_secondary",
        /// Policealne.
        PostSecondary = "post_secondary",
        /// Wyższe licencjackie.
        Bachelor = "bachelor",
        /// Wyższe magisterskie.
        Master = "master",
        /// Doktorat.
        Doctorate = "doctorate",
    }
}

crate::words! {
    /// Main activity.
    #[derive(PartialOrd, Ord)]
    pub enum Activity {
        /// In paid work.
        Employed = "employed",
        /// Without work and looking for it.
        Unemployed = "unemployed",
        /// At school or university.
        Student = "student",
        /// On an old-age pension.
        Retired = "retired",
        /// On a disability pension, caring, or not looking for work.
        Inactive = "inactive",
    }
}

crate::words! {
    /// ISCO-08 major groups 1 to 9 and the armed forces (0).
    #[derive(PartialOrd, Ord)]
    pub enum OccupationGroup {
        /// 0.
        ArmedForces = "armed_forces",
        /// 1.
        Managers = "managers",
        /// 2.
        Professionals = "professionals",
        /// 3.
        Technicians = "technicians",
        /// 4.
        ClericalSupport = "clerical_support",
        /// 5.
        ServiceAndSales = "service_and_sales",
        /// 6.
        SkilledAgricultural = "skilled_agricultural",
        /// 7.
        CraftAndTrades = "craft_and_trades",
        /// 8.
        MachineOperators = "machine_operators",
        /// 9.
        Elementary = "elementary",
    }
}

/// The five-factor model, each trait 0 to 1 with 0.5 the population's mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BigFive {
    pub openness: f32,
    pub conscientiousness: f32,
    pub extraversion: f32,
    pub agreeableness: f32,
    pub neuroticism: f32,
}

impl BigFive {
    /// What the traits are called, in their order.
    pub const NAMES: [&str; 5] =
        ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"];

    /// The traits in the order of [`Self::NAMES`].
    pub fn values(self) -> [f32; 5] {
        [
            self.openness,
            self.conscientiousness,
            self.extraversion,
            self.agreeableness,
            self.neuroticism,
        ]
    }
}

/// Hofstede's dimensions, each 0 to 1 (the published country score divided by 100, with spread).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Hofstede {
    pub power_distance: f32,
    pub individualism: f32,
    pub masculinity: f32,
    pub uncertainty_avoidance: f32,
    pub long_term_orientation: f32,
    pub indulgence: f32,
}

impl Hofstede {
    /// What the dimensions are called, in their order.
    pub const NAMES: [&str; 6] = [
        "power_distance",
        "individualism",
        "masculinity",
        "uncertainty_avoidance",
        "long_term_orientation",
        "indulgence",
    ];

    /// The dimensions in the order of [`Self::NAMES`].
    pub fn values(self) -> [f32; 6] {
        [
            self.power_distance,
            self.individualism,
            self.masculinity,
            self.uncertainty_avoidance,
            self.long_term_orientation,
            self.indulgence,
        ]
    }
}
