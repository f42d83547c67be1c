//! Focus groups and what is read out of them, in PostgreSQL.

mod groups;
mod readings;
mod transcript;

pub(crate) use groups::{
    GroupRow, Written, check_people, count, delete, get, insert, list, replace,
};
pub(crate) use readings::{
    digests, edition, failed, hold, input, latest_summary, readings, save_digest, save_readings,
    save_summary, summary_of,
};
pub(crate) use transcript::is_simulated;
