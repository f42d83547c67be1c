//! The most memory that exports take: all people of a large project page by page, and as many as a PDF has place for.
//! `cargo local bench export` runs it, with services of its own.
#![expect(clippy::unwrap_used, reason = "a measurement stops at what is wrong")]

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use export::{AppState, routes};
use platform::model::Config;
use serde_json::{Value, json};
use shared::id::ProjectId;
use testkit::{Parts, TestApp, User, peak_mb, verdict};

const PEOPLE: u32 = 10_000;
/// Written page by page.
const PAGES_BAR_MB: f64 = 128.0;
/// As many as a PDF takes.
const IN_A_PDF: u32 = 200;
/// What an instance has.
const PDF_BAR_MB: f64 = 512.0;
/// As long as a model writes a life.
const STORY: usize = 1_500;

#[tokio::main]
async fn main() -> ExitCode {
    let state = |parts: &Parts| AppState {
        worker: parts.worker_state(&Config::offline()).without_model(),
        storage: parts.storage.clone(),
    };
    let app = TestApp::start(|parts| routes(state(parts))).await;
    let ana = app.user("ana").await;
    let large = app.project(&ana, json!({})).await;
    app.people(large, &ana, PEOPLE).await;
    let small = app.project(&ana, json!({})).await;
    app.people(small, &ana, IN_A_PDF).await;
    let story = "Mieszka nad rzeką i lubi kawę. ".repeat(STORY / 30);
    let query = sqlx::query("update personas set background_story = $1").bind(story);
    query.execute(&app.parts.pool).await.unwrap();

    let mut all_hold = true;
    for (format, project, people, bar) in [
        ("csv", large, PEOPLE, PAGES_BAR_MB),
        ("json", large, PEOPLE, PAGES_BAR_MB),
        ("pdf", small, IN_A_PDF, PDF_BAR_MB),
    ] {
        let (most, seconds) = measured(&app, &ana, project, format).await;
        let what = format!("{people} people as {format}, {seconds:.1} s, MB");
        all_hold &= verdict(&what, &format!("{most:.0}"), &format!("{bar:.0}"), most <= bar);
    }
    if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The most memory of this process while a file is written, and how long that takes.
async fn measured(app: &TestApp, user: &User, project: ProjectId, format: &str) -> (f64, f64) {
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let began = Instant::now();
    let body = json!({ "subject": "project", "format": format });
    let path = format!("/api/v1/projects/{project}/exports");
    let started = app.post(user, &path, body).await.expect(202);
    app.deliver_all().await;
    let seconds = began.elapsed().as_secs_f64();
    let id = started["export_id"].as_str().unwrap();
    let view: Value = app.get(user, &format!("/api/v1/exports/{id}")).await.expect(200);
    assert_eq!(view["is_ready"], true, "{view}");
    (peak_mb("self").unwrap(), seconds)
}
