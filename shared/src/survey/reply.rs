//! What a call answered within its schema, read into a response.

use rand::RngExt;
use serde_json::{Map, Value, json};

use super::answer::{self, Response, State};
use super::question::{Elicitation, Question, QuestionKind};
use super::schema::{Asked, key};
use crate::Seed;

/// How far a stated distribution may miss 100 and still be read; it is divided by its sum.
const SLACK: f64 = 10.0;

/// Reads a call's answer into the response. Ratings by similarity get only their reaction: whoever has
/// embeddings rates it with [`rate`]. `seed` draws the one point that stands for a distribution.
pub fn read(asked: &[Asked<'_>], raw: &Value, seed: Seed, response: &mut Response) {
    for (n, asked) in asked.iter().enumerate() {
        let question = asked.question;
        let state = match raw.get(key(n)) {
            None | Some(Value::Null) if !question.required => State::Declined,
            None | Some(Value::Null) => State::Invalid { why: "has no answer".to_owned() },
            Some(value) => match one(asked, value, seed, response) {
                Ok(()) => State::Answered,
                Err(why) => State::Invalid { why },
            },
        };
        response.states.insert(question.id.clone(), state);
    }
}

/// What is wrong with a call's answer, in words for the model: a chance to put it right.
pub fn flaws(asked: &[Asked<'_>], raw: &Value) -> Vec<String> {
    let mut response = Response::default();
    read(asked, raw, Seed(0), &mut response);
    let named = asked.iter().enumerate();
    let flaws = named.filter_map(|(n, asked)| match response.states.get(&asked.question.id) {
        Some(State::Invalid { why }) => Some(format!("the answer {} {why}", key(n))),
        _ => None,
    });
    flaws.collect()
}

fn one(
    asked: &Asked<'_>,
    value: &Value,
    seed: Seed,
    response: &mut Response,
) -> Result<(), String> {
    let question = asked.question;
    match (question.kind, asked.elicitation) {
        (QuestionKind::RatingScale, Elicitation::Similarity) => {
            let words = value.as_str().map(str::trim).filter(|words| !words.is_empty());
            let words = words.ok_or("is no reaction in words")?;
            response.reactions.insert(question.id.clone(), words.to_owned());
            Ok(())
        }
        (QuestionKind::RatingScale | QuestionKind::Nps, Elicitation::Distribution) => {
            rate(question, stated(question, value)?, seed, response);
            Ok(())
        }
        (QuestionKind::Matrix, elicitation) => battery(asked, value, elicitation, seed, response),
        _ => {
            let answer = answer::parse(question, value)?;
            response.answers.insert(question.id.clone(), answer);
            Ok(())
        }
    }
}

/// A stated distribution: percent a point, about 100 in all.
fn stated(question: &Question, value: &Value) -> Result<Vec<f64>, String> {
    let items = value.as_array().ok_or("is no list of percentages")?;
    let percent: Option<Vec<f64>> =
        items.iter().map(|item| item.as_f64().filter(|p| (0.0..=100.0).contains(p))).collect();
    let percent = percent.ok_or("has something that is no percentage")?;
    let (sum, points) = (percent.iter().sum::<f64>(), question.points());
    if percent.len() != points {
        return Err(format!("must have {points} percentages, one for each point"));
    }
    if (sum - 100.0).abs() > SLACK {
        return Err("must have percentages that add up to 100".to_owned());
    }
    Ok(percent.iter().map(|p| p / sum).collect())
}

/// Keeps a distribution over the points of a rating, and the one point drawn from it.
pub fn rate(question: &Question, distribution: Vec<f64>, seed: Seed, response: &mut Response) {
    let point = drawn(question, &question.id, &distribution, seed);
    response.answers.insert(question.id.clone(), json!(point));
    response.distributions.insert(question.id.clone(), distribution);
}

fn drawn(question: &Question, name: &str, distribution: &[f64], seed: Seed) -> i32 {
    let mut left: f64 = seed.child("drawn", 0).child(name, 0).rng().random();
    let last = distribution.iter().rposition(|p| *p > 0.0).unwrap_or(0);
    let index = distribution.iter().position(|p| {
        left -= p;
        left < 0.0
    });
    question.scale().0 + index.unwrap_or(last) as i32
}

fn battery(
    asked: &Asked<'_>,
    value: &Value,
    elicitation: Elicitation,
    seed: Seed,
    response: &mut Response,
) -> Result<(), String> {
    let question = asked.question;
    let mut points = Map::new();
    let mut distributions = Vec::new();
    for (n, &row) in asked.options.iter().enumerate() {
        let given = value.get(format!("row{}", n + 1)).ok_or("leaves out a row")?;
        let name = format!("{}/{row}", question.id);
        let point = match elicitation {
            Elicitation::Distribution => {
                let distribution = stated(question, given)?;
                let point = i64::from(drawn(question, &name, &distribution, seed));
                distributions.push((name, distribution));
                point
            }
            _ => answer::point(question, given)?,
        };
        points.insert(question.items()[row].clone(), json!(point));
    }
    response.answers.insert(question.id.clone(), Value::Object(points));
    response.distributions.extend(distributions);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::sample::question;
    use crate::survey::schema::schema;

    fn asked(question: &Question, elicitation: Elicitation) -> Asked<'_> {
        let options = super::super::Presented::default().options_of(question);
        Asked { question, title: question.title.clone(), options, elicitation }
    }

    fn answered(question: &Question, elicitation: Elicitation, value: &Value) -> Response {
        let mut response = Response::default();
        read(&[asked(question, elicitation)], &json!({ "q1": value }), Seed(1), &mut response);
        response
    }

    #[test]
    fn a_schema_enumerates_the_options_in_the_order_shown() {
        let question = question("q", QuestionKind::SingleChoice);
        let shown = Asked { options: vec![2, 0, 1], ..asked(&question, Elicitation::Direct) };

        let schema = schema(&[shown]);

        assert_eq!(schema["properties"]["q1"]["enum"], json!(["water", "tea", "coffee"]));
        assert_eq!(schema["required"], json!(["q1"]));
    }

    #[test]
    fn what_is_optional_may_be_null_and_is_declined() {
        let optional = Question { required: false, ..question("q", QuestionKind::OpenText) };

        let schema = schema(&[asked(&optional, Elicitation::Direct)]);
        let response = answered(&optional, Elicitation::Direct, &Value::Null);

        assert_eq!(schema["properties"]["q1"]["anyOf"][1], json!({ "type": "null" }));
        assert_eq!(response.states["q"], State::Declined);
    }

    #[test]
    fn a_stated_distribution_is_kept_whole_and_one_point_is_drawn_from_it() {
        let rating = question("q", QuestionKind::RatingScale);

        let response = answered(&rating, Elicitation::Distribution, &json!([0, 0, 0, 52, 52]));

        assert_eq!(response.distributions["q"], [0.0, 0.0, 0.0, 0.5, 0.5]);
        assert!([4, 5].contains(&response.answers["q"].as_i64().unwrap()));
        for wrong in [json!([50, 50]), json!([0, 0, 0, 0, 40]), json!([-1, 0, 0, 0, 101])] {
            let response = answered(&rating, Elicitation::Distribution, &wrong);
            assert!(matches!(response.states["q"], State::Invalid { .. }));
            assert!(response.answers.is_empty());
        }
    }

    #[test]
    fn points_are_drawn_as_often_as_the_distribution_says() {
        let rating = question("q", QuestionKind::RatingScale);
        let distribution = [0.1, 0.2, 0.4, 0.2, 0.1];
        let mut counts = [0_u64; 5];

        for seed in 0..4_000 {
            let point = drawn(&rating, "q", &distribution, Seed(seed));
            counts[point as usize - 1] += 1;
        }

        let test = crate::statistics::goodness_of_fit(&counts, &distribution);
        assert!(test.tested().unwrap().p_value > 0.001, "{counts:?}");
    }

    #[test]
    fn a_shuffled_battery_is_read_back_to_its_own_rows() {
        let matrix = question("q", QuestionKind::Matrix);
        let shown = Asked { options: vec![1, 0], ..asked(&matrix, Elicitation::Direct) };
        let mut response = Response::default();

        read(&[shown], &json!({ "q1": { "row1": 5, "row2": 1 } }), Seed(1), &mut response);

        assert_eq!(response.answers["q"], json!({ "taste": 5, "price": 1 }));
    }

    #[test]
    fn flaws_name_the_answer_and_do_not_quote_it() {
        let single = question("q", QuestionKind::SingleChoice);

        let flaws = flaws(&[asked(&single, Elicitation::Direct)], &json!({ "q1": "secret" }));

        assert_eq!(flaws, ["the answer q1 is none of the options"]);
    }
}
