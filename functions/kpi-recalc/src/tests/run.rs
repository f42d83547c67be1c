use super::*;

fn all(project: ProjectId) -> String {
    format!("/api/v1/projects/{project}/kpi/recalculate")
}

async fn snapshots(app: &TestApp) -> Vec<(String, i64)> {
    sqlx::query_as("select segment_id, version from kpi_snapshots order by segment_id")
        .fetch_all(&app.parts.pool)
        .await
        .unwrap()
}

async fn segments(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(distinct segment_id) from personas")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap()
}

async fn runs(app: &TestApp) -> Vec<(String, i32)> {
    sqlx::query_as("select status, total from runs order by created_at, id")
        .fetch_all(&app.parts.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_run_computes_every_segment_of_the_project_once() {
    let (app, ana, project, _) = study(60).await;
    let viewer = app.user("viewer").await;
    app.member(project, &viewer, Role::Viewer).await;

    app.post(&viewer, &all(project), json!({})).await.expect(403);
    let started = app.post(&ana, &all(project), json!({})).await.expect(202);
    let again = app.post(&ana, &all(project), json!({})).await.expect(202);
    app.deliver_all().await;

    assert_eq!(started["run_id"], again["run_id"], "one run however often one clicks");
    let segments = segments(&app).await;
    let stored = snapshots(&app).await;
    assert_eq!(stored.len(), usize::try_from(segments).unwrap());
    assert!(stored.iter().all(|(_, version)| *version == 1), "{stored:?}");
    assert_eq!(runs(&app).await, [("succeeded".to_owned(), i32::try_from(segments).unwrap())]);
    assert_eq!(app.audited(project.0, "kpi").await, 2);
}

#[tokio::test]
async fn a_delivery_that_comes_twice_computes_nothing_twice() {
    let (app, ana, project, _) = study(20).await;
    app.post(&ana, &all(project), json!({})).await.expect(202);
    let messages = app.parts.publisher.take();

    for message in messages.iter().chain(&messages) {
        let payload = serde_json::from_str(&message.json).unwrap();
        app.push(&message.topic, &payload).await.expect(204);
    }

    let stored = snapshots(&app).await;
    assert!(stored.iter().all(|(_, version)| *version == 1), "{stored:?}");
    assert_eq!(runs(&app).await.len(), 1);
}

#[tokio::test]
async fn a_project_without_people_is_told_so() {
    let (app, ana, project, _) = study(0).await;

    let refused = app.post(&ana, &all(project), json!({})).await.expect(400);

    assert!(refused["detail"].as_str().unwrap().contains("generate personas"), "{refused}");
}

#[tokio::test]
async fn the_clock_starts_a_run_where_a_source_has_changed_and_nowhere_else() {
    let (app, ana, project, ids) = study(20).await;
    let call = json!({ "schema": 1 });
    app.push(KPI_STALE, &call).await.expect(204);
    assert_eq!(runs(&app).await, [], "nobody has asked for metrics");
    app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    app.push(KPI_STALE, &call).await.expect(204);
    assert_eq!(runs(&app).await, [], "nothing has changed");
    app.parts.clock.advance(chrono::Duration::seconds(1));
    app.put(&ana, &given(project), figures(0.05)).await.expect(200);
    app.parts.clock.advance(chrono::Duration::seconds(1));

    app.push(KPI_STALE, &call).await.expect(204);
    app.push(KPI_STALE, &call).await.expect(204);
    app.deliver_all().await;
    app.push(KPI_STALE, &call).await.expect(204);

    let ended = runs(&app).await;
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert_eq!(ended[0].0, "succeeded");
    let view = app.get(&ana, &kpi(ids[0])).await.expect(200);
    assert_eq!(view["is_stale"], false);
    assert_eq!(view["snapshot"]["version"], 2);
    assert!(view["snapshot"]["retention_rate"].is_number(), "{view}");
}

#[tokio::test]
async fn the_clock_starts_one_run_where_a_snapshot_is_of_an_older_revision() {
    let (app, ana, _, ids) = study(20).await;
    let call = json!({ "schema": 1 });
    app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    app.push(KPI_STALE, &call).await.expect(204);
    assert_eq!(runs(&app).await, [], "it is of this revision");
    sqlx::query("update kpi_snapshots set inputs_hash = int4send($1) || substr(inputs_hash, 5)")
        .bind(evidence::REVISION.cast_signed() - 1)
        .execute(&app.parts.pool)
        .await
        .unwrap();

    assert_computed_again_once(&app, &ana, ids[0]).await;
}

#[tokio::test]
async fn the_clock_starts_one_run_where_the_project_has_another_language_since() {
    let (app, ana, _, ids) = study(20).await;
    let before = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    sqlx::query("update projects set language = 'en'").execute(&app.parts.pool).await.unwrap();

    assert_computed_again_once(&app, &ana, ids[0]).await;

    let view = app.get(&ana, &kpi(ids[0])).await.expect(200);
    let why = |snapshot: &Value| snapshot["metrics"]["cac"]["absent_because"].clone();
    assert_ne!(why(&before), why(&view["snapshot"]), "it is told in the language of now");
}

/// Holds that the clock has the metrics of a person computed a second time, and not a third.
async fn assert_computed_again_once(app: &TestApp, ana: &User, id: PersonaId) {
    let call = json!({ "schema": 1 });
    app.push(KPI_STALE, &call).await.expect(204);
    app.push(KPI_STALE, &call).await.expect(204);
    app.deliver_all().await;
    app.push(KPI_STALE, &call).await.expect(204);

    let ended = runs(app).await;
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert_eq!(ended[0].0, "succeeded");
    let view = app.get(ana, &kpi(id)).await.expect(200);
    assert_eq!((&view["is_stale"], &view["snapshot"]["version"]), (&json!(false), &json!(2)));
}

#[tokio::test]
async fn the_clock_waits_longer_each_time_where_runs_fail() {
    let (app, ana, project, ids) = study(20).await;
    let call = json!({ "schema": 1 });
    app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    app.parts.clock.advance(chrono::Duration::seconds(1));
    app.put(&ana, &given(project), figures(0.05)).await.expect(200);

    let mut started = Vec::new();
    for minute in 0..40 {
        app.push(KPI_STALE, &call).await.expect(204);
        let failed = sqlx::query(
            "update runs set status = 'failed', finished_at = $1 where status = 'queued'",
        );
        let failed = failed.bind(app.parts.clock.now()).execute(&app.parts.pool).await.unwrap();
        if failed.rows_affected() > 0 {
            started.push(minute);
        }
        app.parts.clock.advance(chrono::Duration::minutes(1));
    }

    app.parts.publisher.take();
    assert_eq!(started, [0, 5, 15, 35]);
}

#[tokio::test]
async fn a_run_that_was_cancelled_before_it_began_computes_nothing() {
    let (app, ana, project, _) = study(20).await;
    app.post(&ana, &all(project), json!({})).await.expect(202);
    sqlx::query("update runs set cancel_requested_at = created_at")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    app.deliver_all().await;

    assert_eq!(snapshots(&app).await, []);
    assert_eq!(runs(&app).await[0].0, "cancelled");
}
