use futures::future::join_all;
use platform::Env;
use platform::graph::GraphPool;
use shared::knowledge::OfflineEmbedding;

use super::*;

const SOON: Patience =
    Patience { connect: Duration::from_secs(10), online: Duration::from_secs(60) };

/// The Neo4j of this test run. Without one, the tests that need it are skipped on a developer's
/// machine, and fail where `CI` is set.
fn neo4j() -> Option<GraphPool> {
    let env = Env::from_process();
    let pool = GraphPool::from_env(&env);
    if pool.is_none() {
        assert!(env.raw("CI").is_none(), "NEO4J_URI names no Neo4j, and CI must have one");
        eprintln!("skipped: NEO4J_URI names no Neo4j");
    }
    pool
}

async fn texts(pool: &GraphPool, cypher: &str) -> Vec<String> {
    let mut rows = pool.get().await.unwrap().execute(query(cypher)).await.unwrap();
    let mut texts = Vec::new();
    while let Some(row) = rows.next().await.unwrap() {
        texts.push(row.get("text").unwrap());
    }
    texts
}

#[tokio::test]
async fn everything_is_online_after_a_first_and_after_a_second_start() {
    let Some(pool) = neo4j() else { return };

    for _ in 0..2 {
        assert_eq!(init(&pool, Dimensions::default(), SOON).await.unwrap(), 15);
    }

    let offline = "show indexes yield name, state where state <> 'ONLINE' return name as text";
    assert_eq!(texts(&pool, offline).await, Vec::<String>::new());
}

#[tokio::test]
async fn four_at_once_all_succeed() {
    let Some(pool) = neo4j() else { return };

    let inits = (0..4).map(|_| init(&pool, Dimensions::default(), SOON));

    for made in join_all(inits).await {
        assert_eq!(made.unwrap(), 15);
    }
}

#[tokio::test]
async fn an_index_of_other_dimensions_is_an_error_that_says_both() {
    let Some(pool) = neo4j() else { return };
    init(&pool, Dimensions::default(), SOON).await.unwrap();

    let error = init(&pool, "1024".parse().unwrap(), SOON).await.unwrap_err();

    let mismatch = error.downcast_ref::<Mismatch>().unwrap();
    assert_eq!(mismatch.name, "chunk_embedding");
    assert!(mismatch.wanted.contains("1024 dimensions"), "{mismatch}");
    assert!(mismatch.found.contains("768 dimensions"), "{mismatch}");
}

#[tokio::test]
async fn stems_are_found_as_they_are_and_scope_and_meaning_are_indexed() {
    let Some(pool) = neo4j() else { return };
    init(&pool, Dimensions::default(), SOON).await.unwrap();
    let graph = pool.get().await.unwrap();
    let id = platform::Ids::system().next::<uuid::Uuid>().simple().to_string();
    let make = "create (c:Chunk {id: $id, document_id: $id, hash: 'h', scope: $id,
        stems: 'kaw ' + $id + ' wynos', embedding: [i in range(1, 768) | 0.5]})";
    graph.run(query(make).param("id", id.as_str())).await.unwrap();

    let words = "call db.index.fulltext.queryNodes('chunk_words', $id) yield node
        return node.id as text";
    let mut rows = graph.execute(query(words).param("id", id.as_str())).await.unwrap();
    let found: String = rows.next().await.unwrap().unwrap().get("text").unwrap();
    let again = graph.run(query(make).param("id", id.as_str())).await;
    graph.run(query("match (c:Chunk {id: $id}) delete c").param("id", id.as_str())).await.unwrap();

    assert_eq!(found, id);
    assert!(again.is_err(), "an id and a document's chunk are there once");
}

#[tokio::test]
async fn another_embedding_model_than_the_noted_one_is_a_failure_that_names_both() {
    let Some(pool) = neo4j() else { return };
    init(&pool, Dimensions::default(), SOON).await.unwrap();
    let model = |name: &str| EmbeddingModel { name: name.to_owned(), dimensions: 768 };
    let noted = Knowledge::new(pool.clone(), model(OfflineEmbedding::NAME));
    noted.check_model().await.unwrap();

    let error = Knowledge::new(pool, model("another")).check_model().await.unwrap_err();

    let words = error.to_string();
    assert!(words.contains("another") && words.contains(OfflineEmbedding::NAME), "{words}");
}

#[tokio::test]
async fn a_neo4j_that_does_not_answer_is_a_failure_after_the_limit() {
    let env = Env::from([("NEO4J_URI", "bolt://127.0.0.1:1")]);
    let (pool, _) = config(&env).unwrap();
    let patience = Patience { connect: Duration::from_millis(200), ..SOON };

    let error = init(&pool, Dimensions::default(), patience).await.unwrap_err();

    assert!(error.to_string().contains("does not answer"), "{error:#}");
}

#[tokio::test]
async fn a_stranger_is_refused_without_another_attempt() {
    let ours = Env::from_process();
    let (Some(_), Some(uri), Some(_)) =
        (neo4j(), ours.raw("NEO4J_URI"), ours.raw("NEO4J_PASSWORD"))
    else {
        eprintln!("skipped: this Neo4j asks for no password");
        return;
    };
    let env = Env::from([
        ("NEO4J_URI", uri),
        ("NEO4J_USER", "a-stranger"),
        ("NEO4J_PASSWORD", "not the one"),
    ]);
    let (pool, _) = config(&env).unwrap();

    let error = init(&pool, Dimensions::default(), SOON).await.unwrap_err();

    assert!(error.to_string().contains("refuses"), "{error:#}");
}

#[test]
fn the_model_is_the_one_that_the_functions_have_by_the_same_variables() {
    for provider in [
        vec![],
        vec![("EMBEDDING_PROVIDER", "gemini"), ("EMBEDDING_API_KEY", "k")],
        vec![("EMBEDDING_PROVIDER", "vertex"), ("EMBEDDING_BASE_URL", "https://vertex.example")],
        vec![
            ("EMBEDDING_PROVIDER", "openai"),
            ("EMBEDDING_NAME", "mine"),
            ("EMBEDDING_DIMENSIONS", "64"),
            ("EMBEDDING_API_KEY", "k"),
        ],
    ] {
        let variables = provider.into_iter().chain([("NEO4J_URI", "bolt://127.0.0.1:1")]);
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let env = Env::from_map(variables.collect());

        let (_, noted) = config(&env).unwrap();

        assert_eq!(noted, EmbeddingConfig::from_env(&env).unwrap().identity());
    }
}

#[test]
fn a_missing_address_and_wrong_dimensions_are_told_together() {
    let env = Env::from([("EMBEDDING_DIMENSIONS", "5000")]);

    let error = env.check(config(&env)).err().unwrap().to_string();

    assert!(error.contains("NEO4J_URI is not set"), "{error}");
    assert!(error.contains("between 1 and 4096"), "{error}");
}

#[test]
fn every_variable_is_documented() {
    let env = Env::from([("NEO4J_URI", "bolt://127.0.0.1:1"), ("EMBEDDING_PROVIDER", "gemini")]);

    config(&env);

    testkit::assert_documented(include_str!("../README.md"), &[&env]);
}
