//! Callers, each with a connection of its own, who ask again as soon as they are answered.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::future::join_all;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use testkit::Loaded;
use tokio::net::TcpStream;

/// When a load ends.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    /// After this time.
    Over(Duration),
    /// After so many requests.
    Sent(usize),
}

/// Many callers.
pub(crate) struct Load {
    pub(crate) callers: usize,
    pub(crate) until: Until,
}

pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What a load came to.
#[derive(Clone)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// Processor time of the server for one request, in microseconds.
    pub(crate) cpu_us: f64,
}

impl Measured {
    /// The one in the middle by rate: a noisy moment counts neither for nor against.
    pub(crate) fn median(mut all: Vec<Self>) -> Self {
        all.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
        all.swap_remove(all.len() / 2)
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { per_second, p50_ms, p99_ms, cpu_us } = self;
        write!(
            f,
            "{per_second:>8.0} requests/s  p50 {p50_ms:.1} ms  p99 {p99_ms:.1} ms  \
             {cpu_us:.0} µs of the server's core each"
        )
    }
}

impl Load {
    /// Puts it on a server; the nth request is what `request` says.
    pub(crate) async fn run(
        &self,
        server: &Loaded,
        request: impl Fn(usize) -> Request<Empty<Bytes>> + Clone + Send + 'static,
    ) -> Measured {
        let sent = Arc::new(AtomicUsize::new(0));
        let mut connections = Vec::new();
        for _ in 0..self.callers {
            connections.push(connect(server).await);
        }
        let (begun, cpu) = (Instant::now(), server.cpu_us());
        let until = self.until;
        let callers = connections.into_iter().map(|mut connection| {
            let (sent, request) = (Arc::clone(&sent), request.clone());
            tokio::spawn(async move {
                let mut took = Vec::new();
                loop {
                    let i = sent.fetch_add(1, Ordering::Relaxed);
                    let is_over = match until {
                        Until::Over(time) => begun.elapsed() >= time,
                        Until::Sent(count) => i >= count,
                    };
                    if is_over {
                        return took;
                    }
                    let asked = Instant::now();
                    ask(&mut connection, request(i)).await;
                    took.push(asked.elapsed());
                }
            })
        });
        let took = join_all(callers).await.into_iter().flat_map(Result::unwrap).collect();
        measured(took, begun.elapsed(), server.cpu_us() - cpu)
    }
}

fn measured(mut took: Vec<Duration>, over: Duration, cpu_us: f64) -> Measured {
    took.sort_unstable();
    let at = |part: usize| took[(took.len() * part / 100).min(took.len() - 1)].as_secs_f64() * 1e3;
    Measured {
        per_second: took.len() as f64 / over.as_secs_f64(),
        p50_ms: at(50),
        p99_ms: at(99),
        cpu_us: cpu_us / took.len() as f64,
    }
}

async fn connect(server: &Loaded) -> SendRequest<Empty<Bytes>> {
    let stream = TcpStream::connect(server.address()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn ask(connection: &mut SendRequest<Empty<Bytes>>, request: Request<Empty<Bytes>>) -> Answer {
    connection.ready().await.unwrap();
    let answer = connection.send_request(request).await.unwrap();
    let (head, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    assert_eq!(head.status, 200, "{}", String::from_utf8_lossy(&body));
    Answer { headers: head.headers, body }
}

/// One request on a connection of its own.
pub(crate) async fn once(server: &Loaded, request: &Request<Empty<Bytes>>) -> Answer {
    ask(&mut connect(server).await, request.clone()).await
}
