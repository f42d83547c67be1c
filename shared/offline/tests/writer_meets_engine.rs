//! The offline writer writes everybody whom the engine draws, within its own check.

use std::collections::BTreeMap;

use offline::writer;
use population::{AdvancedOptions, Plan, Population, TargetDemographics};
use shared::persona::{Brief, check};
use shared::{Language, Seed};

/// People of the whole country, and of the corners that a project may ask for.
fn plans() -> Vec<Plan> {
    let options = [
        AdvancedOptions::default(),
        AdvancedOptions { age_max: Some(24), ..AdvancedOptions::default() },
        AdvancedOptions { age_min: Some(70), ..AdvancedOptions::default() },
        AdvancedOptions { urbanicity: Some("rural".to_owned()), ..AdvancedOptions::default() },
    ];
    let plan = |options| {
        Plan::new(&TargetDemographics::default(), options).expect("the options are possible")
    };
    options.iter().map(plan).collect()
}

#[test]
fn everybody_can_be_written_in_both_languages() {
    let brief = Brief { topic: Some("Warzywa z dostawą".to_owned()), ..Brief::default() };
    let mut broken: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (i, plan) in plans().iter().enumerate() {
        for card in Population::new(plan, Seed(i as u64)).cards(0..500) {
            for language in [Language::Polish, Language::English] {
                let seed = Seed(3).child("text", u64::from(card.index));
                let text = writer::write(&card, &brief, language, seed);
                for violation in check::check(&card, &text, language) {
                    let what = format!(
                        "{language:?} {} {} {}: {violation}\n{}",
                        card.age, card.occupation, card.town, text.background_story
                    );
                    broken.entry(violation.code()).or_default().push(what);
                }
            }
        }
    }

    let counts: Vec<_> = broken.iter().map(|(code, found)| (code, found.len())).collect();
    let first = broken.values().map(|found| found[0].as_str()).collect::<Vec<_>>().join("\n\n");
    assert!(broken.is_empty(), "{counts:?}\n{first}");
}
