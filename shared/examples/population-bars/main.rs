//! Prints how well populations fit, beside the bars and beside independent draws, and how long
//! 100,000 people take: `cargo run --release -p shared --example population-bars`.

mod measure;

use std::process::ExitCode;
use std::time::Instant;

use measure::{measure, name, plan};
use shared::Seed;
use shared::population::Population;

/// Seconds for 100,000 people on one core.
const TIME_LIMIT: f64 = 1.0;

fn main() -> ExitCode {
    let plan = plan();
    let mut passed = true;
    println!("Poland, 20 and over, no target; total variation, worst of 8 seeds\n");
    println!("{:<34} {:>8} {:>8} {:>8} {:>12}  ", "", "bar", "worst", "mean", "independent");
    for measured in measure(&plan) {
        passed &= measured.passes();
        println!(
            "{:<34} {:>8.4} {:>8.4} {:>8.4} {:>12.4}  {}",
            name(&measured.bar),
            measured.limit,
            measured.worst,
            measured.mean,
            measured.independent,
            verdict(measured.passes()),
        );
    }
    let started = Instant::now();
    let people = Population::new(&plan, Seed(1)).cards(0..100_000).len();
    let seconds = started.elapsed().as_secs_f64();
    passed &= seconds <= TIME_LIMIT;
    println!(
        "\n{people} people in {seconds:.3} s (bar {TIME_LIMIT} s)  {}",
        verdict(seconds <= TIME_LIMIT)
    );
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn verdict(passed: bool) -> &'static str {
    if passed { "pass" } else { "FAIL" }
}
