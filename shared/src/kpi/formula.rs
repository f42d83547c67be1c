//! The formulas, each with where it was published. Rates are of a year, money is of one customer.

use statrs::distribution::{ContinuousCDF, Gamma};

use super::amount::{Net, Period, Yearly};
use crate::statistics::wilson;

/// Weights that turn "definitely" and "probably would buy" into a rate of trial, and the range that they are
/// said to lie in: Ulrich and Eppinger, Product Design and Development, chapter on concept testing (0.4 and 0.2
/// where a company has no history of its own; 0.10 to 0.50 and 0 to 0.25 with one).
pub const DEFINITELY: Weight = Weight { value: 0.4, low: 0.1, high: 0.5 };
/// As [`DEFINITELY`].
pub const PROBABLY: Weight = Weight { value: 0.2, low: 0.0, high: 0.25 };

/// A weight and its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// A value with its range, where there is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranged {
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Ranged {
    /// A value of which nothing more is known.
    pub fn bare(value: f64) -> Self {
        Self { value, low: None, high: None }
    }

    /// A value between two others.
    pub fn between(value: f64, [low, high]: [f64; 2]) -> Self {
        Self { value, low: Some(low), high: Some(high) }
    }
}

/// So many of so many, with Wilson's 95 % interval. None of nothing.
pub fn share(part: f64, whole: f64) -> Option<Ranged> {
    let value = part / whole;
    (whole > 0.0 && (0.0..=1.0).contains(&value))
        .then(|| Ranged::between(value, wilson(value, whole)))
}

/// The part of customers who are still there after a year, from the part who leave in a period: `1 − churn`, raised
/// to as many of them as a year has. With the number of customers it has Wilson's interval, carried through the power, which keeps
/// the order.
pub fn yearly_retention(churn: f64, period: Period, customers: Option<f64>) -> Option<Ranged> {
    if !(0.0..=1.0).contains(&churn) {
        return None;
    }
    let a_year = |churn: f64| (1.0 - churn).powf(period.a_year());
    let value = a_year(churn);
    Some(match customers.filter(|n| *n > 0.0) {
        Some(n) => {
            let [least, most] = wilson(churn, n);
            Ranged::between(value, [a_year(most), a_year(least)])
        }
        None => Ranged::bare(value),
    })
}

/// What a customer brings from now on: `m · r / (1 + i − r)` for a margin `m` and a retention `r` a year that
/// stay as they are, at the discount rate `i`, without an end (Gupta and Lehmann, Customers as Assets, Journal of
/// Interactive Marketing 17(1), 2003). None where everybody stays for ever and nothing is discounted.
pub fn lifetime_value(margin: Yearly, retention: f64, discount: f64) -> Option<f64> {
    let lasting = 1.0 + discount - retention;
    (lasting > 0.0).then(|| margin.value() * retention / lasting)
}

/// What a new customer costs: spend over new customers, with the exact interval of a count that follows Poisson's
/// law (Garwood, Biometrika 28, 1936). The upper end is open where nobody might have come. None without a new
/// customer.
pub fn acquisition_cost(spend: Net, new_customers: f64) -> Option<Ranged> {
    let spend = spend.value();
    if new_customers <= 0.0 || spend < 0.0 {
        return None;
    }
    let [least, most] = count_interval(new_customers)?;
    let high = (least > 0.0).then(|| spend / least);
    Some(Ranged { value: spend / new_customers, low: Some(spend / most), high })
}

/// Garwood's 95 % interval of a count.
fn count_interval(count: f64) -> Option<[f64; 2]> {
    let bound = |shape: f64, part: f64| Some(Gamma::new(shape, 1.0).ok()?.inverse_cdf(part));
    Some([bound(count, 0.025)?, bound(count + 1.0, 0.975)?])
}

/// `cac / ltv × 100`. None where the lifetime value is 0 or below: nothing can be a part of it. Its ends are
/// those of the parts taken the worst way round, so it is wider than an interval of 95 %.
pub fn cac_ltv_ratio(cac: Ranged, ltv: Ranged) -> Option<Ranged> {
    if ltv.value <= 0.0 {
        return None;
    }
    let ratio = |cac: Option<f64>, ltv: Option<f64>| {
        let ltv = ltv.filter(|ltv| *ltv > 0.0)?;
        Some(cac? / ltv * 100.0)
    };
    Some(Ranged {
        value: cac.value / ltv.value * 100.0,
        low: ratio(cac.low, ltv.high),
        high: ratio(cac.high, ltv.low),
    })
}

