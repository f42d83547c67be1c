//! What leaves, and the files that were written, in PostgreSQL.

mod export;
mod people;
mod project;
mod talk;
mod trail;

pub(crate) use export::{
    ExportRow, OfExport, Ticket, begun, exporter, finish, insert, of, of_run, ticket, ticketed,
};
pub(crate) use people::{count, named, pages, person};
pub(crate) use project::{Whole, kpis, needs, whole};
pub(crate) use talk::{Group, Respondents, cards, group, respondents};
pub(crate) use trail::{AuditLine, trail};
