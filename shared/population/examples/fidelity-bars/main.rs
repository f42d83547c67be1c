//! Prints the bars of the fidelity report and of the comparison with people, with their measured
//! figures: `cargo run --release -p population --example fidelity-bars`

mod duplicates;
mod halves;
mod reports;
mod surveys;

use std::process::ExitCode;

fn main() -> ExitCode {
    let parts = [halves::print, reports::print, surveys::print, duplicates::print];
    let held = parts.map(|print| print());
    if held.into_iter().all(|held| held) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints a figure beside its bar and says whether the bar holds.
fn line(name: &str, measured: &str, bar: &str, holds: bool) -> bool {
    println!("  {name:<56} {measured:>16} {bar:>16}  {}", if holds { "pass" } else { "FAIL" });
    holds
}

/// A count of cases that may be at most, or must be at least, so many.
fn at_most(name: &str, found: usize, of: usize, most: usize) -> bool {
    line(name, &format!("{found} of {of}"), &format!("at most {most}"), found <= most)
}

fn at_least(name: &str, found: usize, of: usize, least: usize) -> bool {
    line(name, &format!("{found} of {of}"), &format!("at least {least}"), found >= least)
}
