//! Budgets and the record of calls, on a real PostgreSQL.

use chrono::{DateTime, Utc};
use futures::future::join_all;
use shared::id::RunId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};

use super::*;
use crate::Ids;
use crate::model::budget::Settlement;
use crate::model::reservation::State;

/// What the migration refers to. Roles belong to the whole server, where other tests make them too.
const BEFORE: &str = "
    create table accounts (
        id uuid primary key,
        plan text not null default 'free',
        is_verified boolean not null default true,
        deleted_at timestamptz,
        is_active boolean not null default true,
        is_system_admin boolean not null default false
    );
    create table projects (id uuid primary key, owner_id uuid);
    create table runs (
        id uuid primary key,
        requested_by uuid,
        asked_by uuid,
        project_id uuid,
        kind text
    );
    create table project_roles (project_id uuid, account_id uuid);
    do $$
    begin
        create role sight_app nologin;
        create role sight_maintenance nologin;
    exception when duplicate_object or unique_violation then
        null;
    end $$;
    grant select on accounts, projects, project_roles, runs to sight_app;";
const MIGRATIONS: [&str; 3] = [
    include_str!("../../../../../migrations/0002_models.sql"),
    include_str!("../../../../../migrations/0029_allowances.sql"),
    include_str!("../../../../../migrations/0035_comebacks_and_proofs.sql"),
];

/// A database of a test's own, with one project; dropped unless the test fails.
pub(super) struct Database {
    admin: PgConnectOptions,
    name: String,
    /// The owner's.
    pub(super) pool: PgPool,
    /// The role that ends what expired.
    pub(super) maintenance: PgPool,
    pub(super) clock: Clock,
    app: PgPool,
    /// The role of every function.
    pub(super) budget: Budget,
}

impl Database {
    /// `None` when the test run names no PostgreSQL.
    pub(super) async fn new() -> Option<Self> {
        let admin: PgConnectOptions = service("DATABASE_URL")?.parse().unwrap();
        let name = format!("model_{}", Ids::system().next::<Uuid>().simple());
        command(&admin, format!("create database {name}")).await;
        let options = admin.clone().database(&name);
        let pool = PgPoolOptions::new().connect_lazy_with(options.clone());
        for sql in [BEFORE].iter().chain(&MIGRATIONS) {
            sqlx::raw_sql(*sql).execute(&pool).await.unwrap();
        }
        sqlx::query("insert into accounts values ($1)").bind(owner()).execute(&pool).await.unwrap();
        let one = sqlx::query("insert into projects values ($1, $2)").bind(project()).bind(owner());
        one.execute(&pool).await.unwrap();
        let clock = Clock::manual(noon());
        let app = acting_as("sight_app", &options);
        let budget = Budget::new(app.clone(), clock.clone(), Ids::system(), Allowances::default());
        let maintenance = acting_as("sight_maintenance", &options);
        Some(Self { admin, name, pool, maintenance, clock, app, budget })
    }

    pub(super) fn model(&self, server: &Scripted) -> Model {
        self.model_with(config(ProviderKind::Gemini, server))
    }

    pub(super) fn model_with(&self, config: Config) -> Model {
        let parts = ModelParts { budget: Some(self.budget.clone()), ..parts() };
        Model::new(config, parts).under(Terms::paid_by(owner()))
    }

    /// The same purses, with this allowance for everybody.
    pub(super) fn allowing(&self, micros: Option<i64>) -> Budget {
        let allowances = Allowances::of_all(micros);
        Budget::new(self.app.clone(), self.clock.clone(), Ids::system(), allowances)
    }

    /// The same purses, with this ceiling for all free accounts together.
    pub(super) fn with_all_free(&self, micros: i64) -> Budget {
        let allowances = Allowances::default().with_all_free(Some(micros));
        Budget::new(self.app.clone(), self.clock.clone(), Ids::system(), allowances)
    }

    pub(super) async fn cap(&self, micros: i64) {
        self.budget.set_cap(project(), Some(micros)).await.unwrap();
    }

    /// What the project has spent and reserved.
    pub(super) async fn balance(&self) -> (i64, i64) {
        let balance = self.budget.balance(project()).await.unwrap().unwrap();
        (balance.spent_micros, balance.reserved_micros)
    }

    /// What the owner of the project has spent and reserved this month.
    pub(super) async fn allowance(&self) -> (i64, i64) {
        let (pool, now) = (&self.pool, self.clock.now());
        let standing = standing(pool, &Allowances::default(), owner(), now).await.unwrap().unwrap();
        (standing.spent_usd.micros(), standing.reserved_usd.micros())
    }

