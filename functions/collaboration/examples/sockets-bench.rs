//! How fast a change reaches everybody: `cargo local bench sockets` runs it, with PostgreSQL, Redis and all clients on
//! one core, and the function on another.
//!
//! `sockets-bench FUNCTION [SOCKETS]` opens so many sockets of one project (5,000), writes comments, and prints how
//! long each took from its request to every socket.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at what is wrong"
)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use collaboration::{AppState, Pace};
use futures::StreamExt;
use platform::{Clock, Env};
use serde_json::{Value, json};
use shared::id::ProjectId;
use shared::role::Role;
use testkit::{Loaded, TestApp, User, cpu_us, peak_mb, verdict};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

const SOCKETS: usize = 5_000;
/// People whom the sockets belong to.
const PEOPLE: usize = 50;
/// Comments that are measured.
const COMMENTS: usize = 40;
const PATIENCE: Duration = Duration::from_secs(60);
/// How the frame of an event begins.
const EVENT: &str = r#"{"type":"event""#;
/// Milliseconds within which 99 of 100 sockets hear of a change.
const BAR: f64 = 100.0;

/// Whoever opens sockets and writes comments.
struct Callers {
    server: Loaded,
    client: reqwest::Client,
    project: ProjectId,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let function = arguments.next().expect("sockets-bench FUNCTION [SOCKETS]");
    let sockets = arguments.next().map_or(SOCKETS, |text| text.parse().unwrap());
    let app = TestApp::start(|parts| {
        let state = AppState::at_pace(parts.base(), parts.publisher.clone(), Pace::default());
        collaboration::routes(state)
    })
    .await;
    // the function goes by the clock of the machine
    app.parts.clock.advance(Clock::system().now() - app.parts.clock.now());
    let writer = app.user("writer").await;
    let project = app.project(&writer, json!({})).await;
    let persona = app.people(project, &writer, 1).await[0];
    let people = readers(&app, project).await;
    let redis = Env::from_process().required("REDIS_URL").expect("REDIS_URL names a Redis");
    let variables = [
        ("DATABASE_URL", app.database.url("sight_app")),
        ("REDIS_URL", redis),
        ("LIMIT_FACTOR", "1000000".to_owned()),
    ];
    let server = Loaded::start(&[&function], &variables);
    let callers = Callers { server, client: platform::http_client(PATIENCE), project };

    let begun = Instant::now();
    let (heard, mut hearing) = mpsc::unbounded_channel();
    for number in 0..sockets {
        callers.listen(&people[number % people.len()], heard.clone()).await;
    }
    println!("{sockets} sockets opened in {:.1} s", begun.elapsed().as_secs_f64());

    let subject = json!({ "kind": "persona", "id": persona });
    if callers.measure(&writer, &subject, &mut hearing, sockets).await {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// How long it took until each of so many sockets had heard, in milliseconds.
async fn everybody(
    hearing: &mut mpsc::UnboundedReceiver<Instant>,
    sockets: usize,
    begun: Instant,
) -> Vec<f64> {
    let mut took = Vec::with_capacity(sockets);
    for _ in 0..sockets {
        let at = tokio::time::timeout(PATIENCE, hearing.recv()).await.unwrap().unwrap();
        took.push(at.duration_since(begun).as_secs_f64() * 1e3);
    }
    took
}

async fn readers(app: &TestApp, project: ProjectId) -> Vec<User> {
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let person = app.user(&format!("reader-{number}")).await;
        app.member(project, &person, Role::Viewer).await;
        people.push(person);
    }
    people
}

impl Callers {
    /// Writes comments and prints what they took. True when the bar holds.
    async fn measure(
        &self,
        writer: &User,
        subject: &Value,
        hearing: &mut mpsc::UnboundedReceiver<Instant>,
        sockets: usize,
    ) -> bool {
        let path = format!("/api/v1/collaboration/projects/{}/comments", self.project);
        let (mut all, mut last) = (Vec::new(), Vec::new());
        let (cpu, ours) = (self.server.cpu_us(), cpu_us(std::process::id()));
        for number in 0..COMMENTS {
            let body = json!({ "subject": subject, "text": format!("Komentarz {number}") });
            let begun = Instant::now();
            let (_, took) =
                tokio::join!(self.post(writer, &path, &body), everybody(hearing, sockets, begun));
            last.push(took.iter().copied().fold(0.0, f64::max));
            all.extend(took);
        }
        let each = (self.server.cpu_us() - cpu) / all.len() as f64;
        let ours = (cpu_us(std::process::id()) - ours) / all.len() as f64;
        println!(
            "{each:.1} µs of its core for each socket that is told, {ours:.1} of the clients'"
        );
        let peak = peak_mb(&self.server.process().to_string()).unwrap();
        println!("{peak:.0} MB at most, {:.1} KiB a socket", peak * 1024.0 / sockets as f64);
        let (middle, worst) = (at(&mut last, 0.5), at(&mut last, 1.0));
        println!("to the last socket: p50 {middle:.1} ms, worst {worst:.1} ms");
        let (p50, p99) = (at(&mut all, 0.5), at(&mut all, 0.99));
        println!("from the request to a socket: p50 {p50:.1} ms");
        let (value, bar) = (format!("{p99:.1}"), format!("{BAR:.0}"));
        verdict("from the request to a socket, p99 in ms", &value, &bar, p99 < BAR)
    }

    async fn post(&self, person: &User, path: &str, body: &Value) -> Value {
        let url = format!("http://{}{path}", self.server.address());
        let request = self.client.post(url).bearer_auth(&person.token);
        let request = request.header("content-type", "application/json").body(body.to_string());
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Opens a socket, waits for its hello, and tells from then on when an event arrives.
    async fn listen(&self, person: &User, heard: mpsc::UnboundedSender<Instant>) {
        let body = json!({ "project_id": self.project });
        let ticket = self.post(person, "/api/v1/collaboration/tickets", &body).await;
        let ticket = ticket["ticket"].as_str().unwrap();
        let address = self.server.address();
        let url = format!("ws://{address}/api/v1/collaboration/socket?ticket={ticket}");
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut socket, _) = client_async(url, stream).await.unwrap();
        let Some(Ok(Message::Text(hello))) = socket.next().await else { panic!("no hello") };
        assert!(hello.contains(r#""type":"hello""#), "{hello}");
        // from here on bytes are looked at and not understood: 5,000 clients share a core, and what they take is not
        // to be measured
        tokio::spawn(hear(socket.into_inner(), heard));
    }
}

/// Tells when an event arrives, until the stream ends.
async fn hear(stream: TcpStream, heard: mpsc::UnboundedSender<Instant>) {
    let mut bytes = [0; 4 << 10];
    while stream.readable().await.is_ok() {
        let at = Instant::now();
        let read = match stream.try_read(&mut bytes) {
            Ok(0) => return,
            Ok(read) => read,
            // readable no more: somebody else's wake-up
            Err(_) => continue,
        };
        for _ in String::from_utf8_lossy(&bytes[..read]).matches(EVENT) {
            let _ = heard.send(at);
        }
    }
}

/// The value below which this share of them lies.
fn at(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}
