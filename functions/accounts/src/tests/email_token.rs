use platform::mail::{Email, Mailer};
use testkit::MailSink;

use super::*;

const FORGOT: &str = "/api/v1/auth/password/forgot";
const RESET: &str = "/api/v1/auth/password/reset";
const VERIFY: &str = "/api/v1/auth/verify";

/// The token of an e-mail, as its reader's browser hands it to the client.
pub(super) fn token(email: &Email) -> String {
    let link = email.text.lines().find(|line| line.starts_with("https://sight.example/")).unwrap();
    link.split_once("#token=").unwrap().1.to_owned()
}

pub(super) async fn forget(app: &TestApp, email: &str) -> Vec<Email> {
    anonymous(app, FORGOT, json!({ "email": email })).await.expect(202);
    app.deliver_all().await;
    app.parts.mailer.take()
}

fn reset(token: &str) -> Value {
    json!({ "token": token, "password": "Brandnew456" })
}

#[tokio::test]
async fn whoever_registers_gets_an_email_that_verifies_their_address_once() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let emails = app.parts.mailer.take();
    assert_eq!(emails.len(), 1);
    assert_eq!(emails[0].to, "ana@example.com");
    assert!(!emails[0].text.contains("Nowak"), "a stranger may have chosen the name");
    assert_eq!(me(&app, &ana.token).await.expect(200)["is_verified"], false);

    let body = json!({ "token": token(&emails[0]) });
    app.post(&ana, VERIFY, body.clone()).await.expect(200);

    assert_eq!(me(&app, &ana.token).await.expect(200)["is_verified"], true);
    app.post(&ana, VERIFY, body).await.expect(400);
    anonymous(&app, VERIFY, json!({ "token": "a guess" })).await.expect(400);
    assert_eq!(app.audited(ana.id.0, "account").await, 1);
}

/// Mallory has registered Vera's address, with a password of her own; Vera opens the link.
#[tokio::test]
async fn an_email_verifies_only_for_whoever_is_signed_in_with_the_account() {
    let app = TestApp::start(build).await;
    let mallory = registered(&app, "vera@example.com").await;
    let emails = app.parts.mailer.take();
    let (link, eve) = (json!({ "token": token(&emails[0]) }), app.user("eve").await);
    let with = |password: &str| json!({ "token": token(&emails[0]), "password": password });

    anonymous(&app, VERIFY, link.clone()).await.expect(403);
    app.post(&eve, VERIFY, link.clone()).await.expect(403);
    anonymous(&app, VERIFY, with("Veras0wn456")).await.expect(403);
    let over = app.send(Method::POST, VERIFY, Some("no token of ours"), Some(link.clone())).await;
    over.expect(401);

    assert_eq!(me(&app, &mallory.token).await.expect(200)["is_verified"], false);
    for words in ["nie potwierdzaj", "nowe hasło", "do not confirm", "a new password"] {
        assert!(emails[0].text.contains(words), "{words}");
    }
    anonymous(&app, VERIFY, with("Another123")).await.expect(200);
    assert_eq!(me(&app, &mallory.token).await.expect(200)["is_verified"], true);
    app.post(&mallory, VERIFY, link).await.expect(400);
}

#[tokio::test]
async fn wrong_passwords_beside_an_email_count_as_at_a_sign_in() {
    let app = TestApp::start(build).await;
    register(&app, "vera@example.com").await;
    let token = token(&app.parts.mailer.take()[0]);
    let guess = json!({ "token": token, "password": "Veras0wn456" });
    for _ in 0..5 {
        anonymous(&app, VERIFY, guess.clone()).await.expect(403);
    }

    anonymous(&app, VERIFY, guess).await.expect(429);
}

#[tokio::test]
async fn a_new_password_by_email_takes_over_what_somebody_else_registered() {
    let app = TestApp::start(build).await;
    let mallory = registered(&app, "vera@example.com").await;
    app.parts.mailer.take();
    let link = token(&forget(&app, "vera@example.com").await[0]);

    anonymous(&app, RESET, reset(&link)).await.expect(200);

    me(&app, &mallory.token).await.expect(401);
    let hers = json!({ "email": "vera@example.com", "password": "Another123" });
    anonymous(&app, "/api/v1/auth/login", hers).await.expect(401);
    let login = json!({ "email": "vera@example.com", "password": "Brandnew456" });
    let vera = anonymous(&app, "/api/v1/auth/login", login).await.expect(200);
    assert_eq!(vera["user"]["is_verified"], true);
}

