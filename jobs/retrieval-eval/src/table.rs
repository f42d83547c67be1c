//! The evaluation as text.

use std::fmt::Write;

use crate::measure::Measure;
use crate::report::{Group, Report, Reranked};

pub(crate) fn table(report: &Report) -> String {
    let mut text = format!(
        "{}: {} texts, {} chunks, {} questions with an answer, {} without\n\
         vectors by {} of {} dimensions, {}\n",
        report.collection,
        report.texts,
        report.chunks,
        report.answered,
        report.unanswered,
        report.model.name,
        report.model.dimensions,
        match &report.reranker {
            Some(reranker) => format!("reranked by {reranker}"),
            None => "nobody looks again".to_owned(),
        }
    );
    for group in &report.groups {
        compared(&mut text, group);
    }
    passages(&mut text, report);
    times(&mut text, report);
    if let Some(none) = &report.no_answer {
        put(
            &mut text,
            format_args!(
                "relevance of the first passage: {:.3} with an answer, {:.3} without; told apart in {:.1} % of pairs",
                none.answered,
                none.unanswered,
                100.0 * none.separation
            ),
        );
    }
    put(&mut text, format_args!(""));
    for finding in &report.findings {
        put(&mut text, format_args!("- {finding}"));
    }
    text
}

/// Systems side by side, a line each.
fn compared(text: &mut String, group: &Group) {
    let heads = Measure::ALL.map(|measure| format!("{:<24}", measure.name())).concat();
    let (title, first) = (&group.title, &group.systems[0].name);
    put(text, format_args!("\n{title:<22}{heads} nDCG@10 against {first}"));
    for system in &group.systems {
        let cells = Measure::ALL.map(|measure| {
            let value = system.measures[&measure];
            format!("{:.4} [{:.4}, {:.4}] ", value.mean, value.low, value.high)
        });
        let (name, cells) = (&system.name, cells.concat());
        let gain = system.differences[&Measure::Ndcg10];
        let (mean, low, high) = (gain.mean, gain.low, gain.high);
        put(text, format_args!("{name:<22}{cells} {mean:+.4} [{low:+.4}, {high:+.4}]"));
    }
}

/// Policies for the number of passages.
fn passages(text: &mut String, report: &Report) {
    put(text, format_args!("\npassages              mean    recall                   precision"));
    for policy in &report.passages.policies {
        let (recall, precision) = (policy.recall, policy.precision);
        put(
            text,
            format_args!(
                "{:<22}{:<8.2}{:.4} [{:.4}, {:.4}]  {:.4} [{:.4}, {:.4}]",
                policy.name,
                policy.mean_passages,
                recall.mean,
                recall.low,
                recall.high,
                precision.mean,
                precision.low,
                precision.high
            ),
        );
    }
}

/// How long a search takes, and one that is looked at again.
fn times(text: &mut String, report: &Report) {
    let latency = report.latency;
    put(
        text,
        format_args!(
            "\nlatency of a search: mean {:.1} ms [{:.1}, {:.1}], p50 {:.1} ms, p95 {:.1} ms",
            latency.mean.mean, latency.mean.low, latency.mean.high, latency.p50, latency.p95
        ),
    );
    if let Reranked::Measured { latency, fell_back, .. } = &report.reranking {
        put(
            text,
            format_args!(
                "with the reranker: mean {:.1} ms, p95 {:.1} ms, {fell_back} fell back",
                latency.mean.mean, latency.p95
            ),
        );
    }
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a string takes every line");
}
