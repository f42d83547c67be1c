use super::*;

fn path(id: PersonaId) -> String {
    format!("{}/actions/compare", one(id))
}

#[tokio::test]
async fn three_people_stand_beside_each_other_in_the_clients_shape() {
    let (app, ana, _, ids) = study(20).await;
    let body = json!({ "persona_ids": [ids[1], ids[2]] });

    let found = app.post(&ana, &path(ids[0]), body).await.expect(200);

    let people = found["personas"].as_array().unwrap();
    let order: Vec<&Value> = people.iter().map(|one| &one["id"]).collect();
    assert_eq!(order, [&json!(ids[0]), &json!(ids[1]), &json!(ids[2])]);
    for field in ["full_name", "gender", "location", "occupation", "education_level", "segment_id"]
    {
        assert!(people[0][field].is_string(), "{field}");
    }
    assert!(people[0]["big_five"]["openness"].is_number() && people[0]["values"].is_array());
    let differences = found["differences"].as_array().unwrap();
    assert!(differences.iter().any(|one| one["field"] == "age"), "{differences:?}");
    assert!(differences.iter().all(|one| one["values"].as_array().unwrap().len() == 3));
    let text = |id: PersonaId| id.to_string();
    let one_way = &found["similarity"][text(ids[0])][text(ids[1])];
    assert_eq!(one_way, &found["similarity"][text(ids[1])][text(ids[0])]);
    assert!((0.0..=1.0).contains(&one_way.as_f64().unwrap()), "{one_way}");
    assert_eq!(found["explanations"].as_array().unwrap().len(), 3);
    assert_eq!(found["reference_pairs"], 190);
    assert_eq!(app.audited(ids[0].0, "compare").await, 1);
}

#[tokio::test]
async fn sections_choose_what_is_compared() {
    let (app, ana, _, ids) = study(5).await;
    let body = json!({ "persona_ids": [ids[1]], "sections": ["psychographics"] });

    let found = app.post(&ana, &path(ids[0]), body).await.expect(200);

    let fields: Vec<&str> = found["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].as_str().unwrap())
        .collect();
    assert!(fields.contains(&"openness") && !fields.contains(&"age"), "{fields:?}");
}

#[tokio::test]
async fn whoever_is_alone_is_compared_with_nobody() {
    let (app, ana, _, ids) = study(1).await;

    let found = app.post(&ana, &path(ids[0]), json!({})).await.expect(200);

    assert_eq!(found["differences"], json!([]));
    assert_eq!(found["explanations"], json!([]));
}

#[tokio::test]
async fn people_of_others_the_deleted_and_the_same_twice_are_refused() {
    let (app, ana, _, ids) = study(4).await;
    let stranger = app.user("stranger").await;
    let foreign = app.project(&stranger, json!({})).await;
    let theirs = populate(&app, &stranger, foreign, 1).await;
    let reason = Some(json!({ "reason": "duplicate" }));
    app.delete(&ana, &one(ids[3]), reason).await.expect(200);

    for (others, status) in [
        (json!([theirs[0]]), 404),
        (json!([ids[3]]), 404),
        (json!([Uuid::nil()]), 404),
        (json!([ids[0]]), 422),
        (json!([ids[1], ids[1]]), 422),
        (json!([ids[1], ids[2], ids[3]]), 422),
        (json!(["x"]), 422),
    ] {
        let answer = app.post(&ana, &path(ids[0]), json!({ "persona_ids": others })).await;
        assert_eq!(answer.status(), status, "{others}");
    }
    for sections in [vec!["secrets"], vec!["demographics"; 3]] {
        let wrong = json!({ "sections": sections });
        app.post(&ana, &path(ids[0]), wrong).await.expect(422);
    }
    app.post(&stranger, &path(ids[0]), json!({})).await.expect(404);
    assert_eq!(app.audited(ids[0].0, "compare").await, 0);
}
