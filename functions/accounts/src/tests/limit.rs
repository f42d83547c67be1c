//! How often a password may be tried.

use super::*;

const LOGIN: &str = "/api/v1/auth/login";
const HOME: &str = "198.51.100.1";

fn wrong(email: &str) -> Value {
    json!({ "email": email, "password": "Wrong12345" })
}

fn right(email: &str) -> Value {
    json!({ "email": email, "password": "Another123" })
}

/// As many wrong passwords for ana, from as many addresses, as an account takes in an hour.
async fn besiege(app: &TestApp) {
    for host in 0..50 {
        let from = format!("203.0.113.{host}");
        app.post_from(&from, LOGIN, &wrong("ana@example.com")).await.expect(401);
    }
}

#[tokio::test]
async fn the_sixth_wrong_password_of_a_minute_is_refused_for_this_account_and_address_alone() {
    let app = TestApp::start(build).await;
    for _ in 0..5 {
        app.post_from("203.0.113.9", LOGIN, &wrong("ana@example.com")).await.expect(401);
    }

    let refused = app.post_from("203.0.113.9", LOGIN, &wrong("ANA@example.com")).await;

    assert_eq!(refused.expect(429)["code"], "limit_reached");
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(refused.header("ratelimit-limit"), Some("5"));
    assert_eq!(refused.header("ratelimit-remaining"), Some("0"));
    assert_eq!(refused.header("ratelimit-reset"), Some("60"));
    app.post_from("203.0.113.9", LOGIN, &wrong("jan@example.com")).await.expect(401);
    app.parts.clock.advance(chrono::Duration::seconds(60));
    app.post_from("203.0.113.9", LOGIN, &wrong("ana@example.com")).await.expect(401);
}

#[tokio::test]
async fn one_address_keeps_nobody_out() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    for _ in 0..5 {
        app.post_from("203.0.113.1", LOGIN, &wrong("ana@example.com")).await.expect(401);
    }
    app.post_from("203.0.113.1", LOGIN, &wrong("ana@example.com")).await.expect(429);

    app.post_from("203.0.113.9", LOGIN, &right("ana@example.com")).await.expect(200);
    let change = json!({ "current_password": "Another123", "new_password": "Brandnew456" });
    app.put(&ana, "/api/v1/settings/password", change).await.expect(200);
}

#[tokio::test]
async fn right_passwords_are_not_counted() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;

    for _ in 0..12 {
        app.post_from(HOME, LOGIN, &right("ana@example.com")).await.expect(200);
    }
}

#[tokio::test]
async fn under_siege_an_account_opens_where_it_has_been_opened_before() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;
    app.post_from(HOME, LOGIN, &right("ana@example.com")).await.expect(200);
    besiege(&app).await;

    let refused = app.post_from("203.0.113.99", LOGIN, &right("ana@example.com")).await;

    assert_eq!(refused.expect(429)["code"], "limit_reached");
    assert_eq!(refused.header("retry-after"), Some("3600"));
    app.post_from(HOME, LOGIN, &wrong("ana@example.com")).await.expect(401);
    app.post_from(HOME, LOGIN, &right("ana@example.com")).await.expect(200);
}

#[tokio::test]
async fn an_address_that_another_account_knows_is_none_that_this_one_knows() {
    let app = TestApp::start(build).await;
    for email in ["ana@example.com", "thief@example.com"] {
        register(&app, email).await;
    }
    app.post_from(HOME, LOGIN, &right("thief@example.com")).await.expect(200);
    besiege(&app).await;

    app.post_from(HOME, LOGIN, &right("ana@example.com")).await.expect(429);
}

#[tokio::test]
async fn whoever_reads_the_mail_of_a_besieged_account_opens_it() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;
    app.parts.mailer.take();
    besiege(&app).await;
    let body = json!({ "email": "ana@example.com" });
    app.post_from(HOME, "/api/v1/auth/password/forgot", &body).await.expect(202);
    app.deliver_all().await;
    let email = app.parts.mailer.take().remove(0).text;
    let token = email.split_once("#token=").unwrap().1.lines().next().unwrap().to_owned();

    let reset = json!({ "token": token, "password": "Brandnew456" });
    app.post_from(HOME, "/api/v1/auth/password/reset", &reset).await.expect(200);

    let login = json!({ "email": "ana@example.com", "password": "Brandnew456" });
    app.post_from(HOME, LOGIN, &login).await.expect(200);
}

#[tokio::test]
async fn under_siege_nobody_learns_who_has_an_account() {
    let app = TestApp::start(build).await;
    besiege(&app).await;

    let refused = app.post_from(HOME, LOGIN, &wrong("ana@example.com")).await;

    refused.expect(429);
}

#[tokio::test]
async fn the_present_password_is_tried_as_often_in_the_settings() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let path = "/api/v1/settings/password";
    let guess = json!({ "current_password": "Wrong12345", "new_password": "Brandnew456" });
    for _ in 0..5 {
        app.put(&ana, path, guess.clone()).await.expect(400);
    }

    let refused = app.put(&ana, path, guess).await;

    assert_eq!(refused.expect(429)["code"], "limit_reached");
}
