use super::realism::Realism;
use super::*;
use crate::id::PersonaId;
use crate::persona::{Brief, sample};
use crate::{Language, Seed};

/// A group of so many on one question.
fn setting(language: Language, people: u32) -> Setting {
    let participants = sample::cards(people, Seed(1)).into_iter().map(|card| Participant {
        persona_id: PersonaId(uuid::Uuid::from_u128(u128::from(card.index) + 1)),
        card,
        life: Seed(1),
        story: String::new(),
        manner: String::new(),
        concerns: Vec::new(),
    });
    Setting {
        language,
        seed: Seed(1),
        mode: Mode::Normal,
        name: "First impressions".to_owned(),
        description: None,
        context: None,
        questions: vec!["How do you buy vegetables today?".to_owned()],
        participants: participants.collect(),
        brief: Brief::default(),
    }
}

/// Speaker, kind, what it takes up, stance, words.
type Line<'a> = (Option<usize>, TurnKind, Option<u32>, i8, &'a str);

/// A transcript written by hand, of three people on one question.
fn by_hand(turns: &[Line<'_>]) -> (Setting, Vec<Turn>) {
    let setting = setting(Language::English, 3);
    let turn = |(number, turn): (u32, &Line<'_>)| Turn {
        number,
        question: 0,
        kind: turn.1,
        speaker: turn.0,
        reply_to: turn.2,
        to: None,
        act: turn.0.map(|_| Act::Say),
        stance: turn.0.map(|_| turn.3),
        text: Some(turn.4.to_owned()),
        why: None,
        contradictions: 0,
    };
    (setting, (0..).zip(turns).map(turn).collect())
}

fn value(measured: &Realism, key: &str) -> f64 {
    measured.value(key).unwrap_or_else(|| panic!("no {key}"))
}

#[test]
fn the_measures_of_a_small_transcript_are_those_of_paper_and_pencil() {
    use TurnKind::{Opening, Question, Reply};
    let long = "potato ".repeat(30);
    let (setting, turns) = by_hand(&[
        (None, Question, None, 0, "What do you think"),
        (Some(0), Opening, None, 1, "carrots are cheap in our market these days"),
        (Some(1), Opening, None, -1, &long),
        (Some(2), Opening, None, 0, "nothing much"),
        (Some(0), Reply, Some(2), 1, "I disagree"),
        (
            Some(1),
            Reply,
            Some(4),
            1,
            "Same here then, but only because somebody keeps saying carrots",
        ),
        (
            Some(0),
            Reply,
            Some(5),
            1,
            "You are all quite mad about turnips and nobody listens to anybody at all",
        ),
    ]);

    let measured = realism(&setting, &turns, 0);

    // Words of participants: 8, 30, 2, 2, 10, 14; sorted 2 2 8 10 14 30.
    assert_eq!(value(&measured, "median_words"), 9.0);
    assert_eq!(value(&measured, "short_share"), 5.0 / 6.0);
    assert_eq!(measured.words, 66);
    assert_eq!(value(&measured, "moderator_share"), 4.0 / 70.0);
    // Turns by person 3, 2, 1: Gini 2 (1·1 + 2·2 + 3·3) / (3·6) − 4/3 = 2/9.
    assert!((value(&measured, "turn_gini") - 2.0 / 9.0).abs() < 1e-9);
    // Turn 4 takes up an opening answer, 5 takes up 4 ("same"), 6 takes up nothing: depth 2.
    assert_eq!(value(&measured, "chain_depth"), 2.0);
    // Speaker 1 went from −1 to 1 without a word; 0 stayed: one of three steps.
    assert_eq!(value(&measured, "drift_share"), 1.0 / 3.0);
    assert_eq!(
        measured.outside(),
        ["median_words", "short_share", "chain_depth", "moderator_share"]
    );
}

#[test]
fn a_contradiction_with_the_card_is_found() {
    let (mut setting, mut turns) = by_hand(&[
        (Some(0), TurnKind::Opening, None, 1, "I am 34 years old and I like it."),
        (Some(1), TurnKind::Opening, None, 1, "I like it as well."),
    ]);
    setting.participants[0].card.age = 34;
    assert_eq!(value(&realism(&setting, &turns, 0), "contradiction_share"), 0.0);

    setting.participants[0].card.age = 61;
    assert_eq!(value(&realism(&setting, &turns, 0), "contradiction_share"), 0.5);

    setting.participants[0].card.age = 34;
    turns[1].contradictions = 2;
    turns[1].text = None;
    let measured = realism(&setting, &turns, 1);
    assert_eq!(value(&measured, "contradiction_share"), 0.5, "turned back, and then missing");

    turns.clear();
    let nothing = realism(&setting, &turns, 0);
    assert!(nothing.measures.iter().all(|measure| measure.value.is_none() || measure.n == 0));
}

#[test]
fn an_utterance_against_the_rules_says_which_without_quoting_itself() {
    let setting = setting(Language::Polish, 2);
    let card = &setting.participants[0].card;
    let said = |text: &str, stance: i8| Utterance { act: Act::Say, stance, text: text.to_owned() };
    let flaws = |said: &Utterance| said.flaws(card, TurnKind::Reply, Language::Polish).join("; ");

    assert_eq!(flaws(&said("No nie wiem.", 0)), "");
    assert!(flaws(&said("", 0)).contains("empty"));
    assert!(flaws(&said("No nie wiem.", 3)).contains("stance"));
    assert!(flaws(&said("**Nie**", 0)).contains("formatting"));
    assert!(flaws(&said(&"słowo ".repeat(121), 0)).contains("121 words"));
    let wrong = flaws(&said("Mam 7 lat, a dokładnie mam 12 lat.", 0));
    assert!(!wrong.contains("dokładnie"), "{wrong}");
}
