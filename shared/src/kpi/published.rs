//! Published figures of others that Sight brings along, by industry. `docs/data-sources.md` says where each was read.

use super::Metric;
use crate::text::table::{number, rows};

crate::words! {
    /// What a project is about, where published figures are told apart by it.
    #[schema(as = KpiIndustry)]
    pub enum Industry {
        /// Flights.
        Airlines = "airlines",
        /// Cars by the day.
        CarRental = "car_rental",
        /// Food shops.
        Grocery = "grocery",
        /// Rooms booked online.
        Hotels = "hotels",
        /// Mobile telephony.
        Mobile = "mobile",
        /// Holidays with the journey.
        PackageHolidays = "package_holidays",
        /// Paying and sending money.
        Payments = "payments",
        /// Shops of other things than food.
        Retail = "retail",
        /// Films and music by subscription.
        Streaming = "streaming",
        /// Television and broadband at home.
        TvAndInternet = "tv_and_internet",
    }
}

/// A figure that somebody has published about an industry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Published {
    /// In the metric's unit: rates as shares of a year.
    pub value: f64,
    /// Who published it, when, and whom it is about.
    pub source: &'static str,
}

impl Published {
    /// What has been published of an industry; most metrics have nothing that we would put our name beside.
    pub(super) fn of(industry: Industry, metric: Metric) -> Option<Self> {
        let (industry, metric) = (industry.as_str(), metric.as_str());
        rows(include_str!("../../data/kpi-benchmarks.csv")).find_map(|[of, what, value, source]| {
            (of == industry && what == metric).then(|| Self { value: number(value), source })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_every_industry_has_one() {
        let table = include_str!("../../data/kpi-benchmarks.csv").lines().count() - 1;
        let of = |industry| Metric::ALL.iter().filter_map(move |one| Published::of(industry, *one));
        let read: Vec<usize> = Industry::ALL.iter().map(|one| of(*one).count()).collect();

        assert_eq!(read.iter().sum::<usize>(), table);
        assert!(read.iter().all(|figures| *figures > 0), "{read:?}");
    }
}
