//! What a metric without a figure would need, for people to read.

use super::figure::Metric;
use crate::Language;

/// Of amounts with a tax that nobody knows, in English and Polish.
pub(super) const UNKNOWN_TAX: [&str; 2] = [
    "The amounts are with tax, and nobody says the rate: give `vat_rate`, or amounts without tax.",
    "Kwoty są brutto, a stawka podatku nie jest znana: podaj `vat_rate` albo kwoty netto.",
];

pub(super) fn lacking(metric: Metric, language: Language) -> &'static str {
    let (english, polish) = match metric {
        Metric::SegmentSize => {
            ("There are official tables of Poland only.", "Tablice oficjalne są tylko dla Polski.")
        }
        Metric::ConversionRate => (
            "Needs orders and visits, or a survey that asks for the intention to buy on five points.",
            "Potrzebuje zamówień i wizyt albo ankiety z deklaracją zakupu na pięciu punktach.",
        ),
        Metric::RetentionRate => (
            "Needs the churn of a period.",
            "Potrzebuje udziału klientów, którzy odeszli w okresie.",
        ),
        Metric::NpsScore => (
            "Needs a survey with the question how likely one is to recommend.",
            "Potrzebuje ankiety z pytaniem o skłonność do polecenia.",
        ),
        Metric::Ltv => (
            "Needs revenue, margin, customers, churn and a discount rate.",
            "Potrzebuje przychodu, marży, liczby klientów, odejść i stopy dyskontowej.",
        ),
        Metric::Cac => {
            ("Needs spend and new customers.", "Potrzebuje wydatków i liczby nowych klientów.")
        }
        Metric::CacLtvRatio => {
            ("Needs both cac and a ltv above 0.", "Potrzebuje cac oraz ltv większego od 0.")
        }
    };
    language.pick(english, polish)
}
