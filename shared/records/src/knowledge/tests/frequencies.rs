use std::time::Duration;

use shared::knowledge::bm25::Frequencies;
use shared::knowledge::fusion::FusionWeights;
use shared::knowledge::lucene;

use super::super::frequencies::Worded;
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
    let words = Search {
        weights: Some(FusionWeights::vector(0.0)),
        ..Search::new(&scopes, QUESTION, &vector)
    };
    assert!(!knowledge.search(words).await.unwrap().hits.is_empty());
    knowledge.delete_document(ours.id).await.unwrap();
}

/// A scope of 1,260 texts that all say what is common and five that say what is rare there, late and at length.
fn large() -> Vec<String> {
    let common = (0..1_255).map(|n| {
        let rest: String = (0..n % 12).map(|word| format!(" r{word}")).collect();
        format!("Masło masło {n}{rest}.")
    });
    let rare = (0..5).map(|n| {
        let rest: String = (0..14 + n).map(|word| format!(" t{word}")).collect();
        format!("W dyskoncie{rest}.")
    });
    common.chain(rare).collect()
}

#[tokio::test]
async fn a_large_scope_finds_what_is_rare_in_it_beside_a_stranger_where_it_is_common() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (ours, theirs) = (document(any_project(), "Nasz"), document(any_project(), "Obcy"));
    let texts = large();
    put_words(&knowledge, &ours, &texts).await;
    let (alone, raw_alone) =
        (by_words(&knowledge, &[ours.scope]).await, raw(&knowledge, &[ours.scope]).await);

    let theirs_say: Vec<String> = (0..1_600).map(|n| format!("Dyskont {n}.")).collect();
    put_words(&knowledge, &theirs, &theirs_say).await;
    let beside = by_words(&knowledge, &[ours.scope]).await;
    let raw_beside = raw(&knowledge, &[ours.scope]).await;

    let texts_of = texts_of(&knowledge, &alone[..5]).await;
    assert!(texts_of.iter().all(|text| text.starts_with("W dyskoncie")), "{texts_of:?}");
    assert_eq!(beside, alone, "order and scores of all {}", alone.len());
    assert_ne!(raw_beside, raw_alone, "the stranger moves the index's own scores");
    for document in [ours, theirs] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

async fn counted(knowledge: &Knowledge, scope: Scope, question: &str) -> Frequencies {
    let clauses = lucene::clauses(&lucene::terms(question, knowledge.stemming));
    knowledge.frequencies(Worded::Chunks, &clauses, &[scope]).await.unwrap()
}

/// As the index has it: words are folded before they are cut.
fn stem(knowledge: &Knowledge, word: &str) -> String {
    knowledge.stemming.stems(word, Language::Polish).remove(0)
}

#[tokio::test]
async fn a_process_that_knows_a_large_scope_counts_like_one_that_does_not() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (ours, theirs) = (document(any_project(), "Nasz"), document(any_project(), "Obcy"));
    put_words(&knowledge, &ours, &large()).await;
    counted(&knowledge, ours.scope, "Chleb?").await;
    let theirs_say: Vec<String> = (0..50).map(|n| format!("Dyskont i masło {n}.")).collect();
    put_words(&knowledge, &theirs, &theirs_say).await;

    let known = counted(&knowledge, ours.scope, QUESTION).await;
    // with counts of its own
    let other = knowledge.clone().with_stemming(knowledge.stemming);

    assert_eq!(known, counted(&other, ours.scope, QUESTION).await);
    assert_eq!(known, counted(&knowledge, ours.scope, QUESTION).await, "as it was kept");
    let holding = |word: &str| known.holding[&stem(&knowledge, word)];
    assert_eq!((known.chunks, holding("masło"), holding("dyskoncie")), (1_260, 1_255, 5));
    for document in [ours, theirs] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

#[tokio::test]
async fn counts_are_made_again_behind_the_question_that_finds_them_old() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (ours, more) = (document(any_project(), "Nasz"), any_project());
    let more = Document { scope: ours.scope, ..document(more, "Nowy") };
    put_words(&knowledge, &ours, &large()).await;
    let before = counted(&knowledge, ours.scope, QUESTION).await;
    put_words(&knowledge, &more, &["W dyskoncie.".to_owned()]).await;

    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();

    assert_eq!(counted(&knowledge, ours.scope, QUESTION).await, before, "nobody waits");
    let mut after = before.clone();
    while after.chunks == before.chunks {
        tokio::time::sleep(Duration::from_millis(5)).await;
        after = counted(&knowledge, ours.scope, QUESTION).await;
    }
    let rare = stem(&knowledge, "dyskoncie");
    assert_eq!((after.chunks, after.holding[&rare]), (1_261, before.holding[&rare] + 1));
    for document in [ours, more] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

