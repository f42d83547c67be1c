#![doc = include_str!("../README.md")]

mod audit;
mod batch;
mod budgets;
mod command;
mod purge;
mod republish;
mod sessions;
mod task;
#[cfg(test)]
mod tests;

pub use audit::{forget_addresses, forget_leavers, remove_old_lines};
pub use budgets::release_budgets;
pub use command::Command;
pub use purge::{purge_personas, purge_projects};
pub use republish::republish_runs;
pub use sessions::{remove_proofs, remove_sessions};
pub use task::{Done, Report, Task, tick};

use anyhow::ensure;
use platform::queue::Publisher;
use platform::{Clock, Env, postgres};
use sqlx::PgPool;

/// The database and the queue.
pub fn connect(env: &Env) -> Option<(PgPool, Publisher)> {
    let (pool, publisher) = (postgres::connect(env), Publisher::from_env(env));
    Some((pool?, publisher?))
}

/// Does what the command says, each task whatever became of the others.
///
/// # Errors
/// When a variable is wrong, or with the names of the tasks that failed.
pub async fn work(env: &Env, command: Command) -> anyhow::Result<()> {
    let (pool, publisher) = env.check(connect(env))?;
    let report = task::run(&pool, &publisher, &Clock::system(), &command.tasks()).await;
    let failed = report.failed();
    ensure!(failed.is_empty(), "not done: {}", failed.join(", "));
    Ok(())
}
