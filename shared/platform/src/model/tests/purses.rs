//! The two purses: neither is ever passed, whatever happens at once and in whatever order.

use futures::future::join_all;
use rand::RngExt;
use shared::id::{ModelCallId, RunId};

use super::ledger::{Database, MINUTE, entry};
use super::*;
use crate::model::budget::Settlement;
use crate::model::reservation::{Reservation, State};

/// Somebody who is not the owner.
fn guest() -> AccountId {
    AccountId(Uuid::from_u128(3))
}

async fn join_guest(database: &Database) {
    let sql = "insert into accounts values ($1)";
    sqlx::query(sql).bind(guest()).execute(&database.pool).await.unwrap();
}

async fn execute(database: &Database, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&database.pool).await.unwrap();
}

fn by(payer: AccountId) -> LedgerEntry<'static> {
    LedgerEntry { payer: Some(payer), ..entry() }
}

#[tokio::test]
async fn of_twenty_calls_at_once_in_four_projects_an_allowance_for_five_lets_five_pass() {
    let Some(database) = Database::new().await else { return };
    let projects: Vec<ProjectId> = (10..14).map(|n| ProjectId(Uuid::from_u128(n))).collect();
    for project in &projects {
        let sql = "insert into projects values ($1, $2)";
        sqlx::query(sql).bind(project).bind(owner()).execute(&database.pool).await.unwrap();
    }
    let budget = database.allowing(Some(5 * 700 + 699));
    let reserve = |n: usize| {
        let (project, budget) = (projects[n % projects.len()], &budget);
        let entry = LedgerEntry { project: Some(project), ..entry() };
        async move { budget.reserve(&entry, Some(700), MINUTE).await }
    };

    let reserved = join_all((0..20).map(reserve)).await;

    assert_eq!(reserved.iter().filter(|one| one.is_ok()).count(), 5);
    assert!(
        reserved
            .iter()
            .flat_map(|one| one.as_ref().err())
            .all(|failure| { matches!(failure, Failure::OverAllowance) })
    );
    assert_eq!(database.allowance().await, (0, 5 * 700));
}

#[tokio::test]
async fn a_refusal_names_the_purse_that_is_used_up_and_takes_nothing_from_the_other() {
    let Some(database) = Database::new().await else { return };
    let (poor, rich) = (database.allowing(Some(100)), database.allowing(None));

    let allowance = poor.reserve(&entry(), Some(101), MINUTE).await.unwrap_err();
    assert_eq!((database.balance().await, database.allowance().await), ((0, 0), (0, 0)));
    database.cap(50).await;
    let budget = rich.reserve(&entry(), Some(51), MINUTE).await.unwrap_err();

    assert!(matches!(allowance, Failure::OverAllowance), "{allowance:?}");
    assert!(matches!(budget, Failure::OverBudget), "{budget:?}");
    assert_eq!((database.balance().await, database.allowance().await), ((0, 0), (0, 0)));
}

#[tokio::test]
async fn an_allowance_follows_the_plan_and_begins_anew_with_a_month() {
    let Some(database) = Database::new().await else { return };
    let all = Allowances::default().of(shared::account::Plan::Free).unwrap();
    let id = database.budget.reserve(&entry(), Some(all), MINUTE).await.unwrap();
    assert!(database.budget.mark_sent(id).await.unwrap());

    let more = database.budget.reserve(&entry(), Some(1), MINUTE).await.unwrap_err();
    execute(&database, "update accounts set plan = 'pro'").await;
    let pro = database.budget.reserve(&entry(), Some(1), MINUTE).await;
    execute(&database, "update accounts set plan = 'free'").await;
    database.clock.advance(chrono::Duration::days(31));
    let next_month = database.budget.reserve(&entry(), Some(all), MINUTE).await;
    database.clock.advance(chrono::Duration::seconds(30));
    database.sweep().await;

    assert!(matches!(more, Failure::OverAllowance), "{more:?}");
    assert!(pro.is_ok() && next_month.is_ok(), "{pro:?}, {next_month:?}");
    assert_eq!(database.allowance().await, (0, all), "what was lost is booked in its own month");
}

