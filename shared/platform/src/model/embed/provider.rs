//! One HTTP call of a provider of embeddings.

use chrono::{DateTime, Utc};
use reqwest::Url;
use serde_json::{Value, json};
use shared::knowledge::EmbeddingModel;

use super::sides::Sides;
use super::{Embedding, EmbeddingConfig, Passage, Purpose};
use crate::google::Token;
use crate::model::config::ProviderKind;
use crate::model::price::Usage;
use crate::model::provider::{Credential, GEMINI, OPENAI, join, post};
use crate::model::retry::Fault;

/// What OpenAI and Gemini take in one call: see [`Provider::most_texts`].
const OPENAI_MOST: usize = 2_048;
const GEMINI_MOST: usize = 100;
/// The region of Vertex AI that takes more texts than the others.
const LARGE_REGION: &str = "us-central1-";

pub(super) enum Provider {
    Offline,
    Online { kind: ProviderKind, url: Url, key: Credential, sides: Box<Sides> },
}

pub(super) struct Reply {
    /// In the order of the texts, or what is wrong with them.
    pub(super) vectors: Result<Vec<Vec<f32>>, String>,
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
            ProviderKind::Gemini => Credential::header("x-goog-api-key", "", config.key.as_ref()),
            ProviderKind::Vertex => {
                Credential::Token(token.expect("Vertex AI is called with ModelParts::token"))
            }
            _ => Credential::header("authorization", "Bearer ", config.key.as_ref()),
        };
        let url = join(config.base_url.as_ref(), usual, &method);
        Self::Online { kind: config.provider, url, key, sides: Box::new(config.sides.clone()) }
    }

    /// The most texts of one call.
    /// - Vertex AI's `gemini-embedding-001` takes one; its other models take 250 in us-central1 and 5
    ///   elsewhere (cloud.google.com/vertex-ai/generative-ai/docs/embeddings/get-text-embeddings,
    ///   "API limits");
    /// - Gemini's API takes 100 (ai.google.dev/api/embeddings), OpenAI and who imitates it 2,048
    ///   (developers.openai.com/api/reference/resources/embeddings), or says that this is too many.
    pub(super) fn most_texts(&self, model: &str) -> usize {
        let Self::Online { kind, url, .. } = self else { return super::MOST_TEXTS };
        let host = url.host_str().unwrap_or_default();
        match kind {
            ProviderKind::Vertex if model.starts_with("gemini-embedding") => 1,
            ProviderKind::Vertex if host.starts_with(LARGE_REGION) => 250,
            ProviderKind::Vertex => 5,
            ProviderKind::Gemini => GEMINI_MOST,
            _ => OPENAI_MOST,
        }
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
        let Self::Online { kind, url, key, sides } = self else { return Err(Fault::Unreached) };
        let prefix = &sides.of(call.purpose).prefix;
        let text = |passage: &Passage<'_>| format!("{prefix}{}", passage.text);
        let texts: Vec<String> = call.passages.iter().map(text).collect();
        let body = match kind {
            ProviderKind::Gemini => gemini(&texts, call.purpose, model),
            ProviderKind::Vertex => vertex(&texts, call.purpose, model),
            _ => {
                let mut body = openai(&texts, model, is_original(url));
                sides.tell(&mut body, call.purpose);
                body
            }
        };
        let body = post(key, http, url, &body, now).await.map_err(|(fault, _)| fault)?;
        read(*kind, &body).ok_or(Fault::Broken)
    }
}

fn is_original(url: &Url) -> bool {
    url.host_str() == Some("api.openai.com")
}

/// ai.google.dev/api/embeddings#method:-models.batchembedcontents.
fn gemini(texts: &[String], purpose: Purpose, model: &EmbeddingModel) -> Value {
    let task = task(purpose);
    let request = |text: &String| {
        json!({
            "model": format!("models/{}", model.name),
            "content": { "parts": [{ "text": text }] },
            "taskType": task,
            "outputDimensionality": model.dimensions,
        })
    };
    json!({ "requests": texts.iter().map(request).collect::<Vec<_>>() })
}

/// cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api.
fn vertex(texts: &[String], purpose: Purpose, model: &EmbeddingModel) -> Value {
    let task = task(purpose);
    let instance = |text: &String| json!({ "content": text, "task_type": task });
    json!({
        "instances": texts.iter().map(instance).collect::<Vec<_>>(),
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
fn openai(texts: &[String], model: &EmbeddingModel, is_original: bool) -> Value {
    let mut body = json!({ "model": model.name, "input": texts });
    if is_original {
        body["dimensions"] = model.dimensions.into();
    }
    body
}

fn read(kind: ProviderKind, body: &Value) -> Option<Reply> {
    let (list, numbers) = match kind {
        ProviderKind::Gemini => ("embeddings", "/values"),
        ProviderKind::Vertex => ("predictions", "/embeddings/values"),
        _ => ("data", "/embedding"),
    };
    let list = body.get(list)?.as_array()?;
    let order =
        if kind == ProviderKind::OpenAi { in_order(list) } else { Ok(list.iter().collect()) };
    let vectors = order.and_then(|list| {
        list.into_iter().map(|one| vector(one.pointer(numbers).unwrap_or(&Value::Null))).collect()
    });
    let counted = body["usage"]["prompt_tokens"].as_u64();
    let usage = counted.map(|input_tokens| Usage { input_tokens, output_tokens: 0 });
    Some(Reply { vectors, usage })
}

/// A server may answer in any order, but has to name every place once, or none.
fn in_order(list: &[Value]) -> Result<Vec<&Value>, String> {
    if list.iter().all(|one| one["index"].is_null()) {
        return Ok(list.iter().collect());
    }
    let mut places = vec![None; list.len()];
    for one in list {
        let place = one["index"].as_u64().and_then(|index| usize::try_from(index).ok());
        match place.and_then(|place| places.get_mut(place)) {
            Some(place @ None) => *place = Some(one),
            _ => return Err("the indexes of the vectors are not those of the texts".to_owned()),
        }
    }
    Ok(places.into_iter().flatten().collect())
}

fn vector(numbers: &Value) -> Result<Vec<f32>, String> {
    let wrong = || "a vector is no list of numbers".to_owned();
    let numbers = numbers.as_array().ok_or_else(wrong)?;
    #[expect(clippy::cast_possible_truncation, reason = "vectors are kept as f32")]
    let number = |number: &Value| number.as_f64().map(|number| number as f32);
    let finite = |number: &f32| number.is_finite();
    numbers.iter().map(|one| number(one).filter(finite).ok_or_else(wrong)).collect()
}
