//! What every instance is told of a project. A hint: they read the rows.

use shared::id::ProjectId;
use uuid::Uuid;

/// What to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// The project has an event of this offset.
    Event(ProjectId, i64),
    /// Somebody came, went or looks at something else.
    Presence(ProjectId),
}

impl platform::hint::Hint for Hint {
    const CHANNEL: &'static str = "collaboration";

    fn text(self) -> String {
        match self {
            Self::Event(project, offset) => format!("event {project} {offset}"),
            Self::Presence(project) => format!("presence {project}"),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (kind, project) = (words.next()?, words.next()?.parse::<Uuid>().ok()?.into());
        match kind {
            "event" => Some(Self::Event(project, words.next()?.parse().ok()?)),
            "presence" => Some(Self::Presence(project)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use platform::hint::Hint as _;

    use super::*;

    #[test]
    fn a_hint_is_read_as_it_was_written_and_anothers_is_not() {
        let project = ProjectId(Uuid::from_u128(7));
        for hint in [Hint::Event(project, 42), Hint::Presence(project)] {
            assert_eq!(Hint::parse(&hint.text()), Some(hint));
        }
        for text in ["", "event", "event x 1", "run 00000000-0000-0000-0000-000000000007"] {
            assert_eq!(Hint::parse(text), None, "{text}");
        }
    }
}
