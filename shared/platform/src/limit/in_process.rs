//! Counting in this process only, while Redis is away.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::class::Rate;
use super::quota::Quota;
use super::window::Window;

/// More keys than this are looked through for those that are over.
const MANY: usize = 10_000;

#[derive(Default)]
pub(super) struct InProcess(Mutex<Windows>);

#[derive(Default)]
struct Windows {
    by_key: HashMap<String, (Rate, Window)>,
    /// Milliseconds of the last look.
    swept_at: i64,
}

impl InProcess {
    pub(super) fn take(&self, key: &str, rate: Rate, now: i64) -> Quota {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        windows.sweep(now);
        let known = windows.by_key.entry(key.to_owned());
        let (_, window) = known.or_insert_with(|| (rate, Window::default()));
        window.take(rate, now)
    }

    pub(super) fn give_back(&self, key: &str, rate: Rate, now: i64) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, window)) = windows.by_key.get_mut(key) {
            window.give_back(rate, now);
        }
    }
}

impl Windows {
    /// Forgets whose window is over, at most once a minute, so that memory stays bounded by a
    /// minute of callers and looking costs nothing.
    fn sweep(&mut self, now: i64) {
        if self.by_key.len() > MANY && now - self.swept_at >= 60_000 {
            self.swept_at = now;
            self.by_key.retain(|_, (rate, window)| !window.is_over(*rate, now));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const RATE: Rate = Rate { limit: 5, window: Duration::from_secs(60) };

    #[test]
    fn callers_whose_window_is_over_are_forgotten() {
        let in_process = InProcess::default();
        for caller in 0..=MANY {
            in_process.take(&caller.to_string(), RATE, 0);
        }

        in_process.take("late", RATE, 60_000);

        assert_eq!(in_process.0.lock().unwrap().by_key.len(), 1);
    }
}
