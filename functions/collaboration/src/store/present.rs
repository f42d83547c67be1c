//! The names of those who are here.

use std::collections::HashMap;

use platform::Result;
use shared::id::{AccountId, ProjectId};
use sqlx::PgPool;
use uuid::Uuid;

use super::event::Watched;

/// Somebody who is in a project, and may be.
pub(crate) struct Present {
    pub(crate) name: String,
    pub(crate) avatar_url: Option<String>,
}

/// Those of these people who may be in these projects, each with its project.
pub(crate) async fn names(
    pool: &PgPool,
    people: &[(Watched, AccountId)],
) -> Result<HashMap<(ProjectId, AccountId), Present>> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let projects: Vec<Uuid> = people.iter().map(|(watched, _)| watched.id().0).collect();
    let accounts: Vec<Uuid> = people.iter().map(|(_, account)| account.0).collect();
    let rows = sqlx::query!(
        r#"
        select w.project_id as "project_id!", w.account_id as "account_id!", a.full_name, a.avatar_url
        from unnest($1::uuid[], $2::uuid[]) as w (project_id, account_id)
        join project_roles r on r.project_id = w.project_id and r.account_id = w.account_id
        join accounts a on a.id = w.account_id
        "#,
        &projects,
        &accounts,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let named = rows.map(|row| {
        let key = (row.project_id.into(), row.account_id.into());
        (key, Present { name: row.full_name, avatar_url: row.avatar_url })
    });
    Ok(named.collect())
}
