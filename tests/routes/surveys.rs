//! What the routes of surveys must find and be given to succeed.

use serde_json::{Value, json};
use shared::role::Role;

use super::{Who, World};

/// What a request must bring.
pub(super) async fn body(world: &World, name: &str) -> Option<Value> {
    Some(match name {
        "POST /api/v1/projects/{project_id}/surveys" => draft(),
        "POST /api/v1/surveys/{survey_id}/run" => {
            forget_run(world).await;
            return None;
        }
        "GET /api/v1/surveys/{survey_id}/results"
        | "GET /api/v1/surveys/{survey_id}/segments"
        | "GET /api/v1/surveys/{survey_id}/responses.csv"
        | "GET /api/v1/surveys/{survey_id}/responses/disclosure" => {
            run(world).await;
            return None;
        }
        "POST /api/v1/surveys/{survey_id}/responses.csv" => {
            run(world).await;
            json!({})
        }
        "POST /api/v1/surveys/{survey_id}/human-answers" => human_answers(),
        "GET /api/v1/surveys/{survey_id}/human-answers" => {
            run(world).await;
            let path = world.path("/api/v1/surveys/{survey_id}/human-answers");
            let admin = world.user(Who::Member(Role::Admin)).unwrap();
            world.app.post(admin, &path, human_answers()).await.expect(201);
            return None;
        }
        _ => return None,
    })
}

/// A survey that runs is not started again.
async fn forget_run(world: &World) {
    sqlx::query("update surveys set run_id = null").execute(&world.app.parts.pool).await.unwrap();
}

/// A draft has no results. Running it twice is refused, which is as well.
async fn run(world: &World) {
    let path = world.path("/api/v1/surveys/{survey_id}/run");
    let admin = world.user(Who::Member(Role::Admin)).unwrap();
    world.app.post(admin, &path, json!({})).await;
    world.app.deliver_all().await;
}

/// Two people's answers to it.
fn human_answers() -> Value {
    json!({ "name": "Panel", "csv": "q1\n4\n5\n" })
}

/// A survey of one question.
pub(super) fn draft() -> Value {
    let question = json!({ "id": "q1", "type": "rating-scale", "title": "Would you buy it?" });
    json!({ "title": "Tea", "questions": [question], "target_responses": 10 })
}