    /// Ends what has expired.
    pub(super) async fn sweep(&self) -> u64 {
        release_expired(&self.maintenance, self.clock.now()).await.unwrap()
    }

    /// State, outcome and cost of every call, in order.
    pub(super) async fn calls(&self) -> Vec<(String, Option<String>, Option<i64>)> {
        let sql = "select state, outcome, cost_micros from model_calls order by id";
        sqlx::query_as(sql).fetch_all(&self.pool).await.unwrap()
    }

    pub(super) async fn outcomes(&self) -> Vec<String> {
        self.calls().await.into_iter().map(|(_, outcome, _)| outcome.unwrap_or_default()).collect()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let (admin, name) = (self.admin.clone(), self.name.clone());
        let cleaning = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let drop = command(&admin, format!("drop database {name} with (force)"));
            runtime.unwrap().block_on(drop);
        });
        cleaning.join().unwrap();
    }
}

fn acting_as(role: &str, options: &PgConnectOptions) -> PgPool {
    let options = options.clone().options([("role", role)]);
    PgPoolOptions::new().max_connections(8).connect_lazy_with(options)
}

async fn command(admin: &PgConnectOptions, sql: String) {
    let mut connection = PgConnection::connect_with(admin).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
}

pub(super) fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_760_000_000, 0).unwrap()
}

pub(super) fn entry() -> LedgerEntry<'static> {
    LedgerEntry {
        payer: Some(owner()),
        project: Some(project()),
        run: None,
        item: None,
        task: "person",
        prompt_version: "1",
        provider: "gemini",
        model: "gemini-2.5-flash",
    }
}

pub(super) const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_call_is_settled_with_what_it_really_took() {
    let Some(database) = Database::new().await else { return };
    let server = Scripted::start([Behaviour::Answer(good())]).await;
    database.cap(1_000_000).await;

    let answer = database.model(&server).ask(&request(), &accept).await.unwrap();

    let cost = answer.cost_micros.unwrap();
    assert!(cost > 0);
    assert_eq!(database.balance().await, (cost, 0));
    assert_eq!(database.calls().await, [("settled".to_owned(), Some("ok".to_owned()), Some(cost))]);
}

#[tokio::test]
async fn every_call_is_recorded_retries_and_repairs_too() {
    let Some(database) = Database::new().await else { return };
    let wrong = Behaviour::Answer(json!({}));
    let script = [Behaviour::Status(503), wrong, Behaviour::Answer(good())];
    let server = Scripted::start(script).await;

    let answer = database.model(&server).ask(&request(), &accept).await.unwrap();

    assert_eq!(database.outcomes().await, ["unavailable", "unusable", "ok"]);
    assert_eq!(database.balance().await, (answer.cost_micros.unwrap(), 0));
}

#[tokio::test]
async fn a_call_that_the_budget_does_not_cover_is_not_made() {
    let Some(database) = Database::new().await else { return };
    let server = Scripted::start([]).await;
    database.cap(100).await;

    let failure = database.model(&server).ask(&request(), &accept).await.unwrap_err();

    assert!(matches!(failure, Failure::OverBudget), "{failure:?}");
    assert_eq!((server.recorded().len(), database.balance().await), (0, (0, 0)));
    assert_eq!(database.calls().await, []);
}

#[tokio::test]
async fn an_unknown_price_refuses_whoever_has_a_limit_and_nobody_else() {
    let Some(database) = Database::new().await else { return };
    let server = Scripted::start([Behaviour::Answer(good())]).await;
    let config = Config { price: None, ..config(ProviderKind::Gemini, &server) };
    let allowed = database.model_with(config.clone());
    let budget = Some(database.allowing(None));
    let model = Model::new(config, ModelParts { budget, ..parts() }).under(Terms::paid_by(owner()));

    let limited = allowed.ask(&request(), &accept).await.unwrap_err();
    let free = model.ask(&request(), &accept).await.unwrap();
    database.cap(1_000_000_000).await;
    let capped = model.ask(&request(), &accept).await.unwrap_err();

    assert_eq!(free.cost_micros, None);
    for refused in [limited, capped] {
        assert!(matches!(refused, Failure::PriceUnknown), "{refused:?}");
    }
    assert_eq!(database.outcomes().await, ["ok"]);
}

