//! Requests that are on their way while their account is deleted.

use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};

use super::*;

/// A red dot.
const DOT: &[u8] = include_bytes!("../../../../tests/routes/dot.png");

fn deletion(user: &User) -> Request<Body> {
    let request = Request::delete("/api/v1/settings/account");
    request.header(AUTHORIZATION, format!("Bearer {}", user.token)).body(Body::empty()).unwrap()
}

async fn texts(app: &TestApp, query: &'static str) -> Vec<String> {
    sqlx::query_scalar(query).fetch_all(&app.parts.pool).await.unwrap()
}

#[tokio::test]
async fn a_profile_that_comes_after_its_account_was_deleted_is_not_kept() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let request = Request::put("/api/v1/settings/profile")
        .header(AUTHORIZATION, format!("Bearer {}", ana.token))
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "full_name": "Ana Nowak" }).to_string()))
        .unwrap();

    app.overtaken(request, deletion(&ana)).await.expect(401);

    assert_eq!(texts(&app, "select full_name from accounts").await, [""]);
    assert_eq!(app.audited(ana.id.0, "account").await, 1, "that they left");
}

#[tokio::test]
async fn a_picture_that_comes_after_its_account_was_deleted_is_not_kept() {
    let app = TestApp::start(build).await;
    let (ana, ewa) = (app.user("ana").await, app.user("ewa").await);
    let file = ("me.png", "image/png", DOT);
    let kept = app.upload(Some(&ewa.token), "/api/v1/settings/avatar", file, &[]).await.expect(200);
    let name = text(&kept, "avatar_url").split_once('_').unwrap().1.to_owned();
    let request = testkit::form(Some(&ana.token), "/api/v1/settings/avatar", file, &[]);

    app.overtaken(request, deletion(&ana)).await.expect(401);

    let key = |user: &User| format!("avatars/{}/{name}", user.id);
    assert!(app.parts.storage.exists(&key(&ewa)).await.unwrap(), "where the same picture lies");
    assert!(!app.parts.storage.exists(&key(&ana)).await.unwrap());
    let query = "select avatar_url from accounts where avatar_url is not null";
    assert_eq!(texts(&app, query).await, [text(&kept, "avatar_url")]);
}

#[tokio::test]
async fn a_picture_that_comes_while_its_account_is_deleted_goes_with_it() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let mut other = app.parts.pool.begin().await.unwrap();
    store::lock(&mut other, ana.id).await.unwrap();
    let key = format!("avatars/{}/0a1b2c3d.png", ana.id);

    let (left, ()) = tokio::join!(app.delete(&ana, "/api/v1/settings/account", None), async {
        app.database.until_waiting(1).await;
        app.parts.storage.put(&key, "image/png", DOT.into()).await.unwrap();
        other.commit().await.unwrap();
    });

    left.expect(200);
    assert!(!app.parts.storage.exists(&key).await.unwrap());
}

#[tokio::test]
async fn a_sign_in_whose_account_is_deleted_meanwhile_opens_nothing() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let caller = app.parts.authenticator.caller(&ana.token).await.unwrap();
    let mut deletion = app.parts.pool.begin().await.unwrap();
    store::lock(&mut deletion, ana.id).await.unwrap();
    let login = json!({ "email": "ana@example.com", "password": "Another123" });

    let (answer, ()) = tokio::join!(anonymous(&app, "/api/v1/auth/login", login), async {
        app.database.until_waiting(1).await;
        let now = app.parts.clock.now();
        store::forget_person(&mut deletion, &caller, now).await.unwrap();
        deletion.commit().await.unwrap();
    });

    answer.expect(401);
    assert!(texts(&app, "select id::text from sessions").await.is_empty());
    let query = "select id::text from accounts where last_login_at is not null";
    assert!(texts(&app, query).await.is_empty());
}

#[tokio::test]
async fn a_second_click_on_deletion_finds_nobody() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let path = "/api/v1/settings/account";

    let (one, two) = tokio::join!(app.delete(&ana, path, None), app.delete(&ana, path, None));

    let mut got = [one.status(), two.status()];
    got.sort_unstable();
    assert_eq!(got, [200, 401]);
    assert_eq!(app.audited(ana.id.0, "account").await, 1);
}
