//! Whose rights every process is told of.

use platform::rights::{Rights, RightsOf};
use shared::role::Role;

use super::*;

#[tokio::test]
async fn lost_and_changed_rights_are_told_to_every_process() {
    // Without Redis, so that nothing comes from elsewhere or twice.
    let rights = Rights::new(None);
    let build = |parts: &Parts| build(&Parts { rights: rights.clone(), ..parts.clone() });
    let app = TestApp::start(build).await;
    let (ana, jan, ola) = (app.user("ana").await, app.user("jan").await, app.user("ola").await);
    let project = app.project(&ana, json!({})).await;
    app.member(project, &jan, Role::Editor).await;
    app.member(project, &ola, Role::Viewer).await;
    let one = format!("{PROJECTS}/{project}");
    let member = |user: &User| format!("{one}/members/{}", user.id);
    let mut heard = rights.listen().await;
    let mut told = || std::iter::from_fn(|| heard.try_recv().ok()).collect::<Vec<RightsOf>>();

    app.put(&ana, &member(&jan), json!({ "role": "viewer" })).await.expect(200);
    assert_eq!(told(), [RightsOf::Account(jan.id)], "another role");
    app.delete(&ana, &member(&jan), None).await.expect(204);
    assert_eq!(told(), [RightsOf::Account(jan.id)], "removed");
    app.delete(&ola, &member(&ola), None).await.expect(204);
    assert_eq!(told(), [RightsOf::Account(ola.id)], "gone by themselves");
    app.delete(&jan, &one, None).await.expect(404);
    assert_eq!(told(), [], "nothing was deleted");
    app.delete(&ana, &one, None).await.expect(204);
    assert_eq!(told(), [RightsOf::Project(project)], "deleted");
}
