//! What a flavour of services remembers between starts: ports, the password, who was running.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::process::Identity;

/// The remembered facts.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    #[serde(default)]
    pub(crate) ports: BTreeMap<String, u16>,
    /// One random password for every service of this folder.
    #[serde(default)]
    pub(crate) password: String,
    /// Processes by service, from their start until their orderly stop.
    #[serde(default)]
    pub(crate) processes: BTreeMap<String, Identity>,
    /// The boot in which the data was last in use.
    #[serde(default)]
    pub(crate) boot: String,
}

/// The facts and the file they are in; the holder of the lock owns both.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    state: Mutex<State>,
}

impl StateFile {
    /// Reads the file; one that is missing or damaged counts as empty.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut state: State = serde_json::from_str(&text).unwrap_or_default();
        if state.password.is_empty() {
            state.password = random_password()?;
        }
        let file = Self { path: path.to_owned(), state: Mutex::new(state) };
        file.change(|_| ())?;
        Ok(file)
    }

    /// Looks at the facts.
    pub(crate) fn read(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding the state")
    }

    /// Changes the facts and writes them, whole or not at all.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> Result<T> {
        let mut state = self.read();
        let outcome = change(&mut state);
        let draft = self.path.with_extension("draft");
        let text = serde_json::to_vec_pretty(&*state).expect("plain values serialise");
        let _ = fs::remove_file(&draft);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)
            .and_then(|mut file| file.write_all(&text))
            .and_then(|()| fs::rename(&draft, &self.path))
            .with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(outcome)
    }
}

/// 128 random bits from the kernel, in hexadecimal.
fn random_password() -> Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("cannot read /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("sight-state-{name}-{}", std::process::id()))
    }

    #[test]
    fn what_is_changed_is_there_after_opening_again() {
        let path = file("again");
        let first = StateFile::open(&path).unwrap();
        first.change(|state| state.ports.insert("redis".to_owned(), 24_311)).unwrap();
        let password = first.read().password.clone();
        let second = StateFile::open(&path).unwrap();
        assert_eq!(second.read().ports["redis"], 24_311);
        assert_eq!(second.read().password, password);
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_damaged_file_counts_as_empty() {
        let path = file("damaged");
        fs::write(&path, "{\"ports\": {\"redis\"").unwrap();
        let state = StateFile::open(&path).unwrap();
        assert!(state.read().ports.is_empty());
        assert_eq!(state.read().password.len(), 32);
        fs::remove_file(path).unwrap();
    }
}
