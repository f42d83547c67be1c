//! The graph beside summaries: concepts of all answers together.

use platform::model::scripted::Behaviour;

use super::faults::{readings_of, study_of};
use super::reading::{has_neo4j, summary};
use super::*;

fn concepts(group: &Value) -> String {
    format!("/api/v1/graph/{}/concepts", id(group))
}

fn names(shown: &Value) -> Vec<&str> {
    let concepts = shown["concepts"].as_array().unwrap().iter();
    concepts.map(|concept| concept["name"].as_str().unwrap()).collect()
}

fn synthesis() -> Value {
    json!({
        "executive_summary": "Mowa o cenie.", "key_insights": [], "surprising_findings": [],
        "segments": [], "recommendations": [], "sentiment_narrative": "Spokojnie."
    })
}

#[tokio::test]
async fn forms_of_one_word_in_two_chunks_are_one_concept() {
    if !has_neo4j() {
        return;
    }
    let (_server, study, group) = study_of(|request| {
        let prompt = request.body.to_string();
        match prompt.contains("<answers>") {
            true if prompt.contains("[1] ") => readings_of(&prompt, "ceny"),
            true => readings_of(&prompt, "cena"),
            false => Behaviour::Answer(synthesis()),
        }
    })
    .await;

    let made = study.app.post(&study.ana, &summary(&group), json!({})).await.expect(200);

    let read = made["metadata"]["total_responses"].as_u64().unwrap();
    assert!((21..=40).contains(&read), "two chunks: {read} answers");
    let shown = study.app.get(&study.ana, &concepts(&group)).await.expect(200);
    assert_eq!(names(&shown), ["cena"]);
    assert_eq!(shown["concepts"][0]["n"], 3);
    study.app.delete(&study.ana, &one(&group), None).await.expect(204);
}
