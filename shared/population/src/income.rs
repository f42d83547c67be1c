//! Own net income a month. All of it is modelled: no official table of personal income by activity,
//! age and occupation was found.
//!
//! People in work: a log-normal gross wage whose mean follows the average hourly earnings of their
//! occupation group, sex and age (Statistics Poland, structure of earnings, October 2022) and the wages of
//! their voivodeship, lifted to 2024, then the tax and contributions of an employment contract. Pensioners, students and people
//! without work have log-normal net incomes around round figures.

use std::sync::LazyLock;

use statrs::function::erf::{erf, erf_inv};

use super::axis::{ACTIVITIES, BRACKETS, CLASSES, GROUPS, NO_GROUP};
use super::hourly_earnings::{EARNINGS, HOURLY, HOURLY_MEAN};
use super::pay_zone::PAY_ZONES;
use shared::persona::card::Activity;
use shared::persona::label::{BRACKET_FROM, BRACKET_FROM_USD};

/// The chance of each bracket: zone of pay, activity, group (or none), sex, class of age.
type Brackets = [[[[[[f64; BRACKETS]; CLASSES]; 2]; GROUPS + 1]; ACTIVITIES]; PAY_ZONES];

/// Income brackets by who people are.
static BRACKET_CHANCES: LazyLock<Box<Brackets>> = LazyLock::new(brackets);

/// Hours of a full month.
const HOURS: f64 = 168.0;
/// The average monthly gross wage of the national economy in 2024 over that of 2022 (Statistics
/// Poland: 8,181.72 zł and 6,346.15 zł).
const LIFT: f64 = 8_181.72 / 6_346.15;
/// The spread of wages within group, sex and age. Modelled.
const WAGE_SIGMA: f64 = 0.42;
/// The same for trades, machine operators and helpers, whose wages lie closer together. Modelled.
const MANUAL_SIGMA: f64 = 0.31;
/// The same for farmers and others who work on their own account in group 6: incomes lie furthest apart. Modelled.
const FARM_SIGMA: f64 = 0.60;
/// The minimum wage of July 2024, 4,300 zł gross.
const MINIMUM_WAGE: f64 = 4_300.0;
/// Share of people in work who earn less because they work part of the time, women and men.
/// Modelled: part-time work is rare in Poland.
const PART_TIME: [f64; 2] = [0.07, 0.035];
/// The minimum pension of March 2024, net of health contribution.
const MINIMUM_PENSION: f64 = 1_621.0;

/// How income spreads: mean and standard deviation of its logarithm.
#[derive(Debug, Clone, Copy)]
struct Spread {
    mean: f64,
    sigma: f64,
}

impl Spread {
    fn around(mean: f64, sigma: f64) -> Self {
        Self { mean: mean.ln() - sigma * sigma / 2.0, sigma }
    }

    fn below(self, value: f64) -> f64 {
        if value <= 0.0 {
            return 0.0;
        }
        0.5 * (1.0 + erf((value.ln() - self.mean) / self.sigma / std::f64::consts::SQRT_2))
    }

    fn quantile(self, chance: f64) -> f64 {
        let z = std::f64::consts::SQRT_2 * erf_inv(2.0 * chance.clamp(1e-9, 1.0 - 1e-9) - 1.0);
        (self.mean + self.sigma * z).exp()
    }
}

pub(crate) fn bracket_chances(of: Earner) -> &'static [f64; BRACKETS] {
    &BRACKET_CHANCES[of.pay_zone][of.activity][of.group][of.sex][of.class]
}

fn brackets() -> Box<Brackets> {
    let row = [[[[[0.0; BRACKETS]; CLASSES]; 2]; GROUPS + 1]; ACTIVITIES];
    let mut chances: Box<Brackets> = vec![row; PAY_ZONES].try_into().expect("a row a zone");
    for (pay_zone, activities) in chances.iter_mut().enumerate() {
        for (activity, groups) in activities.iter_mut().enumerate() {
            for (group, sexes) in groups.iter_mut().enumerate() {
                for (sex, classes) in sexes.iter_mut().enumerate() {
                    *classes = std::array::from_fn(|class| {
                        chance(Earner { pay_zone, activity, group, sex, class })
                    });
                }
            }
        }
    }
    chances
}

