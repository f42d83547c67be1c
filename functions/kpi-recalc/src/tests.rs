mod faults;
mod history;
mod inputs;
mod lock;
mod purge;
mod race;
mod run;

use platform::Service;
use platform::model::Config;
use serde_json::{Value, json};
use shared::id::{PersonaId, ProjectId};
use shared::role::Role;
use testkit::{Parts, TestApp, User};

use super::*;

fn build(parts: &Parts) -> Service {
    routes(parts.worker_state(&Config::offline()).without_model())
}

/// A study with people in it, and its owner.
async fn study(people: u32) -> (TestApp, User, ProjectId, Vec<PersonaId>) {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let ids = app.people(project, &ana, people).await;
    (app, ana, project, ids)
}

fn given(project: ProjectId) -> String {
    format!("/api/v1/projects/{project}/kpi-inputs")
}

fn kpi(persona: PersonaId) -> String {
    format!("/api/v1/personas/{persona}/kpi")
}

fn recalculation(persona: PersonaId) -> String {
    format!("{}/recalculate", kpi(persona))
}

/// Figures of all customers: 1,000 of them, of whom `churn` leave in a month.
fn figures(churn: f64) -> Value {
    json!({ "currency": "PLN", "period": "monthly", "basis": "net", "discount_rate": 0.1,
        "figures": [{ "revenue": 50_000, "margin": 0.4, "orders": 300, "customers": 1000,
            "churn": churn, "spend": 1000, "new_customers": 20, "visits": 10_000 }] })
}

#[tokio::test]
async fn without_a_source_a_metric_is_absent_and_says_what_it_needs() {
    let (app, ana, _, ids) = study(3).await;

    let snapshot = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);

    assert!(snapshot["segment_size"].as_i64().unwrap() > 100_000, "{snapshot}");
    let size = &snapshot["metrics"]["segment_size"];
    assert!(size["high"].as_f64().unwrap() >= size["value"].as_f64().unwrap(), "{size}");
    assert_eq!(size["sources"][0]["kind"], "official_table");
    for metric in ["conversion_rate", "retention_rate", "nps_score", "ltv", "cac", "cac_ltv_ratio"]
    {
        assert_eq!(snapshot[metric], Value::Null, "{metric} was made up");
        let why = snapshot["metrics"][metric]["absent_because"].as_str().unwrap();
        assert!(why.len() > 20, "{metric}: {why}");
    }
    assert_eq!(snapshot["benchmarks"], json!({}));
    assert_eq!(app.audited(ids[0].0, "kpi").await, 1);
}

#[tokio::test]
async fn own_figures_become_metrics_with_range_method_source_and_confidence() {
    let (app, ana, project, ids) = study(3).await;
    app.put(&ana, &given(project), figures(0.05)).await.expect(200);

    let snapshot = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);

    let value = |name: &str| snapshot[name].as_f64().unwrap();
    assert!((value("retention_rate") - 0.95_f64.powi(12)).abs() < 1e-12);
    assert!((value("conversion_rate") - 0.03).abs() < 1e-12);
    let kept = value("retention_rate");
    let ltv = 240.0 * kept / (1.1 - kept);
    assert!((value("ltv") - ltv).abs() < 1e-9, "{snapshot}");
    assert!((value("cac_ltv_ratio") - 50.0 / ltv * 100.0).abs() < 1e-9, "{snapshot}");
    let cac = &snapshot["metrics"]["cac"];
    for field in ["value", "low", "high", "unit", "method", "sources", "confidence", "naive"] {
        assert!(!cac[field].is_null(), "{field}: {cac}");
    }
    assert_eq!((&cac["unit"], &cac["is_told_apart"]), (&json!("PLN"), &json!(false)));
    assert_eq!(cac["computed_at"], snapshot["timestamp"]);
    assert_eq!(cac["inputs_hash"], snapshot["inputs_hash"]);
}

#[tokio::test]
async fn an_industry_brings_published_figures_that_are_called_benchmarks() {
    let (app, ana, project, ids) = study(1).await;
    let terms = json!({ "currency": "PLN", "period": "monthly", "basis": "net" });
    let with = |industry: &str| {
        let mut body = terms.clone();
        body["industry"] = json!(industry);
        body
    };
    app.put(&ana, &given(project), with("hotels")).await.expect(200);

    let snapshot = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    let refused = app.put(&ana, &given(project), with("spaceships")).await.expect(422);
    let kept = app.get(&ana, &given(project)).await.expect(200);

    assert_eq!(snapshot["conversion_rate"], 0.0199);
    assert_eq!(snapshot["benchmarks"], json!({ "conversion_rate": 0.0199 }));
    let sources = &snapshot["metrics"]["conversion_rate"]["sources"];
    assert_eq!(sources[0]["kind"], "benchmark");
    assert!(refused.to_string().contains("spaceships"), "{refused}");
    assert_eq!(kept["inputs"]["industry"], "hotels");
}

