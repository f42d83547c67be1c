//! Logs: JSON that Cloud Logging understands in production, readable lines on one machine.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::Env;

/// Starts logging. `ENVIRONMENT=production` (or `staging`) writes JSON with severity, span fields,
/// `request_id` and `trace_id`; everything else writes lines. `LOG` filters, default `info`.
pub fn start(env: &Env) {
    let filter = EnvFilter::try_new(env.raw("LOG").unwrap_or("info"))
        .unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    // A second start in one process (tests, the local system) keeps the first.
    let _ = if is_production(env) {
        registry.with(tracing_stackdriver::layer()).try_init()
    } else {
        let lines = tracing_subscriber::fmt::layer().compact().with_target(false);
        registry.with(lines.with_writer(std::io::stderr)).try_init()
    };
}

/// True in the cloud: JSON logs, HSTS.
pub fn is_production(env: &Env) -> bool {
    matches!(env.raw("ENVIRONMENT"), Some("production" | "staging"))
}
