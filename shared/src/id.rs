//! Typed ids, all from this one registry: a plain UUID on the wire and in SQL.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type))]
        #[cfg_attr(feature = "sqlx", sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// A person who signs in.
    AccountId,
    /// A line of the audit log.
    AuditId,
    /// A passage of a document, as it is searched and cited.
    ChunkId,
    /// What somebody says about a subject.
    CommentId,
    /// A document of somebody's knowledge.
    DocumentId,
    /// A file that was written for somebody to take away.
    ExportId,
    /// A focus group.
    FocusGroupId,
    /// Answers of people to a survey, as they were uploaded.
    HumanAnswersId,
    /// An invitation to work on a project.
    InvitationId,
    /// One call of a language model, in the cost ledger.
    ModelCallId,
    /// What somebody is told in their inbox.
    NotificationId,
    /// One synthetic person.
    PersonaId,
    /// A drawn population: seed, target and how far it has been taken.
    PopulationId,
    /// A project.
    ProjectId,
    /// Work that takes longer than a request.
    RunId,
    /// One sign-in, until it ends.
    SessionId,
    /// A link that shows a persona or a comparison to whoever has it.
    ShareLinkId,
    /// A survey.
    SurveyId,
    /// Something to be done in a project.
    TaskId,
    /// One turn of a focus group: what the client calls a response.
    TurnId,
}
