//! A card and a life as the tags and facts that phrases ask for.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::writer::{
    child, english,
    fact::{Fact, Facts},
    life::{Bond, Company, GROWN, Life, Tenure},
    lookup::{STUDIES, VALUES},
    realiser::Form,
    tag::{Tag, Tags},
    work::{Shape, is_job},
};
use shared::text::polish;
use shared::{
    Language,
    persona::{
        Brief,
        card::{Activity, Card, Country, Education, Gender, Place},
    },
};

/// The Polish cities of over 250,000 people (Statistics Poland, 2024) where a district says more than
/// the town.
const METROPOLISES: [&str; 12] = [
    "Warszawa",
    "Kraków",
    "Wrocław",
    "Łódź",
    "Poznań",
    "Gdańsk",
    "Szczecin",
    "Lublin",
    "Bydgoszcz",
    "Białystok",
    "Katowice",
    "Gdynia",
];

/// How far from the mean a trait must be to show in behaviour.
const MARKED: f32 = 0.08;

pub(crate) fn form(card: &Card) -> Form {
    match card.gender {
        Gender::Female => Form::Feminine,
        Gender::Male => Form::Masculine,
        Gender::NonBinary => Form::Neutral,
    }
}

/// The poles on which a person stands out, the strongest first.
pub(crate) fn poles(card: &Card) -> Vec<(Tag, &'static str)> {
    let traits = card.big_five;
    let mut poles: Vec<(f32, (Tag, &'static str))> = [
        (traits.openness, (Tag::Open, "open"), (Tag::Closed, "closed")),
        (traits.conscientiousness, (Tag::Orderly, "orderly"), (Tag::Loose, "loose")),
        (traits.extraversion, (Tag::Outgoing, "outgoing"), (Tag::Quiet, "quiet")),
        (traits.agreeableness, (Tag::Warm, "warm"), (Tag::Tough, "tough")),
        (traits.neuroticism, (Tag::Anxious, "anxious"), (Tag::Calm, "calm")),
    ]
    .into_iter()
    .map(|(score, high, low)| ((score - 0.5).abs(), if score > 0.5 { high } else { low }))
    .filter(|(distance, _)| *distance >= MARKED)
    .collect();
    poles.sort_by(|a, b| b.0.total_cmp(&a.0));
    poles.into_iter().map(|(_, pole)| pole).collect()
}

/// Everything a line may ask about the person.
pub(crate) fn tags(card: &Card, life: &Life, brief: &Brief) -> Tags {
    let tags = poles(card).into_iter().fold(Tags::default(), |tags, (tag, _)| tags.with(tag));
    let thrifty = card.values.iter().any(|value| VALUES.find(value) == Some("thrift"));
    let named = brief.product.is_some() || brief.topic.is_some();
    about_home(about_card(tags, card), card, life)
        .with(match life.field.shape {
            Shape::Desk => Tag::Desk,
            Shape::Hands => Tag::Hands,
            Shape::People => Tag::People,
            Shape::Shifts => Tag::Shifts,
        })
        .with_if(Tag::Remote, matches!(life.field.key, "software" | "media"))
        .with_if(Tag::Newcomer, life.job_years <= 2)
        .with_if(Tag::Veteran, life.job_years >= 10)
        .with_if(Tag::Thrifty, thrifty)
        .with_if(Tag::NamedProduct, named)
        .with_if(Tag::Adverse, brief.adversarial)
}

fn about_card(tags: Tags, card: &Card) -> Tags {
    let age = card.age;
    let metropolis = METROPOLISES.contains(&card.town.as_ref());
    let (poor, rich) = match card.country {
        Country::Poland => (3_300, 7_500),
        Country::International => (2_300, 7_000),
    };
    tags.with(match card.gender {
        Gender::Female => Tag::Female,
        Gender::Male => Tag::Male,
        Gender::NonBinary => Tag::NonBinary,
    })
    .with(if card.country == Country::Poland { Tag::Poland } else { Tag::Abroad })
    .with(if card.place == Place::Rural { Tag::Rural } else { Tag::Urban })
    .with_if(Tag::Metropolis, metropolis)
    .with_if(Tag::Town, card.place == Place::Urban && !metropolis)
    .with(match card.activity {
        Activity::Employed => Tag::Employed,
        Activity::Unemployed => Tag::Unemployed,
        Activity::Student => Tag::Student,
        Activity::Retired => Tag::Retired,
        Activity::Inactive => Tag::Inactive,
    })
    .with_if(Tag::OnPension, card.occupation_en.starts_with("on a disability pension"))
    .with_if(Tag::Caring, card.occupation_en.starts_with("caring at home"))
    .with_if(Tag::Under30, age < 30)
    .with(if age < 45 { Tag::Under45 } else { Tag::Over45 })
    .with_if(Tag::Over60, age >= 60)
    .with_if(Tag::Over52, age >= 54)
    .with_if(Tag::Born80s, (39..=47).contains(&age))
    .with(match card.education {
        Education::Primary | Education::LowerSecondary => Tag::EducationLow,
        Education::BasicVocational => Tag::EducationVocational,
        Education::GeneralSecondary | Education::TechnicalSecondary | Education::PostSecondary => {
            Tag::EducationSecondary
        }
        Education::Bachelor | Education::Master | Education::Doctorate => Tag::EducationHigh,
    })
    .with(match card.income_monthly_net {
        income if income < poor => Tag::Poor,
        income if income >= rich => Tag::Rich,
        _ => Tag::Middling,
    })
}

fn about_home(tags: Tags, card: &Card, life: &Life) -> Tags {
    let tags = tags
        .with(match life.bond {
            Bond::Single => Tag::Single,
            Bond::Couple => Tag::Couple,
            Bond::Married => Tag::Married,
            Bond::Divorced => Tag::Divorced,
            Bond::Widowed => Tag::Widowed,
        })
        .with_if(Tag::Alone, life.company == Company::Alone)
        .with_if(Tag::WithParents, life.company == Company::Parents)
        .with_if(Tag::Shared, life.company == Company::Flatmates)
        .with(if life.house { Tag::House } else { Tag::Flat });
    let tags = match life.tenure {
        Tenure::Rented => tags.with(Tag::Rented),
        Tenure::Mortgage => tags.with(Tag::Mortgage),
        Tenure::Owned => tags.with(Tag::Owner),
        Tenure::Shared => tags,
    };
    tags.with_if(Tag::Children, life.children_at_home().next().is_some())
        .with_if(Tag::SmallChildren, life.children.iter().any(|child| child.age < 7))
        .with_if(Tag::Teens, life.children.iter().any(|child| (13..GROWN).contains(&child.age)))
        .with_if(Tag::GrownChildren, life.grown_children().next().is_some())
        .with_if(Tag::Childless, life.children.is_empty())
        .with_if(Tag::OneChild, life.children_at_home().count() == 1)
        .with_if(Tag::OneGrown, life.grown_children().count() == 1)
        .with_if(Tag::Grandchildren, life.grandchildren > 0)
        .with_if(Tag::Car, life.car && card.age >= 18)
        .with_if(Tag::Dog, life.dog.is_some())
        .with_if(Tag::Cat, life.cat.is_some())
}

/// The wording of every fact in the language.
pub(crate) fn facts(
    card: &Card,
    life: &Life,
    brief: &Brief,
    language: Language,
    rng: &mut ChaCha8Rng,
) -> Facts {
    let mut facts = Facts::default();
    facts.set(Fact::Name, card.first_name.as_ref());
    facts.set(Fact::Town, card.town.as_ref());
    facts.set(Fact::Dog, life.dog.unwrap_or(""));
    facts.set(Fact::Cat, life.cat.unwrap_or(""));
    facts.set(Fact::Mate, life.mate.map_or("", |mate| mate.name));
    facts.set(Fact::Child, life.children_at_home().next().map_or("", |child| child.name));
    facts.set(Fact::Product, product(brief, language));
    facts.set(Fact::Study, study(card, life, language, rng));
    let floor = match rng.random_range(0..polish::FLOORS.len()) {
        5 if card.place == Place::Rural => 1,
        floor => floor,
    };
    match language {
        Language::English => english_facts(&mut facts, card, life, floor, rng),
        Language::Polish => polish_facts(&mut facts, card, life, floor, rng),
    }
    facts
}

fn polish_facts(facts: &mut Facts, card: &Card, life: &Life, floor: usize, rng: &mut ChaCha8Rng) {
    let ending = if card.gender == Gender::Female { "a" } else { "i" };
    facts.set(Fact::Age, polish::years(card.age));
    facts.set(Fact::Aged, format!("{}-letn{ending}", card.age));
    let region = polish::region(&card.region);
    let (place, origin) = if card.place == Place::Rural {
        ("na wsi".to_owned(), "ze wsi".to_owned())
    } else if card.country == Country::Poland {
        polish::town(&card.town)
    } else {
        (format!("w mieście {}", card.town), format!("z miasta {}", card.town))
    };
    facts.set(Fact::InTown, place);
    facts.set(Fact::FromTown, origin);
    facts.set(Fact::InRegion, region);
    facts.set(Fact::Job, if is_job(card) { lower_first(&card.occupation) } else { String::new() });
    facts.set(Fact::Since, polish::since(life.job_years));
    facts.set(Fact::Career, polish::span(life.career_years));
    if let Some(mate) = life.mate {
        let role = match (life.bond, mate.female) {
            (Bond::Married, true) => "z żoną",
            (Bond::Married, false) => "z mężem",
            (_, true) => "z partnerką",
            (_, false) => "z partnerem",
        };
        let neutral = card.gender == Gender::NonBinary || card.country == Country::International;
        let wording = if neutral { role.to_owned() } else { format!("{role} {}", mate.with) };
        facts.set(Fact::WithMate, wording);
    }
    facts.set(Fact::Children, polish::children(life.children_at_home().count()));
    facts.set(Fact::Grown, polish::grown(life.grown_children().count()));
    facts.set(Fact::Grandchildren, polish::grandchildren(life.grandchildren));
    facts.set(Fact::Floor, if life.house { "" } else { polish::FLOORS[floor] });
    let mut clauses = |children: Vec<&crate::writer::life::Child>| {
        let start = rng.random_range(0..12);
        let told = children.iter().enumerate();
        join(told.map(|(nth, child)| child::child_does(child, start + nth)).collect(), ", a ")
    };
    facts.set(Fact::ChildrenDo, clauses(life.children_at_home().collect()));
    facts.set(Fact::GrownDo, clauses(life.grown_children().collect()));
}

fn english_facts(facts: &mut Facts, card: &Card, life: &Life, floor: usize, rng: &mut ChaCha8Rng) {
    let (he, his, him) = match card.gender {
        Gender::Female => ("she", "her", "her"),
        Gender::Male => ("he", "his", "him"),
        Gender::NonBinary => (card.first_name.as_ref(), "their", "them"),
    };
    facts.set(Fact::He, he);
    facts.set(Fact::His, his);
    facts.set(Fact::Him, him);
    facts.set(Fact::Age, card.age.to_string());
    facts.set(Fact::Aged, format!("{} {}-year-old", english::age_article(card.age), card.age));
    let unit = if card.country == Country::Poland { " voivodeship" } else { "" };
    let article = if card.country == Country::Poland { "the " } else { "" };
    let (place, origin) = if card.place == Place::Rural {
        ("in a village".to_owned(), "from a village".to_owned())
    } else {
        (format!("in {}", card.town), format!("from {}", card.town))
    };
    facts.set(Fact::InTown, place);
    facts.set(Fact::FromTown, origin);
    facts.set(Fact::InRegion, format!("in {article}{}{unit}", raise_first(&card.region)));
    if is_job(card) {
        let title = lower_first(&card.occupation_en);
        facts.set(Fact::Job, format!("{} {title}", english::article(&title)));
    }
    facts.set(Fact::Since, english::since(life.job_years));
    facts.set(Fact::Career, english::span(life.career_years));
    if let Some(mate) = life.mate {
        let role = match (life.bond, mate.female) {
            (Bond::Married, true) => "wife",
            (Bond::Married, false) => "husband",
            _ => "partner",
        };
        facts.set(Fact::WithMate, format!("with {his} {role} {}", mate.name));
    }
    facts.set(Fact::Children, english::children(life.children_at_home().count()));
    facts.set(Fact::Grown, english::grown(life.grown_children().count()));
    facts.set(Fact::Grandchildren, english::grandchildren(life.grandchildren));
    facts.set(Fact::Floor, if life.house { "" } else { english::FLOORS[floor] });
    let mut clauses = |children: Vec<&crate::writer::life::Child>| {
        let start = rng.random_range(0..12);
        let told = children.iter().enumerate();
        join(told.map(|(nth, child)| english::child_does(child, start + nth)).collect(), ", and ")
    };
    facts.set(Fact::ChildrenDo, clauses(life.children_at_home().collect()));
    facts.set(Fact::GrownDo, clauses(life.grown_children().collect()));
}

/// Clauses with commas between, and `last` before the last.
fn join(mut clauses: Vec<String>, last: &str) -> String {
    match clauses.pop() {
        Some(end) if clauses.is_empty() => end,
        Some(end) => format!("{}{last}{end}", clauses.join(", ")),
        None => String::new(),
    }
}

/// A title as it stands inside a sentence: abbreviations keep their capitals.
fn lower_first(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => title.to_owned(),
    }
}

