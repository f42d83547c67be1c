use neo4rs::query;
use serde_json::json;
use shared::knowledge::EmbeddingModel;
use shared::knowledge::fusion::FusionWeights;

use super::*;

const BEFORE: [&str; 3] =
    ["Ceny masła wzrosły o 12 %.", "Klienci wybierają dyskonty.", "Zakupy przez internet rosną."];
const AFTER: [&str; 3] =
    ["Nowy akapit na początku.", "Ceny masła wzrosły o 12 %.", "Zakupy przez internet rosną."];

async fn counted(knowledge: &Knowledge, document: &Document) -> u64 {
    let chunks = query("match (c:Chunk) where c.document_id = $id return count(c) as count");
    knowledge.count(chunks.param("id", document.id.to_string())).await.unwrap()
}

#[tokio::test]
async fn the_same_content_again_changes_nothing() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let document = document(any_project(), "Raport");

    let first = put(&knowledge, &document, &BEFORE).await;
    let second = put(&knowledge, &document, &BEFORE).await;

    assert_eq!(first, Written { added: 3, kept: 0 });
    assert_eq!(second, Written { added: 0, kept: 3 });
    assert_eq!(counted(&knowledge, &document).await, 3);
    knowledge.delete_document(document.id).await.unwrap();
}

#[tokio::test]
async fn an_edit_writes_what_changed_and_the_old_is_not_found_again() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let document = document(any_project(), "Raport");
    put(&knowledge, &document, &BEFORE).await;

    let written = put(&knowledge, &document, &AFTER).await;

    assert_eq!(written, Written { added: 1, kept: 2 });
    assert_eq!(counted(&knowledge, &document).await, 3);
    let old = texts(&knowledge, &[document.scope], "klienci wybierają dyskonty").await;
    assert!(!old.contains(&BEFORE[1].to_owned()), "{old:?}");
    assert_eq!(texts(&knowledge, &[document.scope], "ceny masła").await[0], AFTER[1]);
    knowledge.delete_document(document.id).await.unwrap();
}

#[tokio::test]
async fn two_writers_of_the_same_document_make_it_once() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let document = document(any_project(), "Raport");

    futures::join!(put(&knowledge, &document, &BEFORE), put(&knowledge, &document, &BEFORE));

    assert_eq!(counted(&knowledge, &document).await, 3);
    knowledge.delete_document(document.id).await.unwrap();
}

#[tokio::test]
async fn the_same_document_of_two_projects_is_two() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (ours, theirs) = (document(any_project(), "Raport"), document(any_project(), "Raport"));
    put(&knowledge, &ours, &BEFORE).await;
    put(&knowledge, &theirs, &BEFORE).await;

    knowledge.delete_document(theirs.id).await.unwrap();

    assert_eq!(counted(&knowledge, &ours).await, 3);
    assert_eq!(counted(&knowledge, &theirs).await, 0);
    knowledge.delete_document(ours.id).await.unwrap();
}

#[tokio::test]
async fn nothing_is_written_for_a_document_that_was_deleted_meanwhile() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let document = document(any_project(), "Raport");
    knowledge.put_document(&document).await.unwrap();
    knowledge.delete_document(document.id).await.unwrap();
    let chunks = paragraphs(&BEFORE);
    let vector = embedding("x");
    let embedded: Vec<Embedded> =
        chunks.iter().map(|chunk| Embedded { chunk, embedding: Some(&vector) }).collect();

    let refused = knowledge.write_chunks(&document, &embedded).await;

    assert!(matches!(refused, Err(GraphFailure::Gone)), "{refused:?}");
    assert_eq!(counted(&knowledge, &document).await, 0);
}

#[tokio::test]
async fn a_writer_of_an_older_version_changes_nothing() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let old = document(any_project(), "Raport");
    put(&knowledge, &old, &BEFORE).await;
    let new = Document { version: 2, title: "Nowy raport".to_owned(), ..old.clone() };
    put(&knowledge, &new, &AFTER).await;
    let chunks = paragraphs(&BEFORE);
    let vector = embedding("x");
    let embedded: Vec<Embedded> =
        chunks.iter().map(|chunk| Embedded { chunk, embedding: Some(&vector) }).collect();
    let node = json!({ "key": "n1", "kind": "observation", "summary": "Ceny masła wzrosły.",
        "value": null, "period": null, "confidence": "high" });
    let findings = serde_json::from_value(json!({ "nodes": [node], "relations": [] })).unwrap();
    let supported = Supported { chunk: chunk_id(old.id, &chunks[0].hash), findings };

    let renamed = knowledge.put_document(&old).await;
    let written = knowledge.write_chunks(&old, &embedded).await;
    let deleted = knowledge.keep_only(&old, &[]).await;
    knowledge.forget_relations(&old, &[]).await.unwrap();
    knowledge.write_facts(&old, std::slice::from_ref(&supported)).await.unwrap();

    assert!(matches!(renamed, Err(GraphFailure::Gone)), "{renamed:?}");
    assert!(matches!(written, Err(GraphFailure::Gone)), "{written:?}");
    assert!(matches!(deleted, Err(GraphFailure::Gone)), "{deleted:?}");
    assert_eq!(counted(&knowledge, &new).await, 3);
    let near = || knowledge.facts_near(std::slice::from_ref(&old.scope), "ceny masła", 9);
    assert!(near().await.unwrap().is_empty(), "no fact of a version that is gone");
    knowledge.write_facts(&new, &[supported]).await.unwrap();
    let stays = knowledge.keep_only(&new, &[chunks[0].hash.as_str()]).await.unwrap();
    assert_eq!(stays, 2, "the version that is there goes on");
    knowledge.delete_document(old.id).await.unwrap();
    assert_eq!(counted(&knowledge, &new).await, 0);
}

