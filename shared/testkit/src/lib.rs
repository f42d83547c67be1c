#![doc = include_str!("../README.md")]
#![expect(clippy::unwrap_used, reason = "a broken test harness should stop the test")]

mod adapter;
mod app;
mod bench_process;
mod client;
mod database;
mod document;
mod gate;
mod people;
mod pubsub;
mod scripted;
mod smtp;
mod storage;
mod token;

pub use adapter::{Running, free_port, left_out, program};
pub use app::{Parts, TestApp, User, form};
pub use bench_process::{Loaded, cpu_us};
pub use client::Answer;
pub use database::Database;
pub use document::{document, graph};
pub use gate::Gate;
pub use pubsub::PubSub;
pub use scripted::{Behaviour, Recorded, Scripted};
pub use smtp::{MailSink, Received};
pub use storage::TestStorage;

/// Holds a README's table of variables against those that were asked for.
///
/// # Panics
/// When one is missing in the table, or stands there without being read.
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
