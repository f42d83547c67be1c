//! One reading of a run for all who watch it in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use platform::runs::RunView;
use shared::id::RunId;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::{sleep, timeout};

use crate::AppState;
use crate::run::view;

/// Without a hint a row is read this often.
pub(crate) const POLL: Duration = Duration::from_secs(2);
/// Hints closer together than this are one reading.
const AT_MOST_EVERY: Duration = Duration::from_millis(150);

/// What was last read of a run.
#[derive(Debug, Clone)]
pub(crate) enum Reading {
    /// Nothing since somebody has watched it.
    None,
    /// The run as it stands.
    Run(Arc<RunView>),
    /// It cannot be read: its watchers come back.
    Lost,
}

/// The runs that are watched in this process. Clones share them.
#[derive(Clone)]
pub struct Readings {
    by_run: Arc<Mutex<ByRun>>,
    /// Without a hint a row is read this often.
    poll: Duration,
}

impl Default for Readings {
    fn default() -> Self {
        Self::every(POLL)
    }
}

type ByRun = HashMap<RunId, watch::Sender<Reading>>;

impl Readings {
    /// None yet; each is made so often without a hint.
    pub(crate) fn every(poll: Duration) -> Self {
        Self { by_run: Arc::default(), poll }
    }

    /// The readings of a run from now on. The first watcher starts them.
    pub(crate) async fn watch(&self, state: &AppState, run: RunId) -> watch::Receiver<Reading> {
        // Subscribed before the watcher's own first look, so that no change falls between.
        let hints = state.engine.announcer.listen().await;
        let mut runs = self.runs();
        if let Some(known) = runs.get(&run) {
            return known.subscribe();
        }
        let (told, readings) = watch::channel(Reading::None);
        runs.insert(run, told.clone());
        tokio::spawn(read(self.clone(), state.clone(), run, hints, told));
        readings
    }

    /// Whether nobody watches the run any more; then it is forgotten.
    fn is_left(&self, run: RunId, told: &watch::Sender<Reading>) -> bool {
        let mut runs = self.runs();
        let is_left = told.is_closed();
        if is_left {
            runs.remove(&run);
        }
        is_left
    }

    /// Tells the last reading. Who comes now has the run read anew.
    fn end(&self, run: RunId, told: &watch::Sender<Reading>, last: Reading) {
        self.runs().remove(&run);
        told.send_replace(last);
    }

    /// How many runs are being read.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.runs().len()
    }

    /// Waits until none is.
    #[cfg(test)]
    pub(crate) async fn until_left(&self) {
        while self.count() > 0 {
            tokio::task::yield_now().await;
        }
    }

    fn runs(&self) -> MutexGuard<'_, ByRun> {
        self.by_run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the run whenever a hint comes, and now and then without one, until it has ended or nobody watches.
async fn read(
    readings: Readings,
    state: AppState,
    run: RunId,
    mut hints: broadcast::Receiver<RunId>,
    told: watch::Sender<Reading>,
) {
    loop {
        tokio::select! {
            () = hint_for(run, &mut hints, readings.poll) => {}
            () = told.closed() => {}
        }
        if readings.is_left(run, &told) {
            return;
        }
        match view(&state, run).await {
            Ok(view) if view.status.is_final() => {
                return readings.end(run, &told, Reading::Run(Arc::new(view)));
            }
            Ok(view) => drop(told.send_replace(Reading::Run(Arc::new(view)))),
            Err(_) => return readings.end(run, &told, Reading::Lost),
        }
        sleep(AT_MOST_EVERY).await;
    }
}

/// Waits for a hint about this run, but no longer than the time to look anyway.
async fn hint_for(run: RunId, hints: &mut broadcast::Receiver<RunId>, poll: Duration) {
    let hint = async {
        loop {
            match hints.recv().await {
                Ok(id) if id == run => return,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    };
    // Without a hint it is time to look anyway.
    let _ = timeout(poll, hint).await;
}
