//! A model's provider that does what a test tells it to: speaks Gemini's `generateContent` and
//! OpenAI's chat completions on a port of its own.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use futures::stream;
use platform::model::{Config, ProviderKind};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::gate::Gate;

/// What the server does with one request.
#[derive(Debug, Clone)]
pub enum Behaviour {
    /// Answers with this JSON.
    Answer(Value),
    /// Answers with this JSON after this long.
    Slow(Duration, Value),
    /// Answers with this JSON when the gate is open.
    Held(Gate, Value),
    /// Answers with this JSON as the whole body: other protocols than chat.
    Raw(Value),
    /// Answers with these bytes as the whole body, JSON or not.
    Body(String),
    /// This status with this JSON as its body.
    Refused(u16, Value),
    /// Answers with this text, JSON or not.
    Text(String),
    /// Answers with the first half of this JSON as if it were whole.
    Truncated(Value),
    /// Answers with the first half of this JSON and says that the length limit was reached.
    Cut(Value),
    /// Declines for safety.
    Refuse,
    /// Status 429 with this `Retry-After`.
    RateLimited(String),
    /// Status 429 with this pause, `"34.5s"`, in the body, as Google's APIs write it.
    Exhausted(String),
    /// This status without a body.
    Status(u16),
    /// Sends the beginning of an answer and drops the connection.
    HangUp,
    /// Never answers.
    Never,
}

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Path and query.
    pub path: String,
    /// As sent.
    pub headers: HeaderMap,
    /// The JSON body; null when it was none.
    pub body: Value,
}

/// The server; it stops when it is dropped.
pub struct Scripted {
    url: Url,
    script: Arc<Mutex<Script>>,
    task: JoinHandle<()>,
}

type Otherwise = Arc<dyn Fn(&Recorded) -> Behaviour + Send + Sync>;

struct Script {
    next: VecDeque<Behaviour>,
    otherwise: Otherwise,
    recorded: Vec<Recorded>,
    at_once: usize,
    most_at_once: usize,
}

impl Scripted {
    /// Starts a server that follows `next` in order and answers 500 when it is used up.
    pub async fn start(next: impl IntoIterator<Item = Behaviour>) -> Self {
        let script = Script {
            next: next.into_iter().collect(),
            otherwise: Arc::new(|_| Behaviour::Status(500)),
            recorded: Vec::new(),
            at_once: 0,
            most_at_once: 0,
        };
        let script = Arc::new(Mutex::new(script));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a bound listener has an address");
        let router = Router::new().fallback(respond).with_state(Arc::clone(&script));
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("serving has no way to fail");
        });
        let url = format!("http://{address}/v1").parse().expect("an address makes a URL");
        Self { url, script, task }
    }

    /// What the configuration's `base_url` must be, for either protocol.
    pub fn base_url(&self) -> Url {
        self.url.clone()
    }

    /// What reaches it as OpenAI's protocol, without a price and with hardly a pause between two tries.
    pub fn config(&self) -> Config {
        Config {
            provider: ProviderKind::OpenAi,
            model: "scripted".to_owned(),
            base_url: Some(self.base_url()),
            first_pause: Duration::from_millis(1),
            ..Config::offline()
        }
    }

    /// Adds to the script.
    pub fn push(&self, behaviour: Behaviour) {
        locked(&self.script).next.push_back(behaviour);
    }

    /// Decides by the request once the script is used up.
    pub fn otherwise(&self, decide: impl Fn(&Recorded) -> Behaviour + Send + Sync + 'static) {
        locked(&self.script).otherwise = Arc::new(decide);
    }

    /// Every request until now, in order.
    pub fn recorded(&self) -> Vec<Recorded> {
        locked(&self.script).recorded.clone()
    }

    /// The most requests that were under way at once.
    pub fn most_at_once(&self) -> usize {
        locked(&self.script).most_at_once
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn locked(script: &Mutex<Script>) -> MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts a request as under way until its response is made or its connection is gone.
struct UnderWay(Arc<Mutex<Script>>);

impl UnderWay {
    fn begin(script: Arc<Mutex<Script>>) -> Self {
        let mut state = locked(&script);
        state.at_once += 1;
        state.most_at_once = state.most_at_once.max(state.at_once);
        drop(state);
        Self(script)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        locked(&self.0).at_once -= 1;
    }
}

async fn respond(
    State(script): State<Arc<Mutex<Script>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let _under_way = UnderWay::begin(Arc::clone(&script));
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let asked = body.to_string().len() as u64 / 4;
    let protocol = Protocol { is_gemini: uri.path().ends_with(":generateContent"), asked };
    let behaviour = decide(&script, &Recorded { path: uri.to_string(), headers, body });
    match behaviour {
        Behaviour::Answer(json) => protocol.answer(&json.to_string(), Ending::Complete),
        Behaviour::Slow(pause, json) => {
            tokio::time::sleep(pause).await;
            protocol.answer(&json.to_string(), Ending::Complete)
        }
        Behaviour::Held(gate, json) => {
            gate.opened().await;
            protocol.answer(&json.to_string(), Ending::Complete)
        }
        Behaviour::Raw(json) => raw(json.to_string()),
        Behaviour::Body(text) => raw(text),
        Behaviour::Refused(code, json) => {
            let mut response = raw(json.to_string());
            *response.status_mut() = StatusCode::from_u16(code).expect("a status is valid");
            response
        }
        Behaviour::Text(text) => protocol.answer(&text, Ending::Complete),
        Behaviour::Truncated(json) => protocol.answer(&half(&json), Ending::Complete),
        Behaviour::Cut(json) => protocol.answer(&half(&json), Ending::Cut),
        Behaviour::Refuse => protocol.answer("", Ending::Refused),
        Behaviour::RateLimited(pause) => rate_limited(&pause),
        Behaviour::Exhausted(pause) => exhausted(&pause),
        Behaviour::Status(code) => status(StatusCode::from_u16(code).expect("a status is valid")),
        Behaviour::HangUp => {
            let parts = [Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("hung up"))];
            Response::new(Body::from_stream(stream::iter(parts)))
        }
        Behaviour::Never => std::future::pending().await,
    }
}

