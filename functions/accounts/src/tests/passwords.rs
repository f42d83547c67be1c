//! Passwords of every script, and sign-ins beside a change of one.

use super::*;

const LOGIN: &str = "/api/v1/auth/login";
const CHANGE: &str = "/api/v1/settings/password";
/// Composed, and as some keyboards and files have it.
const NFC: &str = "żółć książka 1";
const NFD: &str = "z\u{307}o\u{301}łc\u{301} ksia\u{328}z\u{307}ka 1";

fn of(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password, "full_name": "Ana Nowak" })
}

async fn registered_with(app: &TestApp, email: &str, password: &str) -> User {
    let answer = anonymous(app, "/api/v1/auth/register", of(email, password)).await.expect(201);
    app.deliver_all().await;
    let id = text(&answer["user"], "id").parse().unwrap();
    User { id: AccountId(id), token: text(&answer, "access_token").to_owned() }
}

async fn hashes(app: &TestApp) -> Vec<String> {
    let query = "select password_hash from accounts order by created_at";
    sqlx::query_scalar(query).fetch_all(&app.parts.pool).await.unwrap()
}

/// Puts the hash of a password as it was typed, as they were before passwords were normalised.
async fn typed(app: &TestApp, user: &User, password: &str) {
    use argon2::password_hash::PasswordHasher;
    let hash = argon2::Argon2::default().hash_password(password.as_bytes()).unwrap().to_string();
    sqlx::query("update accounts set password_hash = $2 where id = $1")
        .bind(user.id.0)
        .bind(hash)
        .execute(&app.parts.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_password_is_the_same_however_a_keyboard_composes_it() {
    let app = TestApp::start(build).await;
    for (email, set, others) in [
        ("ana@example.com", NFC, [NFD, "żółć\u{a0}książka 1"]),
        ("jan@example.com", NFD, [NFC, NFD]),
    ] {
        registered_with(&app, email, set).await;
        for other in others {
            anonymous(&app, LOGIN, of(email, other)).await.expect(200);
        }
        anonymous(&app, LOGIN, of(email, "zolc ksiazka 1")).await.expect(401);
    }
}

#[tokio::test]
async fn letters_and_digits_of_every_script_count() {
    let app = TestApp::start(build).await;
    let long = format!("{}1", "я".repeat(40));
    for (i, password) in ["żółćżółć1", "пароль2026", &long].into_iter().enumerate() {
        let email = format!("person{i}@example.com");
        registered_with(&app, &email, password).await;
        anonymous(&app, LOGIN, of(&email, password)).await.expect(200);
    }
}

#[tokio::test]
async fn a_change_and_a_reset_take_the_password_however_it_is_composed() {
    let app = TestApp::start(build).await;
    let ana = registered_with(&app, "ana@example.com", NFC).await;
    let change = json!({ "current_password": NFD, "new_password": "пароль2026" });

    app.put(&ana, CHANGE, change).await.expect(200);

    anonymous(&app, LOGIN, of("ana@example.com", "пароль2026")).await.expect(200);
    let weak = json!({ "current_password": "пароль2026", "new_password": "пароль" });
    assert_eq!(app.put(&ana, CHANGE, weak).await.expect(422)["errors"][0]["field"], "new_password");
}

#[tokio::test]
async fn a_hash_of_what_was_typed_still_opens_and_is_made_anew() {
    let app = TestApp::start(build).await;
    let ana = registered_with(&app, "ana@example.com", NFC).await;
    typed(&app, &ana, NFD).await;
    let before = hashes(&app).await;
    anonymous(&app, LOGIN, of("ana@example.com", NFC)).await.expect(401);

    anonymous(&app, LOGIN, of("ana@example.com", NFD)).await.expect(200);

    assert_ne!(hashes(&app).await, before);
    anonymous(&app, LOGIN, of("ana@example.com", NFC)).await.expect(200);
    anonymous(&app, LOGIN, of("ana@example.com", NFD)).await.expect(200);
}

#[tokio::test]
async fn a_hash_that_is_of_the_normal_form_already_is_left_alone() {
    let app = TestApp::start(build).await;
    registered_with(&app, "ana@example.com", NFC).await;
    let before = hashes(&app).await;

    anonymous(&app, LOGIN, of("ana@example.com", NFD)).await.expect(200);

    assert_eq!(hashes(&app).await, before);
}

#[tokio::test]
async fn a_decomposed_address_is_the_same_account() {
    let app = TestApp::start(build).await;
    registered_with(&app, "zoé@example.com", "Another123").await;

    let again = of("zoe\u{301}@example.com", "Another123");
    let taken = anonymous(&app, "/api/v1/auth/register", again.clone()).await.expect(400);
    let user = anonymous(&app, LOGIN, again).await.expect(200)["user"].clone();

    assert_eq!(taken["detail"], "Email already registered");
    assert_eq!(user["email"], "zoé@example.com");
}

#[tokio::test]
async fn registering_bounds_what_the_profile_bounds() {
    let app = TestApp::start(build).await;
    let long = "x".repeat(256);
    let mut body = of("ana@example.com", "Another123");
    body["role"] = json!(long);
    body["company"] = json!(long);

    let answer = anonymous(&app, "/api/v1/auth/register", body).await.expect(422);

    let fields: Vec<&str> =
        answer["errors"].as_array().unwrap().iter().map(|e| text(e, "field")).collect();
    assert_eq!(fields, ["role", "company"]);
}

#[tokio::test]
async fn a_sign_in_with_the_password_of_before_a_change_opens_nothing() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let mut change = app.parts.pool.begin().await.unwrap();
    let now = app.parts.clock.now();
    // It has the account, and has not committed.
    store::set_password(&mut change, ana.id, "another hash", None, now).await.unwrap();

    let login = of("ana@example.com", "Another123");
    let (answer, ()) = tokio::join!(anonymous(&app, LOGIN, login), async {
        app.database.until_waiting(1).await;
        change.commit().await.unwrap();
    });

    assert_eq!(answer.expect(401)["detail"], "Incorrect email or password");
    let open: i64 = sqlx::query_scalar("select count(*) from sessions where ended_at is null")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(open, 0);
}

#[tokio::test]
async fn a_hash_that_is_made_anew_does_not_undo_a_change_of_the_password() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    typed(&app, &ana, NFD).await;
    let mut change = app.parts.pool.begin().await.unwrap();
    let now = app.parts.clock.now();
    store::set_password(&mut change, ana.id, "another hash", None, now).await.unwrap();

    let login = of("ana@example.com", NFD);
    let (answer, ()) = tokio::join!(anonymous(&app, LOGIN, login), async {
        app.database.until_waiting(1).await;
        change.commit().await.unwrap();
    });

    answer.expect(401);
    assert_eq!(hashes(&app).await, ["another hash"]);
}

