//! Long work as rows: started once, done in shards under leases, watched, cancelled, settled.

mod announce;
mod call;
mod click;
mod each;
mod end;
mod failure;
mod flow;
mod lease;
mod retry;
mod start;
mod view;
mod work;

pub use announce::Announcer;
pub use call::{call, publish, republish, republish_each};
pub use click::Click;
pub use each::Maker;
pub use end::{awaits_conclusion, settle};
pub use failure::{ItemFailure, fail_items};
pub use lease::{
    Claim, LEASE, LONGEST_OUTAGE, Lease, MAX_ATTEMPTS, Progress, claim, close, extend, got_on,
    progress, put_off, release,
};
pub use retry::{Retry, retry};
pub use start::{
    IdempotencyKey, NewRun, NewShard, SameAs, check_verified, find_same, insert, lock_project,
    wait_for,
};
pub use view::{RunView, cancel, cancel_all, view};
pub use work::{Shift, Worker, settle as conclude, step};
