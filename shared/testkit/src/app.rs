//! A function under test: its router, its database, a clock that stands still and its messages.

use axum::Router;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use http_body_util::{BodyExt, Collected};
use platform::cache::Cache;
use platform::mail::Mailer;
use platform::postgres::SidePool;
use platform::queue::{Publisher, Verifier};
use platform::rights::Rights;
use platform::storage::Storage;
use platform::{
    Authenticator, Base, Caller, Clock, Env, Ids, Limiter, Serve, Service, WorkerState, model, runs,
};
use serde_json::{Value, json};
use shared::Seed;
use shared::id::{AccountId, ProjectId, SessionId};
use shared::role::Role;
use sqlx::PgPool;
use tower::ServiceExt;
use uuid::Uuid;

use crate::client::Answer;
use crate::database::Database;
use crate::storage::TestStorage;
use crate::token::secret_key;

/// What a function's state is made of in a test.
#[derive(Clone)]
pub struct Parts {
    /// The database of this test.
    pub pool: PgPool,
    /// The same, for single statements.
    pub side: SidePool,
    /// Stands at 2026-01-02 03:04:05 UTC until it is advanced.
    pub clock: Clock,
    pub ids: Ids,
    /// Signs tokens for the test's users.
    pub authenticator: Authenticator,
    /// Keeps messages until the test delivers them.
    pub publisher: Publisher,
    /// Accepts what the test delivers.
    pub verifier: Verifier,
    /// Redis, where the test run has one.
    pub cache: Option<Cache>,
    /// Counts this test's requests, apart from every other test's.
    pub limiter: Limiter,
    /// Tells whose rights have changed.
    pub rights: Rights,
    /// Keeps e-mails until the test looks at them.
    pub mailer: Mailer,
    /// A folder of this test's own.
    pub storage: Storage,
}

impl Parts {
    /// The state of a function that answers.
    pub fn base(&self) -> Base {
        let Self { pool, side, cache, clock, ids, authenticator, limiter, rights, .. } =
            self.clone();
        Base { pool, side, cache, clock, ids, authenticator, limiter, rights }
    }

    /// The state of a function that also works, with this model.
    pub fn worker_state(&self, model: &model::Config) -> WorkerState {
        let queue = (self.publisher.clone(), self.verifier.clone());
        WorkerState::new(&Env::from([]), self.base(), queue, model.clone()).unwrap()
    }
}

/// A function under test.
pub struct TestApp {
    /// What its state was made of.
    pub parts: Parts,
    pub database: Database,
    api: Router,
    push: Router,
    _files: TestStorage,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct User {
    pub id: AccountId,
    pub token: String,
}

impl TestApp {
    /// Starts what `build` makes: once for the public half, once for the workers.
    pub async fn start(build: impl Fn(&Parts) -> Service) -> Self {
        Self::start_on(Database::create().await, build).await
    }

    /// The same on a database of the caller's choice.
    pub async fn start_on(database: Database, build: impl Fn(&Parts) -> Service) -> Self {
        let clock = Clock::manual(DateTime::from_timestamp(1_767_323_045, 0).unwrap());
        let files = TestStorage::folder();
        let pool = database.pool();
        let cache = Cache::connect_patiently(&Env::from_process());
        let prefix = format!("test:{}:limit:", Ids::system().next::<Uuid>().simple());
        let side = SidePool::beside(&pool);
        let parts = Parts {
            authenticator: Authenticator::new(
                side.clone(),
                clock.clone(),
                &secret_key(),
                Duration::minutes(30),
            ),
            pool,
            side,
            ids: Ids::system(),
            publisher: Publisher::recording(),
            verifier: Verifier::local(b"a test's own bus", clock.clone()),
            limiter: Limiter::new(cache.as_ref(), clock.clone()).under(&prefix),
            mailer: Mailer::recording(),
            storage: files.storage.clone(),
            rights: Rights::new(cache.clone()),
            cache,
            clock,
        };
        let (api, push) = halves(&parts, build);
        Self { parts, database, api, push, _files: files }
    }

    /// Another deployment over what the one before has left: what `build` makes from now on.
    pub fn deploy(&mut self, build: impl Fn(&Parts) -> Service) {
        (self.api, self.push) = halves(&self.parts, build);
    }

    /// Somebody new who is signed in, and has proved their address.
    pub async fn user(&self, name: &str) -> User {
        let user = self.newcomer(name).await;
        sqlx::query("update accounts set is_verified = true where id = $1")
            .bind(user.id.0)
            .execute(&self.parts.pool)
            .await
            .unwrap();
        user
    }

