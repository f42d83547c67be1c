//! How fast details are, beside a bare service that makes the same calls. `cargo local bench details`
//! runs it on one core, with PostgreSQL and Redis, and each service in turn on another.
//!
//! `details-bench FUNCTION` drives, with `DATABASE_URL` and `REDIS_URL` of a machine's own services;
//! `details-bench bare FILE` is the bare service.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at what is wrong"
)]

mod bare;
mod load;
mod server;
mod study;

use std::path::Path;
use std::time::Duration;

use load::{Load, Measured};
use study::Study;
use testkit::{Loaded, verdict};

/// Callers at the same time.
const CALLERS: usize = 32;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(4);
/// What the present system does: from cache, and when it is missed, on the same kind of machine.
const PRESENT_CACHED: f64 = 105.0;
const PRESENT_MISSED: f64 = 42.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["bare", answer] => runtime.block_on(bare::serve(Path::new(answer))),
        [function] => {
            let all_hold = runtime.block_on(measure(Path::new(function)));
            std::process::exit(i32::from(!all_hold));
        }
        _ => panic!("details-bench FUNCTION"),
    }
}

/// True when every bar holds.
async fn measure(function: &Path) -> bool {
    let study = Study::new().await;
    let ours = server::function(function, &study);
    let whole = load::once(&ours, &study.requests.of(0)).await;
    println!(
        "body {:.1} KB, {:.1} KB as it travels; {CALLERS} callers, server on one core",
        study.body_kb(&whole),
        whole.body.len() as f64 / 1024.0
    );
    let bare = server::bare(&study, &whole);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        first.push(cached(&bare, &study).await);
        second.push(cached(&ours, &study).await);
    }
    let (bare, cached) = (Measured::median(first), Measured::median(second));
    study.forget().await;
    let missed = missed(&ours, &study).await;
    let rows =
        [("bare hyper, same calls", &bare), ("details from cache", &cached), ("missed", &missed)];
    for (name, row) in rows {
        println!("{name:<24}{row}");
    }
    let ratio = cached.per_second / bare.per_second;
    let cpu = bare.cpu_us / cached.cpu_us;
    println!("its processor time a request is 1/{:.2} of the bare one's", cpu);
    let bars = [
        ("from cache, part of the bare service", ratio, 0.6),
        ("from cache, times the present 105/s", cached.per_second / PRESENT_CACHED, 1.0),
        ("missed, times the present 42/s", missed.per_second / PRESENT_MISSED, 20.0),
    ];
    for (name, value, bar) in bars {
        verdict(name, &format!("{value:.2}"), &format!("{bar:.2}"), value >= bar);
    }
    bars.iter().all(|(_, value, bar)| value >= bar)
}

async fn cached(server: &Loaded, study: &Study) -> Measured {
    let load = Load { callers: CALLERS, until: load::Until::Over(ROUND) };
    let requests = study.requests.clone();
    load.run(server, move |_| requests.of(0)).await
}

/// Every persona once, and nothing is kept of any.
async fn missed(server: &Loaded, study: &Study) -> Measured {
    let load = Load { callers: CALLERS, until: load::Until::Sent(study.requests.people()) };
    let requests = study.requests.clone();
    load.run(server, move |i| requests.of(i)).await
}