/// A name as English writes it.
fn raise_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What the project is about, short and in quotation marks: the name that the researcher gave it, or
/// the beginning of what the product is. The researcher's words are data: line breaks, marks and
/// quotation marks are dropped.
fn product(brief: &Brief, language: Language) -> String {
    let name = brief.topic.as_ref().and_then(|topic| topic.split([':', '–', '—']).next());
    let Some(text) = name.or(brief.product.as_deref()) else {
        return String::new();
    };
    let clause = text.split(['\n', '.', ';', '!', '?', '(']).find(|part| !part.trim().is_empty());
    let clean: String = clause
        .unwrap_or("")
        .chars()
        .filter(|c| !c.is_control() && !"„”“\"«»*_#`<>{}[]|".contains(*c))
        .collect();
    match (shortened(&clean), language) {
        (words, _) if words.is_empty() => String::new(),
        (words, Language::English) => format!("“{words}”"),
        (words, Language::Polish) => format!("„{words}”"),
    }
}

/// The first words, at most 70 bytes of them. What was cut does not end in a word that leads to the
/// next one: those of one or two letters.
fn shortened(text: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut bytes = 0;
    let all: Vec<&str> = text.split_whitespace().collect();
    for word in &all {
        bytes += word.len() + 1;
        if bytes > 70 {
            break;
        }
        words.push(word);
    }
    if words.len() < all.len() {
        while words.last().is_some_and(|word| word.chars().count() <= 2) {
            words.pop();
        }
    }
    words.join(" ").trim_end_matches([',', ':', '-', '–', ' ']).to_owned()
}

fn study(card: &Card, life: &Life, language: Language, rng: &mut ChaCha8Rng) -> String {
    let pool = match language {
        Language::English => format!("en.{}", life.field.key),
        Language::Polish => format!("pl.{}", life.field.key),
    };
    let pieces = match STUDIES.pieces(&pool) {
        [] if card.activity == Activity::Student || life.field.key == "none" => {
            STUDIES.pieces(language.pick("en.any", "pl.any"))
        }
        [] => STUDIES.pieces(language.pick("en.other", "pl.other")),
        pieces => pieces,
    };
    pieces[rng.random_range(0..pieces.len())].replace('_', " ")
}
