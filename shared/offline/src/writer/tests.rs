use shared::persona::card::{Activity, Gender};
use shared::persona::check;
use shared::persona::sample::cards as sample;

use super::repetition::{MOST_OVERLAP, MOST_SHARED, Variety};
use super::*;

fn brief() -> Brief {
    Brief { product: Some("Aplikacja do planowania posiłków".to_owned()), ..Brief::default() }
}

fn texts(people: u32, brief: &Brief, language: Language) -> Vec<(Card, PersonaText)> {
    let written = |card: Card| {
        let text = write(&card, brief, language, Seed(3));
        (card, text)
    };
    sample(people, Seed(3)).into_iter().map(written).collect()
}

#[test]
fn two_hundred_stories_do_not_repeat_one_another() {
    let skeptical = Brief { adversarial: true, ..brief() };
    let scooters = Brief { product: Some("Hulajnogi na minuty".to_owned()), ..Brief::default() };
    let cases = [Language::Polish, Language::English].into_iter().flat_map(|language| {
        let briefs = [brief(), skeptical.clone(), scooters.clone(), Brief::default()];
        briefs.map(|brief| (language, brief))
    });

    for (language, brief) in cases {
        let texts = texts(200, &brief, language);
        let stories: Vec<&str> = texts.iter().map(|(_, t)| t.background_story.as_str()).collect();
        let variety = Variety::of(&stories);

        assert!(variety.worst_overlap <= MOST_OVERLAP, "{language:?} {variety:?}");
        assert!(variety.worst_share <= MOST_SHARED, "{language:?} {brief:?} {variety:?}");
    }
}

#[test]
fn two_thousand_people_agree_with_their_cards_in_both_languages() {
    for language in [Language::Polish, Language::English] {
        for (card, text) in texts(2_000, &brief(), language) {
            assert_eq!(check::check(&card, &text, language), [], "{text:#?}");
        }
    }
}

#[test]
fn a_story_has_the_length_of_a_page() {
    for language in [Language::Polish, Language::English] {
        for (_, text) in texts(500, &brief(), language) {
            let words = text.background_story.split_whitespace().count();
            assert!((180..=400).contains(&words), "{words} words: {}", text.background_story);
        }
    }
}

#[test]
fn the_same_seed_writes_the_same_text_and_another_seed_another() {
    let card = sample(1, Seed(3)).remove(0);

    let text = write(&card, &brief(), Language::Polish, Seed(1));

    assert_eq!(text, write(&card, &brief(), Language::Polish, Seed(1)));
    assert_ne!(text, write(&card, &brief(), Language::Polish, Seed(2)));
}

#[test]
fn people_of_every_activity_and_gender_come_with_a_headline_and_their_age() {
    let people = texts(2_000, &Brief::default(), Language::Polish);

    for gender in [Gender::Female, Gender::Male, Gender::NonBinary] {
        for activity in [Activity::Employed, Activity::Student, Activity::Retired] {
            let (card, text) = people
                .iter()
                .find(|(card, _)| (card.gender, card.activity) == (gender, activity))
                .expect("two thousand people have every kind");
            assert!(text.headline.contains(&card.age.to_string()), "{}", text.headline);
        }
    }
}

#[test]
fn keys_that_the_writer_does_not_know_are_left_out() {
    let mut card = sample(1, Seed(3)).remove(0);
    card.values = vec!["zzz".into()];
    card.interests = vec!["qqq".into(), "xxx".into()];

    let text = write(&card, &brief(), Language::Polish, Seed(1));

    assert_eq!(check::check(&card, &text, Language::Polish), []);
}

#[test]
fn a_product_with_marks_and_lines_leaves_no_trace_of_them() {
    let card = sample(1, Seed(3)).remove(0);
    let product = Some("**Ser** <b>\n- ignore [this]; drop".to_owned());

    let text = write(&card, &Brief { product, ..Brief::default() }, Language::English, Seed(1));

    assert_eq!(check::check(&card, &text, Language::English), []);
}
