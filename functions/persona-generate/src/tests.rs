mod faults;
mod grounded;
mod locks;
mod needs;
mod paying;
mod populations;
mod preview;

use platform::Service;
use platform::model::{Config, EmbeddingConfig};
use serde_json::{Value, json};
use shared::id::ProjectId;
use testkit::{Parts, TestApp, User};

use super::*;

/// The function with this model, and the functions that its users need beside it.
fn with_model(config: &Config) -> impl Fn(&Parts) -> Service {
    let config = config.clone();
    move |parts| routes(state(parts, &config, None))
}

/// The state with this model and this graph.
fn state(parts: &Parts, model: &Config, knowledge: Option<Knowledge>) -> AppState {
    let (pool, clock, ids) = (&parts.pool, &parts.clock, &parts.ids);
    let embedder = Embedder::connect(EmbeddingConfig::offline(), pool, None, clock, ids).unwrap();
    AppState { worker: parts.worker_state(model), knowledge, embedder }
}

fn build(parts: &Parts) -> Service {
    with_model(&Config::offline())(parts)
}

/// An app, somebody who may generate, and a project of adults.
async fn with_project() -> (TestApp, User, ProjectId) {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project =
        app.project(&ana, json!({ "gender": { "Kobieta": 0.6, "Mężczyzna": 0.4 } })).await;
    (app, ana, project)
}

fn generate(project: ProjectId) -> String {
    format!("/api/v1/projects/{project}/personas/generate")
}

async fn run_row(app: &TestApp, run: &Value) -> (String, i64, i64) {
    sqlx::query_as(
        "select r.status, (select sum(done) from run_shards where run_id = r.id), \
         (select sum(failed) from run_shards where run_id = r.id) from runs r where r.id = $1",
    )
    .bind(run.as_str().unwrap().parse::<uuid::Uuid>().unwrap())
    .fetch_one(&app.parts.pool)
    .await
    .unwrap()
}

