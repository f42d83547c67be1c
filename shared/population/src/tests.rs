//! What a population promises, on whole populations.

mod fidelity;
mod wishes;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::fidelity::Provenance;
use shared::error::{Error, FieldError};
use shared::persona::card::{Activity, Country, Education, Gender, OccupationGroup, Place, Sex};

fn target(categories: &[(&str, &[(&str, f64)])]) -> TargetDemographics {
    let weights = |labels: &[(&str, f64)]| -> Weights {
        labels.iter().map(|(label, weight)| ((*label).to_owned(), *weight)).collect()
    };
    TargetDemographics(
        categories.iter().map(|(name, labels)| ((*name).to_owned(), weights(labels))).collect(),
    )
}

fn options(json: Value) -> AdvancedOptions {
    serde_json::from_value(json).unwrap()
}

fn plan(options_json: Value) -> Plan {
    Plan::new(&TargetDemographics::default(), &options(options_json)).unwrap()
}

fn people(options_json: Value) -> Vec<Card> {
    Population::new(&plan(options_json), Seed(5)).cards(0..400)
}

fn share(cards: &[Card], of: impl Fn(&Card) -> bool) -> f64 {
    cards.iter().filter(|card| of(card)).count() as f64 / cards.len() as f64
}

fn refused(target: &TargetDemographics, options_json: Value) -> FieldError {
    match Plan::new(target, &options(options_json)) {
        Err(Error::Invalid(errors)) => errors[0].clone(),
        other => panic!("{other:?}"),
    }
}

