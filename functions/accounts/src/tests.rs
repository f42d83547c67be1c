mod avatar;
mod deletion;
mod email_token;
mod limit;
mod mention;
mod own_data;
mod passwords;
mod profile;
mod races;
mod refresh;
mod rights;
mod subscription;

use http::Method;
use platform::Service;
use platform::model::Allowances;
use secrecy::SecretString;
use serde_json::{Value, json};
use shared::id::AccountId;
use testkit::{Answer, Parts, TestApp, User};

use super::*;

fn build(parts: &Parts) -> Service {
    routes(state(parts))
}

fn state(parts: &Parts) -> AppState {
    AppState {
        base: parts.base(),
        publisher: parts.publisher.clone(),
        verifier: parts.verifier.clone(),
        mailer: parts.mailer.clone(),
        storage: parts.storage.clone(),
        passwords: Passwords::new(),
        bootstrap_secret: Some(SecretString::from("the deployment's own secret")),
        public_url: "https://sight.example".to_owned(),
        allowances: Allowances::default(),
    }
}

async fn anonymous(app: &TestApp, path: &str, body: Value) -> Answer {
    app.send(Method::POST, path, None, Some(body)).await
}

async fn me(app: &TestApp, token: &str) -> Answer {
    app.send(Method::GET, "/api/v1/auth/me", Some(token), None).await
}

async fn register(app: &TestApp, email: &str) -> Value {
    let body = json!({ "email": email, "password": "Another123", "full_name": " Ana Nowak " });
    let registered = anonymous(app, "/api/v1/auth/register", body).await.expect(201);
    app.deliver_all().await;
    registered
}

/// Somebody who has registered, with their own token.
async fn registered(app: &TestApp, email: &str) -> User {
    let registered = register(app, email).await;
    let id = text(&registered["user"], "id").parse().unwrap();
    User { id: AccountId(id), token: text(&registered, "access_token").to_owned() }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

#[tokio::test]
async fn a_new_person_is_signed_in_and_can_sign_in_again() {
    let app = TestApp::start(build).await;

    let registered = register(&app, "Ana@Example.com").await;
    let body = json!({ "email": "ana@example.COM", "password": "Another123" });
    let signed_in = anonymous(&app, "/api/v1/auth/login", body).await.expect(200);
    let profile = me(&app, text(&signed_in, "access_token")).await.expect(200);

    assert_eq!(registered["token_type"], "bearer");
    assert_eq!(registered["user"]["plan"], "free");
    assert_eq!(profile["email"], "ana@example.com");
    assert_eq!(profile["full_name"], "Ana Nowak");
    assert_eq!(profile["id"], registered["user"]["id"]);
}

#[tokio::test]
async fn a_taken_address_is_refused_whatever_its_case() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;

    let body = json!({ "email": "ANA@example.com", "password": "Another123", "full_name": "Ana" });
    let answer = anonymous(&app, "/api/v1/auth/register", body).await.expect(400);

    assert_eq!(answer["detail"], "Email already registered");
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let app = TestApp::start(build).await;

    let body = json!({ "email": "no", "password": "short", "full_name": "X" });
    let answer = anonymous(&app, "/api/v1/auth/register", body).await.expect(422);

    let fields: Vec<&str> =
        answer["errors"].as_array().unwrap().iter().map(|e| text(e, "field")).collect();
    assert_eq!(fields, ["email", "full_name", "password"]);
    assert_eq!(answer["detail"][0]["loc"], json!(["body", "email"]));
    assert!(!answer.to_string().contains("short"), "a password is never sent back");
}

#[tokio::test]
async fn a_missing_field_is_named() {
    let app = TestApp::start(build).await;

    let answer = anonymous(&app, "/api/v1/auth/login", json!({ "email": "a@b.pl" })).await;

    assert_eq!(answer.expect(422)["errors"][0]["field"], "password");
}

