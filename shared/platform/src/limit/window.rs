//! A sliding window that never admits more than its limit.
//!
//! Requests of the same sixtieth of the window are counted together and forgotten together, a whole
//! window after the last of them: no window, wherever it begins, sees more than its limit, and what
//! is stored stays small however many requests it holds. Counting by sixtieths is described by
//! N. Mahdi, "An alternative approach to rate limiting", Figma, 2017.
//!
//! `window.lua` and `give_back.lua` do the same in Redis; a test holds them against each other.

use super::class::Rate;
use super::quota::Quota;

const SLOTS: i64 = 60;

/// Requests of the recent past, the oldest first. Times are milliseconds.
#[derive(Debug, Default)]
pub(super) struct Window {
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    count: u32,
    last: i64,
}

impl Window {
    pub(super) fn take(&mut self, rate: Rate, now: i64) -> Quota {
        self.forget(rate, now);
        let counted: u32 = self.slots.iter().map(|slot| slot.count).sum();
        let is_within = counted < rate.limit;
        if is_within {
            self.add(rate, now);
        }
        let count = counted + u32::from(is_within);
        Quota::new(rate, is_within, count, self.reset(rate, count, now))
    }

    /// Takes back the last request that was counted, if it has not been forgotten.
    pub(super) fn give_back(&mut self, rate: Rate, now: i64) {
        self.forget(rate, now);
        if let Some(newest) = self.slots.last_mut() {
            newest.count -= 1;
        }
        self.slots.retain(|slot| slot.count > 0);
    }

    /// True when nothing is left to remember.
    pub(super) fn is_over(&mut self, rate: Rate, now: i64) -> bool {
        self.forget(rate, now);
        self.slots.is_empty()
    }

    /// Drops what is older than a window. What seems to come from the future was counted before a
    /// clock was put back, and is of now.
    fn forget(&mut self, rate: Rate, now: i64) {
        for slot in &mut self.slots {
            slot.last = slot.last.min(now);
        }
        self.slots.retain(|slot| slot.last > now - rate.window_ms());
    }

    fn add(&mut self, rate: Rate, now: i64) {
        let length = rate.window_ms() / SLOTS;
        match self.slots.last_mut() {
            Some(newest) if newest.last / length == now / length => {
                newest.count += 1;
                newest.last = now;
            }
            _ => self.slots.push(Slot { count: 1, last: now }),
        }
    }

    /// When one more request is allowed than now, or, beyond the limit, the next one.
    fn reset(&self, rate: Rate, count: u32, now: i64) -> i64 {
        let mut left = count;
        let mut moment = now;
        for slot in &self.slots {
            left -= slot.count;
            moment = slot.last + rate.window_ms();
            if left < rate.limit {
                break;
            }
        }
        moment - now
    }
}
