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
async fn a_failing_migration_leaves_an_empty_database_empty() {
    let database = Database::empty().await;
    let broken = followed_by("create table half (id int); select 1 / 0");

    let error = apply_from(&broken, &database.options(None)).await.unwrap_err();

    assert!(format!("{error:#}").contains("division by zero"), "{error:#}");
    assert_eq!(tables(&database).await, Vec::<String>::new());
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