fn chance(earner: Earner) -> [f64; BRACKETS] {
    let spread = spread(earner);
    let Earner { activity, group, sex, .. } = earner;
    let to_spread = |net: u32| if activity == 0 { gross_of(net.into()) } else { net.into() };
    let below: [f64; BRACKETS] =
        std::array::from_fn(|bracket| match BRACKET_FROM.get(bracket + 1) {
            Some(next) => spread.below(to_spread(*next)),
            None => 1.0,
        });
    let mut chances: [f64; BRACKETS] = std::array::from_fn(|bracket| {
        below[bracket] - if bracket == 0 { 0.0 } else { below[bracket - 1] }
    });
    if activity == 0 && group != 6 {
        chances[1] += chances[0];
        chances[0] = 0.0;
        let full_time = 1.0 - PART_TIME[sex];
        chances = chances.map(|chance| chance * full_time);
        chances[0] = PART_TIME[sex];
    }
    let highest = highest_bracket(activity);
    chances[highest + 1..].fill(0.0);
    let all: f64 = chances.iter().sum();
    chances.map(|chance| chance / all)
}

/// The highest bracket of each activity: only work and long careers pay more than a few thousand. Modelled.
fn highest_bracket(activity: usize) -> usize {
    [5, 0, 1, 4, 1][activity]
}

/// The most that someone of this activity can have: the upper end of their highest bracket.
pub(crate) fn most(activity: Activity) -> u32 {
    BRACKET_FROM.get(highest_bracket(activity as usize) + 1).copied().unwrap_or(u32::MAX)
}

fn spread(Earner { pay_zone, activity, group, sex, class }: Earner) -> Spread {
    let group = if group == NO_GROUP { 5 } else { group };
    let earned = HOURLY[group];
    // Without work: round net amounts of 2024 and how far they spread, chosen by hand. A pension follows what the
    // occupation paid, but by less than pay differs.
    match activity {
        0 => {
            let gross = EARNINGS[pay_zone][group][sex][class] * HOURS * LIFT;
            let sigma = match group {
                6 => FARM_SIGMA,
                7..=9 => MANUAL_SIGMA,
                _ => WAGE_SIGMA,
            };
            Spread::around(gross, sigma)
        }
        1 => Spread::around(950.0, 0.5),
        2 => Spread::around(1_250.0, 0.65),
        3 => {
            let pension = [2_850.0, 3_700.0][sex];
            Spread::around(pension * (earned / HOURLY_MEAN).powf(0.4), 0.36)
        }
        _ => Spread::around(1_500.0, 0.45),
    }
}

/// Net of an employment contract in 2024: social contributions 13.71 %, health 9 % of the rest,
/// income tax 12 % above 30,000 zł a year and 32 % above 120,000 zł, costs of 250 zł a month.
fn net_of(gross: f64) -> f64 {
    // a month: a twelfth of 120,000 zł, and of the 3,600 zł of tax that are let off
    let base = gross * (1.0 - 0.1371);
    let taxable = (base - 250.0).max(0.0);
    let tax = 0.12 * taxable.min(10_000.0) + 0.32 * (taxable - 10_000.0).max(0.0) - 300.0;
    base - 0.09 * base - tax.max(0.0)
}

/// The gross wage of a net one in whole zloty, looked up.
fn gross_at(net: f64) -> f64 {
    /// Net wages from 0 to the last bracket's lower end, in steps of one zloty.
    static TABLE: LazyLock<Vec<f64>> = LazyLock::new(|| {
        (0..=BRACKET_FROM[BRACKETS - 1]).map(|net| gross_of(net.into())).collect()
    });
    TABLE.get(net.round() as usize).copied().unwrap_or(f64::INFINITY)
}

