//! What leaves, and the files that were written, in PostgreSQL.

mod discussion;
mod export;
mod people;
mod project;
mod survey;
mod trail;

pub(crate) use discussion::{Group, ReadingRow, cards, group, readings, summaries};
pub(crate) use export::{
    ExportRow, OfExport, Ticket, begun, check_room, exporter, finish, insert, of, of_run, ticket,
    ticketed,
};
pub(crate) use people::{Named, count, named, pages, person};
pub(crate) use project::{NeedsRow, kpis, needs, whole};
pub(crate) use survey::{Respondents, Upload, respondents, uploaded, uploads};
pub(crate) use trail::{AuditLine, trail};
