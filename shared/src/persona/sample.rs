//! A simple population for examples and tests: varied, seeded, possible; it fits no target.

use crate::{
    Seed,
    persona::card::{
        Activity, BigFive, Card, Country, Education, Gender, Hofstede, OccupationGroup, Place, Sex,
        Text,
    },
};
use rand::RngExt;

type SampleJob = (Education, OccupationGroup, &'static str, &'static str, &'static str, u32);

use Education::{
    BasicVocational, GeneralSecondary, Master, PostSecondary, Primary, TechnicalSecondary,
};
use OccupationGroup::{
    ClericalSupport, CraftAndTrades, Elementary, MachineOperators, Managers, Professionals,
    ServiceAndSales, SkilledAgricultural, Technicians,
};

const JOBS: [SampleJob; 24] = [
    (Master, Professionals, "programista", "programistka", "Software developer", 11_000),
    (
        Master,
        Professionals,
        "nauczyciel matematyki",
        "nauczycielka matematyki",
        "Maths teacher",
        5_600,
    ),
    (Master, Professionals, "lekarz rodzinny", "lekarka rodzinna", "Family doctor", 15_000),
    (Master, Professionals, "pielęgniarz", "pielęgniarka", "Nurse", 6_800),
    (Master, Professionals, "księgowy", "księgowa", "Accountant", 6_500),
    (Master, Managers, "kierownik działu", "kierowniczka działu", "Department manager", 9_500),
    (Master, Professionals, "prawnik", "prawniczka", "Lawyer", 9_800),
    (Master, Professionals, "inżynier budowy", "inżynier budowy", "Construction engineer", 8_700),
    (
        PostSecondary,
        Technicians,
        "technik farmaceutyczny",
        "technik farmaceutyczna",
        "Pharmacy technician",
        4_700,
    ),
    (
        TechnicalSecondary,
        Technicians,
        "przedstawiciel handlowy",
        "przedstawicielka handlowa",
        "Sales representative",
        6_200,
    ),
    (
        GeneralSecondary,
        ClericalSupport,
        "pracownik biurowy",
        "pracownica biurowa",
        "Office clerk",
        4_500,
    ),
    (GeneralSecondary, ServiceAndSales, "sprzedawca", "sprzedawczyni", "Shop assistant", 3_700),
    (BasicVocational, ServiceAndSales, "kucharz", "kucharka", "Cook", 4_100),
    (BasicVocational, ServiceAndSales, "fryzjer", "fryzjerka", "Hairdresser", 3_600),
    (TechnicalSecondary, SkilledAgricultural, "rolnik", "rolniczka", "Farmer", 4_300),
    (BasicVocational, CraftAndTrades, "elektryk", "elektryczka", "Electrician", 5_700),
    (BasicVocational, CraftAndTrades, "stolarz", "stolarka", "Joiner", 5_000),
    (
        BasicVocational,
        MachineOperators,
        "kierowca autobusu",
        "kierowczyni autobusu",
        "Bus driver",
        5_500,
    ),
    (
        BasicVocational,
        MachineOperators,
        "operator maszyn",
        "operatorka maszyn",
        "Machine operator",
        4_900,
    ),
    (Primary, Elementary, "pracownik porządkowy", "pracownica porządkowa", "Cleaner", 3_300),
    (GeneralSecondary, Elementary, "magazynier", "magazynierka", "Warehouse worker", 4_200),
    (GeneralSecondary, ServiceAndSales, "ochroniarz", "ochroniarka", "Security guard", 3_500),
    (Master, Professionals, "grafik", "graficzka", "Graphic designer", 6_900),
    (Master, Professionals, "analityk danych", "analityczka danych", "Data analyst", 9_200),
];

const WOMEN: [[&str; 6]; 3] = [
    ["Julia", "Natalia", "Aleksandra", "Wiktoria", "Zuzanna", "Oliwia"],
    ["Katarzyna", "Anna", "Magdalena", "Ewa", "Małgorzata", "Marta"],
    ["Maria", "Elżbieta", "Grażyna", "Janina", "Bożena", "Stanisława"],
];
const MEN: [[&str; 6]; 3] = [
    ["Jakub", "Kacper", "Michał", "Szymon", "Wiktor", "Dominik"],
    ["Paweł", "Krzysztof", "Andrzej", "Marcin", "Rafał", "Wojciech"],
    ["Jan", "Kazimierz", "Edward", "Mieczysław", "Bogdan", "Eugeniusz"],
];

const TOWNS: [(&str, &str); 18] = [
    ("Warszawa", "mazowieckie"),
    ("Radom", "mazowieckie"),
    ("Kraków", "małopolskie"),
    ("Łódź", "łódzkie"),
    ("Wrocław", "dolnośląskie"),
    ("Wałbrzych", "dolnośląskie"),
    ("Poznań", "wielkopolskie"),
    ("Gniezno", "wielkopolskie"),
    ("Gdańsk", "pomorskie"),
    ("Tczew", "pomorskie"),
    ("Lublin", "lubelskie"),
    ("Zamość", "lubelskie"),
    ("Rzeszów", "podkarpackie"),
    ("Bielsko-Biała", "śląskie"),
    ("Kudowa-Zdrój", "dolnośląskie"),
    ("Suwałki", "podlaskie"),
    ("Nakło nad Notecią", "kujawsko-pomorskie"),
    ("Szczecin", "zachodniopomorskie"),
];

const VALUES: [&str; 24] = [
    "family",
    "tradition",
    "loyalty",
    "respect_for_elders",
    "fidelity",
    "honesty",
    "hospitality",
    "solidarity",
    "hard_work",
    "job_stability",
    "thrift",
    "resourcefulness",
    "reliability",
    "punctuality",
    "religious_faith",
    "patriotism",
    "polish_history",
    "national_culture",
    "security",
    "education",
    "health",
    "personal_growth",
    "independence",
    "entrepreneurship",
];

const INTERESTS: [&str; 32] = [
    "football",
    "volleyball",
    "cycling",
    "mountain_hiking",
    "forest_walks",
    "running",
    "swimming",
    "skiing",
    "diy",
    "cooking",
    "baking",
    "allotment_gardening",
    "mushroom_picking",
    "fishing",
    "films",
    "reading",
    "music",
    "disco_polo",
    "polish_rock",
    "cabaret",
    "computer_games",
    "social_media",
    "youtube",
    "podcasts",
    "bonfires",
    "barbecue",
    "family_gatherings",
    "sightseeing",
    "museums",
    "cars",
    "crochet",
    "space_origami",
];

/// As many people as asked for, aged 18 to 88.
pub fn cards(count: u32, seed: Seed) -> Vec<Card> {
    (0..count).map(|index| card(index, seed)).collect()
}

fn card(index: u32, seed: Seed) -> Card {
    let mut rng = seed.child("card", u64::from(index)).rng();
    let age: u8 = rng.random_range(18..=88);
    let sex = if rng.random_range(0..2) == 0 { Sex::Female } else { Sex::Male };
    let gender = match (rng.random_range(0..25), sex) {
        (0, _) => Gender::NonBinary,
        (_, Sex::Female) => Gender::Female,
        (_, Sex::Male) => Gender::Male,
    };
    let cohort = usize::from(age > 30) + usize::from(age > 62);
    let names = if sex == Sex::Female { WOMEN[cohort] } else { MEN[cohort] };
    let urban = rng.random_range(0..10) < 6;
    let (town, region) = TOWNS[rng.random_range(0..TOWNS.len())];
    let adult = age >= 26;
    let job = JOBS.iter().cycle().skip(rng.random_range(0..JOBS.len()));
    let job =
        job.clone().find(|job| adult || job.0 < Education::Bachelor).expect("such jobs exist");
    let activity = activity(age, sex, rng.random_range(0..100));
    let words = words(activity, sex, job);
    let mut score = || rng.random_range(0.1..0.9_f32);
    let big_five = BigFive {
        openness: score(),
        conscientiousness: score(),
        extraversion: score(),
        agreeableness: score(),
        neuroticism: score(),
    };
    Card {
        index,
        country: Country::Poland,
        sex,
        gender,
        age,
        region: Text::Borrowed(region),
        place: if urban { Place::Urban } else { Place::Rural },
        town: Text::Borrowed(if urban { town } else { "" }),
        first_name: Text::Borrowed(names[rng.random_range(0..6)]),
        surname: Text::Borrowed("Nowak"),
        education: if activity == Activity::Student { GeneralSecondary } else { job.0 },
        activity,
        occupation_group: (activity != Activity::Student).then_some(job.1),
        occupation: Text::Borrowed(words.0),
        occupation_en: Text::Borrowed(words.1),
        working_time: None,
        income_monthly_net: match activity {
            Activity::Employed => job.5,
            Activity::Retired => 3_400,
            _ => 1_500,
        },
        big_five,
        hofstede: Hofstede {
            power_distance: 0.68,
            individualism: 0.6,
            masculinity: 0.64,
            uncertainty_avoidance: 0.93,
            long_term_orientation: 0.38,
            indulgence: 0.29,
        },
        values: some(&VALUES, rng.random_range(5..=7), &mut rng),
        interests: some(&INTERESTS, rng.random_range(5..=7), &mut rng),
    }
}

fn activity(age: u8, sex: Sex, roll: u32) -> Activity {
    let pension = if sex == Sex::Female { 60 } else { 65 };
    match age {
        0..=24 if roll < 60 => Activity::Student,
        _ if age >= pension => Activity::Retired,
        _ if roll > 95 => Activity::Unemployed,
        _ if roll > 90 => Activity::Inactive,
        _ => Activity::Employed,
    }
}

fn words(activity: Activity, sex: Sex, job: &SampleJob) -> (&'static str, &'static str) {
    let woman = sex == Sex::Female;
    match activity {
        Activity::Employed => (if woman { job.3 } else { job.2 }, job.4),
        Activity::Student => (if woman { "studentka" } else { "student" }, "student"),
        Activity::Retired => (if woman { "emerytka" } else { "emeryt" }, "retired"),
        Activity::Unemployed => (if woman { "bezrobotna" } else { "bezrobotny" }, "unemployed"),
        Activity::Inactive => {
            (if woman { "nieaktywna zawodowo" } else { "nieaktywny zawodowo" }, "inactive")
        }
    }
}

fn some(all: &[&'static str], count: usize, rng: &mut impl rand::Rng) -> Vec<Text> {
    let mut left = all.to_vec();
    (0..count).map(|_| Text::Borrowed(left.swap_remove(rng.random_range(0..left.len())))).collect()
}
