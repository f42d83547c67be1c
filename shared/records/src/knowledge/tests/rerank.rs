use serde_json::json;
use testkit::{Behaviour, Scripted};

use super::*;

const SECOND: Duration = Duration::from_secs(5);

fn texts_of(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("Akapit {number}.")).collect()
}

fn reranker(server: &Scripted, protocol: Protocol) -> Reranker {
    let http = platform::http_client(SECOND);
    Reranker::new(http, protocol, server.base_url().join("rerank").unwrap(), SECOND)
}

#[tokio::test]
async fn each_protocol_is_spoken_as_its_servers_expect() {
    let tei = json!([{"index": 1, "score": 0.9}, {"index": 0, "score": 0.2}]);
    let cohere = json!({"results": [
        {"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.2}]});
    let vertex = json!({"records": [{"id": "1", "score": 0.9}, {"id": "0", "score": 0.2}]});
    let server = Scripted::start([tei, cohere, vertex].map(Behaviour::Raw)).await;

    for protocol in [Protocol::Tei, Protocol::Cohere, Protocol::Vertex] {
        let ranked = reranker(&server, protocol).with_model("m").rank("Ceny?", &texts_of(2)).await;
        assert_eq!(ranked.unwrap(), [(1, 0.9), (0, 0.2)], "{protocol:?}");
    }

    let asked: Vec<_> = server.recorded().into_iter().map(|one| one.body).collect();
    assert_eq!(asked[0]["texts"][1], "Akapit 1.");
    assert_eq!((&asked[1]["documents"][1], &asked[1]["top_n"]), (&json!("Akapit 1."), &json!(2)));
    assert_eq!(asked[2]["records"][1], json!({"id": "1", "content": "Akapit 1."}));
    assert!(asked.iter().all(|body| body["query"] == "Ceny?" && body["model"] == "m"));
}

#[tokio::test]
async fn vertex_without_a_key_shows_the_processs_own_identity_and_nobody_else_does() {
    let answer = json!({"records": [{"id": "0", "score": 0.9}]});
    let server = Scripted::start([answer.clone(), answer].map(Behaviour::Raw)).await;
    let url = server.base_url().join("rankingConfigs/default_ranking_config:rank").unwrap();
    let env = |protocol: &str, more: &[(&str, &str)]| {
        let own = [("RERANK_PROTOCOL", protocol), ("RERANK_URL", url.as_str())];
        Env::from_map(own.iter().chain(more).map(|&(k, v)| (k.to_owned(), v.to_owned())).collect())
    };
    let (http, key) = (platform::http_client(SECOND), [("RERANK_API_KEY", "a-key")]);
    let identity = |scope: &str| -> anyhow::Result<platform::google::Token> {
        assert_eq!(scope, "cloud-platform");
        Ok(std::sync::Arc::new(|| {
            Box::pin(async { Ok(secrecy::SecretString::from("an-access-token")) })
        }))
    };
    let nobody = |_: &str| -> anyhow::Result<platform::google::Token> { anyhow::bail!("nobody") };

    let own = Reranker::configured(&env("vertex", &[]), &http, identity).unwrap();
    let with_key = Reranker::configured(&env("vertex", &key), &http, nobody).unwrap();
    for reranker in [own, with_key] {
        assert_eq!(reranker.rank("Ceny?", &texts_of(1)).await.unwrap(), [(0, 0.9)]);
    }

    let shown: Vec<_> =
        server.recorded().iter().map(|one| one.headers["authorization"].clone()).collect();
    assert_eq!(shown, ["Bearer an-access-token", "Bearer a-key"]);
    assert!(server.recorded()[0].path.ends_with("/default_ranking_config:rank"));
    assert!(Reranker::configured(&env("tei", &[]), &http, nobody).is_some());
    let without = env("vertex", &[]);
    assert!(Reranker::configured(&without, &http, nobody).is_none());
    let told = without.check(Some(())).unwrap_err().to_string();
    assert!(told.contains("nobody"), "{told}");
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_a_failure() {
    let answers = [
        json!([{"index": 2, "score": 0.9}]),
        json!([{"index": 0, "score": 0.9}, {"index": 0, "score": 0.8}]),
        json!({"results": 7}),
        json!([{"index": 0, "score": null}]),
    ];
    let server = Scripted::start(answers.map(Behaviour::Raw)).await;

    for _ in 0..4 {
        let failed = reranker(&server, Protocol::Tei).rank("Ceny?", &texts_of(2)).await;
        assert!(matches!(failed, Err(RerankFailure::Malformed)), "{failed:?}");
    }
}

#[tokio::test]
async fn the_best_are_put_in_the_rerankers_order() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let document = document(any_project(), "Raport");
    put(&knowledge, &document, &["Ceny masła.", "Ceny chleba."]).await;
    let server = Scripted::start([]).await;
    server.otherwise(|request| {
        let texts = request.body["texts"].as_array().unwrap().iter().enumerate();
        let score = |text: &str| if text.contains("chleba") { 7.5 } else { -2.0 };
        let scored = texts
            .map(|(place, text)| json!({"index": place, "score": score(text.as_str().unwrap())}));
        Behaviour::Raw(scored.collect())
    });
    let reranker = reranker(&server, Protocol::Tei);
    let (scopes, vector) = ([document.scope], embedding("ceny masła"));

    let search =
        Search { reranker: Some(&reranker), ..Search::new(&scopes, "ceny masła", &vector) };
    let found = knowledge.search(search).await.unwrap();

    assert_eq!(found.reranking, Reranking::Done);
    assert_eq!(found.hits[0].text, "Ceny chleba.");
    assert_eq!(found.hits[0].ranks.rerank_score, Some(7.5));
    assert!((0.0..=1.0).contains(&found.hits[0].relevance_score), "not the reranker's scale");
    knowledge.delete_document(document.id).await.unwrap();
}

#[tokio::test]
async fn a_late_or_broken_reranker_leaves_the_fusions_order_and_says_so() {
    let Some((knowledge, _guard)) = graph().await else { return };
    let document = document(any_project(), "Raport");
    put(&knowledge, &document, &["Ceny masła.", "Ceny chleba."]).await;
    let (scopes, vector) = ([document.scope], embedding("ceny masła"));
    let minute = Duration::from_secs(60);
    let table = [
        (Behaviour::Never, Duration::from_millis(200), "did not answer"),
        (Behaviour::Status(500), minute, "answered 500"),
        (Behaviour::HangUp, minute, ""),
    ];

    for (behaviour, limit, reason) in table {
        let server = Scripted::start([behaviour]).await;
        let url = server.base_url().join("rerank").unwrap();
        let reranker = Reranker::new(platform::http_client(minute), Protocol::Tei, url, limit);
        let search =
            Search { reranker: Some(&reranker), ..Search::new(&scopes, "ceny masła", &vector) };
        let found = knowledge.search(search).await.unwrap();
        let Reranking::FellBack(why) = &found.reranking else { panic!("{:?}", found.reranking) };
        assert!(why.contains(reason), "{why}");
        assert_eq!(found.hits[0].text, "Ceny masła.");
        assert_eq!(found.hits[0].ranks.rerank_score, None);
    }
    knowledge.delete_document(document.id).await.unwrap();
}
