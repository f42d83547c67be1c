//! The project's own figures, and benchmarks that it brings with their source.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::amount::{Basis, Currency, Net, Period, VatRate};
use super::{Industry, Metric};
use crate::persona::Segment;
use crate::{Checks, FieldError, Result};

/// Benchmarks of one project; a metric has one.
pub const MOST_BENCHMARKS: usize = 7;
/// The most rows: twelve segments and all of them, several times over.
const MOST_ROWS: usize = 100;
/// The largest amount or count that anybody may set: beyond it a number is a slip of the hand.
const MOST: f64 = 1e12;

/// The figures of one segment, or of all customers together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KpiInputsRow)]
pub struct Row {
    /// `seg_…`; none for all customers together.
    #[serde(default)]
    pub segment: Option<String>,
    /// Turnover in the period.
    #[serde(default)]
    pub revenue: Option<f64>,
    /// The part of it that is left after the cost of what was sold, 0 to 1.
    #[serde(default)]
    pub margin: Option<f64>,
    /// Orders in the period.
    #[serde(default)]
    pub orders: Option<f64>,
    /// Customers at its beginning.
    #[serde(default)]
    pub customers: Option<f64>,
    /// The part of them who left in it, 0 to 1.
    #[serde(default)]
    pub churn: Option<f64>,
    /// What was spent on winning customers.
    #[serde(default)]
    pub spend: Option<f64>,
    /// Customers who were won.
    #[serde(default)]
    pub new_customers: Option<f64>,
    /// Visits to the shop.
    #[serde(default)]
    pub visits: Option<f64>,
}

/// A published figure of others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KpiBenchmark)]
pub struct Benchmark {
    /// Of what.
    pub metric: Metric,
    /// In the metric's unit: rates as shares of a year, money without tax.
    pub value: f64,
    /// Who published it, and where: 3 to 500 characters.
    pub source: String,
    /// When.
    pub published_on: NaiveDate,
}

/// Everything that a project says about its own business.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KpiFigures)]
pub struct Inputs {
    /// ISO 4217: three capital letters.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// The time that the figures are of.
    pub period: Period,
    /// With or without tax.
    pub basis: Basis,
    /// The rate of the tax that amounts are with, 0 to 1; metrics of money need it where they are.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub vat_rate: Option<VatRate>,
    /// A year, 0 to 1; lifetime values need one.
    #[serde(default)]
    pub discount_rate: Option<f64>,
    /// One row a segment, and one for all.
    #[serde(default)]
    pub figures: Vec<Row>,
    /// Figures of others, at most one a metric.
    #[serde(default)]
    pub benchmarks: Vec<Benchmark>,
    /// Whose published figures stand where the project has none and brings none.
    #[serde(default)]
    pub industry: Option<Industry>,
}

impl Inputs {
    /// Holds them against their rules, each broken one under its field.
    ///
    /// # Errors
    /// Every broken rule.
    pub fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        checks.range("discount_rate", self.discount_rate, 0.0..=1.0);
        checks.range("figures", Some(self.figures.len()), 0..=MOST_ROWS);
        checks.range("benchmarks", Some(self.benchmarks.len()), 0..=MOST_BENCHMARKS);
        if self.figures.len() > MOST_ROWS || self.benchmarks.len() > MOST_BENCHMARKS {
            return checks.done();
        }
        let mut seen = BTreeSet::new();
        for (number, row) in self.figures.iter().enumerate() {
            let field = format!("figures.{number}");
            row.check(&mut checks, &field);
            if !seen.insert(row.segment.as_deref()) {
                let rule = "stands there twice";
                checks.keep::<()>(Err(FieldError::new(format!("{field}.segment"), rule)));
            }
        }
        self.check_benchmarks(&mut checks);
        checks.done()
    }

    fn check_benchmarks(&self, checks: &mut Checks) {
        let mut seen = BTreeSet::new();
        for (number, one) in self.benchmarks.iter().enumerate() {
            let field = |name: &str| format!("benchmarks.{number}.{name}");
            checks.length(&field("source"), Some(&one.source), 3..=500);
            let most = match one.metric {
                Metric::ConversionRate | Metric::RetentionRate => 1.0,
                Metric::NpsScore => 100.0,
                _ => MOST,
            };
            let least = if one.metric == Metric::NpsScore { -100.0 } else { 0.0 };
            checks.range(&field("value"), Some(one.value), least..=most);
            if !seen.insert(one.metric) {
                checks.keep::<()>(Err(FieldError::new(field("metric"), "stands there twice")));
            }
        }
    }

    /// An amount of these figures without tax; none where it is with tax and nobody says the rate.
    pub fn net(&self, amount: f64) -> Option<Net> {
        Net::of(amount, self.basis, self.vat_rate)
    }

    /// Whether there are amounts that no metric can use, because their tax is not known.
    pub fn is_tax_unknown(&self) -> bool {
        let has_amount = |row: &Row| row.revenue.or(row.spend).is_some();
        self.net(0.0).is_none() && self.figures.iter().any(has_amount)
    }

    /// The row of a segment.
    pub fn of(&self, segment: Segment) -> Option<&Row> {
        self.figures.iter().find(|row| row.segment.as_deref() == Some(segment.id()))
    }

    /// The row of all customers: as it was given, or the sum of the segments where each counts the same things.
    pub fn of_all(&self) -> Option<Row> {
        let given = self.figures.iter().find(|row| row.segment.is_none());
        given.cloned().or_else(|| Row::sum(&self.figures))
    }
}

