//! Answers without a model: what a person's leanings make of the questions of one call, in the form
//! that the call's schema asks for.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

use crate::open_answer;
use crate::opinion::SimulatedRespondent;
use shared::Language;
use shared::survey::question::{Elicitation, Question, QuestionKind};
use shared::survey::schema::{Asked, key};

// Chosen by hand.
/// How often somebody leaves out a question that they need not answer.
const DECLINES: f64 = 0.06;
/// How much an option's own appeal weighs against chance: the spread of random utility (Gumbel) is
/// 1.28, so that cards matter and no choice is certain.
const APPEAL: f64 = 1.0;

/// The person's answer to one call.
pub fn answer(person: SimulatedRespondent<'_>, asked: &[Asked<'_>], language: Language) -> Value {
    let answers = asked.iter().enumerate().map(|(n, asked)| {
        let mut rng = person.seed.child("answer", 0).child(&asked.question.id, 0).rng();
        let declines = !asked.question.required && rng.random_bool(DECLINES);
        let value = if declines { Value::Null } else { one(person, asked, language, &mut rng) };
        (key(n), value)
    });
    Value::Object(answers.collect::<Map<String, Value>>())
}

fn one(
    person: SimulatedRespondent<'_>,
    asked: &Asked<'_>,
    language: Language,
    rng: &mut ChaCha8Rng,
) -> Value {
    let question = asked.question;
    match question.kind {
        QuestionKind::SingleChoice => json!(ranked(person, question, rng)[0]),
        QuestionKind::Ranking => {
            let most = question.most();
            json!(ranked(person, question, rng).into_iter().take(most).collect::<Vec<_>>())
        }
        QuestionKind::MultipleChoice => json!(chosen(person, question, rng)),
        QuestionKind::RatingScale | QuestionKind::Nps => {
            rating(person, asked, &question.title, language, rng)
        }
        QuestionKind::Matrix => {
            let rows = asked.options.iter().enumerate().map(|(n, &row)| {
                let text = format!("{} {}", question.items()[row], question.title);
                (format!("row{}", n + 1), rating(person, asked, &text, language, rng))
            });
            Value::Object(rows.collect())
        }
        QuestionKind::Numeric => number(person, question, rng),
        QuestionKind::OpenText => {
            let position = person.position(&question.title);
            json!(open_answer::opinion(person.card, &question.title, position, language, rng))
        }
    }
}

/// The options by random utility: what they say appeals to the person, and chance.
fn ranked<'a>(
    person: SimulatedRespondent<'_>,
    question: &'a Question,
    rng: &mut ChaCha8Rng,
) -> Vec<&'a String> {
    let mut options: Vec<(f64, &String)> = question
        .choices()
        .iter()
        .map(|option| {
            let appeal = person.leaning(&format!("{option} {}", question.id));
            let chance = -(-rng.random::<f64>().clamp(1e-12, 1.0 - 1e-12).ln()).ln();
            (APPEAL * appeal + chance, option)
        })
        .collect();
    options.sort_by(|a, b| b.0.total_cmp(&a.0));
    options.into_iter().map(|(_, option)| option).collect()
}

/// The options above a threshold of the person's own, at least one, in the researcher's order.
fn chosen<'a>(
    person: SimulatedRespondent<'_>,
    question: &'a Question,
    rng: &mut ChaCha8Rng,
) -> Vec<&'a String> {
    let ranked = ranked(person, question, rng);
    // Chosen by hand: people tick between a quarter and two thirds of what they may.
    let share = 0.25 + 0.4 * rng.random::<f64>();
    let wanted = (share * ranked.len() as f64).round().clamp(1.0, question.most() as f64);
    let taken = &ranked[..wanted as usize];
    question.choices().iter().filter(|option| taken.contains(option)).collect()
}

fn rating(
    person: SimulatedRespondent<'_>,
    asked: &Asked<'_>,
    text: &str,
    language: Language,
    rng: &mut ChaCha8Rng,
) -> Value {
    let points = asked.question.points();
    let shares = person.points(text, points);
    match asked.elicitation {
        Elicitation::Distribution => json!(percent(&shares)),
        Elicitation::Direct => {
            let mut left: f64 = rng.random();
            let point = shares.iter().position(|share| {
                left -= share;
                left < 0.0
            });
            json!(asked.question.scale().0 + point.unwrap_or(points - 1) as i32)
        }
        Elicitation::Similarity => {
            json!(open_answer::opinion(person.card, text, person.position(text), language, rng))
        }
    }
}

/// Shares as whole percentages that add up to 100: the largest remainders are rounded up.
fn percent(shares: &[f64]) -> Vec<u32> {
    let exact: Vec<f64> = shares.iter().map(|share| share * 100.0).collect();
    let mut whole: Vec<u32> = exact.iter().map(|x| x.floor() as u32).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    let missing = 100_u32.saturating_sub(whole.iter().sum());
    order.into_iter().take(missing as usize).for_each(|i| whole[i] += 1);
    whole
}

