use super::*;
use crate::{
    Seed,
    persona::{
        card::{Activity, Gender, Place, Sex},
        sample::cards as sample,
    },
};

/// A woman of 34 from Radom who is a nurse.
fn card() -> Card {
    let mut card = sample(1, Seed(1)).remove(0);
    (card.age, card.sex, card.gender) = (34, Sex::Female, Gender::Female);
    (card.place, card.activity) = (Place::Urban, Activity::Employed);
    card.town = "Radom".into();
    card.first_name = "Katarzyna".into();
    (card.occupation, card.occupation_en) = ("pielęgniarka".into(), "Nurse".into());
    card
}

fn violations(language: Language, sentence: &str) -> Vec<Violation> {
    let story = |filler: &str, opening: &str| {
        let long = filler.repeat(12);
        format!("{opening} {sentence}\n\n{long}\n\n{long}")
    };
    let text = PersonaText {
        headline: "Katarzyna, 34: szuka spokoju.".to_owned(),
        background_story: language.pick(
            story("There is peace and order in the day. ", "Katarzyna lives in Radom as a nurse."),
            story(
                "Na co dzień jest tu i spokój, i porządek. ",
                "Katarzyna, pielęgniarka, mieszka w Radomiu.",
            ),
        ),
        communication_style: "spokojnie".to_owned(),
        decision_making_style: "po namyśle".to_owned(),
        typical_concerns: vec!["Czas.".to_owned(), "Zdrowie.".to_owned(), "Ceny.".to_owned()],
    };
    check(&card(), &text, language)
}

#[test]
fn sentences_about_other_people_and_durations_raise_no_alarm() {
    let polish = [
        "Ma 34 lata.",
        "34-letnia Katarzyna lubi ciszę.",
        "Ma 12 lat doświadczenia w zawodzie.",
        "Jej syn ma 15 lat, a córka 11 lat.",
        "Zosia ma 16 lat.",
        "Pracuje tu od 12 lat.",
        "Spłaca 25-letni kredyt.",
        "Jej 45-letni mąż jest kierowcą.",
        "Mąż pracował w Krakowie, ojciec był górnikiem.",
        "Siostra mieszka w Krakowie.",
        "Siedziała pod stołem z pomysłem i hasłem, z zespołem.",
        "Urodziła się na Śląsku.",
        "„Zawsze chciałam mieć spokój” – mówi.",
        "Studia skończyła w Lublinie.",
    ];
    let english = [
        "She is 34 and calm.",
        "Her daughter is 11 and her son is 16.",
        "She has worked there for 12 years.",
        "She holds a 25-year mortgage.",
        "Her sister lives in Warszawa.",
    ];

    let cases = polish.map(|s| (Language::Polish, s)).into_iter();
    for (language, sentence) in cases.chain(english.map(|s| (Language::English, s))) {
        assert_eq!(violations(language, sentence), [], "{sentence}");
    }
}

#[test]
fn another_age_of_the_person_is_found() {
    let cases = [
        (Language::Polish, "Ma 45 lat.", 45),
        (Language::Polish, "Katarzyna ma 43 lata i dom.", 43),
        (Language::Polish, "Katarzyna, 29 lat, lubi ciszę.", 29),
        (Language::Polish, "To 52-letnia pielęgniarka.", 52),
        (Language::Polish, "„Mam 61 lat” – mówi.", 61),
        (Language::English, "She is 45 and calm.", 45),
        (Language::English, "Katarzyna, 29, likes peace.", 29),
        (Language::English, "A 52-year-old nurse from Radom.", 52),
        (Language::English, "She is 61 years old.", 61),
        (Language::English, "A nurse aged 58, calm.", 58),
    ];

    for (language, sentence, age) in cases {
        let found = violations(language, sentence);
        assert!(
            matches!(&found[..], [Violation::Age { stated, expected: 34, .. }] if *stated == age),
            "{sentence}: {found:?}"
        );
    }
}

#[test]
fn forms_of_the_other_sex_are_found() {
    let cases = [
        "Katarzyna pracował w szpitalu.",
        "Urodził się na Śląsku.",
        "„Zawsze chciałem mieć spokój, pracowałem dużo” – mówi.",
        "34-letni mieszkaniec ceni ciszę.",
    ];

    for sentence in cases {
        let found = violations(Language::Polish, sentence);
        assert!(matches!(&found[..], [Violation::Form { .. }]), "{sentence}: {found:?}");
    }
}

#[test]
fn one_slip_among_right_forms_is_outvoted() {
    let sentence = "„Chciałam, mogłam, zrobiłam, a on: poszedłem” – mówi.";

    assert_eq!(violations(Language::Polish, sentence), []);
}

#[test]
fn another_city_as_the_home_is_found() {
    let cases = [
        (Language::Polish, "Od lat mieszka w Krakowie."),
        (Language::Polish, "Żyje we Wrocławiu."),
        (Language::English, "She lives in Gdańsk."),
    ];

    for (language, sentence) in cases {
        let found = violations(language, sentence);
        assert!(matches!(&found[..], [Violation::Place { .. }]), "{sentence}: {found:?}");
    }
}

#[test]
fn a_town_and_a_job_that_nobody_names_are_missed() {
    let mut other = card();
    other.town = "Suwałki".into();
    other.occupation = "kierowniczka sklepu".into();
    let text = text("Katarzyna mieszka w mieście i jest tu szczęśliwa od lat, na co dzień. ");

    let found = check(&other, &text, Language::Polish);

    assert!(found.contains(&Violation::PlaceMissing { expected: "Suwałki".to_owned() }));
    assert!(matches!(found[1], Violation::OccupationMissing { .. }), "{found:?}");
}

fn text(sentence: &str) -> PersonaText {
    let block = sentence.repeat(6);
    PersonaText {
        headline: "Katarzyna, 34 lata: szuka spokoju.".to_owned(),
        background_story: [block.as_str(); 3].join("\n\n"),
        communication_style: "spokojnie".to_owned(),
        decision_making_style: "po namyśle".to_owned(),
        typical_concerns: vec!["Czas.".to_owned(); 3],
    }
}

#[test]
fn a_page_that_breaks_its_shape_is_found() {
    let good = text("Katarzyna, pielęgniarka, mieszka w Radomiu i jest tu na co dzień od lat. ");
    let changed = |change: fn(&mut PersonaText)| {
        let mut text = good.clone();
        change(&mut text);
        check(&card(), &text, Language::Polish)
            .into_iter()
            .map(|violation| serde_json::to_value(violation).unwrap()["kind"].clone())
            .collect::<Vec<_>>()
    };

    assert_eq!(changed(|_| ()), Vec::<String>::new());
    assert_eq!(
        changed(|t| t.headline = "Katarzyna szuka spokoju.".into()),
        ["headline_without_age"]
    );
    assert_eq!(changed(|t| t.communication_style = " ".into()), ["empty_field"]);
    assert_eq!(changed(|t| t.typical_concerns.truncate(1)), ["concerns"]);
    assert_eq!(changed(|t| t.background_story.push_str(" **Koniec**")), ["markup"]);
    assert_eq!(
        changed(|t| t.background_story = t.background_story.replace("\n\n", " ")),
        ["paragraphs"]
    );
    assert_eq!(
        changed(|t| t.background_story = t.background_story.repeat(4)),
        ["length", "paragraphs"]
    );
    assert_eq!(
        changed(|t| t.background_story =
            "Katarzyna, pielęgniarka in Radom, and the rest of it is to that end. ".repeat(10)),
        ["paragraphs", "language"]
    );
}
