//! After the population: a survey over everybody in it, with a report.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use report::survey::{SurveyReport, html};
use serde_json::{Value, json};
use shared::Language;

use super::api::Api;
use super::{progress, text};

const SURVEYS: [(Language, &str); 2] = [
    (Language::Polish, include_str!("../../demo/survey.pl.json")),
    (Language::English, include_str!("../../demo/survey.en.json")),
];
/// What the answers are told apart by, in the report.
const SEGMENTS: [&str; 5] = ["age", "sex", "education", "income", "place"];

/// Where the survey's results lie.
pub(super) struct SurveyFiles {
    page: PathBuf,
    json: PathBuf,
    csv: PathBuf,
    form: PathBuf,
}

/// Asks everybody, writes the report, and tells the survey's id.
pub(super) async fn run(
    api: &Api,
    project: &Value,
    people: u32,
    seed: &Value,
    language: Language,
    folder: &Path,
) -> Result<String> {
    let found = SURVEYS.iter().find(|(known, _)| *known == language);
    let (_, survey) = found.context("no survey in this language")?;
    let mut survey: Value = serde_json::from_str(survey)?;
    survey["target_responses"] = json!(people.clamp(10, 100_000));
    let path = format!("/projects/{}/surveys", text(project, "id")?);
    let survey = api.post(&path, &survey).await.context("cannot create the survey")?;
    let path = format!("/surveys/{}", text(&survey, "id")?);
    println!("\nSurvey       {}", text(&survey, "title")?);
    let started = api.post(&format!("{path}/run"), &json!({ "seed": seed })).await;
    let started = started.context("cannot run the survey")?;
    let run = progress::watch(api, text(&started, "run_id")?).await?;
    println!("Run          {}", super::outcome(&run, "asked")?);
    let report = collect(api, project, &path, language).await?;
    summary(&report, language);
    let files = write(api, &path, folder, &report, language).await?;
    println!("\nPage         {}", files.page.display());
    println!("Results      {}  {}", files.json.display(), files.csv.display());
    println!("Form         {}  the same questions, to ask people", files.form.display());
    println!("\nLimits");
    for limit in &report.limits {
        println!("· {limit}");
    }
    Ok(text(&survey, "id")?.to_owned())
}

async fn collect(
    api: &Api,
    project: &Value,
    path: &str,
    language: Language,
) -> Result<SurveyReport> {
    let results = api.get(&format!("{path}/results")).await?;
    let mut segments = Vec::new();
    for by in SEGMENTS {
        segments.push(api.get(&format!("{path}/segments?by={by}")).await?);
    }
    let simulated = results["models"].as_array().into_iter().flatten();
    let is_simulated = simulated.clone().any(|model| model["is_simulated"] == true);
    let models: Vec<String> = simulated
        .map(|model| format!("{} ({})", model["model"], model["prompt_version"]).replace('"', ""))
        .collect();
    let manifest = &results["manifest"];
    let figure = |key: &str| manifest[key].to_string().replace('"', "");
    let mut lines = vec![("model".to_owned(), models.join(", "))];
    for key in ["seed", "instrument_sha256", "people_sha256", "answers_sha256"] {
        lines.push((key.replace('_', " "), figure(key)));
    }
    let report = json!({
        "project": project["name"],
        "title": results["title"],
        "description": results["description"],
        "language": language,
        "questions": results["questions"],
        "question_analytics": results["question_analytics"],
        "completion": results["completion"],
        "weighting": results["weighting"],
        "order_effects": results["order_effects"],
        "segments": segments,
        "manifest": lines,
        "is_simulated": is_simulated,
        "limits": results["limits"],
        "generated_at": platform::Clock::system().now(),
    });
    serde_json::from_value(report).context("the results have another shape")
}

/// A few lines for the terminal: each question's most telling figure.
fn summary(report: &SurveyReport, language: Language) {
    let flow = &report.completion;
    let rate = flow.rate();
    println!("Complete     {} of {} asked ({rate:.0}%)\n", flow.complete, flow.invited);
    for line in report::survey::lines(report, language) {
        println!("  {line}");
    }
}

async fn write(
    api: &Api,
    path: &str,
    folder: &Path,
    report: &SurveyReport,
    language: Language,
) -> Result<SurveyFiles> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let folder = folder.canonicalize()?;
    let files = SurveyFiles {
        page: folder.join("survey.html"),
        json: folder.join("survey.json"),
        csv: folder.join("survey.csv"),
        form: folder.join("survey-form.html"),
    };
    fs::write(&files.page, html(report, language))?;
    fs::write(&files.json, serde_json::to_vec_pretty(report)?)?;
    fs::write(&files.csv, api.text(&format!("{path}/responses.csv")).await?)?;
    fs::write(&files.form, api.text(&format!("{path}/form")).await?)?;
    Ok(files)
}