#[tokio::test]
async fn after_a_pause_a_scope_is_counted_again_only_where_it_has_changed() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (ours, more) = (document(any_project(), "Nasz"), any_project());
    let more = Document { scope: ours.scope, ..document(more, "Nowy") };
    put_words(&knowledge, &ours, &large()).await;
    let before = counted(&knowledge, ours.scope, QUESTION).await;
    // no chunk came and none went: who counts finds nothing more
    let empty = "match (c:Chunk {scope: $scope}) set c.stems = 'nic', c.num_stems = 1";
    knowledge.run(neo4rs::query(empty).param("scope", ours.scope.key())).await.unwrap();
    let pause = async || {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(901)).await;
        tokio::time::resume();
    };

    pause().await;
    assert_eq!(counted(&knowledge, ours.scope, QUESTION).await, before, "not counted");
    put_words(&knowledge, &more, &["W dyskoncie.".to_owned()]).await;
    pause().await;
    let after = counted(&knowledge, ours.scope, QUESTION).await;

    assert_eq!((after.chunks, after.holding[&stem(&knowledge, "dyskoncie")]), (1_261, 1));
    for document in [ours, more] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}

/// Writes the texts with one vector for all, a chunk each: only words are looked for.
async fn put_words(knowledge: &Knowledge, document: &Document, texts: &[String]) {
    let chunks = paragraphs(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(chunks.len(), texts.len());
    knowledge.put_document(document).await.unwrap();
    let vector = embedding("x");
    let embedded: Vec<Embedded> =
        chunks.iter().map(|chunk| Embedded { chunk, embedding: Some(&vector) }).collect();
    for some in embedded.chunks(200) {
        knowledge.write_chunks(document, some).await.unwrap();
    }
    let refresh = "call db.index.fulltext.awaitEventuallyConsistentIndexRefresh()";
    knowledge.run(neo4rs::query(refresh)).await.unwrap();
}

async fn texts_of(knowledge: &Knowledge, found: &[Candidate]) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Text {
        text: String,
    }
    let ids: Vec<String> = found.iter().map(|one| one.id.clone()).collect();
    let read = "unwind $ids as id match (c:Chunk {id: id}) return c.text as text";
    let read: Vec<Text> = knowledge.rows(neo4rs::query(read).param("ids", ids)).await.unwrap();
    read.into_iter().map(|one| one.text).collect()
}

/// Facts of a document's only chunk.
async fn put_facts(knowledge: &Knowledge, document: &Document, summaries: &[String]) {
    let chunk = paragraphs(&["Masło."]).remove(0);
    put(knowledge, document, &["Masło."]).await;
    let nodes: Vec<serde_json::Value> = (0..)
        .zip(summaries)
        .map(|(n, summary)| {
            serde_json::json!({ "key": format!("n{n}"), "kind": "observation", "summary": summary,
                "value": null, "period": null, "confidence": "high" })
        })
        .collect();
    let findings =
        serde_json::from_value(serde_json::json!({ "nodes": nodes, "relations": [] })).unwrap();
    let supported = Supported { chunk: chunk_id(document.id, &chunk.hash), findings };
    knowledge.write_facts(document, &[supported]).await.unwrap();
    let refresh = "call db.index.fulltext.awaitEventuallyConsistentIndexRefresh()";
    knowledge.run(neo4rs::query(refresh)).await.unwrap();
}

#[tokio::test]
async fn a_projects_facts_are_the_same_beside_a_large_stranger() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let (ours, theirs) = (document(any_project(), "Nasz"), document(any_project(), "Obcy"));
    let mut own: Vec<String> = (0..6).map(|n| format!("Masło, masło rodziny {n}.")).collect();
    own.push("Dyskont otwarto w maju przy nowym osiedlu.".to_owned());
    put_facts(&knowledge, &ours, &own).await;
    let near = async || knowledge.facts_near(&[ours.scope], QUESTION, 3).await.unwrap();
    let alone = near().await;

    let many: Vec<String> = (0..120).map(|n| format!("Dyskont {n}.")).collect();
    put_facts(&knowledge, &theirs, &many).await;
    let beside = near().await;

    assert_eq!(alone[0].summary, own[6], "what is rare comes first: {alone:?}");
    assert_eq!(beside, alone);
    for document in [ours, theirs] {
        knowledge.delete_document(document.id).await.unwrap();
    }
}
