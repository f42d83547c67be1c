//! SQL that people and scripts run on a migrated database: the runbook's, and the roles of those who sign in.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr};
use testkit::Database;

const RUNBOOK: &str = include_str!("../../../../docs/runbook.md");
const ROLES: &str = include_str!("../../../../infra/deploy/roles.sql");

/// The statements in the blocks of a page.
fn statements(page: &str) -> Vec<String> {
    let mut statements = vec![String::new()];
    let mut is_inside = false;
    for line in page.lines() {
        let line = line.trim();
        if line.starts_with("```") {
            is_inside = line == "```sql";
        } else if is_inside && let Some(last) = statements.last_mut() {
            last.push_str(line.split("--").next().unwrap_or_default());
            last.push('\n');
            if line.ends_with(';') {
                statements.push(String::new());
            }
        }
    }
    statements.retain(|statement| !statement.trim().is_empty());
    statements
}

#[tokio::test]
async fn postgresql_understands_every_statement_of_the_runbook() {
    let database = Database::create().await;
    let mut connection = PgConnection::connect_with(&database.options(None)).await.unwrap();
    let statements = statements(RUNBOOK);
    assert!(statements.len() >= 14, "{} statements", statements.len());
    for statement in statements {
        // a value that whoever reads it fills in
        let sql = AssertSqlSafe(statement.replace("'…'", "null")).into_sql_str();
        let prepared = connection.prepare(sql).await;
        assert!(prepared.is_ok(), "{statement}\n{:?}", prepared.err());
    }
}

async fn is_so(connection: &mut PgConnection, question: &'static str) -> bool {
    sqlx::query_scalar(question).fetch_one(connection).await.unwrap()
}

#[tokio::test]
async fn those_who_sign_in_get_their_role_and_operators_see_no_text() {
    let database = Database::create().await;
    let mut connection = PgConnection::connect_with(&database.options(None)).await.unwrap();
    // roles are the whole server's: these are gone when it ends
    let mut transaction = connection.begin().await.unwrap();
    for role in [
        "cloudsqlsuperuser createdb",
        "\"sight-service-a\" createdb in role cloudsqlsuperuser",
        "\"sight-maintenance\" in role cloudsqlsuperuser",
        "\"them@example.com\"",
    ] {
        let statement = AssertSqlSafe(format!("create role {role}"));
        sqlx::query(statement).execute(&mut *transaction).await.unwrap();
    }
    for _ in 0..2 {
        let script = AssertSqlSafe(ROLES.replace("@OPERATORS@", "them@example.com"));
        sqlx::raw_sql(script).execute(&mut *transaction).await.unwrap();
    }

    for yes in [
        "select pg_has_role('sight-service-a', 'sight_app', 'member')",
        "select pg_has_role('sight-maintenance', 'sight_maintenance', 'member')",
        "select pg_has_role('them@example.com', 'pg_monitor', 'member')",
        "select has_table_privilege('them@example.com', 'runs', 'select')",
        "select has_table_privilege('them@example.com', 'model_calls', 'select')",
    ] {
        assert!(is_so(&mut transaction, yes).await, "{yes}");
    }
    for no in [
        "select pg_has_role('sight-service-a', 'cloudsqlsuperuser', 'member')",
        "select pg_has_role('sight-maintenance', 'cloudsqlsuperuser', 'member')",
        "select pg_has_role('sight-maintenance', 'sight_app', 'member')",
        "select rolcreatedb from pg_roles where rolname = 'sight-service-a'",
        "select has_table_privilege('them@example.com', 'personas', 'select')",
        "select has_table_privilege('them@example.com', 'accounts', 'select')",
        "select has_table_privilege('them@example.com', 'runs', 'update')",
    ] {
        assert!(!is_so(&mut transaction, no).await, "{no}");
    }
}
