//! Rules of plain sense, the same as `cargo run --example plausibility` prints.

use rand::seq::SliceRandom;
use shared::Seed;
use shared::persona::Card;
use shared::persona::card::{Activity, Sex};

#[path = "../examples/plausibility/check.rs"]
mod check;

#[test]
fn hardly_anybody_breaks_a_rule_and_figures_are_near_the_published_ones() {
    let cards = check::people();
    let rules = check::rules(&cards);
    let told = |rule: &check::Rule| {
        let check::Rule { name, people, published, breaks, source } = rule;
        format!("{name}: {breaks:.0} of {people}, published {published:.0} ({source})")
    };
    let told: Vec<String> = rules.iter().map(told).collect();

    assert!(check::share(&rules) <= check::LIMIT, "{}", told.join("\n"));
    for figure in check::figures(&cards) {
        assert!(
            figure.passes(),
            "{}: {:.2}, published {:.2}, bar {:.2} ({})",
            figure.name,
            figure.here,
            figure.published,
            figure.reach,
            figure.source
        );
    }
}

/// Gives a person something of another's, if the two (by their places) are alike enough.
struct Change<'a> {
    name: &'a str,
    give: fn(&mut Card, &Card),
    is_like: &'a dyn Fn(usize, usize) -> bool,
}

#[test]
fn people_with_each_others_jobs_names_or_ages_break_the_rules() {
    let right = check::people();
    let groups = |i: usize| (right[i].occupation_group, right[i].activity);
    let everybody: Vec<usize> = (0..right.len()).collect();
    // the next person of the same group, whatever the sex; the next of the same sex; anybody
    let jobs = Change {
        name: "jobs",
        give: |card, other| card.occupation_en = other.occupation_en.clone(),
        is_like: &|a, b| groups(a) == groups(b),
    };
    let names = Change {
        name: "names",
        give: |card, other| card.first_name = other.first_name.clone(),
        is_like: &|a, b| right[a].sex == right[b].sex,
    };
    let ages =
        Change { name: "ages", give: |card, other| card.age = other.age, is_like: &|_, _| true };
    for Change { name, give, is_like } in [jobs, names, ages] {
        let mut wrong = right.clone();
        for (at, card) in wrong.iter_mut().enumerate() {
            let after = everybody.iter().cycle().skip(at + 7);
            let other = after.take(2_000).find(|other| is_like(at, **other));
            other.into_iter().for_each(|other| give(card, &right[*other]));
        }
        let share = check::share(&check::rules(&wrong));
        assert!(share > check::LIMIT, "{name}: {share}");
    }
}

/// Deals the jobs of every n-th person at work at random among them, within occupation groups.
fn deal_jobs(cards: &mut [Card], every: usize) {
    let mut rng = Seed(1).rng();
    let at_work = (0..cards.len()).filter(|at| cards[*at].activity == Activity::Employed);
    let dealt: Vec<usize> = at_work.step_by(every).collect();
    for group in 0..10 {
        let is_here = |card: &Card| card.occupation_group.is_some_and(|own| own as usize == group);
        let here: Vec<usize> = dealt.iter().copied().filter(|at| is_here(&cards[*at])).collect();
        let mut jobs: Vec<_> = here.iter().map(|at| cards[*at].occupation_en.clone()).collect();
        jobs.shuffle(&mut rng);
        for (at, job) in here.into_iter().zip(jobs) {
            cards[at].occupation_en = job;
        }
    }
}

#[test]
fn jobs_dealt_at_random_among_half_or_a_fifth_of_those_at_work_fail_the_check_by_sex_alone() {
    let right = check::people();
    for every in [2, 5] {
        let mut wrong = right.clone();
        deal_jobs(&mut wrong, every);

        // the first two rules are those of women's and men's jobs
        let share = check::share(&check::rules(&wrong)[..2]);

        assert!(share > check::LIMIT, "one in {every}: {share}");
    }
}

/// A figure of these people.
fn figure(cards: &[Card], name: &str) -> check::Figure {
    let mut figures = check::figures(cards).into_iter();
    figures.find(|figure| figure.name == name).expect("a figure of this name")
}

/// Whom is meant.
type Whom = fn(&Card) -> bool;

/// Scales the pay of those meant until the figure is so much.
fn scale_pay(cards: &mut [Card], name: &str, to: f64, is_meant: Whom) {
    // they are some of those they are held against: each round comes nearer
    for _ in 0..6 {
        let by = to / figure(cards, name).here;
        for card in cards.iter_mut().filter(|card| is_meant(card)) {
            card.income_monthly_net = (f64::from(card.income_monthly_net) * by).round() as u32;
        }
    }
}

#[test]
fn women_with_93_percent_of_mens_pay_and_45_to_54_with_that_of_all_fail_the_check() {
    let right = check::people();
    let cases: [(&str, f64, Whom); 2] = [
        ("pay of women to men", 92.8, |card| card.sex == Sex::Female),
        ("pay at 45-54 to all", 100.5, |card| (45..55).contains(&card.age)),
    ];
    for (name, to, is_meant) in cases {
        let mut wrong = right.clone();
        scale_pay(&mut wrong, name, to, is_meant);

        let figure = figure(&wrong, name);

        assert!((figure.here - to).abs() < 0.1, "{name}: {:.2}", figure.here);
        assert!(!figure.passes(), "{name}: {:.2}", figure.here);
    }
}

#[test]
fn as_many_young_pensioners_as_pensions_of_service_are_let_be_and_three_times_as_many_are_not() {
    let right = check::people();
    let share = |retired: usize| {
        let mut cards = right.clone();
        // from those without work or a job to name: no other rule is about them
        let idle = cards
            .iter_mut()
            .filter(|card| card.activity == Activity::Inactive && card.age < 55)
            .take(retired);
        idle.for_each(|card| card.activity = Activity::Retired);
        check::share(&check::rules(&cards))
    };

    // 474,200 pensions to 30.8 million adults: 308 of 20,000
    assert!((share(300) - share(0)).abs() < 1e-9, "{} {}", share(300), share(0));
    assert!(share(900) > check::LIMIT, "{}", share(900));
}
