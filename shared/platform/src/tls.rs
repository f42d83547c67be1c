//! Whose cryptography TLS rests on, for clients that take the process's own.

/// Names AWS-LC as the provider of this process, once. The clients of Redis and Neo4j ask for it and end the
/// thread where none is named, because dependencies bring two (`ring` as well).
pub(crate) fn prepare() {
    // A second call, or somebody else's choice before it, changes nothing.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use crate::cache::Cache;
    use crate::graph::GraphPool;
    use crate::{Env, http::Probe};

    /// Somebody who takes connections and hangs up at once: as far as a client's first word of TLS.
    async fn rude() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { while listener.accept().await.is_ok() {} });
        port
    }

    async fn state(probe: Probe) -> &'static str {
        tokio::spawn(async move { probe.state().await }).await.expect("no client ends the thread")
    }

    #[tokio::test]
    async fn redis_and_neo4j_behind_tls_are_away_and_end_no_thread() {
        let port = rude().await;
        let redis = format!("rediss://:secret@127.0.0.1:{port}");
        let neo4j = format!("bolt+s://127.0.0.1:{port}");
        let env = Env::from([("REDIS_URL", redis.as_str()), ("NEO4J_URI", neo4j.as_str())]);

        let cache = Cache::connect(&env);
        let graph = GraphPool::from_env(&env);

        assert_eq!(state(crate::cache::probe(cache.as_ref())).await, "degraded");
        assert_eq!(state(crate::graph::probe(graph.as_ref())).await, "degraded");
    }
}