#[tokio::test]
async fn who_asked_for_a_run_pays_and_nobody_else_when_they_have_left() {
    let Some(database) = Database::new().await else { return };
    join_guest(&database).await;
    let run = RunId(Uuid::from_u128(9));
    let sql = "insert into runs values ($1, $2)";
    sqlx::query(sql).bind(run).bind(guest()).execute(&database.pool).await.unwrap();
    let of_run = LedgerEntry { payer: None, run: Some(run), ..entry() };

    database.budget.reserve(&of_run, Some(5), MINUTE).await.unwrap();
    database.budget.reserve(&by(owner()), Some(20), MINUTE).await.unwrap();
    execute(&database, "update accounts set deleted_at = now() where id::text like '%3'").await;
    let left = database.budget.reserve(&of_run, Some(300), MINUTE).await.unwrap_err();
    let nobodys = LedgerEntry { payer: None, project: None, ..entry() };
    let nobody = database.budget.reserve(&nobodys, Some(1), MINUTE).await.unwrap_err();
    database.budget.reserve(&entry(), Some(1_000), MINUTE).await.unwrap();

    assert_eq!(database.allowance().await, (0, 1_020), "what the owner asked for");
    assert_eq!(database.balance().await, (0, 1_025));
    for refused in [left, nobody] {
        assert!(matches!(refused, Failure::NobodyPays), "{refused:?}");
    }
}

#[tokio::test]
async fn whoever_is_disabled_pays_no_more_and_a_project_pays_for_nobody() {
    let Some(database) = Database::new().await else { return };
    let of_project = LedgerEntry { payer: None, ..entry() };

    let unasked = database.budget.reserve(&of_project, Some(1), MINUTE).await.unwrap_err();
    execute(&database, "update accounts set is_active = false").await;
    let disabled = database.budget.reserve(&entry(), Some(1), MINUTE).await.unwrap_err();

    for refused in [unasked, disabled] {
        assert!(matches!(refused, Failure::NobodyPays), "{refused:?}");
    }
}

/// In a line for the model's turn, fifty would be an hour of everybody's rate.
#[tokio::test]
async fn what_nobody_pays_for_takes_no_turn_from_what_is_paid() {
    let Some(database) = Database::new().await else { return };
    let server = Scripted::start([Behaviour::Answer(good())]).await;
    let requests_per_minute = Some(10);
    let config = Config { requests_per_minute, ..config(ProviderKind::Gemini, &server) };
    let model = database.model_with(config);
    let request = request();
    database.cap(100).await;

    let refused = join_all((0..50).map(|_| async { model.ask(&request, &accept).await })).await;
    database.cap(1_000_000).await;
    let wait = model.0.pace.take(0).await;
    let paid = model.ask(&request, &accept).await;

    assert!(refused.iter().all(|one| matches!(one, Err(Failure::OverBudget))), "{refused:?}");
    assert_eq!(wait, Ok(Duration::ZERO));
    assert!(paid.is_ok(), "{paid:?}");
}

/// Somebody who pays and has to wait for their turn holds their money meanwhile, and gets it back.
#[tokio::test]
async fn what_gets_no_turn_is_given_back() {
    let Some(database) = Database::new().await else { return };
    let server = Scripted::start([]).await;
    let tokens_per_minute = Some(100);
    let config = Config { tokens_per_minute, ..config(ProviderKind::Gemini, &server) };
    let model = database.model_with(config);
    model.0.pace.take(1_000).await.unwrap();

    let failure = model.ask(&request(), &accept).await.unwrap_err();

    assert!(matches!(failure, Failure::Unavailable { status: None, .. }), "{failure:?}");
    assert_eq!((database.balance().await, database.allowance().await), ((0, 0), (0, 0)));
    assert_eq!(database.outcomes().await, ["not_sent"]);
}

