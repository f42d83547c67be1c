#![doc = include_str!("../README.md")]

mod connect;
#[cfg(test)]
mod tests;
mod verify;

pub use connect::connect;
pub use verify::{Mismatch, verify};

use std::time::Duration;

use anyhow::Context;
use neo4rs::{Graph, query};
use platform::Env;
use platform::graph::GraphPool;
use platform::model::EmbeddingConfig;
use records::knowledge::Knowledge;
use records::knowledge::schema::{Dimensions, is_there, statements};
use shared::knowledge::EmbeddingModel;

/// How long to wait for Neo4j.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For its first answer.
    pub connect: Duration,
    /// For the indexes to be filled.
    pub online: Duration,
}

impl Default for Patience {
    /// A minute, which a restart takes; five for a large graph.
    fn default() -> Self {
        Self { connect: Duration::from_secs(60), online: Duration::from_secs(300) }
    }
}

/// The graph, and the model of its vectors: the one that the functions are told, by the same variables.
pub fn config(env: &Env) -> Option<(GraphPool, EmbeddingModel)> {
    let uri = env.required::<String>("NEO4J_URI");
    let pool = GraphPool::from_env(env);
    let (_, model) = EmbeddingConfig::model(env)?;
    uri.and(pool).map(|pool| (pool, model))
}

/// Makes what the graph lacks and waits until it can be used.
///
/// # Errors
/// When a variable is wrong, or those of [`init`].
pub async fn work(env: &Env) -> anyhow::Result<()> {
    let (pool, model) = env.check(config(env))?;
    let dimensions = Dimensions::new(model.dimensions).context("no index takes this length")?;
    let made = init(&pool, dimensions, Patience::default()).await?;
    Knowledge::new(pool, model).check_model().await?;
    println!("{made} constraints and indexes are online");
    Ok(())
}

/// Makes the constraints and indexes that are missing, holds those that were there against what is
/// wanted, and waits until all are filled. Returns how many there are of ours.
///
/// # Errors
/// When Neo4j does not answer in time, an index has another shape, or is not filled in time. What
/// was made by then stays, and the next start goes on from there.
pub async fn init(
    pool: &GraphPool,
    dimensions: Dimensions,
    patience: Patience,
) -> anyhow::Result<usize> {
    let graph = connect(pool, patience.connect).await?;
    let statements = statements(dimensions);
    for statement in &statements {
        make(graph, statement).await.with_context(|| format!("cannot run {statement}"))?;
    }
    verify(graph, dimensions).await?;
    await_online(graph, patience.online).await?;
    Ok(statements.len())
}

/// Makes one, whoever else makes it at once: [`verify()`] judges what is there.
async fn make(graph: &Graph, statement: &str) -> Result<(), neo4rs::Error> {
    match graph.run(query(statement)).await {
        Err(error) if is_there(&error) => Ok(()),
        made => made.map(drop),
    }
}

async fn await_online(graph: &Graph, limit: Duration) -> anyhow::Result<()> {
    let seconds = i64::try_from(limit.as_secs()).unwrap_or(i64::MAX);
    let wait = query("call db.awaitIndexes($seconds)").param("seconds", seconds);
    let done = graph.run(wait).await;
    done.map(drop).with_context(|| format!("not all indexes are online after {seconds} s"))
}
