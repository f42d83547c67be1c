//! What it takes to compute the metrics of everybody in a project, beside a plain UPDATE of the same people:
//! `cargo local bench kpi` runs it, with services of its own.
//!
//! A snapshot is of a segment, so a run reads a project's evidence once and stores a row a segment, however many
//! people there are. The UPDATE is what storing a figure with each of them would take at the least.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at what is wrong"
)]

use std::process::ExitCode;
use std::time::Instant;

use platform::model::Config;
use serde_json::json;
use shared::id::ProjectId;
use testkit::{Parts, TestApp, User, verdict};

const PEOPLE: i32 = 100_000;
/// Those who are drawn; the others are copies of them under other numbers.
const DRAWN: u32 = 200;
/// The most that the run may take of the time of the UPDATE.
const BAR: f64 = 1.5;

#[tokio::main]
async fn main() -> ExitCode {
    let build =
        |parts: &Parts| kpi_recalc::routes(parts.worker_state(&Config::offline()).without_model());
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    populate(&app, &ana, project).await;

    let began = Instant::now();
    let path = format!("/api/v1/projects/{project}/kpi/recalculate");
    app.post(&ana, &path, json!({})).await.expect(202);
    app.deliver_all().await;
    let run = began.elapsed().as_secs_f64();

    let began = Instant::now();
    let plain = "update personas set updated_at = $2 where project_id = $1";
    let query = sqlx::query(plain).bind(project.0).bind(app.parts.clock.now());
    let updated = query.execute(&app.parts.pool).await.unwrap().rows_affected();
    let update = began.elapsed().as_secs_f64();

    assert_eq!(updated, u64::try_from(PEOPLE).unwrap());
    let segments: i64 = sqlx::query_scalar("select count(*) from kpi_snapshots")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert!(segments > 0, "nothing was computed");
    let part = run / update;
    println!("{PEOPLE} people, {segments} segments: run {run:.2} s, plain UPDATE {update:.2} s");
    let (value, bar) = (format!("{part:.2}"), format!("{BAR:.2}"));
    match verdict("run, part of the UPDATE", &value, &bar, part <= BAR) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

async fn populate(app: &TestApp, maker: &User, project: ProjectId) {
    app.people(project, maker, DRAWN).await;
    let copies = "insert into personas
        select (jsonb_populate_record(p, jsonb_build_object(
            'id', gen_random_uuid(), 'population_index', p.population_index + $1 * n))).*
        from personas p
        cross join generate_series(1, $2 / $1 - 1) n";
    let drawn = i32::try_from(DRAWN).unwrap();
    let query = sqlx::query(copies).bind(drawn).bind(PEOPLE);
    query.execute(&app.parts.pool).await.unwrap();
    sqlx::query("analyze personas").execute(&app.parts.pool).await.unwrap();
}
