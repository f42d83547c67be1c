//! What is talked about: a persona, a focus group, a survey.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

shared::words! {
    /// A kind of thing that can be talked about.
    #[derive(PartialOrd, Ord)]
    #[schema(as = DiscussedKind)]
    pub(crate) enum SubjectKind {
        Persona = "persona",
        FocusGroup = "focus_group",
        Survey = "survey",
    }
}

impl SubjectKind {
    /// What it is to a caller who does not find it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Persona => "Persona",
            Self::FocusGroup => "Focus group",
            Self::Survey => "Survey",
        }
    }
}

/// One of them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[schema(as = Discussed)]
pub(crate) struct Subject {
    pub(crate) kind: SubjectKind,
    pub(crate) id: Uuid,
}

impl Subject {
    /// Where both are there.
    pub(crate) fn of(kind: Option<SubjectKind>, id: Option<Uuid>) -> Option<Self> {
        kind.zip(id).map(|(kind, id)| Self { kind, id })
    }

    /// Its id in the column of its kind: persona, focus group, survey.
    pub(crate) fn columns(subject: Option<Self>) -> [Option<Uuid>; 3] {
        let of = |kind| subject.filter(|subject| subject.kind == kind).map(|subject| subject.id);
        [of(SubjectKind::Persona), of(SubjectKind::FocusGroup), of(SubjectKind::Survey)]
    }
}
