use shared::knowledge::fusion::Weights;
use shared::knowledge::lucene;

use super::super::retriever::{Candidate, WORDS};
use super::*;

const QUESTION: &str = "Ile kosztuje masło w dyskoncie?";

/// Texts in which the question's words are of different rarity.
const OURS: [&str; 6] = [
    "Masło kosztuje osiem złotych.",
    "Dyskont otwarto w maju, a ceny spadły, choć mało kto w to wierzył przed świętami.",
    "W dyskoncie masło bywa tańsze niż w hipermarkecie.",
    "Masło, masło i masło: o niczym innym nie mówią rodziny.",
    "Ile osób wraca co tydzień, tego nie wie nikt.",
    "Chleb kosztuje mniej niż rok temu.",
];

async fn by_words(knowledge: &Knowledge, scopes: &[Scope]) -> Vec<Candidate> {
    let terms = lucene::terms(QUESTION, knowledge.stemming);
    knowledge.by_words(&terms, scopes, 100).await.unwrap()
}

/// What the full-text index itself makes of the question.
async fn raw(knowledge: &Knowledge, scopes: &[Scope]) -> Vec<Candidate> {
    let terms = lucene::terms(QUESTION, knowledge.stemming);
    let search = neo4rs::query(WORDS)
        .param("index", schema::CHUNK_WORDS)
        .param("lucene", lucene::queries(&terms, scopes))
        .param("scopes", keys(scopes))
        .param("depth", 100_i64);
    knowledge.rows(search).await.unwrap()
}

#[tokio::test]
async fn a_projects_ranking_is_the_same_beside_a_large_stranger() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (ours, theirs) = (document(any_project(), "Nasz"), document(any_project(), "Obcy"));
    put(&knowledge, &ours, &OURS).await;
    let scopes = [ours.scope];
    let (alone, raw_alone) = (by_words(&knowledge, &scopes).await, raw(&knowledge, &scopes).await);
    let vector = embedding(QUESTION);
    let search =
        Search { passages: Passages::Exactly(6), ..Search::new(&scopes, QUESTION, &vector) };
    let found_alone = knowledge.search(search).await.unwrap();

    // long, and full of what is rare in ours
    let long = "Dyskont przy dyskoncie. ".repeat(40);
    let many: Vec<String> = (0..400).map(|n| format!("Akapit {n}. {long}")).collect();
    put(&knowledge, &theirs, &many.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (beside, raw_beside) =
        (by_words(&knowledge, &scopes).await, raw(&knowledge, &scopes).await);
    let found_beside = knowledge.search(search).await.unwrap();

    assert!(alone.len() >= 5, "{alone:?}");
    assert_eq!(beside, alone, "order and scores");
    assert_eq!(found_beside, found_alone);
    assert_ne!(raw_beside, raw_alone, "the stranger moves the index's own scores");
    for document in [ours, theirs] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

#[tokio::test]
async fn a_search_over_several_scopes_counts_in_all_of_them() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (project, library) = (document(any_project(), "P"), document(any_project(), "B"));
    put(&knowledge, &project, &OURS).await;
    let alone = by_words(&knowledge, &[project.scope]).await;
    put(&knowledge, &library, &["Masło z biblioteki.", "Masło raz jeszcze.", "Nic o tym."]).await;

    let both = by_words(&knowledge, &[project.scope, library.scope]).await;
    let again = by_words(&knowledge, &[library.scope, project.scope]).await;

    assert_eq!(both, again, "whatever the order of the scopes");
    assert_eq!(both.len(), alone.len() + 2);
    let score =
        |of: &[Candidate], id: &str| of.iter().find(|one| one.id == id).map(|one| one.score);
    assert!(alone.iter().any(|one| score(&both, &one.id) != Some(one.score)));
    for document in [project, library] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

#[tokio::test]
async fn chunks_from_before_stems_were_counted_are_ranked_alike() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let ours = document(any_project(), "Nasz");
    put(&knowledge, &ours, &OURS).await;
    let counted = by_words(&knowledge, &[ours.scope]).await;

    let forget = "match (c:Chunk {scope: $scope}) remove c.num_stems";
    knowledge.run(neo4rs::query(forget).param("scope", ours.scope.key())).await.unwrap();

    assert_eq!(by_words(&knowledge, &[ours.scope]).await, counted);
    let (scopes, vector) = ([ours.scope], embedding(QUESTION));
    let words =
        Search { weights: Some(Weights::vector(0.0)), ..Search::new(&scopes, QUESTION, &vector) };
    assert!(!knowledge.search(words).await.unwrap().hits.is_empty());
    knowledge.delete_document(ours.id).await.unwrap();
}
