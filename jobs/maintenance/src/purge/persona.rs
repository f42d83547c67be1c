//! People, with what they said.

use chrono::{DateTime, Utc};
use platform::Result;
use sqlx::PgPool;
use uuid::Uuid;

use super::RETENTION;
use crate::batch::{ROWS, Tally};

/// Removes personas that were deleted 90 days ago; the database takes their words along. The graphs of the talks that
/// they took part in are noted, and go as those of deleted talks do: whoever looks at one has it built without them.
/// Everybody is tried once: who cannot be removed, because their rows are broken, keeps nobody else. Returns how many.
///
/// # Errors
/// When the database fails; the first failure that is of somebody's own rows, after everybody else.
pub async fn purge_personas(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let mut tally = Tally::default();
    let mut last = (DateTime::UNIX_EPOCH, Uuid::nil());
    loop {
        let due = due_after(pool, last, now).await?;
        let ids: Vec<Uuid> = due.iter().map(|(_, id)| *id).collect();
        tally.together(&ids, |ids| async move { purge(pool, &ids, now).await }).await?;
        match due.last() {
            Some(end) => last = *end,
            None => return tally.end(),
        }
    }
}

/// The next who are due, by the time of their deletion.
async fn due_after(
    pool: &PgPool,
    (deleted_at, id): (DateTime<Utc>, Uuid),
    now: DateTime<Utc>,
) -> Result<Vec<(DateTime<Utc>, Uuid)>> {
    let due = sqlx::query!(
        r#"
        select id, deleted_at as "deleted_at!"
        from personas
        where deleted_at <= $1
            and (deleted_at, id) > ($2, $3)
        order by deleted_at, id
        limit $4
        "#,
        now - RETENTION,
        deleted_at,
        id,
        ROWS,
    );
    let due = due.fetch_all(pool).await?;
    Ok(due.into_iter().map(|row| (row.deleted_at, row.id)).collect())
}

/// Removes those of these who are still due. Whom somebody else holds waits for the next time.
async fn purge(pool: &PgPool, ids: &[Uuid], now: DateTime<Utc>) -> Result<u64> {
    let purged = sqlx::query!(
        r#"
        with due as (
            select id, project_id
            from personas
            where id = any($1) and deleted_at <= $2
            for update skip locked
        ),
        noted as (
            insert into focus_group_graphs (focus_group_id, project_id, deleted_at)
            select distinct g.id, g.project_id, $3::timestamptz
            from due
            join focus_groups g on g.project_id = due.project_id and due.id = any(g.persona_ids)
            on conflict (focus_group_id) do nothing
        )
        delete from personas
        where id in (select id from due)
        "#,
        ids,
        now - RETENTION,
        now,
    );
    let mut transaction = pool.begin().await?;
    let purged = purged.execute(&mut *transaction).await;
    match purged {
        Ok(_) => transaction.commit().await?,
        // PostgreSQL tells a failure before it lets go of the rows, and whoever is tried alone would find them held
        Err(_) => transaction.rollback().await?,
    }
    Ok(purged?.rows_affected())
}
