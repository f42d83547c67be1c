#![doc = include_str!("../README.md")]
#![expect(clippy::unwrap_used, reason = "a broken test harness should stop the test")]

mod adapter;
mod app;
mod bench_process;
mod client;
mod database;
mod document;
mod gate;
mod log;
mod people;
mod pubsub;
mod scripted;
mod smtp;
mod storage;
mod token;

pub use adapter::{Running, free_port, left_out, program};
pub use app::{Parts, TestApp, User, form};
pub use bench_process::{Loaded, cpu_us, peak_mb, verdict};
pub use client::Answer;
pub use database::Database;
pub use document::{document, graph};
pub use gate::Gate;
pub use log::Log;
pub use pubsub::PubSub;
pub use scripted::{Behaviour, Recorded, Scripted};
pub use smtp::{MailSink, Received};
pub use storage::TestStorage;

/// Starts a function with all that its variables may say, and with a database alone, and asserts that its README's
/// table has the variables that it asked for then: all of them and no others.
#[track_caller]
pub fn assert_variables<T>(readme: &str, start: impl Fn(&platform::Env) -> T) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _context = runtime.enter();
    let database = ("DATABASE_URL", "postgres://localhost/x");
    let all = platform::Env::from([
        database,
        ("EMBEDDING_API_KEY", "k"),
        ("EMBEDDING_PROVIDER", "gemini"),
        ("GOOGLE_CLOUD_PROJECT", "p"),
        ("MODEL_API_KEY", "k"),
        ("MODEL_PROVIDER", "gemini"),
        ("NEO4J_URI", "bolt://localhost"),
        ("PUSH_AUDIENCE", "a"),
        ("PUSH_SERVICE_ACCOUNT", "s"),
        ("REDIS_URL", "redis://localhost"),
        ("STORAGE_FOLDER", "files"),
    ]);
    let least = platform::Env::from([database]);
    let _ = (start(&all), start(&least));
    assert_documented(readme, &[&all, &least]);
}

/// Holds a README's table of variables against those that were asked for.
#[track_caller]
pub fn assert_documented(readme: &str, asked: &[&platform::Env]) {
    let table = readme.split("## Variables").nth(1).expect("a README has a table of variables");
    let table = table.split("\n## ").next().unwrap();
    let documented: std::collections::BTreeSet<String> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split('`').next())
        .map(str::to_owned)
        .collect();
    let asked = asked.iter().flat_map(|env| env.asked()).collect();
    assert_eq!(documented, asked, "the README's table and the variables that are read");
}
