//! The rows of libraries that members lend.

use chrono::{DateTime, Utc};
use platform::{Access, Result, Viewer};
use serde_json::json;
use shared::id::AccountId;
use sqlx::{PgConnection, PgPool};

use super::record;
use crate::AppState;
use crate::library::LibraryView;

/// Lends the library of the person whose proof this is, and of nobody else. Twice is once.
pub(crate) async fn lend(
    connection: &mut PgConnection,
    access: Access<Viewer>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into project_libraries (project_id, account_id, lent_at)
        select project_id, account_id, $3
        from project_roles
        where project_id = $1 and account_id = $2
        on conflict (project_id, account_id) do nothing
        "#,
        access.project_id().0,
        access.account_id().0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The same by a request of its own. The project is held first: one that is deleted meanwhile is lent nothing.
pub(crate) async fn lend_own(state: &AppState, access: Access<Viewer>) -> Result<()> {
    let mut transaction = state.base.pool.begin().await?;
    let held = sqlx::query_scalar!(
        "select id from projects where id = $1 and deleted_at is null for share",
        access.project_id().0,
    );
    let held = held.fetch_optional(&mut *transaction).await?;
    held.ok_or(shared::Error::NotFound("Project"))?;
    lend(&mut transaction, access, state.base.clock.now()).await?;
    let details = json!({ "account_id": access.account_id() });
    record(&mut transaction, state, access, "lend", Some(details)).await?;
    transaction.commit().await?;
    Ok(())
}

/// Ends the loan of a library: of one's own, or as an admin anybody's. What is not lent is not found.
pub(crate) async fn take_back(
    state: &AppState,
    access: Access<Viewer>,
    lender: AccountId,
) -> Result<()> {
    let mut transaction = state.base.pool.begin().await?;
    let ended = sqlx::query!(
        "delete from project_libraries where project_id = $1 and account_id = $2",
        access.project_id().0,
        lender.0,
    );
    if ended.execute(&mut *transaction).await?.rows_affected() == 0 {
        return Err(shared::Error::NotFound("Library").into());
    }
    let details = json!({ "account_id": lender });
    record(&mut transaction, state, access, "take_back", Some(details)).await?;
    transaction.commit().await?;
    Ok(())
}

/// Who lends the project their library: those whose library it really reads.
pub(crate) async fn libraries(pool: &PgPool, access: Access<Viewer>) -> Result<Vec<LibraryView>> {
    let rows = sqlx::query_as!(
        LibraryView,
        r#"
        select
            l.account_id as "account_id: _",
            a.full_name,
            l.lent_at,
            (
                select count(*) from documents d
                where d.owner_id = l.account_id and d.scope = 'account' and d.deleted_at is null
            ) as "documents!"
        from project_libraries l
        join project_roles r on r.project_id = l.project_id and r.account_id = l.account_id
        join accounts a on a.id = l.account_id
        where l.project_id = $1
        order by l.lent_at, l.account_id
        "#,
        access.project_id().0,
    );
    Ok(rows.fetch_all(pool).await?)
}
