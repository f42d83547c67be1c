mod papers;

use futures::future::join_all;
use platform::migrations::{MIGRATOR, apply, apply_from};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Connection, PgConnection, SqlSafeStr};
use testkit::Database;

use super::*;

async fn tables(database: &Database) -> Vec<String> {
    let mut connection = PgConnection::connect_with(&database.options(None)).await.unwrap();
    sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = 'public' order by 1",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap()
}

fn migration(version: i64, sql: &'static str) -> Migration {
    Migration::new(version, "a test's".into(), MigrationType::Simple, sql.into_sql_str(), false)
}

/// One that is applied outside of a transaction.
fn outside(version: i64, sql: &'static str) -> Migration {
    Migration::new(version, "a test's".into(), MigrationType::Simple, sql.into_sql_str(), true)
}

/// The real history and one more.
fn followed_by(sql: &'static str) -> Migrator {
    Migrator::with_migrations(MIGRATOR.iter().cloned().chain([migration(9999, sql)]).collect())
}

#[tokio::test]
async fn an_empty_database_gets_everything_and_then_nothing() {
    let database = Database::empty().await;
    let count = MIGRATOR.iter().count();

    assert_eq!(apply(&database.options(None)).await.unwrap(), count);
    assert!(tables(&database).await.contains(&"personas".to_owned()));
    assert_eq!(apply(&database.options(None)).await.unwrap(), 0);
}

#[tokio::test]
async fn eight_at_once_apply_each_migration_once() {
    let database = Database::empty().await;

    let options = database.options(None);
    let applied = join_all((0..8).map(|_| apply(&options))).await;

    assert_eq!(applied.into_iter().map(Result::unwrap).sum::<usize>(), MIGRATOR.iter().count());
}

#[tokio::test]
async fn a_failing_migration_takes_back_all_that_follows_the_last_index() {
    let database = Database::empty().await;
    let broken = followed_by("create table half (id int); select 1 / 0");
    let alone = MIGRATOR.iter().rposition(|one| one.no_tx).unwrap();
    let before = MIGRATOR.iter().take(alone + 1).cloned().collect();
    let left = Database::empty().await;
    apply_from(&Migrator::with_migrations(before), &left.options(None)).await.unwrap();

    let error = apply_from(&broken, &database.options(None)).await.unwrap_err();

    assert!(format!("{error:#}").contains("division by zero"), "{error:#}");
    assert_eq!(tables(&database).await, tables(&left).await);
}

#[tokio::test]
async fn a_failing_migration_leaves_a_working_database_as_it_was() {
    let database = Database::empty().await;
    apply(&database.options(None)).await.unwrap();
    let before = tables(&database).await;
    let broken = followed_by("drop table run_failures; create table half (id int); select oops");

    apply_from(&broken, &database.options(None)).await.unwrap_err();

    assert_eq!(tables(&database).await, before);
    assert_eq!(apply(&database.options(None)).await.unwrap(), 0, "nothing is left half done");
}

#[tokio::test]
async fn a_changed_migration_is_refused_by_its_number() {
    let database = Database::empty().await;
    let history = Migrator::with_migrations(vec![migration(1, "create table one (id int)")]);
    apply_from(&history, &database.options(None)).await.unwrap();
    let rewritten = Migrator::with_migrations(vec![
        migration(1, "create table one (id bigint)"),
        migration(2, "create table two (id int)"),
    ]);

    let error = apply_from(&rewritten, &database.options(None)).await.unwrap_err();

    assert!(format!("{error:#}").contains("migration 1 was previously applied"), "{error:#}");
    assert_eq!(tables(&database).await, ["_sqlx_migrations", "one"]);
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_a_failure() {
    let env = Env::from([("DATABASE_URL_SYNC", "postgresql+psycopg2://nobody@127.0.0.1:1/none")]);

    let error = work(&env).await.unwrap_err();

    assert!(error.to_string().contains("cannot connect"), "{error:#}");
}

#[test]
fn every_variable_is_documented() {
    let env = Env::from([]);

    database(&env);

    testkit::assert_documented(include_str!("../README.md"), &[&env]);
}

#[tokio::test]
async fn a_migration_waits_for_a_lock_for_a_few_seconds_and_not_for_ever() {
    let database = Database::empty().await;
    let telling =
        followed_by("create table patience as select current_setting('lock_timeout') as of_it");

    apply_from(&telling, &database.options(None)).await.unwrap();

    let mut connection = PgConnection::connect_with(&database.options(None)).await.unwrap();
    let patience: String =
        sqlx::query_scalar("select of_it from patience").fetch_one(&mut connection).await.unwrap();
    assert_eq!(patience, "5s");
}

#[tokio::test]
async fn projects_of_before_are_noted_for_what_people_left_who_were_purged() {
    let database = Database::empty().await;
    let before = MIGRATOR.iter().filter(|one| one.version < 55).cloned().collect();
    apply_from(&Migrator::with_migrations(before), &database.options(None)).await.unwrap();
    let mut connection = PgConnection::connect_with(&database.options(None)).await.unwrap();
    sqlx::raw_sql(
        "with owner as (
             insert into accounts (id, email, password_hash, full_name, created_at)
             values (gen_random_uuid(), 'ana@example.com', '', 'Ana', '2026-01-01')
             returning id
         )
         insert into projects
             (id, owner_id, name, target_demographics, target_sample_size, created_at, updated_at)
         select gen_random_uuid(), id, '-', '{}', 10, '2026-01-01', '2026-01-01' from owner",
    )
    .execute(&mut connection)
    .await
    .unwrap();

    apply(&database.options(None)).await.unwrap();

    let due = "select count(*) from forget_due join projects on projects.id = project_id";
    let due: i64 = sqlx::query_scalar(due).fetch_one(&mut connection).await.unwrap();
    assert_eq!(due, 1);
}

#[tokio::test]
async fn an_index_is_built_beside_those_who_write() {
    let database = Database::empty().await;
    let history = Migrator::with_migrations(vec![
        migration(1, "create table notes (id int)"),
        outside(2, "create index concurrently if not exists notes_id on notes (id)"),
        migration(3, "create table later (id int)"),
    ]);

    let options = database.options(None);
    let applied = join_all((0..4).map(|_| apply_from(&history, &options))).await;

    assert_eq!(applied.into_iter().map(Result::unwrap).sum::<usize>(), 3);
    assert_eq!(tables(&database).await, ["_sqlx_migrations", "later", "notes"]);
}

#[tokio::test]
async fn what_a_broken_index_left_is_dropped_and_built_anew() {
    let database = Database::empty().await;
    let begun = "create table notes (id int); insert into notes values (1), (1)";
    let sql = "create unique index concurrently if not exists notes_id on notes (id)";
    let history = Migrator::with_migrations(vec![migration(1, begun), outside(2, sql)]);
    let error = apply_from(&history, &database.options(None)).await.unwrap_err();
    assert!(format!("{error:#}").contains("notes_id"), "{error:#}");
    let mut connection = PgConnection::connect_with(&database.options(None)).await.unwrap();
    sqlx::query("truncate notes").execute(&mut connection).await.unwrap();

    assert_eq!(apply_from(&history, &database.options(None)).await.unwrap(), 1);

    let is_valid = "select indisvalid from pg_index where indexrelid = 'notes_id'::regclass";
    let is_valid: bool = sqlx::query_scalar(is_valid).fetch_one(&mut connection).await.unwrap();
    assert!(is_valid);
}
