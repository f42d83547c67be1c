//! The project's documents: one Polish PDF and one English Word file of our own, with made-up numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::api::Api;
use super::{progress, text};

/// File name, title and bytes. How they were made: `infra/all-in-one/demo/documents/README.md`.
const DOCUMENTS: [(&str, &str, &[u8]); 2] = [
    (
        "skrzynki.pl.pdf",
        "Skrzynki warzywne w Polsce",
        include_bytes!("../../demo/documents/skrzynki.pl.pdf"),
    ),
    (
        "subscriptions.en.docx",
        "Food subscriptions",
        include_bytes!("../../demo/documents/subscriptions.en.docx"),
    ),
];
/// The graph's indexes are made beside the start; a second is the rule.
const TRIES: u32 = 60;
const PAUSE: Duration = Duration::from_millis(500);

/// Takes the documents into the project and waits until they can be searched. Without Neo4j the demo goes
/// on, and its people say that nothing stands behind them.
pub(super) async fn take_in(api: &Api, project: &str) -> Result<()> {
    for (name, title, file) in DOCUMENTS {
        let fields = [("title", title), ("project_id", project)];
        let document = api.upload("/rag/documents/upload", name, file, &fields).await;
        let document = document.with_context(|| format!("cannot upload {name}"))?;
        if let Some(run) = document["run_id"].as_str() {
            progress::watch(api, run).await?;
        }
        let document = find(api, text(&document, "id")?).await?;
        let (status, chunks) = (text(&document, "status")?, &document["num_chunks"]);
        let why = document["error_message"].as_str().unwrap_or("no reason was given");
        ensure!(status == "ready", "{name} is {status}: {why}{}", help(why));
        println!("Document     {title}: {chunks} passages, {} facts", document["num_facts"]);
    }
    until_searchable(api, project).await
}

/// What helps when the graph was filled with another embedding model, in a try with one of its own.
fn help(why: &str) -> &'static str {
    match why.contains("graph's vectors") {
        true => {
            "\n\nTo begin anew with an empty graph (this checkout's accounts and projects go as well):\n  \
             cargo local reset --yes"
        }
        false => "",
    }
}

async fn find(api: &Api, id: &str) -> Result<Value> {
    let documents = api.get("/rag/documents").await?;
    let found = documents.as_array().and_then(|all| all.iter().find(|one| one["id"] == id));
    found.cloned().context("the document is not in the list")
}

async fn until_searchable(api: &Api, project: &str) -> Result<()> {
    let question = json!({ "query": "cena abonamentu na warzywa", "project_id": project });
    for _ in 0..TRIES {
        if api.post("/rag/query", &question).await.is_ok_and(|found| found["num_results"] != 0) {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    anyhow::bail!("the documents cannot be searched")
}

/// Says what the people rest on: each document with the number of people who cite it.
pub(super) fn say_sources(personas: &[Value]) {
    let mut people: BTreeMap<&str, usize> = BTreeMap::new();
    for persona in personas {
        let citations = persona["rag_citations"].as_array().into_iter().flatten();
        let mut titles: Vec<&str> =
            citations.filter_map(|citation| citation["document_title"].as_str()).collect();
        titles.sort_unstable();
        titles.dedup();
        titles.into_iter().for_each(|title| *people.entry(title).or_default() += 1);
    }
    for (title, count) in people {
        println!("Cited        {title}: by {count} of {} people", personas.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_of_another_embedding_model_names_the_one_command_that_helps() {
        let why = "the graph's vectors are e5-passage of 384 dimensions, and offline of 768 is configured: …";
        assert!(help(why).ends_with("cargo local reset --yes"));
        assert_eq!(help("the file has no text"), "");
    }
}
