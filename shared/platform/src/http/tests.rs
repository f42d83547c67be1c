use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::FieldError;
use tower::ServiceExt;

use super::*;
use crate::limit::Proxies;
use crate::{Error, Ids};

#[derive(Deserialize)]
struct Taken {
    name: String,
    #[serde(default)]
    inner: Vec<Inner>,
}

#[derive(Deserialize)]
struct Inner {
    weight: f64,
}

async fn take(Json(body): Json<Taken>) -> String {
    let weights: f64 = body.inner.iter().map(|inner| inner.weight).sum();
    format!("{}: {weights}", body.name)
}

async fn look(Path(name): Path<String>, Query(found): Query<Taken>) -> String {
    format!("{name} {}", found.name)
}

fn much_is_wrong() -> Error {
    let wrong = (0..1_000).map(|n| FieldError::new(format!("list.{n}"), "x".repeat(10_000)));
    shared::Error::Invalid(wrong.collect()).into()
}

fn router(is_production: bool) -> Router {
    let routes = Router::new()
        .route("/panic", get(|| async { panic!("a secret of ours") as () }))
        .route("/ours", get(|| async { Error::Internal(anyhow::anyhow!("a secret of ours")) }))
        .route("/away", get(|| async { Error::Database(sqlx::Error::PoolTimedOut) }))
        .route("/busy", get(|| async { Error::Busy("Others are at it. Try it again in a while.") }))
        .route("/much", get(|| async { much_is_wrong() }))
        .route("/slow", get(std::future::pending::<()>))
        .route("/look/{what}", get(look))
        .route("/take", post(take));
    layered(TimeLimit::Api.apply(routes), Ids::counting(), Proxies(1), is_production)
}

async fn ask(request: Request<Body>) -> Response<Body> {
    router(false).oneshot(request).await.unwrap()
}

