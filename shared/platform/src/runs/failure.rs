//! Why items of a run came to nothing.

use chrono::{DateTime, Utc};
use shared::id::RunId;
use sqlx::PgConnection;

use crate::Result;
use crate::queue::PutOff;

/// Why an item of a run came to nothing.
#[derive(Debug, Clone)]
pub struct ItemFailure {
    /// Its number in the run.
    pub item: u32,
    /// A short name that stays the same between releases.
    pub code: &'static str,
    pub reason: String,
}

impl ItemFailure {
    /// The failure of an item that the database cannot hold: a letter that no text may have, a number
    /// out of range.
    pub fn unstorable(item: u32) -> Self {
        let reason = "what was made has something in it that cannot be stored".to_owned();
        Self { item, code: "unstorable", reason }
    }

    /// The failure of an item whose shard was claimed too often without progress.
    pub fn abandoned(item: u32) -> Self {
        let reason = "the worker stopped again and again before this was done".to_owned();
        Self { item, code: "abandoned", reason }
    }
}

/// Why one item was not processed: what the engine has to know of it.
#[derive(Debug)]
pub enum ItemError {
    /// Nobody wants it any more.
    Cancelled,
    /// Its costs could not be noted. Nothing more is begun, and the shard is given back.
    Unnoted(sqlx::Error),
    /// Something that may pass. The item waits, and fails of this where that lasts too long.
    Passing(PutOff, ItemFailure),
    /// Nobody pays for it, nor for those that are left.
    Unpaid(ItemFailure),
    Failed(ItemFailure),
}

/// A failure that ends an item of a run.
pub trait EndsItem: Send + 'static {
    /// What the engine has to know of it, for the item of this number.
    fn ends_item(self, item: u32) -> ItemError;
}

/// Notes why items failed. Returns how many had not been noted before.
pub async fn fail_items(
    connection: &mut PgConnection,
    run: RunId,
    failures: &[ItemFailure],
    now: DateTime<Utc>,
) -> Result<u32> {
    if failures.is_empty() {
        return Ok(0);
    }
    let items: Vec<i32> = failures.iter().map(|failure| failure.item.cast_signed()).collect();
    let codes: Vec<&str> = failures.iter().map(|failure| failure.code).collect();
    // A reason may quote what somebody else wrote, and no text in PostgreSQL has this letter.
    let reasons: Vec<String> =
        failures.iter().map(|failure| failure.reason.replace('\0', "\u{fffd}")).collect();
    let result = sqlx::query!(
        r#"
        insert into run_failures (run_id, item, code, reason, created_at)
        select $1, item, code, reason, $2
        from unnest($3::int[], $4::text[], $5::text[]) as t (item, code, reason)
        on conflict (run_id, item) do nothing
        "#,
        run.0,
        now,
        &items,
        &codes as &[&str],
        &reasons,
    )
    .execute(connection)
    .await?;
    Ok(u32::try_from(result.rows_affected()).unwrap_or(u32::MAX))
}
