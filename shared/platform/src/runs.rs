//! Long work as rows: started once, done in shards under leases, watched, cancelled, settled.

mod announce;
mod lease;
mod start;
mod view;

pub use announce::Announcer;
pub use lease::{
    Claim, LEASE, Lease, MAX_ATTEMPTS, Progress, claim, close, extend, fail_item, progress, settle,
};
pub use start::{NewRun, NewShard, SameAs, find_same, insert, publish, republish};
pub use view::{RunView, cancel, view};
