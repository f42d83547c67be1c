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
