//! What a program has logged.

use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::Value;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::reload::{self, Handle};
use tracing_subscriber::{EnvFilter, Registry, fmt};

/// Everything that is logged to it.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

/// What all tests of the program log, once one has it kept, and warnings and failures among the output of the test that
/// they happened in: what a 503 hides from its caller, whoever reads a failed test has to see.
static PROGRAM: LazyLock<(Log, Handle<EnvFilter, Registry>)> = LazyLock::new(|| {
    let (filter, handle) = reload::Layer::new(EnvFilter::new("off"));
    let log = Log::default();
    let writer = log.clone();
    let kept = fmt::layer().with_writer(move || writer.clone()).with_filter(filter);
    let failures = fmt::layer().with_test_writer().with_filter(EnvFilter::new("warn,sqlx=off"));
    let both = tracing_subscriber::registry().with(kept).with(failures);
    tracing::subscriber::set_global_default(both).expect("nothing else listens to all tests");
    (log, handle)
});

/// Has every test tell what went wrong.
pub(crate) fn tell_failures() {
    LazyLock::force(&PROGRAM);
}

impl Log {
    /// The one that listens to all tests of the program from now on: what one thread alone listens to is lost where
    /// another has met a line first.
    pub fn keep() -> Self {
        let (log, filter) = &*PROGRAM;
        filter.reload(EnvFilter::new("debug,sqlx=off")).unwrap();
        log.clone()
    }

    /// All lines up to now.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    /// Those that are JSON, as Cloud Logging gets them.
    pub fn lines(&self) -> Vec<Value> {
        self.text().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
