//! Names that a Pole would wonder at, by year of birth. No table says it: these are the years that
//! are commonly known, with some room.

use shared::persona::Card;

/// Hardly given before this year.
const NEW: [(&str, u16); 30] = [
    ("Łukasz", 1966),
    ("Mateusz", 1970),
    ("Damian", 1966),
    ("Kamil", 1970),
    ("Patryk", 1974),
    ("Sebastian", 1964),
    ("Marcin", 1962),
    ("Bartosz", 1970),
    ("Przemysław", 1962),
    ("Dawid", 1968),
    ("Daniel", 1963),
    ("Adrian", 1968),
    ("Kacper", 1980),
    ("Oliwier", 1992),
    ("Agnieszka", 1950),
    ("Monika", 1954),
    ("Sylwia", 1955),
    ("Aneta", 1956),
    ("Ewelina", 1963),
    ("Natalia", 1964),
    ("Paulina", 1964),
    ("Karolina", 1964),
    ("Patrycja", 1968),
    ("Klaudia", 1968),
    ("Dominika", 1965),
    ("Kamila", 1964),
    ("Sandra", 1974),
    ("Nikola", 1988),
    ("Angelika", 1962),
    ("Oliwia", 1988),
];

/// Hardly given between these years: they came back.
const BACK: [(&str, u16, u16); 12] = [
    ("Anastazja", 1950, 1992),
    ("Antoni", 1968, 1990),
    ("Franciszek", 1968, 1990),
    ("Hanna", 1978, 1994),
    ("Helena", 1965, 1995),
    ("Julia", 1952, 1980),
    ("Leon", 1960, 1996),
    ("Nikodem", 1950, 1988),
    ("Pola", 1950, 1995),
    ("Weronika", 1950, 1976),
    ("Wiktoria", 1950, 1984),
    ("Zuzanna", 1952, 1980),
];

/// Hardly given after this year.
const GONE: [(&str, u16); 20] = [
    ("Krystyna", 1979),
    ("Stanisława", 1972),
    ("Halina", 1978),
    ("Grażyna", 1984),
    ("Jadwiga", 1978),
    ("Janina", 1974),
    ("Genowefa", 1966),
    ("Danuta", 1982),
    ("Bożena", 1986),
    ("Wiesława", 1978),
    ("Czesława", 1968),
    ("Zdzisław", 1978),
    ("Zbigniew", 1989),
    ("Tadeusz", 1984),
    ("Kazimierz", 1982),
    ("Henryk", 1984),
    ("Ryszard", 1988),
    ("Jerzy", 1986),
    ("Eugeniusz", 1980),
    ("Marian", 1984),
];

/// Whether somebody born then has a name that nobody was given.
pub(super) fn is_out_of_time(card: &Card, born: u16) -> bool {
    let is = |name: &str| card.first_name == name;
    NEW.iter().any(|(name, from)| is(name) && born < *from)
        || BACK.iter().any(|(name, from, to)| is(name) && (*from..*to).contains(&born))
        || GONE.iter().any(|(name, to)| is(name) && born > *to)
}
