//! English forms.

use crate::writer::life::{Child, GROWN};

const NUMBERS: [&str; 13] = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

/// How long something has lasted: `for seven years`.
pub(crate) fn since(years: u8) -> String {
    match years {
        0 => "for less than a year".to_owned(),
        1 => "for a year".to_owned(),
        2..=12 => format!("for {} years", NUMBERS[usize::from(years)]),
        13..=19 => "for well over a decade".to_owned(),
        20 => "for twenty years".to_owned(),
        _ => "for more than twenty years".to_owned(),
    }
}

/// How long a working life lasted: `more than thirty years`.
pub(crate) fn span(years: u8) -> &'static str {
    match years {
        0..=4 => "a few years",
        5..=9 => "a good few years",
        10..=14 => "more than ten years",
        15..=19 => "the better part of twenty years",
        20..=24 => "more than twenty years",
        25..=29 => "nearly thirty years",
        30..=34 => "more than thirty years",
        35..=39 => "close to forty years",
        _ => "more than forty years",
    }
}

/// `a` or `an`, by the letter that the word starts with.
pub(crate) fn article(word: &str) -> &'static str {
    let lower = word.to_lowercase();
    if lower.starts_with("uni") || lower.starts_with("eu") {
        return "a";
    }
    if lower.starts_with(['a', 'e', 'i', 'o', 'u']) || lower.starts_with("hr ") {
        "an"
    } else {
        "a"
    }
}

/// `an 18-year-old`, `a 34-year-old`: whether the spoken age starts with a vowel.
pub(crate) fn age_article(age: u8) -> &'static str {
    if matches!(age, 8 | 11 | 18 | 80..=89) { "an" } else { "a" }
}

/// A number of children: `two children`.
pub(crate) fn children(count: usize) -> &'static str {
    ["", "one child", "two children", "three children", "four children"][count.min(4)]
}

/// A number of grown children.
pub(crate) fn grown(count: usize) -> &'static str {
    [
        "",
        "one grown-up child",
        "two grown-up children",
        "three grown-up children",
        "four grown-up children",
    ][count.min(4)]
}

pub(crate) fn grandchildren(count: u8) -> &'static str {
    [
        "",
        "one grandchild",
        "two grandchildren",
        "three grandchildren",
        "four grandchildren",
        "five grandchildren",
    ][usize::from(count.min(5))]
}

const CLASSES: [&str; 8] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

/// What a child of this age does, without stating the age; `pick` chooses among equals.
pub(crate) fn child_does(child: &Child, pick: usize) -> String {
    let one = |options: &[&str]| options[pick % options.len()].to_owned();
    let does = match child.age {
        0 => one(&["is only a few months old", "does not sleep through the night yet"]),
        1..=2 => one(&[
            "is just learning to talk",
            "has started at a nursery",
            "climbs everything in sight",
        ]),
        3..=5 => one(&["goes to preschool", "has just made a best friend at preschool"]),
        6 => "is about to start school".to_owned(),
        7..=14 => format!("is in the {} year of school", CLASSES[usize::from(child.age - 7)]),
        15..=17 => one(&[
            "is at secondary school",
            "spends the evenings behind a closed door and headphones",
        ]),
        GROWN.. if child.age < 24 => {
            one(&["studies and works weekends", "is a student", "is in a first proper job"])
        }
        GROWN.. => one(&[
            "has moved a few streets away",
            "works abroad",
            "has a place of {} own",
            "has settled in another town",
        ])
        .replace("{}", if child.female { "her" } else { "his" }),
        _ => one(&["is getting ready for the final exams", "is in the last year of school"]),
    };
    format!("{} {does}", child.name)
}

/// The floor of a flat, 0 the ground floor.
pub(crate) const FLOORS: [&str; 6] = [
    "on the ground floor",
    "on the first floor",
    "on the second floor",
    "on the third floor",
    "on the fourth floor",
    "on the eighth floor",
];