/// The gross wage of a net one, by halving.
fn gross_of(net: f64) -> f64 {
    let (mut low, mut high) = (net, net * 2.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if net_of(middle) < net {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Who an income is drawn for, as numbers of the axes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Earner {
    pub(crate) pay_zone: usize,
    pub(crate) activity: usize,
    pub(crate) group: usize,
    pub(crate) sex: usize,
    pub(crate) class: usize,
}

/// Ends of the brackets and what a unit of the model is worth: zloty or dollars.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Currency {
    from: [u32; BRACKETS],
    international: bool,
}

impl Currency {
    pub(crate) const ZLOTY: Self = Self { from: BRACKET_FROM, international: false };
    pub(crate) const DOLLAR: Self = Self { from: BRACKET_FROM_USD, international: true };

    pub(crate) fn bracket(self, income: u32) -> usize {
        self.from.iter().rposition(|from| income >= *from).unwrap_or(0)
    }

    /// An income in this bracket, at `luck` (0 to 1) of the spread within it; a whole multiple of
    /// ten where the bracket's ends allow.
    pub(crate) fn income(self, earner: Earner, bracket: usize, luck: f64) -> u32 {
        let amount = if self.international {
            within_dollars(bracket, luck)
        } else {
            within_zloty(earner, bracket, luck)
        };
        let rounded = (amount / 10.0).round() as u32 * 10;
        let last = self.from.get(bracket + 1).map_or(u32::MAX, |next| next - 1);
        rounded.clamp(self.from[bracket], last)
    }
}

fn within_dollars(bracket: usize, luck: f64) -> f64 {
    // nobody has less than 600 dollars; chosen by hand
    let from = f64::from(BRACKET_FROM_USD[bracket]).max(600.0);
    match BRACKET_FROM_USD.get(bracket + 1) {
        Some(next) => from + (f64::from(*next) - from) * luck,
        // the tail of a Pareto distribution of exponent 2 without the highest 3 in 10; chosen by hand
        None => from / (1.0 - luck * 0.7).sqrt(),
    }
}

fn within_zloty(earner: Earner, bracket: usize, luck: f64) -> f64 {
    let Earner { activity, group, .. } = earner;
    if activity == 0 && bracket == 0 && group != 6 {
        // from less than half the minimum wage, net, to just below the bracket's end; chosen by hand
        return 1_500.0 + luck * 1_480.0;
    }
    let spread = spread(earner);
    let floor = match activity {
        0 if group != 6 => net_of(MINIMUM_WAGE),
        3 => MINIMUM_PENSION,
        // who works on their own account; chosen by hand
        0 => 900.0,
        _ => 0.0,
    };
    let from = f64::from(BRACKET_FROM[bracket]).max(floor);
    let next = BRACKET_FROM.get(bracket + 1).map_or(f64::INFINITY, |next| f64::from(*next));
    let (low, high) = if activity == 0 { (gross_at(from), gross_at(next)) } else { (from, next) };
    // whoever would earn less in the model has the minimum wage: a heap, as in every country with one
    let is_lowest = activity == 0 && group != 6 && bracket == 1;
    let below = if is_lowest { 0.0 } else { spread.below(low) };
    // the open bracket ends before its last few in 10,000, and at four times its beginning; both chosen by hand
    let to = if high.is_finite() { spread.below(high) } else { 0.9995 };
    let value = spread.quantile(below + (to - below).max(0.0) * luck);
    let value = value.clamp(low, if high.is_finite() { high } else { low * 4.0 });
    if activity == 0 { net_of(value) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pay_zone::WHOLE;

    #[test]
    fn the_minimum_wage_of_2024_is_3262_zloty_net() {
        assert!((net_of(4_300.0) - 3_261.5).abs() < 1.5, "{}", net_of(4_300.0));
        assert!((gross_of(net_of(8_000.0)) - 8_000.0).abs() < 0.01);
    }

    #[test]
    fn chances_are_chances() {
        for chances in BRACKET_CHANCES.iter().flatten().flatten().flatten().flatten() {
            assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(chances.iter().all(|chance| *chance >= 0.0));
        }
    }

    #[test]
    fn an_income_lies_in_its_bracket() {
        for currency in [Currency::ZLOTY, Currency::DOLLAR] {
            for activity in 0..ACTIVITIES {
                for bracket in 0..=highest_bracket(activity) {
                    for luck in [0.0, 0.001, 0.37, 0.99, 1.0] {
                        let earner = Earner { pay_zone: 1, activity, group: 2, sex: 0, class: 22 };
                        let income = currency.income(earner, bracket, luck);
                        assert_eq!(currency.bracket(income), bracket, "{activity} {luck} {income}");
                    }
                }
            }
        }
    }

    #[test]
    fn managers_earn_more_than_helpers_and_pensioners_less_than_workers() {
        let low = |activity, group| {
            let chances = chance(Earner { pay_zone: WHOLE, activity, group, sex: 0, class: 22 });
            chances[0] + chances[1]
        };

        assert!(low(0, 1) < low(0, 9));
        assert!(low(3, 5) > low(0, 5));
    }
}
