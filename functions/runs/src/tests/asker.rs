//! A worker whose items fail as a test says, and which keeps what it made in a table of the test.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use platform::model::{Config, Failure};
use platform::queue::Outcome;
use platform::runs::{Engine, ItemProcessor, ShardContext, Worker, handle};
use platform::{Result, WorkerState};
use shared::run::RunRequested;
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use super::*;

type Fails = Arc<dyn Fn(u32, usize) -> Option<Failure> + Send + Sync>;

/// Makes so many items, each of which may fail each time that it is asked for.
#[derive(Clone)]
pub(super) struct Asker {
    worker: WorkerState,
    items: u32,
    fails: Fails,
    /// What is said to the database before an item is stored.
    breaks: fn(u32) -> Option<&'static str>,
    asked: Arc<Mutex<BTreeMap<u32, usize>>>,
}

impl Asker {
    /// Fails at an item, which was asked for so often before, as `fails` says.
    pub(super) async fn of(
        app: &TestApp,
        items: u32,
        fails: impl Fn(u32, usize) -> Option<Failure> + Send + Sync + 'static,
    ) -> Self {
        let options = app.database.options(None);
        let mut connection = PgConnection::connect_with(&options).await.unwrap();
        let table = "create table made (item integer primary key); grant all on made to sight_app";
        sqlx::raw_sql(table).execute(&mut connection).await.unwrap();
        let worker = app.parts.worker_state(&Config::offline());
        Self { worker, items, fails: Arc::new(fails), breaks: |_| None, asked: Arc::default() }
    }

    /// Nobody fails, but with some the database is told this before they are stored.
    pub(super) async fn breaking(
        app: &TestApp,
        items: u32,
        breaks: fn(u32) -> Option<&'static str>,
    ) -> Self {
        Self { breaks, ..Self::of(app, items, |_, _| None).await }
    }

    /// The same with these tools.
    pub(super) fn with(self, worker: WorkerState) -> Self {
        Self { worker, ..self }
    }

    /// Does what a message asks for.
    pub(super) async fn step(&self, run: RunId) -> Result<Outcome> {
        handle(self, &RunRequested { schema: 1, run_id: run, shard: 0 }).await
    }

    /// How often each item was asked for.
    pub(super) fn asked(&self) -> BTreeMap<u32, usize> {
        self.asked.lock().unwrap().clone()
    }
}

impl Worker for Asker {
    fn engine(&self) -> &Engine {
        &self.worker.engine
    }

    async fn work(&self, context: &ShardContext) -> Result<Outcome> {
        let settled = "select item from made union select item from run_failures where run_id = $1";
        let settled: Vec<i32> = sqlx::query_scalar(settled)
            .bind(context.lease.run_id.0)
            .fetch_all(&self.worker.base.pool)
            .await?;
        let left = (0..self.items).filter(|item| !settled.contains(&item.cast_signed()));
        context.each(self, left.collect()).await
    }
}

impl ItemProcessor for Asker {
    type Item = u32;
    type Made = u32;
    type Error = Failure;

    fn number(item: &u32) -> u32 {
        *item
    }

    async fn make(self, item: u32, _: CancellationToken) -> Result<u32, Failure> {
        let before = {
            let mut asked = self.asked.lock().unwrap();
            let count = asked.entry(item).or_default();
            *count += 1;
            *count - 1
        };
        (self.fails)(item, before).map_or(Ok(item), Err)
    }

    fn at_once(&self) -> Option<usize> {
        self.worker.model.at_once()
    }

    async fn store(
        &self,
        connection: &mut PgConnection,
        made: Vec<u32>,
        _: DateTime<Utc>,
    ) -> Result<u32> {
        let mut new = 0;
        for item in made {
            if let Some(statement) = (self.breaks)(item) {
                sqlx::raw_sql(statement).execute(&mut *connection).await?;
            }
            let insert = "insert into made values ($1) on conflict do nothing";
            let insert = sqlx::query(insert).bind(item.cast_signed());
            new += u32::try_from(insert.execute(&mut *connection).await?.rows_affected()).unwrap();
        }
        Ok(new)
    }
}
