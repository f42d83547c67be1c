//! Refresh tokens: which are good, which end a sign-in, and when a sign-in is over.

use chrono::Duration;

use super::*;

const REFRESH: &str = "/api/v1/auth/refresh";

/// The next refresh token, by this one.
async fn next(app: &TestApp, token: &str) -> String {
    let body = json!({ "refresh_token": token });
    text(&anonymous(app, REFRESH, body).await.expect(200), "refresh_token").to_owned()
}

async fn refused(app: &TestApp, token: &str) {
    let answer = anonymous(app, REFRESH, json!({ "refresh_token": token })).await;
    assert_eq!(answer.expect(401)["detail"], "Could not validate credentials");
}

/// Somebody's first refresh token.
async fn first(app: &TestApp) -> String {
    text(&register(app, "ana@example.com").await, "refresh_token").to_owned()
}

/// A token as they were before they named their sign-in, as the only one of that.
async fn old(app: &TestApp) -> String {
    first(app).await;
    let token = platform::secret::random_token();
    sqlx::query("update sessions set refresh_hash = $1")
        .bind(platform::secret::sha256(token.as_bytes()).as_slice())
        .execute(&app.parts.pool)
        .await
        .unwrap();
    token
}

#[tokio::test]
async fn a_token_from_two_refreshes_ago_ends_its_sign_in() {
    let app = TestApp::start(build).await;
    let stolen = first(&app).await;
    let second = next(&app, &stolen).await;
    let third = next(&app, &second).await;

    refused(&app, &stolen).await;

    refused(&app, &third).await;
}

#[tokio::test]
async fn nobody_ends_a_sign_in_by_its_id() {
    let app = TestApp::start(build).await;
    let token = first(&app).await;
    let parts: Vec<&str> = token.split('.').collect();
    let [session, secret, seal] = parts[..] else { panic!("{token}") };
    let guess = platform::secret::random_token();

    for made_up in [
        session.to_owned(),
        format!("{session}.{guess}"),
        format!("{session}.{guess}.{seal}"),
        format!("{session}.{secret}.{guess}"),
        format!("{session}.{secret}."),
        format!("{}.{secret}.{seal}", uuid::Uuid::nil()),
        "..".to_owned(),
        String::new(),
    ] {
        refused(&app, &made_up).await;
    }

    next(&app, &token).await;
}

#[tokio::test]
async fn an_access_token_is_no_refresh_token_and_a_refresh_token_opens_nothing() {
    let app = TestApp::start(build).await;
    let registered = register(&app, "ana@example.com").await;

    refused(&app, text(&registered, "access_token")).await;
    me(&app, text(&registered, "refresh_token")).await.expect(401);

    next(&app, text(&registered, "refresh_token")).await;
}

#[tokio::test]
async fn another_sign_in_of_the_same_person_goes_on() {
    let app = TestApp::start(build).await;
    let stolen = first(&app).await;
    let login = json!({ "email": "ana@example.com", "password": "Another123" });
    let other = anonymous(&app, "/api/v1/auth/login", login).await.expect(200);
    next(&app, &stolen).await;

    refused(&app, &stolen).await;

    next(&app, text(&other, "refresh_token")).await;
}

#[tokio::test]
async fn a_sign_in_is_over_after_thirty_days_without_a_refresh() {
    let app = TestApp::start(build).await;
    let mut token = first(&app).await;
    app.parts.clock.advance(Duration::days(29));
    token = next(&app, &token).await;

    app.parts.clock.advance(Duration::days(30));

    refused(&app, &token).await;
}

#[tokio::test]
async fn a_sign_in_is_over_after_ninety_days_however_often_it_is_refreshed() {
    let app = TestApp::start(build).await;
    let mut token = first(&app).await;
    for _ in 0..3 {
        app.parts.clock.advance(Duration::days(29));
        token = next(&app, &token).await;
    }
    app.parts.clock.advance(Duration::days(2) + Duration::hours(23));
    let body = json!({ "refresh_token": token });
    let last = anonymous(&app, REFRESH, body).await.expect(200);

    app.parts.clock.advance(Duration::hours(1));

    me(&app, text(&last, "access_token")).await.expect(401);
    refused(&app, text(&last, "refresh_token")).await;
}

#[tokio::test]
async fn a_sign_in_from_before_there_was_an_age_is_held_to_it() {
    let app = TestApp::start(build).await;
    let token = first(&app).await;
    sqlx::query("update sessions set created_at = created_at - interval '91 days'")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    refused(&app, &token).await;
}

#[tokio::test]
async fn a_token_from_before_they_named_their_sign_in_is_good_once() {
    let app = TestApp::start(build).await;
    let old = old(&app).await;
    let mut token = next(&app, &old).await;
    token = next(&app, &token).await;

    refused(&app, &old).await;

    refused(&app, &token).await;
}

#[tokio::test]
async fn a_token_from_before_a_new_secret_key_is_good_once() {
    let mut app = TestApp::start(build).await;
    let old = first(&app).await;
    app.deploy(|parts| {
        let secret = SecretString::from("another secret of thirty-two bytes or more");
        let (side, clock) = (parts.side.clone(), parts.clock.clone());
        let mut state = state(parts);
        state.base.authenticator =
            platform::Authenticator::new(side, clock, &secret, Duration::minutes(30));
        routes(state)
    });
    let token = next(&app, &old).await;

    refused(&app, &old).await;

    refused(&app, &token).await;
}

#[tokio::test]
async fn of_two_at_once_one_gets_a_token_and_the_sign_in_is_over() {
    let app = TestApp::start(build).await;
    let token = first(&app).await;
    let body = json!({ "refresh_token": token });

    let (one, two) =
        tokio::join!(anonymous(&app, REFRESH, body.clone()), anonymous(&app, REFRESH, body));

    let mut got = [one.status(), two.status()];
    got.sort_unstable();
    assert_eq!(got, [200, 401]);
    let open: i64 = sqlx::query_scalar("select count(*) from sessions where ended_at is null")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(open, 0);
}
