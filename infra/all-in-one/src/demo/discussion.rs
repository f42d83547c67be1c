//! A focus group of the first people on the project's topic, and its report.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use report::discussion::TurnEntry;
use report::{DiscussionReport, discussion_csv, discussion_html, discussion_lines};
use serde_json::{Value, json};
use shared::Language;

use super::api::Api;
use super::{outcome, progress, text};

/// How many talk, as in most focus groups.
const PARTICIPANTS: usize = 8;

/// The guide: what people do, what draws them, what holds them back, whom they trust.
const GUIDE: [(&str, &str); 4] = [
    ("How do you buy vegetables and fruit today?", "Jak dziś kupują Państwo warzywa i owoce?"),
    (
        "What would make you subscribe to such a box?",
        "Co skłoniłoby Państwa do abonamentu na taką skrzynkę?",
    ),
    ("And what holds you back?", "A co Państwa powstrzymuje?"),
    (
        "Whom do you trust more: a chain of shops or a farmer from the next village?",
        "Komu ufają Państwo bardziej: sieci sklepów czy rolnikowi z sąsiedniej gminy?",
    ),
];

/// Where the results lie.
pub(super) struct TalkFiles {
    /// The focus group that they are of.
    pub(super) group: String,
    page: PathBuf,
    csv: PathBuf,
    json: PathBuf,
}

/// Lets the first people of a project talk, sums up, and writes the report. None when there are too few.
pub(super) async fn run(
    api: &Api,
    project: &str,
    name: &str,
    seed: Option<u64>,
    language: Language,
    folder: &Path,
) -> Result<Option<TalkFiles>> {
    let people = api.get(&format!("/projects/{project}/personas?limit={PARTICIPANTS}")).await?;
    let people: Vec<&Value> = people.as_array().into_iter().flatten().map(|p| &p["id"]).collect();
    if people.len() < 2 {
        return Ok(None);
    }
    let wanted = json!({
        "name": language.pick("First impressions", "Pierwsze wrażenia"),
        "persona_ids": people,
        "questions": GUIDE.map(|(english, polish)| language.pick(english, polish)),
    });
    let path = format!("/projects/{project}/focus-groups");
    let group = api.post(&path, &wanted).await.context("cannot set up a focus group")?;
    let id = text(&group, "id")?.to_owned();
    let group = format!("/focus-groups/{id}");
    println!("\nFocus group  {} people, {} questions", people.len(), GUIDE.len());
    let estimate = api.post(&format!("{group}/estimate"), &json!({})).await?;
    let calls = |end: &str| estimate["calls"][end].as_f64().unwrap_or_default();
    println!("Estimate     {:.0} to {:.0} calls of the model", calls("low"), calls("high"));
    let started = api.post(&format!("{group}/run"), &json!({ "seed": seed })).await?;
    let run = progress::watch(api, text(&started, "run_id")?).await?;
    println!("Run          {}", outcome(&run, "said")?);
    let summary = summary(api, &group).await?;
    let report = collect(api, &group, name, language, summary).await?;
    say(&report);
    Ok(Some(write(&report, id, folder)?))
}

/// The summary: at once when it is ready in time, otherwise when its run has ended.
async fn summary(api: &Api, group: &str) -> Result<Value> {
    let asked = api.post(&format!("{group}/ai-summary"), &json!({})).await?;
    match asked["run_id"].as_str() {
        Some(run) if asked["metadata"].is_null() => {
            progress::watch(api, run).await?;
            api.get(&format!("{group}/ai-summary")).await
        }
        _ => Ok(asked),
    }
}

async fn collect(
    api: &Api,
    group: &str,
    name: &str,
    language: Language,
    summary: Value,
) -> Result<DiscussionReport> {
    let view = api.get(group).await?;
    let transcript = api.get(&format!("{group}/transcript")).await?;
    let panel = api.get(&format!("{group}/realism")).await?;
    // Without Neo4j the rest of the report is there all the same.
    let analytics = api.get(&format!("{group}/graph-analytics")).await.ok();
    let manifest = &panel["manifest"];
    let list = |value: &Value| {
        let items = value.as_array().into_iter().flatten();
        items.filter_map(|item| item.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let turns: Vec<TurnEntry> = serde_json::from_value(transcript["turns"].clone())?;
    Ok(DiscussionReport {
        project: name.to_owned(),
        group: text(&view, "name")?.to_owned(),
        language,
        seed: shared::Seed(manifest["seed"].as_u64().unwrap_or_default()),
        models: list(&manifest["models"]),
        prompt_versions: list(&manifest["prompt_versions"]),
        input_sha256: text(manifest, "input_sha256")?.to_owned(),
        simulated: panel["is_simulated"] == true,
        generated_at: platform::Clock::system().now(),
        questions: list(&transcript["questions"]),
        turns,
        realism: serde_json::from_value(panel.clone())?,
        summary: serde_json::from_value(summary)?,
        analytics: analytics.map(serde_json::from_value).transpose()?,
    })
}

fn say(report: &DiscussionReport) {
    println!("\n{}\n", report.summary.executive_summary);
    for line in discussion_lines(&report.realism, report.language) {
        println!("  {line}");
    }
    for limit in &report.summary.limits {
        println!("\n· {limit}");
    }
}

fn write(report: &DiscussionReport, group: String, folder: &Path) -> Result<TalkFiles> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let folder = folder.canonicalize()?;
    let files = TalkFiles {
        group,
        page: folder.join("focus-group.html"),
        csv: folder.join("focus-group.csv"),
        json: folder.join("focus-group.json"),
    };
    fs::write(&files.page, discussion_html(report))?;
    fs::write(&files.csv, discussion_csv(report))?;
    fs::write(&files.json, serde_json::to_vec_pretty(report)?)?;
    Ok(files)
}

impl TalkFiles {
    pub(super) fn say(&self) {
        println!("Focus group  {}", self.page.display());
        println!("             {}  {}", self.csv.display(), self.json.display());
    }
}
