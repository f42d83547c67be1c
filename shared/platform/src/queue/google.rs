//! The keys that Google signs its tokens with.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;
use tokio::sync::RwLock;
use tokio::time::Instant;

pub(super) const CERTS: &str = "https://www.googleapis.com/oauth2/v3/certs";

/// How long keys of an unknown name are not asked for again: whoever invents names shall not make us
/// call Google each time. Google publishes a key long before it signs with it.
const PAUSE: Duration = Duration::from_secs(30);

pub(super) struct Keys {
    client: reqwest::Client,
    certs: String,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    by_id: HashMap<String, DecodingKey>,
    asked_at: Option<Instant>,
}

impl Keys {
    /// Those published at `certs`, asked for when the first token comes.
    pub(super) fn new(certs: &str) -> Self {
        let client = crate::http_client(Duration::from_secs(10));
        Self { client, certs: certs.to_owned(), known: RwLock::default() }
    }

    /// The key of this id, asked for again when it is unknown (Google changes them).
    pub(super) async fn get(&self, id: &str) -> anyhow::Result<DecodingKey> {
        if let Some(key) = self.known.read().await.by_id.get(id) {
            return Ok(key.clone());
        }
        let mut known = self.known.write().await;
        if !known.by_id.contains_key(id) {
            let is_soon = known.asked_at.is_some_and(|moment| moment.elapsed() < PAUSE);
            ensure!(!is_soon, "unknown key id");
            known.by_id = self.published().await?;
            known.asked_at = Some(Instant::now());
        }
        known.by_id.get(id).cloned().context("unknown key id")
    }

    async fn published(&self) -> anyhow::Result<HashMap<String, DecodingKey>> {
        let answer = self.client.get(&self.certs).send().await?.error_for_status()?;
        let set: JwkSet = answer.json().await?;
        let named = set.keys.iter().filter_map(|key| Some((key.common.key_id.clone()?, key)));
        named.map(|(id, key)| Ok((id, DecodingKey::from_jwk(key)?))).collect()
    }
}
