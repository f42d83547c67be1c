use serde_json::{Value, json};

use super::*;
use crate::survey::result::tests::respondents;
use crate::survey::sample::questions;

fn survey() -> Vec<Question> {
    questions(json!([
        { "id": "side", "type": "single-choice", "title": "T", "options": ["left", "right"] },
        { "id": "grid", "type": "matrix", "title": "T", "rows": ["price", "taste"] },
        { "id": "any", "type": "multiple-choice", "title": "T", "options": ["x", "y", "z"] },
        { "id": "rank", "type": "ranking", "title": "T", "options": ["r", "s", "t"] },
        { "id": "why", "type": "open-text", "title": "T" },
        { "id": "like", "type": "rating-scale", "title": "T" },
    ]))
}

/// Ten of either side: the price divides them, the taste does not; of the boxes, eight of ten tick
/// `x` against two of ten, all tick `y`, and half of each `z`; the ranks are turned round, and one side likes it.
fn people() -> Vec<Respondent> {
    let answers = (0..20).map(|i| {
        let (is_left, i) = (i < 10, i % 10);
        let mut boxes = vec!["y"];
        boxes.extend((i < if is_left { 8 } else { 2 }).then_some("x"));
        boxes.extend((i % 2 == 0).then_some("z"));
        json!({
            "side": if is_left { "left" } else { "right" },
            "grid": { "price": if is_left { 1 } else { 5 }, "taste": 1 + i % 5 },
            "any": boxes,
            "rank": if is_left { ["r", "s", "t"] } else { ["t", "s", "r"] },
            "why": "because",
            "like": if is_left { 1 } else { 5 },
        })
    });
    respondents(&answers.collect::<Vec<Value>>())
}

fn table(by: &str, correction: Correction) -> SegmentTable {
    let (questions, people) = (survey(), people());
    let by = By::parse(by, &questions).unwrap();
    segment_table("by", &by, &questions, &people, correction, Language::English)
}

#[test]
fn rows_options_and_ranks_are_tested_one_by_one() {
    let found = table("answer:side", Correction::Holm);

    let [_, grid, any, rank, why, _] = found.questions.as_slice() else { panic!("{found:?}") };
    let statistics = |cell: &Cell| -> Vec<(String, Option<f64>)> {
        assert_eq!((&cell.test, cell.adjusted_p), (&None, None));
        let tests = cell.tests.iter();
        let rounded = |test: &Association| (test.statistic * 1e9).round() / 1e9;
        tests.map(|one| (one.part.clone(), one.test.as_ref().map(rounded))).collect()
    };
    // by hand: ranks 5.5 and 15.5 of ten each, 14.2857 before and 19 after the correction for ties
    let apart = Some(19.0);
    assert_eq!(statistics(grid), [("price".to_owned(), apart), ("taste".to_owned(), Some(0.0))]);
    // by hand: 20 (8 × 8 − 2 × 2)² / 10⁴; all of them ticked y
    let (x, z) = (Some(7.2), Some(0.0));
    assert_eq!(statistics(any), [("x".to_owned(), x), ("y".to_owned(), None), ("z".to_owned(), z)]);
    // everybody has s in the middle
    assert_eq!(
        statistics(rank),
        [("r".to_owned(), apart), ("s".to_owned(), None), ("t".to_owned(), apart)]
    );
    assert!(why.test.is_none() && why.tests.is_empty());
}

#[test]
fn parts_are_corrected_in_one_family_with_whole_questions() {
    let holm = table("answer:side", Correction::Holm);
    let shares = table("answer:side", Correction::BenjaminiHochberg);

    // seven tests: who likes it, two rows, x and z, r and t; that of x has the fifth smallest p
    let x = |table: &SegmentTable| table.questions[2].tests[0].clone();
    let p = x(&holm).test.unwrap().p_value;
    assert!((x(&holm).adjusted_p.unwrap() - p * 3.0).abs() < 1e-12, "{:?}", x(&holm));
    assert!((x(&shares).adjusted_p.unwrap() - p * 7.0 / 5.0).abs() < 1e-12, "{:?}", x(&shares));
    let y = &holm.questions[2].tests[1];
    assert_eq!((&y.test, y.adjusted_p), (&None, None));
    assert!(holm.questions[5].adjusted_p.is_some() && holm.questions[5].tests.is_empty());
}

