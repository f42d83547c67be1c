//! What is not on record does not happen.

use std::collections::BTreeMap;

use futures::StreamExt;
use shared::role::Role;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{AT_ONCE, Who, World, api_rows, people, together};
use crate::table::{Needs, Row};

/// What a model was asked and has cost stays on the bill, whatever becomes of the answer.
const SPENT: [&str; 1] = ["model_calls"];

#[tokio::test]
async fn a_route_whose_line_cannot_be_written_fails_and_changes_nothing() {
    let audited = api_rows().filter(|row| row.audit.is_some());
    let checks = audited.map(|row| async move { unrecorded(&row).await });
    let wrong = futures::stream::iter(checks).buffered(AT_ONCE);
    let wrong = wrong.collect::<Vec<_>>().await.concat();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What this route did without its line, and should not have.
async fn unrecorded(row: &Row) -> Vec<String> {
    let world = World::new().await;
    let who = match row.needs {
        Needs::Nothing => Who::Nobody,
        Needs::SystemAdmin => Who::SystemAdmin,
        _ => Who::Member(Role::Admin),
    };
    people::prepare(&world, row, who).await;
    together::prepare(&world, row, who).await;
    let body = world.body(row, who).await;
    world.app.parts.publisher.take();
    let owner = world.app.database.options(None);
    let mut owner = PgConnection::connect_with(&owner).await.unwrap();
    let statement = "revoke insert on audit_log from sight_app";
    sqlx::query(statement).execute(&mut owner).await.unwrap();
    let before = tables(&mut owner).await;

    let answer = world.send(row, who, body).await;

    let after = tables(&mut owner).await;
    let mut wrong = Vec::new();
    if answer.status() < 500 {
        wrong.push(format!("{}: {} without its line", row.name(), answer.status()));
    }
    let changed = before.iter().filter(|(name, what)| after[*name] != **what);
    wrong.extend(changed.map(|(name, _)| format!("{}: {name} has changed", row.name())));
    let called = world.app.parts.publisher.take();
    wrong.extend(called.iter().map(|call| format!("{}: {} is called", row.name(), call.topic)));
    wrong
}

/// A digest of every table's rows.
async fn tables(owner: &mut PgConnection) -> BTreeMap<String, String> {
    let names = "select tablename from pg_tables where schemaname = 'public'";
    let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut *owner).await.unwrap();
    let mut tables = BTreeMap::new();
    for name in names.into_iter().filter(|name| !SPENT.contains(&name.as_str())) {
        let rows = format!(
            "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {name} t"
        );
        let digest = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_one(&mut *owner).await.unwrap();
        tables.insert(name, digest);
    }
    tables
}
