//! What is stored about an account, for whoever it is of.

use platform::{Caller, Result};
use serde_json::value::RawValue;
use sqlx::PgPool;
use sqlx::types::Json;

/// Lines of the trail that one file has: two years of somebody who works every day are some tens of thousands.
const MOST_LINES: i64 = 100_000;

/// Everything about the caller's own account as one object: itself without its password, its sign-ins without
/// their tokens, its projects and roles, invitations to its address, its library's documents without their texts,
/// the comments that it wrote, the tasks that it made or was given, runs and calls of models that it asked for in
/// numbers, what it spent, its inbox, its links without their tokens, its exports, the projects that its library is
/// lent to, and what the audit log says that it did.
pub(crate) async fn own(pool: &PgPool, caller: &Caller) -> Result<Box<RawValue>> {
    let json = sqlx::query_file_scalar!("src/store/own_data.sql", caller.account_id.0, MOST_LINES,);
    let json = json.fetch_optional(pool).await?.ok_or(platform::auth::GONE)?;
    Ok(json.0)
}
