//! What a caller may do in a project, as a proof that store functions ask for.

use std::marker::PhantomData;

use axum::extract::{FromRef, FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use shared::FieldError;
use shared::id::{AccountId, ProjectId};
use shared::role::Role;
use sqlx::PgPool;
use uuid::Uuid;

use crate::auth::Caller;
use crate::{Base, Error, Result};

/// A least role, as a type.
pub trait Level: Send + Sync + 'static {
    const ROLE: Role;
}

/// May read.
#[derive(Debug, Clone, Copy)]
pub struct Viewer;
/// May change.
#[derive(Debug, Clone, Copy)]
pub struct Editor;
/// May delete, unmask and manage members.
#[derive(Debug, Clone, Copy)]
pub struct Admin;

impl Level for Viewer {
    const ROLE: Role = Role::Viewer;
}
impl Level for Editor {
    const ROLE: Role = Role::Editor;
}
impl Level for Admin {
    const ROLE: Role = Role::Admin;
}

/// A member's role as the database has it: as the view `project_roles` says, which leaves out who has left,
/// who was disabled, deleted projects, and people in projects of others whose address nobody has proved.
/// Only a query makes one, so that who holds it has asked:
///
/// ```compile_fail,E0423
/// # use platform::HeldRole;
/// # use shared::role::Role;
/// fn forge() -> HeldRole {
///     HeldRole(Role::Admin)
/// }
/// ```
#[derive(Debug, Clone, Copy, sqlx::Type)]
#[sqlx(transparent)]
pub struct HeldRole(Role);

/// Proof that this account has at least this role in this project. It cannot be made without the
/// check, so a query that asks for it cannot run without one.
///
/// ```
/// # use platform::{Access, Editor, Viewer};
/// fn rename(_: Access<Editor>) {}
/// fn read(_: Access<Viewer>) {}
///
/// fn handler(access: Access<Editor>) {
///     read(access.least());
///     rename(access);
/// }
/// ```
///
/// Reading does not prove that one may change:
///
/// ```compile_fail,E0308
/// # use platform::{Access, Editor, Viewer};
/// fn rename(_: Access<Editor>) {}
///
/// fn handler(access: Access<Viewer>) {
///     rename(access);
/// }
/// ```
///
/// Neither does the bare id:
///
/// ```compile_fail,E0308
/// # use platform::{Access, Editor};
/// # use shared::id::ProjectId;
/// fn rename(_: Access<Editor>) {}
///
/// fn handler(project: ProjectId) {
///     rename(project);
/// }
/// ```
///
/// And nobody else makes one:
///
/// ```compile_fail,E0451
/// # use platform::{Access, Editor};
/// # use shared::id::{AccountId, ProjectId};
/// # use shared::role::Role;
/// fn forge(project_id: ProjectId, account_id: AccountId) -> Access<Editor> {
///     Access { project_id, account_id, role: Role::Editor, level: std::marker::PhantomData }
/// }
/// ```
#[derive(Debug)]
pub struct Access<L> {
    project_id: ProjectId,
    account_id: AccountId,
    role: Role,
    level: PhantomData<L>,
}

impl<L> Clone for Access<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for Access<L> {}

impl<L: Level> Access<L> {
    /// The proof, from the role that a query found the caller to hold in the project of `thing`.
    ///
    /// # Errors
    /// `<thing> not found` for those who are no members, 403 for those whose role is too low.
    pub fn grant(
        caller: &Caller,
        project_id: ProjectId,
        role: Option<HeldRole>,
        thing: &'static str,
    ) -> Result<Self> {
        let HeldRole(role) = role.ok_or(shared::Error::NotFound(thing))?;
        if role < L::ROLE {
            return Err(shared::Error::Forbidden(L::ROLE.needed()).into());
        }
        Ok(Self { project_id, account_id: caller.account_id, role, level: PhantomData })
    }

    /// The proof for a project that exists and is not deleted.
    pub async fn to_project(pool: &PgPool, caller: &Caller, project: ProjectId) -> Result<Self> {
        let role = sqlx::query_scalar!(
            r#"
            select role as "role!: HeldRole"
            from project_roles
            where project_id = $1 and account_id = $2
            "#,
            project.0,
            caller.account_id.0,
        )
        .fetch_optional(pool)
        .await?;
        Self::grant(caller, project, role, "Project")
    }

    /// The proof of a higher role, for who has it.
    ///
    /// # Errors
    /// 403 for those whose role is too low.
    pub fn raised<H: Level>(self) -> Result<Access<H>> {
        if self.role < H::ROLE {
            return Err(shared::Error::Forbidden(H::ROLE.needed()).into());
        }
        let Self { project_id, account_id, role, .. } = self;
        Ok(Access { project_id, account_id, role, level: PhantomData })
    }

    /// The same proof where only reading is asked for.
    pub fn least(self) -> Access<Viewer> {
        Access {
            project_id: self.project_id,
            account_id: self.account_id,
            role: self.role,
            level: PhantomData,
        }
    }

    /// The project.
    pub fn project_id(&self) -> ProjectId {
        self.project_id
    }

    /// The person.
    pub fn account_id(&self) -> AccountId {
        self.account_id
    }

    /// The role that they really have, which may be above the least one.
    pub fn role(&self) -> Role {
        self.role
    }
}

/// The UUID of a path parameter.
///
/// # Errors
/// 422 that names the parameter.
pub async fn path_id<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Result<Uuid> {
    let params = RawPathParams::from_request_parts(parts, state).await;
    let params = params.map_err(|error| Error::Internal(error.into()))?;
    let value = params.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value);
    value.parse().map_err(|error| Error::Malformed {
        location: "path",
        errors: vec![FieldError::new(name, format!("must be a UUID: {error}"))],
    })
}

impl<S, L> FromRequestParts<S> for Access<L>
where
    S: Send + Sync,
    L: Level,
    Base: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let project = path_id(parts, state, "project_id").await?;
        Self::to_project(&Base::from_ref(state).pool, &caller, project.into()).await
    }
}

/// Whose project it is: of somebody who may at least read it, or of a worker that holds a shard of its run.
/// Queries that both ask take this instead of a bare id, and keep to the project.
#[derive(Debug, Clone, Copy)]
pub struct InProject(ProjectId);

impl InProject {
    /// For a worker: only a lease makes one (`runs::Lease::in_project`).
    pub(crate) fn held(project: ProjectId) -> Self {
        Self(project)
    }

    /// The project.
    pub fn id(self) -> ProjectId {
        self.0
    }
}

impl<L: Level> From<Access<L>> for InProject {
    fn from(access: Access<L>) -> Self {
        Self(access.project_id)
    }
}
