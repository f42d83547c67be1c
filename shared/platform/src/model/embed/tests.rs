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

    fn embedder(&self, provider: ProviderKind) -> Embedder {
        let model = EmbeddingModel { name: "m".to_owned(), dimensions: 2 };
        embedder(EmbeddingConfig {
            provider,
            model,
            base_url: Some(self.url.clone()),
            first_pause: Duration::ZERO,
            ..EmbeddingConfig::offline()
        })
    }
}

fn embedder(config: EmbeddingConfig) -> Embedder {
    let parts = Parts {
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

    assert_eq!(batches(texts), [100, 51, 2]);
}
