//! Prints three people of the offline writer and how much two hundred of them repeat one another:
//! `cargo run --release -p offline --example offline-personas -- --people 200 --language pl`.

use std::time::Instant;

use offline::writer::{
    self,
    repetition::{MOST_OVERLAP, MOST_SHARED, Variety},
};
use shared::persona::{Brief, check, sample};
use shared::{Language, Seed};

fn main() {
    let people = option("--people").and_then(|text| text.parse().ok()).unwrap_or(200);
    let seed = option("--seed").and_then(|text| text.parse().ok()).unwrap_or(7);
    let shown = option("--show").and_then(|text| text.parse().ok()).unwrap_or(3);
    let language =
        option("--language").and_then(|code| Language::parse(&code)).unwrap_or(Language::Polish);
    let brief = Brief {
        product: Some(
            language.pick("A meal planning app", "Aplikacja do planowania posiłków").to_owned(),
        ),
        adversarial: std::env::args().any(|arg| arg == "--adversarial"),
        ..Brief::default()
    };
    let cards = sample::cards(people, Seed(seed));
    let start = Instant::now();
    let texts: Vec<_> =
        cards.iter().map(|card| writer::write(card, &brief, language, Seed(seed))).collect();
    let took = start.elapsed();

    for (card, text) in cards.iter().zip(&texts).take(shown) {
        println!("{}\n\n{}\n", text.headline, text.background_story);
        println!("{} · {}", text.communication_style, text.decision_making_style);
        println!("{}", text.typical_concerns.join(" "));
        println!("[{} {:?} {:?}]\n", card.age, card.gender, card.activity);
    }
    let violations: Vec<_> = cards
        .iter()
        .zip(&texts)
        .flat_map(|(card, text)| check::check(card, text, language))
        .collect();
    let stories: Vec<&str> = texts.iter().map(|text| text.background_story.as_str()).collect();
    let variety = Variety::of(&stories);
    let verdict = |holds: bool| if holds { "pass" } else { "FAIL" };
    println!("{people} people in {took:.1?} ({:.0}/s)", f64::from(people) / took.as_secs_f64());
    println!(
        "largest 5-gram overlap {:.3} (at most {MOST_OVERLAP}) {}",
        variety.worst_overlap,
        verdict(variety.worst_overlap <= MOST_OVERLAP)
    );
    println!(
        "most shared sentence {:.3} (at most {MOST_SHARED}) {}: {}",
        variety.worst_share,
        verdict(variety.worst_share <= MOST_SHARED),
        variety.commonest
    );
    println!("violations {} {}", violations.len(), verdict(violations.is_empty()));
    for violation in violations.iter().take(10) {
        println!("  {violation}");
    }
}

fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|arg| arg != name).nth(1)
}
