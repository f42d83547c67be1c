//! Whose rights every process is told of.

use platform::rights::{Rights, RightsOf};
use shared::id::SessionId;
use tokio::sync::broadcast::Receiver;

use super::email_token::{forget, token};
use super::*;

/// The function, and what it tells from now on: without Redis, so that nothing comes from elsewhere or twice.
async fn heard() -> (TestApp, Receiver<RightsOf>) {
    let rights = Rights::new(None);
    let build = |parts: &Parts| build(&Parts { rights: rights.clone(), ..parts.clone() });
    (TestApp::start(build).await, rights.listen().await)
}

/// What was told since this was asked last.
fn told(heard: &mut Receiver<RightsOf>) -> Vec<RightsOf> {
    std::iter::from_fn(|| heard.try_recv().ok()).collect()
}

/// The sign-in that ended last.
async fn ended(app: &TestApp, of: &User) -> SessionId {
    let query = "select id from sessions where account_id = $1 and ended_at is not null \
        order by ended_at desc, id desc limit 1";
    let id = sqlx::query_scalar::<_, uuid::Uuid>(query).bind(of.id.0);
    id.fetch_one(&app.parts.pool).await.unwrap().into()
}

#[tokio::test]
async fn a_sign_in_that_ends_is_told_to_every_process() {
    let (app, mut heard) = heard().await;
    let ana = registered(&app, "ana@example.com").await;
    let login = json!({ "email": "ana@example.com", "password": "Another123" });
    let other = anonymous(&app, "/api/v1/auth/login", login).await.expect(200);
    assert_eq!(told(&mut heard), []);

    app.send(Method::POST, "/api/v1/auth/logout", Some(&ana.token), None).await.expect(200);

    let session = ended(&app, &ana).await;
    assert_eq!(told(&mut heard), [RightsOf::Session(session)]);

    app.parts.clock.advance(chrono::Duration::seconds(1));
    let used = json!({ "refresh_token": other["refresh_token"] });
    anonymous(&app, "/api/v1/auth/refresh", used.clone()).await.expect(200);
    anonymous(&app, "/api/v1/auth/refresh", used).await.expect(401);

    let stolen = ended(&app, &ana).await;
    assert_ne!(stolen, session);
    assert_eq!(told(&mut heard), [RightsOf::Session(stolen)]);
}

#[tokio::test]
async fn whose_other_sign_ins_end_with_a_password_or_an_account_is_told_to_every_process() {
    let (app, mut heard) = heard().await;
    let ana = registered(&app, "ana@example.com").await;

    let change = json!({ "current_password": "Another123", "new_password": "Brandnew456" });
    app.put(&ana, "/api/v1/settings/password", change).await.expect(200);
    assert_eq!(told(&mut heard), [RightsOf::Account(ana.id)], "the password was changed");

    let emails = forget(&app, "ana@example.com").await;
    let reset = json!({ "token": token(emails.last().unwrap()), "password": "Brandnew789" });
    anonymous(&app, "/api/v1/auth/password/reset", reset).await.expect(200);
    assert_eq!(told(&mut heard), [RightsOf::Account(ana.id)], "the password was reset");

    let login = json!({ "email": "ana@example.com", "password": "Brandnew789" });
    let again = anonymous(&app, "/api/v1/auth/login", login).await.expect(200);
    let ana = User { token: text(&again, "access_token").to_owned(), ..ana };
    assert_eq!(told(&mut heard), []);
    app.delete(&ana, "/api/v1/settings/account", None).await.expect(200);
    assert_eq!(told(&mut heard), [RightsOf::Account(ana.id)], "the account was deleted");
}
