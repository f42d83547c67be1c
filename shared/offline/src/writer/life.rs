//! The part of a life that the card leaves open: family, home, animals, years at work. Drawn once per
//! person, so that every sentence agrees with every other. The odds are rules of thumb that make
//! plausible people, not estimates.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::writer::{
    names::{self, Mate},
    work::Field,
};
use shared::persona::card::{Activity, Card, Country, Education, Gender, Place, Sex};

/// Everything drawn about one person.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    /// Partner, and what they are to the person.
    pub(crate) bond: Bond,
    /// The partner's name, when there is one.
    pub(crate) mate: Option<Mate>,
    /// From the oldest.
    pub(crate) children: Vec<Child>,
    pub(crate) grandchildren: u8,
    /// Who shares the home.
    pub(crate) company: Company,
    pub(crate) house: bool,
    /// On what terms the home is held.
    pub(crate) tenure: Tenure,
    pub(crate) car: bool,
    pub(crate) dog: Option<&'static str>,
    pub(crate) cat: Option<&'static str>,
    /// Years in the present job; of those out of work, in the last one.
    pub(crate) job_years: u8,
    /// Years from the end of school to now, or to the pension.
    pub(crate) career_years: u8,
    /// The kind of work, present or past.
    pub(crate) field: Field,
}

/// A tie between adults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bond {
    Single,
    Couple,
    Married,
    Divorced,
    Widowed,
}

/// Who else lives there, beside partner and children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Company {
    Family,
    Alone,
    Parents,
    Flatmates,
}

/// On what terms a home is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tenure {
    Rented,
    Mortgage,
    Owned,
    /// Someone else's: parents', mostly.
    Shared,
}

/// A child of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Child {
    /// First name, unlike any other in the household.
    pub(crate) name: &'static str,
    /// A daughter.
    pub(crate) female: bool,
    /// Whole years.
    pub(crate) age: u8,
}

/// An age below which a child is still at home and at school.
pub(crate) const GROWN: u8 = 19;

impl Life {
    pub(crate) fn draw(card: &Card, mut rng: ChaCha8Rng) -> Self {
        let rng = &mut rng;
        let field = Field::of(card);
        let bond = draw_bond(card, rng);
        let children = draw_children(card, bond, rng);
        let mate = matches!(bond, Bond::Couple | Bond::Married)
            .then(|| names::mate(card, is_mate_female(card, rng), rng));
        let at_home = children.iter().any(|child| child.age < GROWN);
        let company = draw_company(card, bond, at_home, rng);
        let house = rng.random_range(0..100) < house_percent(card);
        let career_years = career_years(card);
        Self {
            grandchildren: draw_grandchildren(card.age, &children, rng),
            tenure: draw_tenure(card, company, rng),
            car: rng.random_range(0..100) < car_percent(card),
            dog: (rng.random_range(0..100) < if card.place == Place::Rural { 50 } else { 20 })
                .then(|| names::dog(rng)),
            cat: (rng.random_range(0..100) < 18).then(|| names::cat(rng)),
            job_years: draw_job_years(career_years, rng),
            company: if mate.is_some() && company == Company::Alone {
                Company::Family
            } else {
                company
            },
            career_years,
            bond,
            mate,
            children,
            house,
            field,
        }
    }

    /// Children who still live at home.
    pub(crate) fn children_at_home(&self) -> impl Iterator<Item = &Child> {
        self.children.iter().filter(|child| child.age < GROWN)
    }

    pub(crate) fn grown_children(&self) -> impl Iterator<Item = &Child> {
        self.children.iter().filter(|child| child.age >= GROWN)
    }
}

fn is_mate_female(card: &Card, rng: &mut ChaCha8Rng) -> bool {
    if card.gender == Gender::NonBinary {
        return rng.random_range(0..2) == 0;
    }
    card.sex == Sex::Male
}

/// Percent married, in a couple, divorced and widowed; the rest is single.
fn bond_percents(card: &Card) -> [u32; 4] {
    let woman = card.sex == Sex::Female;
    match card.age {
        0..=22 => [0, 25, 0, 0],
        23..=27 => [16, 36, 0, 0],
        28..=34 => [48, 22, 4, 0],
        35..=49 => [66, 9, 12, 1],
        50..=64 => [67, 4, 14, 6],
        65..=74 if woman => [54, 2, 12, 26],
        65..=74 => [74, 3, 10, 8],
        _ if woman => [28, 1, 7, 58],
        _ => [66, 2, 5, 23],
    }
}

fn draw_bond(card: &Card, rng: &mut ChaCha8Rng) -> Bond {
    if card.activity == Activity::Student && card.age < 24 {
        return if rng.random_range(0..100) < 25 { Bond::Couple } else { Bond::Single };
    }
    let kinds = [Bond::Married, Bond::Couple, Bond::Divorced, Bond::Widowed];
    let mut left = rng.random_range(0..100);
    for (kind, percent) in kinds.into_iter().zip(bond_percents(card)) {
        if left < percent {
            return kind;
        }
        left -= percent;
    }
    Bond::Single
}

