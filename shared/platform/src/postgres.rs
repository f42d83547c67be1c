//! PostgreSQL: the truth.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::Env;
use crate::http::Probe;

/// A pool that connects on first use. `DATABASE_URL`, `DATABASE_POOL` (default 5: Cloud SQL's
/// connections are few and instances many).
pub fn connect(env: &Env) -> Option<PgPool> {
    let url = env.required::<PgConnectOptions>("DATABASE_URL");
    let size = env.or("DATABASE_POOL", 5);
    Some(
        PgPoolOptions::new()
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
