//! Money: US dollars, counted in millionths, because a call of a model costs less than a cent.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const MICROS: f64 = 1e6;
/// Of the most that anybody may set: a million dollars.
const MOST: f64 = 1e6;

/// An amount. On the wire it is a plain number of dollars: `12.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Usd(i64);

impl Usd {
    /// So many millionths of a dollar.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// In millionths of a dollar.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Reads dollars: from 0 to a million, with at most six decimals.
    ///
    /// # Errors
    /// Names the rule that it breaks.
    pub fn parse(dollars: f64) -> Result<Self, &'static str> {
        if !(0.0..=MOST).contains(&dollars) {
            return Err("must be between 0 and 1000000");
        }
        let micros = (dollars * MICROS).round();
        // What a number of this size with six decimals can be off by is a thousand times less.
        if (micros / MICROS - dollars).abs() > 1e-9 {
            return Err("must have at most six decimals");
        }
        Ok(Self(micros as i64))
    }
}

impl std::ops::Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / MICROS)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(f64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl utoipa::PartialSchema for Usd {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        f64::schema()
    }
}

impl utoipa::ToSchema for Usd {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_to_the_millionth_and_written_as_they_were_read() {
        for (text, micros) in [
            ("0", 0),
            ("5", 5_000_000),
            ("0.1", 100_000),
            ("0.000001", 1),
            ("12.345678", 12_345_678),
            ("999999.999999", 999_999_999_999),
        ] {
            let read: Usd = serde_json::from_str(text).unwrap();
            assert_eq!(read.micros(), micros, "{text}");
            let written = serde_json::to_value(read).unwrap().as_f64().unwrap();
            assert_eq!(written, text.parse::<f64>().unwrap(), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["-0.01", "1000000.01", "0.0000001", "1e300", "\"5\"", "true"] {
            assert!(serde_json::from_str::<Usd>(text).is_err(), "{text}");
        }
        assert!(Usd::parse(f64::NAN).is_err());
    }

    #[test]
    fn three_dimes_are_thirty_cents() {
        let dime = Usd::parse(0.1).unwrap();
        assert_eq!(dime + dime + dime, Usd::parse(0.3).unwrap());
    }
}
