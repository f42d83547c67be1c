//! Workers that are killed at random moments: whatever happens, a run ends with everybody once.

use std::time::Duration;

use futures::future::join_all;
use platform::model::release_expired;
use platform::runs;
use serde_json::{Value, json};
use shared::Seed;
use shared::id::ProjectId;
use shared::role::Role;
use testkit::{TestApp, User};
use uuid::Uuid;

use crate::all_functions;

const SEEDS: u64 = 100;
/// Seeds that are tried beside one another, each lane with a database and a clock of its own.
const LANES: u64 = 4;
/// A shard is given up after [`runs::MAX_ATTEMPTS`] claims without progress: its last one is spared.
const KILLS: i32 = runs::MAX_ATTEMPTS - 1;
/// A worker lives for less than this; without a kill eight people take about 40 ms.
const LONGEST_LIFE_MS: u64 = 60;

/// A project whose runs can be disturbed.
pub(crate) struct World {
    pub(crate) app: TestApp,
    ana: User,
    project: ProjectId,
}

/// How a run stands in the database.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct End {
    status: String,
    done: i64,
    failed: i64,
    open_shards: i64,
    indexes: Vec<i32>,
}

impl End {
    /// Everybody once, nobody failed, nothing left to do.
    pub(crate) fn of(people: i32) -> Self {
        Self {
            status: "succeeded".to_owned(),
            done: people.into(),
            failed: 0,
            open_shards: 0,
            indexes: (0..people).collect(),
        }
    }
}

impl World {
    pub(crate) async fn new(app: TestApp) -> Self {
        let ana = app.user("ana").await;
        let project = app.project(&ana, json!({})).await;
        Self { app, ana, project }
    }

    /// Starts a run and gives its id and its messages. By a new editor: the clock goes on for hours,
    /// and a token does not live that long.
    pub(crate) async fn start(&self, people: i32, seed: u64) -> (Uuid, Vec<Value>) {
        let editor = self.app.user("editor").await;
        self.app.member(self.project, &editor, Role::Editor).await;
        let path = format!("/api/v1/projects/{}/populations", self.project);
        let wanted = json!({ "people": people, "seed": seed });
        let started = self.app.post(&editor, &path, wanted).await.expect(202);
        (started["run_id"].as_str().unwrap().parse().unwrap(), self.messages())
    }

    /// People who may look at the project.
    pub(crate) async fn viewers(&self, people: usize) -> Vec<User> {
        let mut viewers = Vec::new();
        for n in 0..people {
            let viewer = self.app.user(&format!("viewer{n}")).await;
            self.app.member(self.project, &viewer, Role::Viewer).await;
            viewers.push(viewer);
        }
        viewers
    }

    pub(crate) fn user(&self) -> &User {
        &self.ana
    }

    fn messages(&self) -> Vec<Value> {
        let messages = self.app.parts.publisher.take().into_iter();
        messages.map(|message| serde_json::from_str(&message.json).unwrap()).collect()
    }

    /// What the scheduler does once the leases of dead workers have ended.
    pub(crate) async fn sweep(&self) -> Vec<Value> {
        let parts = &self.app.parts;
        parts.clock.advance(runs::LEASE);
        runs::republish(&parts.pool, &parts.publisher, parts.clock.now()).await.unwrap();
        self.messages()
    }

    pub(crate) async fn end(&self, run: Uuid) -> End {
        let pool = &self.app.parts.pool;
        let (status, done, failed, open_shards) = sqlx::query_as(
            "select r.status, sum(s.done), sum(s.failed), count(*) filter (where s.state <> 'done') \
             from runs r join run_shards s on s.run_id = r.id where r.id = $1 group by r.id",
        )
        .bind(run)
        .fetch_one(pool)
        .await
        .unwrap();
        let indexes = sqlx::query_scalar(
            "select population_index from personas where run_id = $1 order by population_index",
        );
        let indexes = indexes.bind(run).fetch_all(pool).await.unwrap();
        End { status, done, failed, open_shards, indexes }
    }

    /// Delivers messages to workers that die at moments which follow from the seed.
    async fn kill(&self, messages: &[Value], seed: Seed) -> usize {
        let lives = messages.iter().zip(0..).map(|(message, i)| async move {
            let life = Duration::from_millis(seed.child("life", i).0 % LONGEST_LIFE_MS);
            let push = self.app.push("persona-generate", message);
            // A dropped future is a worker that the platform has killed.
            tokio::time::timeout(life, push).await.is_err()
        });
        let killed = join_all(lives).await;
        killed.into_iter().filter(|&was_killed| was_killed).count()
    }

    /// One run under random kills. Returns how many workers died.
    async fn survive(&self, people: i32, seed: u64) -> usize {
        let (run, mut messages) = self.start(people, seed).await;
        let mut killed = 0;
        for attempt in 0..u64::from(KILLS.unsigned_abs()) {
            killed += self.kill(&messages, Seed(seed).child("kill", attempt)).await;
            messages = self.sweep().await;
        }
        for message in messages {
            self.app.push("persona-generate", &message).await.expect(204);
        }
        assert_eq!(self.end(run).await, End::of(people), "seed {seed}");
        killed
    }
}

async fn lane(lane: u64) -> usize {
    let model = all_functions::pensive(Duration::from_millis(5), 2);
    let world = World::new(all_functions::by_hand(&model).await).await;
    let mut killed = 0;
    for seed in (lane..SEEDS).step_by(usize::try_from(LANES).unwrap()) {
        // Now and then two shards, whose workers die apart.
        let people = if seed % 10 == 0 { 30 } else { 8 };
        killed += world.survive(people, seed).await;
    }
    assert_nothing_is_reserved(&world).await;
    killed
}

/// The reservations of dead workers' calls are given back.
async fn assert_nothing_is_reserved(world: &World) {
    let parts = &world.app.parts;
    parts.clock.advance(chrono::Duration::hours(1));
    release_expired(&parts.pool, parts.clock.now()).await.unwrap();
    let left = sqlx::query_scalar("select count(*) from model_calls where state = 'reserved'");
    let left: i64 = left.fetch_one(&parts.pool).await.unwrap();
    assert_eq!(left, 0, "calls that are reserved for ever");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_runs_whose_workers_are_killed_anywhere_end_with_everybody_once() {
    let killed: usize = join_all((0..LANES).map(lane)).await.into_iter().sum();

    println!("{killed} workers died in {SEEDS} runs");
    assert!(killed > 50, "only {killed} workers died: the test is too kind");
}

#[tokio::test]
async fn workers_that_are_killed_while_others_take_their_shards_leave_nothing_twice() {
    let model = all_functions::pensive(Duration::from_millis(10), 2);
    let world = World::new(all_functions::by_hand(&model).await).await;
    let (run, messages) = world.start(30, 7).await;

    // The clock runs past the first workers' leases while they are alive.
    let slow = join_all(messages.iter().map(|m| world.app.push("persona-generate", m)));
    let others = async {
        tokio::time::sleep(Duration::from_millis(40)).await;
        for message in world.sweep().await {
            world.app.push("persona-generate", &message).await.expect(204);
        }
    };
    let (slow, ()) = tokio::join!(slow, others);

    assert!(slow.iter().all(|answer| answer.status() == 204), "{slow:?}");
    assert_eq!(world.end(run).await, End::of(30));
}