fn raw(body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    let media = "application/json".parse().expect("a media type is a header's value");
    response.headers_mut().insert("content-type", media);
    response
}

fn decide(script: &Mutex<Script>, request: &Recorded) -> Behaviour {
    let mut script = locked(script);
    script.recorded.push(request.clone());
    if let Some(behaviour) = script.next.pop_front() {
        return behaviour;
    }
    let otherwise = Arc::clone(&script.otherwise);
    drop(script);
    otherwise(request)
}

fn rate_limited(pause: &str) -> Response<Body> {
    let mut response = status(StatusCode::TOO_MANY_REQUESTS);
    let pause = pause.parse().expect("a Retry-After is a header's value");
    response.headers_mut().insert("retry-after", pause);
    response
}

fn exhausted(pause: &str) -> Response<Body> {
    let mut response = status(StatusCode::TOO_MANY_REQUESTS);
    let info = json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": pause});
    let error = json!({"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [info]});
    *response.body_mut() = Body::from(json!({"error": error}).to_string());
    response
}

fn half(json: &Value) -> String {
    let text = json.to_string();
    text.chars().take(text.chars().count() / 2).collect()
}

fn status(code: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = code;
    response
}

#[derive(Clone, Copy)]
enum Ending {
    Complete,
    Cut,
    Refused,
}

/// How an answer is written down, and how many tokens its question had.
struct Protocol {
    is_gemini: bool,
    asked: u64,
}

impl Protocol {
    fn answer(&self, text: &str, ending: Ending) -> Response<Body> {
        let body =
            if self.is_gemini { self.gemini(text, ending) } else { self.openai(text, ending) };
        raw(body.to_string())
    }

    fn gemini(&self, text: &str, ending: Ending) -> Value {
        let reason = match ending {
            Ending::Complete => "STOP",
            Ending::Cut => "MAX_TOKENS",
            Ending::Refused => "SAFETY",
        };
        json!({
            "candidates": [{
                "content": {"role": "model", "parts": [{"text": text}]},
                "finishReason": reason,
                "index": 0,
            }],
            "usageMetadata": {
                "promptTokenCount": self.asked,
                "candidatesTokenCount": text.len() / 4,
            },
            "modelVersion": "scripted",
        })
    }

    fn openai(&self, text: &str, ending: Ending) -> Value {
        let (reason, refusal) = match ending {
            Ending::Complete => ("stop", None),
            Ending::Cut => ("length", None),
            Ending::Refused => ("stop", Some("declined")),
        };
        json!({
            "choices": [{
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": refusal},
                "finish_reason": reason,
            }],
            "usage": {"prompt_tokens": self.asked, "completion_tokens": text.len() / 4},
            "model": "scripted",
        })
    }
}
