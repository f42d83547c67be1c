//! Connections for single statements, beside the pool.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use crate::Result;

/// One statement takes about a millisecond, so a few connections serve thousands in a second.
const CONNECTIONS: usize = 3;
/// As long as a pool lets its users wait.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection that rested for longer is asked whether it is still there.
const TRUSTED: Duration = Duration::from_secs(1);

const UNRELEASED: &str = "a side connection is there until it is released";

/// A few connections on which nobody begins a transaction.
///
/// Nothing is asked before a statement and nothing after it, where a pool asks twice: a connection
/// comes back only when its user says that the last statement has ended, and every other is closed,
/// so none carries anything to the next user. Whoever writes through them needs no connection of the
/// pool: a request that holds one cannot wait here for itself.
#[derive(Clone)]
pub struct SidePool(Arc<Home>);

struct Home {
    options: PgConnectOptions,
    places: Arc<Semaphore>,
    rest: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    connections: Vec<Resting>,
    /// When a statement last broke off: a restart of the server ends all connections at once.
    doubted_at: Option<Instant>,
}

struct Resting {
    connection: PgConnection,
    since: Instant,
}

/// One connection for one statement. Dropped without [`SideConnection::release`] it is closed.
pub struct SideConnection {
    connection: Option<PgConnection>,
    home: Arc<Home>,
    _place: OwnedSemaphorePermit,
}

impl SidePool {
    /// To the same database as the pool; each connects on first use.
    pub fn beside(pool: &PgPool) -> Self {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let options = (*pool.connect_options()).clone();
        Self(Arc::new(Home { options, places, rest: Mutex::default() }))
    }

    /// Takes a free connection, or waits for one.
    ///
    /// # Errors
    /// When none gets free in time, or the database does not answer.
    pub async fn take(&self) -> Result<SideConnection> {
        let taken = timeout(PATIENCE, async {
            let place = Arc::clone(&self.0.places).acquire_owned().await;
            let place = place.map_err(|_| sqlx::Error::PoolClosed)?;
            let connection = match self.0.rested().await {
                Some(connection) => connection,
                None => PgConnection::connect_with(&self.0.options).await?,
            };
            Ok(SideConnection {
                connection: Some(connection),
                home: Arc::clone(&self.0),
                _place: place,
            })
        });
        taken.await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(Into::into)
    }
}

impl Home {
    async fn rested(&self) -> Option<PgConnection> {
        while let Some((mut resting, is_trusted)) = self.pop() {
            if is_trusted || resting.connection.ping().await.is_ok() {
                return Some(resting.connection);
            }
        }
        None
    }

    /// The connection that rested last, and whether it need not be asked.
    fn pop(&self) -> Option<(Resting, bool)> {
        let mut rest = self.rest();
        let resting = rest.connections.pop()?;
        let is_doubted = rest.doubted_at.is_some_and(|moment| resting.since <= moment);
        let is_trusted = !is_doubted && resting.since.elapsed() < TRUSTED;
        Some((resting, is_trusted))
    }

    fn rest(&self) -> MutexGuard<'_, Idle> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SideConnection {
    /// Gives it back after a statement that has ended.
    pub fn release(mut self) {
        if let Some(connection) = self.connection.take() {
            let resting = Resting { connection, since: Instant::now() };
            // Its place gets free afterwards: whoever waits for it finds the connection.
            self.home.rest().connections.push(resting);
        }
    }
}

impl Drop for SideConnection {
    fn drop(&mut self) {
        if self.connection.is_some() {
            self.home.rest().doubted_at = Some(Instant::now());
        }
    }
}

impl Deref for SideConnection {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect(UNRELEASED)
    }
}

impl DerefMut for SideConnection {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect(UNRELEASED)
    }
}