#[tokio::test]
async fn looking_computes_nothing_and_says_when_a_source_has_changed() {
    let (app, ana, project, ids) = study(1).await;

    let before = app.get(&ana, &kpi(ids[0])).await.expect(200);
    let made = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    let after = app.get(&ana, &kpi(ids[0])).await.expect(200);
    app.put(&ana, &given(project), figures(0.05)).await.expect(200);
    let stale = app.get(&ana, &kpi(ids[0])).await.expect(200);

    assert_eq!(before, json!({ "snapshot": null, "is_stale": true }));
    assert_eq!(after, json!({ "snapshot": made, "is_stale": false }));
    assert_eq!(stale, json!({ "snapshot": made, "is_stale": true }));
}

#[tokio::test]
async fn editors_compute_viewers_look_and_strangers_see_nothing() {
    let (app, ana, project, ids) = study(1).await;
    let (editor, viewer) = (app.user("editor").await, app.user("viewer").await);
    let stranger = app.user("stranger").await;
    app.member(project, &editor, Role::Editor).await;
    app.member(project, &viewer, Role::Viewer).await;

    app.post(&viewer, &recalculation(ids[0]), json!({})).await.expect(403);
    app.post(&stranger, &recalculation(ids[0]), json!({})).await.expect(404);
    app.get(&stranger, &kpi(ids[0])).await.expect(404);
    app.put(&viewer, &given(project), figures(0.1)).await.expect(403);
    app.put(&stranger, &given(project), figures(0.1)).await.expect(404);
    app.get(&stranger, &format!("{}/template.csv", given(project))).await.expect(404);
    app.post(&editor, &recalculation(ids[0]), json!({})).await.expect(200);
    app.get(&viewer, &kpi(ids[0])).await.expect(200);

    let other = app.project(&stranger, json!({})).await;
    app.people(other, &stranger, 1).await;
    app.put(&stranger, &given(other), figures(0.5)).await.expect(200);
    let view = app.get(&ana, &kpi(ids[0])).await.expect(200);
    assert_eq!(view["is_stale"], false, "another project's figures are not ours");
}

#[tokio::test]
async fn a_persona_that_is_deleted_has_no_metrics() {
    let (app, ana, _, ids) = study(1).await;
    sqlx::query("update personas set deleted_at = created_at")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(404);
    app.get(&ana, &kpi(ids[0])).await.expect(404);
}

/// A survey of a project that was answered: who responded what.
async fn answered(
    app: &TestApp,
    project: ProjectId,
    questions: &Value,
    responses: &[(PersonaId, Value)],
) {
    let survey: uuid::Uuid = app.parts.ids.next();
    sqlx::query(
        "insert into surveys (id, project_id, title, questions, design, language, \
         target_responses, created_by, created_at) \
         values ($1, $2, 'Tea', $3, '{}', 'en', 10, $1, $4)",
    )
    .bind(survey)
    .bind(project.0)
    .bind(questions)
    .bind(app.parts.clock.now())
    .execute(&app.parts.pool)
    .await
    .unwrap();
    for (number, (persona, response)) in responses.iter().enumerate() {
        sqlx::query(
            "insert into survey_responses (survey_id, persona_id, respondent, card, response, \
             latency_ms, written_by, is_simulated, prompt_version, created_at) \
             select $1, id, $3, card, $4, 1, 'offline', true, 'survey.v1', $5 \
             from personas where id = $2",
        )
        .bind(survey)
        .bind(persona.0)
        .bind(i32::try_from(number).unwrap())
        .bind(response)
        .bind(app.parts.clock.now())
        .execute(&app.parts.pool)
        .await
        .unwrap();
    }
}

/// A question for the intention to buy.
fn purchase(id: &str) -> Value {
    json!({ "id": id, "type": "rating-scale", "construct": "purchase",
        "title": "Would you buy it?", "scaleMin": null, "scaleMax": null })
}

/// Metrics are computed anew when somebody has answered since.
async fn look_again(app: &TestApp) {
    sqlx::query("update surveys set answered = answered + 1")
        .execute(&app.parts.pool)
        .await
        .unwrap();
}

