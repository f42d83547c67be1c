//! First names: who is talked about, and not what.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::Language;
use crate::text::table::rows;
use crate::text::words::stem;

/// Names of the register, with those given to children since: what every form of one begins with.
static STEMS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let living = rows(include_str!("../../data/poland-first-names.csv"));
    let given = rows(include_str!("../../data/poland-first-names-births-2000-2006.csv"));
    let living = living.map(|row: [&str; 5]| row[1]);
    let given = given.map(|row: [&str; 4]| row[2]);
    living.chain(given).chain(ENGLISH.into_iter().flatten()).flat_map(stems).collect()
});

/// What the forms of a name begin with: `paweł`, and `pawła` without the e of its last syllable.
fn stems(name: &str) -> impl Iterator<Item = String> {
    let lower = name.to_lowercase();
    let mut end = lower.chars().rev();
    let (last, e) = (end.next(), end.next());
    let short = last
        .filter(|_| e == Some('e'))
        .map(|last| format!("{}{last}a", end.rev().collect::<String>()));
    [Some(lower), short].into_iter().flatten().map(|form| beginning(&form))
}

/// What the forms of a word begin with. A stem keeps three letters, of which the last of `ewa` and `ewy` differs.
fn beginning(lower: &str) -> String {
    let stem = stem(lower, Language::Polish);
    let is_whole = stem.chars().count() == 3;
    let short = stem.strip_suffix(['a', 'e', 'i', 'o', 'u', 'y']).filter(|_| is_whole);
    short.map(str::to_owned).unwrap_or(stem)
}

/// Names of people who are not drawn from Poland's register, women's and men's.
pub const ENGLISH: [[&str; 30]; 2] = [
    [
        "Emma",
        "Olivia",
        "Sophia",
        "Ava",
        "Mia",
        "Emily",
        "Abigail",
        "Madison",
        "Elizabeth",
        "Grace",
        "Jessica",
        "Ashley",
        "Amanda",
        "Sarah",
        "Jennifer",
        "Melissa",
        "Nicole",
        "Stephanie",
        "Rebecca",
        "Laura",
        "Michelle",
        "Kimberly",
        "Lisa",
        "Angela",
        "Karen",
        "Susan",
        "Linda",
        "Patricia",
        "Barbara",
        "Maria",
    ],
    [
        "Liam",
        "Noah",
        "Ethan",
        "Mason",
        "Jacob",
        "Michael",
        "Daniel",
        "Alexander",
        "Matthew",
        "Joshua",
        "Christopher",
        "Andrew",
        "Tyler",
        "Brandon",
        "Justin",
        "Ryan",
        "Jason",
        "Brian",
        "Kevin",
        "Eric",
        "Steven",
        "Mark",
        "Jeffrey",
        "Scott",
        "Thomas",
        "Richard",
        "Robert",
        "James",
        "William",
        "Carlos",
    ],
];

/// Whether a word in lower case is a form of a first name: of one in Poland's register, or of `ENGLISH`.
pub fn is_first_name(lower: &str) -> bool {
    STEMS.contains(&beginning(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_every_form() {
        for name in ["jacek", "jackiem", "agnieszki", "pawła", "ewy", "robert", "marka"] {
            assert!(is_first_name(name), "{name}");
        }
        for word in ["lidl", "kawa", "warzywo", "ikea", "aplikacja"] {
            assert!(!is_first_name(word), "{word}");
        }
    }
}
