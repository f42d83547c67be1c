//! What a survey is refused for.

use serde_json::{Value, json};

use super::*;
use crate::Error;
use crate::checks::MOST_KEPT;

fn broken(questions: Value) -> Vec<FieldError> {
    let questions: Vec<Question> = serde_json::from_value(questions).unwrap();
    match check(&questions, &Design::default()) {
        Err(Error::Invalid(errors)) => errors,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_broken_rule_names_its_question() {
    let table = [
        (json!({ "id": "q", "type": "single-choice", "title": "T" }), "options"),
        (json!({ "id": "q", "type": "ranking", "title": "T", "options": ["a"] }), "options"),
        (
            json!({ "id": "q", "type": "single-choice", "title": "T", "options": ["a", "A "] }),
            "options.1",
        ),
        (
            json!({ "id": "q", "type": "single-choice", "title": "T",
                "options": ["Książka", "Ksia\u{328}z\u{307}ka"] }),
            "options.1",
        ),
        (
            json!({ "id": "q", "type": "rating-scale", "title": "T", "scaleMin": 5,
                "scaleMax": 5 }),
            "scaleMax",
        ),
        (json!({ "id": "q", "type": "matrix", "title": "T" }), "rows"),
        (json!({ "id": "q", "type": "numeric", "title": "T", "min": 3, "max": 1 }), "max"),
        (json!({ "id": "q", "type": "open-text", "title": " " }), "title"),
        (json!({ "id": "q", "type": "open-text", "title": "Why {{x}}?" }), "title"),
        (
            json!({ "id": "q", "type": "nps", "title": "T", "elicitation": "similarity" }),
            "elicitation",
        ),
        (
            json!({ "id": "q", "type": "rating-scale", "title": "T", "scaleMax": 7,
                "elicitation": "similarity" }),
            "anchors",
        ),
        (
            json!({ "id": "q", "type": "rating-scale", "title": "How satisfied are you?",
                "elicitation": "similarity" }),
            "construct",
        ),
        (
            json!({ "id": "q", "type": "rating-scale", "title": "T", "anchors": [],
                "elicitation": "similarity" }),
            "anchors",
        ),
        (
            json!({ "id": "q", "type": "multiple-choice", "title": "T", "options": ["a", "b"],
                "maxChoices": 3 }),
            "maxChoices",
        ),
    ];

    assert_named(table);
}

#[test]
fn the_texts_of_a_question_have_bounds() {
    let (long, blank) = ("x".repeat(1_000), format!("T{}", " ".repeat(1_001)));
    assert_named([
        (json!({ "id": "q", "type": "open-text", "title": blank }), "title"),
        (
            json!({ "id": "q", "type": "open-text", "title": "T",
                "codes": [{ "label": "L", "words": [long] }] }),
            "codes.0",
        ),
        (
            json!({ "id": "q", "type": "open-text", "title": "T",
                "codes": vec![json!({ "label": "L", "words": ["w"] }); 101] }),
            "codes",
        ),
        (
            json!({ "id": "q", "type": "rating-scale", "title": "T",
                "scaleLabels": [long, "b"] }),
            "scaleLabels",
        ),
        (
            json!({ "id": "q", "type": "rating-scale", "title": "T",
                "anchors": vec![["a", "b", "c", "d", "e"]; 21] }),
            "anchors",
        ),
    ]);
}

#[test]
fn what_is_far_too_large_is_refused_in_few_words() {
    let (id, same) = ("x".repeat(100_000), vec!["a"; 50_000]);
    for (question, field) in [
        (json!({ "id": id, "type": "single-choice", "title": "T", "options": same }), "options"),
        (json!({ "id": id, "type": "multiple-choice", "title": "T", "options": same }), "id"),
        (json!({ "id": id, "type": "matrix", "title": "T", "rows": same }), "rows"),
        (json!({ "id": "q", "type": "matrix", "title": "T", "rows": same }), "rows"),
        (json!({ "id": id, "type": "nps", "title": "{{x}}".repeat(50_000) }), "title"),
    ] {
        let errors = broken(json!([question, { "id": "q2", "type": "nps", "title": "T" }]));

        let path = format!("questions.0.{field}");
        assert!(errors.iter().any(|error| error.field == path), "{path}");
        let told: usize = errors.iter().map(|error| error.rule.len()).sum();
        assert!(errors.len() <= MOST_KEPT && told < 50_000, "{path}: {told}");
    }
    let many = vec![json!({ "id": "q", "type": "nps", "title": "{{q}}" }); 20_000];
    assert_eq!(broken(many.into()).len(), MOST_KEPT);
}

/// Each question breaks a rule of this field, and the error names both.
fn assert_named<const N: usize>(table: [(Value, &str); N]) {
    for (question, field) in table {
        let errors = broken(json!([question]));
        let path = format!("questions.0.{field}");
        let found = errors.iter().find(|error| error.field == path);
        assert!(found.is_some_and(|error| error.rule.contains("\"q\"")), "{path}: {errors:?}");
    }
}

#[test]
fn a_survey_that_no_model_takes_names_the_question_that_is_too_much() {
    let options: Vec<String> = (0..50).map(|n| format!("option {n}")).collect();
    let question = |n: usize| json!({ "id": format!("c{n}"), "type": "single-choice", "title": "T", "options": options });

    let errors = broken((0..22).map(question).collect());

    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].field, "questions.20.options");
    assert!(errors[0].rule.contains("\"c20\""), "{errors:?}");
}