impl Row {
    /// Holds a row against its rules; `field` is where it stands.
    pub fn check(&self, checks: &mut Checks, field: &str) {
        let at = |name: &str| format!("{field}.{name}");
        if self.segment.as_deref().is_some_and(|id| Segment::parse(id).is_none()) {
            checks.keep::<()>(Err(FieldError::new(
                at("segment"),
                "must be a segment, or empty for all",
            )));
        }
        for (name, value) in [("margin", self.margin), ("churn", self.churn)] {
            checks.range(&at(name), value, 0.0..=1.0);
        }
        let amounts = [
            ("revenue", self.revenue),
            ("orders", self.orders),
            ("customers", self.customers),
            ("spend", self.spend),
            ("new_customers", self.new_customers),
            ("visits", self.visits),
        ];
        for (name, value) in amounts {
            checks.range(&at(name), value, 0.0..=MOST);
        }
        if self.orders.zip(self.visits).is_some_and(|(orders, visits)| orders > visits) {
            checks.keep::<()>(Err(FieldError::new(at("orders"), "must be at most the visits")));
        }
    }

    /// The rows added up: amounts and counts, margin weighted by revenue, churn by customers. What one row lacks,
    /// the sum lacks.
    fn sum(rows: &[Self]) -> Option<Self> {
        if rows.is_empty() {
            return None;
        }
        let total = |of: fn(&Self) -> Option<f64>| rows.iter().map(of).sum::<Option<f64>>();
        let weighted = |of: fn(&Self) -> Option<f64>, by: fn(&Self) -> Option<f64>| {
            let sum: Option<f64> = rows.iter().map(|row| Some(of(row)? * by(row)?)).sum();
            Some(sum? / total(by).filter(|all| *all > 0.0)?)
        };
        Some(Self {
            segment: None,
            revenue: total(|row| row.revenue),
            margin: weighted(|row| row.margin, |row| row.revenue),
            orders: total(|row| row.orders),
            customers: total(|row| row.customers),
            churn: weighted(|row| row.churn, |row| row.customers),
            spend: total(|row| row.spend),
            new_customers: total(|row| row.new_customers),
            visits: total(|row| row.visits),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    fn inputs(figures: Vec<Row>) -> Inputs {
        Inputs {
            currency: Currency::parse("PLN").unwrap(),
            period: Period::Monthly,
            basis: Basis::Net,
            vat_rate: None,
            discount_rate: Some(0.1),
            figures,
            benchmarks: Vec::new(),
            industry: None,
        }
    }

    fn broken(inputs: &Inputs) -> Vec<String> {
        match inputs.check() {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_broken_rule_is_told_where_it_stands() {
        let town = || Row { segment: Some("seg_mid_career_urban".to_owned()), ..Row::default() };
        let rows = vec![
            Row { margin: Some(1.5), ..Row::default() },
            Row { segment: Some("seg_moon".to_owned()), revenue: Some(-1.0), ..Row::default() },
            Row { orders: Some(5.0), visits: Some(4.0), ..town() },
            town(),
        ];
        let one = inputs(rows);

        let fields = broken(&one);

        for field in [
            "figures.0.margin",
            "figures.1.segment",
            "figures.1.revenue",
            "figures.2.orders",
            "figures.3.segment",
        ] {
            assert!(fields.iter().any(|told| told == field), "{field} in {fields:?}");
        }
        assert_eq!(broken(&inputs(vec![town()])), Vec::<String>::new());
        assert_eq!(broken(&inputs(vec![Row { revenue: Some(f64::NAN), ..town() }])).len(), 1);
        assert_eq!(broken(&inputs(vec![town(); 100_000])), ["figures"], "and not each of them");
    }

    #[test]
    fn all_customers_are_the_segments_together_where_nobody_says_otherwise() {
        let row = |id: &str, customers, churn| Row {
            segment: Some(id.to_owned()),
            customers: Some(customers),
            churn: Some(churn),
            ..Row::default()
        };
        let one = inputs(vec![
            row("seg_mid_career_urban", 300.0, 0.1),
            row("seg_mid_career_rural", 100.0, 0.3),
        ]);

        let all = one.of_all().unwrap();

        assert_eq!((all.customers, all.revenue), (Some(400.0), None));
        assert!((all.churn.unwrap() - 0.15).abs() < 1e-12);
    }
}
