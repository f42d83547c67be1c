//! A file of the store that whoever reads it waits for.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Linux's `O_NONBLOCK`: a pipe that nobody reads cannot be opened for writing.
const NONBLOCK: i32 = 0o4000;

/// A pipe in the place of a file.
pub(super) struct Gate {
    pipe: PathBuf,
}

impl Gate {
    /// In the place of this one, whose folder may go while somebody waits at it.
    pub(super) fn before(path: &Path) -> Self {
        let name = format!("sight-gate-{}", platform::secret::random_token());
        let pipe = std::env::temp_dir().join(name);
        let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success(), "mkfifo");
        fs::remove_file(path).unwrap();
        fs::hard_link(&pipe, path).unwrap();
        Self { pipe }
    }

    /// The other end, when somebody is reading.
    pub(super) fn reader(&self) -> Option<File> {
        OpenOptions::new().write(true).custom_flags(NONBLOCK).open(&self.pipe).ok()
    }

    /// Waits until somebody is reading.
    pub(super) async fn is_read(&self) -> File {
        loop {
            match self.reader() {
                Some(reader) => return reader,
                None => tokio::task::yield_now().await,
            }
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.pipe);
    }
}
