use serde_json::Value;
use shared::id::ProjectId;
use shared::role::Role;

use super::*;

fn budget_of(project: ProjectId) -> String {
    format!("{PROJECTS}/{project}/budget")
}

/// A call in the ledger: its task, model, state, outcome, cost and what it holds.
async fn call(
    app: &TestApp,
    project: ProjectId,
    (task, model, state): (&str, &str, &str),
    (outcome, cost, reserved): (Option<&str>, Option<i64>, i64),
) {
    let statement = "insert into model_calls
            (id, project_id, task, prompt_version, provider, model, state, reserved_micros,
             input_tokens, output_tokens, cost_micros, outcome, created_at, expires_at, settled_at)
        values ($1, $2, $3, '1', 'gemini', $4, $5, $6, 100, 20, $7, $8, $9, $9,
            case when $5 <> 'reserved' then $9 end)";
    sqlx::query(statement)
        .bind(app.parts.ids.next::<uuid::Uuid>())
        .bind(project.0)
        .bind(task)
        .bind(model)
        .bind(state)
        .bind(reserved)
        .bind(cost)
        .bind(outcome)
        .bind(app.parts.clock.now())
        .execute(&app.parts.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_study_has_no_limit_until_an_admin_sets_one_and_lifts_it_again() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let path = budget_of(project);

    let before = app.get(&ana, &path).await.expect(200);
    let set = app.put(&ana, &path, json!({ "cap_usd": 12.345678 })).await.expect(200);
    let lifted = app.put(&ana, &path, json!({ "cap_usd": null })).await.expect(200);

    assert_eq!(before["cap_usd"], Value::Null);
    assert_eq!(before["remaining_usd"], Value::Null);
    assert_eq!((&set["cap_usd"], &set["remaining_usd"]), (&json!(12.345678), &json!(12.345678)));
    assert_eq!(lifted["cap_usd"], Value::Null);
    assert_eq!(app.audited(project.0, "budget").await, 2);
}

#[tokio::test]
async fn what_remains_is_the_limit_less_what_is_spent_and_held() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let statement = "insert into project_budgets (project_id, spent_micros, reserved_micros) \
         values ($1, 1500000, 250000)";
    sqlx::query(statement).bind(project.0).execute(&app.parts.pool).await.unwrap();

    let enough = app.put(&ana, &budget_of(project), json!({ "cap_usd": 2 })).await.expect(200);
    let passed = app.put(&ana, &budget_of(project), json!({ "cap_usd": 1 })).await.expect(200);

    assert_eq!((&enough["spent_usd"], &enough["reserved_usd"]), (&json!(1.5), &json!(0.25)));
    assert_eq!(enough["remaining_usd"], json!(0.25));
    assert_eq!((&passed["cap_usd"], &passed["remaining_usd"]), (&json!(1.0), &json!(0.0)));
}

#[tokio::test]
async fn a_limit_that_is_none_is_refused_and_none_is_lifted_by_accident() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let path = budget_of(project);
    app.put(&ana, &path, json!({ "cap_usd": 5 })).await.expect(200);

    for body in [
        json!({}),
        json!({ "cap_usd": -1 }),
        json!({ "cap_usd": 1e7 }),
        json!({ "cap_usd": 0.0000001 }),
        json!({ "cap_usd": "5" }),
    ] {
        let answer = app.put(&ana, &path, body.clone()).await.expect(422);
        assert_eq!(answer["errors"][0]["field"], "cap_usd", "{body}");
    }

    assert_eq!(app.get(&ana, &path).await.expect(200)["cap_usd"], json!(5.0));
}

