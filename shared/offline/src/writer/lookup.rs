//! Tables that find a rule by pieces of a word: `family: family parent kin`.

use std::sync::LazyLock;

/// A list of rule keys, each with the pieces that give it away; tried from the top.
pub(crate) struct Lookup(Vec<(&'static str, Vec<&'static str>)>);

/// Values of the vocabulary.
pub(crate) static VALUES: LazyLock<Lookup> =
    LazyLock::new(|| Lookup::parse(include_str!("../../../data/writer/values.txt")));
/// Interests of the vocabulary.
pub(crate) static INTERESTS: LazyLock<Lookup> =
    LazyLock::new(|| Lookup::parse(include_str!("../../../data/writer/interests.txt")));
/// What a project may be about, by words of either language.
pub(crate) static SUBJECTS: LazyLock<Lookup> =
    LazyLock::new(|| Lookup::parse(include_str!("../../../data/writer/subjects.txt")));
/// The subject studied, by field of work.
pub(crate) static STUDIES: LazyLock<Lookup> =
    LazyLock::new(|| Lookup::parse(include_str!("../../../data/writer/studies.txt")));

/// The sides that people look at in an offer.
pub(crate) static ASPECTS: LazyLock<Lookup> =
    LazyLock::new(|| Lookup::parse(include_str!("../../../data/participant/aspects.txt")));
/// What a project is about, as the scenes of a talk are called.
pub(crate) static TOPICS: LazyLock<Lookup> =
    LazyLock::new(|| Lookup::parse(include_str!("../../../data/participant/topics.txt")));
/// What a question is after.
pub(crate) static INTENTS: LazyLock<Lookup> =
    LazyLock::new(|| Lookup::parse(include_str!("../../../data/participant/intents.txt")));

impl Lookup {
    fn parse(file: &'static str) -> Self {
        let rows = file.lines().filter(|line| !line.starts_with('#'));
        Self(
            rows.map(|row| {
                let (key, pieces) = row.split_once(": ").expect("a row is `key: pieces`");
                (key, pieces.split(' ').collect())
            })
            .collect(),
        )
    }

    /// The first key one of whose pieces occurs in the text; `_` is the edge of a word.
    pub(crate) fn find(&self, text: &str) -> Option<&'static str> {
        let text = format!("_{}_", text.to_lowercase().replace([' ', '-', ',', '.', '\n'], "_"));
        self.0
            .iter()
            .find(|(_, pieces)| pieces.iter().any(|piece| text.contains(piece)))
            .map(|(key, _)| *key)
    }

    /// The first key some pieces of which occur in the text.
    pub(crate) fn first(&self, text: &str) -> Option<&'static str> {
        let found = self.all(text);
        let is_found = |key: &&str| found.iter().any(|(known, _)| known == key);
        self.0.iter().map(|(key, _)| *key).find(is_found)
    }

    /// Every key some pieces of which occur in the text, with how many of them do, the most first.
    pub(crate) fn all(&self, text: &str) -> Vec<(&'static str, usize)> {
        let edge = |c: char| if c.is_alphanumeric() { c } else { '_' };
        let text: String = format!(" {} ", text.to_lowercase()).chars().map(edge).collect();
        let found = |pieces: &[&str]| pieces.iter().filter(|piece| text.contains(**piece)).count();
        let mut keys: Vec<_> = self.0.iter().map(|(key, pieces)| (*key, found(pieces))).collect();
        keys.retain(|(_, count)| *count > 0);
        keys.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        keys
    }

    pub(crate) fn pieces(&self, key: &str) -> &[&'static str] {
        self.0.iter().find(|(known, _)| *known == key).map_or(&[], |(_, pieces)| pieces)
    }
}
