//! One owner of a state folder at a time, and a name for who it is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The lock on a state folder; the kernel lets go of it when this process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock(#[allow(dead_code, reason = "held, not read")] File);

impl Lock {
    /// Takes the lock for this command, or says who holds it.
    pub(crate) fn take(path: &Path, command: &str) -> Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("{}", busy(&mut file)),
            Err(TryLockError::Error(error)) => return Err(error).context("cannot lock"),
        }
        file.set_len(0)?;
        write!(file, "`cargo local {command}`, process {}", std::process::id())?;
        Ok(Self(file))
    }
}

fn busy(file: &mut File) -> String {
    let mut holder = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut holder));
    if read.is_err() || holder.is_empty() {
        "another `cargo local` of this checkout".clone_into(&mut holder);
    }
    format!("these services are already in use by {holder}: end it first, or use another checkout")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_to_come_is_told_who_was_first() {
        let path = std::env::temp_dir().join(format!("sight-lock-{}", std::process::id()));
        let first = Lock::take(&path, "up").unwrap();
        let refusal = Lock::take(&path, "demo").unwrap_err().to_string();
        assert!(refusal.contains("`cargo local up`, process"), "{refusal}");
        drop(first);
        // A program that another test is just starting shares the lock until it runs.
        let mut tries = 0..1_000;
        while Lock::take(&path, "demo").is_err() {
            assert!(tries.next().is_some(), "the lock is never let go");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        std::fs::remove_file(&path).unwrap();
    }
}
