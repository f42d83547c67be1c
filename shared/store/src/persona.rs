//! A persona as its functions share it: who may do what with it.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use serde_json::Value;
use shared::id::{AccountId, PersonaId};

use platform::access::path_id;
use platform::audit;
use platform::auth::Caller;
use platform::{Access, Base, Error, HeldRole, Level, Result};

/// The route's persona, deleted or not, and the proof that its caller has at least this role in its project.
pub struct OfPersona<L> {
    /// The persona.
    pub persona_id: PersonaId,
    /// Who had it made.
    pub created_by: AccountId,
    /// The proof.
    pub access: Access<L>,
}

impl<S, L> FromRequestParts<S> for OfPersona<L>
where
    S: Send + Sync,
    L: Level,
    Base: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let persona_id = PersonaId(path_id(parts, state, "persona_id").await?);
        let row = sqlx::query!(
            r#"
            select p.project_id, p.created_by, r.role as "role!: HeldRole"
            from personas p
            join project_roles r on r.project_id = p.project_id
            where p.id = $1 and r.account_id = $2
            "#,
            persona_id.0,
            caller.account_id.0,
        )
        .fetch_optional(&Base::from_ref(state).pool)
        .await?;
        let row = row.ok_or(shared::Error::NotFound("Persona"))?;
        let access = Access::grant(&caller, row.project_id.into(), Some(row.role), "Persona")?;
        Ok(Self { persona_id, created_by: row.created_by.into(), access })
    }
}

impl<L: Level> OfPersona<L> {
    /// A line of the audit log about this persona.
    pub fn entry(&self, action: &'static str, details: Value) -> audit::Entry {
        audit::Entry {
            account_id: self.access.account_id(),
            project_id: Some(self.access.project_id()),
            subject_kind: "persona",
            subject_id: self.persona_id.0,
            action,
            details: Some(details),
        }
    }
}