#[tokio::test]
async fn a_call_without_a_project_is_paid_by_whoever_asked_alone() {
    let Some(database) = Database::new().await else { return };
    let server = Scripted::start([Behaviour::Answer(good())]).await;
    database.cap(0).await;

    let request = Request { project: None, ..request() };
    let model = database.model(&server).under(Terms::of_request(owner()));
    let answer = model.ask(&request, &accept).await.unwrap();

    let cost = answer.cost_micros;
    assert_eq!(database.calls().await, [("settled".to_owned(), Some("ok".to_owned()), cost)]);
    assert_eq!(database.balance().await, (0, 0));
    assert_eq!(database.allowance().await, (cost.unwrap(), 0));
}

#[tokio::test]
async fn of_twenty_calls_at_once_a_budget_for_five_lets_five_pass() {
    let Some(database) = Database::new().await else { return };
    database.cap(5 * 700 + 699).await;
    let (entry, budget) = (entry(), &database.budget);

    let reserved = join_all((0..20).map(|_| budget.reserve(&entry, Some(700), MINUTE))).await;

    assert_eq!(reserved.iter().filter(|one| one.is_ok()).count(), 5);
    assert_eq!(database.balance().await, (0, 5 * 700));
}

#[tokio::test]
async fn a_call_that_broke_off_counts_in_full_and_one_that_was_refused_not_at_all() {
    let Some(database) = Database::new().await else { return };
    let server = Scripted::start([Behaviour::Never, Behaviour::Status(400)]).await;
    let config = Config { timeout: LIMIT, ..config(ProviderKind::Gemini, &server) };

    database.model_with(config).ask(&request(), &accept).await.unwrap_err();

    let costs: Vec<_> =
        database.calls().await.into_iter().map(|(.., cost)| cost.unwrap()).collect();
    assert_eq!(database.outcomes().await, ["timed_out", "rejected"]);
    assert!(costs[0] > 1_000 && costs[1] == 0, "{costs:?}");
    assert_eq!(database.balance().await, (costs[0], 0));
}

#[tokio::test]
async fn an_error_in_a_success_is_free_and_counts_that_make_no_sense_cost_no_more_than_was_held() {
    let Some(database) = Database::new().await else { return };
    let error = Behaviour::Raw(json!({"error": {"code": 402}}));
    let counted = |usage: Value| {
        let content = json!({"parts": [{"text": good().to_string()}]});
        let candidate = json!({"finishReason": "STOP", "content": content});
        Behaviour::Raw(json!({"candidates": [candidate], "usageMetadata": usage}))
    };
    let much = i64::MAX.unsigned_abs();
    let more = json!({"promptTokenCount": much, "candidatesTokenCount": much});
    let server = Scripted::start([error, counted(json!({})), counted(more)]).await;
    database.cap(1_000_000).await;
    let model = database.model(&server);

    model.ask(&request(), &accept).await.unwrap_err();
    let uncounted = model.ask(&request(), &accept).await.unwrap();
    let excessive = model.ask(&request(), &accept).await.unwrap();

    let costs = database.calls().await.into_iter().map(|(.., cost)| cost.unwrap());
    let costs: Vec<i64> = costs.collect();
    assert_eq!(database.outcomes().await, ["rejected", "ok", "ok"]);
    assert_eq!((costs[0], costs[1]), (0, costs[2]), "the worst case, and no more");
    assert_eq!((uncounted.value, excessive.value), (ada(), ada()));
    assert_eq!(database.balance().await, (2 * costs[1], 0));
}

#[tokio::test]
async fn a_call_that_was_cancelled_counts_in_full_and_holds_nothing() {
    let Some(database) = Database::new().await else { return };
    let server = Scripted::start([]).await;
    let request = request();
    let cancel = request.cancel.clone();
    server.otherwise(move |_| {
        cancel.cancel();
        Behaviour::Never
    });

    database.model(&server).ask(&request, &accept).await.unwrap_err();

    let (spent, reserved) = database.balance().await;
    assert!(spent > 1_000 && reserved == 0, "{spent} spent, {reserved} reserved");
    assert_eq!(database.outcomes().await, ["cancelled"]);
}

