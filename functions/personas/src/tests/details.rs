//! Details: kept, compressed, on record, and the same without Redis.

use axum::body::Body;
use http::Request;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, ETAG, IF_NONE_MATCH};
use platform::Limiter;
use platform::cache::Cache;
use redis::AsyncCommands;
use tower::ServiceExt;

use super::*;

fn path(id: PersonaId) -> String {
    format!("{}/details", one(id))
}

/// Before its metrics were ever computed and a journey was written.
fn key(id: PersonaId, version: i32) -> String {
    format!("persona_details:{id}:{version}.0.0")
}

/// A study whose people are many times as often looked at as a free plan allows.
async fn busy_study(without_redis: bool) -> (TestApp, User, PersonaId) {
    let app = TestApp::start(|parts| {
        let nowhere = Cache::connect(&Env::from([("REDIS_URL", "redis://127.0.0.1:1")]));
        let limiter = match without_redis {
            true => Limiter::new(nowhere.as_ref(), parts.clock.clone()),
            false => parts.limiter.clone(),
        };
        build(&Parts { limiter: limiter.times(1_000), ..parts.clone() })
    })
    .await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let ids = populate(&app, &ana, project, 1).await;
    (app, ana, ids[0])
}

/// Without what differs from view to view.
fn about(mut details: Value) -> Value {
    assert!(details["audit_log"].take().is_array());
    details
}

