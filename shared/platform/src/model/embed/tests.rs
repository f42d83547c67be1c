use axum::Router;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

use super::*;
use crate::Clock;
use crate::model::ProviderKind;

/// What Google's identity shows in these tests.
const TOKEN: &str = "Bearer an-access-token";

/// What the provider was asked.
type Asked = Arc<Mutex<Vec<Request>>>;
/// What it answers, in turn.
type Answers = Arc<Mutex<std::vec::IntoIter<(u16, Value)>>>;

struct Request {
    path: String,
    /// Its `Authorization`.
    shown: String,
    body: Value,
}

/// A provider that answers with these bodies in turn and keeps what it was asked.
struct Server {
    url: reqwest::Url,
    asked: Asked,
}

async fn respond(
    State((asked, answers)): State<(Asked, Answers)>,
    uri: axum::http::Uri,
    headers: axum::http::HeaderMap,
    body: axum::body::Bytes,
) -> (axum::http::StatusCode, String) {
    let shown = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    asked.lock().unwrap().push(Request {
        path: uri.path().to_owned(),
        shown: shown.unwrap_or_default(),
        body: serde_json::from_slice(&body).unwrap(),
    });
    let (status, answer) = answers.lock().unwrap().next().unwrap();
    (axum::http::StatusCode::from_u16(status).unwrap(), answer.to_string())
}

impl Server {
    async fn start(answers: Vec<(u16, Value)>) -> Self {
        let asked = Asked::default();
        let answers: Answers = Arc::new(Mutex::new(answers.into_iter()));
        let router = Router::new().fallback(respond).with_state((Arc::clone(&asked), answers));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, asked }
    }

    fn config(&self, provider: ProviderKind) -> EmbeddingConfig {
        EmbeddingConfig {
            provider,
            model: EmbeddingModel { name: "m".to_owned(), dimensions: 2 },
            base_url: Some(self.url.clone()),
            first_pause: Duration::ZERO,
            ..EmbeddingConfig::offline()
        }
    }

    fn embedder(&self, provider: ProviderKind) -> Embedder {
        embedder(self.config(provider))
    }
}

fn embedder(config: EmbeddingConfig) -> Embedder {
    let parts = ModelParts {
        http: crate::http_client(Duration::from_secs(10)),
        redis: None,
        redis_prefix: String::new(),
        budget: None,
        token: Some(Arc::new(|| Box::pin(async { Ok("an-access-token".into()) }))),
        clock: Clock::system(),
    };
    Embedder::new(config, parts)
}

async fn embed(embedder: &Embedder, texts: &[&str]) -> Result<Vec<Vec<f32>>, Failure> {
    let passages: Vec<Passage<'_>> =
        texts.iter().map(|&text| Passage { text, language: Language::Polish }).collect();
    let call = Embedding {
        passages: &passages,
        purpose: Purpose::Question,
        project: None,
        run: None,
        cancel: CancellationToken::new(),
    };
    embedder.embed(&call).await
}

#[tokio::test]
async fn gemini_gets_a_batch_and_its_shortened_vectors_become_units() {
    let answer = json!({ "embeddings": [{ "values": [3.0, 4.0] }, { "values": [0.0, 2.0] }] });
    let server = Server::start(vec![(503, json!({})), (200, answer)]).await;

    let vectors = embed(&server.embedder(ProviderKind::Gemini), &["a", "b"]).await.unwrap();

    assert_eq!(vectors, [[0.6, 0.8], [0.0, 1.0]]);
    let asked = server.asked.lock().unwrap();
    assert_eq!(asked.len(), 2, "a 503 is tried again");
    assert_eq!(asked[1].path, "/v1/models/m:batchEmbedContents");
    let request = &asked[1].body["requests"][1];
    assert_eq!(request["content"]["parts"][0]["text"], "b");
    assert_eq!(
        (&request["taskType"], &request["outputDimensionality"]),
        (&json!("RETRIEVAL_QUERY"), &json!(2))
    );
}

#[tokio::test]
async fn a_compatible_server_may_answer_in_any_order() {
    let answer = json!({ "data": [
        { "index": 1, "embedding": [0.0, 1.0] }, { "index": 0, "embedding": [1.0, 0.0] },
    ] });
    let server = Server::start(vec![(200, answer)]).await;

    let vectors = embed(&server.embedder(ProviderKind::OpenAi), &["a", "b"]).await.unwrap();

    assert_eq!(vectors, [[1.0, 0.0], [0.0, 1.0]]);
    assert_eq!(server.asked.lock().unwrap()[0].body["input"], json!(["a", "b"]));
}

