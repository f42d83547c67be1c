//! The languages that Sight writes.

crate::words! {
    /// The language of a project: prompts, personas and reports.
    #[derive(Default)]
    pub enum Language {
        English = "en",
        #[default]
        Polish = "pl",
    }
}

impl Language {
    /// One of two texts.
    pub fn pick<T>(self, english: T, polish: T) -> T {
        match self {
            Self::English => english,
            Self::Polish => polish,
        }
    }
}