#[tokio::test]
async fn wrong_passwords_and_unknown_addresses_get_the_same_answer() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;

    for email in ["ana@example.com", "nobody@example.com", "not an address"] {
        let body = json!({ "email": email, "password": "Wrong12345" });
        let answer = anonymous(&app, "/api/v1/auth/login", body).await;
        assert_eq!(answer.expect(401)["detail"], "Incorrect email or password");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
}

#[tokio::test]
async fn checking_nobodys_password_runs_the_same_hash_as_somebodys() {
    let passwords = Passwords::new();
    let hash = passwords.hash("Another123".to_owned()).await.unwrap();

    assert!(passwords.verify("Another123".to_owned(), Some(hash.clone())).await.unwrap());
    assert!(!passwords.verify("Another123".to_owned(), None).await.unwrap());

    let nobody = password::hash_of_nobody();
    let cost = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
    let lengths = |hash: &str| hash.split('$').map(str::len).collect::<Vec<_>>();
    assert_eq!(lengths(&nobody), lengths(&hash), "a salt and a hash of the same length");
    assert_ne!(nobody, password::hash_of_nobody(), "each process has its own");
    assert_eq!(cost(&nobody), cost(&hash), "same algorithm, version and cost");
    assert!(cost(&hash).starts_with("$argon2id$v=19$"));
}

#[tokio::test]
async fn signing_out_ends_the_token_at_once_and_twice_is_once() {
    let app = TestApp::start(build).await;
    let signed_in = register(&app, "ana@example.com").await;
    let token = text(&signed_in, "access_token");

    for _ in 0..2 {
        app.send(Method::POST, "/api/v1/auth/logout", Some(token), None).await.expect(200);
    }

    assert_eq!(me(&app, token).await.expect(401)["detail"], "Could not validate credentials");
    let body = json!({ "refresh_token": signed_in["refresh_token"] });
    anonymous(&app, "/api/v1/auth/refresh", body).await.expect(401);
}

