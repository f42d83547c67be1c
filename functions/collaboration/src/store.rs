//! Comments, tasks, inboxes and events in PostgreSQL.

mod change;
mod comment;
mod deletion;
mod event;
mod inbox;
mod notification;
mod present;
mod task;
mod thread;

pub(crate) use comment::{OfComment, insert_comment, update_comment};
pub(crate) use deletion::{MayDelete, delete_comment};
pub(crate) use event::{CatchUp, Known, News, ToldEvent, Watched, catch_up, news, still_seen};
pub(crate) use inbox::{count_entries, count_unread, entries, read_one, read_up_to};
pub(crate) use present::names;
pub(crate) use task::{
    OfTask, TaskFilter, count_tasks, delete_task, insert_task, task, tasks, update_task,
};
pub(crate) use thread::{ThreadFilter, count_threads, open_threads, set_resolved, thread, threads};
