//! Comparisons whose verdicts are known.

use serde_json::json;

use super::*;
use crate::survey::Response;
use crate::survey::sample::{cards, questions};
use crate::survey::segment::Attribute;

fn survey() -> Vec<Question> {
    questions(json!([
        { "id": "buy", "type": "rating-scale", "title": "T" },
        { "id": "tea", "type": "multiple-choice", "title": "T", "options": ["a, b", "c"] },
        { "id": "grid", "type": "matrix", "title": "T", "rows": ["price", "taste"] },
    ]))
}

fn ratings(counts: [usize; 5]) -> Vec<Answers> {
    let points = (1..=5).zip(counts).flat_map(|(point, n)| vec![point; n]);
    points.map(|point| [("buy".to_owned(), json!(point))].into()).collect()
}

fn respondents(answers: Vec<Answers>) -> Vec<Respondent> {
    let cards = cards(answers.len() as u32).into_iter().zip(answers);
    cards
        .map(|(card, answers)| {
            let response = Response { answers, ..Response::default() };
            Respondent { profile: (&card).into(), response, weight: 1.0 }
        })
        .collect()
}

fn buy(simulated: [usize; 5], people: [usize; 5]) -> QuestionComparison {
    let (simulated, people) = (respondents(ratings(simulated)), ratings(people));
    let mut found = against(&survey(), &simulated, &people, Seed(1));
    found.questions.swap_remove(0)
}

#[test]
fn the_published_simulation_cannot_pass() {
    // a simulation that answered 2, 3 and 4 only, where 36 % of people answered 1 or 5
    let found = buy([0, 14, 31, 5, 0], [11, 9, 13, 10, 7]);

    assert_eq!(found.verdict, Verdict::VarianceLost);
    assert!((found.total_variation.value - 0.46).abs() < 1e-12);
    assert!((found.deviation_ratio.unwrap().value - 0.438_5).abs() < 1e-3, "{found:?}");
    // by hand: top two 5/50 − 17/50, bottom two 14/50 − 20/50
    assert!((found.top_two_gap.unwrap().value + 0.24).abs() < 1e-12);
    assert!((found.bottom_two_gap.unwrap().value + 0.12).abs() < 1e-12);
}

#[test]
fn lost_variance_cannot_pass_in_a_sample_too_small_to_prove_it() {
    let found = buy([0, 3, 6, 3, 0], [1, 3, 4, 3, 1]);

    assert!(matches!(found.tests.verdict, Agreement::Pass), "{found:?}");
    assert_eq!(found.verdict, Verdict::TooFewToNotice);
    assert!(found.people_needed.is_some_and(|people| people > 12), "{found:?}");
}

#[test]
fn the_same_answers_pass_and_a_shift_differs() {
    assert_eq!(buy([20, 20, 20, 20, 20], [20, 20, 20, 20, 20]).verdict, Verdict::Passes);
    assert_eq!(buy([0, 0, 20, 40, 40], [40, 40, 20, 0, 0]).verdict, Verdict::Differs);
    assert_eq!(buy([1, 1, 1, 1, 1], [1, 1, 1, 1, 1]).verdict, Verdict::TooFew);
}

#[test]
fn equal_answers_may_be_nothing_apart() {
    let found = buy([20; 5], [20; 5]);

    for one in [found.total_variation, found.normalised_emd.unwrap(), found.jensen_shannon] {
        let [low, high] = one.interval;
        assert!(one.value < 1e-9 && low == 0.0 && high > 0.0 && high < 0.3, "{one:?}");
    }
}

#[test]
fn intervals_hold_their_figures_and_emd_is_by_hand() {
    let found = buy([10, 10, 10, 10, 10], [10, 20, 10, 5, 5]);

    // gaps of the cumulative shares: 0, −0.2, −0.2, −0.1: 0.5 of 4 steps
    let emd = found.normalised_emd.unwrap();
    assert!((emd.value - 0.125).abs() < 1e-12);
    for interval in [emd, found.jensen_shannon, found.deviation_ratio.unwrap()] {
        let [low, high] = interval.interval;
        assert!(low <= high && interval.value.is_finite(), "{interval:?}");
    }
}

#[test]
fn who_ticks_every_box_differs_in_each_option() {
    let ticked =
        |boxes: Value, n: usize| -> Vec<Answers> { vec![[("tea".to_owned(), boxes)].into(); n] };
    let simulated = respondents(ticked(json!(["a, b", "c"]), 40));
    let mut people = ticked(json!(["a, b"]), 20);
    people.extend(ticked(json!(["c"]), 20));
    people.extend(ratings([4, 0, 0, 0, 0]));

    let found = against(&survey(), &simulated, &people, Seed(1)).questions;

    let options: Vec<&QuestionComparison> =
        found.iter().filter(|one| one.question_id.starts_with("tea")).collect();
    assert_eq!(options.len(), 2, "one part an option");
    for (option, id) in options.iter().zip(["tea/a, b", "tea/c"]) {
        assert_eq!(option.question_id, id);
        assert_eq!(option.keys, ["chosen", "not_chosen"]);
        // of those who answered: four people skipped the question
        assert_eq!((&option.simulated, &option.people), (&vec![40, 0], &vec![20, 20]));
        assert!((option.total_variation.value - 0.5).abs() < 1e-12, "{option:?}");
        assert_eq!(option.verdict, Verdict::Differs);
    }
}

