//! The schema's history. Add-only: a change is a new file.

use anyhow::Context;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

/// Everything in `migrations/`, in order, with its checksums.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// How long a migration waits for a lock of a table: whoever comes after it waits behind it, so that a
/// change that waits for one long query would stop everybody. It fails instead, and is applied again.
const PATIENCE: &str = "set local lock_timeout = '5s'";

/// Names the lock that migrations of one database wait for.
const LOCK: i64 = 0x5167_6874;

/// Applies what is missing, all of it in one transaction under an advisory lock: twice or at once is
/// safe, and a failure leaves the database as it was. Returns how many were applied.
///
/// # Errors
/// When the database does not answer, a migration fails or waits for more than five seconds for a lock,
/// or one that was applied has changed.
pub async fn apply(url: &PgConnectOptions) -> anyhow::Result<usize> {
    apply_from(&MIGRATOR, url).await
}

/// What [`apply`] does, with a history of one's own.
///
/// # Errors
/// Those of [`apply`].
pub async fn apply_from(migrator: &Migrator, url: &PgConnectOptions) -> anyhow::Result<usize> {
    let mut connection = PgConnection::connect_with(url).await.context("cannot connect")?;
    let mut transaction = connection.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
    sqlx::query(PATIENCE).execute(&mut *transaction).await?;
    let before = applied(&mut transaction).await?;
    migrator.run(&mut *transaction).await.context("a migration failed")?;
    let after = applied(&mut transaction).await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(after - before)
}

async fn applied(connection: &mut PgConnection) -> anyhow::Result<usize> {
    let exists: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        return Ok(0);
    }
    let count: i64 =
        sqlx::query_scalar("select count(*) from _sqlx_migrations").fetch_one(connection).await?;
    Ok(usize::try_from(count)?)
}
