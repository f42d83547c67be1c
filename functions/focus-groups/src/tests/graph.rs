//! The graph beside summaries: concepts of all answers together, and readings that are replaced.

use testkit::Behaviour;

use super::faults::{readings_of, study_of};
use super::reading::{has_neo4j, summary, talked};
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
    let (_server, world, group) = study_of(|request| {
        let prompt = request.body.to_string();
        match prompt.contains("<answers>") {
            true if prompt.contains("[1] ") => readings_of(&prompt, "ceny"),
            true => readings_of(&prompt, "cena"),
            false => Behaviour::Answer(synthesis()),
        }
    })
    .await;

    let made = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(200);

    let read = made["metadata"]["total_responses"].as_u64().unwrap();
    assert!((21..=40).contains(&read), "two chunks: {read} answers");
    let shown = world.app.get(&world.ana, &concepts(&group)).await.expect(200);
    assert_eq!(names(&shown), ["cena"]);
    assert_eq!(shown["concepts"][0]["n"], 3);
    let how = &shown["how_made"];
    assert_eq!((how["n"].as_u64(), how["answers"].as_u64()), (Some(3), Some(read)));
    assert_eq!(how["answers_by_lexicon"], 0, "{how}");
    let next = made["recommendations"].as_array().unwrap();
    assert_eq!(next.len(), 1, "the model has none, and something is to be asked next: {next:?}");
    world.app.delete(&world.ana, &one(&group), None).await.expect(204);
}

#[tokio::test]
async fn a_graph_drawn_before_a_summary_follows_what_the_model_has_read() {
    if !has_neo4j() {
        return;
    }
    let (_server, world, group) = study_of(|request| {
        let prompt = request.body.to_string();
        match prompt.contains("<answers>") {
            true => readings_of(&prompt, "cena"),
            false => Behaviour::Answer(synthesis()),
        }
    })
    .await;
    let before = world.app.get(&world.ana, &concepts(&group)).await.expect(200);
    assert_ne!(names(&before), ["cena"], "the lexicon's");

    world.app.parts.clock.advance(chrono::Duration::seconds(1));
    world.app.post(&world.ana, &summary(&group), json!({})).await.expect(200);

    let after = world.app.get(&world.ana, &concepts(&group)).await.expect(200);
    assert_eq!(names(&after), ["cena"]);
    world.app.delete(&world.ana, &one(&group), None).await.expect(204);
}

#[tokio::test]
async fn what_the_graph_shows_of_offline_participants_says_so() {
    if !has_neo4j() {
        return;
    }
    let (world, group) = talked(3).await;
    let path = format!("{}/graph-analytics", one(&group));

    let offline = world.app.get(&world.ana, &path).await.expect(200);
    sqlx::query("update focus_group_turns set is_simulated = false")
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
    let by_a_model = world.app.get(&world.ana, &path).await.expect(200);

    assert_eq!(offline["limits"].as_array().unwrap().len(), 3);
    assert_eq!(by_a_model["limits"].as_array().unwrap().len(), 2);
    world.app.delete(&world.ana, &one(&group), None).await.expect(204);
}