#[test]
fn ids_are_unique_and_conditions_look_back() {
    let errors = broken(json!([
        { "id": "a", "type": "open-text", "title": "T",
          "showIf": { "question": "b", "anyOf": ["x"] } },
        { "id": "b", "type": "single-choice", "title": "T", "options": ["x", "y"] },
        { "id": "b", "type": "open-text", "title": "T",
          "showIf": { "question": "b", "anyOf": ["z"] } },
        { "id": "c", "type": "open-text", "title": "T",
          "showIf": { "question": "b", "atLeast": 2 } },
    ]));

    let said: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(
        said,
        ["questions.0.title", "questions.2.id", "questions.2.showIf", "questions.3.showIf"]
    );
}

#[test]
fn no_question_is_called_like_another_column_of_the_answers() {
    let number = |id: &str| json!({ "id": id, "type": "numeric", "title": "T" });
    let matrix = |id: &str, row: &str| {
        json!({ "id": id, "type": "matrix", "title": "T",
        "rows": [row] })
    };
    let rating = json!({ "id": "buy", "type": "rating-scale", "title": "T" });
    let several = |id: &str| {
        json!({ "id": id, "type": "multiple-choice", "title": "T",
        "options": ["a", "b"] })
    };

    for (first, second) in [
        (rating.clone(), number("weight")),
        (rating.clone(), number("years")),
        (rating.clone(), number("respondent ")),
        (rating.clone(), number("segment_age")),
        (rating.clone(), number("reaction/buy")),
        (rating.clone(), number(" buy")),
        (matrix("g", "a"), number("g/a")),
        (number("g/a"), matrix("g", "a ")),
        (matrix("g", "a/b"), matrix("g/a", "b")),
        (several("g"), number("g/a")),
        (number("g/b "), several("g")),
        (several("g"), number(" g")),
    ] {
        let errors = broken(json!([first, second]));
        let said: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(said, ["questions.1.id"], "{second}");
    }
}

#[test]
fn what_the_client_sends_is_fine() {
    let questions: Vec<Question> = serde_json::from_value(json!([
        { "id": "question-1", "type": "single-choice", "title": "T",
          "options": ["Option 1", "Option 2"], "required": true },
        { "id": "question-2", "type": "rating-scale", "title": "T", "scaleMin": null,
          "scaleMax": null, "description": null, "options": null },
        { "id": "question-3", "type": "open-text", "title": "T", "colour": "unknown" },
        { "id": "question-4", "type": "rating-scale", "title": "T", "construct": "satisfaction",
          "elicitation": "similarity" },
    ]))
    .unwrap();

    assert!(check(&questions, &Design::default()).is_ok());
    assert_eq!(questions[1].scale(), (1, 5));
}

#[test]
fn weights_name_attributes_and_categories_that_there_are() {
    let design: Design =
        serde_json::from_value(json!({ "weights": { "age": { "18-24": 0.5, "x": 0.5 },
            "mood": {}, "sex": { "female": 0 } } }))
        .unwrap();
    let question = json!([{ "id": "q", "type": "open-text", "title": "T" }]);
    let questions: Vec<Question> = serde_json::from_value(question).unwrap();

    let Err(Error::Invalid(errors)) = check(&questions, &design) else { panic!("three rules") };

    assert_eq!(errors.len(), 3, "{errors:?}");
}