#[tokio::test]
async fn nobody_spends_before_their_address_is_verified_and_what_is_free_is_free() {
    let Some(database) = Database::new().await else { return };
    execute(&database, "update accounts set is_verified = false").await;

    let paid = database.budget.reserve(&entry(), Some(1), MINUTE).await.unwrap_err();
    let unknown = database.budget.reserve(&entry(), None, MINUTE).await.unwrap_err();
    let free = database.budget.reserve(&entry(), Some(0), MINUTE).await;

    for refused in [paid, unknown] {
        assert!(matches!(refused, Failure::Unverified) && refused.is_unpaid(), "{refused:?}");
    }
    assert!(free.is_ok());
}

#[tokio::test]
async fn all_free_accounts_together_have_a_ceiling_that_binds_nobody_who_pays() {
    let Some(database) = Database::new().await else { return };
    join_guest(&database).await;
    let budget = database.with_all_free(1_000);
    let by_owner = budget.reserve(&by(owner()), Some(600), MINUTE).await.unwrap();
    assert!(budget.mark_sent(by_owner).await.unwrap());
    budget.close(by_owner, State::Settled, &settlement(500)).await.unwrap();

    let over = budget.reserve(&by(guest()), Some(501), MINUTE).await.unwrap_err();
    let unknown = database.allowing(None).reserve(&by(guest()), None, MINUTE).await;
    let within = budget.reserve(&by(guest()), Some(500), MINUTE).await;
    let nothing = budget.reserve(&by(guest()), Some(0), MINUTE).await;
    execute(&database, "update accounts set deleted_at = now() where id::text like '%3'").await;
    let also_after_leaving = budget.reserve(&by(owner()), Some(1), MINUTE).await.unwrap_err();
    execute(&database, "update accounts set plan = 'pro' where deleted_at is null").await;
    let pro = budget.reserve(&by(owner()), Some(5_000), MINUTE).await;

    for refused in [over, also_after_leaving] {
        assert!(matches!(refused, Failure::OverFreeCeiling) && refused.is_unpaid(), "{refused:?}");
    }
    assert!(unknown.is_ok() && within.is_ok() && nothing.is_ok() && pro.is_ok());
}

/// Nobody waits for the ceiling, so calls that begin at the same moment pass it together: by one for each
/// connection, of which this pool has eight.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_passes_the_ceiling_of_free_accounts_by_one_call_for_each_connection_at_most() {
    let Some(database) = Database::new().await else { return };
    let people: Vec<AccountId> = (100..160).map(|n| AccountId(Uuid::from_u128(n))).collect();
    for one in &people {
        let sql = "insert into accounts values ($1)";
        sqlx::query(sql).bind(one).execute(&database.pool).await.unwrap();
    }
    let budget = database.with_all_free(20 * 700);
    let reserve = |payer: &AccountId| {
        let (entry, budget) = (LedgerEntry { project: None, ..by(*payer) }, budget.clone());
        async move { budget.reserve(&entry, Some(700), MINUTE).await.is_ok() }
    };

    let granted = join_all(people.iter().map(reserve)).await.iter().filter(|ok| **ok).count();

    assert!((20..20 + 8).contains(&granted), "{granted}");
    assert!(!reserve(&people[0]).await, "and nobody after them");
}

/// What a call of the walk below may be, as the ledger should see it.
#[derive(Debug, Clone, Copy)]
enum Call {
    Held {
        id: ModelCallId,
        worst: i64,
        sent: bool,
    },
    /// Ended by the sweep, and open to a correction.
    Booked {
        id: ModelCallId,
        cost: i64,
    },
    Ended {
        id: ModelCallId,
        cost: i64,
    },
}

impl Call {
    fn cost(self) -> i64 {
        match self {
            Self::Held { .. } => 0,
            Self::Booked { cost, .. } | Self::Ended { cost, .. } => cost,
        }
    }

    fn held(self) -> i64 {
        if let Self::Held { worst, .. } = self { worst } else { 0 }
    }

