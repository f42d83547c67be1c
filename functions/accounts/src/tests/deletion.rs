use shared::id::ProjectId;
use shared::role::Role;

use super::*;

const ACCOUNT: &str = "/api/v1/settings/account";

async fn leave(app: &TestApp, user: &User) {
    app.delete(user, ACCOUNT, None).await.expect(200);
}

/// What a query of one column and one row says.
async fn one<T>(app: &TestApp, query: &'static str, id: uuid::Uuid) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    sqlx::query_scalar(query).bind(id).fetch_one(&app.parts.pool).await.unwrap()
}

async fn role(app: &TestApp, project: ProjectId, user: &User) -> String {
    let query = "select role from project_members where project_id = $1 and account_id = $2";
    sqlx::query_scalar(query)
        .bind(project.0)
        .bind(user.id.0)
        .fetch_one(&app.parts.pool)
        .await
        .unwrap()
}

/// Somebody invites an address, and the e-mail has gone.
async fn invite(app: &TestApp, email: &str) {
    let jan = app.user("jan").await;
    let project = app.project(&jan, json!({})).await;
    let id: uuid::Uuid = app.parts.ids.next();
    let statement = "with invited as (insert into project_invitations
            (id, project_id, email, role, invited_by, request_id, created_at, expires_at)
        values ($1, $2, $3, 'viewer', $4, $1, $5, $5 + interval '7 days'))
        insert into invitation_letters (request_id, project_id, invited_by, email, at)
        values ($1, $2, $4, $3, $5)";
    sqlx::query(statement)
        .bind(id)
        .bind(project.0)
        .bind(email)
        .bind(jan.id.0)
        .bind(app.parts.clock.now())
        .execute(&app.parts.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn nothing_is_left_that_names_a_person_who_has_left() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let profile = json!({ "role": "Badaczka", "company": "Pracownia Kawy" });
    app.put(&ana, "/api/v1/settings/profile", profile).await.expect(200);
    app.parts
        .storage
        .put(&format!("avatars/{}/0a1b2c3d.jpg", ana.id), "image/jpeg", "x".into())
        .await
        .unwrap();
    let lines: i64 =
        one(&app, "select count(*) from audit_log where account_id = $1", ana.id.0).await;
    invite(&app, "ana@example.com").await;
    let prove = "update accounts set is_verified = true where id = $1";
    sqlx::query(prove).bind(ana.id.0).execute(&app.parts.pool).await.unwrap();

    leave(&app, &ana).await;

    me(&app, &ana.token).await.expect(401);
    let login = json!({ "email": "ana@example.com", "password": "Another123" });
    anonymous(&app, "/api/v1/auth/login", login).await.expect(401);
    let key = format!("avatars/{}/0a1b2c3d.jpg", ana.id);
    assert!(!app.parts.storage.exists(&key).await.unwrap());
    for table in [
        "accounts",
        "sessions",
        "account_proofs",
        "project_members",
        "project_invitations",
        "invitation_letters",
        "audit_log",
    ] {
        let query = sqlx::AssertSqlSafe(format!(
            "select coalesce(string_agg(t::text, ' '), '') from {table} t"
        ));
        let all: String = sqlx::query_scalar(query).fetch_one(&app.parts.pool).await.unwrap();
        for text in ["ana@example.com", "Nowak", "Badaczka", "Pracownia", "argon2"] {
            assert!(!all.contains(text), "{table} still knows {text}");
        }
    }
    let after: i64 =
        one(&app, "select count(*) from audit_log where account_id = $1", ana.id.0).await;
    assert_eq!(after, lines + 1, "the log survives, and says that they left");
}

#[tokio::test]
async fn the_address_is_free_again_for_somebody_new() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    leave(&app, &ana).await;

    let next = registered(&app, "ana@example.com").await;

    assert_ne!(next.id, ana.id);
}

#[tokio::test]
async fn a_sign_in_of_eleven_minutes_is_too_old_and_a_refresh_does_not_renew_it() {
    let app = TestApp::start(build).await;
    let signed_in = register(&app, "ana@example.com").await;
    app.parts.clock.advance(chrono::Duration::minutes(10));
    let refresh = json!({ "refresh_token": signed_in["refresh_token"] });
    let next = anonymous(&app, "/api/v1/auth/refresh", refresh).await.expect(200);
    app.parts.clock.advance(chrono::Duration::seconds(1));

    let token = text(&next, "access_token");
    let refused = app.send(Method::DELETE, ACCOUNT, Some(token), None).await.expect(401);
    assert_eq!(refused["detail"], "Sign in again to do this");
    me(&app, token).await.expect(200);

    let login = json!({ "email": "ana@example.com", "password": "Another123" });
    let again = anonymous(&app, "/api/v1/auth/login", login).await.expect(200);
    let token = Some(text(&again, "access_token"));
    app.parts.clock.advance(chrono::Duration::minutes(10));
    app.send(Method::DELETE, ACCOUNT, token, None).await.expect(200);
}