#[test]
fn the_noise_floor_knows_the_size_of_both_samples() {
    let found = buy([100, 100, 0, 0, 0], [50, 50, 0, 0, 0]);

    // by hand: two samples of 200 and 100 are apart as 67 draws from known shares; the mean
    // deviation of a binomial of 67 at one half is C(67, 34) 34 / 2⁶⁷ = 3.27769, of 67
    assert!((found.noise_floor.expected - 0.048_921).abs() < 1e-5, "{:?}", found.noise_floor);
    // summed over both binomials, the mean of |X/200 − Y/100| is 0.048854
    assert!((found.noise_floor.expected - 0.048_854).abs() < 1e-4);
}

/// Surveys of several scales: what a person thinks shows in every answer.
fn surveyed(people: usize, hang_together: bool, seed: u64) -> Vec<Answers> {
    surveyed_on(8, people, hang_together, seed)
}

fn surveyed_on(questions: usize, people: usize, hang_together: bool, seed: u64) -> Vec<Answers> {
    use rand::RngExt;

    let mut rng = Seed(seed).rng();
    (0..people)
        .map(|_| {
            let opinion: f64 = rng.random();
            let points = (0..questions).map(|number| {
                let own: f64 = rng.random();
                let value = if hang_together { 0.6 * opinion + 0.4 * own } else { own };
                (format!("q{number}"), json!(1 + (value * 5.0) as u8))
            });
            points.collect()
        })
        .collect()
}

fn scales(number: usize) -> Vec<Question> {
    let one = |n| json!({ "id": format!("q{n}"), "type": "rating-scale", "title": "T" });
    questions(Value::Array((0..number).map(one).collect()))
}

fn held_against(simulated: Vec<Answers>, people: &[Answers], seed: u64) -> Against {
    against(&scales(8), &respondents(simulated), people, Seed(seed))
}

#[test]
fn another_half_of_the_same_people_passes_in_nineteen_surveys_of_twenty() {
    for (questions, people, wanted) in
        [(18, 100, Verdict::Passes), (8, 30, Verdict::TooFewToNotice)]
    {
        let asked = scales(questions);
        let found = (0..40)
            .filter(|seed| {
                let own = surveyed_on(questions, people, true, 2 * seed);
                let theirs = surveyed_on(questions, people, true, 2 * seed + 1);
                against(&asked, &respondents(own), &theirs, Seed(*seed)).verdict == wanted
            })
            .count();
        assert!(found >= 38, "{found} of 40 surveys of {people}: {wanted:?}");
    }
}

#[test]
fn who_has_too_few_people_is_told_how_many_would_do() {
    let halves = |people: usize, seed: u64| {
        let own = surveyed(people, true, 2 * seed);
        held_against(own, &surveyed(people, true, 2 * seed + 1), seed)
    };
    let would_do = |seed: &u64| {
        let few = halves(30, *seed);
        let Some(needed) = few.people_needed else { return false };
        let own = few.questions.iter().filter_map(|one| one.people_needed);
        let pairs = few.structure.and_then(|pairs| pairs.people_needed);
        assert_eq!(own.chain(pairs).max(), Some(needed), "the most that any of them needs");
        assert!(few.verdict == Verdict::TooFewToNotice && needed > 30, "{needed}");
        // twice as many: the number is about where chance stays below what a pass allows
        let many = halves(2 * needed as usize, *seed);
        many.passes && many.people_needed.is_none()
    };

    let found = (0..10).filter(would_do).count();

    // 95 of 100 with few and 97 of 100 with many: fewer than 7 of 10 in 1 of 250 runs
    assert!(found >= 7, "{found} of 10");
}

/// Each question's answers dealt among the people anew.
fn of_the_wrong_people(mut own: Vec<Answers>, seed: u64) -> Vec<Answers> {
    use rand::seq::SliceRandom;

    for number in 0..8 {
        let id = format!("q{number}");
        let mut column: Vec<Value> = own.iter().map(|answers| answers[&id].clone()).collect();
        column.shuffle(&mut Seed(seed).child(&id, 0).rng());
        own.iter_mut().zip(column).for_each(|(a, value)| drop(a.insert(id.clone(), value)));
    }
    own
}