async fn get_with(
    app: &TestApp,
    user: &User,
    path: &str,
    name: http::HeaderName,
    value: &str,
) -> http::Response<Body> {
    let request = Request::get(path)
        .header(AUTHORIZATION, format!("Bearer {}", user.token))
        .header(name, value)
        .body(Body::empty())
        .unwrap();
    app.api().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn details_are_kept_for_five_minutes_without_their_trail() {
    let (app, ana, _, ids) = study(1).await;
    let mut redis = app.parts.cache.clone().expect("tests have Redis").connection();

    let first = app.get(&ana, &path(ids[0])).await.expect(200);

    let kept: Vec<u8> = redis.get(key(ids[0], 1)).await.unwrap();
    let seconds: i64 = redis.ttl(key(ids[0], 1)).await.unwrap();
    assert!((1..=300).contains(&seconds), "{seconds}");
    assert!(kept.len() < first.to_string().len(), "it is compressed");
}

#[tokio::test]
async fn a_second_view_is_served_from_what_was_kept() {
    let (app, ana, _, ids) = study(2).await;
    let mut redis = app.parts.cache.clone().expect("tests have Redis").connection();
    app.get(&ana, &path(ids[0])).await.expect(200);
    app.get(&ana, &path(ids[1])).await.expect(200);

    // Marked: what is kept for one stands under the name of the other.
    let () = redis.rename(key(ids[1], 1), key(ids[0], 1)).await.unwrap();
    let marked = app.get(&ana, &path(ids[0])).await.expect(200);

    assert_eq!(marked["id"], json!(ids[1]));
    assert_eq!(marked["audit_log"].as_array().unwrap().len(), 2, "the trail is not kept");
}

#[tokio::test]
async fn a_change_is_shown_at_once_even_one_that_forgets_the_version() {
    let (app, ana, _, ids) = study(1).await;
    app.get(&ana, &path(ids[0])).await.expect(200);

    sqlx::query("update personas set headline = 'Inny nagłówek' where id = $1")
        .bind(ids[0].0)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let details = app.get(&ana, &path(ids[0])).await.expect(200);

    assert_eq!(details["headline"], "Inny nagłówek");
    assert_eq!(details["version"], 2);
}

#[tokio::test]
async fn metrics_are_shown_as_soon_as_they_are_computed_and_again_when_they_are_newer() {
    let (app, ana, project, ids) = study(1).await;
    let details = path(ids[0]);
    let before = app.get(&ana, &details).await.expect(200);
    let mut shown = Vec::new();

    for (version, people) in [(1, 5_000.0), (2, 7_000.0)] {
        computed(&app, project, ids[0], version, people).await;
        shown.push(app.get(&ana, &details).await.expect(200)["kpi_snapshot"].clone());
    }

    assert!(before["kpi_snapshot"].is_null() && before.get("kpi_snapshot").is_some());
    let sizes: Vec<&Value> = shown.iter().map(|one| &one["segment_size"]).collect();
    assert_eq!(sizes, [&json!(5_000), &json!(7_000)]);
    assert_eq!(shown[1]["persona_id"], json!(ids[0]));
    assert_eq!(shown[1]["data_sources"], json!(["GUS"]));
    assert!(shown[1]["metrics"]["ltv"]["absent_because"].is_string());
}

/// Stores what `kpi-recalc` would.
pub(super) async fn computed(
    app: &TestApp,
    project: ProjectId,
    id: PersonaId,
    version: i64,
    people: f64,
) {
    let size = json!({
        "value": people, "low": null, "high": null, "unit": "people", "method": "counted",
        "sources": [{ "kind": "official_table", "name": "GUS" }], "confidence": "low",
        "naive": null, "is_told_apart": false, "computed_at": app.parts.clock.now(), "inputs_hash": "00",
    });
    let metrics = json!({ "segment_size": size, "ltv": { "absent_because": "needs revenue" } });
    sqlx::query(
        "insert into kpi_snapshots \
            (project_id, population_id, segment_id, version, inputs_hash, metrics, computed_at, checked_at) \
         select $1, population_id, segment_id, $3, sha256(''), $4, now(), now() from personas where id = $2 \
         on conflict (population_id, segment_id) do update \
         set version = excluded.version, metrics = excluded.metrics",
    )
    .bind(project.0)
    .bind(id.0)
    .bind(version)
    .bind(metrics)
    .execute(&app.parts.pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn nobody_sees_what_is_kept_for_others() {
    let (app, ana, project, ids) = study(1).await;
    let (stranger, viewer) = (app.user("stranger").await, app.user("viewer").await);
    app.member(project, &viewer, Role::Viewer).await;
    app.get(&ana, &path(ids[0])).await.expect(200);

    app.get(&stranger, &path(ids[0])).await.expect(404);
    app.get(&viewer, &path(ids[0])).await.expect(200);
    app.delete(&ana, &one(ids[0]), Some(json!({ "reason": "duplicate" }))).await.expect(200);
    app.get(&viewer, &path(ids[0])).await.expect(404);

    assert_eq!(app.audited(ids[0].0, "view").await, 2, "a refused view is none");
}

#[tokio::test]
async fn without_redis_the_answer_is_the_same() {
    let (app, ana, id) = busy_study(false).await;
    let (without, ben, other) = busy_study(true).await;
    app.get(&ana, &path(id)).await.expect(200);

    let kept = app.get(&ana, &path(id)).await.expect(200);
    let first = without.get(&ben, &path(other)).await.expect(200);
    let second = without.get(&ben, &path(other)).await.expect(200);

    assert_eq!(about(first.clone()), about(second));
    let mut kept = about(kept);
    for field in ["id", "project_id", "population_id"] {
        kept[field] = first[field].clone();
    }
    assert_eq!(kept, about(first));
}

#[tokio::test]
async fn a_known_version_is_not_sent_again_and_its_view_is_on_record() {
    let (app, ana, _, ids) = study(1).await;
    let first = app.get(&ana, &path(ids[0])).await;
    let tag = first.header("etag").unwrap().to_owned();
    first.expect(200);
    assert_eq!(first.header("cache-control"), Some("private, no-cache"));

    let again = get_with(&app, &ana, &path(ids[0]), IF_NONE_MATCH, &tag).await;

    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()[ETAG], tag.as_str());
    assert_eq!(app.audited(ids[0].0, "view").await, 2);
    sqlx::query("update personas set headline = '' where id = $1")
        .bind(ids[0].0)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let changed = get_with(&app, &ana, &path(ids[0]), IF_NONE_MATCH, &tag).await;
    assert_eq!(changed.status(), 200);
}

#[tokio::test]
async fn another_role_changes_the_tag() {
    let (app, _, project, ids) = study(1).await;
    let bea = app.user("bea").await;
    app.member(project, &bea, Role::Editor).await;
    let tag = app.get(&bea, &path(ids[0])).await.header("etag").unwrap().to_owned();

    sqlx::query("update project_members set role = 'admin' where account_id = $1")
        .bind(bea.id.0)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let raised = get_with(&app, &bea, &path(ids[0]), IF_NONE_MATCH, &tag).await;

    assert_eq!(raised.status(), 200);
}

#[tokio::test]
async fn a_line_that_is_no_view_changes_the_tag() {
    let (app, ana, _, ids) = study(1).await;
    let tag = app.get(&ana, &path(ids[0])).await.header("etag").unwrap().to_owned();

    sqlx::query(
        "insert into audit_log (id, at, account_id, project_id, subject_kind, subject_id, action) \
         select $1, $2, $3, project_id, 'persona', id, 'share' from personas where id = $4",
    )
    .bind(app.parts.ids.next::<Uuid>())
    .bind(app.parts.clock.now())
    .bind(ana.id.0)
    .bind(ids[0].0)
    .execute(&app.parts.pool)
    .await
    .unwrap();
    let shared = get_with(&app, &ana, &path(ids[0]), IF_NONE_MATCH, &tag).await;

    assert_eq!(shared.status(), 200);
}

#[tokio::test]
async fn a_client_of_its_own_reads_the_compressed_answer() {
    let (app, ana, _, ids) = study(1).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}{}", listener.local_addr().unwrap(), path(ids[0]));
    let server = tokio::spawn(axum::serve(listener, app.api()).into_future());
    let client = platform::http_client(std::time::Duration::from_secs(10));
    let plain = app.get(&ana, &path(ids[0])).await.expect(200);

    for _ in ["afresh", "from what was kept"] {
        let answer = client.get(&url).bearer_auth(&ana.token).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let text = answer.text().await.unwrap();
        assert_eq!(about(serde_json::from_str(&text).unwrap()), about(plain.clone()));
    }
    let raw = get_with(&app, &ana, &path(ids[0]), ACCEPT_ENCODING, "gzip").await;
    assert_eq!(raw.headers()["content-encoding"], "gzip");
    server.abort();
}

#[tokio::test]
async fn a_thousand_views_at_once_with_five_connections_are_each_on_record() {
    let (app, ana, id) = busy_study(false).await;
    let views = ["", "/details", "/reasoning"].map(|view| format!("{}{view}", one(id)));

    let all = (0..1_000).map(|i| app.get(&ana, &views[i % views.len()]));
    let all = futures::future::join_all(all).await;

    assert!(all.iter().all(|answer| answer.status() == 200), "every view is answered");
    assert_eq!(app.audited(id.0, "view").await, 1_000);
}

#[tokio::test]
async fn a_view_that_cannot_be_put_on_record_shows_nothing() {
    let (app, ana, _, ids) = study(1).await;
    forbid(&app, "insert").await;

    for view in ["", "/details", "/reasoning"] {
        let answer = app.get(&ana, &format!("{}{view}", one(ids[0]))).await;
        answer.expect(500);
    }
}

#[tokio::test]
async fn a_change_that_cannot_be_put_on_record_does_not_happen() {
    let (app, ana, _, ids) = study(1).await;
    forbid(&app, "insert").await;

    let reason = Some(json!({ "reason": "duplicate" }));
    app.delete(&ana, &one(ids[0]), reason).await.expect(500);

    let deleted: bool =
        sqlx::query_scalar("select deleted_at is not null from personas where id = $1")
            .bind(ids[0].0)
            .fetch_one(&app.parts.pool)
            .await
            .unwrap();
    assert!(!deleted);
}

/// Takes a right on the log from the application.
async fn forbid(app: &TestApp, right: &str) {
    use sqlx::Connection;
    let mut superuser =
        sqlx::PgConnection::connect_with(&app.database.options(None)).await.unwrap();
    let revoke = format!("revoke {right} on audit_log from sight_app");
    sqlx::raw_sql(sqlx::AssertSqlSafe(revoke)).execute(&mut superuser).await.unwrap();
}

#[tokio::test]
async fn the_log_cannot_be_rewritten_by_the_application() {
    let (app, ana, _, ids) = study(1).await;
    app.get(&ana, &path(ids[0])).await.expect(200);

    for statement in
        ["update audit_log set action = 'nothing'", "delete from audit_log", "truncate audit_log"]
    {
        let refused = sqlx::query(statement).execute(&app.parts.pool).await.unwrap_err();
        let code =
            refused.as_database_error().and_then(|error| error.code().map(|c| c.into_owned()));
        assert_eq!(code.as_deref(), Some("42501"), "{statement}: {refused}");
    }
}
