//! What a target asks for, beside the population that it is drawn from: before anybody is drawn.

use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use shared::error::Result;
use shared::persona::card::Country;

use super::axis::{Attribute, Axis};
use super::categories;
use super::distribution::Distribution;
use super::expected::{self, INTERNATIONAL_SOURCE, POPULATION_SOURCE};
use super::options::AdvancedOptions;
use super::plan::Plan;
use super::rake::{self, Patience};
use super::target::TargetDemographics;
use crate::fidelity::{ExpectedAttribute, Provenance};

/// Everybody abroad. The tables there are of one attribute each, and the model beneath them is Poland's: income and
/// education are as in their tables only where they are raked.
static ABROAD: LazyLock<Plan> = LazyLock::new(|| {
    let target_countries = Some(vec!["United States".to_owned()]);
    let options = AdvancedOptions { target_countries, ..AdvancedOptions::default() };
    Plan::new(&TargetDemographics::default(), &options)
        .expect("the tables do not contradict each other")
});

/// Towns have their sizes from elsewhere than their voivodeships.
const TOWNS_SOURCE: &str = "towns: SimpleMaps 2024, not official; the rest: Statistics Poland, \
    population on 31 December 2024";

/// One attribute: how many of a population will have each category, and how many people have it.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewAttribute {
    /// Categories and the shares that people are drawn to fit; where the study targets it, the study's labels.
    pub drawn: ExpectedAttribute,
    /// What the same categories have in the tables, of all adults: less than 1 in all where the labels leave
    /// somebody out. `None` for what the tables do not know.
    pub shares: Vec<Option<f64>>,
    /// How far the tables' shares can be relied on.
    pub provenance: Provenance,
    /// Their table and its date, in words.
    pub source: String,
}

/// Every attribute of a plan that is made from a target alone. Where its error stands still it is raked no further,
/// so nobody is drawn by that plan; and it is given up when `is_over` says that nobody waits for it any more.
///
/// # Errors
/// As [`Plan::new`]; `Error::Gone` when it is given up.
pub fn preview(target: &TargetDemographics, is_over: &AtomicBool) -> Result<Vec<PreviewAttribute>> {
    let mut plan = Plan::before_raking(target, &AdvancedOptions::default())?;
    rake::rake(&mut plan, Patience::Preview(is_over))?;
    Ok(attributes(&plan))
}

fn attributes(plan: &Plan) -> Vec<PreviewAttribute> {
    let before = before(plan);
    let distribution = of_tables(&before);
    let tables = expected::attributes(&before, &distribution);
    let forward = distribution.forward().expect("the tables have people");
    let drawn = expected::attributes(plan, &Distribution::new(plan));
    let pairs = drawn.into_iter().zip(tables);
    pairs
        .map(|(drawn, table)| {
            let axis = plan.axis(Attribute::Location).filter(|_| table.attribute == "location");
            let (shares, (provenance, source)) = match axis {
                Some(axis) => (rake::of_everybody(&forward, axis), of_places(plan, axis)),
                None => (table.probabilities, (table.provenance, table.source)),
            };
            // nobody has it in the tables, which is not to say that nobody has it
            let shares = shares.into_iter().map(|share| (share > 0.0).then_some(share)).collect();
            PreviewAttribute { drawn, shares, provenance, source }
        })
        .collect()
}

/// The same labels, with nobody added whom the tables lack, and no axis that claims to be a target.
fn before(plan: &Plan) -> Plan {
    let mut before = plan.clone();
    before.kinds = categories::kinds(plan.country, &[]);
    before.axes.iter_mut().for_each(|axis| axis.provenance = Provenance::Official);
    before
}

/// The people of the tables, by the strata of a plan that was made from a target alone: abroad all places.
fn of_tables(before: &Plan) -> Distribution {
    match before.country {
        Country::Poland => Distribution::before_targets(before),
        Country::International => {
            debug_assert_eq!(ABROAD.strata, before.strata);
            Distribution::new(&ABROAD)
        }
    }
}