/// The rate of trial that stated intentions stand for: [`DEFINITELY`] of the top box and [`PROBABLY`] of the
/// second. Its range joins that of the weights with Wilson's intervals of both boxes.
pub fn trial_rate(definitely: f64, probably: f64, respondents: f64) -> Option<Ranged> {
    let (top, second) = (share(definitely, respondents)?, share(probably, respondents)?);
    let rate = |top: f64, second: f64| (top + second).min(1.0);
    let end =
        |top: Option<f64>, second: Option<f64>, a: f64, b: f64| Some(rate(top? * a, second? * b));
    Some(Ranged {
        value: rate(top.value * DEFINITELY.value, second.value * PROBABLY.value),
        low: end(top.low, second.low, DEFINITELY.low, PROBABLY.low),
        high: end(top.high, second.high, DEFINITELY.high, PROBABLY.high),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kpi::Basis;

    fn net(amount: f64) -> Net {
        Net::of(amount, Basis::Net, None).unwrap()
    }

    fn a_year(amount: f64) -> Yearly {
        net(amount).yearly(Period::Yearly)
    }

    #[test]
    fn the_formulas_give_what_can_be_reckoned_by_hand() {
        // 100 a year, 80 % stay, 10 %: 100 × 0.8 / 0.3
        assert!((lifetime_value(a_year(100.0), 0.8, 0.1).unwrap() - 266.666_666).abs() < 1e-5);
        assert_eq!(
            lifetime_value(a_year(100.0), 1.0, 0.0),
            None,
            "nobody leaves and nothing is discounted"
        );
        assert_eq!(
            lifetime_value(a_year(100.0), 0.0, 0.1),
            Some(0.0),
            "everybody leaves before the first year"
        );
        let kept = yearly_retention(0.05, Period::Monthly, None).unwrap();
        assert!((kept.value - 0.540_36).abs() < 1e-5, "{kept:?}");
        assert_eq!(kept.low, None, "without customers there is nothing to take a range from");
        assert_eq!(acquisition_cost(net(1000.0), 20.0).unwrap().value, 50.0);
        assert_eq!(acquisition_cost(net(1000.0), 0.0), None);
        let ratio = cac_ltv_ratio(Ranged::bare(50.0), Ranged::bare(200.0)).unwrap();
        assert_eq!(ratio.value, 25.0);
        assert_eq!(cac_ltv_ratio(Ranged::bare(50.0), Ranged::bare(0.0)), None);
        let trial = trial_rate(10.0, 20.0, 100.0).unwrap();
        assert!((trial.value - 0.08).abs() < 1e-12, "{trial:?}");
    }

    #[test]
    fn garwoods_interval_is_that_of_published_tables() {
        // Garwood 1936, table I: a count of 10 has 4.795 to 18.390, of 1 has 0.025 to 5.572
        for (count, low, high) in [(10.0, 4.795, 18.390), (1.0, 0.0253, 5.572)] {
            let found = count_interval(count).unwrap();
            assert!((found[0] - low).abs() < 5e-3 && (found[1] - high).abs() < 5e-3, "{found:?}");
        }
    }

    fn holds(ranged: Ranged) -> bool {
        ranged.low.is_none_or(|low| low <= ranged.value + 1e-9)
            && ranged.high.is_none_or(|high| high >= ranged.value - 1e-9)
    }

    proptest! {
        #[test]
        fn every_range_holds_its_value(
            a in 0.0..1.0f64, b in 0.0..1.0f64, n in 1.0..1e5f64, money in 0.01..1e9f64,
        ) {
            let second = b * (1.0 - a);
            prop_assert!(holds(share(a * n, n).unwrap()));
            prop_assert!(holds(yearly_retention(a, Period::Monthly, Some(n)).unwrap()));
            prop_assert!(holds(trial_rate(a * n, second * n, n).unwrap()));
            let cac = acquisition_cost(net(money), n).unwrap();
            prop_assert!(holds(cac), "{cac:?}");
            let kept = yearly_retention(a, Period::Yearly, Some(n)).unwrap();
            let end = |r: Option<f64>| r.and_then(|r| lifetime_value(a_year(money), r, 0.1));
            let value = lifetime_value(a_year(money), kept.value, 0.1).unwrap();
            let ltv = Ranged { value, low: end(kept.low), high: end(kept.high) };
            prop_assert!(holds(ltv), "{ltv:?}");
            if let Some(ratio) = cac_ltv_ratio(cac, ltv) {
                prop_assert!(holds(ratio), "{ratio:?}");
                prop_assert!((ratio.value - cac.value / ltv.value * 100.0).abs() < 1e-6 * ratio.value);
            }
        }

        #[test]
        fn whoever_stays_longer_is_worth_more(
            r in 0.0..0.98f64, more in 0.001..0.02f64, i in 0.0..1.0f64, m in 0.01..1e6f64,
        ) {
            prop_assume!(i > 0.0);
            prop_assert!(lifetime_value(a_year(m), r + more, i) > lifetime_value(a_year(m), r, i));
            prop_assert!(lifetime_value(a_year(m), r, i) >= lifetime_value(a_year(m), r, i + 0.1));
        }
    }
}
