//! Iterative proportional fitting: the factors with which every targeted attribute has the shares
//! that the researcher asked for, while everything else stays as close to the tables as it can.
//!
//! Deming and Stephan (1940), On a least squares adjustment of a sampled frequency table, Annals of
//! Mathematical Statistics 11:427-444.

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

/// Sets the factors of the plan's axes.
///
/// # Errors
/// `Error::Invalid` naming the label that nobody can have, or the category that contradicts the
/// others.
pub(crate) fn rake(plan: &mut Plan) -> Result<()> {
    let (mut distribution, mut forward) = start(plan)?;
    let mut worst = (0.0, 0);
    for _ in 0..ROUNDS {
        worst = (0.0, 0);
        for index in 0..plan.axes.len() {
            let axis = &mut plan.axes[index];
            let shares = shares(&forward, axis);
            let (steps, error) = steps(axis, &shares)?;
            if error > worst.0 {
                worst = (error, index);
            }
            distribution.apply(axis.attribute, &axis.member, &steps);
            distribution.pass_back();
            axis.factors.iter_mut().zip(&steps).for_each(|(factor, step)| *factor *= step);
            forward = distribution.forward().ok_or_else(|| contradiction(axis))?;
        }
        if worst.0 < TOLERANCE {
            return Ok(());
        }
    }
    if worst.0 > ACCEPTABLE { Err(contradiction(&plan.axes[worst.1])) } else { Ok(()) }
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
