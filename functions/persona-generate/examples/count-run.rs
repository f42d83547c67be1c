//! A run's step, so many times: `cargo local bench` counts its instructions. PostgreSQL and Redis are
//! processes of their own and do not count.
#![expect(clippy::unwrap_used, reason = "a measurement stops at what is wrong")]

use platform::Env;
use platform::model::Config;
use serde_json::json;
use testkit::TestApp;

/// One shard.
const PEOPLE: u32 = 25;

fn main() {
    let times = std::env::args().nth(2).and_then(|n| n.parse::<u64>().ok()).expect("how often");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let build = |parts: &testkit::Parts| {
            let worker = parts.worker_state(&Config::offline());
            let state = persona_generate::AppState::from_env(&Env::from([]), Some(worker));
            persona_generate::routes(state.unwrap())
        };
        let mut app = TestApp::start(build).await;
        for seed in 0..times {
            let ana = app.user("ana").await;
            let project = app.project(&ana, json!({})).await;
            let path = format!("/api/v1/projects/{project}/populations");
            app.post(&ana, &path, json!({ "people": PEOPLE, "seed": seed })).await.expect(202);
            app.deliver_all().await;
        }
        app.database.end().await;
    });
}
