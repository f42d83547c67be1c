//! What a sign-in costs beside its Argon2: `cargo local bench sign-in` runs it, with PostgreSQL and
//! Redis on another core.
//!
//! `sign-in-bench FUNCTION` drives; `sign-in-bench bare` checks one password again and again, as many at
//! once and on the core that the function had, and prints the processor time of one check.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement stops at what is wrong"
)]

use std::process::Command;

use accounts::Passwords;
use platform::Env;
use serde_json::json;
use testkit::{Database, Loaded, cpu_us};

const PASSWORD: &str = "Correct123";
/// Sign-ins at the same time.
const CALLERS: usize = 8;
/// What each of them does.
const TIMES: usize = 25;
/// Least part of a sign-in's processor time that Argon2 is, where nothing else binds it.
const BAR: f64 = 0.9;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["bare"] => runtime.block_on(bare()),
        [function] => {
            let holds = runtime.block_on(measure(function));
            std::process::exit(i32::from(!holds));
        }
        _ => panic!("sign-in-bench FUNCTION"),
    }
}

async fn bare() {
    let passwords = Passwords::new();
    let hash = passwords.hash(PASSWORD.to_owned()).await.unwrap();
    let own = std::process::id();
    let begun = cpu_us(own);
    let callers = (0..CALLERS).map(async |_| {
        for _ in 0..TIMES {
            assert!(passwords.verify(PASSWORD.to_owned(), Some(hash.clone())).await.unwrap());
        }
    });
    futures::future::join_all(callers).await;
    println!("{}", (cpu_us(own) - begun) / (CALLERS * TIMES) as f64);
}

/// True when the bar holds.
async fn measure(function: &str) -> bool {
    let whole = sign_in_us(function).await;
    let own = std::env::current_exe().unwrap();
    let output = Command::new("taskset").args(["-c", "1"]).arg(own).arg("bare").output().unwrap();
    let argon2: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    let share = argon2 / whole;
    let verdict = if share >= BAR { "holds" } else { "DOES NOT HOLD" };
    println!("a sign-in: {:.1} ms of the core, its Argon2 {:.1} ms", whole / 1e3, argon2 / 1e3);
    println!("{:<40}{share:>8.2}  bar {BAR:>5.2}  {verdict}", "Argon2, part of a sign-in");
    share >= BAR
}

/// Processor time of one sign-in, in microseconds, when as many come as the function takes.
async fn sign_in_us(function: &str) -> f64 {
    let database = Database::create().await;
    let redis = Env::from_process().required("REDIS_URL").expect("REDIS_URL names a Redis");
    let variables = [
        ("DATABASE_URL", database.url("sight_app")),
        ("REDIS_URL", redis),
        ("LIMIT_FACTOR", "1000000".to_owned()),
    ];
    let server = Loaded::start(&[function], &variables);
    let client = reqwest::Client::new();
    let person = json!({ "email": "ana@example.com", "password": PASSWORD, "full_name": "Ana" });
    ask(&client, &server, "register", &person).await;
    let begun = server.cpu_us();
    let callers = (0..CALLERS).map(async |_| {
        for _ in 0..TIMES {
            ask(&client, &server, "login", &person).await;
        }
    });
    futures::future::join_all(callers).await;
    (server.cpu_us() - begun) / (CALLERS * TIMES) as f64
}

async fn ask(client: &reqwest::Client, server: &Loaded, what: &str, body: &serde_json::Value) {
    let url = format!("http://{}/api/v1/auth/{what}", server.address());
    let body = serde_json::to_vec(body).unwrap();
    let request = client.post(url).header("content-type", "application/json").body(body);
    let answer = request.send().await.unwrap();
    let status = answer.status();
    assert!(status.is_success(), "{status}: {}", answer.text().await.unwrap());
}
