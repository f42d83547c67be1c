//! Somebody as the members of a project see them.

use serde::Serialize;
use shared::id::AccountId;
use utoipa::ToSchema;

/// An account by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Colleague)]
pub(crate) struct Person {
    pub(crate) id: AccountId,
    /// Empty where the account is gone.
    pub(crate) name: String,
}

impl Person {
    /// Where both are there.
    pub(crate) fn of(id: Option<AccountId>, name: Option<String>) -> Option<Self> {
        id.map(|id| Self { id, name: name.unwrap_or_default() })
    }
}
