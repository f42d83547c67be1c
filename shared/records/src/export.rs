//! What leaves the building, whichever function it leaves by: who is masked in it, and what it says of itself.

mod about;
mod disclosure;
mod people;
mod person;

use platform::{Access, Admin, Error, Result, Viewer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::persona::Card;
use shared::persona::mask::{Everybody, Mask};
use utoipa::ToSchema;

pub use about::{About, about_discussion, about_people, about_survey};
pub use disclosure::{DisclosedWriter, Disclosure, WrittenPart};
pub use people::{of_project, of_survey};
pub use person::{COLUMNS, PERSONA_SCHEMA, PROJECT_SCHEMA, Person, PersonRow, header};

/// The longest reason for unmasking, in characters.
const LONGEST_REASON: usize = 500;

/// Whether names, towns and ages leave as they are. Left out they are masked.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Masking {
    /// Admins alone may, and say why. Default false.
    #[serde(default)]
    pub unmask: bool,
    /// 3 to 500 characters; the audit log keeps them.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Masking {
    /// Who unmasks is an admin and gives a reason.
    ///
    /// # Errors
    /// 403 for another role; 422 for a reason that is missing, too short or too long.
    pub fn check(&self, access: Access<Viewer>) -> Result<()> {
        let reason = self.reason.as_deref().unwrap_or_default();
        // white space around it may be as long again, as of other texts: the audit log keeps all of it
        let length = match reason.chars().count() {
            whole if whole > 2 * LONGEST_REASON => whole,
            _ => reason.trim().chars().count(),
        };
        if !self.unmask {
            return match length <= LONGEST_REASON {
                true => Ok(()),
                false => Err(Error::invalid("reason", "must have at most 500 characters")),
            };
        }
        let _: Access<Admin> = access.raised()?;
        match (3..=LONGEST_REASON).contains(&length) {
            true => Ok(()),
            false => Err(Error::invalid("reason", "must have 3 to 500 characters to unmask")),
        }
    }
}

/// How the texts of one file leave.
#[derive(Debug, Clone)]
pub enum Masked {
    /// As they are stored: an admin has said why.
    No,
    /// Without the names and towns of these people, and without e-mail addresses.
    Of(Everybody),
}

impl Masked {
    /// Whether people are masked.
    pub fn is_on(&self) -> bool {
        matches!(self, Self::Of(_))
    }

    /// A text that none of the people wrote and that is about none of them: a title, a question, a name.
    pub fn text(&self, text: &str) -> String {
        match self {
            Self::No => text.to_owned(),
            Self::Of(everybody) => everybody.apply(text),
        }
    }

    /// What hides these people in their own words and in what was written about them; none where nobody is masked.
    pub fn own<'a>(&self, cards: impl IntoIterator<Item = &'a Card>) -> Option<Mask> {
        match self {
            Self::No => None,
            Self::Of(everybody) => Some(Mask::of(cards).beside(everybody)),
        }
    }

    /// What hides people in the words of one of them, who may name the others: only the speaker's own age is known by
    /// its number alone. The moderator has none.
    pub fn spoken<'a>(
        &self,
        speaker: Option<&'a Card>,
        others: impl IntoIterator<Item = &'a Card>,
    ) -> Option<Mask> {
        self.own(speaker).map(|own| own.naming(others))
    }

    /// [`Masked::text`] for every text of a value.
    pub fn value(&self, value: Value) -> Value {
        match self {
            Self::No => value,
            Self::Of(everybody) => each_text(value, &|text| everybody.apply(text)),
        }
    }
}

/// A value with every text changed. Ids and times are no texts: a minute is no age. Names of fields are ours; a key
/// that is written like none of them is somebody's text as well.
pub fn each_text(value: Value, change: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) if is_id_or_time(&text) => text.into(),
        Value::String(text) => change(&text).into(),
        Value::Array(items) => items.into_iter().map(|item| each_text(item, change)).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| {
                let name = if is_field(&name) { name } else { change(&name) };
                (name, each_text(value, change))
            });
            Value::Object(fields.collect())
        }
        other => other,
    }
}

fn is_id_or_time(text: &str) -> bool {
    uuid::Uuid::parse_str(text).is_ok() || chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

fn is_field(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
