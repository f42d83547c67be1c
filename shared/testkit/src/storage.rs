//! Stores of files: a folder always, Cloud Storage's emulator where it is installed.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::uri::PathAndQuery;
use axum::http::{self, StatusCode};
use axum::response::IntoResponse;
use platform::storage::Storage;
use serde_json::json;
use tokio::net::TcpListener;

use crate::adapter::{Running, free_port, left_out, program};

const BUCKET: &str = "sight-test";

/// A store with nothing in it, gone with its test.
pub struct TestStorage {
    /// What its failures are told by.
    pub name: &'static str,
    pub storage: Storage,
    pub folder: Option<PathBuf>,
    /// Where the emulator answers, and the name of its bucket.
    pub address: Option<(String, &'static str)>,
    _emulator: Option<Running>,
}

impl TestStorage {
    /// A folder of this test's own.
    pub fn folder() -> Self {
        let name = format!("sight-files-{}", platform::secret::random_token());
        let folder = std::env::temp_dir().join(name);
        let storage = Storage::folder(&folder);
        Self { name: "folder", storage, folder: Some(folder), address: None, _emulator: None }
    }

    /// A bucket of [fake-gcs-server](https://github.com/fsouza/fake-gcs-server), where that is
    /// installed: `go install github.com/fsouza/fake-gcs-server@latest`.
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
        let endpoint = naming_ports(endpoint).await;
        let storage = Storage::bucket(&endpoint, BUCKET, None);
        let address = Some((endpoint, BUCKET));
        Some(Self { name: "bucket", storage, folder: None, address, _emulator: Some(emulator) })
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

/// An address before the emulator that says its port in `Host`. Google's client leaves the port out, and
/// the emulator sends who uploads in parts to what `Host` says.
async fn naming_ports(emulator: String) -> String {
    let client = platform::http_client(Duration::from_secs(60));
    let pass_on = move |request: Request| {
        let (client, emulator) = (client.clone(), emulator.clone());
        async move {
            let (mut parts, body) = request.into_parts();
            parts.headers.remove(HOST);
            let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
            let request = client.request(parts.method, format!("{emulator}{path}"));
            let body = reqwest::Body::wrap_stream(body.into_data_stream());
            let Ok(answer) = request.headers(parts.headers).body(body).send().await else {
                return StatusCode::BAD_GATEWAY.into_response();
            };
            http::Response::from(answer).map(Body::new).into_response()
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, Router::new().fallback(pass_on)).into_future());
    format!("http://{address}")
}

impl Drop for TestStorage {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
