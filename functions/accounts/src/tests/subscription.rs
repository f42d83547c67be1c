use super::*;

async fn admin(app: &TestApp) -> User {
    let admin = app.user("admin").await;
    let statement = "update accounts set is_system_admin = true where id = $1";
    sqlx::query(statement).bind(admin.id.0).execute(&app.parts.pool).await.unwrap();
    admin
}

#[tokio::test]
async fn a_system_admin_sets_a_plan_that_holds_from_the_next_request() {
    let app = TestApp::start(build).await;
    let (admin, ana) = (admin(&app).await, app.user("ana").await);
    let path = format!("/api/v1/admin/users/{}/plan", ana.id);
    let profile = "/api/v1/settings/profile";
    let before = app.put(&ana, profile, json!({})).await;

    app.put(&admin, &path, json!({ "plan": "pro" })).await.expect(200);

    let after = app.put(&ana, profile, json!({})).await;
    assert_eq!(before.header("ratelimit-limit"), Some("100"));
    assert_eq!(after.header("ratelimit-limit"), Some("1000"));
    assert_eq!(app.get(&admin, &path).await.expect(200)["plan"], "pro");
    assert_eq!(app.audited(ana.id.0, "plan").await, 1);
}

#[tokio::test]
async fn nobody_sets_their_own_plan_or_one_that_does_not_exist() {
    let app = TestApp::start(build).await;
    let (admin, ana) = (admin(&app).await, app.user("ana").await);
    let path = format!("/api/v1/admin/users/{}/plan", ana.id);
    let nobody = format!("/api/v1/admin/users/{}/plan", uuid::Uuid::nil());

    let refused = app.put(&ana, &path, json!({ "plan": "enterprise" })).await.expect(403);
    app.put(&admin, &path, json!({ "plan": "gold" })).await.expect(422);
    app.put(&admin, &nobody, json!({ "plan": "pro" })).await.expect(404);

    assert_eq!(refused["detail"], "Admin access required");
    assert_eq!(app.get(&admin, &path).await.expect(200)["plan"], "free");
    assert_eq!(app.audited(ana.id.0, "plan").await, 0);
}

#[tokio::test]
async fn people_see_their_own_allowance_by_plan_and_when_it_begins_anew() {
    let app = TestApp::start(build).await;
    let (admin, ana) = (admin(&app).await, app.user("ana").await);
    let path = "/api/v1/settings/allowance";
    let spent = "insert into account_allowances (account_id, month, spent_micros, reserved_micros) \
         values ($1, '2026-01-01', 1500000, 250000), ($1, '2025-12-01', 4000000, 0)";
    sqlx::query(spent).bind(ana.id.0).execute(&app.parts.pool).await.unwrap();

    let free = app.get(&ana, path).await.expect(200);
    let plan = format!("/api/v1/admin/users/{}/plan", ana.id);
    app.put(&admin, &plan, json!({ "plan": "pro" })).await.expect(200);
    let pro = app.get(&ana, path).await.expect(200);
    let nothing = app.get(&admin, path).await.expect(200);
    app.send(Method::GET, path, None, None).await.expect(401);

    let expected = json!({ "limit_usd": 5.0, "spent_usd": 1.5, "reserved_usd": 0.25,
        "remaining_usd": 3.25, "resets_at": "2026-02-01T00:00:00Z" });
    assert_eq!(free, expected);
    assert_eq!((&pro["limit_usd"], &pro["spent_usd"]), (&json!(100.0), &json!(1.5)));
    assert_eq!((&nothing["spent_usd"], &nothing["remaining_usd"]), (&json!(0.0), &json!(5.0)));
}

async fn allowance(app: &TestApp, user: &User) -> Value {
    app.get(user, "/api/v1/settings/allowance").await.expect(200)
}

#[tokio::test]
async fn whoever_comes_back_in_the_same_month_has_what_was_left() {
    let app = TestApp::start(build).await;
    let mut ana = registered(&app, "ana@example.com").await;
    let spend = "insert into account_allowances (account_id, month, spent_micros, reserved_micros) \
         values ($1, '2026-01-01', 1500000, 250000), ($1, '2025-12-01', 900000, 0)";
    sqlx::query(spend).bind(ana.id.0).execute(&app.parts.pool).await.unwrap();

    for spelling in ["Ana@example.com", " ANA@EXAMPLE.COM"] {
        app.delete(&ana, "/api/v1/settings/account", None).await.expect(200);
        ana = registered(&app, spelling).await;

        let left = allowance(&app, &ana).await;
        assert_eq!((&left["spent_usd"], &left["remaining_usd"]), (&json!(1.75), &json!(3.25)));
    }
    let jan = registered(&app, "jan@example.com").await;
    assert_eq!(allowance(&app, &jan).await["spent_usd"], 0.0, "who never left begins with nothing");
    let kept: String =
        sqlx::query_scalar("select string_agg(f::text, '') from former_allowances f")
            .fetch_one(&app.parts.pool)
            .await
            .unwrap();
    assert!(!kept.contains("ana") && kept.contains("1750000"), "{kept}");

    app.delete(&ana, "/api/v1/settings/account", None).await.expect(200);
    app.parts.clock.advance(chrono::Duration::days(31));
    let ana = registered(&app, "ana@example.com").await;
    assert_eq!(allowance(&app, &ana).await["spent_usd"], 0.0, "another month");
}
