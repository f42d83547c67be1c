//! Runs rules of plain sense over 20,000 people, and prints each count and figure beside what is
//! published: `cargo run --release -p population --example plausibility`.

mod check;

use std::process::ExitCode;

use check::{Figure, LIMIT, PEOPLE, Rule, figures, people, rules, share};

fn main() -> ExitCode {
    let cards = people();
    let rules = rules(&cards);
    let figures = figures(&cards);
    println!("{PEOPLE} people of Poland, 18 to 95, no target\n");
    println!("{:<52} {:>7} {:>9} {:>7}  source", "", "people", "published", "breaks");
    rules.iter().for_each(print_rule);
    println!("\n{:<52} {:>7} {:>9} {:>7}  source", "", "here", "published", "bar");
    figures.iter().for_each(print_figure);
    let share = share(&rules);
    let passed = share <= LIMIT && figures.iter().all(Figure::passes);
    println!(
        "\n{:.2} % of people break a rule (bar {:.0} %)  {}",
        100.0 * share,
        100.0 * LIMIT,
        verdict(share <= LIMIT)
    );
    println!("Not looked at, for want of a table: marital status, children at home,");
    println!("ages of retired miners, soldiers and policemen, who of the old still works.");
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print_rule(rule: &Rule) {
    println!(
        "{:<52} {:>7} {:>9.0} {:>7.0}  {}",
        rule.name, rule.people, rule.published, rule.breaks, rule.source
    );
}

fn print_figure(figure: &Figure) {
    println!(
        "{:<52} {:>7.2} {:>9.2} {:>7.2}  {}  {}",
        figure.name,
        figure.here,
        figure.published,
        figure.reach,
        figure.source,
        verdict(figure.passes())
    );
}

fn verdict(passed: bool) -> &'static str {
    if passed { "pass" } else { "FAIL" }
}
