//! Work that takes a processor for seconds while somebody waits: so much of it at a time in a process, and none that
//! nobody waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use platform::{Error, Result, off_thread};
use tokio::sync::Semaphore;

/// What somebody is told who waited for a turn in vain.
const BUSY: &str = "Others ask for the same at this moment. Try it again in a while.";

/// Turns at such work.
pub(crate) struct Turns {
    places: Arc<Semaphore>,
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
    pub(crate) fn new(places: usize, wait: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), wait }
    }

    /// Works off the threads that serve. The place is free again when the work has ended, whether somebody has waited
    /// for it or not: work that looks at its argument ends soon after they have gone.
    ///
    /// # Errors
    /// `Busy` when no place was free in time.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T> {
        let place = Arc::clone(&self.places).acquire_owned();
        let place = tokio::time::timeout(self.wait, place).await.map_err(|_| Error::Busy(BUSY))?;
        let place = place.map_err(|error| Error::Internal(error.into()))?;
        let waiting = Waiting::default();
        let is_over = Arc::clone(&waiting.0);
        let done = off_thread(move || {
            let _place = place;
            work(&is_over)
        });
        let done = done.await;
        drop(waiting);
        done
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

    async fn until_free(turns: &Turns, places: usize) {
        while turns.places.available_permits() != places {
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
    async fn a_place_is_free_again_when_the_work_of_somebody_who_hung_up_has_ended() {
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
        assert_eq!(turns.places.available_permits(), 0, "it is still at work");
        tell.send(()).unwrap();

        assert_eq!(turns.work(|_| 7).await.unwrap(), 7);
    }
}
