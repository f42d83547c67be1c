//! Samples for examples and tests: people, and a focus group for them to talk in.

use crate::writer;
use population::{Plan, Population};
use shared::discussion::{Mode, Participant, Setting};
use shared::id::PersonaId;
use shared::persona::Brief;
use shared::{Language, Seed};

/// A focus group of this many on a box of vegetables.
pub fn setting(language: Language, people: u32, seed: u64) -> Setting {
    let pick = |english: &str, polish: &str| language.pick(english, polish).to_owned();
    let brief = Brief {
        topic: Some(pick(
            "Green Box: vegetables straight from the farm",
            "Zielona Skrzynka: warzywa prosto od rolnika",
        )),
        product: Some(pick(
            "A weekly box of seasonal vegetables and fruit from farms nearby, ordered in an app and brought to the door. The subscription starts at 79 zł a week and can be paused at any time.",
            "Cotygodniowa skrzynka sezonowych warzyw i owoców od gospodarstw z okolicy, zamawiana w aplikacji i dowożona pod drzwi. Abonament od 79 zł za tydzień, można go w każdej chwili wstrzymać.",
        )),
        ..Brief::default()
    };
    let questions = [
        ("How do you buy vegetables and fruit today?", "Jak dziś kupują Państwo warzywa i owoce?"),
        (
            "What would make you subscribe to a box like that?",
            "Co skłoniłoby Państwa do abonamentu na taką skrzynkę?",
        ),
        ("And what holds you back?", "A co Państwa powstrzymuje?"),
        (
            "Whom do you trust more: a chain of shops or a farmer from the next village?",
            "Komu ufają Państwo bardziej: sieci sklepów czy rolnikowi z sąsiedniej gminy?",
        ),
    ];
    let seed = Seed(seed);
    let participants = Population::new(&Plan::everyone(), seed).cards(0..people);
    let participants = participants.into_iter().map(|card| {
        let life = seed.child("text", u64::from(card.index));
        let text = writer::write(&card, &brief, language, life);
        Participant {
            persona_id: PersonaId(uuid::Uuid::from_u128(u128::from(card.index) + 1)),
            card,
            life,
            story: text.background_story,
            manner: text.communication_style,
            concerns: text.typical_concerns,
        }
    });
    Setting {
        language,
        seed,
        mode: Mode::Normal,
        name: pick("First impressions", "Pierwsze wrażenia"),
        description: None,
        context: None,
        questions: questions.iter().map(|(english, polish)| pick(english, polish)).collect(),
        participants: participants.collect(),
        brief,
    }
}
