//! What a route names inside a project, and what its caller may do with it.

use std::future::Future;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use serde_json::Value;
use shared::id::{AccountId, ProjectId};
use sqlx::PgPool;
use uuid::Uuid;

use platform::access::path_id;
use platform::auth::Caller;
use platform::{Access, Base, Error, HeldRole, Level, Result, audit};

/// A kind of thing that lies in a project: a persona, a focus group, a survey.
pub trait Subject {
    type Id: Copy + From<Uuid> + Into<Uuid> + Send;
    /// The parameter of its routes: `survey_id`.
    const PARAMETER: &'static str;
    /// What it is to a caller: `Survey`.
    const NAME: &'static str;
    /// What it is to the audit log: `survey`.
    const KIND: &'static str;

    /// Where it lies and what the account may do there; none where the account may not even see it.
    fn held(
        pool: &PgPool,
        id: Uuid,
        account: Uuid,
    ) -> impl Future<Output = sqlx::Result<Option<Held>>> + Send;
}

/// Where a thing lies, who made it, and the role of whoever asks.
pub struct Held {
    pub project_id: ProjectId,
    pub created_by: AccountId,
    pub role: HeldRole,
}

/// The route's thing of a kind, and the proof that its caller has at least this role in its project.
pub struct Of<S: Subject, L> {
    pub id: S::Id,
    pub created_by: AccountId,
    pub access: Access<L>,
}

impl<T, S, L> FromRequestParts<T> for Of<S, L>
where
    T: Send + Sync,
    S: Subject,
    L: Level,
    Base: FromRef<T>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &T) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let id = path_id(parts, state, S::PARAMETER).await?;
        let pool = &Base::from_ref(state).pool;
        let held = S::held(pool, id, caller.account_id.0).await?;
        let held = held.ok_or(shared::Error::NotFound(S::NAME))?;
        let access = Access::grant(&caller, held.project_id, Some(held.role), S::NAME)?;
        Ok(Self { id: id.into(), created_by: held.created_by, access })
    }
}

impl<S: Subject, L: Level> Of<S, L> {
    /// A line of the audit log about it.
    pub fn entry(&self, action: &'static str, details: Value) -> audit::Entry {
        audit::Entry {
            account_id: self.access.account_id(),
            project_id: Some(self.access.project_id()),
            subject_kind: S::KIND,
            subject_id: self.id.into(),
            action,
            details: Some(details),
        }
    }
}

/// Makes [`Subject`] of a table: `query_as!` wants each statement as a literal.
macro_rules! subject {
    ($kind:ty, $id:ty, $parameter:tt, $name:tt, $word:tt, $table:tt, $condition:tt) => {
        impl $crate::subject::Subject for $kind {
            type Id = $id;
            const PARAMETER: &'static str = $parameter;
            const NAME: &'static str = $name;
            const KIND: &'static str = $word;

            async fn held(
                pool: &sqlx::PgPool,
                id: uuid::Uuid,
                account: uuid::Uuid,
            ) -> sqlx::Result<Option<$crate::subject::Held>> {
                sqlx::query_as!(
                    $crate::subject::Held,
                    "select t.project_id, t.created_by, r.role as \"role!: _\" from "
                        + $table
                        + " t join project_roles r on r.project_id = t.project_id \
                           where t.id = $1 and r.account_id = $2"
                        + $condition,
                    id,
                    account,
                )
                .fetch_optional(pool)
                .await
            }
        }
    };
}
pub(crate) use subject;
