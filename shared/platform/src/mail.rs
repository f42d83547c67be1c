//! E-mails to people: by SMTP, or into a folder on one machine.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, ensure};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::queue::Publisher;
use crate::{Env, Error, Result, secret};

/// The topic of requests for e-mails.
pub const TOPIC: &str = "mail";
/// A whole conversation with the mail server.
const PATIENCE: Duration = Duration::from_secs(20);

/// Says that somebody is to get an e-mail: which one stands in the row that has this request. The message
/// itself holds no secret.
#[derive(Debug, Serialize, Deserialize)]
pub struct EmailRequested {
    schema: u32,
    pub request_id: Uuid,
}

/// Calls the worker that writes e-mails, after the request is in the database.
pub async fn request(publisher: &Publisher, request_id: Uuid) -> Result<()> {
    publisher.publish(TOPIC, &EmailRequested { schema: 1, request_id }).await
}

/// What somebody is told by mail. Plain text: nothing to load, nothing to hide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// What became of an e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posted {
    Taken,
    /// The mail server will never take it, for this reason: another try is useless.
    Refused(String),
}

/// Sends e-mails.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
    Recording(Arc<Mutex<Vec<Email>>>),
}

impl Mailer {
    /// `SMTP_URL` names a mail server, `MAIL_FOLDER` a folder for one machine; one of them has to be
    /// set. `MAIL_FROM` is the sender: `Sight <sight@example.com>`.
    pub fn from_env(env: &Env) -> Option<Self> {
        let from = env.required::<Mailbox>("MAIL_FROM");
        let smtp = env.raw("SMTP_URL").map(str::to_owned);
        let way = match (smtp, env.raw("MAIL_FOLDER")) {
            (Some(url), None) => match smtp_transport(&url) {
                Ok(transport) => Some(Way::Smtp(transport)),
                Err(error) => {
                    env.problem(format!("SMTP_URL is malformed: {error}"));
                    None
                }
            },
            (None, Some(folder)) => Some(Way::Folder(folder.into())),
            _ => {
                env.problem("either SMTP_URL or MAIL_FOLDER must be set".to_owned());
                None
            }
        };
        Some(Self { from: from?, way: way? })
    }

    /// Through this mail server: `smtps://user:password@host`, or `smtp://host?tls=required` for
    /// STARTTLS. Without either nothing is encrypted, which only a server on this machine may ask for.
    ///
    /// # Errors
    /// When the URL or the sender is malformed, or e-mails would travel in the open.
    pub fn smtp(url: &str, from: &str) -> anyhow::Result<Self> {
        Ok(Self { from: from.parse()?, way: Way::Smtp(smtp_transport(url)?) })
    }

    /// Keeps e-mails for a test to look at.
    pub fn recording() -> Self {
        let from = "Sight <sight@example.com>".parse().expect("a sender");
        Self { from, way: Way::Recording(Arc::default()) }
    }

    /// Takes what a recording mailer has kept.
    pub fn take(&self) -> Vec<Email> {
        match &self.way {
            Way::Recording(emails) => {
                std::mem::take(&mut emails.lock().unwrap_or_else(PoisonError::into_inner))
            }
            _ => Vec::new(),
        }
    }

    /// Sends one e-mail. Returns when somebody else is responsible for it.
    ///
    /// # Errors
    /// When the mail server does not answer, or asks for another try.
    pub async fn send(&self, email: &Email) -> Result<Posted> {
        let message = match self.message(email) {
            Ok(message) => message,
            Err(error) => return Ok(Posted::Refused(format!("{error:#}"))),
        };
        match &self.way {
            Way::Smtp(transport) => post(transport, message).await,
            Way::Folder(folder) => {
                put(folder, &message.formatted()).await.map_err(Error::Mail)?;
                Ok(Posted::Taken)
            }
            Way::Recording(emails) => {
                emails.lock().unwrap_or_else(PoisonError::into_inner).push(email.clone());
                Ok(Posted::Taken)
            }
        }
    }

    fn message(&self, email: &Email) -> anyhow::Result<Message> {
        Message::builder()
            .from(self.from.clone())
            .to(email.to.parse().context("no address that a mail server knows")?)
            .subject(&email.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(email.text.clone())
            .context("cannot be written")
    }
}

fn smtp_transport(url: &str) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let server: http::Uri = url.parse()?;
    let is_here = matches!(server.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_encrypted = server.scheme_str() == Some("smtps")
        || server.query().is_some_and(|query| query.split('&').any(|part| part == "tls=required"));
    ensure!(is_here || is_encrypted, "a server elsewhere needs smtps:// or ?tls=required");
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?;
    Ok(transport.timeout(Some(PATIENCE)).build())
}

async fn post(transport: &AsyncSmtpTransport<Tokio1Executor>, message: Message) -> Result<Posted> {
    match transport.send(message).await {
        Ok(_) => Ok(Posted::Taken),
        Err(error) if error.is_permanent() => Ok(Posted::Refused(error.to_string())),
        Err(error) => Err(Error::Mail(error.into())),
    }
}

/// A file that any mail program opens. It appears in one step, under a name that sorts by nothing.
async fn put(folder: &Path, message: &[u8]) -> anyhow::Result<()> {
    tokio::fs::create_dir_all(folder).await.context("cannot make the folder of e-mails")?;
    let name = secret::random_token();
    let growing = folder.join(format!(".{name}"));
    tokio::fs::write(&growing, message).await.context("cannot write an e-mail")?;
    let file = folder.join(format!("{name}.eml"));
    tokio::fs::rename(&growing, &file).await.context("cannot write an e-mail")?;
    tracing::info!(file = %file.display(), "an e-mail was written here and sent to nobody");
    Ok(())
}
