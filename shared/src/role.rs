//! Roles in a project.

use serde::{Deserialize, Serialize};

/// What a member may do. Each role includes the ones before it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Changes.
    Editor,
    /// Deletes, unmasks, manages members.
    Admin,
}

impl Role {
    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// The role of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Viewer, Self::Editor, Self::Admin].into_iter().find(|role| role.as_str() == word)
    }

    /// What to tell a member whose role is too low.
    pub fn needed(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer access required",
            Self::Editor => "Editor access required",
            Self::Admin => "Admin access required",
        }
    }
}