#[tokio::test]
async fn vertex_gets_instances_by_its_own_identity_and_its_predictions_are_vectors() {
    let answer = json!({ "predictions": [
        { "embeddings": { "values": [3.0, 4.0], "statistics": { "token_count": 1 } } },
        { "embeddings": { "values": [0.0, 2.0], "statistics": { "token_count": 1 } } },
    ] });
    let server = Server::start(vec![(200, answer)]).await;

    let vectors = embed(&server.embedder(ProviderKind::Vertex), &["a", "b"]).await.unwrap();

    assert_eq!(vectors, [[0.6, 0.8], [0.0, 1.0]]);
    let asked = server.asked.lock().unwrap();
    assert_eq!((asked[0].path.as_str(), asked[0].shown.as_str()), ("/v1/models/m:predict", TOKEN));
    let instance = json!({ "content": "b", "task_type": "RETRIEVAL_QUERY" });
    assert_eq!(asked[0].body["instances"][1], instance);
    assert_eq!(asked[0].body["parameters"], json!({ "outputDimensionality": 2 }));
}

#[tokio::test]
async fn vectors_of_another_length_are_refused_instead_of_stored() {
    let answer = json!({ "data": [{ "index": 0, "embedding": [1.0, 0.0, 0.0] }] });
    let server = Server::start(vec![(200, answer)]).await;

    let failure = embed(&server.embedder(ProviderKind::OpenAi), &["a"]).await.unwrap_err();

    assert!(matches!(failure, Failure::Unusable { .. }), "{failure:?}");
}

#[tokio::test]
async fn offline_needs_nobody_and_gives_the_same_each_time() {
    let offline = embedder(EmbeddingConfig::offline());

    let vectors = embed(&offline, &["kawa", "kawa", "herbata"]).await.unwrap();

    assert_eq!(vectors[0], vectors[1]);
    assert_ne!(vectors[0], vectors[2]);
}

#[tokio::test]
async fn an_offline_question_gets_the_vector_that_was_measured() {
    let offline = embedder(EmbeddingConfig::offline());
    let measured = OfflineEmbedding::new(offline.model().dimensions);

    // the second could be of either language: its vector lies between both
    for question in ["ile kosztuje kawa w dyskoncie", "smartphone 5G"] {
        let vectors = embed(&offline, &[question]).await.unwrap();
        assert_eq!(vectors[0], measured.embed_question(question), "{question}");
    }
    let polish = measured.embed("smartphone 5G", Language::Polish);
    assert_ne!(measured.embed_question("smartphone 5G"), polish);
}

#[test]
fn batches_keep_to_count_and_bytes() {
    let long = "a".repeat(50_000);
    let texts = std::iter::repeat_n("a", 150).chain([long.as_str(), long.as_str(), "b"]);

    assert_eq!(batches(texts, MOST_TEXTS), [100, 51, 2]);
}

#[tokio::test]
async fn vertex_gets_one_text_a_call_for_the_model_that_takes_one() {
    let one = |number: f32| {
        (200, json!({ "predictions": [{ "embeddings": { "values": [number, 1.0] } }] }))
    };
    let server = Server::start((0..3).map(|_| one(0.0)).collect()).await;
    let model = EmbeddingModel { name: "gemini-embedding-001".to_owned(), dimensions: 2 };
    let config = EmbeddingConfig { model, ..server.config(ProviderKind::Vertex) };

    let vectors = embed(&embedder(config), &["a", "b", "c"]).await.unwrap();

    assert_eq!(vectors.len(), 3);
    let asked = server.asked.lock().unwrap();
    let instances = asked.iter().map(|one| one.body["instances"].as_array().unwrap().len());
    assert_eq!(instances.collect::<Vec<_>>(), [1, 1, 1]);
}

#[tokio::test]
async fn each_provider_gets_as_many_texts_as_it_takes_in_the_order_asked() {
    let server = Server::start(Vec::new()).await;
    let address = |host: &str| Some(format!("https://{host}/v1").parse().unwrap());
    for (provider, name, base_url, most) in [
        (ProviderKind::Vertex, "gemini-embedding-001", address("us-central1-x.example"), 1),
        (ProviderKind::Vertex, "text-embedding-005", address("us-central1-x.example"), 250),
        (ProviderKind::Vertex, "text-embedding-005", address("europe-west4-x.example"), 5),
        (ProviderKind::Gemini, "gemini-embedding-001", None, 100),
        (ProviderKind::OpenAi, "text-embedding-3-small", None, 2_048),
        (ProviderKind::OpenAi, "e5", address("tei.example"), 2_048),
    ] {
        let model = EmbeddingModel { name: name.to_owned(), dimensions: 2 };
        let config = EmbeddingConfig { model, base_url, ..server.config(provider) };
        let token: crate::google::Token = Arc::new(|| Box::pin(async { Ok("t".into()) }));
        let made = provider::Provider::new(&config, Some(token));
        assert_eq!(made.most_texts(name), most, "{provider:?} {name}");
    }

    let data = |from: usize| {
        let data = (0..2).map(|at| json!({ "index": at, "embedding": [1.0, (from + at) as f64] }));
        (200, json!({ "data": data.collect::<Vec<_>>() }))
    };
    let server = Server::start(vec![data(0), data(2)]).await;
    let one_by_one = EmbeddingConfig {
        most_texts: Some(2),
        max_concurrent: 1,
        ..server.config(ProviderKind::OpenAi)
    };
    let embedder = embedder(one_by_one);
    assert_eq!(embedder.batches(["a"; 5].into_iter()), [2, 2, 1]);
    let vectors = embed(&embedder, &["a", "b", "c", "d"]).await.unwrap();
    let slopes: Vec<f32> = vectors.iter().map(|vector| (vector[1] / vector[0]).round()).collect();
    assert_eq!(slopes, [0.0, 1.0, 2.0, 3.0]);
}

