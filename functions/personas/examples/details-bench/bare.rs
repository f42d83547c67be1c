//! The bare service: hyper, the same statements, the same calls of Redis, the same bytes, and nothing
//! else: no routes, no tokens, no layers.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use chrono::Utc;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use platform::cache::Cache;
use platform::postgres::SidePool;
use platform::{Env, Ids, postgres};
use redis::{AsyncCommands, Script};
use serde_json::json;
use sqlx::Row;
use tokio::net::TcpListener;
use uuid::Uuid;

/// As `platform::auth` asks.
const CALLER: &str = "select a.plan, a.is_active, a.is_system_admin, a.deleted_at is not null, \
    s.created_at, s.ended_at is not null or s.expires_at <= $3 from accounts a join sessions s \
    on s.account_id = a.id where a.id = $1 and s.id = $2";
const VIEW: &str = include_str!("../../src/store/view.sql");
const WINDOW: &str = include_str!("../../../../shared/platform/src/limit/window.lua");

struct State {
    side: SidePool,
    cache: Cache,
    ids: Ids,
    window: Script,
    account: Uuid,
    session: Uuid,
    persona: Uuid,
    headers: HeaderMap,
    body: Bytes,
}

/// Serves the answer in this file.
pub(crate) async fn serve(answer: &Path) {
    let env = Env::from_process();
    let state = Arc::new(State::new(&env, answer));
    let port = env.required::<u16>("PORT").unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let state = Arc::clone(&state);
        let service = service_fn(move |_| {
            let state = Arc::clone(&state);
            async move { Ok::<_, Infallible>(state.answer().await) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

impl State {
    fn new(env: &Env, answer: &Path) -> Self {
        let answer = std::fs::read(answer).unwrap();
        let end = answer.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        // What hyper writes by itself.
        let own = ["content-length", "date"];
        let headers = head.lines().filter_map(|line| line.split_once(": "));
        let headers = headers.filter(|(name, _)| !own.contains(name)).map(|(name, value)| {
            (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())
        });
        let id = |name| env.required::<Uuid>(name).unwrap();
        Self {
            side: SidePool::beside(&postgres::connect(env).unwrap()),
            cache: Cache::connect(env).unwrap(),
            ids: Ids::system(),
            window: Script::new(WINDOW),
            account: id("BENCH_ACCOUNT"),
            session: id("BENCH_SESSION"),
            persona: id("BENCH_PERSONA"),
            headers: headers.collect(),
            body: Bytes::copy_from_slice(&answer[end + 2..]),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a bare service has no clock to inject")]
    async fn answer(&self) -> Response<Full<Bytes>> {
        let now = Utc::now();
        let mut line = self.side.take().await.unwrap();
        let caller = sqlx::query(CALLER).bind(self.account).bind(self.session).bind(now);
        caller.fetch_one(&mut *line).await.unwrap();
        line.release();
        let mut redis = self.cache.connection();
        let mut window = self.window.key(format!("sight:limit:bare:{}", self.account));
        window.arg(now.timestamp_millis()).arg(3_600_000).arg(i32::MAX);
        let _: (bool, u32, i64) = window.invoke_async(&mut redis).await.unwrap();
        let mut line = self.side.take().await.unwrap();
        let rows = sqlx::query(VIEW)
            .bind(self.persona)
            .bind(self.account)
            .bind(self.ids.next::<Uuid>())
            .bind(now)
            .bind(json!({ "source": "detail_view" }))
            .bind("127.0.0.1")
            .bind("bench")
            .fetch_all(&mut *line)
            .await
            .unwrap();
        line.release();
        let version: i32 = rows[0].get("version");
        let key = format!("persona_details:{}:{version}.0.0", self.persona);
        let kept: Option<Vec<u8>> = redis.get(key).await.unwrap();
        assert!(kept.is_some(), "it is kept");
        let mut response = Response::new(Full::new(self.body.clone()));
        *response.headers_mut() = self.headers.clone();
        response
    }
}