#[tokio::test]
async fn what_a_dead_process_held_is_given_back_after_its_time() {
    let Some(database) = Database::new().await else { return };
    database.cap(1_000).await;
    database.budget.reserve(&entry(), Some(900), MINUTE).await.unwrap();

    let early = release_expired(&database.maintenance, database.clock.now()).await.unwrap();
    database.clock.advance(chrono::Duration::seconds(61));
    let sweeps =
        join_all((0..4).map(|_| release_expired(&database.maintenance, database.clock.now())));
    let released: u64 = sweeps.await.into_iter().map(Result::unwrap).sum();

    assert_eq!((early, released), (0, 1));
    assert_eq!(database.balance().await, (0, 0));
    assert_eq!(database.outcomes().await, ["expired"]);
}

#[tokio::test]
async fn a_call_that_ends_after_its_reservation_expired_is_still_spent() {
    let Some(database) = Database::new().await else { return };
    let id = database.budget.reserve(&entry(), Some(900), MINUTE).await.unwrap();
    database.clock.advance(chrono::Duration::seconds(61));
    release_expired(&database.maintenance, database.clock.now()).await.unwrap();
    let usage = Usage { input_tokens: 100, output_tokens: 50 };
    let took = Settlement { usage, cost_micros: Some(155), latency: MINUTE, outcome: "ok" };

    database.budget.close(id, State::Settled, &took).await.unwrap();
    database.budget.close(id, State::Settled, &took).await.unwrap();

    assert_eq!(database.balance().await, (155, 0));
}

#[tokio::test]
async fn a_simulated_call_is_on_the_record_and_asks_no_budget() {
    let Some(database) = Database::new().await else { return };
    database.cap(0).await;

    database.model_with(Config::offline()).ask(&request(), &accept).await.unwrap();

    assert_eq!(database.calls().await, [("settled".to_owned(), Some("ok".to_owned()), Some(0))]);
    assert_eq!(database.balance().await, (0, 0));
}

#[tokio::test]
async fn a_simulated_call_has_the_tokens_that_its_texts_would_be() {
    let Some(database) = Database::new().await else { return };
    let model = database.model_with(Config::offline());

    let answer = model.ask(&request(), &accept).await.unwrap();

    let sql = "select input_tokens, output_tokens from model_calls";
    let (input, output): (i64, i64) = sqlx::query_as(sql).fetch_one(&database.pool).await.unwrap();
    let schema = schema::of::<Person>().to_string();
    let asked = ["Describe a person.", "Somebody from Łódź.", &schema].map(tokens::likely);
    assert_eq!(input.unsigned_abs(), asked.iter().sum::<u64>());
    assert_eq!(output.unsigned_abs(), tokens::likely(r#"{"name":"Ada","age":36}"#));
    let usage = Usage { input_tokens: input.unsigned_abs(), output_tokens: output.unsigned_abs() };
    assert_eq!((answer.usage, answer.cost_micros), (usage, Some(0)));
}

#[tokio::test]
async fn the_ledger_outlives_its_run_and_its_project() {
    let Some(database) = Database::new().await else { return };
    let run = RunId(Uuid::from_u128(9));
    let sql = "insert into runs values ($1, $2)";
    sqlx::query(sql).bind(run).bind(owner()).execute(&database.pool).await.unwrap();
    let id = database
        .budget
        .reserve(&LedgerEntry { payer: None, run: Some(run), ..entry() }, Some(10), MINUTE)
        .await
        .unwrap();

    sqlx::raw_sql("delete from runs; delete from projects").execute(&database.pool).await.unwrap();
    let usage = Usage::default();
    let end = Settlement { usage, cost_micros: Some(0), latency: MINUTE, outcome: "rejected" };
    database.budget.close(id, State::Released, &end).await.unwrap();

    assert_eq!(database.outcomes().await, ["rejected"]);
}

#[tokio::test]
async fn an_estimate_learns_from_the_ledger() {
    let Some(database) = Database::new().await else { return };
    let server = Scripted::start([]).await;
    server.otherwise(|_| Behaviour::Answer(good()));
    let model = database.model(&server);
    let usage = Usage { input_tokens: 10_000, output_tokens: 1_000 };
    let size = Size { low: usage, high: usage };

    let before = model.estimate("person", 10, size).await.unwrap();
    let mut cost = 0;
    for _ in 0..20 {
        cost = model.ask(&request(), &accept).await.unwrap().cost_micros.unwrap();
    }
    let after = model.estimate("person", 10, size).await.unwrap();

    assert_eq!(before.low_micros, 10 * (3_000 + 2_500));
    assert_eq!(after, Estimate { low_micros: 10 * cost, high_micros: 10 * cost });
}