/// A number between the bounds; without an upper one people say up to a hundred more than the lower.
/// They say round numbers.
fn number(person: SimulatedRespondent<'_>, question: &Question, rng: &mut ChaCha8Rng) -> Value {
    let min = question.min.unwrap_or(0.0);
    let max = question.max.unwrap_or(min + 100.0);
    // Chosen by hand: mostly the opinion, for the rest chance.
    let share = 0.7 * person.position(&question.title) + 0.3 * rng.random::<f64>();
    let step = match max - min {
        span if span > 200.0 => 10.0,
        span if span > 40.0 => 5.0,
        span if span > 5.0 => 1.0,
        _ => 0.1,
    };
    let said = ((min + share * (max - min)) / step).round() * step;
    let said = (said.clamp(min, max) * 10.0).round() / 10.0;
    if said.fract() == 0.0 { json!(said as i64) } else { json!(said) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use population::{Plan, Population};
    use shared::Seed;
    use shared::survey::answer::Response;
    use shared::survey::sample::{question, questions};
    use shared::survey::{Presented, reply};

    fn asked(question: &Question, elicitation: Elicitation) -> Asked<'_> {
        let options = Presented::default().options_of(question);
        Asked { question, title: question.title.clone(), options, elicitation }
    }

    fn responses(question: &Question, elicitation: Elicitation, people: u32) -> Vec<Response> {
        let asked = [asked(question, elicitation)];
        let respond = |card: &shared::persona::Card| {
            let seed = Seed(11).child("respondent", card.index.into());
            let raw = answer(SimulatedRespondent { card, seed }, &asked, Language::Polish);
            let mut response = Response::default();
            reply::read(&asked, &raw, seed, &mut response);
            response
        };
        Population::new(&Plan::everyone(), Seed(7)).cards(0..people).iter().map(respond).collect()
    }

    #[test]
    fn every_kind_of_question_gets_valid_answers() {
        for kind in [
            QuestionKind::SingleChoice,
            QuestionKind::MultipleChoice,
            QuestionKind::RatingScale,
            QuestionKind::OpenText,
            QuestionKind::Ranking,
            QuestionKind::Matrix,
            QuestionKind::Nps,
            QuestionKind::Numeric,
        ] {
            for elicitation in [Elicitation::Direct, Elicitation::Distribution] {
                let question = question("q", kind);
                let all = responses(&question, elicitation, 60);
                let valid = all.iter().filter(|r| r.answers.contains_key("q")).count();
                assert_eq!(valid, 60, "{kind:?}: {:?}", all[0].states);
            }
        }
    }

    #[test]
    fn ratings_use_the_whole_scale() {
        let titles = [
            "Czy kupił(a)by Pan/Pani takie pudełko?",
            "Jak ważna jest dla Pana/Pani cena?",
            "How satisfied are you with the delivery?",
            "Would you recommend the app?",
            "Is this a good idea?",
            "Is organic food important to you?",
        ];
        for elicitation in [Elicitation::Direct, Elicitation::Distribution] {
            for title in titles {
                let question = Question {
                    title: title.to_owned(),
                    ..question("q", QuestionKind::RatingScale)
                };
                let mut counts = [0.0; 5];
                for response in responses(&question, elicitation, 1_000) {
                    counts[response.answers["q"].as_i64().unwrap() as usize - 1] += 1.0;
                }
                let least = counts.iter().copied().fold(f64::INFINITY, f64::min);
                assert!(least / 1_000.0 > 0.06, "{title} {elicitation:?}: {counts:?}");
            }
        }
    }

    #[test]
    fn an_optional_question_is_left_out_now_and_then() {
        let optional = Question { required: false, ..question("q", QuestionKind::OpenText) };

        let left_out = responses(&optional, Elicitation::Direct, 1_000)
            .iter()
            .filter(|response| response.answers.is_empty())
            .count();

        assert!((30..100).contains(&left_out), "{left_out}");
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let numeric = &questions(json!([{ "id": "q", "type": "numeric", "title": "Ile zł?",
            "min": 20, "max": 300 }]))[0];

        for response in responses(numeric, Elicitation::Direct, 300) {
            let number = response.number(numeric).unwrap();
            assert!((20.0..=300.0).contains(&number) && number % 10.0 == 0.0, "{number}");
        }
    }

    #[test]
    fn percentages_add_up() {
        assert_eq!(percent(&[1.0 / 3.0; 3]).iter().sum::<u32>(), 100);
        assert_eq!(percent(&[0.125, 0.875]), [13, 87]);
    }
}
