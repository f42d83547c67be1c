//! Hot reads, so many times: `cargo local bench` counts their instructions. PostgreSQL and Redis are
//! processes of their own and do not count.
#![expect(clippy::unwrap_used, reason = "a measurement stops at what is wrong")]

use platform::Service;
use platform::model::Config;
use population::{Plan, Population};
use serde_json::json;
use shared::Seed;
use shared::persona::Segment;
use testkit::{Parts, TestApp, User};
use uuid::Uuid;

const PEOPLE: u32 = 50;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let subject = arguments.next().expect("a subject");
    let times: u32 = arguments.next().and_then(|n| n.parse().ok()).expect("how often");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (mut app, ana, project, id) = study().await;
        let path = match subject.as_str() {
            "details" => format!("/api/v1/personas/{id}/details"),
            "list" => format!("/api/v1/projects/{project}/personas"),
            _ => panic!("no such subject"),
        };
        // The first is not from cache.
        for _ in 0..=times {
            app.get(&ana, &path).await.expect(200);
        }
        app.database.end().await;
    });
}

fn build(parts: &Parts) -> Service {
    let mut worker = parts.worker_state(&Config::offline());
    worker.base.limiter = worker.base.limiter.times(1_000_000);
    personas::routes(worker)
}

async fn study() -> (TestApp, User, Uuid, Uuid) {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await.0;
    let (pool, now) = (&app.parts.pool, app.parts.clock.now());
    let population: Uuid = app.parts.ids.next();
    sqlx::query(
        "insert into populations (id, project_id, seed, plan, plan_hash, engine_version, language, \
         next_index, created_at) values ($1, $2, 7, '{}', '', 1, 'pl', $3, $4)",
    )
    .bind(population)
    .bind(project)
    .bind(PEOPLE.cast_signed())
    .bind(now)
    .execute(pool)
    .await
    .unwrap();
    let mut last = Uuid::nil();
    for card in Population::new(&Plan::everyone(), Seed(7)).cards(0..PEOPLE) {
        last = app.parts.ids.next();
        sqlx::query(
            "insert into personas (id, project_id, population_id, population_index, language, card, \
             headline, background_story, manner, segment_id, written_by, is_simulated, \
             prompt_version, created_by, created_at, updated_at) values ($1, $2, $3, $4, 'pl', $5, \
             'Nagłówek', $6, '{}', $7, 'offline', true, 'persona.v1', $8, $9, $9)",
        )
        .bind(last)
        .bind(project)
        .bind(population)
        .bind(card.index.cast_signed())
        .bind(json!(card))
        .bind("Historia. ".repeat(300))
        .bind(Segment::of(&card).id())
        .bind(ana.id.0)
        .bind(now)
        .execute(pool)
        .await
        .unwrap();
    }
    (app, ana, project, last)
}
