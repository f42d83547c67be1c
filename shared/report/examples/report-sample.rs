//! Writes a sample report (page, JSON, CSV) to a folder and prints the table:
//! `cargo run -p report --example report-sample -- [en|pl] [people] [folder]`
//!
//! The figures are round numbers made up for the sample, and say so.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::DateTime;
use population::fidelity::{
    Expected, ExpectedAttribute, ExpectedPair, Observed, Provenance, report,
};
use rand::RngExt;
use report::{PersonaEntry, PopulationReport, Project, csv, html, table};
use shared::{Language, Seed};

const AGES: [&str; 6] = ["18–24", "25–34", "35–44", "45–54", "55–64", "65+"];
const PLACES: [&str; 5] = [
    "Kraków, małopolskie",
    "Łódź, łódzkie",
    "Gdynia, pomorskie",
    "Rzeszów, podkarpackie",
    "wieś, lubelskie",
];
const NAMES: [[&str; 4]; 2] = [
    ["Anna Zielińska", "Maria Wójcik", "Katarzyna Lis", "Zofia Pawlak"],
    ["Jan Kowalczyk", "Piotr Mazur", "Tomasz Król", "Adam Wróbel"],
];

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let language =
        arguments.first().and_then(|code| Language::parse(code)).unwrap_or(Language::Polish);
    let people = arguments.get(1).and_then(|count| count.parse().ok()).unwrap_or(40);
    let folder = arguments.get(2).map_or_else(std::env::temp_dir, PathBuf::from);

    let sample = sample(language, people);
    let page = folder.join("report-sample.html");
    std::fs::write(&page, html(&sample, language))?;
    std::fs::write(folder.join("report-sample.csv"), csv(&sample.personas))?;
    let json = serde_json::to_string_pretty(&sample).map_err(std::io::Error::other)?;
    std::fs::write(folder.join("report-sample.json"), json)?;
    println!("{}", table(&sample.fidelity, language, 100));
    println!("{}", page.display());
    Ok(())
}

fn sample(language: Language, people: u16) -> PopulationReport {
    let cards: Vec<[Option<u16>; 4]> = (0..people).map(card).collect();
    let personas: Vec<PersonaEntry> =
        cards.iter().zip(1..).map(|(card, number)| persona(card, number, language)).collect();
    let observed: Vec<Observed<'_>> = cards
        .iter()
        .zip(&personas)
        .map(|(categories, persona)| Observed {
            categories,
            story: &persona.story,
            name: &persona.name,
            contradictions: &[],
        })
        .collect();
    let failures = BTreeMap::from([("schema".to_owned(), 1)]);
    let fidelity = report(&expected(), &observed, &failures, u32::from(people) + 1);
    PopulationReport {
        project: project(language),
        language,
        seed: Seed(20_240_611),
        engine_version: "0.1.0".to_owned(),
        model: language.pick("offline writer", "program bez sieci").to_owned(),
        simulated: true,
        generated_at: DateTime::from_timestamp(1_718_100_000, 0).expect("a date of 2024"),
        fidelity: fidelity.labelled(&|attribute, key| label(attribute, key, language)),
        personas,
    }
}

fn project(language: Language) -> Project {
    Project {
        name: language.pick("Oat drinks for the morning", "Napój owsiany na co dzień").to_owned(),
        description: language
            .pick("A barista oat drink, made in Poland.", "Polski napój owsiany do kawy.")
            .to_owned(),
        audience: language
            .pick("Adults who drink coffee at home", "Dorośli, którzy piją kawę w domu")
            .to_owned(),
        objectives: language
            .pick(
                "Who would try it, what holds the others back, and what may it cost?",
                "Kto by go spróbował, co powstrzymuje pozostałych i ile może kosztować?",
            )
            .to_owned(),
    }
}

fn attribute(key: &str, labels: &[&str], p: &[f64], provenance: Provenance) -> ExpectedAttribute {
    ExpectedAttribute {
        attribute: key.to_owned(),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        probabilities: p.to_vec(),
        provenance,
        source: "made up for this sample".to_owned(),
    }
}

