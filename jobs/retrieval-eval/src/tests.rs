use std::path::{Path, PathBuf};

use platform::Env;
use platform::graph::GraphPool;
use platform::model::{Embedder, EmbeddingConfig};
use records::knowledge::schema::Dimensions;
use records::knowledge::{Knowledge, Protocol, Reranker};
use serde_json::json;
use shared::Seed;
use shared::knowledge::OfflineEmbedding;
use testkit::{Behaviour, Scripted};
use tokio::sync::{Mutex, MutexGuard};

use super::*;
use crate::report::Reranked;

const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/collection");

/// Held by whoever has texts in the graph, which `clear` empties.
static ALONE: Mutex<()> = Mutex::const_new(());

/// The Neo4j of this test run, for one test at a time. Without one, the tests that need it are skipped on
/// a developer's machine, and fail where `CI` is set.
async fn graph() -> Option<(MutexGuard<'static, ()>, Knowledge, Embedder)> {
    let env = Env::from_process();
    if env.raw("NEO4J_URI").is_none() {
        assert!(env.raw("CI").is_none(), "NEO4J_URI names no Neo4j, and CI must have one");
        eprintln!("skipped: NEO4J_URI names no Neo4j");
        return None;
    }
    let (knowledge, embedder, _) = command::knowledge(&env).unwrap();
    knowledge.create_schema(Dimensions::default()).await.unwrap();
    let alone = ALONE.lock().await;
    clear(&GraphPool::from_env(&env).unwrap()).await;
    Some((alone, knowledge, embedder))
}

/// Takes away what the tests of other packages have left, in the throw-away Neo4j of this machine only.
async fn clear(graph: &GraphPool) {
    let uri = Env::from_process().raw("NEO4J_URI").unwrap_or_default().to_owned();
    assert!(uri.contains("127.0.0.1"), "{uri} is not the Neo4j of a test run");
    let clear = "match (n) where n:Chunk or n:Document or n:Fact detach delete n";
    graph.get().await.unwrap().run(neo4rs::query(clear)).await.unwrap();
    let refresh = "call db.index.fulltext.awaitEventuallyConsistentIndexRefresh()";
    graph.get().await.unwrap().run(neo4rs::query(refresh)).await.unwrap();
}

/// Cranfield, where it lies beside the checkout; its texts are no part of the project.
fn cranfield() -> Option<PathBuf> {
    let beside = "../../../shared/data/retrieval/cranfield";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(beside);
    if !folder.exists() {
        eprintln!("skipped: no Cranfield beside the checkout");
    }
    folder.exists().then_some(folder)
}

#[test]
fn the_own_collection_is_large_enough_and_in_both_languages() {
    let collection = Collection::read(Path::new(OWN)).unwrap();

    let judged = collection.questions.iter().filter(|one| !one.answers.is_empty()).count();
    let names: std::collections::HashSet<_> =
        collection.texts.iter().map(|text| &text.id).collect();

    assert!(collection.texts.len() >= 120 && judged >= 80);
    assert!(collection.questions.len() > judged, "some questions have no answer");
    assert_eq!(names.len(), collection.texts.len());
    for language in [shared::Language::Polish, shared::Language::English] {
        let of = |text: &&Text| shared::text::detect(&text.text) == Some(language);
        assert!(collection.texts.iter().filter(of).count() >= 60, "{language:?}");
    }
    for question in &collection.questions {
        assert!(question.answers.keys().all(|text| names.contains(text)), "{}", question.id);
    }
}

#[tokio::test]
async fn no_measure_on_the_own_collection_drops_below_its_baseline() {
    let Some((_alone, knowledge, embedder)) = graph().await else { return };
    let collection = Collection::read(Path::new(OWN)).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("baseline.json");

    let measured = Baseline::measure(&knowledge, &embedder, &collection).await.unwrap();

    println!("{measured}");
    Baseline::read(&file).unwrap().hold(&measured).unwrap();
    let ndcg = |system: &str| measured.0[system][&Measure::Ndcg10];
    assert!(ndcg("hybrid") >= ndcg("keyword") - 0.01, "the hybrid is no worse than words alone");
}

#[tokio::test]
async fn a_collection_measures_the_same_in_a_full_graph() {
    let Some((_alone, knowledge, embedder)) = graph().await else { return };
    let collection = Collection::read(Path::new(OWN)).unwrap();
    let alone = Baseline::measure(&knowledge, &embedder, &collection).await.unwrap();
    // a stranger with the same words in other numbers, and longer
    let mut stranger = Collection::read(Path::new(OWN)).unwrap();
    for text in &mut stranger.texts {
        text.text = format!("{0} {0} {0}", text.text);
    }
    let chunker = Chunker::Fixed { size: 500, overlap: 100 };
    let beside = indexed::Indexed::write(&knowledge, &embedder, &stranger, chunker).await.unwrap();

    let full = Baseline::measure(&knowledge, &embedder, &collection).await.unwrap();

    beside.remove().await.unwrap();
    for (system, measures) in &alone.0 {
        for (measure, value) in measures {
            let other = full.0[system][measure];
            assert!((other - value).abs() < 1e-9, "{system} {}: {value} {other}", measure.name());
        }
    }
}

