//! How many event streams and sockets a person has open: each lives long, so requests a minute do not bound them.
//!
//! A process counts its own exactly, because a stream that ends gives its place back. All processes together
//! count in Redis, where a place has an end that its stream moves on while it lives: one whose process died
//! frees itself. While Redis is away each process counts alone.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::Script;
use shared::id::AccountId;
use uuid::Uuid;

use super::Limiter;
use crate::Ids;

/// The most that a person has open at a time: a dashboard with a few projects at work, in two windows.
pub const MOST_STREAMS: u32 = 8;
/// The most of all people together in one process: each asks about its watcher's rights four times a minute, so
/// these are 34 small queries a second, and with what a stream holds some ten megabytes.
pub const MOST_IN_PROCESS: u32 = 512;
/// The most sockets that a person has open at a time, each of one tab.
pub const MOST_SOCKETS: u32 = 8;
/// Sockets ask nothing each on their own, so a process carries more of them; Cloud Run sends it no more than its
/// concurrency allows.
const MOST_SOCKETS_IN_PROCESS: u32 = 5_000;
/// How long a place is kept after its last sign of life. A stream gives three in this time.
const LIFE: Duration = Duration::from_secs(45);

static PLACES: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("streams.lua")));

/// Streams or sockets, and how many of them there may be.
pub(super) struct StreamKind {
    bucket: &'static str,
    most: u32,
    most_in_process: u32,
}

pub(super) static STREAMS: StreamKind =
    StreamKind { bucket: "streams", most: MOST_STREAMS, most_in_process: MOST_IN_PROCESS };
pub(super) static SOCKETS: StreamKind =
    StreamKind { bucket: "sockets", most: MOST_SOCKETS, most_in_process: MOST_SOCKETS_IN_PROCESS };

/// The open streams of one kind in this process.
#[derive(Clone)]
pub(super) struct Streams {
    kind: &'static StreamKind,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    by_person: HashMap<AccountId, u32>,
    all: u32,
}

/// Why there is no place for one more stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The person has as many as one may.
    Person,
    /// The process has as many as it carries; another may have room.
    Process,
}

impl Streams {
    pub(super) fn of(kind: &'static StreamKind) -> Self {
        Self { kind, open: Arc::default() }
    }

    fn enter(&self, account: AccountId, most: u32) -> Result<(), Full> {
        let mut open = self.open();
        if open.all >= self.kind.most_in_process {
            return Err(Full::Process);
        }
        let count = open.by_person.entry(account).or_default();
        if *count >= most {
            return Err(Full::Person);
        }
        *count += 1;
        open.all += 1;
        Ok(())
    }

    fn leave(&self, account: AccountId) {
        let mut open = self.open();
        if let Some(count) = open.by_person.get_mut(&account) {
            *count -= 1;
            if *count == 0 {
                open.by_person.remove(&account);
            }
            open.all -= 1;
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one stream or socket: dropping it gives it back.
pub struct StreamPlace {
    limiter: Limiter,
    among: Streams,
    account: AccountId,
    id: Uuid,
}

impl Limiter {
    /// A place for one more event stream of this person.
    ///
    /// # Errors
    /// When they have as many as one may, or this process as many as it carries.
    pub async fn stream(&self, account: AccountId) -> Result<StreamPlace, Full> {
        self.open_place(&self.streams, account).await
    }

    /// A place for one more socket of this person.
    pub async fn socket(&self, account: AccountId) -> Result<StreamPlace, Full> {
        self.open_place(&self.sockets, account).await
    }

    async fn open_place(&self, among: &Streams, account: AccountId) -> Result<StreamPlace, Full> {
        among.enter(account, among.kind.most.saturating_mul(self.factor))?;
        let (limiter, among) = (self.clone(), among.clone());
        let place = StreamPlace { limiter, among, account, id: Ids::system().next() };
        if place.take().await { Ok(place) } else { Err(Full::Person) }
    }
}

impl StreamPlace {
    /// Keeps the place for a while longer.
    pub async fn keep(&self) {
        self.take().await;
    }

    /// Takes the place among all processes, or keeps it; true as well while Redis is away.
    async fn take(&self) -> bool {
        let Some(cache) = &self.limiter.cache else { return true };
        let mut redis = cache.connection();
        let now = self.limiter.clock.now().timestamp_millis();
        let life = i64::try_from(LIFE.as_millis()).unwrap_or(i64::MAX);
        let mut call = PLACES.key(self.key());
        call.arg(now).arg(life).arg(self.id.to_string()).arg(self.most());
        cache.ask(call.invoke_async::<bool>(&mut redis)).await.unwrap_or(true)
    }

    fn key(&self) -> String {
        format!("{}{}:{}", self.limiter.prefix, self.among.kind.bucket, self.account)
    }

    fn most(&self) -> u32 {
        self.among.kind.most.saturating_mul(self.limiter.factor)
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        self.among.leave(self.account);
        let (Some(cache), Ok(runtime)) =
            (self.limiter.cache.clone(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let (key, id) = (self.key(), self.id.to_string());
        runtime.spawn(async move {
            let mut redis = cache.connection();
            let mut gone = redis::cmd("ZREM");
            gone.arg(key).arg(id);
            let _: Option<i64> = cache.ask(gone.query_async(&mut redis)).await;
        });
    }
}
