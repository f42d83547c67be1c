//! What leaves, and the files that were written, in PostgreSQL.

mod about;
mod export;
mod people;
mod talk;

pub(crate) use about::{about_people, about_survey, about_talk, exporter};
pub(crate) use export::{
    ExportRow, OfExport, Ticket, begun, finish, insert, of, of_run, ticket, ticketed,
};
pub(crate) use people::{PersonRow, count, kpis, named, page, person};
pub(crate) use talk::{Group, Respondents, cards, group, reactions, respondents};
