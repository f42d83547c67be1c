//! Messages between functions: hints that a row has work in it.

mod bus;
mod google;
mod push;

pub use bus::{Bus, DeadLetter, Deliveries};
pub use push::{Outcome, Pushed, PutOff, Verifier};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use google_cloud_auth::credentials::anonymous::Builder as Anonymous;
use google_cloud_pubsub::client::Publisher as TopicPublisher;
use google_cloud_pubsub::model::Message as PubSubMessage;
use serde::Serialize;
use tokio::time::timeout;

use crate::{Env, Error, Result, trace};

/// What a person who waits for an answer is asked to wait for the queue: what it has not taken by then
/// is published by the sweep.
const PATIENCE: Duration = Duration::from_secs(5);

const TRACEPARENT: &str = "traceparent";

/// A message on its way: the topic and the JSON of its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The kind of run, which is also the function that listens.
    pub topic: String,
    pub json: String,
    /// The trace that it goes on with, as W3C's header of that name.
    pub traceparent: Option<String>,
}

/// Publishes messages.
#[derive(Clone)]
pub struct Publisher(Transport);

#[derive(Clone)]
enum Transport {
    PubSub(Arc<PubSub>),
    Bus(Bus),
    Recording(Recording),
}

#[derive(Clone, Default)]
struct Recording {
    messages: Arc<Mutex<Vec<Message>>>,
    broken: Option<String>,
}

struct PubSub {
    project: String,
    prefix: String,
    /// Where an emulator listens; Google's own address and credentials without it.
    emulator: Option<String>,
    topics: tokio::sync::Mutex<HashMap<String, TopicPublisher>>,
}

impl Publisher {
    /// Google's Pub/Sub: `GOOGLE_CLOUD_PROJECT`, `TOPIC_PREFIX` (default `sight-`).
    pub fn from_env(env: &Env) -> Option<Self> {
        let project = env.required("GOOGLE_CLOUD_PROJECT");
        let prefix = env.or("TOPIC_PREFIX", "sight-".to_owned());
        Some(Self::pubsub(project?, prefix, None))
    }

    /// Google's emulator at this address, which asks for no credentials.
    pub fn emulator(endpoint: &str, project: &str) -> Self {
        Self::pubsub(project.to_owned(), "sight-".to_owned(), Some(endpoint.to_owned()))
    }

    fn pubsub(project: String, prefix: String, emulator: Option<String>) -> Self {
        let topics = tokio::sync::Mutex::default();
        Self(Transport::PubSub(Arc::new(PubSub { project, prefix, emulator, topics })))
    }

    /// The bus of this process.
    pub fn bus(bus: Bus) -> Self {
        Self(Transport::Bus(bus))
    }

    /// Keeps messages for a test to look at.
    pub fn recording() -> Self {
        Self(Transport::Recording(Recording::default()))
    }

    /// The same, where one topic is missing.
    pub fn recording_without(topic: &str) -> Self {
        let broken = Some(topic.to_owned());
        Self(Transport::Recording(Recording { broken, ..Recording::default() }))
    }

    /// Publishes one message. Returns when it is safe.
    ///
    /// # Errors
    /// When the queue did not take it within five seconds: the row stays, and the sweep publishes
    /// again.
    pub async fn publish(&self, topic: &str, payload: &impl Serialize) -> Result<()> {
        let json = serde_json::to_string(payload).map_err(|error| Error::Internal(error.into()))?;
        let traceparent = trace::traceparent();
        let message = Message { topic: topic.to_owned(), json, traceparent };
        match &self.0 {
            Transport::PubSub(pubsub) => {
                let published = timeout(PATIENCE, pubsub.publish(message)).await;
                published.context("the queue is silent").flatten().map_err(Error::Queue)
            }
            Transport::Bus(bus) => bus.send(message).map_err(Error::Queue),
            Transport::Recording(recording) => {
                if recording.broken.as_deref() == Some(topic) {
                    return Err(Error::Queue(anyhow::anyhow!("there is no topic {topic}")));
                }
                lock(&recording.messages).push(message);
                Ok(())
            }
        }
    }

    /// Takes what a recording publisher has kept.
    pub fn take(&self) -> Vec<Message> {
        match &self.0 {
            Transport::Recording(recording) => std::mem::take(&mut lock(&recording.messages)),
            _ => Vec::new(),
        }
    }
}

impl PubSub {
    async fn publish(&self, message: Message) -> anyhow::Result<()> {
        let publisher = self.topic(&message.topic).await?;
        let traceparent = message.traceparent.map(|value| (TRACEPARENT, value));
        let message =
            PubSubMessage::new().set_data(message.json.into_bytes()).set_attributes(traceparent);
        publisher.publish(message).await.context("cannot publish")?;
        Ok(())
    }

    async fn topic(&self, topic: &str) -> anyhow::Result<TopicPublisher> {
        let mut topics = self.topics.lock().await;
        if let Some(publisher) = topics.get(topic) {
            return Ok(publisher.clone());
        }
        let name = format!("projects/{}/topics/{}{topic}", self.project, self.prefix);
        let mut builder = TopicPublisher::builder(name);
        if let Some(endpoint) = &self.emulator {
            builder = builder.with_endpoint(endpoint).with_credentials(Anonymous::new().build());
        }
        let publisher = builder.build().await.context("cannot connect")?;
        topics.insert(topic.to_owned(), publisher.clone());
        Ok(publisher)
    }
}

fn lock(messages: &Mutex<Vec<Message>>) -> std::sync::MutexGuard<'_, Vec<Message>> {
    messages.lock().unwrap_or_else(PoisonError::into_inner)
}
