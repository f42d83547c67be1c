//! Names of the people and animals around a person. Only those whose forms are known: a Polish
//! instrumental cannot be guessed.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::writer::life::Child;
use shared::persona::card::{Card, Country};

/// A partner's first name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mate {
    /// Nominative, as English uses it too.
    pub(crate) name: &'static str,
    /// Polish instrumental: with whom.
    pub(crate) with: &'static str,
    /// A woman.
    pub(crate) female: bool,
}

type Named = (&'static str, &'static str);

const MEN: [[Named; 8]; 3] = [
    [
        ("Kamil", "Kamilem"),
        ("Mateusz", "Mateuszem"),
        ("Bartek", "Bartkiem"),
        ("Łukasz", "Łukaszem"),
        ("Adrian", "Adrianem"),
        ("Dawid", "Dawidem"),
        ("Kuba", "Kubą"),
        ("Patryk", "Patrykiem"),
    ],
    [
        ("Piotr", "Piotrem"),
        ("Marek", "Markiem"),
        ("Tomasz", "Tomaszem"),
        ("Robert", "Robertem"),
        ("Dariusz", "Dariuszem"),
        ("Artur", "Arturem"),
        ("Grzegorz", "Grzegorzem"),
        ("Jacek", "Jackiem"),
    ],
    [
        ("Stanisław", "Stanisławem"),
        ("Józef", "Józefem"),
        ("Ryszard", "Ryszardem"),
        ("Jerzy", "Jerzym"),
        ("Henryk", "Henrykiem"),
        ("Zbigniew", "Zbigniewem"),
        ("Kazimierz", "Kazimierzem"),
        ("Tadeusz", "Tadeuszem"),
    ],
];

const WOMEN: [[Named; 8]; 3] = [
    [
        ("Karolina", "Karoliną"),
        ("Natalia", "Natalią"),
        ("Paulina", "Pauliną"),
        ("Ola", "Olą"),
        ("Magda", "Magdą"),
        ("Kinga", "Kingą"),
        ("Weronika", "Weroniką"),
        ("Justyna", "Justyną"),
    ],
    [
        ("Agnieszka", "Agnieszką"),
        ("Beata", "Beatą"),
        ("Dorota", "Dorotą"),
        ("Monika", "Moniką"),
        ("Joanna", "Joanną"),
        ("Renata", "Renatą"),
        ("Iwona", "Iwoną"),
        ("Sylwia", "Sylwią"),
    ],
    [
        ("Krystyna", "Krystyną"),
        ("Barbara", "Barbarą"),
        ("Halina", "Haliną"),
        ("Teresa", "Teresą"),
        ("Danuta", "Danutą"),
        ("Jadwiga", "Jadwigą"),
        ("Zofia", "Zofią"),
        ("Irena", "Ireną"),
    ],
];

const ABROAD_MEN: [&str; 6] = ["David", "Chris", "Mike", "Daniel", "James", "Andre"];
const ABROAD_WOMEN: [&str; 6] = ["Sarah", "Laura", "Megan", "Angela", "Rosa", "Diane"];

const GIRLS: [&str; 12] = [
    "Zosia", "Hania", "Maja", "Lena", "Zuzia", "Oliwia", "Pola", "Iga", "Amelka", "Helenka",
    "Gabrysia", "Nadia",
];
const BOYS: [&str; 12] = [
    "Antek", "Franek", "Staś", "Leon", "Igor", "Filip", "Szymon", "Tymek", "Mikołaj", "Olek",
    "Wojtek", "Ignacy",
];
const DAUGHTERS: [&str; 10] = [
    "Ania", "Marta", "Kasia", "Ewelina", "Asia", "Sylwia", "Dominika", "Emilia", "Kamila", "Aneta",
];
const SONS: [&str; 10] = [
    "Tomek",
    "Michał",
    "Marcin",
    "Karol",
    "Przemek",
    "Krzysiek",
    "Rafał",
    "Sebastian",
    "Damian",
    "Radek",
];
const ABROAD_GIRLS: [&str; 8] = ["Emma", "Olivia", "Ava", "Mia", "Lucy", "Grace", "Zoe", "Nora"];
const ABROAD_BOYS: [&str; 8] = ["Noah", "Liam", "Ben", "Jack", "Owen", "Eli", "Lucas", "Henry"];

const DOGS: [&str; 10] =
    ["Reks", "Luna", "Bruno", "Fiona", "Maks", "Saba", "Tofik", "Rudy", "Kora", "Figa"];
const CATS: [&str; 8] =
    ["Mruczek", "Pusia", "Filemon", "Kitka", "Bonifacy", "Szara", "Tygrys", "Fredek"];

/// A partner of about the same age.
pub(crate) fn mate(card: &Card, female: bool, rng: &mut ChaCha8Rng) -> Mate {
    if card.country == Country::International {
        let names = if female { ABROAD_WOMEN } else { ABROAD_MEN };
        let name = names[rng.random_range(0..names.len())];
        return Mate { name, with: name, female };
    }
    let cohort = match card.age {
        0..=37 => 0,
        38..=62 => 1,
        _ => 2,
    };
    let names = if female { WOMEN[cohort] } else { MEN[cohort] };
    let start = rng.random_range(0..names.len());
    let (name, with) = (0..names.len())
        .map(|step| names[(start + step) % names.len()])
        .find(|(name, _)| *name != card.first_name)
        .expect("eight names differ");
    Mate { name, with, female }
}

/// A child whose name nobody else in the family has.
pub(crate) fn child(card: &Card, siblings: &[Child], age: u8, rng: &mut ChaCha8Rng) -> Child {
    let female = rng.random_range(0..2) == 0;
    let names: &[&'static str] = match (card.country, age, female) {
        (Country::International, _, true) => &ABROAD_GIRLS,
        (Country::International, _, false) => &ABROAD_BOYS,
        (Country::Poland, 0..=21, true) => &GIRLS,
        (Country::Poland, 0..=21, false) => &BOYS,
        (Country::Poland, _, true) => &DAUGHTERS,
        (Country::Poland, _, false) => &SONS,
    };
    let start = rng.random_range(0..names.len());
    let name = (0..names.len())
        .map(|step| names[(start + step) % names.len()])
        .find(|name| *name != card.first_name && siblings.iter().all(|child| child.name != *name))
        .expect("a family has fewer children than the list has names");
    Child { name, female, age }
}

pub(crate) fn dog(rng: &mut ChaCha8Rng) -> &'static str {
    DOGS[rng.random_range(0..DOGS.len())]
}

pub(crate) fn cat(rng: &mut ChaCha8Rng) -> &'static str {
    CATS[rng.random_range(0..CATS.len())]
}
