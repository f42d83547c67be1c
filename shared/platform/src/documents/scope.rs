//! Who reads and who changes which documents.

use shared::id::{AccountId, ProjectId};
use shared::knowledge::Scope;
use shared::role::Role;
use sqlx::PgPool;

use super::{DocumentView, Reader};
use crate::{Caller, Result};

/// What somebody reads: their own library, the shared one, and every project that they are a member of.
///
/// # Errors
/// When the database fails.
pub async fn readable(pool: &PgPool, caller: &Caller) -> Result<Reader> {
    let projects = sqlx::query_scalar!(
        r#"
        select p.id
        from project_members m
        join projects p on p.id = m.project_id
        where m.account_id = $1 and p.deleted_at is null
        order by p.id
        "#,
        caller.account_id.0,
    )
    .fetch_all(pool)
    .await?;
    let own = [Scope::Account(caller.account_id), Scope::Shared];
    let projects = projects.into_iter().map(|id| Scope::Project(ProjectId(id)));
    Ok(Reader { scopes: own.into_iter().chain(projects).collect() })
}

/// What belongs to a project: its own documents, the library of its owner, and the shared one. Whether
/// somebody may ask is checked before: a member's request by `Access`, a run when it was started.
///
/// # Errors
/// `Project not found` when it is gone.
pub async fn of_project(pool: &PgPool, project: ProjectId) -> Result<Reader> {
    let owner = sqlx::query_scalar!(
        "select owner_id from projects where id = $1 and deleted_at is null",
        project.0,
    )
    .fetch_optional(pool)
    .await?;
    let owner = AccountId(owner.ok_or(shared::Error::NotFound("Project"))?);
    Ok(Reader { scopes: vec![Scope::Project(project), Scope::Account(owner), Scope::Shared] })
}

/// True when somebody may change or remove a document: a project's editors, a library's owner, a system
/// admin for the shared library.
///
/// # Errors
/// When the database fails.
pub async fn is_editor(pool: &PgPool, caller: &Caller, document: &DocumentView) -> Result<bool> {
    let project = match document.scope.as_str() {
        "shared" => return Ok(caller.is_system_admin),
        "account" => return Ok(document.owner_id == caller.account_id),
        _ => document.project_id,
    };
    let Some(project) = project else { return Ok(false) };
    let role = sqlx::query_scalar!(
        r#"
        select m.role
        from project_members m
        join projects p on p.id = m.project_id
        where m.project_id = $1 and m.account_id = $2 and p.deleted_at is null
        "#,
        project.0,
        caller.account_id.0,
    )
    .fetch_optional(pool)
    .await?;
    Ok(role.as_deref().and_then(Role::parse).is_some_and(|role| role >= Role::Editor))
}