    /// Somebody new who is signed in and has not proved their address.
    pub async fn newcomer(&self, name: &str) -> User {
        let (id, session): (AccountId, SessionId) = (self.parts.ids.next(), self.parts.ids.next());
        let now = self.parts.clock.now();
        let email = format!("{name}-{}@example.com", id.0.simple());
        sqlx::query(
            "insert into accounts (id, email, password_hash, full_name, created_at) \
             values ($1, $2, '-', $3, $4)",
        )
        .bind(id.0)
        .bind(&email)
        .bind(name)
        .bind(now)
        .execute(&self.parts.pool)
        .await
        .unwrap();
        sqlx::query(
            "insert into sessions (id, account_id, refresh_hash, created_at, expires_at) \
             values ($1, $2, $3, $4, $5)",
        )
        .bind(session.0)
        .bind(id.0)
        .bind(session.0.as_bytes().as_slice())
        .bind(now)
        .bind(now + Duration::days(3650))
        .execute(&self.parts.pool)
        .await
        .unwrap();
        let token = self.parts.authenticator.sign(id, session, &email).unwrap();
        User { id, token }
    }

    /// The same sign-in with a token that is good from now on.
    pub async fn renewed(&self, user: &User) -> User {
        let (session, email): (Uuid, String) = sqlx::query_as(
            "select s.id, a.email from sessions s join accounts a on a.id = s.account_id \
             where a.id = $1",
        )
        .bind(user.id.0)
        .fetch_one(&self.parts.pool)
        .await
        .unwrap();
        let token = self.parts.authenticator.sign(user.id, SessionId(session), &email).unwrap();
        User { id: user.id, token }
    }

    /// Somebody as a handler sees them, for what is called without a request.
    ///
    /// # Panics
    /// When their token is no longer good.
    pub async fn caller(&self, user: &User) -> Caller {
        self.parts.authenticator.caller(&user.token).await.unwrap()
    }

    /// The address of somebody's account.
    pub async fn email(&self, user: &User) -> String {
        sqlx::query_scalar("select email from accounts where id = $1")
            .bind(user.id.0)
            .fetch_one(&self.parts.pool)
            .await
            .unwrap()
    }

    /// A project of this user, with this target, to which they lend their library as whoever makes one does.
    pub async fn project(&self, owner: &User, target: Value) -> ProjectId {
        let id: ProjectId = self.parts.ids.next();
        sqlx::query(
            "insert into projects (id, owner_id, name, target_demographics, target_sample_size, \
             created_at, updated_at) values ($1, $2, 'Kawa na wynos', $3, 100, $4, $4)",
        )
        .bind(id.0)
        .bind(owner.id.0)
        .bind(target)
        .bind(self.parts.clock.now())
        .execute(&self.parts.pool)
        .await
        .unwrap();
        self.member(id, owner, Role::Admin).await;
        self.lend(id, owner).await;
        id
    }

    /// Lends a member's library to a project, as by their own request.
    pub async fn lend(&self, project: ProjectId, user: &User) {
        sqlx::query(
            "insert into project_libraries (project_id, account_id, lent_at) values ($1, $2, $3)",
        )
        .bind(project.0)
        .bind(user.id.0)
        .bind(self.parts.clock.now())
        .execute(&self.parts.pool)
        .await
        .unwrap();
    }

    /// Makes somebody a member of a project.
    pub async fn member(&self, project: ProjectId, user: &User, role: Role) {
        sqlx::query(
            "insert into project_members (project_id, account_id, role, created_at) \
             values ($1, $2, $3, $4)",
        )
        .bind(project.0)
        .bind(user.id.0)
        .bind(role.as_str())
        .bind(self.parts.clock.now())
        .execute(&self.parts.pool)
        .await
        .unwrap();
    }

    /// GET as somebody.
    pub async fn get(&self, user: &User, path: &str) -> Answer {
        self.send(Method::GET, path, Some(&user.token), None).await
    }

    /// POST as somebody.
    pub async fn post(&self, user: &User, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(&user.token), Some(body)).await
    }

