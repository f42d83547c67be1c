//! What there is to take away of the project, its survey and its talk: a PDF each, written by runs and fetched by links.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::api::Api;
use super::{progress, text};

/// The most people that a PDF of a project takes (`functions/export`).
const MOST_PEOPLE: u32 = 200;

/// What there is to export beside single people.
pub(super) struct Subjects<'a> {
    pub(super) project: &'a str,
    pub(super) people: u32,
    pub(super) survey: &'a str,
    /// None where too few people could talk.
    pub(super) focus_group: Option<&'a str>,
}

/// Writes them, masked. A project with more people than a PDF takes has none.
pub(super) async fn run(api: &Api, subjects: &Subjects<'_>, out: &Path) -> Result<()> {
    let mut exports = vec![("survey", Some(subjects.survey))];
    exports.extend(subjects.focus_group.map(|group| ("focus_group", Some(group))));
    exports.extend((subjects.people <= MOST_PEOPLE).then_some(("project", None)));
    let mut title = "PDFs";
    for (subject, id) in exports {
        let pdf = pdf(api, subjects.project, subject, id).await;
        let pdf = pdf.with_context(|| format!("cannot export the {subject}"))?;
        let path = out.join(format!("{}.pdf", subject.replace('_', "-")));
        std::fs::write(&path, pdf)?;
        println!("{title:<13}{}", path.display());
        title = "";
    }
    Ok(())
}

/// The bytes of one, once its run has written them.
async fn pdf(api: &Api, project: &str, subject: &str, id: Option<&str>) -> Result<Vec<u8>> {
    let wanted = json!({ "subject": subject, "subject_id": id, "format": "pdf" });
    let started = api.post(&format!("/projects/{project}/exports"), &wanted).await?;
    let run = progress::watch(api, text(&started, "run_id")?).await?;
    ensure!(run["status"] == "succeeded", "its run has {}: {}", run["status"], run["failures"]);
    let link = format!("/exports/{}/link", text(&started, "export_id")?);
    let link = api.post(&link, &json!({})).await?;
    let file = text(&link, "file")?;
    let path = file.strip_prefix("/api/v1").context("the file is no address of this API")?;
    api.bytes(path).await
}