/// The metrics of a snapshot, whatever the hash of their evidence is.
fn metrics(snapshot: &Value) -> Value {
    let mut metrics = snapshot["metrics"].clone();
    for metric in metrics.as_object_mut().unwrap().values_mut() {
        metric.as_object_mut().unwrap().remove("inputs_hash");
    }
    metrics
}

/// People's answers to the last survey.
async fn uploaded(app: &TestApp, points: &[i64]) {
    let answers: Vec<Value> = points.iter().map(|point| json!({ "q": point })).collect();
    sqlx::query(
        "insert into survey_human_answers (id, survey_id, name, people, answers, uploaded_by, \
         created_at) select $1, id, 'Panel', $2, $3, $1, $4 from surveys",
    )
    .bind(app.parts.ids.next::<uuid::Uuid>())
    .bind(i32::try_from(points.len()).unwrap())
    .bind(json!(answers))
    .bind(app.parts.clock.now())
    .execute(&app.parts.pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn answers_are_read_by_segment_and_peoples_come_first() {
    let (app, ana, project, ids) = study(40).await;
    let points = ids.iter().zip([5, 4, 1, 1].into_iter().cycle());
    let responses = points.map(|(id, point)| (*id, json!({ "answers": { "q": point } })));
    answered(&app, project, &json!([purchase("q")]), &responses.collect::<Vec<_>>()).await;

    let simulated = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    uploaded(&app, &[5, 5, 4, 1, 1, 1, 1, 1, 1, 1]).await;
    let people = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);

    let of = |snapshot: &Value| snapshot["metrics"]["conversion_rate"].clone();
    let (simulated, people) = (of(&simulated), of(&people));
    assert_eq!(simulated["sources"][0]["kind"], "simulated_answers");
    let naive = simulated["naive"].as_f64().unwrap();
    assert!((naive - (0.4 + 0.2) / 4.0).abs() < 1e-12, "{simulated}");
    assert!(people["low"].as_f64().unwrap() < people["value"].as_f64().unwrap(), "{people}");
    assert_eq!(people["sources"][0]["kind"], "human_answers");
    assert!((people["value"].as_f64().unwrap() - 0.1).abs() < 1e-12, "{people}");
    assert_eq!(people["confidence"], "low", "ten people");
}

#[tokio::test]
async fn a_recommendation_gives_the_score() {
    let (app, ana, project, ids) = study(10).await;
    let question = json!({ "id": "q", "type": "nps", "title": "Would you recommend it?" });
    let responses = ids.iter().map(|id| (*id, json!({ "answers": { "q": 10 } })));
    answered(&app, project, &json!([question]), &responses.collect::<Vec<_>>()).await;

    let snapshot = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);

    assert_eq!(snapshot["nps_score"], 100.0);
}

#[tokio::test]
async fn metrics_rest_on_whole_distributions_whatever_points_were_drawn() {
    let (app, ana, project, ids) = study(40).await;
    let question = json!({ "id": "q", "type": "nps", "title": "Would you recommend it?" });
    let response = |number: usize| {
        let up = [0.3, 0.6, 0.9][number % 3];
        let eleven = [vec![1.0 - up], vec![0.0; 9], vec![up]].concat();
        json!({ "answers": { "q": 0, "b": 1 },
            "distributions": { "q": eleven, "b": [1.0 - up, 0.0, 0.0, 0.0, up] } })
    };
    let responses = ids.iter().enumerate().map(|(number, id)| (*id, response(number)));
    let questions = json!([question, purchase("b")]);
    answered(&app, project, &questions, &responses.collect::<Vec<_>>()).await;

    let lowest = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    sqlx::query("update survey_responses set response = jsonb_set(response, '{answers}', $1)")
        .bind(json!({ "q": 10, "b": 5 }))
        .execute(&app.parts.pool)
        .await
        .unwrap();
    look_again(&app).await;
    let highest = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);

    assert_eq!((&lowest["version"], &highest["version"]), (&json!(1), &json!(2)));
    assert_eq!(metrics(&lowest), metrics(&highest));
    // 14 people of 0.3, 13 of 0.6 and 13 of 0.9 are 23.7 at the upper end and 16.3 at the lower
    let naive = |metric: &str| lowest["metrics"][metric]["naive"].as_f64().unwrap();
    assert!((naive("nps_score") - 18.5).abs() < 1e-9, "{lowest}");
    assert!((naive("conversion_rate") - 0.4 * 23.7 / 40.0).abs() < 1e-9, "{lowest}");
    let source = lowest["metrics"]["nps_score"]["sources"][0]["name"].as_str().unwrap();
    assert!(!source.rsplit("n = ").next().unwrap().contains('.'), "{source}");
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
