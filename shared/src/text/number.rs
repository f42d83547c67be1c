//! Numbers as English and Polish readers write them.

use crate::Language;

/// A number with so many decimals: `0.25`, `0,25`.
pub fn decimal(value: f64, decimals: usize, language: Language) -> String {
    let text = format!("{value:.decimals$}");
    language.pick(text.clone(), text.replace('.', ","))
}

/// A share as a percentage with one decimal: `12.5%`, `12,5%`.
pub fn percent(share: f64, language: Language) -> String {
    format!("{}%", decimal(share * 100.0, 1, language))
}

/// A p value: three decimals, and `< 0.001` below them.
pub fn p_value(p: f64, language: Language) -> String {
    if p < 0.001 { format!("< {}", decimal(0.001, 3, language)) } else { decimal(p, 3, language) }
}

/// A whole number in groups of three: `12,345` in English, `12 345` with a no-break space in Polish.
pub fn whole(value: u64, language: Language) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(language.pick(',', '\u{a0}'));
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of people: `1 person`, `2 people`; `1 osoba`, `2 osoby`, `5 osób`.
pub fn people(count: u64, language: Language) -> String {
    let noun = match language {
        Language::English if count == 1 => "person",
        Language::English => "people",
        Language::Polish => polish_plural(count, ["osoba", "osoby", "osób"]),
    };
    format!("{} {noun}", whole(count, language))
}

/// An age: `aged 34`; `34 lata`, `35 lat`.
pub fn age(years: u8, language: Language) -> String {
    let noun = polish_plural(years.into(), ["rok", "lata", "lat"]);
    language.pick(format!("aged {years}"), format!("{years} {noun}"))
}

/// The form of a Polish noun after a number: one, two to four (but not twelve to fourteen), the rest.
fn polish_plural(count: u64, [one, few, many]: [&str; 3]) -> &str {
    match (count, count % 10, count % 100) {
        (1, ..) => one,
        (_, 2..=4, hundred) if !(12..=14).contains(&hundred) => few,
        _ => many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_separators() {
        assert_eq!(percent(0.1254, Language::English), "12.5%");
        assert_eq!(percent(0.1254, Language::Polish), "12,5%");
        assert_eq!(whole(1_234_567, Language::English), "1,234,567");
        assert_eq!(whole(12_345, Language::Polish), "12\u{a0}345");
        assert_eq!(whole(999, Language::Polish), "999");
    }

    #[test]
    fn a_tiny_p_value_is_never_zero() {
        assert_eq!(p_value(0.000_01, Language::Polish), "< 0,001");
        assert_eq!(p_value(0.925, Language::English), "0.925");
    }

    #[test]
    fn polish_people_decline() {
        let table = [(1, "1 osoba"), (3, "3 osoby"), (5, "5 osób"), (12, "12 osób")];

        for (count, text) in table {
            assert_eq!(people(count, Language::Polish), text);
        }
        assert_eq!(age(22, Language::Polish), "22 lata");
        assert_eq!(age(71, Language::Polish), "71 lat");
        assert_eq!(people(1, Language::English), "1 person");
    }
}
