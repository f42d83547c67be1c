//! The data: one account, one study, a few thousand people of 30 KB each, and their trails.

use std::sync::Arc;

use bytes::Bytes;
use chrono::Duration;
use http::Request;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION};
use http_body_util::Empty;
use offline::writer;
use platform::postgres::SidePool;
use platform::{Authenticator, Clock, Env, Ids};
use population::{Plan, Population};
use redis::AsyncCommands;
use secrecy::SecretString;
use serde_json::json;
use shared::persona::{Brief, Segment};
use shared::{Language, Seed};
use sqlx::PgPool;
use testkit::Database;
use uuid::Uuid;

use crate::load::Answer;

const PEOPLE: i32 = 4_000;
/// Length of an answer's text, before it is compressed.
const BODY: usize = 30 * 1024;
const SECRET: &str = "a secret of thirty-two bytes or more";

pub(crate) struct Study {
    pub(crate) requests: Requests,
    database: Database,
    account: Uuid,
    session: Uuid,
}

/// What callers send.
#[derive(Clone)]
pub(crate) struct Requests {
    ids: Arc<[Uuid]>,
    token: Arc<str>,
}

impl Study {
    pub(crate) async fn new() -> Self {
        let database = Database::create().await;
        let pool = database.pool();
        let (clock, new) = (Clock::system(), Ids::system());
        let [account, session, project, population] = [(); 4].map(|()| new.next::<Uuid>());
        let email = format!("{account}@example.com");
        let now = clock.now();
        sqlx::query(
            "with a as (insert into accounts (id, email, password_hash, full_name, plan, created_at) \
                 values ($1, $5, '-', 'Ana', 'pro', $6)), \
             s as (insert into sessions (id, account_id, refresh_hash, created_at, expires_at) \
                 values ($2, $1, 'x', $6, $6 + interval '1 day')), \
             p as (insert into projects (id, owner_id, name, target_demographics, \
                 target_sample_size, created_at, updated_at) values ($3, $1, 'Kawa', '{}', 9, $6, $6)), \
             m as (insert into project_members (project_id, account_id, role, created_at) \
                 values ($3, $1, 'viewer', $6)) \
             insert into populations (id, project_id, seed, plan, plan_hash, engine_version, \
                 language, next_index, created_at) values ($4, $3, 7, '{}', '', 1, 'pl', $7, $6)",
        )
        .bind(account)
        .bind(session)
        .bind(project)
        .bind(population)
        .bind(&email)
        .bind(now)
        .bind(PEOPLE)
        .execute(&pool)
        .await
        .unwrap();
        let ids = people(&pool, account, project, population).await;
        let side = SidePool::beside(&pool);
        let authenticator =
            Authenticator::new(side, clock, &SecretString::from(SECRET), Duration::hours(1));
        let token = authenticator.sign(account.into(), session.into(), &email).unwrap();
        let requests = Requests { ids: ids.into(), token: token.into() };
        Self { requests, database, account, session }
    }

    /// What the services read.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let redis = Env::from_process().required("REDIS_URL").expect("REDIS_URL names a Redis");
        vec![
            ("DATABASE_URL", self.database.url("sight_app")),
            ("REDIS_URL", redis),
            ("SECRET_KEY", SECRET.to_owned()),
            ("LIMIT_FACTOR", "1000000".to_owned()),
            ("ENVIRONMENT", "production".to_owned()),
            ("TRUSTED_PROXIES", "0".to_owned()),
            ("BENCH_ACCOUNT", self.account.to_string()),
            ("BENCH_SESSION", self.session.to_string()),
            ("BENCH_PERSONA", self.requests.ids[0].to_string()),
        ]
    }

    /// Drops what Redis keeps of these people.
    pub(crate) async fn forget(&self) {
        let cache = platform::cache::Cache::connect(&Env::from_process()).unwrap();
        let keys: Vec<String> =
            self.requests.ids.iter().map(|id| format!("persona_details:{id}:1.0.0")).collect();
        let () = cache.connection().del(keys).await.unwrap();
    }

    /// Size of an answer's text.
    pub(crate) fn body_kb(&self, answer: &Answer) -> f64 {
        use std::io::Read;
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut text).unwrap();
        text.len() as f64 / 1024.0
    }
}

impl Requests {
    pub(crate) fn people(&self) -> usize {
        self.ids.len()
    }

    /// For the details of one of them, as a browser asks.
    pub(crate) fn of(&self, i: usize) -> Request<Empty<Bytes>> {
        let id = self.ids[i % self.ids.len()];
        Request::get(format!("/api/v1/personas/{id}/details"))
            .header("host", "localhost")
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(ACCEPT_ENCODING, "gzip, deflate, br, zstd")
            .body(Empty::new())
            .unwrap()
    }
}

/// People who differ only in their ids, each with twenty views on record.
async fn people(pool: &PgPool, account: Uuid, project: Uuid, population: Uuid) -> Vec<Uuid> {
    let drawn = Population::new(&Plan::everyone(), Seed(7));
    let mut story = String::new();
    let brief = Brief::default();
    for card in drawn.cards(0..500) {
        if story.len() < BODY - 6_000 {
            story += &writer::write(&card, &brief, Language::Polish, Seed(1)).background_story;
        }
    }
    let card = drawn.cards(0..1).remove(0);
    let ids = sqlx::query_scalar(
        "insert into personas (id, project_id, population_id, population_index, language, card, \
             headline, background_story, manner, segment_id, written_by, is_simulated, \
             prompt_version, created_by, created_at, updated_at) \
         select gen_random_uuid(), $1, $2, i, 'pl', $3, 'Nagłówek', $4, '{}', $5, 'offline', true, \
             'persona.v1', $6, $7, $7 from generate_series(0, $8 - 1) i returning id",
    )
    .bind(project)
    .bind(population)
    .bind(json!(card))
    .bind(&story)
    .bind(Segment::of(&card).id())
    .bind(account)
    .bind(Clock::system().now())
    .bind(PEOPLE)
    .fetch_all(pool)
    .await
    .unwrap();
    sqlx::query(
        "insert into audit_log (id, at, account_id, project_id, subject_kind, subject_id, action, \
             details) \
         select gen_random_uuid(), $1, $2, $3, 'persona', p.id, 'view', \
             '{\"source\": \"detail_view\"}' from personas p, generate_series(1, 20)",
    )
    .bind(Clock::system().now())
    .bind(account)
    .bind(project)
    .execute(pool)
    .await
    .unwrap();
    ids
}
