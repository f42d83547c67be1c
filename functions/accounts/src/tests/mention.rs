//! E-mails to people whom a comment mentions.

use shared::role::Role;
use uuid::Uuid;

use super::*;

/// A project in which ana has mentioned jan, and the request for the e-mail.
struct Mentioned {
    app: TestApp,
    jan: User,
    comment: Uuid,
    request: Uuid,
}

impl Mentioned {
    async fn with(text: &str) -> Self {
        let app = TestApp::start(build).await;
        let (ana, jan) = (app.user("ana").await, app.user("jan").await);
        let project = app.project(&ana, json!({})).await;
        app.member(project, &jan, Role::Viewer).await;
        let persona = app.people(project, &ana, 1).await[0];
        let (comment, request): (Uuid, Uuid) = (app.parts.ids.next(), app.parts.ids.next());
        let statement = "insert into comments
                (id, project_id, persona_id, thread_id, author_id, text, mentions, created_at)
            values ($1, $2, $3, $1, $4, $5, array[$6::uuid], $7)";
        sqlx::query(statement)
            .bind(comment)
            .bind(project.0)
            .bind(persona.0)
            .bind(ana.id.0)
            .bind(text)
            .bind(jan.id.0)
            .bind(app.parts.clock.now())
            .execute(&app.parts.pool)
            .await
            .unwrap();
        let mentioned = Self { app, jan, comment, request };
        mentioned.request(request).await;
        mentioned
    }

    /// One more request, as of another comment: an entry of its own.
    async fn request(&self, request: Uuid) {
        let statement = "insert into notifications
                (id, project_id, account_id, kind, comment_id, actor_id, created_at, request_id)
            select $1, project_id, $2, 'mention', id, author_id, created_at, $3
            from comments
            where id = $4
            on conflict do nothing";
        sqlx::query(statement)
            .bind(self.app.parts.ids.next::<Uuid>())
            .bind(self.jan.id.0)
            .bind(request)
            .bind(self.comment)
            .execute(&self.app.parts.pool)
            .await
            .unwrap();
    }

    async fn deliver(&self) -> usize {
        let wanted = json!({ "schema": 1, "request_id": self.request });
        self.app.push("mail", &wanted).await.expect(204);
        self.app.parts.mailer.take().len()
    }

    async fn execute(&self, statement: &'static str) {
        sqlx::query(statement).bind(self.jan.id.0).execute(&self.app.parts.pool).await.unwrap();
    }
}

#[tokio::test]
async fn a_mention_is_one_email_however_often_its_message_comes() {
    let mentioned = Mentioned::with(&format!("Zażółć\n\n{}", "gęślą jaźń ".repeat(40))).await;
    let wanted = json!({ "schema": 1, "request_id": mentioned.request });

    for _ in 0..3 {
        mentioned.app.push("mail", &wanted).await.expect(204);
    }

    let emails = mentioned.app.parts.mailer.take();
    assert_eq!(emails.len(), 1);
    assert_eq!(emails[0].to, mentioned.app.email(&mentioned.jan).await);
    let text = &emails[0].text;
    assert!(text.starts_with("ana wspomina o Tobie"), "in the language of the project: {text}");
    let link = format!("https://sight.example/inbox?comment={}", mentioned.comment);
    assert!(text.contains(&link), "{text}");
    assert!(text.contains("Zażółć gęślą jaźń"), "in one line: {text}");
    assert_eq!(text.matches("gęślą").count(), 12, "its beginning only: {text}");
}

#[tokio::test]
async fn an_email_is_in_the_language_of_the_project() {
    let mentioned = Mentioned::with("Coffee?").await;
    mentioned.execute("update projects set language = 'en' where owner_id <> $1").await;
    let wanted = json!({ "schema": 1, "request_id": mentioned.request });

    mentioned.app.push("mail", &wanted).await.expect(204);

    let emails = mentioned.app.parts.mailer.take();
    assert_eq!(emails[0].subject, "Sight: a comment mentions you");
}

#[tokio::test]
async fn nobody_gets_an_email_of_what_they_may_not_read() {
    for loss in [
        "delete from project_members where account_id = $1",
        "update accounts set is_verified = false where id = $1",
        "update accounts set is_active = false where id = $1",
        "update projects set deleted_at = now() where owner_id <> $1",
        "update personas set deleted_at = now() where created_by <> $1",
        "update comments set text = null, mentions = '{}', deleted_at = now() where author_id <> $1",
        "update comments set mentions = '{}' where author_id <> $1",
    ] {
        let mentioned = Mentioned::with("Tajne").await;

        mentioned.execute(loss).await;

        assert_eq!(mentioned.deliver().await, 0, "{loss}");
    }
}

#[tokio::test]
async fn somebody_gets_twenty_emails_of_mentions_a_day() {
    let mentioned = Mentioned::with("Raz").await;
    let statement = "with c as (
            insert into comments
                (id, project_id, persona_id, thread_id, author_id, text, mentions, created_at)
            select i.id, c.project_id, c.persona_id, i.id, c.author_id, 'x', c.mentions, c.created_at
            from comments c, (select gen_random_uuid() as id from generate_series(1, 20)) i
            returning id, project_id, author_id, created_at
        )
        insert into notifications
            (id, project_id, account_id, kind, comment_id, actor_id, created_at, request_id, sent_at)
        select gen_random_uuid(), project_id, $1, 'mention', id, author_id, created_at,
            gen_random_uuid(), created_at
        from c";
    mentioned.execute(statement).await;

    assert_eq!(mentioned.deliver().await, 0);

    mentioned.app.parts.clock.advance(chrono::Duration::days(1));
    assert_eq!(mentioned.deliver().await, 1);
}

#[tokio::test]
async fn somebody_takes_their_comments_and_tasks_away() {
    let mentioned = Mentioned::with("Moje słowa").await;
    let app = &mentioned.app;
    let statement = "insert into tasks
            (id, project_id, title, assignee_id, created_by, created_at, updated_at)
        select gen_random_uuid(), project_id, 'Policz', $1, author_id, created_at, created_at
        from comments";
    mentioned.execute(statement).await;

    let own = app.get(&mentioned.jan, "/api/v1/settings/account/export").await.expect(200);

    assert_eq!(own["data"]["comments"], json!([]), "anothers are not theirs");
    assert_eq!(own["data"]["tasks"][0]["title"], "Policz");
    mentioned.execute("update comments set author_id = $1").await;
    let own = app.get(&mentioned.jan, "/api/v1/settings/account/export").await.expect(200);
    assert_eq!(own["data"]["comments"][0]["text"], "Moje słowa");
}
