//! What a number counts, read from what stands beside it: `40 zł`, `$40`, `37-letni`, `30–40 minut`.

use super::fold::plain;

/// What a number counts, whichever of both languages says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Zloty,
    Grosz,
    Euro,
    Dollar,
    Pound,
    Percent,
    Thousand,
    Million,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Kilometre,
    Metre,
    Centimetre,
    Millimetre,
    Mile,
    Kilogram,
    Decagram,
    Gram,
    Litre,
    Millilitre,
    Calorie,
    Degree,
    Piece,
    Person,
    Time,
    Point,
}

/// A unit, the words that say it, and beginnings of such words; all folded.
type UnitWords = (Unit, &'static [&'static str], &'static [&'static str]);

/// The first row that knows a word decides.
const UNITS: [UnitWords; 31] = [
    (Unit::Zloty, &["zl", "pln"], &["zlot"]),
    (Unit::Grosz, &["gr"], &["grosz"]),
    (Unit::Euro, &["€", "eur", "euro", "euros"], &[]),
    (Unit::Dollar, &["$", "usd"], &["dolar", "dollar"]),
    (Unit::Pound, &["£", "gbp"], &["funt", "pound"]),
    (Unit::Percent, &["%", "proc", "pct"], &["procent", "percent"]),
    (Unit::Thousand, &["k", "tys"], &["tysi", "thousand"]),
    (Unit::Million, &["mln"], &["milion", "million"]),
    (Unit::Second, &["sek", "sec"], &["sekund", "second"]),
    (Unit::Minute, &["min", "mins"], &["minut"]),
    (Unit::Hour, &["h", "godz"], &["godzin", "hour"]),
    (Unit::Day, &["dni", "dnia", "dnie", "dniach", "dzien", "day", "days"], &["dniow"]),
    (Unit::Week, &["tyg", "week", "weeks", "weekly"], &["tygod"]),
    (Unit::Month, &["mies"], &["miesi", "month"]),
    (
        Unit::Year,
        &["l", "lat", "lata", "latach", "latami", "latek", "rok", "roku", "yo", "yr", "yrs"],
        &["letni", "roczn", "year"],
    ),
    (Unit::Kilometre, &["km"], &["kilomet"]),
    (Unit::Metre, &["m", "m2", "m²"], &["metr", "meter", "metre"]),
    (Unit::Centimetre, &["cm"], &["centymetr", "centimet"]),
    (Unit::Millimetre, &["mm"], &["milimetr", "millimet"]),
    (Unit::Mile, &["mil", "mila", "mile", "miles"], &[]),
    (Unit::Kilogram, &["kg", "kilo", "kilos"], &["kilogram"]),
    (Unit::Decagram, &["dag", "dkg", "deko"], &[]),
    (Unit::Gram, &["g"], &["gram"]),
    (Unit::Litre, &[], &["litr", "liter", "litre"]),
    (Unit::Millilitre, &["ml"], &["mililitr", "millilit"]),
    (Unit::Calorie, &["kcal"], &["kalori", "calori"]),
    (Unit::Degree, &["°"], &["stopni", "degree"]),
    (Unit::Piece, &["szt", "pc", "pcs"], &["sztuk", "piece", "opakow", "pack", "paczek", "paczk"]),
    (Unit::Person, &["ludzi", "people"], &["osob", "person", "klient", "customer"]),
    (Unit::Time, &["x", "raz", "razy", "times"], &["krotn"]),
    (Unit::Point, &["pkt", "pts"], &["punkt", "point"]),
];

/// The unit of a number between these texts. Of a range, `30–40 zł`, it is the unit of its end.
pub fn unit(before: &str, after: &str) -> Option<Unit> {
    let rest = behind_range(behind_number(after));
    let rest = rest.trim_start_matches(|sign: char| is_blank(sign) || is_dash(sign));
    let before = before.trim_end_matches(is_blank);
    of(first_word(rest)).or_else(|| of(last_word(before)).filter(|unit| unit.is_money()))
}

/// Whether a number between these texts is a part of a longer one: `37,50`, `37 000`, `8:37`.
pub fn is_part(before: &str, after: &str) -> bool {
    let before = before.strip_suffix(is_joint).unwrap_or_default();
    before.ends_with(|sign: char| sign.is_ascii_digit()) || behind_number(after).len() < after.len()
}

