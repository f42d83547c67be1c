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
