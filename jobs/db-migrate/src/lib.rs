#![doc = include_str!("../README.md")]

#[cfg(test)]
mod tests;
mod url;

use platform::{Env, migrations};
use sqlx::postgres::PgConnectOptions;

pub use url::{SyncUrl, WrongUrl};

/// Where the database is: `DATABASE_URL_SYNC`.
pub fn database(env: &Env) -> Option<PgConnectOptions> {
    env.required::<SyncUrl>("DATABASE_URL_SYNC").map(|url| url.0)
}

/// Applies what is missing and prints how many migrations that were.
///
/// # Errors
/// When the variable is wrong, the database does not answer, a migration fails, or one that was
/// applied has changed: the database is then as it was.
pub async fn work(env: &Env) -> anyhow::Result<()> {
    let database = env.check(database(env))?;
    let applied = migrations::apply(&database).await?;
    println!("{applied} migration(s) applied, {} in all", migrations::MIGRATOR.iter().count());
    Ok(())
}
