//! What a population of a plan should look like: the exact shares that its people are drawn to fit.

mod job;

use super::axis::Axis;
use super::axis::{
    ACTIVITY, Attribute, EDUCATION, GENDER, GROUP, GROUPS, KINDS, LEVELS, YEARS, gender_of,
    place_of,
};
use super::distribution::{Distribution, Forward};
use super::income::Currency;
use super::joint::VOIVODESHIPS;
use super::plan::Plan;
use super::{international, stratum};
use crate::fidelity::{Expected, ExpectedAttribute, ExpectedPair, Provenance};
use shared::persona::card::{Activity, Card, Country, Place};
use shared::persona::label::{BRACKET_KEYS, USD_BRACKET_KEYS, key};

pub(crate) const POPULATION_SOURCE: &str = "Statistics Poland, population on 31 December 2024";
const EDUCATION_SOURCE: &str = "Eurostat, labour force survey 2021-2024 (edat_lfse_03, \
    edat_lfs_9912, edat_lfse_04): three levels by age, sex and voivodeship; split into nine by a model";
const ACTIVITY_SOURCE: &str =
    "model, scaled to employment at 20-64 by sex (Eurostat lfsa_ergan 2024)";
const OCCUPATION_SOURCE: &str = "Eurostat, labour force survey 2023 (lfsa_egised), people in work; \
    raked over age, place and nine levels by a model";
const INCOME_SOURCE: &str =
    "model on Statistics Poland, structure of earnings, October 2022, lifted to 2024";
pub(crate) const INTERNATIONAL_SOURCE: &str = "international default tables: not official";

/// Positions of the attributes in `Expected::attributes`.
const AGE: usize = 0;
const GENDER_AT: usize = 1;
const REGION: usize = 2;
const PLACE: usize = 3;
const EDUCATION_AT: usize = 4;
const ACTIVITY_AT: usize = 5;
const OCCUPATION: usize = 6;
const INCOME: usize = 7;

/// How a card's words become categories.
pub(crate) struct Categories {
    ages: Vec<(String, u8, u8)>,
    genders: Vec<Option<u16>>,
    levels: Vec<Option<u16>>,
    brackets: Vec<Option<u16>>,
    regions: Vec<String>,
    towns: Option<Axis>,
}

impl Categories {
    pub(crate) fn new(plan: &Plan) -> Self {
        let member = |attribute, all: usize| {
            plan.axis(attribute)
                .map_or_else(|| (0..all).map(|n| Some(n as u16)).collect(), |a| a.member.clone())
        };
        let genders = plan.axis(Attribute::Gender).map_or_else(
            || gender_numbers(plan).map(|kind| kind.map(|gender| gender as u16)).to_vec(),
            |axis| axis.member.clone(),
        );
        Self {
            ages: plan.age_groups(),
            genders,
            levels: member(Attribute::Education, LEVELS),
            brackets: member(Attribute::IncomeBracket, BRACKET_KEYS.len()),
            regions: regions(plan.country),
            towns: plan.axis(Attribute::Location).cloned(),
        }
    }

    /// The card's category in every attribute of `expected`, in order, those in pairs only last.
    pub(crate) fn of(&self, plan: &Plan, card: &Card) -> Vec<Option<u16>> {
        let age = self.ages.iter().position(|(_, from, to)| (*from..=*to).contains(&card.age));
        let kind = if card.gender as usize == 2 { 2 } else { card.gender as usize };
        let currency = match card.country {
            Country::Poland => Currency::ZLOTY,
            Country::International => Currency::DOLLAR,
        };
        let group = card.occupation_group.filter(|_| card.activity == Activity::Employed);
        let mut categories = vec![
            age.map(|index| index as u16),
            self.genders[kind],
            self.regions.iter().position(|region| *region == card.region).map(|index| index as u16),
            Some(card.place as u16),
            self.levels[card.education as usize],
            Some(card.activity as u16),
            group.map(|group| group as u16),
            self.brackets[currency.bracket(card.income_monthly_net)],
        ];
        if let Some(axis) = &self.towns {
            categories.push(location(plan, axis, card));
        }
        let job = job::number(card);
        categories.extend([job, job.map(job::class)]);
        categories
    }
}

/// The location label of a card: of its town's own stratum, else of the stratum of its territory.
fn location(plan: &Plan, axis: &Axis, card: &Card) -> Option<u16> {
    let fits = |stratum: &stratum::Stratum| {
        stratum.region(plan.country) == card.region && stratum.place(plan.country) == card.place
    };
    let own = plan
        .strata
        .iter()
        .position(|stratum| fits(stratum) && stratum.town.as_deref() == Some(card.town.as_ref()));
    let own = own.or_else(|| {
        plan.strata.iter().position(|stratum| {
            fits(stratum)
                && stratum.town.is_none()
                && (plan.country == Country::Poland
                    || international::towns(stratum.territory)
                        .iter()
                        .any(|town| town.0 == card.town)
                    || card.place == Place::Rural)
        })
    });
    axis.member[own?]
}