#[tokio::test]
async fn a_change_with_the_password_of_before_a_reset_changes_nothing() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let mut reset = app.parts.pool.begin().await.unwrap();
    let now = app.parts.clock.now();
    store::set_password(&mut reset, ana.id, "another hash", None, now).await.unwrap();

    let change = json!({ "current_password": "Another123", "new_password": "Thiefs1234" });
    let (answer, ()) = tokio::join!(app.put(&ana, CHANGE, change), async {
        app.database.until_waiting(1).await;
        reset.commit().await.unwrap();
    });

    assert_eq!(answer.expect(400)["detail"], "Current password is incorrect");
    assert_eq!(hashes(&app).await, ["another hash"]);
}

#[tokio::test]
async fn a_refresh_beside_a_change_of_the_password_is_over() {
    let app = TestApp::start(build).await;
    let signed_in = register(&app, "ana@example.com").await;
    let account = AccountId(text(&signed_in["user"], "id").parse().unwrap());
    let mut change = app.parts.pool.begin().await.unwrap();
    let now = app.parts.clock.now();
    store::set_password(&mut change, account, "another hash", None, now).await.unwrap();

    let body = json!({ "refresh_token": signed_in["refresh_token"] });
    let (answer, ()) = tokio::join!(anonymous(&app, "/api/v1/auth/refresh", body), async {
        app.database.until_waiting(1).await;
        change.commit().await.unwrap();
    });

    answer.expect(401);
}
