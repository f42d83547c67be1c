//! Prints how well populations fit, beside the bars and beside independent draws, and how long
//! 100,000 people take: `cargo run --release -p population --example population-bars`.

mod measure;

use std::process::ExitCode;
use std::time::Instant;

use measure::{jobs, measure, name, plan};
use population::{Plan, Population, name_fit};
use shared::Seed;
use shared::persona::card::Sex;

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
    passed &= print_names();
    passed &= print_jobs(&plan);
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

/// First names of those born before 2000: total variations, exact.
fn print_names() -> bool {
    println!("\nFirst names of those born before 2000, women and men\n");
    let fits = [Sex::Female, Sex::Male].map(name_fit);
    let line = |name: &str, own: [f64; 2], bar: f64| {
        let holds = own.iter().all(|figure| *figure <= bar);
        println!("{name:<34} {bar:>8.4} {:>8.4} {:>8.4}  {}", own[0], own[1], verdict(holds));
        holds
    };
    let born = line("1997-1999 to 2000 and 2001", fits.map(|fit| fit.before_2000), 0.20);
    let totals = line("bearers by name to the register", fits.map(|fit| fit.totals), 0.02);
    born && totals
}

/// The share of women in the jobs that a reader notices first.
fn print_jobs(plan: &Plan) -> bool {
    println!("\nWomen among people in work, of 20,000 people, in percent (bar: 10 points)\n");
    println!(
        "{:<26} {:>7} {:>6} {:>7} {:>10}  source",
        "", "people", "women", "table", "published"
    );
    let named = jobs::named(plan);
    for seen in &named {
        println!(
            "{:<26} {:>7} {:>6.1} {:>7.1} {:>10.1}  {}  {}",
            seen.job.job,
            seen.people,
            100.0 * seen.women,
            100.0 * seen.job.women,
            100.0 * seen.job.published,
            seen.job.source,
            verdict(seen.passes()),
        );
    }
    named.iter().all(jobs::Seen::passes)
}

fn verdict(passed: bool) -> &'static str {
    if passed { "pass" } else { "FAIL" }
}
