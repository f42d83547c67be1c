//! Connections for single statements, beside the pool.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use crate::Result;

/// One statement takes about a millisecond, so a few connections serve thousands in a second.
const LINES: usize = 3;
/// As long as a pool lets its users wait.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection that rested for longer is asked whether it is still there.
const TRUSTED: Duration = Duration::from_secs(1);

/// A few connections on which nobody begins a transaction.
///
/// Nothing is asked before a statement and nothing after it, where a pool asks twice: a connection
/// comes back only when its user says that the last statement has ended, and every other is closed,
/// so none carries anything to the next user. Whoever writes through lines needs no connection of the
/// pool: a request that holds one cannot wait here for itself.
#[derive(Clone)]
pub struct Lines(Arc<Home>);

struct Home {
    options: PgConnectOptions,
    places: Arc<Semaphore>,
    resting: Mutex<Vec<Resting>>,
}

struct Resting {
    connection: PgConnection,
    since: Instant,
}

/// One connection for one statement. Dropped without [`Line::release`] it is closed.
pub struct Line {
    connection: PgConnection,
    home: Arc<Home>,
    _place: OwnedSemaphorePermit,
}

impl Lines {
    /// To the same database as the pool; each connects on first use.
    pub fn beside(pool: &PgPool) -> Self {
        let places = Arc::new(Semaphore::new(LINES));
        let options = (*pool.connect_options()).clone();
        Self(Arc::new(Home { options, places, resting: Mutex::default() }))
    }

    /// Takes a free line, or waits for one.
    ///
    /// # Errors
    /// When none gets free in time, or the database does not answer.
    pub async fn take(&self) -> Result<Line> {
        let line = timeout(PATIENCE, async {
            let place = Arc::clone(&self.0.places).acquire_owned().await;
            let place = place.map_err(|_| sqlx::Error::PoolClosed)?;
            let connection = match self.0.rested().await {
                Some(connection) => connection,
                None => PgConnection::connect_with(&self.0.options).await?,
            };
            Ok(Line { connection, home: Arc::clone(&self.0), _place: place })
        });
        line.await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(Into::into)
    }
}

impl Home {
    async fn rested(&self) -> Option<PgConnection> {
        while let Some(mut resting) = self.pop() {
            if resting.since.elapsed() < TRUSTED || resting.connection.ping().await.is_ok() {
                return Some(resting.connection);
            }
        }
        None
    }

    fn pop(&self) -> Option<Resting> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

impl Line {
    /// Gives the line back after a statement that has ended.
    pub fn release(self) {
        let Self { connection, home, _place: place } = self;
        let resting = Resting { connection, since: Instant::now() };
        home.resting.lock().unwrap_or_else(PoisonError::into_inner).push(resting);
        // Only now, so that whoever waits for the place finds the connection.
        drop(place);
    }
}

impl Deref for Line {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Line {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