/// The number of the gender of each kind; non-binary only where there can be some.
fn gender_numbers(plan: &Plan) -> [Option<usize>; KINDS] {
    std::array::from_fn(|kind| (plan.kinds[kind] > 0.0).then(|| gender_of(kind)))
}

fn regions(country: Country) -> Vec<String> {
    match country {
        Country::Poland => VOIVODESHIPS.iter().map(|name| (*name).to_owned()).collect(),
        Country::International => {
            let mut regions: Vec<String> = Vec::new();
            for (_, region, _) in international::PLACES {
                if !regions.iter().any(|known| known == region) {
                    regions.push(region.to_owned());
                }
            }
            regions
        }
    }
}

/// The exact shares of a plan.
pub(crate) fn expected(plan: &Plan, distribution: &Distribution) -> Expected {
    let forward = distribution.forward().expect("a plan that was made has people");
    let categories = Categories::new(plan);
    let shape = Shape { plan, distribution, forward: &forward, categories: &categories };
    let attributes = shape.attributes();
    let jobs = shape.jobs();
    let mut pairs = shape.pairs(&attributes);
    pairs.extend(shape.job_pairs(&attributes, &jobs));
    Expected { attributes, in_pairs_only: shape.job_attributes(&jobs), pairs }
}

pub(crate) fn attributes(plan: &Plan, distribution: &Distribution) -> Vec<ExpectedAttribute> {
    let forward = distribution.forward().expect("a plan that was made has people");
    let categories = Categories::new(plan);
    Shape { plan, distribution, forward: &forward, categories: &categories }.attributes()
}

fn attribute(
    name: &str,
    labels: Vec<String>,
    probabilities: Vec<f64>,
    provenance: Provenance,
    source: String,
) -> ExpectedAttribute {
    debug_assert_eq!(labels.len(), probabilities.len());
    ExpectedAttribute { attribute: name.to_owned(), labels, probabilities, provenance, source }
}

fn target_source(axis: &Axis) -> String {
    format!("the study's target, {}", axis.field)
}

struct Shape<'a> {
    plan: &'a Plan,
    distribution: &'a Distribution,
    forward: &'a Forward,
    categories: &'a Categories,
}