#[tokio::test]
async fn usage_adds_up_the_ledger_by_task_and_model() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let other = app.project(&ana, json!({})).await;
    for _ in 0..2 {
        let (settled, ok) = (("persona", "flash", "settled"), (Some("ok"), Some(1_000), 5_000));
        call(&app, project, settled, ok).await;
    }
    call(&app, project, ("persona", "flash", "released"), (Some("timed_out"), Some(0), 5_000))
        .await;
    call(&app, project, ("persona", "flash", "reserved"), (None, None, 7_000)).await;
    call(&app, project, ("persona", "unknown", "settled"), (Some("ok"), None, 0)).await;
    call(&app, project, ("repair", "flash", "settled"), (Some("unusable"), Some(300), 0)).await;
    call(&app, other, ("persona", "flash", "settled"), (Some("ok"), Some(9_999), 0)).await;

    let usage = app.get(&ana, &format!("{PROJECTS}/{project}/usage")).await.expect(200);

    let flash = json!({
        "task": "persona", "provider": "gemini", "model": "flash", "calls": 4, "failed": 1,
        "unpriced": 0, "at_worst": 0, "simulated": 0, "input_tokens": 400, "output_tokens": 80, "cost_usd": 0.002,
        "reserved_usd": 0.007,
    });
    assert_eq!(usage["lines"][0], flash);
    let models: Vec<_> = usage["lines"].as_array().unwrap().iter().map(|l| &l["model"]).collect();
    assert_eq!(models, ["flash", "unknown", "flash"]);
    assert_eq!(usage["lines"][1]["unpriced"], 1);
    let total = &usage["total"];
    assert_eq!((&total["calls"], &total["failed"]), (&json!(6), &json!(2)));
    assert_eq!((&total["cost_usd"], &total["reserved_usd"]), (&json!(0.0023), &json!(0.007)));
}

#[tokio::test]
async fn a_new_study_has_a_limit_from_the_start_that_its_admin_raises() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let path = format!("{}/budget", path(&make(&app, &ana).await["id"]));

    let first = app.get(&ana, &path).await.expect(200);
    let raised = app.put(&ana, &path, json!({ "cap_usd": 50 })).await.expect(200);

    assert_eq!((&first["cap_usd"], &first["remaining_usd"]), (&json!(5.0), &json!(5.0)));
    assert_eq!(raised["cap_usd"], json!(50.0));
}

#[test]
fn the_first_limit_is_the_operators_and_none_only_by_that_word() {
    let read = |text| FirstCap::from_env(&Env::from([("PROJECT_CAP_USD", text)]));
    let env = Env::from([("PROJECT_CAP_USD", "unlimited")]);

    assert_eq!(read("2.5"), FirstCap(Some(2_500_000)));
    assert_eq!(read("none"), FirstCap(None));
    assert_eq!(FirstCap::from_env(&env), FirstCap(Some(5_000_000)));
    assert!(env.check(Some(())).is_err());
}

#[tokio::test]
async fn usage_tells_what_was_booked_at_its_most_and_what_was_simulated() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let settled = ("persona", "flash", "settled");
    call(&app, project, settled, (Some("lost"), Some(5_000), 5_000)).await;
    call(&app, project, settled, (Some("dropped"), Some(5_000), 5_000)).await;
    call(&app, project, settled, (Some("ok"), Some(1_000), 5_000)).await;
    let offline = "update model_calls set provider = 'offline' where outcome = 'ok'";
    sqlx::query(offline).execute(&app.parts.pool).await.unwrap();

    let usage = app.get(&ana, &format!("{PROJECTS}/{project}/usage")).await.expect(200);

    assert_eq!((&usage["total"]["at_worst"], &usage["total"]["simulated"]), (&json!(2), &json!(1)));
    assert_eq!(usage["lines"][0]["simulated"], 0);
    assert_eq!(usage["lines"][1]["simulated"], 1);
}

#[tokio::test]
async fn viewers_see_a_budget_that_only_admins_set() {
    let app = TestApp::start(build).await;
    let (ana, ewa) = (app.user("ana").await, app.user("ewa").await);
    let project = app.project(&ana, json!({})).await;
    app.member(project, &ewa, Role::Editor).await;

    app.get(&ewa, &budget_of(project)).await.expect(200);
    app.put(&ewa, &budget_of(project), json!({ "cap_usd": 5 })).await.expect(403);

    assert_eq!(app.audited(project.0, "budget").await, 0);
}
