//! The worker that writes e-mails.
//!
//! What waits in the queue names a request and holds no secret: the token of an e-mail is made when it is
//! written, and only its hash is kept. A request is fulfilled once, however often its message comes; only
//! when the worker dies between the mail server's answer and its own note is an e-mail sent twice, and
//! then the first one's token no longer works.

use anyhow::anyhow;
use axum::extract::State;
use chrono::Duration;
use platform::mail::{self, Email, EmailRequested, Posted};
use platform::queue::{Outcome, Pushed};
use platform::{Error, Result, secret};
use uuid::Uuid;

use crate::AppState;
use crate::email_token::Purpose;
use crate::mention::Mention;
use crate::store::{self, EmailRequest};

/// Above the limit of a conversation with the mail server.
const CLAIM: Duration = Duration::seconds(60);

/// What an e-mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum About {
    /// Something that its reader proves with it.
    Token(Purpose),
    /// A project that somebody is invited to.
    Invitation,
    /// A comment that mentions its reader.
    Mention(Mention),
}

/// Calls the worker, after the request is in the database.
pub(crate) async fn request(state: &AppState, request_id: Uuid) -> Result<()> {
    mail::request(&state.publisher, request_id).await
}

/// Writes one e-mail.
pub(crate) async fn deliver(
    State(state): State<AppState>,
    Pushed(message): Pushed<EmailRequested>,
) -> Result<Outcome> {
    let (id, now) = (message.request_id, state.base.clock.now());
    let token = secret::random_token();
    let hash = secret::sha256(token.as_bytes());
    let Some(email_request) = store::claim(&state.base.pool, id, &hash, now, now + CLAIM).await?
    else {
        // Nobody sweeps up after this worker, so a message goes only when its e-mail has gone.
        return match store::is_claimed(&state.base.pool, id, now).await? {
            true => Err(Error::Queue(anyhow!("another worker writes this e-mail"))),
            false => Ok(Outcome::Duplicate),
        };
    };
    match state.mailer.send(&email_request.email(&state.public_url, &token)).await {
        Ok(Posted::Taken) => {
            store::sent(&state.base.pool, &email_request.about, id, &hash, state.base.clock.now())
                .await?;
            Ok(Outcome::Done)
        }
        Ok(Posted::Refused(why)) => {
            store::withdraw(&state.base.pool, &email_request.about, id, state.base.clock.now())
                .await?;
            Ok(Outcome::Rejected(why))
        }
        Err(error) => {
            store::give_back(&state.base.pool, &email_request.about, id, &hash).await?;
            Err(error)
        }
    }
}

impl EmailRequest {
    /// In both languages, because nobody has said which one the person reads, and without any name, of
    /// people or of projects: strangers choose them. The token stands behind a `#`, which browsers
    /// send to nobody. A mention comes from a colleague: it is in the language of their project, and shows who
    /// writes and how it begins.
    fn email(&self, public_url: &str, token: &str) -> Email {
        let (subject, text, page) = match &self.about {
            About::Mention(mention) => return mention.email(&self.email, public_url),
            About::Token(Purpose::Password) => (
                "Sight: nowe hasło / a new password",
                include_str!("emails/password.txt"),
                "reset-password",
            ),
            About::Token(Purpose::Address) => (
                "Sight: potwierdź adres / confirm your address",
                include_str!("emails/address.txt"),
                "verify",
            ),
            About::Invitation => (
                "Sight: zaproszenie do projektu / an invitation to a project",
                include_str!("emails/invitation.txt"),
                "invitation",
            ),
        };
        let text = text.replace("{link}", &format!("{public_url}/{page}#token={token}"));
        Email { to: self.email.clone(), subject: subject.to_owned(), text }
    }
}
