//! The letter that no text in PostgreSQL can have, sent to every route that takes a body.

use http::Method;
use serde_json::json;
use shared::role::Role;

use super::{Who, World, api_rows};

#[tokio::test]
async fn a_nul_in_a_body_is_the_callers_failure_on_every_route() {
    let world = World::new().await;
    let who = Who::Member(Role::Admin);
    let taking = api_rows()
        .filter(|row| [Method::POST, Method::PUT].contains(&row.method))
        // Nobody is signed in after it.
        .filter(|row| !row.path.ends_with("/logout"));
    let (mut refused, mut wrong) = (0, Vec::new());
    for row in taking {
        let answer = world.send(&row, who, Some(json!({ "name\u{0}": "a\u{0}b" }))).await;
        refused += usize::from(answer.status() == 422);
        if answer.status() >= 500 {
            wrong.push(format!("{}: {}", row.name(), answer.status()));
        }
    }
    world.app.deliver_all().await;

    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(refused > 15, "only {refused} routes looked at it");
}
