//! Who reads and who changes which documents.

use shared::id::ProjectId;
use shared::knowledge::Scope;
use shared::role::Role;
use sqlx::PgPool;

use super::{DocumentView, Reader};
use platform::{Caller, Result};

/// What somebody reads: their own library, the shared one, and every project that they are a member of.
pub async fn readable(pool: &PgPool, caller: &Caller) -> Result<Reader> {
    let projects = sqlx::query_scalar!(
        r#"
        select project_id as "id!"
        from project_roles
        where account_id = $1
        order by project_id
        "#,
        caller.account_id.0,
    )
    .fetch_all(pool)
    .await?;
    let own = [Scope::Account(caller.account_id), Scope::Shared];
    let projects = projects.into_iter().map(|id| Scope::Project(ProjectId(id)));
    Ok(Reader { scopes: own.into_iter().chain(projects).collect() })
}

/// True when somebody may change or remove a document: a project's editors, a library's owner, a system
/// admin for the shared library.
pub async fn is_editor(pool: &PgPool, caller: &Caller, document: &DocumentView) -> Result<bool> {
    let project = match document.scope.as_str() {
        "shared" => return Ok(caller.is_system_admin),
        "account" => return Ok(document.owner_id == caller.account_id),
        _ => document.project_id,
    };
    let Some(project) = project else { return Ok(false) };
    let role = sqlx::query_scalar!(
        r#"
        select role as "role!: Role"
        from project_roles
        where project_id = $1 and account_id = $2
        "#,
        project.0,
        caller.account_id.0,
    )
    .fetch_optional(pool)
    .await?;
    Ok(role.is_some_and(|role| role >= Role::Editor))
}
