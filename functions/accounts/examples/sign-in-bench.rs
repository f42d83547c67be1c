//! What a sign-in costs beside its Argon2: `cargo local bench sign-in` runs it, with PostgreSQL and
//! Redis on another core.
//!
//! `sign-in-bench FUNCTION` signs in and refreshes on one core, in one process. A refresh does what a
//! sign-in does (limit, account, session, tokens) but for the password, so what a sign-in takes more is
//! Argon2 with the memory that it asks the kernel for.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement stops at what is wrong"
)]

use std::process::ExitCode;

use platform::Env;
use serde_json::{Value, json};
use testkit::{Database, Loaded, verdict};

const PASSWORD: &str = "Correct123";
/// People at the same time.
const CALLERS: usize = 8;
/// How often each of them does it.
const TIMES: usize = 25;
/// Least part of a sign-in's processor time that Argon2 is, where nothing else binds it.
const BAR: f64 = 0.9;

#[tokio::main]
async fn main() -> ExitCode {
    let function = std::env::args().nth(1).expect("sign-in-bench FUNCTION");
    let database = Database::create().await;
    let redis = Env::from_process().required("REDIS_URL").expect("REDIS_URL names a Redis");
    let variables = [
        ("DATABASE_URL", database.url("sight_app")),
        ("REDIS_URL", redis),
        ("LIMIT_FACTOR", "1000000".to_owned()),
    ];
    let server = Loaded::start(&[&function], &variables);
    let client = reqwest::Client::new();
    let person = json!({ "email": "ana@example.com", "password": PASSWORD, "full_name": "Ana" });
    ask(&client, &server, "register", &person).await;

    let sign_in = each_us(&server, async || {
        for _ in 0..TIMES {
            ask(&client, &server, "login", &person).await;
        }
    });
    let sign_in = sign_in.await;
    let mut sessions = Vec::new();
    for _ in 0..CALLERS {
        sessions.push(ask(&client, &server, "login", &person).await);
    }
    let sessions = std::sync::Mutex::new(sessions);
    let refresh = each_us(&server, async || {
        let mut session = sessions.lock().unwrap().pop().unwrap();
        for _ in 0..TIMES {
            let token = json!({ "refresh_token": session["refresh_token"] });
            session = ask(&client, &server, "refresh", &token).await;
        }
    });
    let refresh = refresh.await;

    let share = 1.0 - refresh / sign_in;
    println!("a sign-in: {:.1} ms of the core, a refresh {:.2} ms", sign_in / 1e3, refresh / 1e3);
    let (value, bar) = (format!("{share:.2}"), format!("{BAR:.2}"));
    match verdict("Argon2, part of a sign-in", &value, &bar, share >= BAR) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Processor time of one of what every caller does so many times, in microseconds.
async fn each_us(server: &Loaded, caller: impl AsyncFn()) -> f64 {
    let begun = server.cpu_us();
    futures::future::join_all((0..CALLERS).map(|_| caller())).await;
    (server.cpu_us() - begun) / (CALLERS * TIMES) as f64
}

async fn ask(client: &reqwest::Client, server: &Loaded, what: &str, body: &Value) -> Value {
    let url = format!("http://{}/api/v1/auth/{what}", server.address());
    let body = serde_json::to_vec(body).unwrap();
    let request = client.post(url).header("content-type", "application/json").body(body);
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap()
}