impl Shape<'_> {
    fn attributes(&self) -> Vec<ExpectedAttribute> {
        let mut attributes = vec![
            self.age(),
            self.gender(),
            self.region(),
            self.place(),
            self.education(),
            self.activity(),
            self.occupation(),
            self.income(),
        ];
        if let Some(axis) = self.plan.axis(Attribute::Location) {
            attributes.push(attribute(
                "location",
                axis.labels.clone(),
                axis.shares.clone(),
                Provenance::Target,
                target_source(axis),
            ));
        }
        attributes
    }

    /// Provenance and source: the axis' own where targeted, the table's otherwise. A target on one
    /// attribute moves the others, which then rest on it too; they keep the name of their table.
    fn origin(
        &self,
        attribute: Option<Attribute>,
        provenance: Provenance,
        source: &str,
    ) -> (Provenance, String) {
        match attribute.and_then(|attribute| self.plan.axis(attribute)) {
            Some(axis) if axis.provenance == Provenance::Target => {
                (Provenance::Target, target_source(axis))
            }
            _ if self.plan.country == Country::International => {
                (Provenance::NotOfficial, INTERNATIONAL_SOURCE.to_owned())
            }
            _ => (provenance, source.to_owned()),
        }
    }

    fn age(&self) -> ExpectedAttribute {
        let labels: Vec<String> =
            self.categories.ages.iter().map(|group| group.0.clone()).collect();
        let mut shares = vec![0.0; labels.len()];
        for years in self.forward.cells.iter().flatten() {
            for (year, share) in years.iter().enumerate() {
                if let Some(group) = self.age_group(year) {
                    shares[group] += share;
                }
            }
        }
        let (provenance, source) =
            self.origin(Some(Attribute::AgeGroup), Provenance::Official, POPULATION_SOURCE);
        attribute("age_group", labels, shares, provenance, source)
    }

    fn age_group(&self, year: usize) -> Option<usize> {
        let age = super::axis::age(year);
        self.categories.ages.iter().position(|(_, from, to)| (*from..=*to).contains(&age))
    }

    fn gender(&self) -> ExpectedAttribute {
        let labels: Vec<String> = match self.plan.axis(Attribute::Gender) {
            Some(axis) => axis.labels.clone(),
            None => {
                let count =
                    gender_numbers(self.plan).iter().flatten().max().map_or(0, |last| last + 1);
                GENDER[..count].iter().map(key).collect()
            }
        };
        let mut shares = vec![0.0; labels.len()];
        for stratum in &self.forward.cells {
            for (kind, years) in stratum.iter().enumerate() {
                if let Some(gender) = self.categories.genders[kind] {
                    shares[usize::from(gender)] += years.iter().sum::<f64>();
                }
            }
        }
        let (provenance, source) =
            self.origin(Some(Attribute::Gender), Provenance::Official, POPULATION_SOURCE);
        attribute("gender", labels, shares, provenance, source)
    }

    fn region_of(&self, stratum: usize) -> usize {
        let region = self.plan.strata[stratum].region(self.plan.country);
        self.categories.regions.iter().position(|known| known == region).unwrap_or(0)
    }

    fn region(&self) -> ExpectedAttribute {
        let labels = self.categories.regions.clone();
        let mut shares = vec![0.0; labels.len()];
        for (stratum, kinds) in self.forward.cells.iter().enumerate() {
            shares[self.region_of(stratum)] += kinds.iter().flatten().sum::<f64>();
        }
        let (provenance, source) = self.origin(None, Provenance::Official, POPULATION_SOURCE);
        attribute("region", labels, shares, provenance, source)
    }

    fn place(&self) -> ExpectedAttribute {
        let mut shares = vec![0.0; 2];
        for (stratum, kinds) in self.forward.cells.iter().enumerate() {
            shares[self.distribution.place(stratum)] += kinds.iter().flatten().sum::<f64>();
        }
        let labels = vec![key(&Place::Urban), key(&Place::Rural)];
        let (provenance, source) = self.origin(None, Provenance::Official, POPULATION_SOURCE);
        attribute("place", labels, shares, provenance, source)
    }

    fn education(&self) -> ExpectedAttribute {
        let labels: Vec<String> = match self.plan.axis(Attribute::Education) {
            Some(axis) => axis.labels.clone(),
            None => EDUCATION.iter().map(key).collect(),
        };
        let mut shares = vec![0.0; labels.len()];
        for levels in self.forward.levels.iter().flatten().flatten() {
            for (level, share) in levels.iter().enumerate() {
                if let Some(label) = self.categories.levels[level] {
                    shares[usize::from(label)] += share;
                }
            }
        }
        let (provenance, source) =
            self.origin(Some(Attribute::Education), Provenance::Modelled, EDUCATION_SOURCE);
        attribute("education", labels, shares, provenance, source)
    }

    fn activity(&self) -> ExpectedAttribute {
        let shares: Vec<f64> = self
            .forward
            .activities
            .iter()
            .map(|kinds| kinds.iter().flatten().flatten().flatten().sum())
            .collect();
        let (provenance, source) = self.origin(None, Provenance::Modelled, ACTIVITY_SOURCE);
        attribute("activity", ACTIVITY.iter().map(key).collect(), shares, provenance, source)
    }

    /// Occupation groups among people in work; even shares where nobody works.
    fn occupation(&self) -> ExpectedAttribute {
        let mut shares = vec![0.0; GROUPS];
        for groups in self.forward.groups[Activity::Employed as usize].iter().flatten() {
            shares.iter_mut().zip(groups).for_each(|(total, share)| *total += share);
        }
        normalise(&mut shares);
        let (provenance, source) = self.origin(None, Provenance::Modelled, OCCUPATION_SOURCE);
        attribute("occupation_group", GROUP.iter().map(key).collect(), shares, provenance, source)
    }

    fn income(&self) -> ExpectedAttribute {
        let keys = match self.plan.country {
            Country::Poland => BRACKET_KEYS,
            Country::International => USD_BRACKET_KEYS,
        };
        let labels: Vec<String> = match self.plan.axis(Attribute::IncomeBracket) {
            Some(axis) => axis.labels.clone(),
            None => keys.iter().map(|key| (*key).to_owned()).collect(),
        };
        let mut shares = vec![0.0; labels.len()];
        for (bracket, share) in self.forward.brackets.iter().enumerate() {
            if let Some(label) = self.categories.brackets[bracket] {
                shares[usize::from(label)] += share;
            }
        }
        let (provenance, source) =
            self.origin(Some(Attribute::IncomeBracket), Provenance::Modelled, INCOME_SOURCE);
        attribute("income_bracket", labels, shares, provenance, source)
    }

    fn pairs(&self, attributes: &[ExpectedAttribute]) -> Vec<ExpectedPair> {
        let table = |a: usize, b: usize| Table {
            attributes: [a, b],
            columns: attributes[b].labels.len(),
            shares: vec![0.0; attributes[a].labels.len() * attributes[b].labels.len()],
        };
        let mut age_gender = table(AGE, GENDER_AT);
        let mut region_place = table(REGION, PLACE);
        for (stratum, kinds) in self.forward.cells.iter().enumerate() {
            for (kind, years) in kinds.iter().enumerate() {
                let gender = self.categories.genders[kind].map(usize::from);
                region_place.add(
                    Some(self.region_of(stratum)),
                    Some(self.distribution.place(stratum)),
                    years.iter().sum(),
                );
                for (year, share) in years.iter().enumerate() {
                    age_gender.add(self.age_group(year), gender, *share);
                }
            }
        }
        let mut age_education = table(AGE, EDUCATION_AT);
        let mut gender_education = table(GENDER_AT, EDUCATION_AT);
        let mut place_education = table(PLACE, EDUCATION_AT);
        for kind in 0..KINDS {
            let gender = self.categories.genders[kind].map(usize::from);
            for year in 0..YEARS {
                for (zone, levels) in self.forward.levels[kind][year].iter().enumerate() {
                    for (level, share) in levels.iter().enumerate() {
                        let level = self.categories.levels[level].map(usize::from);
                        age_education.add(self.age_group(year), level, *share);
                        gender_education.add(gender, level, *share);
                        place_education.add(Some(place_of(zone)), level, *share);
                    }
                }
            }
        }
        let mut gender_occupation = table(GENDER_AT, OCCUPATION);
        let employed = &self.forward.groups[Activity::Employed as usize];
        for (kind, classes) in employed.iter().enumerate() {
            for groups in classes {
                for (group, share) in groups[..GROUPS].iter().enumerate() {
                    let gender = self.categories.genders[kind].map(usize::from);
                    gender_occupation.add(gender, Some(group), *share);
                }
            }
        }
        let own = [
            age_gender,
            region_place,
            age_education,
            gender_education,
            place_education,
            gender_occupation,
        ];
        own.into_iter().chain(self.work_pairs(&table)).map(Table::pair).collect()
    }

    /// The pairs with activity, occupation and income.
    fn work_pairs(&self, table: &dyn Fn(usize, usize) -> Table) -> [Table; 5] {
        let joints = self.distribution.joints(self.forward);
        let bracket = |number: usize| self.categories.brackets[number].map(usize::from);
        let level = |number: usize| self.categories.levels[number].map(usize::from);
        let mut age_activity = table(AGE, ACTIVITY_AT);
        for (activity, kinds) in self.forward.activities.iter().enumerate() {
            for (year, places) in kinds.iter().flat_map(|years| years.iter().enumerate()) {
                let share = places.iter().flatten().sum();
                age_activity.add(self.age_group(year), Some(activity), share);
            }
        }
        let mut age_income = table(AGE, INCOME);
        age_income.fill(&joints.year_brackets, |year| self.age_group(year), bracket);
        let mut activity_income = table(ACTIVITY_AT, INCOME);
        activity_income.fill(&joints.activity_brackets, Some, bracket);
        let mut education_income = table(EDUCATION_AT, INCOME);
        education_income.fill(&joints.level_brackets, level, bracket);
        let mut education_occupation = table(EDUCATION_AT, OCCUPATION);
        education_occupation.fill(&joints.level_groups, level, Some);
        [age_activity, activity_income, education_income, education_occupation, age_income]
    }
}

struct Table {
    attributes: [usize; 2],
    columns: usize,
    shares: Vec<f64>,
}

impl Table {
    fn add(&mut self, row: Option<usize>, column: Option<usize>, share: f64) {
        if let (Some(row), Some(column)) = (row, column) {
            self.shares[row * self.columns + column] += share;
        }
    }

    /// Adds shares by the numbers of both axes.
    fn fill<const N: usize>(
        &mut self,
        shares: &[[f64; N]],
        row: impl Fn(usize) -> Option<usize>,
        column: impl Fn(usize) -> Option<usize>,
    ) {
        for (i, shares) in shares.iter().enumerate() {
            for (j, share) in shares.iter().enumerate() {
                self.add(row(i), column(j), *share);
            }
        }
    }

    fn pair(mut self) -> ExpectedPair {
        normalise(&mut self.shares);
        ExpectedPair { attributes: self.attributes, probabilities: self.shares }
    }
}

/// Scales shares to add up to 1; even shares where there is nothing.
fn normalise(shares: &mut [f64]) {
    let all: f64 = shares.iter().sum();
    let even = 1.0 / shares.len() as f64;
    shares.iter_mut().for_each(|share| *share = if all > 0.0 { *share / all } else { even });
}
