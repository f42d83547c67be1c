//! One HTTP call of a provider of embeddings.

use chrono::{DateTime, Utc};
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::knowledge::EmbeddingModel;

use super::{Embedding, EmbeddingConfig, Passage, Purpose};
use crate::google::Token;
use crate::model::config::ProviderKind;
use crate::model::price::Usage;
use crate::model::provider::{GEMINI, Key, OPENAI, fault_of, join, status_of};
use crate::model::retry::Fault;

/// Who makes vectors, ready to be called.
pub(super) enum Provider {
    Offline,
    Online { kind: ProviderKind, url: Url, key: Key },
}

/// What came back.
pub(super) struct Reply {
    pub(super) vectors: Vec<Vec<f32>>,
    pub(super) usage: Option<Usage>,
}

impl Provider {
    pub(super) fn new(config: &EmbeddingConfig, token: Option<Token>) -> Self {
        let name = &config.model.name;
        let (usual, method) = match config.provider {
            ProviderKind::Offline => return Self::Offline,
            ProviderKind::Gemini => (GEMINI, format!("models/{name}:batchEmbedContents")),
            ProviderKind::Vertex => (GEMINI, format!("models/{name}:predict")),
            ProviderKind::OpenAi => (OPENAI, "embeddings".to_owned()),
        };
        let key = match config.provider {
            ProviderKind::Gemini => Key::header("x-goog-api-key", "", config.key.as_ref()),
            ProviderKind::Vertex => {
                Key::Token(token.expect("Vertex AI is called with Parts::token"))
            }
            _ => Key::header("authorization", "Bearer ", config.key.as_ref()),
        };
        let url = join(config.base_url.as_ref(), usual, &method);
        Self::Online { kind: config.provider, url, key }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Offline => ProviderKind::Offline.name(),
            Self::Online { kind, .. } => kind.name(),
        }
    }

    /// Asks once, without any time limit of its own.
    pub(super) async fn ask(
        &self,
        http: &reqwest::Client,
        call: &Embedding<'_>,
        model: &EmbeddingModel,
        now: DateTime<Utc>,
    ) -> Result<Reply, Fault> {
        let Self::Online { kind, url, key } = self else { return Err(Fault::Unreached) };
        let body = match kind {
            ProviderKind::Gemini => gemini(call, model),
            ProviderKind::Vertex => vertex(call, model),
            _ => openai(call, model, url.host_str() == Some("api.openai.com")),
        };
        let request = key.on(http.post(url.clone())).await?;
        let response = request.json(&body).send().await.map_err(|error| fault_of(&error))?;
        if !response.status().is_success() {
            return Err(status_of(response, now).await);
        }
        let body = response.bytes().await.map_err(|error| fault_of(&error))?;
        read(*kind, &body).ok_or(Fault::Broken)
    }
}

/// ai.google.dev/api/embeddings#method:-models.batchembedcontents.
fn gemini(call: &Embedding<'_>, model: &EmbeddingModel) -> Value {
    let task = task(call.purpose);
    let request = |passage: &Passage<'_>| {
        json!({
            "model": format!("models/{}", model.name),
            "content": { "parts": [{ "text": passage.text }] },
            "taskType": task,
            "outputDimensionality": model.dimensions,
        })
    };
    json!({ "requests": call.passages.iter().map(request).collect::<Vec<_>>() })
}

/// cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api.
fn vertex(call: &Embedding<'_>, model: &EmbeddingModel) -> Value {
    let task = task(call.purpose);
    let instance = |passage: &Passage<'_>| json!({ "content": passage.text, "task_type": task });
    json!({
        "instances": call.passages.iter().map(instance).collect::<Vec<_>>(),
        "parameters": { "outputDimensionality": model.dimensions },
    })
}

fn task(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Document => "RETRIEVAL_DOCUMENT",
        Purpose::Question => "RETRIEVAL_QUERY",
        Purpose::Likeness => "SEMANTIC_SIMILARITY",
    }
}

/// platform.openai.com/docs/api-reference/embeddings. Servers that imitate it often refuse a length.
fn openai(call: &Embedding<'_>, model: &EmbeddingModel, is_original: bool) -> Value {
    let input: Vec<&str> = call.passages.iter().map(|passage| passage.text).collect();
    let mut body = json!({ "model": model.name, "input": input });
    if is_original {
        body["dimensions"] = model.dimensions.into();
    }
    body
}

fn read(kind: ProviderKind, body: &[u8]) -> Option<Reply> {
    match kind {
        ProviderKind::Gemini => {
            let body: GeminiBody = serde_json::from_slice(body).ok()?;
            let vectors = body.embeddings.into_iter().map(|one| one.values).collect();
            Some(Reply { vectors, usage: None })
        }
        ProviderKind::Vertex => {
            let body: VertexBody = serde_json::from_slice(body).ok()?;
            let vectors = body.predictions.into_iter().map(|one| one.embeddings.values).collect();
            Some(Reply { vectors, usage: None })
        }
        _ => {
            let mut body: OpenAiBody = serde_json::from_slice(body).ok()?;
            body.data.sort_by_key(|one| one.index);
            let usage = body
                .usage
                .map(|usage| Usage { input_tokens: usage.prompt_tokens, output_tokens: 0 });
            let vectors = body.data.into_iter().map(|one| one.embedding).collect();
            Some(Reply { vectors, usage })
        }
    }
}

#[derive(Deserialize)]
struct GeminiBody {
    embeddings: Vec<Values>,
}

#[derive(Deserialize)]
struct Values {
    values: Vec<f32>,
}

#[derive(Deserialize)]
struct VertexBody {
    predictions: Vec<Prediction>,
}

#[derive(Deserialize)]
struct Prediction {
    embeddings: Values,
}

#[derive(Deserialize)]
struct OpenAiBody {
    data: Vec<OpenAiVector>,
    usage: Option<OpenAiUsage>,
}

#[derive(Deserialize)]
struct OpenAiVector {
    index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct OpenAiUsage {
    prompt_tokens: u64,
}