fn draw_children(card: &Card, bond: Bond, rng: &mut ChaCha8Rng) -> Vec<Child> {
    let percent = match bond {
        Bond::Single => return Vec::new(),
        Bond::Couple => 30,
        Bond::Married => 88,
        Bond::Divorced => 70,
        Bond::Widowed => 90,
    };
    if card.activity == Activity::Student || rng.random_range(0..100) >= percent {
        return Vec::new();
    }
    let studied = if card.education >= Education::Bachelor { 3 } else { 0 };
    let later = if card.sex == Sex::Male { 2 } else { 0 };
    let mut parent_age = rng.random_range(22..=30) + studied + later;
    let wanted = [1, 1, 2, 2, 2, 2, 3, 3, 4][rng.random_range(0..9)];
    let mut children: Vec<Child> = Vec::with_capacity(wanted);
    while children.len() < wanted && parent_age <= card.age && parent_age <= 44 {
        let age = card.age - parent_age;
        children.push(names::child(card, &children, age, rng));
        parent_age += rng.random_range(2..=5);
    }
    children
}

fn draw_grandchildren(age: u8, children: &[Child], rng: &mut ChaCha8Rng) -> u8 {
    let parents = children.iter().filter(|child| child.age >= 27).count();
    if age < 50 || parents == 0 || rng.random_range(0..100) < 25 {
        return 0;
    }
    rng.random_range(1..=2 * u8::try_from(parents).expect("a family has few children")).min(5)
}

fn draw_company(card: &Card, bond: Bond, children_at_home: bool, rng: &mut ChaCha8Rng) -> Company {
    if children_at_home || bond == Bond::Married {
        return Company::Family;
    }
    let poor = card.activity != Activity::Employed;
    let with_parents = match card.age {
        0..=19 => 92,
        20..=24 if poor => 60,
        20..=24 => 45,
        25..=29 if poor => 55,
        25..=29 => 24,
        30..=39 => 12,
        _ => 0,
    };
    if bond != Bond::Couple || card.age < 22 {
        if rng.random_range(0..100) < with_parents {
            return Company::Parents;
        }
        if card.place == Place::Urban && card.age < 30 && rng.random_range(0..100) < 60 {
            return Company::Flatmates;
        }
    }
    if bond == Bond::Couple { Company::Family } else { Company::Alone }
}

fn draw_tenure(card: &Card, company: Company, rng: &mut ChaCha8Rng) -> Tenure {
    let rented = match (company, card.age) {
        (Company::Parents, _) => return Tenure::Shared,
        (Company::Flatmates, _) => return Tenure::Rented,
        (_, _) if card.place == Place::Rural => 3,
        (_, 0..=29) => 65,
        (_, 30..=39) => 32,
        _ => 9,
    };
    if rng.random_range(0..100) < rented {
        return Tenure::Rented;
    }
    let borrows = card.activity == Activity::Employed && (27..=58).contains(&card.age);
    if borrows && rng.random_range(0..100) < 48 { Tenure::Mortgage } else { Tenure::Owned }
}

fn house_percent(card: &Card) -> u32 {
    match (card.country, card.place) {
        (_, Place::Rural) => 92,
        (Country::International, Place::Urban) => 45,
        (Country::Poland, Place::Urban) => 20,
    }
}

fn car_percent(card: &Card) -> u32 {
    let base: u32 = match card.age {
        0..=19 => 8,
        20..=24 => 35,
        25..=69 => 74,
        70..=79 => 45,
        _ => 18,
    };
    if card.place == Place::Rural { (base + 14).min(95) } else { base }
}

/// The age at which each level is usually completed in Poland: school starts at 7, and takes 8, 9, 11,
/// 12, 13, 14, 15, 17 and 21 years.
fn leaving_age(education: Education) -> u8 {
    match education {
        Education::Primary => 15,
        Education::LowerSecondary => 16,
        Education::BasicVocational => 18,
        Education::GeneralSecondary => 19,
        Education::TechnicalSecondary => 20,
        Education::PostSecondary => 21,
        Education::Bachelor => 22,
        Education::Master => 24,
        Education::Doctorate => 29,
    }
}

fn career_years(card: &Card) -> u8 {
    let pension = if card.sex == Sex::Female { 60 } else { 65 };
    let end = if card.activity == Activity::Retired { card.age.min(pension) } else { card.age };
    end.saturating_sub(leaving_age(card.education).max(18))
}

fn draw_job_years(career: u8, rng: &mut ChaCha8Rng) -> u8 {
    let most = career.min(28);
    if most == 0 {
        return 0;
    }
    rng.random_range(1..=most).min(rng.random_range(1..=most).max(3)).min(most)
}
