//! Pub/Sub for one machine: the same push envelope, tokens, retries and dead letters, in memory.
//! What is lost with the process is published again by the sweep, because the rows are the truth.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower::ServiceExt;

use super::{Message, TRACEPARENT, Verifier};

/// Deliveries at the same time. Pub/Sub's push does the same per instance.
const CONCURRENCY: usize = 8;
/// As our Terraform sets the subscriptions.
const MAX_ATTEMPTS: u32 = 5;
const FIRST_DELAY: Duration = Duration::from_secs(1);

/// A message that failed too often.
pub type DeadLetter = Message;

/// The sending end.
#[derive(Clone)]
pub struct Bus {
    sender: UnboundedSender<Message>,
    dead: Arc<Mutex<Vec<DeadLetter>>>,
}

/// The receiving end, to be connected once the workers are built.
pub struct Deliveries {
    messages: UnboundedReceiver<Message>,
    dead: Arc<Mutex<Vec<DeadLetter>>>,
}

impl Bus {
    /// Both ends.
    pub fn new() -> (Self, Deliveries) {
        let (sender, messages) = unbounded_channel();
        let dead = Arc::default();
        (Self { sender, dead: Arc::clone(&dead) }, Deliveries { messages, dead })
    }

    pub(super) fn send(&self, message: Message) -> anyhow::Result<()> {
        self.sender.send(message).map_err(|_| anyhow::anyhow!("the bus has stopped"))
    }

    /// The messages that were given up.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        self.dead.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Deliveries {
    /// Delivers to the workers' push routes until every sender is gone.
    pub async fn run(mut self, workers: Router, verifier: Verifier) {
        let slots = Arc::new(Semaphore::new(CONCURRENCY));
        while let Some(message) = self.messages.recv().await {
            let slot = Arc::clone(&slots).acquire_owned().await.expect("never closed");
            let (workers, verifier) = (workers.clone(), verifier.clone());
            let dead = Arc::clone(&self.dead);
            tokio::spawn(async move {
                if !deliver(&workers, &verifier, &message).await {
                    tracing::error!(topic = message.topic, "message is a dead letter");
                    dead.lock().unwrap_or_else(PoisonError::into_inner).push(message);
                }
                drop(slot);
            });
        }
    }
}

/// True when it was acknowledged within its attempts.
async fn deliver(workers: &Router, verifier: &Verifier, message: &Message) -> bool {
    let mut delay = FIRST_DELAY;
    for attempt in 1..=MAX_ATTEMPTS {
        let Ok(request) = request(verifier, message, attempt) else { return false };
        let response = workers.clone().oneshot(request).await;
        if response.is_ok_and(|response| response.status() == StatusCode::NO_CONTENT) {
            return true;
        }
        if attempt < MAX_ATTEMPTS {
            tokio::time::sleep(delay).await;
            delay *= 2;
        }
    }
    false
}

fn request(verifier: &Verifier, message: &Message, attempt: u32) -> anyhow::Result<Request<Body>> {
    let attributes = message.traceparent.as_ref().map(|value| (TRACEPARENT, value));
    let attributes: HashMap<&str, &String> = attributes.into_iter().collect();
    let body = json!({
        "message": {
            "attributes": attributes,
            "data": STANDARD.encode(&message.json),
            "messageId": "local",
            "message_id": "local",
        },
        "deliveryAttempt": attempt,
        "subscription": format!("projects/local/subscriptions/{}", message.topic),
    });
    let request = Request::post(format!("/internal/events/{}", message.topic))
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("Bearer {}", verifier.sign()?))
        .body(Body::from(body.to_string()))?;
    Ok(request)
}
