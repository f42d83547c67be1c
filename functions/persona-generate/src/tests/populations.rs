use super::*;

async fn draw(app: &TestApp, user: &User, project: ProjectId, body: Value) -> Value {
    let path = format!("/api/v1/projects/{project}/populations");
    let started = app.post(user, &path, body).await.expect(202);
    app.deliver_all().await;
    started
}

#[tokio::test]
async fn the_same_seed_replays_the_same_people_whatever_the_steps() {
    let (app, ana, one) = with_project().await;
    let target = json!({ "gender": { "Kobieta": 0.6, "Mężczyzna": 0.4 } });
    let two = app.project(&ana, target).await;

    draw(&app, &ana, one, json!({ "people": 60, "seed": 42 })).await;
    draw(&app, &ana, two, json!({ "people": 7, "seed": 42 })).await;
    draw(&app, &ana, two, json!({ "people": 53, "seed": 42 })).await;

    let (one, two) = (cards(&app, one).await, cards(&app, two).await);
    assert_eq!(one.len(), 60);
    assert_eq!(one, two);
}

#[tokio::test]
async fn another_seed_gives_other_people_and_another_target_another_population() {
    let (app, ana, project) = with_project().await;

    let one = draw(&app, &ana, project, json!({ "people": 10, "seed": 1 })).await;
    let two = draw(&app, &ana, project, json!({ "people": 10, "seed": 2 })).await;
    let young = json!({ "people": 10, "seed": 1, "advanced_options": { "age_max": 30 } });
    let three = draw(&app, &ana, project, young).await;

    assert_ne!(one["population_id"], two["population_id"]);
    assert_ne!(one["population_id"], three["population_id"]);
    let path = format!("/api/v1/projects/{project}/populations");
    let list = app.get(&ana, &path).await.expect(200);
    assert_eq!(list.as_array().unwrap().len(), 3);
    let path = format!("{path}/{}", three["population_id"].as_str().unwrap());
    let view = app.get(&ana, &path).await.expect(200);
    assert_eq!((view["people"].as_i64(), view["seed"].as_u64()), (Some(10), Some(1)));
    app.get(&ana, &format!("{path}/fidelity")).await.expect(200);
}

#[tokio::test]
async fn a_population_of_another_project_is_not_found() {
    let (app, ana, project) = with_project().await;
    let other = app.project(&ana, json!({})).await;
    let drawn = draw(&app, &ana, project, json!({ "people": 2, "seed": 1 })).await;

    let id = drawn["population_id"].as_str().unwrap();
    app.get(&ana, &format!("/api/v1/projects/{other}/populations/{id}")).await.expect(404);
}

#[tokio::test]
async fn cards_are_stored_when_the_run_starts() {
    let (app, ana, project) = with_project().await;
    let path = format!("/api/v1/projects/{project}/populations");

    let started = app.post(&ana, &path, json!({ "people": 60, "seed": 3 })).await.expect(202);
    let inputs: Vec<Value> = sqlx::query_scalar("select input from run_shards order by shard")
        .fetch_all(&app.parts.pool)
        .await
        .unwrap();
    app.deliver_all().await;

    let drawn: Vec<Value> =
        inputs.into_iter().flat_map(|shard| shard.as_array().unwrap().clone()).collect();
    assert_eq!(drawn, cards(&app, project).await);
    assert_eq!(run_row(&app, &started["run_id"]).await.1, 60);
}

#[tokio::test]
async fn the_closest_pairs_are_named_as_long_as_their_people_are_there() {
    let (app, ana, project) = with_project().await;
    let change = async |statement: &'static str| {
        sqlx::query(statement).execute(&app.parts.pool).await.unwrap();
    };
    draw(&app, &ana, project, json!({ "people": 4, "seed": 1 })).await;
    // so nobody's place among those who are left is their number
    change("update personas set deleted_at = created_at where population_index = 0").await;
    change(
        "update personas set background_story = 'Jedna i ta sama historia o kawie na wynos.' \
         where population_index in (1, 3)",
    )
    .await;
    let drawn = draw(&app, &ana, project, json!({ "people": 2, "seed": 1 })).await;
    let id = drawn["population_id"].as_str().unwrap();
    let path = format!("/api/v1/projects/{project}/populations/{id}/fidelity");
    let cards = cards(&app, project).await;
    let name = |number: usize| {
        format!("{} {}", text(&cards[number], "first_name"), text(&cards[number], "surname"))
    };

    let report = app.get(&ana, &path).await.expect(200);
    change("update personas set deleted_at = created_at where population_index = 3").await;
    let later = app.get(&ana, &path).await.expect(200);

    let pair = &report["near_duplicates"]["closest"][0];
    assert_eq!((&pair["jaccard"], &pair["numbers"]), (&json!(1.0), &json!([1, 3])));
    assert_eq!((&pair["first"], &pair["second"]), (&json!(0), &json!(2)));
    assert_eq!((named(&report, 1), named(&report, 3)), (Some(name(1)), Some(name(3))));
    assert_eq!((named(&later, 1), named(&later, 3)), (Some(name(1)), None));
    let stored: Value = sqlx::query_scalar("select fidelity from populations")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert!(!stored.to_string().contains(&name(1)), "a stored report names nobody");
}

fn text<'a>(of: &'a Value, field: &str) -> &'a str {
    of[field].as_str().unwrap()
}

/// What a report calls the person with this number.
fn named(report: &Value, number: i64) -> Option<String> {
    let mut people = report["near_duplicate_people"].as_array().unwrap().iter();
    let person = people.find(|one| one["population_index"] == number)?;
    Some(text(person, "full_name").to_owned())
}