fn expected() -> Expected {
    let ages = [0.10, 0.16, 0.20, 0.17, 0.15, 0.22];
    let genders = [0.52, 0.48];
    Expected {
        attributes: vec![
            attribute("age_group", &AGES, &ages, Provenance::Official),
            attribute("gender", &["female", "male"], &genders, Provenance::Target),
            attribute("location", &PLACES, &[0.3, 0.2, 0.15, 0.1, 0.25], Provenance::NotOfficial),
            attribute(
                "activity",
                &["employed", "retired", "other"],
                &[0.6, 0.25, 0.15],
                Provenance::Modelled,
            ),
        ],
        in_pairs_only: Vec::new(),
        pairs: vec![ExpectedPair {
            attributes: [0, 1],
            probabilities: ages.iter().flat_map(|a| genders.map(|g| a * g)).collect(),
        }],
    }
}

/// Categories in the target's shares, by a low-discrepancy sequence.
fn card(person: u16) -> [Option<u16>; 4] {
    let mut rng = Seed(5).child("card", person.into()).rng();
    let steps = [0.618_034, 0.414_214, 0.732_051, 0.236_068];
    let mut category = 0;
    let expected = expected();
    steps.map(|step| {
        let mut left = (f64::from(person) * step + 0.003 * rng.random::<f64>()) % 1.0;
        let place = expected.attributes[category].probabilities.iter().position(|p| {
            left -= p;
            left < 0.0
        });
        category += 1;
        Some(place.unwrap_or(0) as u16)
    })
}

fn persona(card: &[Option<u16>; 4], number: u32, language: Language) -> PersonaEntry {
    let [age, gender, place, activity] = card.map(|category| usize::from(category.unwrap_or(0)));
    let mut rng = Seed(9).child("persona", number.into()).rng();
    let years = [21, 29, 39, 49, 60, 71][age] + rng.random_range(0..4);
    let name = NAMES[gender][rng.random_range(0..4)];
    let word = |n: usize| format!("w{}", (n * 7 + number as usize * 31) % 4_001);
    let paragraph = |n: usize| (n..n + 45).map(word).collect::<Vec<_>>().join(" ") + ".";
    PersonaEntry {
        number,
        name: name.to_owned(),
        age: years,
        gender: label("gender", ["female", "male"][gender], language),
        place: PLACES[place].to_owned(),
        education: language.pick("secondary", "średnie").to_owned(),
        occupation: label("activity", ["employed", "retired", "other"][activity], language),
        income: "4 850 zł".to_owned(),
        big_five: std::array::from_fn(|_| rng.random_range(0.2..0.9)),
        values: language
            .pick(["family", "health", "calm"], ["rodzina", "zdrowie", "spokój"])
            .map(str::to_owned)
            .to_vec(),
        interests: language
            .pick(["cycling", "cooking"], ["rower", "gotowanie"])
            .map(str::to_owned)
            .to_vec(),
        headline: language
            .pick(
                "Checks the price first, and the list of ingredients right after.",
                "Najpierw patrzy na cenę, a zaraz potem na skład.",
            )
            .to_owned(),
        story: format!("{}\n\n{}", paragraph(0), paragraph(100)),
        communication_style: language.pick("brief, to the point", "krótko i rzeczowo").to_owned(),
        decision_making_style: language.pick("compares first", "najpierw porównuje").to_owned(),
        concerns: vec![language.pick("Prices rise.", "Ceny rosną.").to_owned()],
    }
}

fn label(attribute: &str, key: &str, language: Language) -> String {
    let (english, polish) = match (attribute, key) {
        ("age_group", "") => ("Age", "Wiek"),
        ("gender", "") => ("Gender", "Płeć"),
        ("location", "") => ("Place", "Miejsce"),
        ("activity", "") => ("Main activity", "Zajęcie"),
        (_, "female") => ("woman", "kobieta"),
        (_, "male") => ("man", "mężczyzna"),
        (_, "employed") => ("employed", "praca"),
        (_, "retired") => ("retired", "emerytura"),
        (_, "other") => ("other", "inne"),
        (_, key) => (key, key),
    };
    language.pick(english, polish).to_owned()
}
