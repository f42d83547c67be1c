//! A mail server on the loopback address that keeps what it is given (RFC 5321, without extensions).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A message as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// `MAIL FROM`.
    pub from: String,
    /// `RCPT TO`, each.
    pub to: Vec<String>,
    /// Head and body, dots undone.
    pub data: String,
}

/// The server; it ends with its test.
pub struct MailSink {
    url: String,
    mailbox: Arc<Mutex<Mailbox>>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Mailbox {
    received: Vec<Received>,
    /// What the next recipients are answered instead of 250.
    refusals: VecDeque<&'static str>,
}

impl MailSink {
    /// Listens on a port of its own.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let mailbox: Arc<Mutex<Mailbox>> = Arc::default();
        let shared = Arc::clone(&mailbox);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                // A client that hangs up in the middle is no concern of the others.
                tokio::spawn(async move { talk(stream, &shared).await.unwrap_or(()) });
            }
        });
        Self { url, mailbox, server }
    }

    /// What `SMTP_URL` would say.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next recipient is answered this: `550 no such user`, `451 try later`.
    pub fn refuse_next(&self, reply: &'static str) {
        self.mailbox.lock().unwrap().refusals.push_back(reply);
    }

    /// Everything received so far, the oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.mailbox.lock().unwrap().received.clone()
    }
}

impl Drop for MailSink {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// One client's conversation.
async fn talk(stream: TcpStream, mailbox: &Mutex<Mailbox>) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 sink ready\r\n").await?;
    let mut email = Received { from: String::new(), to: Vec::new(), data: String::new() };
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" => "250-sink\r\n250 8BITMIME",
            "MAIL" => {
                email = Received { from: path(&line), to: Vec::new(), data: String::new() };
                "250 ok"
            }
            "RCPT" => match mailbox.lock().unwrap().refusals.pop_front() {
                Some(refusal) => refusal,
                None => {
                    email.to.push(path(&line));
                    "250 ok"
                }
            },
            "DATA" if email.to.is_empty() => "503 nobody to send it to",
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    email.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    email.data.push('\n');
                }
                mailbox.lock().unwrap().received.push(email.clone());
                "250 kept"
            }
            "RSET" | "NOOP" => "250 ok",
            "QUIT" => "221 bye",
            _ => "502 unknown",
        };
        writer.write_all(format!("{reply}\r\n").as_bytes()).await?;
        if verb == "QUIT" {
            break;
        }
    }
    Ok(())
}

/// What stands between the angle brackets.
fn path(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(path, _)| path.to_owned()).unwrap_or_default()
}
