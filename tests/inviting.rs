//! Who works on a project: whoever accepts, with an address that is proved to be theirs.

use chrono::Duration;
use http::Method;
use platform::mail::Email;
use platform::model::Config;
use serde_json::{Value, json};
use shared::id::ProjectId;
use shared::role::Role;
use testkit::{TestApp, User};

use crate::all_functions;

const MINE: &str = "/api/v1/invitations";

/// A project of Ana's.
struct World {
    app: TestApp,
    ana: User,
    project: ProjectId,
}

impl World {
    async fn new() -> Self {
        let app = all_functions::by_hand(&Config::offline()).await;
        let ana = app.user("ana").await;
        let project = app.project(&ana, json!({})).await;
        Self { app, ana, project }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/projects/{}{rest}", self.project)
    }

    /// What Ana gets who invites an address, and the e-mails that go out.
    async fn invite(&self, email: &str, role: &str) -> (Value, Vec<Email>) {
        let body = json!({ "email": email, "role": role });
        let view = self.app.put(&self.ana, &self.path("/members"), body).await.expect(202);
        self.app.deliver_all().await;
        (view, self.app.parts.mailer.take())
    }

    /// Ana invites somebody with an account.
    async fn invited(&self, user: &User, role: &str) -> String {
        let (view, _) = self.invite(&self.app.email(user).await, role).await;
        format!("{MINE}/{}/accept", view["id"].as_str().unwrap())
    }

    async fn accept(&self, user: &User, path: &str, status: u16) -> Value {
        self.app.post(user, path, json!({})).await.expect(status)
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.app.parts.pool).await.unwrap()
    }
}

fn token(email: &Email) -> Value {
    let token = email.text.lines().find_map(|line| line.split_once("#token="));
    json!({ "token": token.expect("a link").1 })
}

#[tokio::test]
async fn an_inviter_learns_nothing_about_who_has_an_account() {
    let world = World::new().await;
    let app = &world.app;
    let (proved, unproved) = (app.user("proved").await, app.newcomer("unproved").await);
    let nobody = format!("nobody-{}@example.com", "0".repeat(32));
    let mut answers = Vec::new();

    for email in [app.email(&proved).await, app.email(&unproved).await, nobody] {
        let body = json!({ "email": email, "role": "editor" });
        let answer = app.put(&world.ana, &world.path("/members"), body).await;
        let mut view = answer.expect(202);
        assert_eq!(view["email"], email);
        view["id"] = json!("an id");
        let view = view.to_string().replace(&email, "an address");
        answers.push((view, answer.text().len() - email.len()));
        assert_eq!(app.deliver_all().await, 1, "the same work for everybody");
        assert_eq!(app.parts.mailer.take().len(), 1, "and the same e-mail");
    }

    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let open = app.get(&world.ana, &world.path("/invitations")).await.expect(200);
    assert_eq!(open.as_array().unwrap().len(), 3);
    assert!(!open.to_string().contains("full_name"), "{open}");
    let members = app.get(&world.ana, &world.path("/members")).await.expect(200);
    assert_eq!(members.as_array().unwrap().len(), 1, "nobody is a member before they accept");
    app.get(&proved, &world.path("")).await.expect(404);
}