#[tokio::test]
async fn the_offline_embedding_is_told_to_be_of_no_use_for_ratings() {
    let config = EmbeddingConfig::offline();
    let embedder = Embedder::without_ledger(config).unwrap();

    let printed = ratings::measured(&embedder, None).await.unwrap().to_string();

    assert_eq!(printed.matches("does not pass").count(), 2, "{printed}");
    assert_eq!(printed.matches("purchase").count(), 2, "{printed}");
}

#[tokio::test]
async fn cranfield_is_found_by_words_as_well_as_bm25_should_and_by_the_hybrid_better() {
    let (Some((_alone, knowledge, embedder)), Some(folder)) = (graph().await, cranfield()) else {
        return;
    };
    let collection = Collection::read(&folder).unwrap();

    let measured = Baseline::measure(&knowledge, &embedder, &collection).await.unwrap();

    println!("{measured}");
    let ndcg = |system: &str| measured.0[system][&Measure::Ndcg10];
    assert!(ndcg("keyword") >= 0.38, "{}", ndcg("keyword"));
    assert!(ndcg("hybrid") > ndcg("keyword"), "{}", ndcg("hybrid"));
}

/// A reranker that likes passages with the question's longest word, so that its order differs.
async fn reranker() -> (Scripted, Reranker) {
    let server = Scripted::start([]).await;
    server.otherwise(|request| {
        let texts = request.body["texts"].as_array().unwrap().iter().enumerate();
        let scored = texts.map(|(place, text)| {
            json!({"index": place, "score": -(text.as_str().unwrap().len() as f64)})
        });
        Behaviour::Raw(scored.collect())
    });
    let limit = std::time::Duration::from_secs(30);
    let url = server.base_url().join("rerank").unwrap();
    let reranker = Reranker::new(platform::http_client(limit), Protocol::Tei, url, limit);
    (server, reranker)
}

#[tokio::test]
async fn an_evaluation_compares_everything_and_leaves_nothing_behind() {
    let Some((_alone, knowledge, embedder)) = graph().await else { return };
    let mut collection = Collection::read(Path::new(OWN)).unwrap();
    collection.texts.truncate(30);
    let names: Vec<String> = collection.texts.iter().map(|text| text.id.clone()).collect();
    collection.questions.retain(|one| one.answers.keys().all(|name| names.contains(name)));
    let (_server, reranker) = reranker().await;
    let options = Options { seed: Seed(7), reranker: Some(reranker) };

    let report = evaluate(&knowledge, &embedder, &collection, &options).await.unwrap();

    let titles: Vec<_> = report.groups.iter().map(|group| group.title.as_str()).collect();
    assert_eq!(titles, ["vector:keyword", "feedback", "chunker", "stemmer, keyword arm"]);
    let weights: Vec<_> = report.groups[0].systems.iter().map(|one| one.name.as_str()).collect();
    for wanted in ["0:1", "0.5:0.5", "0.6:0.4", "0.7:0.3", "0.8:0.2", "1:0"] {
        assert!(weights.contains(&wanted), "{weights:?}");
    }
    let Reranked::Measured { summary, fell_back: 0, .. } = &report.reranking else {
        panic!("{:?}", report.reranking)
    };
    assert!(summary.differences[&Measure::Ndcg10].mean < 0.0, "the shortest first is a bad order");
    assert!(report.no_answer.is_some_and(|none| none.answered > none.unanswered));
    let again: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!(again.findings, report.findings);
    assert!(table::table(&report).contains("reranked by Tei"), "{}", table::table(&report));
    let page = page::html(&report);
    assert!(page.contains("<svg") && !page.contains("<script") && !page.contains("NaN"), "{page}");
    for line in &report.findings {
        assert!(table::table(&report).contains(line));
    }
}

#[tokio::test]
async fn the_bench_measures_both_ways_over_what_it_wrote() {
    let Some((_alone, knowledge, embedder)) = graph().await else { return };
    let (_, _, pool) = command::knowledge(&Env::from_process()).unwrap();
    let plan = bench::Plan { chunks: 120, questions: 3, seed: Seed(11), keep: false };

    let figures =
        bench::run(&knowledge, OfflineEmbedding::new(embedder.model().dimensions), &pool, plan)
            .await
            .unwrap()
            .to_string();

    assert!(figures.contains("120 chunks") && figures.contains("hybrid / raw"), "{figures}");
    assert!(!figures.contains("NaN") && !figures.contains("inf"), "{figures}");
}

