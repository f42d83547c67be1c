//! Voivodeships by what is paid in them, in three zones: pay differs within them by a few percent only, and the
//! chain of chances carries three of them where it could not carry sixteen.
//!
//! Source: Statistics Poland, average gross monthly wage of 2024 in the national economy by voivodeship of the place
//! of work. That people work where they live is modelled.

use std::sync::LazyLock;

use super::joint::VOIVODESHIPS;
use shared::text::table::{number, rows};

/// How many zones of pay: 0 is the country as a whole, which also stands for other countries; then voivodeships
/// from `DEAREST` on, from `DEAR` on, and below.
pub(crate) const PAY_ZONES: usize = 4;
/// The country as a whole.
pub(crate) const WHOLE: usize = 0;
/// Only Mazowieckie has it.
const DEAREST: f64 = 9_000.0;
/// Dolnośląskie, Małopolskie, Śląskie and Pomorskie have it; the next one is 420 zł below.
const DEAR: f64 = 8_000.0;

/// The average gross wage of each voivodeship, in the order of their numbers.
pub(crate) static WAGES: LazyLock<[f64; VOIVODESHIPS.len()]> = LazyLock::new(|| {
    let mut wages = [0.0; VOIVODESHIPS.len()];
    let mut table = rows(include_str!("../../data/poland-wages-2024.csv"));
    for (wage, name) in wages.iter_mut().zip(VOIVODESHIPS) {
        let [voivodeship, gross] = table.next().expect("the table has every voivodeship");
        assert_eq!(voivodeship, name, "the table has the order of the voivodeships");
        *wage = number(gross);
    }
    wages
});

pub(crate) fn pay_zone(voivodeship: usize) -> usize {
    match WAGES[voivodeship] {
        DEAREST.. => 1,
        DEAR.. => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wages_differ_by_a_few_percent_within_a_zone() {
        for zone in 1..PAY_ZONES {
            let own = (0..VOIVODESHIPS.len()).filter(|number| pay_zone(*number) == zone);
            let wages: Vec<f64> = own.map(|number| WAGES[number]).collect();
            let (low, high) = wages
                .iter()
                .fold((f64::MAX, 0.0_f64), |(low, high), wage| (low.min(*wage), high.max(*wage)));
            assert!(!wages.is_empty() && high / low < 1.08, "{zone}: {low} to {high}");
        }
    }
}
