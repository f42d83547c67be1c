//! Metrics from the project's own figures of one row.

use super::formula::{Ranged, acquisition_cost, lifetime_value, share, yearly_retention};
use super::inputs::{Inputs, Row};

/// Orders of all visits.
pub(super) fn conversion(_: &Inputs, row: &Row) -> Option<Ranged> {
    share(row.orders?, row.visits?)
}

/// Who is still there after a year.
pub(super) fn retention(inputs: &Inputs, row: &Row) -> Option<Ranged> {
    yearly_retention(row.churn?, inputs.period.a_year(), row.customers)
}

/// What a customer brings. Its range is that of retention: the margin is taken as it was given.
pub(super) fn ltv(inputs: &Inputs, row: &Row) -> Option<Ranged> {
    let customers = row.customers.filter(|n| *n > 0.0)?;
    let margin = row.revenue? * row.margin? * inputs.period.a_year() / customers;
    let (kept, discount) = (retention(inputs, row)?, inputs.discount_rate?);
    let worth = |retention: f64| lifetime_value(margin, retention, discount);
    Some(Ranged {
        value: worth(kept.value)?,
        low: kept.low.and_then(worth),
        high: kept.high.and_then(worth),
    })
}

/// What a new customer costs.
pub(super) fn cac(_: &Inputs, row: &Row) -> Option<Ranged> {
    acquisition_cost(row.spend?, row.new_customers?)
}