    fn id(self) -> ModelCallId {
        let (Self::Held { id, .. } | Self::Booked { id, .. } | Self::Ended { id, .. }) = self;
        id
    }

    fn ended(self, cost: i64) -> Self {
        match self {
            Self::Ended { .. } => self,
            Self::Held { id, .. } | Self::Booked { id, .. } => Self::Ended { id, cost },
        }
    }

    fn swept(self) -> Self {
        match self {
            Self::Held { id, worst, sent } => {
                Self::Booked { id, cost: if sent { worst } else { 0 } }
            }
            other => other,
        }
    }
}

/// Random orders of reserving, sending, settling, releasing and sweeping, each step held against what
/// the purses should say.
#[tokio::test]
async fn in_every_order_of_its_steps_a_call_is_booked_once() {
    let Some(database) = Database::new().await else { return };
    let (budget, mut calls) = (&database.budget, Vec::<Call>::new());
    for step in 0..400 {
        let mut rng = Seed(29).child("purses", step).rng();
        let pick = rng.random_range(0..calls.len().max(1));
        match rng.random_range(0..10) {
            0..=2 => {
                let worst = rng.random_range(1..1_000);
                let id = budget.reserve(&entry(), Some(worst), MINUTE).await.unwrap();
                calls.push(Call::Held { id, worst, sent: false });
            }
            3..=5 if !calls.is_empty() => {
                let is_sent = budget.mark_sent(calls[pick].id()).await.unwrap();
                assert_eq!(is_sent, calls[pick].held() > 0);
                if let Call::Held { sent, .. } = &mut calls[pick] {
                    *sent = true;
                }
            }
            6..=7 if !calls.is_empty() => {
                let cost = rng.random_range(0..1_000);
                let end = settlement(cost);
                budget.close(calls[pick].id(), State::Settled, &end).await.unwrap();
                calls[pick] = calls[pick].ended(cost);
            }
            8 if !calls.is_empty() => {
                budget.close(calls[pick].id(), State::Released, &settlement(0)).await.unwrap();
                calls[pick] = calls[pick].ended(0);
            }
            9 => {
                database.clock.advance(chrono::Duration::seconds(61));
                database.sweep().await;
                calls.iter_mut().for_each(|call| *call = call.swept());
            }
            _ => {}
        }
        let spent = calls.iter().map(|call| call.cost()).sum();
        let held = calls.iter().map(|call| call.held()).sum();
        assert_eq!(both(&database).await, ((spent, held), (spent, held)), "step {step}");
    }
}

/// A settlement that began before the sweep had ended and waited for it sees purses of two moments.
#[tokio::test]
async fn what_is_settled_while_a_sweep_books_it_is_booked_once() {
    let Some(database) = Database::new().await else { return };
    let budget = &database.budget;
    let id = budget.reserve(&entry(), Some(100), MINUTE).await.unwrap();
    assert!(budget.mark_sent(id).await.unwrap());
    database.clock.advance(chrono::Duration::seconds(61));
    let mut sweep = database.maintenance.begin().await.unwrap();
    let sql = include_str!("../budget/release_expired.sql");
    sqlx::query(sql).bind(database.clock.now()).execute(&mut *sweep).await.unwrap();

    let settling = tokio::spawn({
        let budget = budget.clone();
        async move { budget.close(id, State::Settled, &settlement(40)).await }
    });
    let waits = "select exists (select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock')";
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&database.pool).await.unwrap() {
        tokio::task::yield_now().await;
    }
    sweep.commit().await.unwrap();

    settling.await.unwrap().unwrap();
    assert_eq!(both(&database).await, ((40, 0), (40, 0)));
}

fn settlement(cost: i64) -> Settlement {
    let usage = Usage { input_tokens: 1, output_tokens: 1 };
    Settlement { usage, cost_micros: Some(cost), latency: Duration::ZERO, outcome: "ok" }
}

async fn both(database: &Database) -> ((i64, i64), (i64, i64)) {
    let budget = database.budget.balance(project()).await.unwrap();
    let of_project = budget.map_or((0, 0), |one| (one.spent_micros, one.reserved_micros));
    (of_project, database.allowance().await)
}

