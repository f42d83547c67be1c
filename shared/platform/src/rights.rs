//! Telling every process whose rights have changed, so that open sockets and streams are asked about at once.

use shared::id::{AccountId, ProjectId, SessionId};
use uuid::Uuid;

use crate::hint::{Hint, Hints};

/// Whose rights have changed. The rows say how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RightsOf {
    /// One person's: a membership ended, a role changed, sign-ins or the account ended.
    Account(AccountId),
    /// Everybody's in a project: it was deleted.
    Project(ProjectId),
    /// Those of one sign-in: it ended.
    Session(SessionId),
}

/// Hints about rights.
pub type Rights = Hints<RightsOf>;

impl RightsOf {
    /// Whether it is about this account, this sign-in, or the project that it looks at.
    pub fn concerns(
        self,
        account: AccountId,
        session: SessionId,
        project: Option<ProjectId>,
    ) -> bool {
        match self {
            Self::Account(id) => id == account,
            Self::Project(id) => Some(id) == project,
            Self::Session(id) => id == session,
        }
    }
}

impl Hint for RightsOf {
    const CHANNEL: &'static str = "rights";

    fn text(self) -> String {
        match self {
            Self::Account(id) => format!("account {id}"),
            Self::Project(id) => format!("project {id}"),
            Self::Session(id) => format!("session {id}"),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(' ')?;
        let id = id.parse::<Uuid>().ok()?;
        match kind {
            "account" => Some(Self::Account(id.into())),
            "project" => Some(Self::Project(id.into())),
            "session" => Some(Self::Session(id.into())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_read_as_it_was_written_and_concerns_those_whom_it_names() {
        let id = Uuid::from_u128(7);
        let (account, session, project) = (AccountId(id), SessionId(id), ProjectId(id));
        let other = Uuid::from_u128(8);
        let others = (AccountId(other), SessionId(other), Some(ProjectId(other)));
        for hint in
            [RightsOf::Account(account), RightsOf::Project(project), RightsOf::Session(session)]
        {
            assert_eq!(RightsOf::parse(&hint.text()), Some(hint));
            assert!(hint.concerns(account, session, Some(project)), "{hint:?}");
            assert!(!hint.concerns(others.0, others.1, others.2), "{hint:?}");
        }
        assert!(!RightsOf::Project(project).concerns(account, session, None));
        for text in ["", "account", "account 7", "room 00000000-0000-0000-0000-000000000007"] {
            assert_eq!(RightsOf::parse(text), None, "{text}");
        }
    }
}
