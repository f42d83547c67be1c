//! Google's own emulator of Pub/Sub, where the Cloud SDK has it.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{self, Next};
use platform::queue::{Publisher, Verifier};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::task::AbortOnDropHandle;

use crate::adapter::{Running, free_port, left_out, program};

const PROJECT: &str = "sight-test";

/// A Pub/Sub of a test's own, gone with it.
pub struct PubSub {
    endpoint: String,
    client: reqwest::Client,
    _emulator: Running,
}

impl PubSub {
    /// Starts the emulator; none where the Cloud SDK's component or Java is missing.
    pub async fn start() -> Option<Self> {
        let (Some(jar), Some(java)) = (jar(), program("java")) else {
            left_out("pubsub", "the Cloud SDK's pubsub-emulator or Java is not installed");
            return None;
        };
        let port = free_port();
        let mut command = Command::new(java);
        command.args(["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar"]);
        command.arg(jar).args(["--host=127.0.0.1", &format!("--port={port}")]);
        let emulator = Running::start(&mut command);
        let client = platform::http_client(Duration::from_secs(10));
        let pubsub =
            Self { endpoint: format!("http://127.0.0.1:{port}"), client, _emulator: emulator };
        pubsub.answers().await;
        Some(pubsub)
    }

    /// Publishes to it.
    pub fn publisher(&self) -> Publisher {
        Publisher::emulator(&self.endpoint, PROJECT)
    }

    /// Makes a topic.
    pub async fn topic(&self, topic: &str) {
        self.put(&format!("topics/sight-{topic}"), json!({})).await;
    }

    /// Has everything on a topic pushed to the workers, as our Terraform sets it up. The emulator
    /// signs nothing: a door in front of the workers signs in its place.
    pub async fn push(
        &self,
        topic: &str,
        workers: Router,
        verifier: Verifier,
    ) -> AbortOnDropHandle<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let signed = workers.layer(middleware::from_fn(move |request: Request, next: Next| {
            let token = verifier.sign().unwrap();
            async move { next.run(with_token(request, &token)).await }
        }));
        let server: JoinHandle<()> = tokio::spawn(async move {
            axum::serve(listener, signed).await.unwrap();
        });
        let endpoint = format!("http://{address}/internal/events/{topic}");
        let subscription = json!({
            "topic": format!("projects/{PROJECT}/topics/sight-{topic}"),
            "pushConfig": { "pushEndpoint": endpoint },
            "ackDeadlineSeconds": 600,
        });
        self.put(&format!("subscriptions/sight-{topic}"), subscription).await;
        AbortOnDropHandle::new(server)
    }

    async fn put(&self, what: &str, body: serde_json::Value) {
        let url = format!("{}/v1/projects/{PROJECT}/{what}", self.endpoint);
        let answer = self.client.put(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{what}: {}", answer.text().await.unwrap());
    }

    async fn answers(&self) {
        for _ in 0..600 {
            if self.client.get(&self.endpoint).send().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the emulator of Pub/Sub does not answer");
    }
}

fn with_token(mut request: Request, token: &str) -> Request {
    let value = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
    request.headers_mut().insert(AUTHORIZATION, value);
    request
}

/// In the folder of the SDK that `gcloud` belongs to.
fn jar() -> Option<PathBuf> {
    let gcloud = program("gcloud")?.canonicalize().ok()?;
    let folder = gcloud.parent()?.parent()?.join("platform/pubsub-emulator/lib");
    let files = std::fs::read_dir(folder).ok()?.filter_map(|file| Some(file.ok()?.path()));
    let is_emulator = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        name.is_some_and(|n| n.starts_with("cloud-pubsub-emulator-") && n.ends_with("-all.jar"))
    };
    files.into_iter().find(is_emulator)
}
