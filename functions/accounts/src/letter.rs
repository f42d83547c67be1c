//! The worker that writes letters.
//!
//! What waits in the queue names a wish and holds no secret: the token of a letter is made when it is
//! written, and only its hash is kept. A wish is fulfilled once, however often its message comes; only
//! when the worker dies between the mail server's answer and its own note is a letter sent twice, and
//! then the first one's token no longer works.

use anyhow::anyhow;
use axum::extract::State as Of;
use chrono::Duration;
use platform::mail::{Letter, Posted};
use platform::queue::{Outcome, Pushed};
use platform::{Error, Result, secret};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::State;
use crate::proof::Purpose;
use crate::store::{self, Wish};

/// The kind of message.
pub(crate) const TOPIC: &str = "mail";
/// Above the limit of a conversation with the mail server.
const CLAIM: Duration = Duration::seconds(60);

/// Says that somebody is to get a letter.
#[derive(Serialize, Deserialize)]
pub(crate) struct LetterWanted {
    schema: u32,
    request_id: Uuid,
}

/// Calls the worker, after the wish is in the database.
pub(crate) async fn wanted(state: &State, request_id: Uuid) -> Result<()> {
    state.publisher.publish(TOPIC, &LetterWanted { schema: 1, request_id }).await
}

/// Writes one letter.
pub(crate) async fn deliver(
    Of(state): Of<State>,
    Pushed(message): Pushed<LetterWanted>,
) -> Result<Outcome> {
    let (id, now) = (message.request_id, state.clock.now());
    let token = secret::random_token();
    let hash = secret::sha256(token.as_bytes());
    let Some(wish) = store::claim(&state.pool, id, &hash, now, now + CLAIM).await? else {
        // Nobody sweeps up after this worker, so a message goes only when its letter has gone.
        return match store::is_claimed(&state.pool, id, now).await? {
            true => Err(Error::Queue(anyhow!("another worker writes this letter"))),
            false => Ok(Outcome::Duplicate),
        };
    };
    match state.mailer.send(&wish.letter(&state.public_url, &token)).await {
        Ok(Posted::Taken) => {
            store::sent(&state.pool, id, &hash, state.clock.now()).await?;
            Ok(Outcome::Done)
        }
        Ok(Posted::Refused(why)) => {
            store::withdraw(&state.pool, id).await?;
            Ok(Outcome::Rejected(why))
        }
        Err(error) => {
            store::give_back(&state.pool, id, &hash).await?;
            Err(error)
        }
    }
}

impl Wish {
    /// In both languages, because nobody has said which one the person reads, and without their name:
    /// whoever registers a stranger's address chooses it. The token stands behind a `#`, which browsers
    /// send to nobody.
    fn letter(&self, public_url: &str, token: &str) -> Letter {
        let (subject, text, page) = match self.purpose {
            Purpose::Password => (
                "Sight: nowe hasło / a new password",
                include_str!("letters/password.txt"),
                "reset-password",
            ),
            Purpose::Address => (
                "Sight: potwierdź adres / confirm your address",
                include_str!("letters/address.txt"),
                "verify",
            ),
        };
        let text = text.replace("{link}", &format!("{public_url}/{page}#token={token}"));
        Letter { to: self.email.clone(), subject: subject.to_owned(), text }
    }
}
