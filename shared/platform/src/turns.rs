//! Work that takes much of a machine: so much of it at a time in a process, whether somebody still waits for it or not.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Result, off_thread};

/// Turns at some work. Clones share them.
#[derive(Debug, Clone)]
pub struct Turns(Arc<Semaphore>);

/// A turn, until it is dropped.
#[derive(Debug)]
pub struct TurnPermit {
    _permit: OwnedSemaphorePermit,
}

impl Turns {
    /// So many at a time.
    pub fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// How many nobody has.
    pub fn free(&self) -> usize {
        self.0.available_permits()
    }

    /// Waits for a turn.
    pub async fn take(&self) -> TurnPermit {
        let permit = Arc::clone(&self.0).acquire_owned().await;
        TurnPermit { _permit: permit.expect("nobody closes the turns") }
    }

    /// Waits for a turn and works in it, as [`TurnPermit::run`].
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let (done, _turn) = self.take().await.run(work).await?;
        Ok(done)
    }
}

impl TurnPermit {
    /// Works off the threads that serve. The turn goes along: work that has begun goes on to its end, also when nobody
    /// waits for it any more, and nobody else has its turn before. What is made comes back with the turn, for whoever
    /// needs it further.
    ///
    /// # Errors
    /// When the work panics; then the turn is over.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(T, Self)> {
        off_thread(move || (work(), self)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_is_free_again_when_the_work_of_somebody_who_hung_up_has_ended() {
        let turns = Turns::new(1);
        let (tell, told) = std::sync::mpsc::channel::<()>();
        let asking = tokio::spawn({
            let turns = turns.clone();
            async move { turns.run(move || told.recv().is_ok()).await }
        });
        while turns.free() > 0 {
            tokio::task::yield_now().await;
        }

        asking.abort();
        assert!(asking.await.unwrap_err().is_cancelled());
        assert_eq!(turns.free(), 0, "it is still at work");
        tell.send(()).unwrap();

        assert_eq!(turns.run(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_turn_lasts_until_what_was_made_in_it_is_let_go() {
        let turns = Turns::new(1);

        let (made, turn) = turns.take().await.run(|| 7).await.unwrap();

        assert_eq!((made, turns.free()), (7, 0));
        drop(turn);
        assert_eq!(turns.free(), 1);
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_turn_back() {
        let turns = Turns::new(1);

        let broken = turns.run(|| -> u8 { panic!("it is broken") }).await;

        assert!(broken.is_err());
        assert_eq!(turns.free(), 1);
    }
}
