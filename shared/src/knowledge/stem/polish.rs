//! Polish, which inflects by endings.

/// The first six letters.
pub(super) fn prefix(word: &str) -> &str {
    let end = word.char_indices().nth(6).map_or(word.len(), |(at, _)| at);
    &word[..end]
}

/// The word without its ending.
pub(super) fn light(word: &str) -> String {
    prefix(word).to_owned()
}
