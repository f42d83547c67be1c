//! Metrics from the project's own figures of one row.

use super::formula::{Ranged, acquisition_cost, lifetime_value, share, yearly_retention};
use super::inputs::{Inputs, Row};

/// Orders of all visits.
pub(super) fn conversion(_: &Inputs, row: &Row) -> Option<Ranged> {
    share(row.orders?, row.visits?)
}

/// Who is still there after a year.
pub(super) fn retention(inputs: &Inputs, row: &Row) -> Option<Ranged> {
    yearly_retention(row.churn?, inputs.period, row.customers)
}

/// What a customer brings, without tax. Its range is that of retention: the margin is taken as it was given.
pub(super) fn ltv(inputs: &Inputs, row: &Row) -> Option<Ranged> {
    let customers = row.customers.filter(|n| *n > 0.0)?;
    let revenue = inputs.net(row.revenue?)?;
    let margin = revenue.part(row.margin?).yearly(inputs.period).each(customers);
    let (kept, discount) = (retention(inputs, row)?, inputs.discount_rate?);
    let worth = |retention: f64| lifetime_value(margin, retention, discount);
    Some(Ranged {
        value: worth(kept.value)?,
        low: kept.low.and_then(worth),
        high: kept.high.and_then(worth),
    })
}

/// What a new customer costs, without tax.
pub(super) fn cac(inputs: &Inputs, row: &Row) -> Option<Ranged> {
    acquisition_cost(inputs.net(row.spend?)?, row.new_customers?)
}
