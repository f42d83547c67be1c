//! Stores of files: a folder always, Cloud Storage's emulator where it is installed.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use platform::storage::Storage;
use serde_json::json;

use crate::adapter::{Running, free_port, left_out, program};

const BUCKET: &str = "sight-test";

/// A store with nothing in it, gone with its test.
pub struct TestStorage {
    /// What its failures are told by.
    pub name: &'static str,
    pub storage: Storage,
    pub folder: Option<PathBuf>,
    _emulator: Option<Running>,
}

impl TestStorage {
    /// A folder of this test's own.
    pub fn folder() -> Self {
        let name = format!("sight-files-{}", platform::secret::random_token());
        let folder = std::env::temp_dir().join(name);
        let storage = Storage::folder(&folder);
        Self { name: "folder", storage, folder: Some(folder), _emulator: None }
    }

    /// A bucket of [fake-gcs-server](https://github.com/fsouza/fake-gcs-server), where that is
    /// installed: `go install github.com/fsouza/fake-gcs-server@latest`.
    ///
    /// # Panics
    /// When it does not start, or is absent and `SIGHT_REQUIRE` names `storage`.
    pub async fn bucket() -> Option<Self> {
        let Some(program) = program("fake-gcs-server") else {
            left_out("storage", "fake-gcs-server is not installed");
            return None;
        };
        let port = free_port().to_string();
        let address = format!("127.0.0.1:{port}");
        let endpoint = format!("http://{address}");
        let mut command = Command::new(program);
        command.args(["-scheme", "http", "-backend", "memory", "-host", "127.0.0.1"]);
        command.args(["-port", &port, "-public-host", &address, "-external-url", &endpoint]);
        let emulator = Running::start(&mut command);
        make_bucket(&endpoint).await;
        let storage = Storage::bucket(&endpoint, BUCKET, None);
        Some(Self { name: "bucket", storage, folder: None, _emulator: Some(emulator) })
    }

    /// Every kind of store that this machine has.
    pub async fn all() -> Vec<Self> {
        std::iter::once(Self::folder()).chain(Self::bucket().await).collect()
    }
}

/// The emulator begins without any; it answers a moment after its start.
async fn make_bucket(endpoint: &str) {
    let client = platform::http_client(Duration::from_secs(5));
    let url = format!("{endpoint}/storage/v1/b");
    for _ in 0..200 {
        let made = client.post(&url).json(&json!({ "name": BUCKET })).send().await;
        if made.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("fake-gcs-server does not answer");
}

impl Drop for TestStorage {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
