//! How fast a change reaches everybody: `collaboration-bench [SOCKETS]` opens so many sockets of one project on one
//! process (5,000, or what the limit of open files allows), writes comments, and prints how long each took from its
//! request to every socket. It needs the services of the tests.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at what is wrong"
)]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use collaboration::{AppState, Pace};
use futures::StreamExt;
use platform::{Base, service};
use serde_json::{Value, json};
use shared::id::ProjectId;
use shared::role::Role;
use testkit::{TestApp, User};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

const MOST_SOCKETS: usize = 5_000;
/// People whom the sockets belong to.
const PEOPLE: usize = 50;
/// Comments that are measured.
const COMMENTS: usize = 20;
/// Files of this process beside its sockets.
const OTHER_FILES: usize = 200;
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    let wanted = std::env::args().nth(1).map_or(MOST_SOCKETS, |text| text.parse().unwrap());
    let sockets = wanted.min(allowed());
    let app = TestApp::start(|parts| {
        let limiter = parts.limiter.clone().times(1_000);
        let base = Base { limiter, ..parts.base() };
        collaboration::routes(AppState::at_pace(base, parts.publisher.clone(), Pace::default()))
    })
    .await;
    let writer = app.user("writer").await;
    let project = app.project(&writer, json!({})).await;
    let persona = app.people(project, &writer, 1).await[0];
    let people = readers(&app, project).await;
    let address = serve(&app).await;
    let before = resident_kib();
    let begun = Instant::now();
    let (heard, mut hearing) = mpsc::unbounded_channel();
    for number in 0..sockets {
        let person = &people[number % people.len()];
        listen(&app, project, person, address, heard.clone()).await;
    }
    println!("{sockets} sockets opened in {:.1} s", begun.elapsed().as_secs_f64());
    println!("{:.1} KiB a socket, client and server", (resident_kib() - before) / sockets as f64);

    let path = format!("/api/v1/collaboration/projects/{project}/comments");
    let subject = json!({ "kind": "persona", "id": persona });
    let (mut all, mut last) = (Vec::new(), Vec::new());
    for number in 0..COMMENTS {
        let body = json!({ "subject": subject, "text": format!("Komentarz {number}") });
        let begun = Instant::now();
        app.post(&writer, &path, body).await.expect(201);
        let mut took = Vec::with_capacity(sockets);
        for _ in 0..sockets {
            let at: Instant =
                tokio::time::timeout(PATIENCE, hearing.recv()).await.unwrap().unwrap();
            took.push(at.duration_since(begun).as_secs_f64() * 1e3);
        }
        last.push(took.iter().copied().fold(0.0, f64::max));
        all.extend(took);
    }
    println!(
        "from the request to a socket: p50 {:.1} ms, p99 {:.1} ms",
        at(&mut all, 0.5),
        at(&mut all, 0.99)
    );
    println!(
        "to the last of them: p50 {:.1} ms, worst {:.1} ms",
        at(&mut last, 0.5),
        at(&mut last, 1.0)
    );
}

/// How many sockets this process may open, each with both ends in it.
fn allowed() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let files: usize = line.split_whitespace().nth(3).unwrap().parse().unwrap_or(usize::MAX);
    files.saturating_sub(OTHER_FILES) / 2
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

async fn serve(app: &TestApp) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(service::serve_until(listener, app.api(), std::future::pending()));
    address
}

/// Opens a socket, waits for its hello, and tells from then on when an event arrives.
async fn listen(
    app: &TestApp,
    project: ProjectId,
    person: &User,
    address: SocketAddr,
    heard: mpsc::UnboundedSender<Instant>,
) {
    let body = json!({ "project_id": project });
    let ticket = app.post(person, "/api/v1/collaboration/tickets", body).await.expect(201);
    let ticket = ticket["ticket"].as_str().unwrap();
    let url = format!("ws://{address}/api/v1/collaboration/socket?ticket={ticket}");
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut socket, _) = client_async(url, stream).await.unwrap();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let mut ready = Some(ready);
        while let Some(Ok(message)) = socket.next().await {
            let at = Instant::now();
            let Message::Text(text) = message else { continue };
            let frame: Value = serde_json::from_str(&text).unwrap();
            match frame["type"].as_str() {
                Some("hello") => drop(ready.take().map(|ready| ready.send(()))),
                Some("event") => drop(heard.send(at)),
                _ => {}
            }
        }
    });
    is_ready.await.unwrap();
}

/// The value below which this share of them lies.
fn at(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}

/// Memory of this process that is in use.
fn resident_kib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
