//! The first part of the details in Redis, by persona and edition.

use platform::cache::Cache;
use redis::AsyncCommands;
use shared::id::PersonaId;

use super::encoding::Packed;
use crate::store::{Edition, Viewed};

/// An edition never changes, so this only bounds what nobody looks at any more.
const SECONDS: u64 = 300;

pub(crate) async fn find(cache: Option<&Cache>, viewed: &Viewed) -> Option<Packed> {
    let cache = cache?;
    let mut redis = cache.connection();
    let bytes = redis.get::<_, Option<Vec<u8>>>(key(viewed.persona_id, viewed.edition));
    let bytes: Vec<u8> = cache.ask(bytes).await??;
    Packed::from_bytes(&bytes)
}

/// Keeps it. Without Redis nothing is kept, and the next view costs a query more.
pub(crate) async fn keep(cache: Option<&Cache>, id: PersonaId, edition: Edition, packed: &Packed) {
    let Some(cache) = cache else { return };
    let mut redis = cache.connection();
    let set = redis.set_ex::<_, _, ()>(key(id, edition), packed.to_bytes(), SECONDS);
    let _ = cache.ask(set).await;
}

fn key(id: PersonaId, edition: Edition) -> String {
    format!("persona_details:{id}:{edition}")
}