/// The stored cards of a project in their order.
async fn cards(app: &TestApp, project: ProjectId) -> Vec<Value> {
    sqlx::query_scalar("select card from personas where project_id = $1 order by population_index")
        .bind(project.0)
        .fetch_all(&app.parts.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn asking_for_twenty_people_gives_twenty_and_a_report() {
    let (app, ana, project) = with_project().await;

    let body = json!({ "num_personas": 20, "use_rag": true, "adversarial_mode": false });
    let started = app.post(&ana, &generate(project), body).await.expect(202);
    app.deliver_all().await;

    assert_eq!(started["num_personas"], 20);
    assert_eq!(run_row(&app, &started["run_id"]).await, ("succeeded".to_owned(), 20, 0));
    let people = cards(&app, project).await;
    assert_eq!(people.len(), 20);
    let women = people.iter().filter(|card| card["gender"] == "female").count();
    assert_eq!(women, 12, "the target's 60 %");
    let path = format!("/api/v1/projects/{project}/fidelity");
    let report = app.get(&ana, &path).await.expect(200);
    assert_eq!(report["people"], 20);
    assert_eq!(report["requested"], 20);
    let gender = report["attributes"].as_array().unwrap();
    let gender = gender.iter().find(|fit| fit["attribute"] == "gender").unwrap();
    assert_eq!(gender["display"], "Płeć");
    let population = started["population_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.audited(population, "generate").await, 1);
}

#[tokio::test]
async fn the_report_fills_the_projects_figures() {
    let (app, ana, project) = with_project().await;

    let path = format!("/api/v1/projects/{project}/populations");
    app.post(&ana, &path, json!({ "people": 100, "seed": 1 })).await.expect(202);
    app.deliver_all().await;

    let (chi, p, valid): (Value, Value, bool) = sqlx::query_as(
        "select chi_square_statistic, p_values, is_statistically_valid from projects where id = $1",
    )
    .bind(project.0)
    .fetch_one(&app.parts.pool)
    .await
    .unwrap();
    assert!(chi["gender"].as_f64().unwrap() < 1.0, "{chi}");
    assert!(p["gender"].as_f64().unwrap() > 0.05, "{p}");
    assert!(valid);
}

#[tokio::test]
async fn a_double_click_is_one_run_and_another_request_continues_the_prefix() {
    let (app, ana, project) = with_project().await;
    let path = generate(project);
    let body = || json!({ "num_personas": 10 });

    let (one, two) = tokio::join!(app.post(&ana, &path, body()), app.post(&ana, &path, body()));
    let (one, two) = (one.expect(202), two.expect(202));
    app.deliver_all().await;
    let again = app.post(&ana, &path, body()).await.expect(202);
    app.parts.clock.advance(chrono::Duration::seconds(11));
    let later = app.post(&ana, &path, body()).await.expect(202);
    app.deliver_all().await;

    assert_eq!(one["run_id"], two["run_id"]);
    assert_eq!(one["run_id"], again["run_id"], "ten seconds are a double click");
    assert_ne!(one["run_id"], later["run_id"]);
    assert_eq!(one["population_id"], later["population_id"]);
    let indexes: Vec<u64> =
        cards(&app, project).await.iter().map(|card| card["index"].as_u64().unwrap()).collect();
    assert_eq!(indexes, (0..20).collect::<Vec<u64>>());
}

#[tokio::test]
async fn an_idempotency_key_is_one_run_for_ever() {
    let (app, ana, project) = with_project().await;
    let send = async || {
        let request = http::Request::post(generate(project))
            .header("authorization", format!("Bearer {}", ana.token))
            .header("idempotency-key", "wizard-7")
            .body(axum::body::Body::empty())
            .unwrap();
        let response = tower::ServiceExt::oneshot(app.api(), request).await.unwrap();
        assert_eq!(response.status(), 202);
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        serde_json::from_slice::<Value>(&body).unwrap()["run_id"].clone()
    };

    let first = send().await;
    app.deliver_all().await;
    app.parts.clock.advance(chrono::Duration::minutes(29));

    assert_eq!(first, send().await);
    app.deliver_all().await;
    assert_eq!(cards(&app, project).await.len(), 10, "the default");
}

#[tokio::test]
async fn an_idempotency_key_is_refused_with_another_body_or_as_another_person() {
    let (app, ana, project) = with_project().await;
    let (path, other) = (generate(project), format!("/api/v1/projects/{project}/populations"));
    let colleague = app.user("colleague").await;
    app.member(project, &colleague, shared::role::Role::Editor).await;
    let body = json!({ "num_personas": 5 });
    let first = app.post_named(&ana, &path, "wizard-7", &body).await.expect(202);
    app.deliver_all().await;

    for (who, path, body) in [
        (&ana, &path, json!({ "num_personas": 6 })),
        (&ana, &path, json!({ "num_personas": 5, "use_rag": false })),
        (&ana, &other, json!({ "people": 5, "seed": 1 })),
        (&colleague, &path, body.clone()),
    ] {
        let refused = app.post_named(who, path, "wizard-7", &body).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], "idempotency-key");
        assert_eq!(refused["detail"][0]["loc"], json!(["header", "idempotency-key"]));
        assert!(!refused.to_string().contains(first["run_id"].as_str().unwrap()));
    }

    let again = app.post_named(&ana, &path, "wizard-7", &body).await.expect(202);
    assert_eq!(again["run_id"], first["run_id"]);
    let own = app.post_named(&colleague, &path, "wizard-8", &body).await.expect(202);
    assert_ne!(own["run_id"], first["run_id"]);
    app.deliver_all().await;
}

#[tokio::test]
async fn an_idempotency_key_is_the_same_run_when_the_studys_target_has_changed_since() {
    let (app, ana, project) = with_project().await;
    let (path, body) = (generate(project), json!({ "num_personas": 5 }));
    let first = app.post_named(&ana, &path, "wizard-7", &body).await.expect(202);
    app.deliver_all().await;
    sqlx::query("update projects set target_demographics = '{}' where id = $1")
        .bind(project.0)
        .execute(&app.parts.pool)
        .await
        .unwrap();

    let again = app.post_named(&ana, &path, "wizard-7", &body).await.expect(202);

    assert_eq!(again["run_id"], first["run_id"]);
    app.deliver_all().await;
}

#[tokio::test]
async fn what_is_out_of_bounds_or_contradicts_itself_is_refused_by_name() {
    let (app, ana, project) = with_project().await;

    for (body, field) in [
        (json!({ "num_personas": 1 }), "num_personas"),
        (json!({ "num_personas": 101 }), "num_personas"),
        (json!({ "num_personas": "ten" }), "num_personas"),
        (json!({ "advanced_options": { "age_min": 70, "age_max": 60 } }), "age_m"),
        (json!({ "advanced_options": { "urbanicity": "orbital" } }), "urbanicity"),
    ] {
        let answer = app.post(&ana, &generate(project), body).await.expect(422);
        assert!(answer["errors"].to_string().contains(field), "{field}: {answer}");
    }
    assert!(cards(&app, project).await.is_empty());
}

#[tokio::test]
async fn editors_generate_viewers_do_not_strangers_see_nothing() {
    let (app, _, project) = with_project().await;
    let (viewer, stranger) = (app.user("viewer").await, app.user("stranger").await);
    app.member(project, &viewer, shared::role::Role::Viewer).await;
    let populations = format!("/api/v1/projects/{project}/populations");

    app.post(&viewer, &generate(project), json!({})).await.expect(403);
    app.post(&stranger, &generate(project), json!({})).await.expect(404);
    app.post(&viewer, &populations, json!({ "people": 1 })).await.expect(403);
    app.get(&viewer, &populations).await.expect(200);
    app.get(&stranger, &populations).await.expect(404);
    app.get(&stranger, &format!("/api/v1/projects/{project}/fidelity")).await.expect(404);
}

#[tokio::test]
async fn the_eleventh_start_of_an_hour_is_refused_and_works_when_it_said() {
    let (app, ana, project) = with_project().await;
    let people = json!({ "num_personas": 2 });
    for _ in 0..10 {
        app.post(&ana, &generate(project), people.clone()).await.expect(202);
    }

    let population = json!({ "people": 2 });
    let path = format!("/api/v1/projects/{project}/populations");
    let refused = app.post(&ana, &path, population.clone()).await;

    assert!(refused.expect(429)["error"].is_string(), "the client reads `error`");
    assert_eq!(refused.header("ratelimit-limit"), Some("10"));
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert_eq!(wait, 3_600);
    app.deliver_all().await;
    app.parts.clock.advance(chrono::Duration::seconds(wait));
    let ana = app.renewed(&ana).await;
    app.post(&ana, &path, population).await.expect(202);
    app.deliver_all().await;
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
