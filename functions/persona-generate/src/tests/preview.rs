use super::*;

const PREVIEW: &str = "/api/v1/populations/preview";

fn attribute<'a>(preview: &'a Value, name: &str) -> &'a Value {
    let attributes = preview["attributes"].as_array().unwrap();
    attributes.iter().find(|attribute| attribute["attribute"] == name).unwrap()
}

#[tokio::test]
async fn a_target_is_seen_beside_the_official_shares_and_what_so_many_people_say() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;

    let target = json!({ "gender": { "Female": 0.9, "Male": 0.1 } });
    let body = json!({ "target_demographics": target, "people": 100 });
    let preview = app.post(&ana, PREVIEW, body).await.expect(200);

    assert!((preview["margin"].as_f64().unwrap() - 0.098).abs() < 1e-3);
    let gender = attribute(&preview, "gender");
    assert_eq!((&gender["is_targeted"], &gender["provenance"]), (&json!(true), &json!("official")));
    let men = &gender["categories"][1];
    assert_eq!(men["label"], "Male");
    assert!((men["people"].as_f64().unwrap() - 10.0).abs() < 1e-3);
    assert!((men["margin"].as_f64().unwrap() - 0.31).abs() < 0.01, "ten men say little: {men}");
    let official = men["official"].as_f64().unwrap();
    assert!((0.45..0.5).contains(&official), "{official}");
    let moved = gender["moved"].as_f64().unwrap();
    assert!((moved - (official - 0.1)).abs() < 1e-3, "{moved}");
    let chance = gender["chance"].as_f64().unwrap();
    assert!((0.0..0.05).contains(&chance), "{chance}");
    assert_eq!(attribute(&preview, "education")["is_targeted"], false);
}

#[tokio::test]
async fn abroad_nothing_moves_that_nobody_targeted_and_nothing_is_called_official() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;

    let target = json!({ "location": { "New York": 1.0 } });
    let body = json!({ "target_demographics": target, "people": 100 });
    let preview = app.post(&ana, PREVIEW, body).await.expect(200);

    for name in ["age_group", "gender", "education", "income_bracket"] {
        let attribute = attribute(&preview, name);
        assert_eq!(attribute["is_targeted"], false);
        assert!(attribute["moved"].as_f64().unwrap() < 2e-3, "{attribute}");
    }
    let income = &attribute(&preview, "income_bracket")["categories"][0];
    assert!((income["official"].as_f64().unwrap() - 0.15).abs() < 1e-3, "{income}");
    for attribute in preview["attributes"].as_array().unwrap() {
        assert_eq!(attribute["provenance"], "not_official", "{attribute}");
    }
}

#[tokio::test]
async fn a_target_that_cannot_be_met_or_read_is_refused_by_field() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let mild = json!({ "age_group": { "18-24": 0.6, "25+": 0.4 },
        "education_level": { "Doktorat": 0.5, "średnie": 0.5 } });
    for (target, people, field) in [
        (mild, 100, "cannot be met together with the other targets"),
        (json!({ "gender": { "Femal": 1.0 } }), 100, "target_demographics.gender.Femal"),
        (json!({ "gender": { "Female": 0.0 } }), 100, "target_demographics.gender"),
        (json!({}), 0, "people"),
        (json!({}), 100_001, "people"),
    ] {
        let body = json!({ "target_demographics": target, "people": people });
        let problem = app.post(&ana, PREVIEW, body).await.expect(422);
        let named = problem["errors"].to_string();
        assert!(named.contains(field), "{field}: {named}");
    }
}
