//! The schema's history. Add-only: a change is a new file.
//!
//! A file is applied in a transaction, together with those beside it. One that begins with `-- no-transaction` is
//! applied outside of any: `create index concurrently`, which lets everybody write meanwhile, cannot be in one.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Context;
use sqlx::migrate::{Migration, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Everything in `migrations/`, in order, with its checksums.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// How long a migration waits for a lock of a table: whoever comes after it waits behind it, so that a
/// change that waits for one long query would stop everybody. It fails instead, and is applied again.
/// Outside of a transaction it does not hold: what is built concurrently stops nobody while it waits.
const PATIENCE: &str = "set local lock_timeout = '5s'";

/// Names the lock that migrations of one database wait for.
const LOCK: i64 = 0x5167_6874;
const ASKED_AGAIN: Duration = Duration::from_millis(200);

/// Applies what is missing under an advisory lock: twice or at once is safe. What lies between two files without
/// a transaction is one transaction, so that a failure leaves the database as it was before that stretch. Returns
/// how many were applied.
///
/// # Errors
/// When the database does not answer, a migration fails or waits for more than five seconds for a lock,
/// or one that was applied has changed.
pub async fn apply(url: &PgConnectOptions) -> anyhow::Result<usize> {
    apply_from(&MIGRATOR, url).await
}

/// What [`apply`] does, with a history of one's own.
pub async fn apply_from(migrator: &Migrator, url: &PgConnectOptions) -> anyhow::Result<usize> {
    let mut connection = PgConnection::connect_with(url).await.context("cannot connect")?;
    lock(&mut connection).await?;
    let before = applied(&mut connection).await?.len();
    for stretch in migrator.iter().as_slice().chunk_by(|one, next| one.no_tx == next.no_tx) {
        apply_stretch(migrator, stretch, &mut connection).await?;
    }
    let after = applied(&mut connection).await?.len();
    connection.close().await?;
    Ok(after - before)
}

/// Until the connection ends. It is asked for again and again: whoever waits in a statement holds a snapshot, and
/// what is built concurrently waits for that.
async fn lock(connection: &mut PgConnection) -> anyhow::Result<()> {
    loop {
        let ask = sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(LOCK);
        let is_ours: bool = ask.fetch_one(&mut *connection).await?;
        if is_ours {
            return Ok(());
        }
        tokio::time::sleep(ASKED_AGAIN).await;
    }
}

async fn apply_stretch(
    migrator: &Migrator,
    stretch: &[Migration],
    connection: &mut PgConnection,
) -> anyhow::Result<()> {
    let [.., last] = stretch else { return Ok(()) };
    if last.no_tx {
        let applied = applied(connection).await?;
        if stretch.iter().any(|migration| !applied.contains(&migration.version)) {
            drop_half_built(connection).await?;
        }
        return migrator.run_to(last.version, &mut *connection).await.context("a migration failed");
    }
    let mut transaction = connection.begin().await?;
    sqlx::query(PATIENCE).execute(&mut *transaction).await?;
    migrator.run_to(last.version, &mut *transaction).await.context("a migration failed")?;
    Ok(transaction.commit().await?)
}

/// An index whose building broke off is there, is written to and serves nobody. `if not exists` would take it for
/// the one that is wanted.
async fn drop_half_built(connection: &mut PgConnection) -> anyhow::Result<()> {
    let half_built = sqlx::query_scalar(
        "select indexrelid::regclass::text
        from pg_index join pg_class on pg_class.oid = indexrelid
        where not indisvalid and relnamespace = 'public'::regnamespace",
    );
    let half_built: Vec<String> = half_built.fetch_all(&mut *connection).await?;
    for index in half_built {
        let statement = AssertSqlSafe(format!("drop index concurrently {index}"));
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn applied(connection: &mut PgConnection) -> anyhow::Result<HashSet<i64>> {
    let exists: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        return Ok(HashSet::new());
    }
    let versions: Vec<i64> =
        sqlx::query_scalar("select version from _sqlx_migrations").fetch_all(connection).await?;
    Ok(versions.into_iter().collect())
}