fn of_places(plan: &Plan, axis: &Axis) -> (Provenance, String) {
    if plan.country == Country::International {
        return (Provenance::NotOfficial, INTERNATIONAL_SOURCE.to_owned());
    }
    let has_town = axis
        .member
        .iter()
        .zip(&plan.strata)
        .any(|(label, stratum)| label.is_some() && stratum.town.is_some());
    match has_town {
        true => (Provenance::NotOfficial, TOWNS_SOURCE.to_owned()),
        false => (Provenance::Official, POPULATION_SOURCE.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Weights, international};

    fn of(categories: &[(&str, &[(&str, f64)])]) -> Vec<PreviewAttribute> {
        let weights = |labels: &[(&str, f64)]| -> Weights {
            labels.iter().map(|(label, weight)| ((*label).to_owned(), *weight)).collect()
        };
        let target = categories.iter().map(|(name, labels)| ((*name).to_owned(), weights(labels)));
        let target = TargetDemographics(target.collect());
        preview(&target, &AtomicBool::new(false)).unwrap()
    }

    fn one<'a>(all: &'a [PreviewAttribute], name: &str) -> &'a PreviewAttribute {
        all.iter().find(|attribute| attribute.drawn.attribute == name).unwrap()
    }

    #[test]
    fn without_a_target_everything_is_as_in_the_tables() {
        for attribute in of(&[]) {
            let drawn = &attribute.drawn.probabilities;
            for (share, drawn) in attribute.shares.iter().zip(drawn) {
                assert!((share.unwrap_or(0.0) - drawn).abs() < 1e-9, "{attribute:?}");
            }
        }
    }

    #[test]
    fn a_targets_labels_have_what_all_adults_have_of_them() {
        let everybody = of(&[]);
        let young = one(&everybody, "age_group").shares[0].unwrap();

        let all = of(&[("age_group", &[("18-24", 0.5), ("25-34", 0.5)])]);

        let ages = one(&all, "age_group");
        assert_eq!(ages.drawn.labels, ["18-24", "25-34"]);
        assert!((ages.drawn.probabilities[0] - 0.5).abs() < 1e-6);
        assert!((ages.shares[0].unwrap() - young).abs() < 1e-9, "of all adults, not of these");
        assert_eq!(ages.provenance, Provenance::Official);
        let retired = |all: &[PreviewAttribute]| one(all, "activity").drawn.probabilities[3];
        assert!(retired(&all) < 0.1 * retired(&everybody), "what is left alone moves along");
    }

    #[test]
    fn what_the_tables_do_not_know_has_no_share_there() {
        let all = of(&[("gender", &[("Female", 0.5), ("Male", 0.4), ("Non-binary", 0.1)])]);

        let gender = one(&all, "gender");
        assert!((gender.shares[0].unwrap() - 0.52).abs() < 0.01, "{:?}", gender.shares);
        assert_eq!(gender.shares[2], None);
    }

    #[test]
    fn places_have_their_people_and_towns_are_not_official() {
        let towns = of(&[("location", &[("Kraków", 0.5), ("rural", 0.5)])]);
        let place = one(&towns, "location");
        let share = |label: &str| {
            place.shares[place.drawn.labels.iter().position(|own| own == label).unwrap()].unwrap()
        };
        assert!((0.015..0.03).contains(&share("Kraków")), "{:?}", place.shares);
        assert!((0.35..0.45).contains(&share("rural")), "{:?}", place.shares);
        assert_eq!(place.provenance, Provenance::NotOfficial);

        let kinds = of(&[("location", &[("urban", 0.5), ("rural", 0.5)])]);
        assert_eq!(one(&kinds, "location").provenance, Provenance::Official);
    }

    fn assert_near(shares: &[Option<f64>], table: &[f64]) {
        assert_eq!(shares.len(), table.len());
        for (share, table) in shares.iter().zip(table) {
            assert!((share.unwrap() - table).abs() < 1e-3, "{shares:?}");
        }
    }

    #[test]
    fn abroad_what_nobody_targeted_is_as_in_the_international_tables_and_stays_there() {
        let all = of(&[("location", &[("New York", 1.0)])]);

        assert_near(&one(&all, "income_bracket").shares, &international::INCOME);
        assert_near(&one(&all, "gender").shares, &[0.49, 0.49, 0.02]);
        // only these are raked onto a table; the others move as far as a town differs from all places
        for (name, most) in [
            ("age_group", 1e-3),
            ("gender", 1e-3),
            ("education", 1e-3),
            ("income_bracket", 1e-3),
            ("activity", 0.05),
            ("occupation_group", 0.1),
        ] {
            let attribute = one(&all, name);
            let pairs = attribute.shares.iter().zip(&attribute.drawn.probabilities);
            let apart: f64 = pairs.map(|(share, drawn)| (share.unwrap_or(0.0) - drawn).abs()).sum();
            assert!(apart / 2.0 < most, "{attribute:?}");
        }
        let place = one(&all, "location").shares[0].unwrap();
        assert!((place - 0.15).abs() < 0.01, "{place}");
        for attribute in &all {
            assert_eq!(attribute.provenance, Provenance::NotOfficial, "{attribute:?}");
            assert_eq!(attribute.source, INTERNATIONAL_SOURCE);
        }
    }

    #[test]
    fn abroad_a_targets_labels_have_what_the_international_tables_have_of_them() {
        let all = of(&[
            ("location", &[("New York", 1.0)]),
            ("income_bracket", &[("< $25k", 0.5), ("> $150k", 0.5)]),
        ]);

        let income = one(&all, "income_bracket");
        assert_eq!(income.drawn.provenance, Provenance::Target);
        assert_near(&income.shares, &[international::INCOME[0], international::INCOME[5]]);
    }
}