#[tokio::test]
async fn whoever_registers_a_strangers_address_gets_nothing_by_it() {
    let world = World::new().await;
    let mallory = world.app.newcomer("ceo").await;
    let accept = world.invited(&mallory, "admin").await;

    world.app.get(&mallory, MINE).await.expect(403);
    world.accept(&mallory, &accept, 403).await;
    world.app.get(&mallory, &world.path("")).await.expect(404);

    // Also who was put into a project before there were invitations.
    world.app.member(world.project, &mallory, Role::Admin).await;
    for path in ["", "/members", "/personas", "/libraries"] {
        world.app.get(&mallory, &world.path(path)).await.expect(404);
    }
    let members = world.app.get(&world.ana, &world.path("/members")).await.expect(200);
    assert_eq!(
        (&members[0]["has_access"], &members[1]["has_access"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(world.app.get(&mallory, "/api/v1/projects").await.expect(200), json!([]));
    let own = json!({ "name": "Własny", "target_demographics": {} });
    let own = world.app.post(&mallory, "/api/v1/projects", own).await.expect(201);
    let own = format!("/api/v1/projects/{}", own["id"].as_str().unwrap());
    world.app.get(&mallory, &own).await.expect(200);
    let spam = json!({ "email": "anybody@example.com", "role": "viewer" });
    world.app.put(&mallory, &format!("{own}/members"), spam).await.expect(403);
}

/// Mallory registers Vera's address before Vera comes; a colleague invites Vera, who opens every link that she
/// gets.
#[tokio::test]
async fn a_click_of_the_invited_person_opens_nothing_for_whoever_registered_their_address() {
    let world = World::new().await;
    let app = &world.app;
    let body = json!({
        "email": "vera@example.com", "password": "Mallory123", "full_name": "Vera Nowak",
    });
    let made = app.send(Method::POST, "/api/v1/auth/register", None, Some(body)).await.expect(201);
    let id = serde_json::from_value(made["user"]["id"].clone()).unwrap();
    let mallory = User { id, token: made["access_token"].as_str().unwrap().to_owned() };
    app.deliver_all().await;
    let confirm = app.parts.mailer.take().remove(0);
    let (invitation, emails) = world.invite("vera@example.com", "admin").await;
    let accept = format!("{MINE}/{}/accept", invitation["id"].as_str().unwrap());

    let verify = "/api/v1/auth/verify";
    app.send(Method::POST, verify, None, Some(token(&confirm))).await.expect(403);
    app.get(&mallory, MINE).await.expect(403);
    world.accept(&mallory, &accept, 403).await;

    let forgot = json!({ "email": "vera@example.com" });
    app.send(Method::POST, "/api/v1/auth/password/forgot", None, Some(forgot)).await.expect(202);
    app.deliver_all().await;
    let mut reset = token(&app.parts.mailer.take()[0]);
    reset["password"] = json!("Veras0wn456");
    app.send(Method::POST, "/api/v1/auth/password/reset", None, Some(reset)).await.expect(200);
    let login = json!({ "email": "vera@example.com", "password": "Veras0wn456" });
    let vera = app.send(Method::POST, "/api/v1/auth/login", None, Some(login)).await.expect(200);
    let vera = User { id, token: vera["access_token"].as_str().unwrap().to_owned() };
    app.get(&mallory, MINE).await.expect(401);
    app.post(&vera, &format!("{MINE}/accept"), token(&emails[0])).await.expect(200);
    assert_eq!(app.get(&vera, &world.path("")).await.expect(200)["role"], "admin");
}

#[tokio::test]
async fn an_address_that_is_changed_is_not_proved() {
    let world = World::new().await;
    let bea = world.app.user("bea").await;
    world.app.member(world.project, &bea, Role::Viewer).await;
    world.app.get(&bea, &world.path("")).await.expect(200);

    let change =
        "update accounts set email = 'ceo@client.example', is_verified = true where id = $1";
    sqlx::query(change).bind(bea.id.0).execute(&world.app.parts.pool).await.unwrap();

    world.app.get(&bea, &world.path("")).await.expect(404);
}

#[tokio::test]
async fn the_invited_person_accepts_by_list_or_by_email_once() {
    let world = World::new().await;
    let app = &world.app;
    let (bea, jan, eve) = (app.user("bea").await, app.user("jan").await, app.user("eve").await);
    let accept = world.invited(&bea, "editor").await;
    let (_, emails) = world.invite(&app.email(&jan).await, "viewer").await;
    let by_token = format!("{MINE}/accept");

    assert_eq!(app.get(&eve, MINE).await.expect(200), json!([]));
    world.accept(&eve, &accept, 404).await;
    app.post(&eve, &by_token, token(&emails[0])).await.expect(404);
    let mine = app.get(&bea, MINE).await.expect(200);
    assert_eq!(
        (&mine[0]["project_name"], &mine[0]["role"]),
        (&json!("Kawa na wynos"), &json!("editor"))
    );
    assert_eq!(world.accept(&bea, &accept, 200).await["role"], "editor");
    app.post(&jan, &by_token, token(&emails[0])).await.expect(200);

    assert_eq!(app.get(&bea, &world.path("")).await.expect(200)["role"], "editor");
    assert_eq!(app.get(&jan, &world.path("")).await.expect(200)["role"], "viewer");
    world.accept(&bea, &accept, 404).await;
    app.post(&jan, &by_token, token(&emails[0])).await.expect(404);
    let text = &emails[0].text;
    assert!(!text.contains("Kawa") && !text.contains("ana"), "strangers choose names: {text}");
    let kept = "select count(*) from project_invitations";
    assert_eq!(world.count(kept).await, 0);
}

#[tokio::test]
async fn an_invitation_is_void_when_it_is_old_taken_back_or_declined() {
    let world = World::new().await;
    let bea = world.app.user("bea").await;

    let accept = world.invited(&bea, "viewer").await;
    let declined = accept.trim_end_matches("/accept");
    world.app.delete(&bea, declined, None).await.expect(204);
    world.accept(&bea, &accept, 404).await;
    let accept = world.invited(&bea, "viewer").await;
    let id = accept.trim_end_matches("/accept").trim_start_matches(MINE);
    world.app.delete(&world.ana, &world.path(&format!("/invitations{id}")), None).await.expect(204);
    world.accept(&bea, &accept, 404).await;
    let accept = world.invited(&bea, "viewer").await;
    world.app.parts.clock.advance(Duration::days(7));
    let bea = world.app.renewed(&bea).await;
    assert_eq!(world.app.get(&bea, MINE).await.expect(200), json!([]));
    world.accept(&bea, &accept, 404).await;
}

#[tokio::test]
async fn an_invitation_is_void_when_its_inviter_is_no_admin_any_more() {
    let world = World::new().await;
    let app = &world.app;
    let (bea, mallory) = (app.user("bea").await, app.user("mallory").await);
    let members = world.path("/members");
    let of_mallory = format!("{members}/{}", mallory.id);
    for end in ["demoted", "removed", "left"] {
        sqlx::query("delete from project_members where account_id = $1")
            .bind(mallory.id.0)
            .execute(&app.parts.pool)
            .await
            .unwrap();
        app.member(world.project, &mallory, Role::Admin).await;
        let body = json!({ "email": app.email(&bea).await, "role": "admin" });
        let view = app.put(&mallory, &members, body).await.expect(202);
        let accept = format!("{MINE}/{}/accept", view["id"].as_str().unwrap());
        assert_eq!(app.get(&bea, MINE).await.expect(200).as_array().unwrap().len(), 1);
        app.parts.publisher.take();

        match end {
            "demoted" => {
                app.put(&world.ana, &of_mallory, json!({ "role": "editor" })).await.expect(200);
            }
            "removed" => {
                app.delete(&world.ana, &of_mallory, None).await.expect(204);
            }
            _ => {
                app.delete(&mallory, "/api/v1/settings/account", None).await.expect(200);
            }
        }

        assert_eq!(app.get(&bea, MINE).await.expect(200), json!([]), "{end}");
        world.accept(&bea, &accept, 404).await;
    }
    assert_eq!(world.count("select count(*) from project_members").await, 1);
}

#[tokio::test]
async fn an_invitation_changes_no_members_role() {
    let world = World::new().await;
    let bea = world.app.user("bea").await;
    let accept = world.invited(&bea, "admin").await;
    world.app.member(world.project, &bea, Role::Viewer).await;

    let body = json!({ "email": world.app.email(&bea).await, "role": "admin" });
    world.app.put(&world.ana, &world.path("/members"), body).await.expect(409);
    assert_eq!(world.accept(&bea, &accept, 200).await["role"], "viewer");

    assert_eq!(world.app.get(&bea, &world.path("")).await.expect(200)["role"], "viewer");
}

#[tokio::test]
async fn taking_back_and_inviting_again_floods_no_mailbox() {
    let world = World::new().await;
    let mut emails = 0;

    for _ in 0..8 {
        let (view, sent) = world.invite("victim@example.com", "viewer").await;
        emails += sent.len();
        let one = world.path(&format!("/invitations/{}", view["id"].as_str().unwrap()));
        world.app.delete(&world.ana, &one, None).await.expect(204);
    }

    assert_eq!(emails, 5);
    let (_, other) = world.invite("other@example.com", "viewer").await;
    assert_eq!(other.len(), 1);
    world.app.parts.clock.advance(Duration::days(1));
    let ana = world.app.renewed(&world.ana).await;
    let world = World { ana, ..world };
    assert_eq!(world.invite("victim@example.com", "viewer").await.1.len(), 1);
}

#[tokio::test]
async fn a_project_has_at_most_fifty_open_invitations() {
    let world = World::new().await;
    for number in 0..50 {
        world.invite(&format!("guest-{number}@example.com"), "viewer").await;
    }

    let body = json!({ "email": "one-more@example.com", "role": "viewer" });
    world.app.put(&world.ana, &world.path("/members"), body).await.expect(409);

    world.invite("guest-7@example.com", "editor").await;
}

#[tokio::test]
async fn neither_the_queue_nor_the_database_holds_an_invitations_token() {
    let world = World::new().await;
    let body = json!({ "email": "bea@example.com", "role": "viewer" });
    world.app.put(&world.ana, &world.path("/members"), body).await.expect(202);
    let messages = world.app.parts.publisher.take();
    for message in &messages {
        let payload = serde_json::from_str(&message.json).unwrap();
        world.app.push(&message.topic, &payload).await.expect(204);
        world.app.push(&message.topic, &payload).await.expect(204);
    }
    let emails = world.app.parts.mailer.take();

    assert_eq!(emails.len(), 1, "a message that comes twice sends one");
    let secret = token(&emails[0])["token"].as_str().unwrap().to_owned();
    assert!(messages.iter().all(|message| !message.json.contains(&secret)));
    let rows = "select string_agg(i::text, ' ') from project_invitations i";
    let rows: String = sqlx::query_scalar(rows).fetch_one(&world.app.parts.pool).await.unwrap();
    assert!(!rows.contains(&secret));
}

#[tokio::test]
async fn an_owner_who_is_demoted_or_goes_passes_the_project_on() {
    let world = World::new().await;
    let (app, project) = (&world.app, world.project);
    let (bea, jan) = (app.user("bea").await, app.user("jan").await);
    let member = |user: &User| world.path(&format!("/members/{}", user.id));
    let owner = async || -> uuid::Uuid {
        let query = sqlx::query_scalar("select owner_id from projects where id = $1");
        query.bind(project.0).fetch_one(&app.parts.pool).await.unwrap()
    };
    app.put(&world.ana, &member(&world.ana), json!({ "role": "viewer" })).await.expect(409);
    app.member(project, &bea, Role::Admin).await;
    app.parts.clock.advance(Duration::seconds(1));
    app.member(project, &jan, Role::Admin).await;

    app.put(&jan, &member(&world.ana), json!({ "role": "viewer" })).await.expect(200);
    assert_eq!(owner().await, jan.id.0, "to the admin who does it");
    app.delete(&jan, &member(&jan), None).await.expect(204);
    assert_eq!(owner().await, bea.id.0, "or to the longest of the others");
}

#[tokio::test]
async fn somebody_whose_address_is_not_proved_inherits_nothing() {
    let world = World::new().await;
    let (app, project) = (&world.app, world.project);
    let mallory = app.newcomer("ceo").await;
    app.member(project, &mallory, Role::Admin).await;
    app.put(
        &world.ana,
        &world.path(&format!("/members/{}", world.ana.id)),
        json!({ "role": "viewer" }),
    )
    .await
    .expect(409);

    app.delete(&world.ana, "/api/v1/settings/account", None).await.expect(200);

    app.get(&mallory, &world.path("")).await.expect(404);
    let living = "select count(*) from projects where deleted_at is null";
    assert_eq!(world.count(living).await, 0, "nobody who may work on it is left");
}

#[tokio::test]
async fn whoever_does_not_want_to_be_in_a_project_leaves_it_by_themselves() {
    let world = World::new().await;
    let (app, project) = (&world.app, world.project);
    let (bea, jan) = (app.user("bea").await, app.user("jan").await);
    app.member(project, &bea, Role::Viewer).await;
    app.member(project, &jan, Role::Editor).await;
    let member = |user: &User| world.path(&format!("/members/{}", user.id));
    app.put(&bea, &world.path("/library"), json!({})).await.expect(200);

    app.delete(&bea, &member(&jan), None).await.expect(403);
    app.delete(&world.ana, &member(&world.ana), None).await.expect(409);
    for user in [&bea, &jan] {
        app.delete(user, &member(user), None).await.expect(204);
        app.get(user, &world.path("")).await.expect(404);
        app.delete(user, &member(user), None).await.expect(404);
    }

    assert_eq!(world.count("select count(*) from project_members").await, 1);
    let lent_by_others = "select count(*) from project_libraries l join projects p on p.id = l.project_id \
         where l.account_id <> p.owner_id";
    assert_eq!(world.count(lent_by_others).await, 0);
    assert_eq!(app.audited(project.0, "members").await, 2);
}
