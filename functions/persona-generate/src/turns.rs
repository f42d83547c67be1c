//! Work that takes a processor for seconds while somebody waits: so much of it at a time in a process, and none that
//! nobody waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use platform::{Error, Result, turns};

/// What somebody is told who waited for a turn in vain.
const BUSY: &str = "Others ask for the same at this moment. Try it again in a while.";

/// Turns at such work.
pub(crate) struct Turns {
    turns: turns::Turns,
    wait: Duration,
}

/// Says that nobody waits any more, as soon as it is dropped.
#[derive(Default)]
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Turns {
    /// So many at a time, for each of which somebody waits so long at most.
    pub(crate) fn new(at_once: usize, wait: Duration) -> Self {
        Self { turns: turns::Turns::new(at_once), wait }
    }

    /// Works off the threads that serve. The turn is over when the work has ended, whether somebody has waited for it
    /// or not: work that looks at its argument ends soon after they have gone.
    ///
    /// # Errors
    /// `Busy` when no turn was free in time.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T> {
        let turn = tokio::time::timeout(self.wait, self.turns.take()).await;
        let turn = turn.map_err(|_| Error::Busy(BUSY))?;
        let waiting = Waiting::default();
        let is_over = Arc::clone(&waiting.0);
        let done = turn.run(move || work(&is_over)).await;
        drop(waiting);
        Ok(done?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Works until nobody waits.
    fn endless(is_over: &AtomicBool) {
        while !is_over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    async fn until_free(turns: &Turns, count: usize) {
        while turns.turns.free() != count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn a_third_waits_and_is_told_when_it_takes_too_long() {
        let turns = Arc::new(Turns::new(2, Duration::from_millis(20)));
        let at_work = [Arc::clone(&turns), Arc::clone(&turns)]
            .map(|turns| tokio::spawn(async move { turns.work(endless).await }));
        until_free(&turns, 0).await;

        let third = turns.work(|_| ()).await;

        assert!(matches!(third, Err(Error::Busy(_))), "{third:?}");
        for asking in at_work {
            asking.abort();
            assert!(asking.await.unwrap_err().is_cancelled());
        }
    }

    #[tokio::test]
    async fn a_turn_is_free_again_when_the_work_of_somebody_who_hung_up_has_ended() {
        let turns = Arc::new(Turns::new(1, Duration::from_secs(60)));
        let (tell, told) = std::sync::mpsc::channel();
        let asking = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move {
                let work = move |is_over: &AtomicBool| {
                    endless(is_over);
                    told.recv().ok()
                };
                turns.work(work).await
            }
        });
        until_free(&turns, 0).await;

        asking.abort();
        assert!(asking.await.unwrap_err().is_cancelled());
        assert_eq!(turns.turns.free(), 0, "it is still at work");
        tell.send(()).unwrap();

        assert_eq!(turns.work(|_| 7).await.unwrap(), 7);
    }
}
