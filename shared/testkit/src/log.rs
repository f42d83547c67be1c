//! What a program has logged.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// Everything that a test program logs from when this is made.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Listens to all tests of the program: what one thread alone listens to is lost where another has met a line
    /// first.
    ///
    /// # Panics
    /// When another test of the program keeps a log.
    pub fn keep() -> Self {
        let kept = Self::default();
        let writer = kept.clone();
        let log = tracing_subscriber::fmt().with_env_filter("debug,sqlx=off");
        let log = log.with_writer(move || writer.clone()).finish();
        tracing::subscriber::set_global_default(log).expect("no other test here keeps a log");
        kept
    }

    /// All lines up to now.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
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
