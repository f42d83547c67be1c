//! What people left behind who were purged before a purge took their words along.

use chrono::{DateTime, Utc};
use platform::Result;
use platform::postgres::again;
use sqlx::PgPool;
use uuid::Uuid;

use super::RETENTION;
use crate::batch::Tally;

/// How many people one transaction takes out: it reads everything that the runs of their surveys were told.
const PEOPLE: usize = 1000;

/// Takes out what is left of people who have no row any more, a project at a time: their words, the cards that runs
/// were told, and a note for the graphs of their talks. A project that is through is not looked at again; one that was
/// broken off is begun anew, which changes nothing of what is done. Returns how many people and cards that were.
///
/// # Errors
/// The first failure of the database, after the other projects.
pub async fn forget_gone(pool: &PgPool, now: DateTime<Utc>) -> Result<u64> {
    let due = sqlx::query_scalar!("select project_id from forget_due order by project_id");
    let mut tally = Tally::default();
    for project in due.fetch_all(pool).await? {
        let forgotten = forget_in(pool, project, now).await;
        if forgotten.is_err() {
            tracing::warn!(project.id = %project, "what people left in it stays due");
        }
        tally.add(forgotten);
    }
    tally.end()
}

async fn forget_in(pool: &PgPool, project: Uuid, now: DateTime<Utc>) -> Result<u64> {
    let (people, cards) =
        (forget_people(pool, project, now).await, forget_cards(pool, project, now).await);
    let done = people? + cards?;
    sqlx::query!("delete from forget_due where project_id = $1", project).execute(pool).await?;
    Ok(done)
}

async fn forget_people(pool: &PgPool, project: Uuid, now: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query_scalar!(r#"select id as "id!" from gone_people($1) as t (id)"#, project);
    let mut tally = Tally::default();
    for people in gone.fetch_all(pool).await?.chunks(PEOPLE) {
        let forget =
            |people: Vec<Uuid>| async move { forget_these(pool, project, &people, now).await };
        tally.together(people, forget).await?;
    }
    tally.end()
}

async fn forget_these(
    pool: &PgPool,
    project: Uuid,
    people: &[Uuid],
    now: DateTime<Utc>,
) -> Result<u64> {
    let forget = sqlx::query!("select forget_gone($1, $2, $3)", project, people, now);
    forget.execute(pool).await?;
    Ok(people.len() as u64)
}

/// The cards of people who were written, a run at a time. Of a younger run nobody is purged yet: who has no row there
/// was never written, and may still be.
async fn forget_cards(pool: &PgPool, project: Uuid, now: DateTime<Utc>) -> Result<u64> {
    let runs = sqlx::query_scalar!(
        r#"
        select id
        from runs
        where project_id = $1 and kind = 'persona-generate' and created_at <= $2
        order by id
        "#,
        project,
        now - RETENTION,
    );
    let mut tally = Tally::default();
    for run in runs.fetch_all(pool).await? {
        tally.add(again(|| forget_cards_of(pool, run)).await);
    }
    tally.end()
}

async fn forget_cards_of(pool: &PgPool, run: Uuid) -> Result<u64> {
    let cards = sqlx::query_scalar!(r#"select forget_gone_cards($1) as "cards!""#, run);
    Ok(cards.fetch_one(pool).await?.unsigned_abs())
}