/// The same people, a fifth of whose answers are missing.
fn blanked(mut people: Vec<Answers>, seed: u64) -> Vec<Answers> {
    use rand::RngExt;

    let mut rng = Seed(seed).child("blanks", 0).rng();
    people.iter_mut().for_each(|answers| answers.retain(|_, _| rng.random::<f64>() >= 0.2));
    people
}

#[test]
fn right_shares_given_by_the_wrong_people_do_not_pass() {
    for seed in 0..10 {
        let own = of_the_wrong_people(surveyed(60, true, 200 + seed), seed);
        let people = surveyed(60, true, 100 + seed);

        for people in [blanked(people.clone(), seed), people] {
            let found = held_against(own.clone(), &people, seed);

            assert_eq!(found.structure.unwrap().verdict, Verdict::Differs, "{seed}");
            assert!(!found.passes);
        }
    }
}

#[test]
fn the_same_people_do_not_differ_because_one_side_left_answers_out() {
    let is_apart = |verdict| matches!(verdict, Verdict::Differs | Verdict::VarianceLost);

    let found = (0..40).filter(|seed| {
        let own = surveyed(100, true, 700 + 2 * seed);
        let people = blanked(surveyed(100, true, 701 + 2 * seed), *seed);
        !is_apart(held_against(own, &people, *seed).verdict)
    });

    // 3 of 100 are called different at most: of 40, more than 3 are seen in 3 of 100 runs
    let found = found.count();
    assert!(found >= 37, "{found} of 40");
}

#[test]
fn pairs_that_hardly_anybody_gave_both_answers_of_are_said_to_be_left_out() {
    let mut people = surveyed(40, true, 1);
    for (number, answers) in people.iter_mut().enumerate() {
        answers.retain(|id, _| (id.as_str() == "q0") == (number % 2 == 0));
    }

    let found = against(&scales(2), &respondents(people.clone()), &people, Seed(1));

    assert!(found.structure.is_none(), "nobody gave both: {:?}", found.structure);
    assert!(found.not_looked_at.contains(&NotLookedAt::PairsOfQuestions));
    assert!(found.not_looked_at.contains(&NotLookedAt::FurtherQuestions));
}

/// Four scales whose answers hardly hang together, at 0.15, and the same dealt among the people.
fn weakly(people: usize, strength: f64, seed: u64) -> Vec<Answers> {
    use rand::RngExt;

    let mut rng = Seed(seed).rng();
    let of_one = |_| {
        let opinion: f64 = rng.random();
        let points = (0..4).map(|number| {
            let value = strength * opinion + (1.0 - strength) * rng.random::<f64>();
            (format!("q{number}"), json!(1 + (value * 5.0) as u8))
        });
        points.collect()
    };
    (0..people).map(of_one).collect()
}

fn weak_against(simulated: Vec<Answers>, people: &[Answers], seed: u64) -> Against {
    against(&scales(4), &respondents(simulated), people, Seed(seed))
}

#[test]
fn pairs_that_could_not_tell_the_wrong_people_are_no_pass() {
    for seed in 0..10 {
        let people = weakly(100, 0.3, 500 + seed);

        let found = weak_against(weakly(100, 0.0, 600 + seed), &people, seed);

        assert!(!found.passes, "{seed}: {:?}", found.structure);
        let pairs = found.structure.unwrap();
        assert_eq!(pairs.people_needed.is_some(), pairs.verdict == Verdict::TooFewToNotice);
        if pairs.verdict == Verdict::TooFewToNotice {
            let is_worst = found.verdict == Verdict::TooFewToNotice;
            assert!(!is_worst || found.people_needed >= pairs.people_needed, "{seed}");
            assert!(!pairs.would_be_noticed && pairs.chance > MOST_CHANCE_CORRELATION);
            assert!(found.not_looked_at.contains(&NotLookedAt::PairsOfQuestions), "{seed}");
        }
    }
}

#[test]
fn of_many_people_whose_answers_do_not_hang_together_a_pass_says_so() {
    let (own, people) = (weakly(600, 0.0, 1), weakly(600, 0.0, 2));

    let found = weak_against(own, &people, 1);

    let pairs = found.structure.unwrap();
    assert_eq!((pairs.verdict, pairs.would_be_noticed), (Verdict::Passes, false), "{pairs:?}");
    assert!(found.not_looked_at.contains(&NotLookedAt::PairsOfQuestions));
    let (own, people) = (weakly(600, 0.5, 1), weakly(600, 0.5, 2));
    let found = weak_against(own, &people, 1);
    assert!(found.passes && found.structure.unwrap().would_be_noticed);
    assert_eq!(found.not_looked_at, [NotLookedAt::WhoAnswers]);
}