/// What becomes of a call in the crowd below.
async fn fate(budget: Budget, entry: LedgerEntry<'static>, clock: Clock, seed: Seed) {
    let mut rng = seed.rng();
    let worst = Usage { input_tokens: rng.random_range(1..900), output_tokens: 0 };
    let known = (Some(Price { input: 1_000_000, output: 0 }), worst);
    let Ok(mut call) = Reservation::make(Some(&budget), &entry, known, MINUTE).await else {
        return;
    };
    clock.advance(chrono::Duration::seconds(rng.random_range(0..3)));
    let (fate, is_slow) = (rng.random_range(0..6), rng.random_range(0..8) == 0);
    if fate == 0 || call.send().await.is_err() {
        return;
    }
    let used = Usage { input_tokens: worst.input_tokens / 2, output_tokens: 0 };
    match fate {
        1 => {}
        2 => std::mem::forget(call),
        3 => call.release(Duration::ZERO, "rejected").await.unwrap(),
        _ => {
            if is_slow {
                clock.advance(chrono::Duration::minutes(3));
                tokio::task::yield_now().await;
            }
            call.settle(Some(used), Duration::ZERO, "ok").await.unwrap();
        }
    }
}

/// Two hundred calls at once of two people in two projects: some are dropped, some die, some are settled
/// after the sweep has ended them, while sweeps run and somebody looks at the purses all the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn neither_purse_is_ever_passed_by_a_crowd_that_is_dropped_expires_and_settles_late() {
    let Some(database) = Database::new().await else { return };
    join_guest(&database).await;
    let other = ProjectId(Uuid::from_u128(11));
    let sql = "insert into projects values ($1, $2)";
    sqlx::query(sql).bind(other).bind(owner()).execute(&database.pool).await.unwrap();
    database.cap(9_000).await;
    database.budget.set_cap(other, Some(30_000)).await.unwrap();
    let budget = database.allowing(Some(15_000));
    let crowd = (0..200_u64).map(|n| {
        let payer = Some(if n % 2 == 0 { owner() } else { guest() });
        let project = Some(if n % 3 == 0 { project() } else { other });
        let entry = LedgerEntry { payer, project, ..entry() };
        let seed = Seed(8).child("fate", n);
        tokio::spawn(fate(budget.clone(), entry, database.clock.clone(), seed))
    });
    let mut crowd: Vec<_> = crowd.collect();

    while crowd.iter().any(|one| !one.is_finished()) {
        assert_within(&database).await;
        database.sweep().await;
    }
    for one in crowd.drain(..) {
        one.await.unwrap();
    }
    budget.all_settled().await;
    assert_within(&database).await;
    database.clock.advance(chrono::Duration::minutes(10));
    database.sweep().await;

    assert_within(&database).await;
    let sql = "select
            (select sum(cost_micros)::bigint from model_calls),
            (select sum(spent_micros)::bigint from project_budgets),
            (select sum(spent_micros)::bigint from account_allowances),
            (select sum(reserved_micros)::bigint from project_budgets),
            (select sum(reserved_micros)::bigint from account_allowances)";
    let sums: (i64, i64, i64, i64, i64) =
        sqlx::query_as(sql).fetch_one(&database.pool).await.unwrap();
    let spent = sums.0;
    assert_eq!(sums, (spent, spent, spent, 0, 0), "each purse has what the calls cost");
    assert!(spent > 0);
}

async fn assert_within(database: &Database) {
    let sql =
        "select count(*) from project_budgets where spent_micros + reserved_micros > cap_micros";
    let over: i64 = sqlx::query_scalar(sql).fetch_one(&database.pool).await.unwrap();
    let sql =
        "select count(*) from account_allowances where spent_micros + reserved_micros > 15000";
    let poor: i64 = sqlx::query_scalar(sql).fetch_one(&database.pool).await.unwrap();
    assert_eq!((over, poor), (0, 0));
}