/// A server whose vectors are those of the offline embedding, asked as E5 wants to be.
async fn imitator(dimensions: u16) -> Scripted {
    let server = Scripted::start([]).await;
    let embedding = OfflineEmbedding::new(dimensions);
    server.otherwise(move |request| {
        let texts = request.body["input"].as_array().unwrap();
        let vector = |text: &serde_json::Value| {
            let text = text.as_str().unwrap();
            match text.strip_prefix("query: ") {
                Some(question) => embedding.embed_question(question),
                None => {
                    let text = text.strip_prefix("passage: ").expect("one of both prefixes");
                    embedding.embed(text, shared::text::detect(text).unwrap_or_default())
                }
            }
        };
        let data = texts.iter().enumerate();
        let data: Vec<_> =
            data.map(|(at, text)| json!({"index": at, "embedding": vector(text)})).collect();
        Behaviour::Raw(json!({ "data": data }))
    });
    server
}

#[tokio::test]
async fn any_configured_embedding_is_measured_and_named() {
    let Some((_alone, offline, _)) = graph().await else { return };
    let mut collection = Collection::read(Path::new(OWN)).unwrap();
    collection.texts.truncate(20);
    let names: Vec<String> = collection.texts.iter().map(|text| text.id.clone()).collect();
    collection.questions.retain(|one| one.answers.keys().all(|name| names.contains(name)));
    let server = imitator(offline.model().dimensions).await;
    let env = Env::from([
        ("NEO4J_URI", Env::from_process().raw("NEO4J_URI").unwrap()),
        ("NEO4J_USER", Env::from_process().raw("NEO4J_USER").unwrap_or("neo4j")),
        ("NEO4J_PASSWORD", Env::from_process().raw("NEO4J_PASSWORD").unwrap_or("")),
        ("EMBEDDING_PROVIDER", "openai"),
        ("EMBEDDING_NAME", "imitated-e5"),
        ("EMBEDDING_BASE_URL", server.base_url().as_str()),
        ("EMBEDDING_QUERY_PREFIX", "query: "),
        ("EMBEDDING_DOCUMENT_PREFIX", "passage: "),
    ]);
    let (_, embedder, _) = command::knowledge(&env).unwrap();
    let options = Options { seed: Seed(7), reranker: None };

    // the graph of the tests keeps its own model: only who makes the vectors is another
    let report = evaluate(&offline, &embedder, &collection, &options).await.unwrap();

    assert!(server.recorded().len() > report.answered, "every question was embedded by it");
    let vector = &report.groups[0].systems.last().unwrap().measures[&Measure::Ndcg10];
    assert!(vector.mean > 0.5, "its vectors find what the offline ones find: {vector:?}");
    assert_eq!(report.model.name, r#"imitated-e5 [query "query: ", document "passage: "]"#);
}

#[test]
fn both_forms_of_a_collection_are_read_and_a_broken_line_is_named() {
    let folder = std::env::temp_dir().join(format!("retrieval-eval-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("qrels")).unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    put("docs.jsonl", "{\"_id\": \"d1\", \"text\": \"A text.\"}\n");
    put(
        "queries.jsonl",
        "{\"_id\": \"q1\", \"text\": \"What?\"}\n{\"_id\": \"q2\", \"text\": \"Who?\"}\n",
    );
    put("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t2\n");
    let flat = Collection::read(&folder).unwrap();
    put("qrels/test.tsv", "q1\t0\td1\t1\n");
    let trec = Collection::read(&folder).unwrap();
    put("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\n");
    let broken = Collection::read(&folder).unwrap_err();
    std::fs::remove_dir_all(&folder).unwrap();

    assert_eq!(flat.questions.len(), 1, "a question that nobody judged is left out");
    assert_eq!(flat.questions[0].answers["d1"], 2);
    assert_eq!(trec.questions[0].answers["d1"], 1);
    assert!(broken.to_string().contains("test.tsv, line 2"), "{broken}");
}

#[test]
fn every_variable_is_documented() {
    let env = Env::from([
        ("NEO4J_URI", "bolt://127.0.0.1:1"),
        ("EMBEDDING_PROVIDER", "openai"),
        ("EMBEDDING_NAME", "e5"),
        ("EMBEDDING_BASE_URL", "http://127.0.0.1:1/v1"),
    ]);

    command::knowledge(&env).unwrap();
    Reranker::from_env(&env, &platform::http_client(std::time::Duration::from_secs(1)));

    testkit::assert_documented(include_str!("../README.md"), &[&env]);
}