#[tokio::test]
async fn a_change_of_the_password_ends_the_email_for_a_new_one() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    app.parts.mailer.take();
    let link = token(&forget(&app, "ana@example.com").await[0]);

    let change = json!({ "current_password": "Another123", "new_password": "Brandnew456" });
    app.put(&ana, "/api/v1/settings/password", change).await.expect(200);

    let thiefs = json!({ "token": link, "password": "Thiefs1234" });
    anonymous(&app, RESET, thiefs).await.expect(400);
    let hers = json!({ "email": "ana@example.com", "password": "Brandnew456" });
    anonymous(&app, "/api/v1/auth/login", hers).await.expect(200);
}

#[tokio::test]
async fn the_email_can_be_sent_again_and_replaces_the_one_before() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let first = token(&app.parts.mailer.take()[0]);

    app.post(&ana, "/api/v1/auth/verify/send", json!({})).await.expect(202);
    app.deliver_all().await;
    let second = token(&app.parts.mailer.take()[0]);

    app.post(&ana, VERIFY, json!({ "token": first })).await.expect(400);
    app.post(&ana, VERIFY, json!({ "token": second })).await.expect(200);
    app.post(&ana, "/api/v1/auth/verify/send", json!({})).await.expect(202);
    assert_eq!(app.deliver_all().await, 0, "there is nothing left to verify");
}

#[tokio::test]
async fn an_email_to_a_former_address_proves_nothing_of_the_new_one() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let link = token(&app.parts.mailer.take()[0]);
    anonymous(&app, FORGOT, json!({ "email": "ana@example.com" })).await.expect(202);
    app.deliver_all().await;
    let forgotten = token(&app.parts.mailer.take()[0]);

    let mut transaction = app.parts.pool.begin().await.unwrap();
    sqlx::raw_sql("set local role sight_app").execute(&mut *transaction).await.unwrap();
    let change = sqlx::query("update accounts set email = 'ceo@client.example' where id = $1");
    change.bind(ana.id.0).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();

    app.post(&ana, VERIFY, json!({ "token": link })).await.expect(400);
    anonymous(&app, RESET, reset(&forgotten)).await.expect(400);
    assert_eq!(me(&app, &ana.token).await.expect(200)["is_verified"], false);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_email_and_every_sign_in_ends() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    app.parts.mailer.take();
    let emails = forget(&app, "ANA@example.com").await;
    assert_eq!((emails.len(), emails[0].to.as_str()), (1, "ana@example.com"));
    let token = token(&emails[0]);

    let weak = json!({ "token": token, "password": "short" });
    assert_eq!(anonymous(&app, RESET, weak).await.expect(422)["errors"][0]["field"], "password");
    anonymous(&app, RESET, reset(&token)).await.expect(200);

    me(&app, &ana.token).await.expect(401);
    let login = json!({ "email": "ana@example.com", "password": "Brandnew456" });
    let user = anonymous(&app, "/api/v1/auth/login", login).await.expect(200)["user"].clone();
    assert_eq!(user["is_verified"], true, "whoever has the letter reads the mail");
    anonymous(&app, RESET, reset(&token)).await.expect(400);
}

#[tokio::test]
async fn a_token_is_good_for_an_hour_for_its_own_purpose_and_only_the_newest() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;
    let of_address = token(&app.parts.mailer.take()[0]);
    let older = token(&forget(&app, "ana@example.com").await[0]);
    let newest = token(&forget(&app, "ana@example.com").await[0]);

    anonymous(&app, RESET, reset(&of_address)).await.expect(400);
    anonymous(&app, VERIFY, json!({ "token": newest })).await.expect(400);
    anonymous(&app, RESET, reset(&older)).await.expect(400);
    app.parts.clock.advance(chrono::Duration::hours(1));
    anonymous(&app, RESET, reset(&newest)).await.expect(400);
    let last = token(&forget(&app, "ana@example.com").await[0]);
    app.parts.clock.advance(chrono::Duration::minutes(59));
    anonymous(&app, RESET, reset(&last)).await.expect(200);
}