#[tokio::test]
async fn deleting_takes_what_only_this_document_supported() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let scope = any_project();
    let (gone, stays) = (document(scope, "Jeden"), document(scope, "Drugi"));
    put(&knowledge, &gone, &BEFORE[..1]).await;
    put(&knowledge, &stays, &BEFORE[1..2]).await;
    let facts = "match (a:Chunk {document_id: $gone}), (b:Chunk {document_id: $stays})
        create (alone:Fact {id: $gone, scope: a.scope}), (both:Fact {id: $stays, scope: a.scope})
        create (alone)-[:SUPPORTED_BY]->(a), (both)-[:SUPPORTED_BY]->(a), (both)-[:SUPPORTED_BY]->(b)";
    let facts =
        query(facts).param("gone", gone.id.to_string()).param("stays", stays.id.to_string());
    knowledge.run(facts).await.unwrap();

    knowledge.delete_document(gone.id).await.unwrap();

    let left = query("match (f:Fact {scope: $scope}) return count(f) as count");
    let left = knowledge.count(left.param("scope", scope.key())).await.unwrap();
    assert_eq!(left, 1, "the fact with another source stays");
    knowledge.delete_document(stays.id).await.unwrap();
    let left = query("match (n) where n.scope = $scope return count(n) as count");
    assert_eq!(knowledge.count(left.param("scope", scope.key())).await.unwrap(), 0);
}

#[tokio::test]
async fn a_vector_of_another_length_is_refused() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let document = document(any_project(), "Raport");
    knowledge.put_document(&document).await.unwrap();
    let chunks = paragraphs(&BEFORE[..1]);
    let embedded = [Embedded { chunk: &chunks[0], embedding: Some(&[0.5; 3]) }];

    let refused = knowledge.write_chunks(&document, &embedded).await;

    assert!(
        matches!(refused, Err(GraphFailure::WrongLength { wanted: 768, found: 3 })),
        "{refused:?}"
    );
    knowledge.delete_document(document.id).await.unwrap();
}

#[tokio::test]
async fn another_model_is_told_and_can_be_adopted() {
    let Some(pool) = pool().await else { return };
    let _alone = GRAPH.write().await;
    let ours = Knowledge::new(pool.clone(), offline().model());
    ours.create_schema(schema::Dimensions::default()).await.unwrap();
    ours.check_model().await.unwrap();
    let other = EmbeddingModel { name: "another".to_owned(), dimensions: 64 };
    let theirs = Knowledge::new(pool, other.clone());
    let document = document(any_project(), "Raport");
    put(&ours, &document, &BEFORE).await;

    let as_long = EmbeddingModel { name: "as long".to_owned(), dimensions: 768 };
    let vector = embedding("ceny masła");
    let as_long = Knowledge::new(theirs.pool.clone(), as_long);
    let incomparable = as_long.search(Search::new(&[document.scope], "ceny masła", &vector)).await;

    let refused = theirs.check_model().await;
    theirs.forget_vectors().await.unwrap();
    let half_way = theirs.check_model().await;
    theirs.note_model().await.unwrap();
    let adopted = theirs.check_model().await;
    let known = theirs.known_hashes(document.id).await.unwrap();
    let by_words = theirs.search(Search::new(&[document.scope], "ceny masła", &[])).await.unwrap();
    ours.forget_vectors().await.unwrap();
    ours.note_model().await.unwrap();
    let again = put(&ours, &document, &BEFORE).await;

    assert!(matches!(refused, Err(GraphFailure::OtherModel { .. })), "{refused:?}");
    let incomparable = incomparable.unwrap();
    assert_eq!(incomparable.weights, FusionWeights::vector(0.0), "vectors of two models");
    assert_eq!(incomparable.hits[0].text, BEFORE[0]);
    assert!(half_way.is_err(), "whoever is stopped half-way has to come again");
    assert!(adopted.is_ok() && known.is_empty());
    assert_eq!(by_words.hits[0].text, BEFORE[0], "words are found while vectors are missing");
    assert_eq!(again.added, 3, "every chunk is embedded again");
    assert_eq!(counted(&ours, &document).await, 3);
    ours.delete_document(document.id).await.unwrap();
}

#[tokio::test]
async fn a_neo4j_that_is_away_is_an_outage() {
    let env = Env::from([("NEO4J_URI", "bolt://127.0.0.1:1")]);
    let knowledge = Knowledge::new(GraphPool::from_env(&env).unwrap(), offline().model());

    let failure = knowledge.search(Search::new(&[Scope::Shared], "ceny", &[])).await.unwrap_err();

    assert!(failure.is_outage(), "{failure}");
    assert!(platform::Error::from(failure).is_retryable());
}
