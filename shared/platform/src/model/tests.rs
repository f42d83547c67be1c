//! The model against a provider that does what it is told to.

mod asking;
mod ledger;
mod limits;
mod lost;
mod purses;
mod sent;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::Seed;
use shared::id::{AccountId, ProjectId};
use testkit::{Behaviour, Gate, Scripted};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::*;

/// What the tests ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Person {
    name: String,
    age: u8,
}

/// The limit of calls that are never answered: also a busy machine has sent its request by then.
const LIMIT: Duration = Duration::from_secs(2);

fn ada() -> Person {
    Person { name: "Ada".to_owned(), age: 36 }
}

fn good() -> Value {
    json!({"name": "Ada", "age": 36})
}

fn project() -> ProjectId {
    ProjectId(Uuid::from_u128(1))
}

/// Who owns the project.
fn owner() -> AccountId {
    AccountId(Uuid::from_u128(2))
}

fn request() -> Request<'static, Person> {
    Request {
        task: "person",
        prompt_version: "1",
        project: Some(project()),
        run: None,
        item: Some(7),
        system: "Describe a person.",
        user: "Somebody from Łódź.",
        max_output_tokens: 400,
        temperature: 0.7,
        seed: Seed(42),
        cancel: CancellationToken::new(),
        offline: &ada,
    }
}

fn accept(_: &Person, _: Attempt) -> Vec<String> {
    Vec::new()
}

fn adult(person: &Person, _: Attempt) -> Vec<String> {
    if person.age >= 18 { Vec::new() } else { vec!["the age must be at least 18".to_owned()] }
}

fn config(provider: ProviderKind, server: &Scripted) -> Config {
    Config {
        provider,
        model: "gemini-2.5-flash".to_owned(),
        base_url: Some(server.base_url()),
        key: Some(SecretString::from("hush".to_owned())),
        price: Price::listed("gemini-2.5-flash"),
        first_pause: Duration::ZERO,
        ..Config::offline()
    }
}

fn parts() -> ModelParts {
    ModelParts {
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
        redis: None,
        redis_prefix: "test:".to_owned(),
        budget: None,
        token: None,
        clock: Clock::system(),
    }
}

fn gemini(server: &Scripted) -> Model {
    Model::new(config(ProviderKind::Gemini, server), parts())
}

/// A variable of the test run that names a real service. Without it a test is left out, except in
/// CI, where that is a failure.
#[expect(clippy::disallowed_methods, reason = "where the services are is known to nobody else")]
fn service(variable: &str) -> Option<String> {
    let address = std::env::var(variable).ok();
    if address.is_none() {
        assert!(std::env::var("CI").is_err(), "{variable} must be set in CI");
        eprintln!("left out: {variable} is not set");
    }
    address
}
