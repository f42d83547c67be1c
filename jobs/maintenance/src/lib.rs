#![doc = include_str!("../README.md")]

mod audit;
mod batch;
mod budgets;
mod collaboration;
mod command;
mod purge;
mod republish;
mod sessions;
mod task;
#[cfg(test)]
mod tests;

pub use audit::{forget_addresses, forget_leavers, remove_old_lines};
pub use budgets::release_budgets;
pub use collaboration::{call_for_mentions, remove_events, remove_notifications};
pub use command::Command;
pub use purge::{
    forget_gone, purge_documents, purge_exports, purge_graphs, purge_personas, purge_projects,
    purge_surveys, purge_uploads,
};
pub use republish::republish_runs;
pub use sessions::{
    remove_email_tokens, remove_former_allowances, remove_invitations, remove_sessions,
    remove_share_links,
};
pub use task::{Done, Report, Task, tick};

use anyhow::ensure;
use platform::graph::GraphPool;
use platform::queue::Publisher;
use platform::storage::Storage;
use platform::{Clock, Env, postgres};
use sqlx::PgPool;

/// What the tasks work with.
#[derive(Clone)]
pub struct State {
    pub pool: PgPool,
    pub publisher: Publisher,
    pub storage: Storage,
    /// The graph; none where there is no Neo4j, and so nothing in it.
    pub graph: Option<GraphPool>,
}

/// The database, the queue, the store and the graph.
pub fn connect(env: &Env) -> Option<State> {
    let (pool, publisher) = (postgres::connect(env), Publisher::from_env(env));
    let (storage, graph) = (Storage::from_env(env), GraphPool::from_env(env));
    Some(State { pool: pool?, publisher: publisher?, storage: storage?, graph })
}

/// Does what the command says, each task whatever became of the others.
///
/// # Errors
/// When a variable is wrong, or with the names of the tasks that failed.
pub async fn work(env: &Env, command: Command) -> anyhow::Result<()> {
    let state = env.check(connect(env))?;
    let report = task::run(&state, &Clock::system(), &command.tasks()).await;
    let failed = report.failed();
    ensure!(failed.is_empty(), "not done: {}", failed.join(", "));
    Ok(())
}