    /// POST as somebody, with an `Idempotency-Key`.
    pub async fn post_named(&self, user: &User, path: &str, key: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header(AUTHORIZATION, format!("Bearer {}", user.token))
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body.to_string()))
            .unwrap();
        answer(&self.api, request).await
    }

    /// PUT as somebody.
    pub async fn put(&self, user: &User, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(&user.token), Some(body)).await
    }

    /// DELETE as somebody, with a body where the contract has one.
    pub async fn delete(&self, user: &User, path: &str, body: Option<Value>) -> Answer {
        self.send(Method::DELETE, path, Some(&user.token), body).await
    }

    /// Any request, with or without a token.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(&method).uri(path);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        answer(&self.api, request.body(body).unwrap()).await
    }

    /// POST by nobody, as a proxy passes it on with this `X-Forwarded-For`.
    pub async fn post_from(&self, forwarded: &str, path: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header("x-forwarded-for", forwarded)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        answer(&self.api, request).await
    }

    /// POST of a form with one file in the field `file`, and these other fields.
    pub async fn upload(
        &self,
        token: Option<&str>,
        path: &str,
        (file_name, content_type, file): (&str, &str, &[u8]),
        fields: &[(&str, &str)],
    ) -> Answer {
        answer(&self.api, form(token, path, (file_name, content_type, file), fields)).await
    }

    /// Any request that is overtaken by another: its body comes when the other has been answered, long
    /// after it was let in.
    pub async fn overtaken(&self, request: Request<Body>, by: Request<Body>) -> Answer {
        let (head, body) = request.into_parts();
        let other = self.api();
        let late = async move {
            let status = other.oneshot(by).await.unwrap().status();
            assert!(status.is_success(), "the other request got {status}");
            body.collect().await.map(Collected::to_bytes)
        };
        let body = Body::from_stream(futures::stream::once(late));
        answer(&self.api, Request::from_parts(head, body)).await
    }

    /// The public half, for requests that need more.
    pub fn api(&self) -> Router {
        self.api.clone()
    }

    /// Delivers one payload to a worker as Pub/Sub would.
    pub async fn push(&self, topic: &str, payload: &Value) -> Answer {
        let token = self.parts.verifier.sign().unwrap();
        self.push_as(topic, payload, &token).await
    }

    /// Delivers one payload with a token of one's own.
    pub async fn push_as(&self, topic: &str, payload: &Value, token: &str) -> Answer {
        let data = STANDARD.encode(payload.to_string());
        let envelope = json!({ "message": { "data": data }, "subscription": topic });
        let request = Request::post(format!("/internal/events/{topic}"))
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(envelope.to_string()))
            .unwrap();
        answer(&self.push, request).await
    }

    /// Delivers each of these payloads five times, all at once and in a shuffled order, as a queue may that is in
    /// trouble: the worker takes every one.
    pub async fn push_shuffled(&self, topic: &str, payloads: &[Value]) {
        let mut order: Vec<usize> = (0..payloads.len() * 5).collect();
        order.sort_by_key(|&place| Seed(9).child("order", place as u64).0);
        let pushes = order.iter().map(|place| async move {
            self.push(topic, &payloads[place % payloads.len()]).await.expect(204)
        });
        futures::future::join_all(pushes).await;
    }

    /// Delivers every kept message, and those that come of it, once each. Returns how many.
    pub async fn deliver_all(&self) -> usize {
        let mut delivered = 0;
        loop {
            let messages = self.parts.publisher.take();
            if messages.is_empty() {
                return delivered;
            }
            for message in messages {
                let payload = serde_json::from_str(&message.json).unwrap();
                self.push(&message.topic, &payload).await.expect(204);
                delivered += 1;
            }
        }
    }

    /// Lets the time come until which something is put off, sweeps, and delivers what comes of it. Returns
    /// how many messages: none when nothing is put off.
    pub async fn deliver_put_off(&self) -> usize {
        const NEXT: &str = "select min(not_before) from run_shards where state <> 'done'";
        let (pool, clock) = (&self.parts.pool, &self.parts.clock);
        let next: Option<DateTime<Utc>> = sqlx::query_scalar(NEXT).fetch_one(pool).await.unwrap();
        let Some(next) = next else { return 0 };
        // A message of the minute before is not repeated.
        clock.advance((next - clock.now()).max(Duration::zero()) + Duration::seconds(61));
        runs::republish(pool, &self.parts.publisher, clock.now()).await.unwrap();
        self.deliver_all().await
    }

    /// How many audit lines of this action a subject has.
    pub async fn audited(&self, subject: Uuid, action: &str) -> i64 {
        sqlx::query_scalar("select count(*) from audit_log where subject_id = $1 and action = $2")
            .bind(subject)
            .bind(action)
            .fetch_one(&self.parts.pool)
            .await
            .unwrap()
    }
}

/// The public half of a function and its workers.
fn halves(parts: &Parts, build: impl Fn(&Parts) -> Service) -> (Router, Router) {
    let env = Env::from([("TRUSTED_PROXIES", "1")]);
    let half = |serve| build(parts).router("test", serve, &env, Ids::system());
    (half(Serve::Api), half(Serve::Push))
}

/// POST of a form, as [`TestApp::upload`] sends it.
pub fn form(
    token: Option<&str>,
    path: &str,
    (file_name, content_type, file): (&str, &str, &[u8]),
    fields: &[(&str, &str)],
) -> Request<Body> {
    const EDGE: &str = "an-edge-that-no-file-has";
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("content-disposition: form-data; name=\"{name}\"");
        body.extend(format!("--{EDGE}\r\n{head}\r\n\r\n{value}\r\n").bytes());
    }
    let head = format!("content-disposition: form-data; name=\"file\"; filename=\"{file_name}\"");
    let head = format!("--{EDGE}\r\n{head}\r\ncontent-type: {content_type}\r\n\r\n");
    body.extend(head.bytes());
    body.extend_from_slice(file);
    body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
    let mut request =
        Request::post(path).header(CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"));
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(Body::from(body)).unwrap()
}

async fn answer(router: &Router, request: Request<Body>) -> Answer {
    let what = format!("{} {}", request.method(), request.uri());
    let response = router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: head.status, headers: head.headers, body, what }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let left = self.parts.publisher.take();
        if !std::thread::panicking() {
            assert!(left.is_empty(), "messages that nobody delivered: {left:?}");
        }
    }
}
