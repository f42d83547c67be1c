//! Focus groups and their people, in PostgreSQL.

use std::collections::BTreeSet;

use platform::{Access, Editor, Result};
use shared::Seed;
use shared::discussion::{Mode, Participant};
use shared::id::{FocusGroupId, RunId};
use shared::persona::{Card, Manner};
use shared::run::RunStatus;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

/// A group as it is set up, and its latest run.
pub(crate) struct GroupRow {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) project_context: Option<String>,
    pub(crate) persona_ids: Vec<Uuid>,
    pub(crate) questions: Vec<String>,
    pub(crate) mode: Mode,
    pub(crate) run_id: Option<Uuid>,
    status: Option<RunStatus>,
}

impl GroupRow {
    /// Whether its latest run is not over.
    pub(crate) fn is_running(&self) -> bool {
        self.status.is_some_and(|status| !status.is_final())
    }
}

/// A group with its latest run, kept from being changed until the transaction ends.
pub(crate) async fn lock(
    transaction: &mut Transaction<'_, Postgres>,
    access: Access<Editor>,
    id: FocusGroupId,
) -> Result<GroupRow> {
    sqlx::query!("select id from focus_groups where id = $1 for no key update", id.0)
        .fetch_optional(&mut **transaction)
        .await?;
    get(transaction, access, id).await
}

/// A group with its latest run.
pub(crate) async fn get(
    connection: &mut PgConnection,
    access: Access<Editor>,
    id: FocusGroupId,
) -> Result<GroupRow> {
    let row = sqlx::query_as!(
        GroupRow,
        r#"
        select
            g.name, g.description, g.project_context, g.persona_ids, g.questions,
            g.mode as "mode: _", g.run_id, r.status as "status?: _"
        from focus_groups g
        left join runs r on r.id = g.run_id
        where g.project_id = $1 and g.id = $2
        "#,
        access.project_id().0,
        id.0,
    );
    Ok(row.fetch_optional(connection).await?.ok_or(shared::Error::NotFound("Focus group"))?)
}

/// The living of these people, in the order of the list.
pub(crate) async fn participants(
    connection: &mut PgConnection,
    access: Access<Editor>,
    ids: &[Uuid],
) -> Result<Vec<Participant>> {
    let rows = sqlx::query!(
        r#"
        select
            p.id, p.background_story, o.seed,
            p.card as "card: Json<Card>",
            p.manner as "manner: Json<Manner>"
        from personas p
        join populations o on o.id = p.population_id
        where p.project_id = $1 and p.id = any($2) and p.deleted_at is null
        order by array_position($2, p.id)
        "#,
        access.project_id().0,
        ids,
    )
    .fetch_all(connection)
    .await?;
    let people = rows.into_iter().map(|row| {
        let card = row.card.0;
        Participant {
            persona_id: row.id.into(),
            life: Seed(row.seed.cast_unsigned()).child("text", u64::from(card.index)),
            card,
            story: row.background_story,
            manner: row.manner.0.communication_style,
            concerns: row.manner.0.typical_concerns,
        }
    });
    Ok(people.collect())
}

/// Makes a run the one that is shown.
pub(crate) async fn show(
    connection: &mut PgConnection,
    access: Access<Editor>,
    id: FocusGroupId,
    run: RunId,
) -> Result<()> {
    sqlx::query!(
        "update focus_groups set run_id = $3 where project_id = $1 and id = $2",
        access.project_id().0,
        id.0,
        run.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the group of a run is still there, for its worker.
pub(crate) async fn exists(pool: &PgPool, id: FocusGroupId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists(select from focus_groups where id = $1) as "found!""#,
        id.0,
    );
    Ok(found.fetch_one(pool).await?)
}

/// Whether all of these people are there, deleted or not.
pub(crate) async fn are_there(pool: &PgPool, people: &[Participant]) -> Result<bool> {
    let ids: Vec<Uuid> = people.iter().map(|one| one.persona_id.0).collect();
    let there = sqlx::query_scalar!(
        r#"select count(*) as "there!" from personas where id = any($1)"#,
        &ids,
    );
    Ok(there.fetch_one(pool).await? == i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// The numbers of the turns that a run could not get.
pub(crate) async fn failed(pool: &PgPool, run: RunId) -> Result<BTreeSet<u32>> {
    let items = sqlx::query_scalar!("select item from run_failures where run_id = $1", run.0);
    Ok(items.fetch_all(pool).await?.into_iter().map(i32::cast_unsigned).collect())
}
