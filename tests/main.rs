//! What crosses a folder: the arrows between crates, every route with everybody who may call it, the
//! router under Lambda, a researcher's whole path, the shapes that the client reads, and faults.
#![expect(clippy::unwrap_used, reason = "a broken test should stop")]

mod all_functions;
mod contract;
mod deletion;
mod dependencies;
mod deployment;
mod enlarge;
mod faults;
mod importing;
mod inviting;
mod journey;
mod knowledge;
mod lambda;
mod lending;
mod model;
mod openapi;
mod outage;
mod pages;
mod polling;
mod promises;
mod proofs;
mod queue;
mod recovery;
mod restart;
mod rooms;
mod routes;
mod server;
mod table;
mod workspace;
