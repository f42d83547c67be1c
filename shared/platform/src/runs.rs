//! Long work as rows: started once, done in shards under leases, watched, cancelled, settled.

mod announce;
mod dispatch;
mod end;
mod engine;
mod failure;
mod flow;
mod lease;
mod list;
mod process;
mod retry;
mod start;
mod start_request;
mod view;
mod worker;

pub use announce::Announcer;
pub use dispatch::{dispatch, publish, republish, republish_each};
pub use end::{awaits_conclusion, conclude};
pub use engine::Engine;
pub use failure::{EndsItem, ItemError, ItemFailure, fail_items};
pub use flow::ITEMS_AT_ONCE;
pub use lease::{
    Claim, LEASE, LONGEST_OUTAGE, Lease, MAX_ATTEMPTS, Progress, claim, close, extend, got_on,
    progress, put_off, release,
};
pub use list::{RunFilter, count, list};
pub use process::ItemProcessor;
pub use retry::{Retry, retry};
pub use start::{
    IdempotencyKey, NewRun, NewShard, SameAs, check_verified, find_same, insert, lock_project,
    wait_for,
};
pub use start_request::StartRequest;
pub use view::{RunView, cancel, cancel_all, view};
pub use worker::{ShardContext, Worker, handle};
