//! Iterative proportional fitting: the factors with which every targeted attribute has the shares
//! that the researcher asked for, while everything else stays as close to the tables as it can.
//!
//! Deming and Stephan (1940), On a least squares adjustment of a sampled frequency table, Annals of
//! Mathematical Statistics 11:427-444.

use std::sync::atomic::{AtomicBool, Ordering};

use super::axis::Axis;
use super::axis::{Attribute, KINDS, YEARS};
use super::distribution::{Distribution, Forward};
use super::plan::Plan;
use shared::error::{Error, Result};

/// The largest error of a share that counts as met.
const TOLERANCE: f64 = 1e-9;
/// The largest error after all rounds that is still called a fit; more is a contradiction.
const ACCEPTABLE: f64 = 1e-3;
/// Chosen by hand: a plan that fits meets [`TOLERANCE`] long before, one that contradicts itself never does.
const ROUNDS: usize = 400;

/// Errors of a round that differ by less are the same: of a hundred thousand people it is the hundredth of one.
const STILL: f64 = 1e-7;
/// Rounds of the same error that end a preview. A contradiction comes to its last error as a fit comes to none, by a
/// factor each round, and stays there. A fit that needs people as rare as one in a million looks still until there are
/// enough of them, but moves by more than [`STILL`] within so many rounds.
const STILL_ROUNDS: usize = 25;

/// How long shares are fitted.
#[derive(Clone, Copy)]
pub(crate) enum Patience<'a> {
    /// For all rounds: by what comes out people are drawn, and the same ones again.
    Full,
    /// Until the error stands still, or this says that nobody waits any more.
    Preview(&'a AtomicBool),
}

impl Patience<'_> {
    fn is_over(self) -> bool {
        matches!(self, Self::Preview(is_over) if is_over.load(Ordering::Relaxed))
    }
}

/// What came of fitting.
struct RakeFit {
    rounds: usize,
    /// The largest error of the last round.
    error: f64,
    axis: usize,
}

/// Sets the factors of the plan's axes.
///
/// # Errors
/// `Error::Invalid` naming the label that nobody can have, or the category that contradicts the
/// others; `Error::Gone` when nobody waits for a preview any more.
pub(crate) fn rake(plan: &mut Plan, patience: Patience<'_>) -> Result<()> {
    let fit = fit(plan, patience)?;
    if fit.error > ACCEPTABLE { Err(contradiction(&plan.axes[fit.axis])) } else { Ok(()) }
}

fn fit(plan: &mut Plan, patience: Patience<'_>) -> Result<RakeFit> {
    let (mut distribution, mut forward) = start(plan)?;
    let mut fit = RakeFit { rounds: 0, error: 0.0, axis: 0 };
    let mut standstill = Standstill { error: f64::INFINITY, since: 0 };
    while fit.rounds < ROUNDS {
        fit = RakeFit { rounds: fit.rounds + 1, error: 0.0, axis: 0 };
        for index in 0..plan.axes.len() {
            if patience.is_over() {
                return Err(Error::Gone("nobody waits for this preview any more".to_owned()));
            }
            let axis = &mut plan.axes[index];
            let shares = shares(&forward, axis);
            let (steps, error) = steps(axis, &shares)?;
            if error > fit.error {
                (fit.error, fit.axis) = (error, index);
            }
            distribution.apply(axis.attribute, &axis.member, &steps);
            distribution.pass_back();
            axis.factors.iter_mut().zip(&steps).for_each(|(factor, step)| *factor *= step);
            forward = distribution.forward().ok_or_else(|| contradiction(axis))?;
        }
        let is_still = standstill.has_come(&fit);
        if fit.error < TOLERANCE || (is_still && matches!(patience, Patience::Preview(_))) {
            break;
        }
    }
    Ok(fit)
}

/// Since which round the error is the same.
struct Standstill {
    error: f64,
    since: usize,
}

impl Standstill {
    /// Whether it has been for so many rounds that it will not fall any more.
    fn has_come(&mut self, fit: &RakeFit) -> bool {
        if (fit.error - self.error).abs() > STILL {
            *self = Self { error: fit.error, since: fit.rounds };
        }
        fit.rounds - self.since >= STILL_ROUNDS
    }
}

/// The distribution without the people that no category of an axis names.
fn start(plan: &Plan) -> Result<(Distribution, Forward)> {
    let mut distribution = Distribution::before_targets(plan);
    let Some(mut forward) = distribution.forward() else {
        return Err(Error::invalid(plan.narrowest.clone(), "leaves nobody in the population"));
    };
    for axis in &plan.axes {
        distribution.apply(axis.attribute, &axis.member, &axis.factors);
        distribution.pass_back();
        let heaviest =
            (0..axis.labels.len()).max_by(|a, b| axis.shares[*a].total_cmp(&axis.shares[*b]));
        forward = distribution.forward().ok_or_else(|| nobody(axis, heaviest.unwrap_or(0)))?;
    }
    Ok((distribution, forward))
}

fn nobody(axis: &Axis, label: usize) -> Error {
    Error::invalid(
        format!("{}.{}", axis.field, axis.labels[label]),
        "describes nobody: no one in the population fits it and the other conditions",
    )
}

