//! A run's progress on the terminal, from its live events.

use std::io::{IsTerminal, Write};

use anyhow::{Context, Result};
use futures::StreamExt;
use serde_json::Value;

use super::api::Api;

const WIDTH: usize = 40;

/// Follows a run to its end and gives it as it ended.
pub(super) async fn watch(api: &Api, run: &str) -> Result<Value> {
    let mut events = api.stream(&format!("/runs/{run}/events")).await?.bytes_stream();
    let mut buffer = String::new();
    let mut last = None;
    while let Some(bytes) = events.next().await {
        // The events are ASCII-framed, and a run's own texts are escaped JSON.
        buffer.push_str(&String::from_utf8_lossy(&bytes?));
        while let Some(end) = buffer.find("\n\n") {
            let event: String = buffer.drain(..end + 2).collect();
            if let Some(run) = data(&event) {
                draw(&run);
                last = Some(run);
            }
        }
    }
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    last.context("the run's events ended before it did")
}

/// The JSON of an event; a heartbeat has none.
fn data(event: &str) -> Option<Value> {
    let line = event.lines().find_map(|line| line.strip_prefix("data:"))?;
    serde_json::from_str(line.trim()).ok()
}

fn draw(run: &Value) {
    let count = |key: &str| run[key].as_u64().unwrap_or(0);
    let (total, over) = (count("total").max(1), count("done") + count("failed"));
    let line = format!("{} {over}/{total}", bar(over, total));
    if std::io::stderr().is_terminal() {
        eprint!("\r{line}");
        // Without it the bar lags; a terminal that is gone is not worth an error.
        let _ = std::io::stderr().flush();
    } else if run["finished_at"].is_string() {
        eprintln!("{line}");
    }
}

fn bar(over: u64, total: u64) -> String {
    let full = usize::try_from(over * WIDTH as u64 / total).unwrap_or(WIDTH).min(WIDTH);
    format!("{}{}", "█".repeat(full), "░".repeat(WIDTH - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_full_as_the_work_is_done() {
        assert_eq!(bar(0, 10).chars().filter(|&c| c == '█').count(), 0);
        assert_eq!(bar(5, 10).chars().filter(|&c| c == '█').count(), WIDTH / 2);
        assert_eq!(bar(10, 10), "█".repeat(WIDTH));
    }

    #[test]
    fn heartbeats_are_no_data() {
        assert!(data(": heartbeat\n\n").is_none());
        assert_eq!(data("id: 4\nevent: progress\ndata: {\"done\":1}\n\n").unwrap()["done"], 1);
    }
}