#[tokio::test]
async fn an_access_token_ends_after_its_time_and_a_refresh_gives_the_next() {
    let app = TestApp::start(build).await;
    let signed_in = register(&app, "ana@example.com").await;

    app.parts.clock.advance(chrono::Duration::minutes(31));
    me(&app, text(&signed_in, "access_token")).await.expect(401);
    let body = json!({ "refresh_token": signed_in["refresh_token"] });
    let next = anonymous(&app, "/api/v1/auth/refresh", body).await.expect(200);

    me(&app, text(&next, "access_token")).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_its_sign_in() {
    let app = TestApp::start(build).await;
    let signed_in = register(&app, "ana@example.com").await;
    let body = json!({ "refresh_token": signed_in["refresh_token"] });

    let next = anonymous(&app, "/api/v1/auth/refresh", body.clone()).await.expect(200);
    anonymous(&app, "/api/v1/auth/refresh", body).await.expect(401);

    me(&app, text(&next, "access_token")).await.expect(401);
}

#[tokio::test]
async fn a_token_of_another_key_or_algorithm_is_refused() {
    let app = TestApp::start(build).await;
    let user = app.user("ana").await;
    let secret = SecretString::from("another secret of thirty-two bytes or more");
    let forged = platform::Authenticator::new(
        app.parts.side.clone(),
        app.parts.clock.clone(),
        &secret,
        chrono::Duration::minutes(30),
    );
    let forged = forged.sign(user.id, app.parts.ids.next(), "ana@example.com").unwrap();
    let (head, rest) = user.token.split_once('.').unwrap();
    let unsigned =
        format!("eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.{}", rest.split_once('.').unwrap().0);

    for token in [forged, format!("{unsigned}."), format!("{head}.x.y"), "x".to_owned()] {
        me(&app, &token).await.expect(401);
    }
    let nobody = app.send(Method::GET, "/api/v1/auth/me", None, None).await;
    assert_eq!(nobody.expect(401)["detail"], "Not authenticated");
}

#[tokio::test]
async fn a_disabled_account_is_told_so() {
    let app = TestApp::start(build).await;
    let signed_in = register(&app, "ana@example.com").await;
    sqlx::query("update accounts set is_active = false").execute(&app.parts.pool).await.unwrap();

    let answer = me(&app, text(&signed_in, "access_token")).await.expect(403);

    assert_eq!(answer["detail"], "User account is disabled");
}

#[tokio::test]
async fn the_bootstrap_secret_makes_one_system_admin_once() {
    let app = TestApp::start(build).await;
    let (ana, jan) = (app.user("ana").await, app.user("jan").await);
    let right = json!({ "secret": "the deployment's own secret" });
    let path = "/api/v1/admin/bootstrap";

    app.post(&ana, path, json!({ "secret": "a guess" })).await.expect(403);
    app.post(&ana, path, right.clone()).await.expect(200);
    app.post(&jan, path, right).await.expect(403);

    let admins: i64 = sqlx::query_scalar("select count(*) from accounts where is_system_admin")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(admins, 1);
}

#[tokio::test]
async fn an_invented_address_before_the_proxys_own_entry_does_not_help() {
    let app = TestApp::start(build).await;
    let (path, body) = ("/api/v1/auth/refresh", json!({ "refresh_token": "a guess" }));
    for attempt in 0..30 {
        let forwarded = format!("192.0.2.{attempt}, 203.0.113.9");
        app.post_from(&forwarded, path, &body).await.expect(401);
    }

    app.post_from("192.0.2.77, 203.0.113.9", path, &body).await.expect(429);

    app.post_from("203.0.113.10", path, &body).await.expect(401);
}

#[tokio::test]
async fn the_fourth_registration_of_a_minute_with_one_address_is_refused() {
    let app = TestApp::start(build).await;
    let body = json!({ "email": "ana@example.com", "password": "x", "full_name": "Ana" });
    for _ in 0..3 {
        anonymous(&app, "/api/v1/auth/register", body.clone()).await.expect(422);
    }

    anonymous(&app, "/api/v1/auth/register", body).await.expect(429);
}

#[tokio::test]
async fn every_line_of_the_log_says_from_which_address_and_browser() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;
    let login = json!({ "email": "ana@example.com", "password": "Another123" });
    let request = http::Request::post("/api/v1/auth/login")
        .header("x-forwarded-for", "192.0.2.1, 203.0.113.9")
        .header("user-agent", format!("Mozilla/5.0 {}", "x".repeat(400)))
        .header("content-type", "application/json")
        .body(axum::body::Body::from(login.to_string()))
        .unwrap();
    let status = tower::ServiceExt::oneshot(app.api(), request).await.unwrap().status();

    let query = "select address, user_agent from audit_log where user_agent is not null";
    let lines: Vec<(String, String)> =
        sqlx::query_as(query).fetch_all(&app.parts.pool).await.unwrap();

    assert_eq!(status, 200);
    let [(address, browser)] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(address, "203.0.113.9", "what our own proxy wrote");
    assert!(browser.starts_with("Mozilla/5.0 x") && browser.len() == 256, "{browser}");
}

#[tokio::test]
async fn unknown_routes_and_methods_answer_as_the_client_knows() {
    let app = TestApp::start(build).await;

    let nowhere = app.send(Method::GET, "/api/v1/nope", None, None).await;
    let method = app.send(Method::PUT, "/api/v1/auth/me", None, None).await;

    assert_eq!(nowhere.expect(404)["detail"], "Not Found");
    assert_eq!(method.expect(405)["detail"], "Method Not Allowed");
    assert_eq!(nowhere.header("x-frame-options"), Some("DENY"));
}

#[tokio::test]
async fn health_touches_nothing_and_startup_asks_the_database() {
    let app = TestApp::start(build).await;

    let health = app.send(Method::GET, "/health", None, None).await.expect(200);
    let startup = app.send(Method::GET, "/startup", None, None).await.expect(200);

    assert_eq!(health["status"], "healthy");
    assert_eq!(startup["checks"]["postgres"], "connected");
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