fn get_of(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn post_of(body: impl Into<Body>) -> Request<Body> {
    let request = Request::post("/take").header("content-type", "application/json");
    request.body(body.into()).unwrap()
}

async fn json_of(response: Response<Body>) -> Value {
    serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap()
}

#[tokio::test]
async fn our_failures_are_mute_to_the_caller() {
    for (path, status) in [("/panic", 500), ("/ours", 500), ("/away", 503)] {
        let response = ask(get_of(path)).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let problem = json_of(response).await;
        assert!(!problem.to_string().contains("secret"), "{problem}");
        assert!(problem["request_id"].is_string(), "{problem}");
    }
}

#[tokio::test]
async fn who_waited_for_a_turn_in_vain_is_told_so() {
    let response = ask(get_of("/busy")).await;

    assert_eq!(response.status(), 503);
    let problem = json_of(response).await;
    assert_eq!(problem["code"], "busy");
    assert_eq!(problem["detail"], "Others are at it. Try it again in a while.");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_is_ended() {
    let response = ask(get_of("/slow")).await;

    assert_eq!(response.status(), 503);
    assert_eq!(json_of(response).await["code"], "timeout");
}

#[tokio::test]
async fn a_broken_body_names_its_field_and_rule() {
    for (body, field) in [
        ("{}", "name"),
        (r#"{"name": 7}"#, "name"),
        (r#"{"name": "x", "inner": [{"weight": "much"}]}"#, "inner[0].weight"),
        (r#"{"name": "x", "inner": [{}]}"#, "inner[0]"),
    ] {
        let response = ask(post_of(body)).await;
        assert_eq!(response.status(), 422, "{body}");
        let problem = json_of(response).await;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        assert_eq!(problem["detail"][0]["loc"][0], "body");
    }
    assert_eq!(ask(post_of("{\"name\": ")).await.status(), 422);
}

#[tokio::test]
async fn what_was_sent_is_not_told_again_at_length() {
    let long = "\u{7f}".repeat(100_000);
    for (body, field) in [
        (format!("{{\"name\": \"x\", \"inner\": \"{long}\"}}"), "inner"),
        (format!(" \"{long}\""), ""),
    ] {
        let response = ask(post_of(body)).await;
        assert_eq!(response.status(), 422, "{field}");
        let problem = json_of(response).await;
        assert_eq!(problem["errors"][0]["field"], field);
        assert!(problem["errors"][0]["rule"].as_str().unwrap().len() <= 500, "{field}");
    }
}

#[tokio::test]
async fn of_very_many_broken_rules_a_hundred_are_told() {
    let problem = json_of(ask(get_of("/much")).await).await;

    let told = |list: &str| problem[list].as_array().unwrap().len();
    assert_eq!((told("errors"), told("detail")), (100, 100));
    assert_eq!(problem["errors"][99]["field"], "list.99");
    assert_eq!(problem["errors"][0]["rule"].as_str().unwrap().len(), 2_000);
}

#[tokio::test]
async fn a_parameter_that_is_missing_or_unreadable_is_named_with_its_rule() {
    for (path, field, rule) in [
        ("/look/a", "name", "missing field `name`"),
        ("/look/a?inner=1&name=b", "inner", "invalid type"),
    ] {
        let problem = json_of(ask(get_of(path)).await).await;

        let error = &problem["errors"][0];
        assert_eq!(
            (&error["field"], &problem["status"]),
            (&json!(field), &json!(422)),
            "{problem}"
        );
        assert_eq!(problem["detail"][0]["loc"][0], "query");
        assert!(error["rule"].as_str().unwrap().starts_with(rule), "{problem}");
    }
}

#[tokio::test]
async fn a_nul_is_the_callers_and_its_field_is_named() {
    for (request, location, field) in [
        (post_of(r#"{"name": "a\u0000b"}"#), "body", "name"),
        (post_of(r#"{"name": "x", "inner": [{"weight": "\u0000"}]}"#), "body", "inner[0].weight"),
        (get_of("/look/a%00b?name=x"), "path", "what"),
        (get_of("/look/a?skip=1&name=a%00b"), "query", "name"),
    ] {
        let response = ask(request).await;
        assert_eq!(response.status(), 422, "{field}");
        let problem = json_of(response).await;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        assert_eq!(problem["detail"][0]["loc"][0], location, "{problem}");
    }
    assert_eq!(ask(get_of("/look/a%2500?name=%2500")).await.status(), 200, "that is none");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let huge = json!({ "name": "x".repeat(2 << 20) }).to_string();

    let response = ask(post_of(huge)).await;

    assert_eq!(response.status(), 413);
    assert_eq!(json_of(response).await["code"], "too_large");
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let request = Request::post("/take").header("content-type", "text/plain");

    let response = ask(request.body(Body::from("name=x")).unwrap()).await;

    assert_eq!(response.status(), 422);
}

#[tokio::test]
async fn every_answer_has_the_security_headers_and_its_request_id() {
    let request = Request::get("/nowhere").header("x-request-id", "abcd-1234-efgh");
    let response = ask(request.body(Body::empty()).unwrap()).await;

    let headers = response.headers();
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["x-frame-options"], "DENY");
    assert!(
        headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'")
    );
    assert!(!headers.contains_key("strict-transport-security"));
    assert_eq!(headers["x-request-id"], "abcd-1234-efgh");
    assert_eq!(json_of(response).await["request_id"], "abcd-1234-efgh");
}

#[tokio::test]
async fn only_production_asks_for_https_and_only_development_has_foreign_origins() {
    let request = || {
        let request = Request::get("/nowhere").header("origin", "http://localhost:5173");
        request.body(Body::empty()).unwrap()
    };

    let local = router(false).oneshot(request()).await.unwrap();
    let cloud = router(true).oneshot(request()).await.unwrap();

    assert_eq!(local.headers()["access-control-allow-origin"], "http://localhost:5173");
    assert!(!cloud.headers().contains_key("access-control-allow-origin"));
    assert!(cloud.headers().contains_key("strict-transport-security"));
}
