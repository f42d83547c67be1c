//! The first answer of a Neo4j that may still be starting.

use std::time::Duration;

use anyhow::{Context, anyhow};
use neo4rs::{Error, Graph, Neo4jClientErrorKind, Neo4jErrorKind};
use platform::graph::GraphPool;
use tokio::time::{Instant, sleep, timeout};

/// Between two attempts.
const PAUSE: Duration = Duration::from_secs(1);
/// One attempt: a host that swallows packets answers neither yes nor no.
const ATTEMPT: Duration = Duration::from_secs(10);

/// Tries until Neo4j answers, refuses who is asking, or `limit` is over.
///
/// # Errors
/// Neo4j's last word when it refuses or does not answer in time.
pub async fn connect(pool: &GraphPool, limit: Duration) -> anyhow::Result<&Graph> {
    let deadline = Instant::now() + limit;
    loop {
        let error = match timeout(ATTEMPT.min(limit), pool.get()).await {
            Ok(Ok(graph)) => return Ok(graph),
            Ok(Err(error)) if is_refusal(&error) => return Err(error).context("Neo4j refuses"),
            Ok(Err(error)) => anyhow!(error),
            Err(_) => anyhow!("no answer to one attempt"),
        };
        if Instant::now() + PAUSE > deadline {
            let seconds = limit.as_secs_f32();
            return Err(error.context(format!("Neo4j does not answer within {seconds} s")));
        }
        tracing::info!(error = format!("{error:#}"), "Neo4j is not there yet");
        sleep(PAUSE).await;
    }
}

/// What another attempt would not change; after a few wrong passwords Neo4j locks the user out.
fn is_refusal(error: &Error) -> bool {
    match error {
        Error::UrlParseError(_) | Error::UnsupportedScheme(_) | Error::AuthenticationError(_) => {
            true
        }
        Error::Neo4j(error) => {
            matches!(error.kind(), Neo4jErrorKind::Client(Neo4jClientErrorKind::Security(_)))
        }
        _ => false,
    }
}
