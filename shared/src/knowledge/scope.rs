//! Whose knowledge it is.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ProjectId};

/// Who a document belongs to. Every search names the scopes that it may look into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The library of one person, seen in all of their projects.
    Account(AccountId),
    Project(ProjectId),
    /// What everybody reads and a system admin writes.
    Shared,
}

impl Scope {
    /// How the graph names it: one word of letters and digits, so that it is a term of a full-text
    /// index and means nothing to the syntax of its queries.
    pub fn key(self) -> String {
        match self {
            Self::Account(id) => format!("account{}", id.0.simple()),
            Self::Project(id) => format!("project{}", id.0.simple()),
            Self::Shared => "shared".to_owned(),
        }
    }

    /// The scope of a key.
    pub fn parse(key: &str) -> Option<Self> {
        if key == "shared" {
            return Some(Self::Shared);
        }
        let account = key.strip_prefix("account").and_then(|id| id.parse().ok());
        let project = key.strip_prefix("project").and_then(|id| id.parse().ok());
        account
            .map(|id| Self::Account(AccountId(id)))
            .or_else(|| project.map(|id| Self::Project(ProjectId(id))))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_is_one_word_and_leads_back_to_its_scope() {
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

        for scope in [Scope::Shared, Scope::Account(id.into()), Scope::Project(id.into())] {
            let key = scope.key();
            assert!(key.chars().all(|letter| letter.is_ascii_alphanumeric()), "{key}");
            assert_eq!(Scope::parse(&key), Some(scope));
        }
        assert_eq!(Scope::parse("project1"), None);
    }
}