/// What a change to a card is about, and the change.
type Change = (&'static str, fn(&mut Card));
/// Options, what they are about, and what must hold for their people.
type Effect = (Value, &'static str, fn(&[Card]) -> bool);
/// A description and whom it describes.
type Described = (&'static str, fn(&Card) -> bool);

fn has(list: &[shared::persona::card::Text], key: &str) -> bool {
    list.iter().any(|item| item == key)
}

#[test]
fn any_range_holds_the_same_people() {
    let population = Population::new(&Plan::everyone(), Seed(3));

    let all = population.cards(0..300);

    assert_eq!(population.cards(0..100), all[..100]);
    assert_eq!(population.cards(170..300), all[170..]);
    assert_eq!(Population::new(&Plan::everyone(), Seed(3)).cards(0..300), all);
}

#[test]
fn different_seeds_give_different_people() {
    let plan = Plan::everyone();
    let names = |seed| -> Vec<String> {
        let cards = Population::new(&plan, Seed(seed)).cards(0..200);
        cards
            .iter()
            .map(|card| format!("{} {} {}", card.first_name, card.surname, card.age))
            .collect()
    };
    let (first, second) = (names(1), names(2));

    assert!(first.iter().filter(|name| second.contains(name)).count() <= 2);
}

#[test]
fn different_seeds_begin_with_different_kinds_of_people() {
    let plan = Plan::everyone();
    let firsts: std::collections::BTreeSet<_> = (0..20)
        .map(|seed| {
            let card = Population::new(&plan, Seed(seed)).cards(0..1).remove(0);
            (card.sex, card.age, card.region.into_owned())
        })
        .collect();

    assert!(firsts.len() >= 10, "{firsts:?}");
}

#[test]
fn every_prefix_fits_as_well_as_its_size_allows() {
    let population = Population::new(&Plan::everyone(), Seed(11));
    let expected = population.expected();
    let cards = population.cards(0..2_000);
    for attribute in [0, 1, 3] {
        let shares = &expected.attributes[attribute].probabilities;
        let mut counts = vec![0.0; shares.len()];
        for (index, card) in cards.iter().enumerate() {
            let category = population.categories(card)[attribute].unwrap();
            counts[usize::from(category)] += 1.0;
            for (count, share) in counts.iter().zip(shares) {
                let off: f64 = count - share * (index + 1) as f64;
                assert!(off.abs() < 2.0, "attribute {attribute} at {index}: {off}");
            }
        }
    }
}

#[test]
fn nobody_among_twenty_thousand_is_impossible() {
    let cards = Population::new(&Plan::everyone(), Seed(8)).cards(0..20_000);

    for card in &cards {
        assert!(contradictions(card).is_empty(), "{:?} {card:?}", contradictions(card));
        assert!((5..=7).contains(&card.values.len()) && (5..=7).contains(&card.interests.len()));
    }
}

#[test]
fn impossible_persons_are_recognised() {
    let cards = Population::new(&Plan::everyone(), Seed(8)).cards(0..500);
    let adult =
        cards.iter().find(|card| card.activity == Activity::Employed && card.age > 30).unwrap();
    let changes: [Change; 8] = [
        ("retired at 22", |card| (card.activity, card.age) = (Activity::Retired, 22)),
        ("student of 50", |card| (card.activity, card.age) = (Activity::Student, 50)),
        ("master at 19", |card| (card.education, card.age) = (Education::Master, 19)),
        ("gimnazjum in the seventies", |card| {
            (card.education, card.age) = (Education::LowerSecondary, 60)
        }),
        ("surname form", |card| {
            card.surname = if card.sex == Sex::Female { "Kowalski" } else { "Kowalska" }.into();
        }),
        ("first name", |card| {
            card.first_name = if card.sex == Sex::Female { "Tomasz" } else { "Agnieszka" }.into();
        }),
        ("physician without a degree", |card| {
            card.occupation_group = Some(OccupationGroup::Professionals);
            card.occupation_en = "physician".into();
            card.education = Education::GeneralSecondary;
        }),
        ("Gdańsk in Silesia", |card| {
            (card.place, card.town, card.region) =
                (Place::Urban, "Gdańsk".into(), "śląskie".into());
        }),
    ];
    for (what, change) in changes {
        let mut card = adult.clone();
        change(&mut card);

        assert!(!contradictions(&card).is_empty(), "{what}");
    }
}

#[test]
fn expected_shares_are_shares_and_people_have_categories() {
    let plans = [
        Plan::everyone(),
        plan(json!({"target_countries": ["USA"]})),
        plan(json!({"location_weights": {"Warszawa": 0.5, "Inne miasta": 0.3, "wieś": 0.2}})),
    ];
    for plan in plans {
        let population = Population::new(&plan, Seed(1));
        let expected = population.expected();
        for attribute in expected.attributes.iter().chain(&expected.in_pairs_only) {
            let sum: f64 = attribute.probabilities.iter().sum();
            assert!((sum - 1.0).abs() < 1e-6, "{} {sum}", attribute.attribute);
            assert_eq!(attribute.labels.len(), attribute.probabilities.len());
        }
        for pair in &expected.pairs {
            let cells: usize =
                pair.attributes.iter().map(|a| expected.attribute(*a).labels.len()).product();
            assert_eq!(pair.probabilities.len(), cells);
            assert!((pair.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-6);
        }
        for card in population.cards(0..300) {
            let categories = population.categories(&card);
            let own = expected.attributes.len();
            assert_eq!(categories.len(), own + expected.in_pairs_only.len());
            for (index, category) in categories.iter().enumerate() {
                let of_work = index == 6 || index >= own;
                let employed = card.activity == Activity::Employed;
                assert_eq!(category.is_some(), !of_work || employed, "{index} {card:?}");
            }
        }
    }
}

#[test]
fn large_samples_reach_every_expected_share() {
    let population = Population::new(&Plan::everyone(), Seed(4));
    let expected = population.expected();
    let cards = population.cards(0..20_000);
    let categories: Vec<_> = cards.iter().map(|card| population.categories(card)).collect();
    for (index, attribute) in expected.attributes.iter().enumerate() {
        let known: Vec<u16> = categories.iter().filter_map(|person| person[index]).collect();
        let mut distance = 0.0;
        for (category, share) in attribute.probabilities.iter().enumerate() {
            let count = known.iter().filter(|known| usize::from(**known) == category).count();
            distance += (count as f64 / known.len() as f64 - share).abs() / 2.0;
        }
        assert!(distance < 0.004, "{} {distance}", attribute.attribute);
    }
}

#[test]
fn a_target_is_met_in_every_category_at_once() {
    let target = target(&[
        (
            "age_group",
            &[("18-24", 0.2), ("25-34", 0.3), ("35-44", 0.25), ("45-54", 0.15), ("55+", 0.1)],
        ),
        ("gender", &[("female", 0.52), ("male", 0.48)]),
        ("education_level", &[("wyższe", 0.4), ("średnie", 0.45), ("zawodowe", 0.15)]),
        (
            "income_bracket",
            &[("3 000 - 5 000 zł", 0.5), ("5 000 - 7 500 zł", 0.4), ("> 15 000 zł", 0.1)],
        ),
        ("location", &[("Warszawa", 0.5), ("mazowieckie", 0.2), ("wieś", 0.3)]),
    ]);
    let plan = Plan::new(&target, &AdvancedOptions::default()).unwrap();
    let population = Population::new(&plan, Seed(1));
    let expected = population.expected();
    let cards = population.cards(0..200);

    for (index, shares) in [
        (0, vec![0.2, 0.3, 0.25, 0.15, 0.1]),
        (1, vec![0.52, 0.48]),
        (4, vec![0.15, 0.45, 0.4]),
        (7, vec![0.5, 0.4, 0.1]),
    ] {
        let attribute = &expected.attributes[index];
        assert_eq!(attribute.provenance, Provenance::Target);
        for (category, share) in shares.into_iter().enumerate() {
            assert!((attribute.probabilities[category] - share).abs() < 1e-6, "{attribute:?}");
            let has = |card: &Card| population.categories(card)[index] == Some(category as u16);
            assert!((self::share(&cards, has) - share).abs() <= 0.021, "{}", attribute.attribute);
        }
    }
    assert!((share(&cards, |card| card.town == "Warszawa") - 0.5).abs() <= 0.01);
    assert!(cards.iter().all(|card| contradictions(card).is_empty()));
}

#[test]
fn a_plan_survives_storage() {
    let target =
        target(&[("gender", &[("Kobieta", 0.7), ("Mężczyzna", 0.2), ("Osoba niebinarna", 0.1)])]);
    let plan = Plan::new(&target, &options(json!({"target_cities": ["Gdynia"]}))).unwrap();

    let json = serde_json::to_string(&plan).unwrap();
    let stored: Plan = serde_json::from_str(&json).unwrap();

    let cards = Population::new(&plan, Seed(1)).cards(0..50);
    assert_eq!(Population::new(&stored, Seed(1)).cards(0..50), cards);
    assert!((share(&cards, |card| card.gender == Gender::NonBinary) - 0.1).abs() <= 0.021);
}

#[test]
fn age_gender_and_place_follow_the_options() {
    let cases: [Effect; 11] = [
        (json!({"age_min": 40, "age_max": 50}), "bounds", |c| {
            c.iter().all(|p| (40..=50).contains(&p.age))
        }),
        (json!({"custom_age_groups": {"20-29": 1, "60+": 1}}), "own groups", |c| {
            (share(c, |p| p.age >= 60) - 0.5).abs() < 0.01
        }),
        (json!({"gender_balance": "female_skew"}), "skew", |c| {
            (share(c, |p| p.gender == Gender::Female) - 0.65).abs() < 0.01
        }),
        (json!({"gender_balance": "balanced"}), "balance", |c| {
            (share(c, |p| p.sex == Sex::Female) - 0.5).abs() < 0.006
        }),
        (json!({"gender_weights": {"male": 1}}), "men", |c| c.iter().all(|p| p.sex == Sex::Male)),
        (json!({"urbanicity": "urban"}), "urban", |c| c.iter().all(|p| p.place == Place::Urban)),
        (json!({"urbanicity": "rural"}), "rural", |c| {
            c.iter().all(|p| p.place == Place::Rural && p.town.is_empty())
        }),
        (json!({"urbanicity": "suburban"}), "suburban", |c| {
            c.iter().all(|p| p.town != "Warszawa") && share(c, |p| p.region == "mazowieckie") > 0.2
        }),
        (json!({"target_cities": ["Kraków", "Lublin"]}), "cities", |c| {
            (share(c, |p| p.town == "Lublin") - 0.5).abs() < 0.01
        }),
        (json!({"location_weights": {"pomorskie": 1}}), "region", |c| {
            c.iter().all(|p| p.region == "pomorskie")
        }),
        (json!({"demographic_preset": "gen-x"}), "preset", |c| {
            c.iter().all(|p| (44..=59).contains(&p.age))
        }),
    ];
    hold(cases);
}

#[test]
fn who_people_are_follows_the_options() {
    let cases: [Effect; 9] = [
        (json!({"target_countries": ["Germany"]}), "abroad", |c| {
            c.iter().all(|p| p.country == Country::International)
        }),
        (json!({"education_weights": {"wyższe": 1}}), "education", |c| {
            c.iter().all(|p| p.education >= Education::Bachelor)
        }),
        (json!({"income_weights": {"> 15 000 zł": 1}}), "income", |c| {
            c.iter().all(|p| p.income_monthly_net >= 15_000)
        }),
        (json!({"industries": ["IT"]}), "industry", |c| {
            share(c, |p| p.occupation_en.contains("software")) > 0.05
        }),
        (json!({"required_values": ["Tolerancja", "Odwaga"]}), "value", |c| {
            c.iter().all(|p| has(&p.values, "tolerance") && has(&p.values, "Odwaga"))
        }),
        (json!({"excluded_values": ["Rodzina"]}), "no value", |c| {
            !c.iter().any(|p| has(&p.values, "family"))
        }),
        (json!({"required_interests": ["Szachy"]}), "interest", |c| {
            c.iter().all(|p| has(&p.interests, "chess"))
        }),
        (json!({"excluded_interests": ["reading"]}), "no interest", |c| {
            !c.iter().any(|p| has(&p.interests, "reading"))
        }),
        (json!({"personality_skew": {"openness": 0.75}}), "skew", |c| {
            c.iter().map(|p| p.big_five.openness).sum::<f32>() / c.len() as f32 > 0.7
        }),
    ];
    hold(cases);
}

fn hold<const N: usize>(cases: [Effect; N]) {
    for (json, what, holds) in cases {
        assert!(holds(&people(json.clone())), "{what}: {json}");
    }
}

#[test]
fn a_described_audience_is_who_comes() {
    let cases: [Described; 7] = [
        ("Kobiety 25-40 lat z Warszawy i Krakowa", |p| {
            p.sex == Sex::Female
                && (25..=40).contains(&p.age)
                && (p.town == "Warszawa" || p.town == "Kraków")
        }),
        ("Studenci", |p| p.activity == Activity::Student),
        ("emeryci mieszkający na wsi", |p| {
            p.activity == Activity::Retired && p.place == Place::Rural
        }),
        ("Seniorzy 65+", |p| p.age >= 65),
        ("osoby z wyższym wykształceniem", |p| p.education >= Education::Bachelor),
        ("managers aged 35 to 50", |p| {
            p.occupation_group == Some(OccupationGroup::Managers) && (35..=50).contains(&p.age)
        }),
        ("rolnicy", |p| p.occupation_group == Some(OccupationGroup::SkilledAgricultural)),
    ];
    for (description, fits) in cases {
        let plan = plan(json!({"target_audience_description": description}));
        let cards = Population::new(&plan, Seed(2)).cards(0..200);

        assert!(!plan.applied.is_empty(), "{description}");
        assert!(cards.iter().all(fits), "{description}: {:?}", plan.applied);
    }
}

#[test]
fn a_runs_own_wish_takes_the_place_of_the_studys_target() {
    let study = target(&[
        ("age_group", &[("18-24", 0.3), ("25-34", 0.4), ("35-44", 0.3)]),
        ("gender", &[("Male", 0.5), ("Female", 0.5)]),
    ]);
    let options = options(json!({"demographic_preset": "boomers"}));

    let plan = Plan::new(&study, &options).unwrap();

    assert_eq!((plan.age_min, plan.age_max), (60, 78));
    assert!(plan.applied.iter().any(|note| note.contains("in place of the study's target")));
}

fn refuse<const N: usize>(cases: [(&TargetDemographics, Value, &str); N]) {
    for (target, json, field) in cases {
        let error = refused(target, json.clone());

        assert_eq!(error.field, field, "{json}: {}", error.rule);
    }
}

#[test]
fn wishes_that_contradict_each_other_are_refused_with_the_field() {
    let none = &TargetDemographics::default();
    let students = json!({"target_audience_description": "studenci w wieku 60-70 lat"});
    let both = json!({"required_values": ["Rodzina"], "excluded_values": ["family"]});
    let rural = json!({"urbanicity": "rural", "target_audience_description": "w Gdańsku"});
    let cities = json!({"target_cities": ["Kraków"], "urbanicity": "rural"});
    let young = json!({"age_min": 40, "demographic_preset": "gen-z"});
    refuse([
        (none, json!({"age_min": 50, "age_max": 40}), "advanced_options.age_max"),
        (none, young, "advanced_options.demographic_preset"),
        (none, students, "advanced_options.target_audience_description"),
        (none, cities, "advanced_options.target_cities.Kraków"),
        (none, rural, "advanced_options.urbanicity"),
        (none, both, "advanced_options.required_values"),
        (none, json!({"target_countries": ["Polska", "USA"]}), "advanced_options.target_countries"),
    ]);
}

#[test]
fn words_that_are_not_known_are_refused_with_the_field() {
    let none = &TargetDemographics::default();
    refuse([
        (none, json!({"age_min": 7}), "advanced_options.age_min"),
        (none, json!({"target_cities": ["Gotham"]}), "advanced_options.target_cities.Gotham"),
        (none, json!({"industries": ["alchemia"]}), "advanced_options.industries[0]"),
        (none, json!({"focus_area": "war"}), "advanced_options.focus_area"),
        (none, json!({"age_focus": "old"}), "advanced_options.age_focus"),
        (none, json!({"urbanicity": "lunar"}), "advanced_options.urbanicity"),
        (none, json!({"gender_balance": "odd"}), "advanced_options.gender_balance"),
        (none, json!({"demographic_preset": "gen-q"}), "advanced_options.demographic_preset"),
        (
            none,
            json!({"personality_skew": {"charm": 0.7}}),
            "advanced_options.personality_skew.charm",
        ),
        (
            none,
            json!({"personality_skew": {"openness": 7}}),
            "advanced_options.personality_skew.openness",
        ),
        (none, json!({"gender_weights": {"femal": 1}}), "advanced_options.gender_weights.femal"),
    ]);
}

#[test]
fn targets_that_nobody_fits_are_refused_with_the_field() {
    let young = target(&[("age_group", &[("18-24", 1.0)])]);
    let doctors =
        target(&[("age_group", &[("18-24", 1.0)]), ("education_level", &[("Doktorat", 1.0)])]);
    let abroad = target(&[("location", &[("New York, NY", 1.0)])]);
    let minors = target(&[("age_group", &[("0-17", 1.0)])]);
    let poland = json!({"target_countries": ["Polska"]});
    refuse([
        (&young, json!({"age_min": 60}), "target_demographics.age_group"),
        (&minors, json!({}), "target_demographics.age_group"),
        (&doctors, json!({}), "target_demographics.education_level.Doktorat"),
        (&abroad, poland, "target_demographics.location.New York, NY"),
    ]);
}

#[test]
fn people_abroad_come_from_tables_that_say_they_are_not_official() {
    let plan = plan(json!({"target_countries": ["United States"]}));
    let population = Population::new(&plan, Seed(1));
    let expected = population.expected();

    assert!(expected.attributes.iter().all(|a| a.provenance == Provenance::NotOfficial));
    for (attribute, shares) in
        [(0, vec![0.15, 0.25, 0.20, 0.18, 0.12, 0.10]), (1, vec![0.49, 0.49, 0.02])]
    {
        for (probability, share) in expected.attributes[attribute].probabilities.iter().zip(shares)
        {
            assert!((probability - share).abs() < 1e-6);
        }
    }
    for card in population.cards(0..300) {
        assert!(contradictions(&card).is_empty(), "{:?} {card:?}", contradictions(&card));
        assert_eq!(card.occupation, card.occupation_en);
        assert!(!has(&card.values, "polish_history"));
    }
}

#[test]
fn unknown_categories_are_named() {
    let weights = Weights::from([("x".to_owned(), 1.0)]);
    let result = TargetDemographics::parse(BTreeMap::from([("zodiac".to_owned(), weights)]));

    assert!(
        matches!(result, Err(Error::Invalid(errors)) if errors[0].field == "target_demographics.zodiac")
    );
}
