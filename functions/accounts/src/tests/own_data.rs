use shared::role::Role;

use super::*;

const EXPORT: &str = "/api/v1/settings/account/export";

#[tokio::test]
async fn somebody_takes_away_what_is_stored_about_them_and_nothing_of_others() {
    let app = TestApp::start(build).await;
    let (ana, jan) = (app.user("ana").await, app.user("jan").await);
    let project = app.project(&ana, json!({})).await;
    app.project(&jan, json!({})).await;
    app.get(&jan, EXPORT).await.expect(200);

    app.get(&ana, EXPORT).await.expect(200);
    let answer = app.get(&ana, EXPORT).await;

    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let own = answer.expect(200);
    let data = &own["data"];
    assert_eq!(data["account"]["id"], json!(ana.id));
    assert_eq!(data["projects"].as_array().unwrap().len(), 1);
    assert_eq!(data["projects"][0]["project_id"], json!(project));
    assert_eq!(data["sign_ins"].as_array().unwrap().len(), 1);
    let trail = data["trail"].as_array().unwrap();
    assert_eq!(trail.len(), 1, "the export before, and not this one");
    assert_eq!(trail[0]["action"], "export");
    let text = own.to_string();
    for secret in ["password", "refresh", "hash", &jan.id.to_string()] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    app.send(Method::GET, EXPORT, None, None).await.expect(401);
}

/// Rows of the person who owns each project: money, an inbox, a link, an export, a library.
const BELONGINGS: [&str; 5] = [
    "insert into account_allowances (account_id, month, spent_micros) select owner_id, '2026-01-01', 7 from projects",
    "insert into model_calls (id, project_id, account_id, task, prompt_version, provider, model, state,
        reserved_micros, cost_micros, input_tokens, created_at, expires_at, settled_at)
     select gen_random_uuid(), id, owner_id, 'persona_text', '1', 'gemini', 'flash', 'settled', 9, 4, 100, created_at,
        created_at, created_at from projects, generate_series(1, 2)",
    "insert into tasks (id, project_id, title, created_by, created_at, updated_at)
     select id, id, 't', owner_id, created_at, created_at from projects",
    "insert into exports (id, project_id, subject_kind, subject_id, format, has_bom, is_unmasked, requested_by,
        created_at, expires_at)
     select id, id, 'project', id, 'csv', false, false, owner_id, created_at, created_at from projects",
    "insert into project_libraries (project_id, account_id, lent_at) select id, owner_id, created_at from projects
     on conflict do nothing",
];

#[tokio::test]
async fn money_inbox_links_exports_and_libraries_are_in_it_each_of_its_owner_alone() {
    let app = TestApp::start(build).await;
    let (ana, jan) = (app.user("ana").await, app.user("jan").await);
    let anas = app.project(&ana, json!({})).await;
    app.project(&jan, json!({})).await;
    let people = app.people(anas, &ana, 1).await;
    for statement in BELONGINGS {
        sqlx::query(statement).execute(&app.parts.pool).await.unwrap();
    }
    let notify = "insert into notifications (id, project_id, account_id, kind, task_id, actor_id, created_at)
        select id, id, owner_id, 'assigned', id, owner_id, created_at from projects";
    sqlx::query(notify).execute(&app.parts.pool).await.unwrap();
    let share = "insert into share_links (id, project_id, persona_id, token_hash, created_by, created_at, expires_at)
        select $1, project_id, id, '\\xdead', created_by, created_at, created_at from personas where id = $1";
    sqlx::query(share).bind(people[0].0).execute(&app.parts.pool).await.unwrap();

    let own = app.get(&ana, EXPORT).await.expect(200);

    let data = &own["data"];
    for part in ["allowances", "notifications", "exports", "libraries", "links"] {
        assert_eq!(data[part].as_array().map(Vec::len), Some(1), "{part} in {data}");
    }
    for part in ["notifications", "exports", "libraries", "links"] {
        assert_eq!(data[part][0]["project_id"], json!(anas), "{part}");
    }
    assert_eq!(data["allowances"][0]["spent_micro_usd"], 7);
    let calls = &data["model_calls"][0];
    assert_eq!(
        (&calls["calls"], &calls["cost_micro_usd"], &calls["input_tokens"]),
        (&json!(2), &json!(8), &json!(200))
    );
    assert!(!own.to_string().contains("dead"), "no token");
}

#[tokio::test]
async fn whoever_has_left_a_project_takes_nothing_away_of_what_became_of_its_tasks() {
    let app = TestApp::start(build).await;
    let (ana, jan) = (app.user("ana").await, app.user("jan").await);
    let project = app.project(&ana, json!({})).await;
    app.member(project, &jan, Role::Editor).await;
    let task = "insert into tasks (id, project_id, title, created_by, created_at, updated_at)
        select id, id, 'mine', $1, created_at, created_at from projects";
    sqlx::query(task).bind(jan.id.0).execute(&app.parts.pool).await.unwrap();
    let before = app.get(&jan, EXPORT).await.expect(200);
    let leave = "delete from project_members where account_id = $1";
    sqlx::query(leave).bind(jan.id.0).execute(&app.parts.pool).await.unwrap();
    let change = "update tasks set title = 'what nobody tells Jan'";
    sqlx::query(change).execute(&app.parts.pool).await.unwrap();

    let after = app.get(&jan, EXPORT).await.expect(200);

    assert_eq!(before["data"]["tasks"][0]["title"], "mine");
    assert_eq!(after["data"]["tasks"], json!([]));
}

#[tokio::test]
async fn one_account_is_in_memory_at_a_time_until_it_is_sent() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let request = http::Request::get(EXPORT)
        .header("authorization", format!("Bearer {}", ana.token))
        .body(axum::body::Body::empty())
        .unwrap();

    let response = tower::ServiceExt::oneshot(app.api(), request).await.unwrap();

    assert_eq!((response.status().as_u16(), crate::own_data::TURNS.free()), (200, 0));
    let file = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert!(serde_json::from_slice::<Value>(&file).is_ok());
    app.get(&ana, EXPORT).await.expect(200);
}
