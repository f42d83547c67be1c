//! Logs: JSON that Cloud Logging understands in production, readable lines on one machine.

use std::io::{self, Write};

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use crate::{Env, trace};

/// Starts logging. `ENVIRONMENT=production` (or `staging`) writes JSON with severity, span fields,
/// `request_id`, `trace_id` and, with `GOOGLE_CLOUD_PROJECT`, the name by which Cloud Logging joins what belongs to
/// one trace; everything else writes lines. `LOG` filters, default `info`.
pub fn start(env: &Env) {
    let filter = EnvFilter::try_new(env.raw("LOG").unwrap_or("info"))
        .unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    // A second start in one process (tests, the local system) keeps the first.
    let _ = if is_production(env) {
        let project = env.raw("GOOGLE_CLOUD_PROJECT").map(str::to_owned);
        registry.with(cloud(project, OfStdout)).try_init()
    } else {
        let lines = tracing_subscriber::fmt::layer().compact().with_target(false);
        registry.with(lines.with_writer(std::io::stderr)).try_init()
    };
}

/// True in the cloud: JSON logs, HSTS.
pub fn is_production(env: &Env) -> bool {
    matches!(env.raw("ENVIRONMENT"), Some("production" | "staging"))
}

fn cloud<S, W>(project: Option<String>, out: W) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: Write + Clone + Send + Sync + 'static,
{
    let writer = move || Traced { project: project.clone(), out: out.clone() };
    tracing_stackdriver::layer().with_writer(writer)
}

/// The standard output, which many threads share.
#[derive(Clone)]
struct OfStdout;

impl Write for OfStdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stdout().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}

/// Adds the trace of whoever writes a line, under the name that Cloud Logging looks for: the formatter has a place
/// for it only with OpenTelemetry.
struct Traced<W> {
    project: Option<String>,
    out: W,
}

impl<W: Write> Write for Traced<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let named = self.project.as_ref().zip(trace::current());
        let Some(((project, trace), rest)) = named.zip(line.strip_prefix(b"{")) else {
            return self.out.write(line);
        };
        let name = format!("projects/{project}/traces/{trace}");
        let field =
            format!("{{\"logging.googleapis.com/trace\":{},", serde_json::Value::from(name));
        // at once, or another thread's line may come between
        self.out.write_all(&[field.as_bytes(), rest].concat())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use testkit::Log;
    use tracing::subscriber::DefaultGuard;

    use super::*;

    /// Has the log keep what this thread logs until the guard is gone, as Cloud Logging gets it.
    pub(crate) fn kept(log: &Log, project: Option<&str>) -> DefaultGuard {
        let layer = cloud(project.map(str::to_owned), log.clone());
        tracing::subscriber::set_default(tracing_subscriber::registry().with(layer))
    }

    #[tokio::test]
    async fn a_line_is_joined_with_its_trace_where_there_is_one() {
        const CLICK: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
        let log = Log::default();
        let _guard = kept(&log, Some("sight-test"));

        tracing::info!("outside");
        trace::during(CLICK.to_owned(), async { tracing::info!("inside") }).await;

        let lines = log.lines();
        let traces = lines.iter().map(|line| line["logging.googleapis.com/trace"].as_str());
        let name = format!("projects/sight-test/traces/{CLICK}");
        assert_eq!(traces.collect::<Vec<_>>(), [None, Some(name.as_str())], "{lines:?}");
        assert_eq!(lines[1]["severity"], "INFO");
    }
}
