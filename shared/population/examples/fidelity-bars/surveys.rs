//! Whole surveys against people: others of the same people, and answers that nobody gave.

use population::{Plan, Population};
use rand::RngExt;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use shared::Seed;
use shared::persona::Card;
use shared::survey::human_comparison::{Against, Verdict, against};
use shared::survey::result::Respondent;
use shared::survey::{Answers, Question, Response, sample};

const QUESTIONS: usize = 18;
/// So many that 95 of 100 can be told: a survey of the same people is called different in 3 of 100 at most, and of 200 more
/// than `MOST_DIFFERENT` are seen in 2 of 100 runs.
const SURVEYS: u64 = 200;
const MOST_DIFFERENT: usize = 11;
/// 95 of 100.
const FEWEST_PASSES: usize = 190;
/// What the made-up people answer from 1 to 5: most agree, few do not.
const SKEWED: [f64; 5] = [0.04, 0.06, 0.10, 0.22, 0.58];

/// Prints how often the same people pass and differ, and that made-up answers differ.
pub(crate) fn print() -> bool {
    let cards = Population::new(&Plan::everyone(), Seed(1)).cards(0..300);
    println!("\nSurveys of {QUESTIONS} questions, held against other people of the same kind");
    println!("  most answers on one point, correlation 0.16");
    let mut held = true;
    for people in [25, 50, 100, 300] {
        held &= same(&cards, people, people >= 300, |seed| survey(people, seed));
    }
    println!("  answers on the whole scale, correlation 0.65");
    for people in [100, 300] {
        held &= same(&cards, people, true, |seed| spread(people, seed));
    }
    println!("  the same, and a fifth of people's answers missing");
    held &= same(&cards, 100, true, |seed| match seed % 2 {
        0 => spread(100, seed),
        _ => blanked(spread(100, seed), seed),
    });
    println!("\nAnswers that nobody gave, against 100 people");
    held &= made_up(&cards, "the right shares given by the wrong people: pass", shuffled);
    held & made_up(&cards, "answers drawn evenly from the scale: pass", uniform)
}

/// Whether few surveys of the same people differ and, where there are enough people, nearly all pass. The simulation's
/// answers have even seeds, people's odd ones.
fn same(
    cards: &[Card],
    people: usize,
    is_enough: bool,
    answers: impl Fn(u64) -> Vec<Answers>,
) -> bool {
    let found: Vec<Against> = (0..SURVEYS)
        .map(|seed| compared(cards, &answers(2 * seed), &answers(2 * seed + 1)))
        .collect();
    let verdicts: Vec<Verdict> = found.iter().map(|one| one.verdict).collect();
    let count = |wanted: &[Verdict]| verdicts.iter().filter(|v| wanted.contains(v)).count();
    let differs = count(&[Verdict::Differs, Verdict::VarianceLost]);
    let held = crate::at_most(
        &format!("{people} a side: differ"),
        differs,
        verdicts.len(),
        MOST_DIFFERENT,
    );
    let (name, passes) = (format!("{people} a side: pass"), count(&[Verdict::Passes]));
    if is_enough {
        return held & crate::at_least(&name, passes, verdicts.len(), FEWEST_PASSES);
    }
    // the others have too few to notice: no bar, and no secret
    let mut needed: Vec<u64> = found.iter().filter_map(|one| one.people_needed).collect();
    needed.sort_unstable();
    let median = needed.get(needed.len() / 2).map_or("none".to_owned(), u64::to_string);
    crate::line("  the others are told that so many a side would do, median", &median, "", true);
    crate::line(&name, &format!("{passes} of {}", verdicts.len()), "", true) & held
}

fn made_up(cards: &[Card], name: &str, answers: fn(u64) -> Vec<Answers>) -> bool {
    let passed = (0..20)
        .filter(|seed| {
            let found = compared(cards, &answers(*seed), &survey(100, 1_000 + seed));
            found.verdict == Verdict::Passes
        })
        .count();
    crate::at_most(name, passed, 20, 0)
}

fn compared(cards: &[Card], simulated: &[Answers], people: &[Answers]) -> Against {
    let respondents: Vec<Respondent> = cards
        .iter()
        .zip(simulated)
        .map(|(card, answers)| {
            let response = Response { answers: answers.clone(), ..Response::default() };
            Respondent { profile: card.into(), response, weight: 1.0 }
        })
        .collect();
    against(&questions(), &respondents, people, Seed(1))
}

fn questions() -> Vec<Question> {
    let one = |n| json!({ "id": format!("q{n}"), "type": "rating-scale", "title": "T" });
    sample::questions(Value::Array((0..QUESTIONS).map(one).collect()))
}

/// People whose opinion shows in all their answers.
fn survey(people: usize, seed: u64) -> Vec<Answers> {
    let mut rng = Seed(seed).child("survey", 0).rng();
    (0..people)
        .map(|_| {
            let opinion: f64 = rng.random();
            let mut answer = |number| {
                let is_own = rng.random::<f64>() < 0.4;
                let luck = if is_own { opinion } else { rng.random() };
                (format!("q{number}"), json!(point(luck)))
            };
            (0..QUESTIONS).map(&mut answer).collect()
        })
        .collect()
}

/// People whose answers spread over the scale, and whose opinion is more than half of each.
fn spread(people: usize, seed: u64) -> Vec<Answers> {
    let mut rng = Seed(seed).child("spread", 0).rng();
    (0..people)
        .map(|_| {
            let opinion: f64 = rng.random();
            let mut answer = |number| {
                let value = 0.6 * opinion + 0.4 * rng.random::<f64>();
                (format!("q{number}"), json!(1 + (value * 5.0) as u8))
            };
            (0..QUESTIONS).map(&mut answer).collect()
        })
        .collect()
}

/// The same people, a fifth of whose answers are missing.
fn blanked(mut people: Vec<Answers>, seed: u64) -> Vec<Answers> {
    let mut rng = Seed(seed).child("blanks", 0).rng();
    for answers in &mut people {
        answers.retain(|_, _| rng.random::<f64>() >= 0.2);
    }
    people
}

/// The point at this part of the skewed shares.
fn point(mut luck: f64) -> usize {
    let place = SKEWED.iter().position(|share| {
        luck -= share;
        luck < 0.0
    });
    place.unwrap_or(SKEWED.len() - 1) + 1
}

/// Each question's answers dealt among the people anew.
fn shuffled(seed: u64) -> Vec<Answers> {
    let mut people = survey(100, seed);
    for number in 0..QUESTIONS {
        let id = format!("q{number}");
        let mut column: Vec<Value> = people.iter().map(|answers| answers[&id].clone()).collect();
        column.shuffle(&mut Seed(seed).child(&id, 0).rng());
        people.iter_mut().zip(column).for_each(|(answers, value)| {
            answers.insert(id.clone(), value);
        });
    }
    people
}

fn uniform(seed: u64) -> Vec<Answers> {
    let mut rng = Seed(seed).child("uniform", 0).rng();
    let mut answer = |number| (format!("q{number}"), json!(rng.random_range(1..=5)));
    (0..100).map(|_| (0..QUESTIONS).map(&mut answer).collect()).collect()
}
