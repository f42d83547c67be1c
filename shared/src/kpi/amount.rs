//! Money and time as a project gives them, and what they have to become before a formula takes them: without value
//! added tax, and of a year.

use serde::{Deserialize, Serialize};

/// A currency of ISO 4217: three capital letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

impl Currency {
    /// The rule of its letters.
    pub const RULE: &str = "must be three capital letters of ISO 4217";

    /// The currency of this code; none where that breaks [`Self::RULE`].
    pub fn parse(code: &str) -> Option<Self> {
        let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        is_code.then(|| Self(code.to_owned()))
    }

    /// Its code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Currency {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::parse(&code).ok_or(Self::RULE)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.0
    }
}

/// The time that amounts, counts and churn are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KpiPeriod)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A month.
    Monthly,
    /// A year.
    Yearly,
}

impl Period {
    /// How many of them a year has.
    pub fn a_year(self) -> f64 {
        match self {
            Self::Monthly => 12.0,
            Self::Yearly => 1.0,
        }
    }
}

/// Whether amounts are with value added tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KpiBasis)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Without it.
    Net,
    /// With it.
    Gross,
}

/// A rate of value added tax as a part of the net price, 0 to 1: 0.23 for 23%. It is the project's to say: its
/// country has several, and which one holds depends on what is sold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct VatRate(f64);

impl VatRate {
    /// The rule of its number.
    pub const RULE: &str = "must be between 0 and 1: 0.23 is 23%";

    /// The rate of this number; none where that breaks [`Self::RULE`].
    pub fn parse(rate: f64) -> Option<Self> {
        (0.0..=1.0).contains(&rate).then_some(Self(rate))
    }

    /// In percent, for people to read: 23 for 0.23.
    pub fn percent(self) -> f64 {
        // 0.07 × 100 is 7.000000000000001
        (self.0 * 1e6).round() / 1e4
    }
}

impl TryFrom<f64> for VatRate {
    type Error = &'static str;

    fn try_from(rate: f64) -> Result<Self, Self::Error> {
        Self::parse(rate).ok_or(Self::RULE)
    }
}

impl From<VatRate> for f64 {
    fn from(rate: VatRate) -> Self {
        rate.0
    }
}

/// An amount without value added tax, of the period that it was given for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Net(f64);

impl Net {
    /// What is left of an amount without its tax: `gross / (1 + rate)`. None where it is with tax and nobody says
    /// how much.
    pub fn of(amount: f64, basis: Basis, rate: Option<VatRate>) -> Option<Self> {
        match basis {
            Basis::Net => Some(Self(amount)),
            Basis::Gross => rate.map(|rate| Self(amount / (1.0 + rate.0))),
        }
    }

    /// The bare number.
    pub fn value(self) -> f64 {
        self.0
    }

    /// A part of it, 0 to 1.
    #[must_use]
    pub fn part(self, part: f64) -> Self {
        Self(self.0 * part)
    }

    /// What a year has of it.
    pub fn yearly(self, period: Period) -> Yearly {
        Yearly(self.0 * period.a_year())
    }
}

/// An amount without value added tax, of a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Yearly(f64);

impl Yearly {
    /// The bare number.
    pub fn value(self) -> f64 {
        self.0
    }

    /// What one of so many has of it.
    #[must_use]
    pub fn each(self, of: f64) -> Self {
        Self(self.0 / of)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_currency_has_three_capital_letters_also_when_it_is_read() {
        assert_eq!(Currency::parse("PLN").unwrap().as_str(), "PLN");
        for wrong in ["pln", "zł", "PL", "PLNN", "P1N", ""] {
            assert_eq!(Currency::parse(wrong), None, "{wrong}");
            let read = serde_json::from_value::<Currency>(wrong.into());
            assert!(read.unwrap_err().to_string().contains(Currency::RULE), "{wrong}");
        }
        assert_eq!(serde_json::json!(Currency::parse("EUR")), "EUR");
    }

    #[test]
    fn an_amount_with_tax_has_no_net_amount_before_somebody_says_the_rate() {
        let rate = VatRate::parse(0.23);

        assert_eq!(Net::of(123.0, Basis::Gross, None), None);
        assert!((Net::of(123.0, Basis::Gross, rate).unwrap().value() - 100.0).abs() < 1e-12);
        assert_eq!(Net::of(123.0, Basis::Net, rate), Some(Net(123.0)));
        assert_eq!(VatRate::parse(23.0), None, "23 is no part");
        assert_eq!(VatRate::parse(0.07).unwrap().percent(), 7.0);
    }

    #[test]
    fn a_year_has_twelve_months() {
        let net = Net(10.0);

        assert_eq!(net.yearly(Period::Monthly).value(), 120.0);
        assert_eq!(net.yearly(Period::Yearly).each(5.0).value(), 2.0);
    }

    proptest! {
        #[test]
        fn tax_put_on_again_gives_the_amount_back(amount in 0.0..1e12f64, rate in 0.0..1.0f64) {
            let net = Net::of(amount, Basis::Gross, VatRate::parse(rate)).unwrap();

            prop_assert!((net.value() * (1.0 + rate) - amount).abs() <= 1e-9 * amount);
        }
    }
}
