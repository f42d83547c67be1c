//! PostgreSQL: the truth.

mod side_pool;

pub use side_pool::{SideConnection, SidePool};

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::error::Chain;
use crate::http::Probe;
use crate::{Env, Result};

/// How often a transaction is done again that PostgreSQL ended for another's sake.
const AGAIN: u32 = 2;

/// Nothing outside a transaction; inside one that somebody left open, its end.
const CLEAN: &str = "begin; rollback";

/// Options of a pool whose connections come without an open transaction. A future that is dropped
/// while it waits for the answer to `begin`, as when a client leaves, puts its connection back with
/// the transaction open (sqlx 0.9 rolls back only what it knows to have begun), and the next user's
/// writes would wait in it unseen. The check takes the place of sqlx's ping, so it costs nothing.
pub fn pool_options() -> PgPoolOptions {
    PgPoolOptions::new().test_before_acquire(false).before_acquire(|connection, _| {
        Box::pin(async move {
            sqlx::raw_sql(CLEAN).execute(connection).await?;
            Ok(true)
        })
    })
}

/// Does a whole transaction, and does it again when PostgreSQL ended it because it met another one (a
/// deadlock, or a serialization failure): the other is through by then.
pub async fn again<T, F>(work: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    for _ in 0..AGAIN {
        match work().await {
            Err(error) if error.is_collision() => {
                tracing::warn!(error = %Chain(&error), "a transaction is done again");
            }
            done => return done,
        }
    }
    work().await
}

/// A pool that connects on first use. `DATABASE_URL`, `DATABASE_POOL` (default 5: Cloud SQL's
/// connections are few and instances many).
pub fn connect(env: &Env) -> Option<PgPool> {
    let url = env.required::<PgConnectOptions>("DATABASE_URL");
    let size = env.or("DATABASE_POOL", 5);
    Some(
        pool_options()
            .max_connections(size)
            .acquire_timeout(Duration::from_secs(10))
            .connect_lazy_with(url?),
    )
}

/// Asks the database for an answer.
pub fn probe(pool: &PgPool) -> Probe {
    let pool = pool.clone();
    Probe::required("postgres", move || {
        let pool = pool.clone();
        async move { sqlx::query("select 1").execute(&pool).await.is_ok() }
    })
}