#[test]
fn one_question_dealt_among_ages_differs() {
    use rand::RngExt;
    use rand::seq::SliceRandom;

    let people = respondents(ratings([160; 5]));
    let by_age = |one: &Respondent, seed: u64| -> Answers {
        let chance: f64 = Seed(seed).child("rating", u64::from(one.profile.age)).rng().random();
        let point = 1 + usize::from(one.profile.age > 44) + (3.0 * chance) as usize;
        [("buy".to_owned(), json!(point))].into()
    };
    let halves: Vec<(usize, &Respondent)> = people.iter().enumerate().collect();
    let half = |odd: usize| {
        let own = halves.iter().filter(move |(number, _)| number % 2 == odd);
        own.map(|(number, one)| (*one, by_age(one, *number as u64)))
    };
    let theirs: Vec<Answers> = half(0)
        .map(|(one, mut answers)| {
            for attribute in [Attribute::Age, Attribute::Sex] {
                answers.insert(attribute.column(), json!(attribute.of(&one.profile)));
            }
            answers
        })
        .collect();
    let simulated = |answers: Vec<Answers>| -> Vec<Respondent> {
        let own = half(1).zip(answers);
        own.map(|((one, _), answers)| {
            let response = Response { answers, ..Response::default() };
            Respondent { profile: one.profile, response, weight: 1.0 }
        })
        .collect()
    };
    let mut own: Vec<Answers> = half(1).map(|(_, answers)| answers).collect();

    let right = against(&survey()[..1], &simulated(own.clone()), &theirs, Seed(1));
    own.shuffle(&mut Seed(3).rng());
    let dealt = against(&survey()[..1], &simulated(own), &theirs, Seed(1));

    assert!(right.passes, "{:?}", right.who_answers);
    assert_eq!(right.attributes, ["age", "sex"]);
    assert_eq!(right.not_looked_at, [NotLookedAt::PairsOfQuestions], "who answers was looked at");
    assert_eq!(dealt.questions[0].verdict, Verdict::Passes, "the shares are right");
    assert_eq!(dealt.who_answers.unwrap().verdict, Verdict::Differs);
    assert_eq!(dealt.verdict, Verdict::Differs);
}

#[test]
fn questions_beyond_thirty_columns_are_said_to_be_left_out() {
    let options: Vec<String> = (0..11).map(|n| format!("o{n}")).collect();
    let one = |n| json!({ "id": format!("q{n}"), "type": "single-choice", "title": "T", "options": options });
    let asked = |questions| self::questions(Value::Array((0..questions).map(one).collect()));
    let chosen: Vec<Answers> = (0..40)
        .map(|person| {
            let of_one = |n| (format!("q{n}"), json!(format!("o{}", (person + n) % 11)));
            (0..3).map(of_one).collect()
        })
        .collect();

    for (questions, is_cut) in [(2, false), (3, true)] {
        let found = against(&asked(questions), &respondents(chosen.clone()), &chosen, Seed(1));
        assert_eq!(found.not_looked_at.contains(&NotLookedAt::FurtherQuestions), is_cut);
        assert!(found.structure.unwrap().columns <= 30);
    }
}

#[test]
fn answers_drawn_at_random_do_not_pass() {
    for seed in 0..10 {
        let people = surveyed(60, true, 300 + seed);

        let found = held_against(surveyed(60, false, 400 + seed), &people, seed);

        assert_eq!(found.verdict, Verdict::Differs, "{seed}");
    }
}

#[test]
fn weights_are_said_not_to_have_been_looked_at() {
    let mut simulated = respondents(ratings([4; 5]));
    let file = |weights: [&str; 2]| {
        let lines: String =
            (0..20).map(|line| format!("{};{}\n", 1 + line % 5, weights[line % 2])).collect();
        read(&format!("buy;weight\n{lines}"), &survey()).unwrap()
    };
    let is_told = |simulated: &[Respondent], weights| {
        let found = against(&survey()[..1], simulated, &file(weights), Seed(1));
        found.not_looked_at.contains(&NotLookedAt::Weights)
    };

    for (weights, expected) in [
        (["1", "1.0000"], false),
        (["2.5", "2.5"], false),
        (["tak", "nie"], false),
        (["3", "1"], true),
        (["", "0.5"], true),
    ] {
        assert_eq!(is_told(&simulated, weights), expected, "{weights:?}");
    }
    simulated[0].weight = 3.0;
    assert!(is_told(&simulated, ["1", "1"]), "those of the simulation");
}

#[test]
fn one_question_says_what_was_not_looked_at() {
    let found = against(
        &survey()[..1],
        &respondents(ratings([20, 20, 20, 20, 20])),
        &ratings([20, 20, 20, 20, 20]),
        Seed(1),
    );

    assert!(found.passes && found.structure.is_none());
    assert_eq!(found.not_looked_at, [NotLookedAt::WhoAnswers, NotLookedAt::PairsOfQuestions]);
}
