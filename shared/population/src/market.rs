//! How many people of the country a segment has: the official counts of its ages and places, times modelled
//! activity.

use super::activity::POLAND_ACTIVITY;
use super::axis::{ACTIVITY, LEVELS, YEARS, age};
use super::education::POLAND_LEVELS;
use super::joint::POLAND;
use super::plan::Plan;
use shared::persona::card::{Country, Place};
use shared::persona::{Market, Segment};

/// The people of a segment in the places and at the ages that a plan looks at. The shares that a project aims for
/// do not count: they say whom it wishes to ask, and not how many there are. None where there are no official
/// tables.
pub fn market(plan: &Plan, segment: Segment) -> Option<Market> {
    (plan.country == Country::Poland).then(|| {
        let shares = territories(plan);
        let mut market = Market { people: 0.0, most: 0.0 };
        for (territory, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            let place = if territory % 2 == 0 { Place::Urban } else { Place::Rural };
            for year in (0..YEARS).filter(|year| has_age(plan, *year)) {
                for sex in 0..2 {
                    let people = POLAND[territory][sex][year] * share;
                    let (part, can_be) = part(territory, sex, year, (place, segment));
                    market.people += people * part;
                    market.most += if can_be { people } else { 0.0 };
                }
            }
        }
        market
    })
}

/// The part of each territory that a plan looks at.
fn territories(plan: &Plan) -> Vec<f64> {
    let mut shares = vec![0.0_f64; POLAND.len()];
    for stratum in &plan.strata {
        shares[stratum.territory] = (shares[stratum.territory] + stratum.share).min(1.0);
    }
    shares
}

fn has_age(plan: &Plan, year: usize) -> bool {
    (plan.age_min..=plan.age_max).contains(&age(year)) && plan.years[year] > 0.0
}

/// The part of the people of a cell who are in the segment, and whether anybody can be.
fn part(
    territory: usize,
    sex: usize,
    year: usize,
    (place, segment): (Place, Segment),
) -> (f64, bool) {
    let (mut part, mut can_be) = (0.0, false);
    for (number, activity) in ACTIVITY.into_iter().enumerate() {
        if Segment::by(activity, age(year), place) != segment {
            continue;
        }
        can_be = true;
        let levels = &POLAND_LEVELS[territory][sex][year];
        let chances = &POLAND_ACTIVITY[sex][year];
        part += (0..LEVELS).map(|level| levels[level] * chances[level][number]).sum::<f64>();
    }
    (part, can_be)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Population;
    use shared::Seed;

    #[test]
    fn the_segments_are_all_adults_once_and_as_many_as_are_drawn() {
        let plan = Plan::everyone();
        let all: f64 = POLAND.iter().flatten().flatten().sum();
        let cards = Population::new(&plan, Seed(3)).cards(0..4_000);

        let people: Vec<f64> =
            Segment::all().map(|segment| market(&plan, segment).unwrap().people).collect();

        assert!((people.iter().sum::<f64>() / all - 1.0).abs() < 1e-6, "{people:?} of {all}");
        for (segment, people) in Segment::all().zip(people) {
            let drawn = cards.iter().filter(|card| Segment::of(card) == segment).count();
            let (drawn, share) = (drawn as f64 / 4_000.0, people / all);
            assert!(
                (drawn - share).abs() < 0.02,
                "{segment:?}: {drawn} drawn, {share} in the tables"
            );
        }
    }
}