#[test]
fn the_question_that_makes_the_groups_is_not_tested() {
    for by in ["answer:side", "answer:like"] {
        let found = table(by, Correction::Holm);

        let [side, .., like] = found.questions.as_slice() else { panic!("{found:?}") };
        let (own, other) = if by == "answer:side" { (side, like) } else { (like, side) };
        assert_eq!((&own.test, own.adjusted_p), (&None, None), "{by}");
        assert!(other.test.is_some() && other.adjusted_p.is_some(), "{by}");
    }
}

/// The table by the side of forty people, twenty on each, who also answer this as their number says.
fn of_forty(question: &Value, answer: &dyn Fn(usize) -> Option<Value>) -> SegmentTable {
    let questions = questions(json!([
        { "id": "side", "type": "single-choice", "title": "T", "options": ["left", "right"] },
        question,
    ]));
    let answers = (0..40).map(|i| {
        let mut answers = json!({ "side": if i < 20 { "left" } else { "right" } });
        if let Some(answer) = answer(i) {
            answers["more"] = answer;
        }
        answers
    });
    let people = respondents(&answers.collect::<Vec<Value>>());
    let by = By::parse("answer:side", &questions).unwrap();
    segment_table("by", &by, &questions, &people, Correction::Holm, Language::English)
}

#[test]
fn a_group_with_few_answers_to_a_question_takes_no_part_in_its_test() {
    let follow_up = json!({ "id": "more", "type": "rating-scale", "title": "T" });
    let asked = |of_the_left: usize| {
        let answer =
            |i: usize| (i < of_the_left || i >= 20).then(|| json!(if i < 20 { 1 } else { 5 }));
        let found = of_forty(&follow_up, &answer);
        assert!(found.segments.iter().all(|group| group.n == 20), "{found:?}");
        found.questions[1].clone()
    };

    for few in [2, 9] {
        assert_eq!((asked(few).test, asked(few).adjusted_p), (None, None), "{few} answers");
    }
    assert!(asked(10).adjusted_p.unwrap() < 0.001, "{:?}", asked(10));
}

#[test]
fn a_test_of_too_few_is_shown_and_takes_no_part_in_the_correction() {
    let boxes = json!({ "id": "more", "type": "multiple-choice", "title": "T",
        "options": ["often", "seldom"] });
    // one of forty ticks the second: half a person is expected on either side
    let answer = |i: usize| {
        let often = (i % 20 < if i < 20 { 15 } else { 5 }).then_some("often");
        Some(json!(often.into_iter().chain((i == 0).then_some("seldom")).collect::<Vec<_>>()))
    };

    let found = of_forty(&boxes, &answer);

    let [often, seldom] = found.questions[1].tests.as_slice() else { panic!("{found:?}") };
    assert!(seldom.test.as_ref().is_some_and(|test| !test.is_reliable), "{seldom:?}");
    assert_eq!(seldom.adjusted_p, None);
    assert_eq!(
        often.adjusted_p,
        often.test.as_ref().map(|test| test.p_value),
        "alone in its family"
    );
}

#[test]
fn groups_that_overlap_are_not_tested_in_parts_either() {
    let found = table("answer:any", Correction::Holm);

    assert!(found.questions.iter().all(|cell| cell.test.is_none() && cell.tests.is_empty()));
}

#[test]
fn a_question_without_parts_has_the_shape_that_it_had() {
    let found = serde_json::to_value(table("answer:side", Correction::Holm)).unwrap();

    let keys = |at: usize| -> Vec<String> {
        found["questions"][at].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(0), ["adjusted_p", "groups", "test"]);
    assert_eq!(keys(1), ["adjusted_p", "groups", "test", "tests"]);
}
