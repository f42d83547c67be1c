//! What the tests could not try on this machine, told at the end: a test that passes shows nothing.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use crate::layout::Layout;

/// The file that `testkit::left_out` writes to.
#[derive(Debug)]
pub(crate) struct LeftOut(PathBuf);

impl LeftOut {
    /// Begins anew.
    pub(crate) fn none_yet(layout: &Layout) -> Self {
        let file = layout.state.join("left-out");
        // there is none before the first time
        let _ = fs::remove_file(&file);
        Self(file)
    }

    /// In a folder of a test, which removes it.
    #[cfg(test)]
    pub(crate) fn in_folder(folder: &std::path::Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        Self(folder.join("left-out"))
    }

    pub(crate) fn add(&self, check: &str, why: &str) {
        println!("left out: {check}: {why}");
        let file = OpenOptions::new().append(true).create(true).open(&self.0);
        // told above already, should the file not be writable
        let _ = file.and_then(|mut file| writeln!(file, "{check}: {why}"));
    }

    /// Tells the tests where to write.
    pub(crate) fn variable(&self) -> (&'static str, String) {
        ("SIGHT_LEFT_OUT", self.0.display().to_string())
    }
}

/// A line each, every one once, however many tests were left out for the same reason.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        let lines: BTreeSet<&str> = text.lines().collect();
        lines.into_iter().try_for_each(|line| write!(f, "\nleft out: {line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_was_left_out_is_told_with_its_reason() {
        let file = std::env::temp_dir().join(format!("sight-not-checked-{}", std::process::id()));
        let left_out = LeftOut(file.clone());
        left_out.add("deny", "no network");
        let told = left_out.to_string();
        fs::remove_file(file).unwrap();
        assert_eq!(told, "\nleft out: deny: no network");
    }

    #[test]
    fn what_several_tests_left_out_is_told_once() {
        let file = std::env::temp_dir().join(format!("sight-left-out-{}", std::process::id()));
        fs::write(&file, "storage: not installed\npubsub: no java\nstorage: not installed\n")
            .unwrap();
        let told = LeftOut(file.clone()).to_string();
        fs::remove_file(file).unwrap();
        assert_eq!(told, "\nleft out: pubsub: no java\nleft out: storage: not installed");
    }
}
