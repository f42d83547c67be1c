//! A server of the test's own, and a client like a browser's.

use std::net::{Ipv4Addr, SocketAddr};

use futures::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::tests::*;

/// Nothing takes as long on a machine that works.
const PATIENCE: Duration = Duration::from_secs(60);

/// The public half of the world's function, behind a socket of the machine.
pub(in crate::tests) struct Server<'a> {
    world: &'a World,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl<'a> Server<'a> {
    pub(in crate::tests) async fn start(world: &'a World) -> Self {
        Self::of(world, world.app.api()).await
    }

    /// Of another instance than the world's own.
    pub(in crate::tests) async fn of(world: &'a World, router: axum::Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            let never = std::future::pending();
            platform::service::serve_until(listener, router, never).await.unwrap();
        });
        Self { world, address, serving }
    }

    pub(in crate::tests) async fn ticket(&self, user: &User) -> String {
        let body = json!({ "project_id": self.world.project });
        let answer = self.world.app.post(user, "/api/v1/collaboration/tickets", body).await;
        answer.expect(201)["ticket"].as_str().unwrap().to_owned()
    }

    pub(in crate::tests) async fn open(&self, user: &User) -> Client {
        let ticket = self.ticket(user).await;
        self.with(&format!("ticket={ticket}")).await.unwrap()
    }

    pub(in crate::tests) async fn resume(&self, user: &User, since: i64, epoch: &str) -> Client {
        let ticket = self.ticket(user).await;
        self.with(&format!("ticket={ticket}&since={since}&epoch={epoch}")).await.unwrap()
    }

    /// Asks for a socket with this query. A refusal is its status.
    pub(in crate::tests) async fn with(&self, query: &str) -> Result<Client, u16> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let url = format!("ws://{}/api/v1/collaboration/socket?{query}", self.address);
        match client_async(url, stream).await {
            Ok((socket, _)) => Ok(Client { socket }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no socket: {error}"),
        }
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One tab.
pub(in crate::tests) struct Client {
    socket: WebSocketStream<TcpStream>,
}

impl Client {
    /// The next message of any kind but pings; the code of a close.
    pub(in crate::tests) async fn message(&mut self) -> Result<Value, Option<u16>> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("the server says something") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// The next text that is not about who is here.
    pub(in crate::tests) async fn next(&mut self) -> Value {
        loop {
            let message = self.message().await.expect("a socket that is open");
            if message["type"] != "presence" {
                return message;
            }
        }
    }

    pub(in crate::tests) async fn event(&mut self) -> Value {
        self.until("event").await
    }

    pub(in crate::tests) async fn until(&mut self, kind: &str) -> Value {
        loop {
            let message = self.message().await.expect("a socket that is open");
            if message["type"] == kind {
                return message;
            }
        }
    }

    /// Everything up to this many events.
    pub(in crate::tests) async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut heard: Vec<Value> = Vec::new();
        while heard.iter().filter(|frame| frame["type"] == "event").count() < count {
            heard.push(self.message().await.expect("a socket that is open"));
        }
        heard
    }

    /// Who is here, when that is so.
    pub(in crate::tests) async fn until_present(
        &mut self,
        is_so: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        loop {
            let presence = self.until("presence").await;
            let people = presence["people"].as_array().unwrap().clone();
            if is_so(&people) {
                return people;
            }
        }
    }

    /// The code that the socket ends with; none when it just breaks.
    pub(in crate::tests) async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.message().await {
                return code;
            }
        }
    }

    pub(in crate::tests) async fn say(&mut self, message: &Value) {
        self.send(&message.to_string()).await;
    }

    pub(in crate::tests) async fn send(&mut self, text: &str) {
        // The server may have closed already: the test reads why.
        let _ = self.socket.send(Message::text(text)).await;
    }
}
