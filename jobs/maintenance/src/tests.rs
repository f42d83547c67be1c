mod audit;
mod collaboration;
mod everywhere;
mod gone;
mod privileges;
mod purge;
mod removed;
mod republish;
mod sessions;

use chrono::{DateTime, Duration, Utc};
use platform::graph::GraphPool;
use platform::queue::Publisher;
use platform::{Clock, Env, Service};
use serde_json::json;
use shared::id::ProjectId;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use testkit::{TestApp, User};
use uuid::Uuid;

use super::*;

/// A database with somebody in it, and what the job works with, with its rights.
struct House {
    app: TestApp,
    ana: User,
    maintenance: PgPool,
    state: State,
}

impl House {
    async fn open() -> Self {
        let app = TestApp::start(|_| Service::default()).await;
        let ana = app.user("ana").await;
        let role = app.database.options(Some("sight_maintenance"));
        let maintenance = PgPoolOptions::new().max_connections(3).connect_lazy_with(role);
        let state = State {
            pool: maintenance.clone(),
            publisher: Publisher::recording(),
            storage: app.parts.storage.clone(),
            graph: GraphPool::from_env(&Env::from_process()),
        };
        Self { app, ana, maintenance, state }
    }

    fn now(&self) -> DateTime<Utc> {
        self.app.parts.clock.now()
    }

    fn id(&self) -> Uuid {
        self.app.parts.ids.next()
    }

    /// A project with a population, a run, and this many personas.
    async fn project(&self, personas: i32) -> ProjectId {
        let project = self.app.project(&self.ana, json!({})).await;
        let (population, run) = (self.id(), self.id());
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "insert into populations
                 (id, project_id, seed, plan, plan_hash, engine_version, language, created_at)
             values ('{population}', '{project}', 1, '{{}}', '', 1, 'pl', '{now}');
             insert into runs
                 (id, kind, project_id, subject_id, input, total, request_hash, requested_by,
                  created_at)
             values ('{run}', 'persona-generate', '{project}', '{population}', '{{}}', 1, '',
                  '{ana}', '{now}');
             insert into run_shards (run_id, shard, input, size) values ('{run}', 0, '[]', 1);
             insert into personas
                 (id, project_id, population_id, population_index, run_id, language, card, headline,
                  background_story, manner, segment_id, written_by, is_simulated, prompt_version,
                  created_by, created_at, updated_at)
             select gen_random_uuid(), '{project}', '{population}', i, '{run}', 'pl', '{{}}', '-',
                  '-', '{{}}', 'a', 'offline', true, '1', '{ana}', '{now}', '{now}'
             from generate_series(1, {personas}) as i;",
            project = project.0,
            ana = self.ana.id.0,
            now = self.now().to_rfc3339(),
        )))
        .execute(&self.app.parts.pool)
        .await
        .unwrap();
        project
    }

    async fn execute(&self, statement: &'static str, id: Uuid, at: DateTime<Utc>) {
        sqlx::query(statement).bind(id).bind(at).execute(&self.app.parts.pool).await.unwrap();
    }

    async fn count(&self, table: &str) -> i64 {
        let query = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        // also what the application may not read
        sqlx::query_scalar(query).fetch_one(&self.app.database.owner()).await.unwrap()
    }
}

#[tokio::test]
async fn every_task_runs_with_the_rights_of_maintenance() {
    let house = House::open().await;

    let (state, clock) = (house.state.clone(), house.app.parts.clock.clone());

    // spawned, as the local system does it
    let ticking = tokio::spawn(async move { tick(&state, &clock).await });
    let report = ticking.await.unwrap();

    assert_eq!(report.done.len(), Task::ALL.len());
    for done in report.done {
        assert_eq!(done.outcome.unwrap(), 0, "{}", done.task.name());
    }
}

#[tokio::test]
async fn the_clock_asks_for_metrics_and_for_needs() {
    let house = House::open().await;

    task::run(&house.state, &house.app.parts.clock, &[Task::Kpis]).await;

    let messages = house.state.publisher.take().into_iter();
    let topics: Vec<String> = messages.map(|message| message.topic).collect();
    assert_eq!(topics, ["kpi-stale", "persona-insights"]);
}

#[tokio::test]
async fn a_task_that_fails_does_not_stop_the_others() {
    let house = House::open().await;
    house.project(1).await;
    house
        .execute(
            "update personas set deleted_at = $2 where $1 is not null",
            house.id(),
            house.now(),
        )
        .await;
    sqlx::raw_sql("drop table sessions")
        .execute(&PgPoolOptions::new().connect_lazy_with(house.app.database.options(None)))
        .await
        .unwrap();
    let clock = Clock::manual(house.now() + Duration::days(90));

    let report = tick(&house.state, &clock).await;

    assert_eq!(report.failed(), ["sessions"]);
    assert_eq!(house.count("personas").await, 0);
}

#[test]
fn every_variable_is_documented() {
    let env = Env::from([("NEO4J_URI", "bolt://localhost")]);

    connect(&env);

    testkit::assert_documented(include_str!("../README.md"), &[&env]);
}