#[tokio::test]
async fn a_stranger_learns_nothing_about_who_has_an_account() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;
    app.parts.mailer.take();

    let mut answers = Vec::new();
    for email in ["ana@example.com", "nobody@example.com", "no address"] {
        let answer = anonymous(&app, FORGOT, json!({ "email": email })).await;
        answers.push(answer.expect(202));
        assert_eq!(app.deliver_all().await, 1, "{email}: the same work for everybody");
    }

    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(app.parts.mailer.take().len(), 1);
}

#[tokio::test]
async fn nobody_floods_a_mailbox() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;
    app.parts.mailer.take();
    let body = json!({ "email": "ana@example.com" });
    // The e-mail to the new account was the first of the five.
    for attempt in 1..5 {
        app.post_from(&format!("203.0.113.{attempt}"), FORGOT, &body).await.expect(202);
    }

    app.post_from("203.0.113.9", FORGOT, &body).await.expect(429);

    app.deliver_all().await;
    assert_eq!(app.parts.mailer.take().len(), 1, "older requests were replaced before their turn");

    // Neither does whoever registers somebody's address and leaves, again and again.
    let body =
        json!({ "email": "victim@example.com", "password": "Another123", "full_name": "Ana" });
    let mut emails = 0;
    for _ in 0..6 {
        let made = anonymous(&app, "/api/v1/auth/register", body.clone()).await;
        let token = text(&made.expect(201), "access_token").to_owned();
        app.deliver_all().await;
        emails += app.parts.mailer.take().len();
        app.send(Method::DELETE, "/api/v1/settings/account", Some(&token), None).await.expect(200);
        app.parts.clock.advance(chrono::Duration::minutes(1));
    }
    assert_eq!(emails, 5, "the sixth account is made like the others, without an e-mail");
}

#[tokio::test]
async fn the_queue_and_the_database_hold_no_token() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;
    app.parts.mailer.take();
    anonymous(&app, FORGOT, json!({ "email": "ana@example.com" })).await.expect(202);

    let messages = app.parts.publisher.take();
    let payload: Value = serde_json::from_str(&messages[0].json).unwrap();
    app.push("mail", &payload).await.expect(204);

    let token = token(&app.parts.mailer.take()[0]);
    assert!(!messages[0].json.contains(&token));
    let kept: String = sqlx::query_scalar("select string_agg(p::text, '') from account_proofs p")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert!(!kept.contains(&token), "only its hash");
}

#[tokio::test]
async fn an_email_that_is_delivered_five_times_is_sent_once() {
    let app = TestApp::start(build).await;
    register(&app, "ana@example.com").await;
    app.parts.mailer.take();
    anonymous(&app, FORGOT, json!({ "email": "ana@example.com" })).await.expect(202);
    let message = app.parts.publisher.take().remove(0);
    let payload: Value = serde_json::from_str(&message.json).unwrap();

    for _ in 0..5 {
        app.push("mail", &payload).await.expect(204);
    }

    let emails = app.parts.mailer.take();
    assert_eq!(emails.len(), 1);
    anonymous(&app, RESET, reset(&token(&emails[0]))).await.expect(200);
}

#[tokio::test]
async fn emails_go_out_by_smtp_and_one_that_cannot_is_tried_again() {
    let sink = MailSink::start().await;
    let mailer = Mailer::smtp(sink.url(), "Sight <sight@example.com>").unwrap();
    let app =
        TestApp::start(|parts| routes(AppState { mailer: mailer.clone(), ..state(parts) })).await;
    let body = json!({ "email": "ana@example.com", "password": "Another123", "full_name": "Ana" });
    anonymous(&app, "/api/v1/auth/register", body).await.expect(201);
    let message = app.parts.publisher.take().remove(0);
    let payload: Value = serde_json::from_str(&message.json).unwrap();

    sink.refuse_next("451 try later");
    app.push("mail", &payload).await.expect(503);
    app.push("mail", &payload).await.expect(204);

    let received = sink.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].to, ["ana@example.com"]);
    assert!(received[0].data.contains("https://sight.example/verify#token"));
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_given_up_and_the_registration_stays() {
    let sink = MailSink::start().await;
    let mailer = Mailer::smtp(sink.url(), "Sight <sight@example.com>").unwrap();
    let app =
        TestApp::start(|parts| routes(AppState { mailer: mailer.clone(), ..state(parts) })).await;

    sink.refuse_next("550 no such user");
    let ana = registered(&app, "ana@example.com").await;

    me(&app, &ana.token).await.expect(200);
    assert!(sink.received().is_empty());
}
