//! What the people are worth: metrics, needs, a journey and messages of one of them, two beside each other, and one
//! to take away.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use shared::Language;
use shared::kpi::Metric;
use shared::persona::label;

use super::api::Api;

/// Computes the metrics of the first person's segment, holds two people against each other and writes the first
/// one, masked, as JSON and as a PDF. No figure of the demo's worker is made up: it has none, so what needs one is
/// absent and says so.
pub(super) async fn run(api: &Api, project: &str, language: Language, out: &Path) -> Result<()> {
    let people = api.get(&format!("/projects/{project}/personas?limit=2")).await?;
    let id = |at: usize| people[at]["id"].as_str().context("the project has no two people");
    let (first, second) = (id(0)?, id(1)?);
    let kpi = format!("/personas/{first}/kpi/recalculate");
    let snapshot = api.post(&kpi, &json!({})).await.context("cannot compute metrics")?;
    println!("\nMetrics      {}", snapshot["segment_name"].as_str().unwrap_or_default());
    for metric in Metric::ALL {
        let (name, key) = (metric.name(language), label::key(&metric));
        println!("  {name:<20} {}", card(&snapshot["metrics"][key]));
    }
    let compare = format!("/personas/{first}/actions/compare");
    let compared = api.post(&compare, &json!({ "persona_ids": [second] })).await?;
    let (one, other) = (&compared["personas"][0], &compared["personas"][1]);
    let alike = compared["similarity"][first][second].as_f64().unwrap_or_default();
    println!(
        "Compared     {} and {}: more alike than {:.0}% of the pairs",
        one["full_name"].as_str().unwrap_or_default(),
        other["full_name"].as_str().unwrap_or_default(),
        alike * 100.0,
    );
    let export = format!("/personas/{first}/actions/export");
    let exported = api.post(&export, &json!({ "format": "json" })).await?;
    let (needs, journey, messages) = in_words(api, first).await?;
    let files = [
        ("kpi.json", &snapshot),
        ("comparison.json", &compared),
        ("persona.json", &exported),
        ("needs.json", &needs),
        ("journey.json", &journey),
        ("messages.json", &messages),
    ];
    for (name, value) in files {
        let path = out.join(name);
        std::fs::write(&path, serde_json::to_string_pretty(value)?)?;
        println!("             {}", path.display());
    }
    // last, so that it has the metrics, the needs and the journey
    let pdf = api.file(&export, &json!({ "format": "pdf" })).await?;
    let path = out.join("persona.pdf");
    std::fs::write(&path, pdf)?;
    println!("             {}", path.display());
    Ok(())
}

/// What the first person needs, by what people have said until now, how they come to buy, and what might reach them.
async fn in_words(api: &Api, person: &str) -> Result<(Value, Value, Value)> {
    let path = format!("/personas/{person}");
    let started = api.post(&format!("{path}/needs"), &json!({})).await?;
    let run = started["run_id"].as_str().context("the run of needs has no id")?;
    super::progress::watch(api, run).await.context("needs are not drafted")?;
    let needs = api.get(&format!("{path}/needs")).await?;
    let shown = &needs["needs_and_pains"];
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    println!("Needs        {}", basis(shown));
    println!("  job        {}", word(&shown["jobs_to_be_done"][0]["job_statement"]));
    let outcome = &shown["desired_outcomes"][0];
    println!(
        "  outcome    {} (opportunity {:.0} of 100)",
        word(&outcome["outcome_statement"]),
        outcome["opportunity_score"].as_f64().unwrap_or_default()
    );
    println!("  pain       {}", word(&shown["pain_points"][0]["pain_title"]));
    let journey = api.post(&format!("{path}/journey"), &json!({})).await?;
    println!("Journey");
    for stage in journey["stages"].as_array().into_iter().flatten() {
        println!("  {:<14} {}", in_letters(&stage["stage"]), word(&stage["questions"][0]));
    }
    let wish = json!({ "tone": "friendly", "type": "social_post", "num_variants": 2 });
    let messages = api.post(&format!("{path}/actions/messaging"), &wish).await?;
    println!("Messages");
    for variant in messages["variants"].as_array().into_iter().flatten() {
        println!("  {}: {}", word(&variant["headline"]), word(&variant["body"]));
    }
    Ok((needs, journey, messages))
}

/// A metric as a card shows it: its value with its range, or why there is none.
fn card(metric: &Value) -> String {
    let Some(value) = metric["value"].as_f64() else {
        return format!("– {}", metric["absent_because"].as_str().unwrap_or_default());
    };
    let unit = metric["unit"].as_str().unwrap_or_default();
    let range = match (metric["low"].as_f64(), metric["high"].as_f64()) {
        (Some(low), Some(high)) => format!(" ({} to {})", number(low), number(high)),
        _ => String::new(),
    };
    let source = in_letters(&metric["sources"][0]["kind"]);
    let confidence = in_letters(&metric["confidence"]);
    format!("{} {unit}{range}, from {source}, {confidence} confidence", number(value))
}

/// What needs rest on.
fn basis(needs: &Value) -> String {
    match needs["basis"].as_str() {
        Some("answers") => format!("shown by what people said ({} answers read)", needs["answers"]),
        _ => format!("hypotheses ({} answers read, none shows them)", needs["answers"]),
    }
}

/// A word of the API as a reader writes it: `simulated_answers` as `simulated answers`.
fn in_letters(word: &Value) -> String {
    word.as_str().unwrap_or_default().replace('_', " ")
}

fn number(value: f64) -> String {
    if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_told_without_names_of_the_api() {
        let metric = json!({ "value": 0.31, "low": 0.2, "high": 0.4, "unit": "share",
            "sources": [{ "kind": "simulated_answers" }], "confidence": "low" });

        assert_eq!(
            card(&metric),
            "0.31 share (0.20 to 0.40), from simulated answers, low confidence"
        );
    }
}