fn contradiction(axis: &Axis) -> Error {
    Error::invalid(axis.field.clone(), "cannot be met together with the other targets")
}

/// What each label's factor is multiplied by, and the largest error.
fn steps(axis: &Axis, shares: &[f64]) -> Result<(Vec<f64>, f64)> {
    let mut error: f64 = 0.0;
    let mut steps = Vec::with_capacity(shares.len());
    for (label, share) in shares.iter().enumerate() {
        let target = axis.shares[label];
        error = error.max((target - share).abs());
        if target > 0.0 && *share < 1e-12 {
            return Err(nobody(axis, label));
        }
        steps.push(if target == 0.0 { 0.0 } else { target / share });
    }
    Ok((steps, error))
}

/// The present shares of an axis' labels.
fn shares(forward: &Forward, axis: &Axis) -> Vec<f64> {
    let mut shares = of_everybody(forward, axis);
    let all: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= all.max(1e-300));
    shares
}

/// The shares that an axis' labels have of everybody, those whom none of them names included.
pub(crate) fn of_everybody(forward: &Forward, axis: &Axis) -> Vec<f64> {
    let mut shares = vec![0.0; axis.labels.len()];
    for (number, share) in totals(forward, axis.attribute).into_iter().enumerate() {
        if let Some(label) = axis.member[number] {
            shares[usize::from(label)] += share;
        }
    }
    shares
}

/// Shares of the axis' own numbers: years, kinds, strata, levels or brackets.
fn totals(forward: &Forward, attribute: Attribute) -> Vec<f64> {
    match attribute {
        Attribute::AgeGroup => (0..YEARS)
            .map(|year| forward.cells.iter().flatten().map(|years| years[year]).sum())
            .collect(),
        Attribute::Gender => (0..KINDS)
            .map(|kind| forward.cells.iter().map(|stratum| stratum[kind].iter().sum::<f64>()).sum())
            .collect(),
        Attribute::Location => {
            forward.cells.iter().map(|stratum| stratum.iter().flatten().sum()).collect()
        }
        Attribute::Education => {
            let mut totals = vec![0.0; super::axis::LEVELS];
            for levels in forward.levels.iter().flatten().flatten() {
                totals.iter_mut().zip(levels).for_each(|(total, share)| *total += share);
            }
            totals
        }
        Attribute::IncomeBracket => forward.brackets.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AdvancedOptions, TargetDemographics, Weights};

    fn before_raking(categories: &[(&str, &[(&str, f64)])]) -> Plan {
        let weights = |labels: &[(&str, f64)]| -> Weights {
            labels.iter().map(|(label, weight)| ((*label).to_owned(), *weight)).collect()
        };
        let target = categories.iter().map(|(name, labels)| ((*name).to_owned(), weights(labels)));
        let target = TargetDemographics(target.collect());
        Plan::before_raking(&target, &AdvancedOptions::default()).unwrap()
    }

    /// Half of the people have a doctorate, and two fifths are old enough for one.
    fn contradicting() -> Plan {
        before_raking(&[
            ("age_group", &[("18-24", 0.6), ("25+", 0.4)]),
            ("education_level", &[("Doktorat", 0.5), ("średnie", 0.5)]),
        ])
    }

    #[test]
    fn a_preview_of_what_contradicts_itself_ends_long_before_all_rounds() {
        let goes_on = AtomicBool::new(false);

        let fit = fit(&mut contradicting(), Patience::Preview(&goes_on)).unwrap();

        assert!(fit.error > ACCEPTABLE, "{}", fit.error);
        assert!((STILL_ROUNDS..ROUNDS / 2).contains(&fit.rounds), "{}", fit.rounds);
        let refused = rake(&mut contradicting(), Patience::Preview(&goes_on));
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    }

    #[test]
    fn a_preview_ends_when_nobody_waits_for_it() {
        let refused = rake(&mut contradicting(), Patience::Preview(&AtomicBool::new(true)));

        assert!(matches!(refused, Err(Error::Gone(_))), "{refused:?}");
    }

    #[test]
    fn what_fits_is_the_same_in_a_preview_and_when_people_are_drawn() {
        let plan = || {
            before_raking(&[
                ("age_group", &[("18-24", 0.6), ("25+", 0.4)]),
                ("gender", &[("Female", 0.7), ("Male", 0.3)]),
            ])
        };
        let (mut drawn, mut previewed) = (plan(), plan());

        rake(&mut drawn, Patience::Full).unwrap();
        rake(&mut previewed, Patience::Preview(&AtomicBool::new(false))).unwrap();

        assert_eq!(drawn, previewed);
    }

    #[test]
    fn an_error_stands_still_when_it_is_the_same_for_so_many_rounds() {
        let mut standstill = Standstill { error: f64::INFINITY, since: 0 };
        let mut came = |rounds, error| standstill.has_come(&RakeFit { rounds, error, axis: 0 });

        let falling: Vec<bool> = (1..=100).map(|round| came(round, 1.0 / round as f64)).collect();
        let same: Vec<bool> = (101..=127).map(|round| came(round, 0.005)).collect();

        assert!(!falling.contains(&true));
        assert_eq!(same.iter().position(|came| *came), Some(STILL_ROUNDS));
    }
}
