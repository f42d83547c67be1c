//! Roles in a project.

crate::words! {
    /// What a member may do. Each role includes the ones before it.
    #[derive(PartialOrd, Ord)]
    pub enum Role {
        /// Reads.
        Viewer = "viewer",
        /// Changes.
        Editor = "editor",
        /// Deletes, unmasks, manages members.
        Admin = "admin",
    }
}

impl Role {
    /// What to tell a member whose role is too low.
    pub fn needed(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer access required",
            Self::Editor => "Editor access required",
            Self::Admin => "Admin access required",
        }
    }
}