impl Unit {
    fn is_money(self) -> bool {
        matches!(self, Self::Zloty | Self::Euro | Self::Dollar | Self::Pound)
    }
}

fn of(word: &str) -> Option<Unit> {
    let word = plain(word);
    let is_it = |(_, whole, beginnings): &&UnitWords| {
        whole.contains(&word.as_str()) || beginnings.iter().any(|one| word.starts_with(one))
    };
    UNITS.iter().find(is_it).map(|(unit, ..)| *unit)
}

/// A sign that is a word by itself, or the letters that a text begins with.
fn first_word(text: &str) -> &str {
    let end = text.find(|sign: char| !sign.is_alphanumeric()).unwrap_or(text.len());
    let sign = text.chars().next().map_or(0, char::len_utf8);
    &text[..end.max(sign)]
}

/// The word or sign that stands directly before a number.
pub fn last_word(text: &str) -> &str {
    let end = text.trim_end_matches(char::is_alphanumeric).len();
    let sign = text.chars().next_back().map_or(0, char::len_utf8);
    &text[end.min(text.len() - sign)..]
}

/// What is behind the digits that go on a number: decimals, thousands, minutes of an hour.
fn behind_number(text: &str) -> &str {
    let mut rest = text;
    loop {
        let joined = rest.strip_prefix(is_joint).map(digits).filter(|(digits, _)| *digits > 0);
        let grouped = rest.strip_prefix(is_blank).map(digits).filter(|(digits, _)| *digits == 3);
        match joined.or(grouped) {
            Some((_, behind)) => rest = behind,
            None => return rest,
        }
    }
}

/// What is behind the end of a range that begins here.
fn behind_range(text: &str) -> &str {
    let end = text.trim_start_matches(is_blank).strip_prefix(is_dash);
    let end = end.map(|end| digits(end.trim_start_matches(is_blank)));
    end.filter(|(digits, _)| *digits > 0).map_or(text, |(_, behind)| behind_number(behind))
}

/// How many digits a text begins with, and what is behind them.
fn digits(text: &str) -> (usize, &str) {
    let rest = text.trim_start_matches(|sign: char| sign.is_ascii_digit());
    (text.len() - rest.len(), rest)
}

fn is_joint(sign: char) -> bool {
    matches!(sign, '.' | ',' | ':' | '/')
}

fn is_blank(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

fn is_dash(sign: char) -> bool {
    matches!(sign, '-' | '\u{2010}'..='\u{2015}' | '−')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_stands_behind_a_number_or_before_it() {
        for (before, after, found) in [
            ("za ", " zł", Some(Unit::Zloty)),
            ("za ", "\u{a0}ZŁOTYCH.", Some(Unit::Zloty)),
            ("za ", ",50 zł", Some(Unit::Zloty)),
            ("za ", " 000 PLN", Some(Unit::Zloty)),
            ("za ", "–50 zł", Some(Unit::Zloty)),
            ("za ", " - 50,5 zł", Some(Unit::Zloty)),
            ("for $", " a week", Some(Unit::Dollar)),
            ("for EUR ", ".", Some(Unit::Euro)),
            ("o ", "%", Some(Unit::Percent)),
            ("", "-minutowy", Some(Unit::Minute)),
            ("", "-letni", Some(Unit::Year)),
            ("mam ", " l.", Some(Unit::Year)),
            ("", " km stąd", Some(Unit::Kilometre)),
            ("mam ", " i dom", None),
            ("mam ", ", zł to dużo", None),
            ("5 zł i ", "", None),
            ("", "", None),
        ] {
            assert_eq!(unit(before, after), found, "{before}40{after}");
        }
    }

    #[test]
    fn a_part_of_a_number_is_none_by_itself() {
        for (before, after, found) in [
            ("", ",5", true),
            ("", " 000", true),
            ("", ":30", true),
            ("8:", "", true),
            ("1,", " zł", true),
            ("mam ", ", 2 dzieci", false),
            ("mam ", ".", false),
            ("mam ", " 20 razy", false),
            ("ile: ", "", false),
        ] {
            assert_eq!(is_part(before, after), found, "{before}40{after}");
        }
    }
}
