//! Long work as rows: started once, done in shards under leases, watched, cancelled, settled.

mod announce;
mod click;
mod lease;
mod start;
mod view;
mod work;

pub use announce::Announcer;
pub use click::Click;
pub use lease::{
    Claim, ItemFailure, LEASE, Lease, MAX_ATTEMPTS, Progress, awaits_conclusion, claim, close,
    extend, fail_items, progress, release, settle,
};
pub use start::{
    IdempotencyKey, NewRun, NewShard, SameAs, call, find_same, insert, lock_project, publish,
    republish, wait_for,
};
pub use view::{RunView, cancel, cancel_all, view};
pub use work::{Maker, Shift, Worker, settle as conclude, step};