#[tokio::test]
async fn a_study_of_one_person_goes_with_them_and_its_work_stops() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let run: uuid::Uuid = app.parts.ids.next();
    let statement = "insert into runs
            (id, kind, project_id, subject_id, input, total, request_hash, requested_by, created_at)
        values ($1, 'persona-generate', $2, $1, '{}', 1, '', $3, $4)";
    sqlx::query(statement)
        .bind(run)
        .bind(project.0)
        .bind(ana.id.0)
        .bind(app.parts.clock.now())
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let statement = "insert into run_shards (run_id, shard, input, size) values ($1, 0, '[]', 1)";
    sqlx::query(statement).bind(run).execute(&app.parts.pool).await.unwrap();

    leave(&app, &ana).await;

    let query = "select deleted_at is not null from projects where id = $1";
    assert!(one::<bool>(&app, query, project.0).await);
    let query = "select cancel_requested_at is not null from runs where id = $1";
    assert!(one::<bool>(&app, query, run).await);
    assert_eq!(app.audited(project.0, "delete").await, 1);
}

#[tokio::test]
async fn a_study_of_several_goes_on_with_its_other_admin() {
    let app = TestApp::start(build).await;
    let (ana, jan, ewa) = (app.user("ana").await, app.user("jan").await, app.user("ewa").await);
    let project = app.project(&ana, json!({})).await;
    app.member(project, &jan, Role::Editor).await;
    app.member(project, &ewa, Role::Admin).await;

    leave(&app, &ana).await;

    assert_eq!(role(&app, project, &ewa).await, "admin");
    assert_eq!(role(&app, project, &jan).await, "editor");
    let query = "select owner_id from projects where id = $1 and deleted_at is null";
    assert_eq!(one::<uuid::Uuid>(&app, query, project.0).await, ewa.id.0);
}

#[tokio::test]
async fn where_nobody_else_is_an_admin_the_highest_and_longest_member_becomes_it() {
    let app = TestApp::start(build).await;
    let (ana, ewa) = (app.user("ana").await, app.user("ewa").await);
    let (jan, ola) = (app.user("jan").await, app.user("ola").await);
    let project = app.project(&ana, json!({})).await;
    app.member(project, &ewa, Role::Viewer).await;
    app.parts.clock.advance(chrono::Duration::seconds(1));
    app.member(project, &jan, Role::Editor).await;
    app.parts.clock.advance(chrono::Duration::seconds(1));
    app.member(project, &ola, Role::Editor).await;

    leave(&app, &ana).await;

    assert_eq!(role(&app, project, &jan).await, "admin");
    assert_eq!(role(&app, project, &ola).await, "editor");
    assert_eq!(role(&app, project, &ewa).await, "viewer");
    assert_eq!(app.audited(project.0, "members").await, 1);
}

#[tokio::test]
async fn two_who_leave_at_once_leave_no_study_without_an_admin() {
    for _ in 0..5 {
        let app = TestApp::start(build).await;
        let (ana, ewa, jan) = (app.user("ana").await, app.user("ewa").await, app.user("jan").await);
        let mut projects = Vec::new();
        for _ in 0..3 {
            let project = app.project(&ana, json!({})).await;
            app.member(project, &ewa, Role::Admin).await;
            app.member(project, &jan, Role::Viewer).await;
            projects.push(project);
        }

        tokio::join!(leave(&app, &ana), leave(&app, &ewa));

        for project in projects {
            assert_eq!(role(&app, project, &jan).await, "admin");
        }
    }
}

#[tokio::test]
async fn a_persons_own_library_goes_with_them_and_documents_of_studies_stay() {
    let app = TestApp::start(build).await;
    let (ana, ewa) = (app.user("ana").await, app.user("ewa").await);
    let project = app.project(&ana, json!({})).await;
    app.member(project, &ewa, Role::Admin).await;
    for (scope, of, owner) in
        [("account", None, &ana), ("account", None, &ewa), ("project", Some(project.0), &ana)]
    {
        let id: uuid::Uuid = app.parts.ids.next();
        let statement = "insert into documents
                (id, scope, project_id, owner_id, scope_key, title, filename, file_type, size_bytes,
                 content_hash, upload_id, status, step, created_at, updated_at)
            values ($1, $2, $3, $4, $1::text, 'Raport', 'a.md', 'md', 1, '', $1, 'ready', 'done', $5,
                $5)";
        sqlx::query(statement)
            .bind(id)
            .bind(scope)
            .bind(of)
            .bind(owner.id.0)
            .bind(app.parts.clock.now())
            .execute(&app.parts.pool)
            .await
            .unwrap();
    }

    leave(&app, &ana).await;

    let query = "select count(*) from documents where deleted_at is not null and owner_id = $1";
    assert_eq!(one::<i64>(&app, query, ana.id.0).await, 1, "and not the one of the project");
    assert_eq!(one::<i64>(&app, query, ewa.id.0).await, 0);
    let removals = app.parts.publisher.take();
    assert_eq!(removals.len(), 1);
    assert_eq!(removals[0].topic, "rag-ingest");
}
