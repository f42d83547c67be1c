//! What an option makes more frequent, without ruling anybody out, and what follows from where people live.

use super::*;

#[test]
fn an_age_focus_makes_its_ages_more_frequent() {
    let young = |card: &Card| card.age <= 35;
    let before = share(&people(json!({})), young);

    assert!(share(&people(json!({"age_focus": "young_adults"})), young) > before + 0.1);
    assert!(share(&people(json!({"age_focus": "experienced_leaders"})), young) < before - 0.08);
}

#[test]
fn a_focus_makes_its_interests_more_frequent() {
    // Interests are not balanced: with 4,000 people chance plays little part.
    let interested = |options_json| {
        let cards = Population::new(&plan(options_json), Seed(5)).cards(0..4_000);
        share(&cards, |card| has(&card.interests, "personal_finance"))
    };

    assert!(interested(json!({"focus_area": "finance"})) > 2.5 * interested(json!({})));
}

#[test]
fn pay_follows_the_voivodeship() {
    let cards = Population::new(&Plan::everyone(), Seed(5)).cards(0..20_000);
    let pay = |of: &dyn Fn(&Card) -> bool| {
        let paid = cards.iter().filter(|card| card.working_time.is_some() && of(card));
        let (sum, people) = paid.fold((0.0, 0.0), |(sum, people), card| {
            (sum + f64::from(card.income_monthly_net), people + 1.0)
        });
        sum / people
    };

    let all = pay(&|_| true);
    // Gross wages of 2024 over the country's: 1.16 and 0.87; tax brings both nearer to 1, jobs do not.
    let highest = pay(&|card| card.region == "mazowieckie") / all;
    let lowest = pay(&|card| card.region == "warmińsko-mazurskie") / all;
    assert!((1.10..1.20).contains(&highest), "{highest}");
    assert!((0.85..0.95).contains(&lowest), "{lowest}");
}

#[test]
fn the_diverse_preset_evens_out_ages_regions_and_genders() {
    let cards = people(json!({"demographic_preset": "diverse"}));

    assert!((share(&cards, |card| card.age <= 24) - 1.0 / 6.0).abs() < 0.01);
    assert!((share(&cards, |card| card.region == "opolskie") - 1.0 / 16.0).abs() < 0.01);
    assert!((share(&cards, |card| card.gender == Gender::NonBinary) - 0.04).abs() < 0.011);
}
