//! A second look at the best by a model that reads question and passage together.

use std::collections::HashSet;
use std::str::FromStr;
use std::time::Duration;

use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use platform::Env;
use platform::google::{self, Token};
use platform::model::{lenient, refusal};

// Chosen by hand.
/// How many of the best are looked at.
const CANDIDATES: usize = 25;
/// The longest passage sent, in letters: what such models read at most (512 tokens and more).
const LONGEST: usize = 2_000;

/// How a reranker is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// text-embeddings-inference: `POST …/rerank` with `texts`.
    Tei,
    /// Cohere, Jina, vLLM and others: `POST …/rerank` with `documents`.
    Cohere,
    /// Google's ranking API: `POST …/rankingConfigs/default_ranking_config:rank`.
    Vertex,
}

impl FromStr for Protocol {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "tei" => Ok(Self::Tei),
            "cohere" => Ok(Self::Cohere),
            "vertex" => Ok(Self::Vertex),
            _ => Err("must be tei, cohere or vertex"),
        }
    }
}

/// Why there is no second look.
#[derive(Debug, thiserror::Error)]
pub enum RerankFailure {
    #[error("the reranker did not answer within {} ms", .0.as_millis())]
    Late(Duration),
    #[error("the reranker is not reachable")]
    Unreachable(#[source] reqwest::Error),
    #[error("the reranker answered {0}")]
    Status(u16),
    #[error("the reranker's answer is malformed")]
    Malformed,
    #[error("no identity for the reranker")]
    NoToken(#[source] anyhow::Error),
}

/// A reranker behind HTTP.
#[derive(Clone)]
pub struct Reranker {
    http: reqwest::Client,
    protocol: Protocol,
    url: Url,
    model: Option<String>,
    key: Option<SecretString>,
    token: Option<Token>,
    limit: Duration,
}

impl Reranker {
    /// One at this address.
    pub fn new(http: reqwest::Client, protocol: Protocol, url: Url, limit: Duration) -> Self {
        Self { http, protocol, url, model: None, key: None, token: None, limit }
    }

    /// The same that asks for a model.
    #[must_use]
    pub fn with_model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// The same that shows a key.
    #[must_use]
    pub fn with_key(mut self, key: SecretString) -> Self {
        self.key = Some(key);
        self
    }

    /// The same that shows Google's token.
    #[must_use]
    pub fn with_token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// `RERANK_PROTOCOL` (`tei`, `cohere`, `vertex`), `RERANK_URL` (the whole address of the call),
    /// `RERANK_MODEL`, `RERANK_API_KEY`, `RERANK_TIMEOUT_MS` (default 800). `None` without a protocol:
    /// nobody looks again. `vertex` without a key shows the process's own Google identity.
    pub fn from_env(env: &Env, http: &reqwest::Client) -> Option<Self> {
        Self::configured(env, http, google::access_token)
    }

    /// As [`Reranker::from_env`], with Google's tokens for a scope from this source.
    pub(super) fn configured(
        env: &Env,
        http: &reqwest::Client,
        identity: impl FnOnce(&str) -> anyhow::Result<Token>,
    ) -> Option<Self> {
        let protocol = env.optional::<Protocol>("RERANK_PROTOCOL");
        let limit = Duration::from_millis(env.or("RERANK_TIMEOUT_MS", 800));
        let model = env.optional::<String>("RERANK_MODEL");
        let key = env.raw("RERANK_API_KEY").map(|key| SecretString::from(key.to_owned()));
        let url = env.optional::<Url>("RERANK_URL");
        let protocol = protocol?;
        let Some(url) = url else {
            env.problem("RERANK_URL is not set".to_owned());
            return None;
        };
        let reranker = Self { http: http.clone(), protocol, url, model, key, token: None, limit };
        if protocol != Protocol::Vertex || reranker.key.is_some() {
            return Some(reranker);
        }
        match identity("cloud-platform") {
            Ok(token) => Some(reranker.with_token(token)),
            Err(error) => {
                env.problem(format!("RERANK_PROTOCOL vertex cannot be used: {error:#}"));
                None
            }
        }
    }

    /// Who looks again, for people who read what was measured.
    pub fn name(&self) -> String {
        let model = self.model.as_deref().unwrap_or("its own model");
        format!("{:?} with {model}", self.protocol)
    }

    /// How many of the best it looks at.
    pub fn candidates(&self) -> usize {
        CANDIDATES
    }

    /// The places of the texts with their scores, in the reranker's order; the caller puts them in
    /// theirs. A text that the reranker left out is left out.
    ///
    /// # Errors
    /// [`RerankFailure`], also when it is late.
    pub async fn rank(
        &self,
        question: &str,
        texts: &[String],
    ) -> Result<Vec<(usize, f64)>, RerankFailure> {
        let asked = tokio::time::timeout(self.limit, self.ask(question, texts));
        let answer = asked.await.map_err(|_| RerankFailure::Late(self.limit))??;
        self.scores(answer, texts.len()).ok_or(RerankFailure::Malformed)
    }

    async fn ask(&self, question: &str, texts: &[String]) -> Result<Value, RerankFailure> {
        let texts: Vec<&str> = texts.iter().map(|text| beginning(text)).collect();
        let request = self.http.post(self.url.clone()).json(&self.body(question, &texts));
        let request = self.signed(request).await?;
        let response = request.send().await.map_err(RerankFailure::Unreachable)?;
        if !response.status().is_success() {
            return Err(RerankFailure::Status(response.status().as_u16()));
        }
        let body = response.bytes().await.map_err(RerankFailure::Unreachable)?;
        let answer: Value = lenient::parse(&body).ok_or(RerankFailure::Malformed)?;
        match refusal::status_within(&answer) {
            Some(status) => Err(RerankFailure::Status(status)),
            None => Ok(answer),
        }
    }

    async fn signed(&self, request: RequestBuilder) -> Result<RequestBuilder, RerankFailure> {
        if let Some(token) = &self.token {
            let token = token().await.map_err(RerankFailure::NoToken)?;
            return Ok(request.bearer_auth(token.expose_secret()));
        }
        Ok(match &self.key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        })
    }

    fn body(&self, question: &str, texts: &[&str]) -> Value {
        let mut body = match self.protocol {
            Protocol::Tei => json!({"query": question, "texts": texts, "truncate": true}),
            Protocol::Cohere => {
                json!({"query": question, "documents": texts, "top_n": texts.len()})
            }
            Protocol::Vertex => {
                let record = |(place, text): (usize, &&str)| json!({"id": place.to_string(), "content": text});
                let records: Vec<Value> = texts.iter().enumerate().map(record).collect();
                json!({
                    "query": question,
                    "records": records,
                    "topN": texts.len(),
                    "ignoreRecordDetailsInResponse": true,
                })
            }
        };
        if let Some(model) = &self.model {
            body["model"] = json!(model);
        }
        body
    }

    fn scores(&self, answer: Value, count: usize) -> Option<Vec<(usize, f64)>> {
        let scores = match self.protocol {
            Protocol::Tei => parsed::<Vec<Scored>>(answer)?,
            Protocol::Cohere => parsed::<Results>(answer)?.results,
            Protocol::Vertex => {
                let records = parsed::<Records>(answer)?.records;
                records.into_iter().map(Record::scored).collect::<Option<_>>()?
            }
        };
        let mut seen = HashSet::new();
        let is_sound =
            |one: &Scored| one.index < count && one.score.is_finite() && seen.insert(one.index);
        scores
            .iter()
            .all(is_sound)
            .then(|| scores.into_iter().map(|one| (one.index, one.score)).collect())
    }
}

fn parsed<T: serde::de::DeserializeOwned>(answer: Value) -> Option<T> {
    serde_json::from_value(answer).ok()
}

fn beginning(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}

#[derive(Deserialize)]
struct Scored {
    index: usize,
    #[serde(alias = "relevance_score")]
    score: f64,
}

#[derive(Deserialize)]
struct Results {
    /// Voyage calls them `data`.
    #[serde(alias = "data")]
    results: Vec<Scored>,
}

#[derive(Deserialize)]
struct Records {
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    score: f64,
}

impl Record {
    fn scored(self) -> Option<Scored> {
        Some(Scored { index: self.id.parse().ok()?, score: self.score })
    }
}
