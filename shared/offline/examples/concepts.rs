//! What the offline participants talk about, by the concepts that summaries and graphs show: each concept with the
//! answers that speak of it, the most frequent first. `docs/concepts.md` has what was counted with it.
//!
//! `cargo run --release -p offline --example concepts -- --people 8 --seed 7`

use std::collections::BTreeMap;

use offline::{discuss, sample};
use shared::Language;
use shared::discussion::reading::{Prompted, Vocabulary};

fn main() {
    let number = |name: &str, usual: u64| {
        let mut arguments = std::env::args().skip_while(|argument| argument != name);
        arguments.nth(1).and_then(|n| n.parse().ok()).unwrap_or(usual)
    };
    let people = u32::try_from(number("--people", 8)).unwrap_or(8);
    for language in [Language::English, Language::Polish] {
        let start = std::time::Instant::now();
        shared::text::noun::look_up("box", language);
        println!("{}: dictionary opened in {:?}", language.as_str(), start.elapsed());
        let setting = sample::setting(language, people, number("--seed", 7));
        let turns = discuss(&setting);
        let answers: Vec<Prompted<'_>> = turns
            .iter()
            .filter(|turn| turn.speaker.is_some())
            .map(|turn| Prompted { question: turn.question as usize, text: turn.words() })
            .collect();
        let names: Vec<String> =
            setting.participants.iter().map(|one| one.card.first_name.to_string()).collect();
        let vocabulary = Vocabulary::of(&answers, &setting.questions, &names, language);
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for answer in &answers {
            vocabulary.concepts(answer.text).into_iter().for_each(|name| {
                *counts.entry(name).or_default() += 1;
            });
        }
        let mut counts: Vec<(&str, u32)> = counts.into_iter().collect();
        counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
        println!("{} answers, {} concepts", answers.len(), counts.len());
        let told: Vec<String> =
            counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        println!("{}\n", told.join(", "));
    }
}
