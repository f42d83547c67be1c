//! The languages that Sight writes.

use serde::{Deserialize, Serialize};

/// The language of a study: prompts, personas and reports.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Polish.
    #[default]
    #[serde(rename = "pl")]
    Polish,
}

impl Language {
    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Polish => "pl",
        }
    }

    /// The language of an ISO 639-1 code.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::English),
            "pl" => Some(Self::Polish),
            _ => None,
        }
    }

    /// One of two texts.
    pub fn pick<T>(self, english: T, polish: T) -> T {
        match self {
            Self::English => english,
            Self::Polish => polish,
        }
    }
}
