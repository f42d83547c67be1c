use futures::future::join_all;
use platform::Limiter;
use platform::cache::Cache;

use super::*;

/// How many requests say that they computed.
async fn computations(app: &TestApp) -> i64 {
    let query = "select count(*) from audit_log where details->>'was_computed' = 'true'";
    sqlx::query_scalar(query).fetch_one(&app.parts.pool).await.unwrap()
}

/// Everybody's answers to a hundred requests at once.
async fn a_hundred(app: &TestApp, ana: &User, persona: PersonaId) -> Vec<Value> {
    let path = recalculation(persona);
    let answers = join_all((0..100).map(|_| app.post(ana, &path, json!({})))).await;
    answers.into_iter().map(|answer| answer.expect(200)).collect()
}

/// A study whose researchers may click as often as they like.
async fn patient(cache: fn(&Parts) -> Option<Cache>) -> (TestApp, User, ProjectId, Vec<PersonaId>) {
    let app = TestApp::start(|parts| {
        let cache = cache(parts);
        let prefix = format!("test:{}:", parts.ids.next::<uuid::Uuid>());
        let limiter = Limiter::new(cache.as_ref(), parts.clock.clone()).times(10).under(&prefix);
        build(&Parts { cache, limiter, ..parts.clone() })
    })
    .await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let ids = app.people(project, &ana, 5).await;
    (app, ana, project, ids)
}

#[tokio::test]
async fn a_hundred_at_once_compute_once_and_all_get_that() {
    let (app, ana, project, ids) = patient(|parts| parts.cache.clone()).await;
    assert!(app.parts.cache.is_some(), "the tests run with Redis");
    app.put(&ana, &given(project), figures(0.05)).await.expect(200);

    let answers = a_hundred(&app, &ana, ids[0]).await;

    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(answers[0]["version"], 1);
    assert_eq!(computations(&app).await, 1);
}

#[tokio::test]
async fn without_redis_the_fence_alone_lets_one_result_stand() {
    // An address at which nobody listens.
    let away = |_: &Parts| Cache::connect(&Env::from([("REDIS_URL", "redis://127.0.0.1:1/")]));
    let (app, ana, _, ids) = patient(away).await;

    let answers = a_hundred(&app, &ana, ids[0]).await;

    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(answers[0]["version"], 1);
    let stored: i64 = sqlx::query_scalar("select version from kpi_snapshots")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(stored, 1, "those who were overtaken stored nothing");
}

#[tokio::test]
async fn a_holder_that_was_paused_cannot_overwrite_what_came_meanwhile() {
    let (app, ana, project, ids) = study(1).await;
    app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    app.put(&ana, &given(project), figures(0.05)).await.expect(200);
    // Somebody else stores first, and the request below is stopped at its last step.
    let mut other = app.parts.pool.begin().await.unwrap();
    sqlx::query("update kpi_snapshots set version = version + 1, inputs_hash = 'newer'")
        .execute(&mut *other)
        .await
        .unwrap();

    let path = recalculation(ids[0]);
    let (answer, ()) = tokio::join!(app.post(&ana, &path, json!({})), async {
        app.database.until_waiting(1).await;
        other.commit().await.unwrap();
    });
    let snapshot = answer.expect(200);

    // 1 by the first, 2 by somebody else; the paused one was refused and computed again.
    assert_eq!(snapshot["version"], 3);
    let stored: (i64, bool) =
        sqlx::query_as("select version, inputs_hash = 'newer' from kpi_snapshots")
            .fetch_one(&app.parts.pool)
            .await
            .unwrap();
    assert_eq!(stored, (3, false));
}

#[tokio::test]
async fn nobody_computes_what_is_stored_already() {
    let (app, ana, _, ids) = study(1).await;

    let first = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    app.parts.clock.advance(chrono::Duration::hours(1));
    let second = app.post(&ana, &recalculation(ids[0]), json!({})).await;

    // The token of the project's owner has run out meanwhile.
    assert_eq!(second.status(), 401);
    let ana = app.renewed(&ana).await;
    let second = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    assert_eq!(first, second);
    assert_eq!(computations(&app).await, 1);
}