#[tokio::test]
async fn a_server_that_refuses_so_many_texts_gets_fewer_from_then_on() {
    let data = |count: usize| {
        let data = (0..count).map(|at| json!({ "index": at, "embedding": [1.0, at as f64] }));
        (200, json!({ "data": data.collect::<Vec<_>>() }))
    };
    let refusal = json!({ "error": "batch size 40 > maximum allowed batch size 32" });
    let answers = vec![(413, refusal), data(32), data(8), data(32), data(8)];
    let server = Server::start(answers).await;
    let config = EmbeddingConfig { max_concurrent: 1, ..server.config(ProviderKind::OpenAi) };
    let embedder = embedder(config);

    for _ in 0..2 {
        assert_eq!(embed(&embedder, &["a"; 40]).await.unwrap().len(), 40);
    }

    let asked = server.asked.lock().unwrap();
    let sizes = asked.iter().map(|one| one.body["input"].as_array().unwrap().len());
    assert_eq!(sizes.collect::<Vec<_>>(), [40, 32, 8, 32, 8]);
}

#[tokio::test]
async fn an_imitator_is_told_questions_from_documents() {
    let answer = || (200, json!({ "data": [{ "index": 0, "embedding": [1.0, 0.0] }] }));
    let server = Server::start(vec![answer(), answer(), answer()]).await;
    let side =
        |prefix: &str, kind: &str| Side { prefix: prefix.to_owned(), kind: Some(kind.to_owned()) };
    let (query, document) = (side("query: ", "query"), side("passage: ", "passage"));
    let sides = Sides { query, document, ..Sides::default() };
    let config = EmbeddingConfig { sides, ..server.config(ProviderKind::OpenAi) };
    let embedder = embedder(config);

    for purpose in [Purpose::Question, Purpose::Document, Purpose::Likeness] {
        let passages = [Passage { text: "kawa", language: Language::Polish }];
        let cancel = CancellationToken::new();
        let call = Embedding { passages: &passages, purpose, project: None, run: None, cancel };
        embedder.embed(&call).await.unwrap();
    }

    let asked = server.asked.lock().unwrap();
    let said =
        asked.iter().map(|one| (one.body["input"][0].clone(), one.body["input_type"].clone()));
    let said: Vec<_> = said.collect();
    assert_eq!(said[0], (json!("query: kawa"), json!("query")));
    assert_eq!(said[1], (json!("passage: kawa"), json!("passage")));
    assert_eq!(said[2], said[0]);
    assert_eq!(asked[0].body["model"], "m", "the provider's own name");
    assert_ne!(embedder.model().name, "m", "the vectors' name tells them apart");
}

#[tokio::test]
async fn bad_bodies_of_a_server_are_told() {
    let vector = json!([1.0, 0.0]);
    for (data, why) in [
        (json!([]), "2 vectors were wanted, and 0 came"),
        (json!([{ "embedding": vector }]), "and 1 came"),
        (json!([{ "embedding": vector }, { "embedding": [1.0] }]), "one has 1"),
        (json!([{ "embedding": vector }, { "embedding": null }]), "no list of numbers"),
        (json!([{ "embedding": vector }, { "embedding": [1.0, null] }]), "no list of numbers"),
        (json!([{ "embedding": vector }, { "embedding": [1.0, 1e300] }]), "no list of numbers"),
        (json!([{ "embedding": vector }, { "embedding": [0.0, 0.0] }]), "no direction"),
        (
            json!([{ "index": 0, "embedding": vector }, { "index": 0, "embedding": vector }]),
            "indexes",
        ),
        (
            json!([{ "index": 1, "embedding": vector }, { "index": 2, "embedding": vector }]),
            "indexes",
        ),
    ] {
        let server = Server::start(vec![(200, json!({ "data": data }))]).await;

        let failure = embed(&server.embedder(ProviderKind::OpenAi), &["a", "b"]).await.unwrap_err();

        assert_eq!(failure.code(), "model_unusable");
        assert!(failure.explained().contains(why), "{}", failure.explained());
        assert_eq!(server.asked.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_error_in_a_success_of_a_server_is_what_its_code_says() {
    let server = Server::start(vec![(200, json!({ "error": { "code": 402 } }))]).await;

    let failure = embed(&server.embedder(ProviderKind::OpenAi), &["a"]).await.unwrap_err();

    assert!(matches!(failure, Failure::Rejected { status: 402 }), "{failure:?}");
}
