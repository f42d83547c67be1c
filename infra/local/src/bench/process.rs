//! A function as a process: how soon it answers, and what it holds at rest.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{functions, release, services, stand_ins, verdict};
use crate::checks::Cargo;
use crate::environment::Environment;
use crate::layout::Layout;
use crate::services::Wanted;

const STARTS: usize = 7;
const START_BAR: Duration = Duration::from_millis(50);
const MEMORY_BAR_MB: f64 = 25.0;
/// It takes this long until what the start left behind has settled.
const REST: Duration = Duration::from_secs(1);

/// A function that has answered.
struct Started {
    process: Child,
    took: Duration,
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(super) async fn run(environment: &Environment, layout: &Layout, cargo: &Cargo) -> Result<bool> {
    let names = functions(&layout.checkout)?;
    release(cargo).await?;
    let services = services(environment, layout, Wanted::WITHOUT_NEO4J).await?;
    let mut variables = services.environment();
    variables.extend(stand_ins());
    let console = layout.state.join("bench-console");
    fs::create_dir_all(&console)?;
    fs::write(console.join("index.html"), "<!doctype html><title>Bench</title>")?;
    variables.push(("WEB_ROOT", console.display().to_string()));
    let mut all_hold = true;
    for name in &names {
        let program = layout.checkout.join("target/release").join(name);
        match measure(&program, &variables) {
            Ok((start, memory)) => {
                let ms = format!("{:.1} ms", start.as_secs_f64() * 1e3);
                all_hold &=
                    verdict(&format!("{name}: start to /health"), &ms, "50 ms", start <= START_BAR);
                let mb = format!("{memory:.1} MB");
                all_hold &=
                    verdict(&format!("{name}: at rest"), &mb, "25 MB", memory <= MEMORY_BAR_MB);
            }
            Err(error) => {
                println!("{name}: not measured: {error:#}");
                all_hold = false;
            }
        }
    }
    services.stop().await;
    Ok(all_hold)
}

/// The median start, and the memory of the last.
fn measure(program: &Path, variables: &[(&'static str, String)]) -> Result<(Duration, f64)> {
    let mut took = Vec::new();
    for _ in 1..STARTS {
        took.push(start(program, variables)?.took);
    }
    let last = start(program, variables)?;
    took.push(last.took);
    took.sort();
    std::thread::sleep(REST);
    Ok((took[STARTS / 2], resident_mb(last.process.id())?))
}

fn start(program: &Path, variables: &[(&'static str, String)]) -> Result<Started> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let mut command = Command::new("taskset");
    command.args(["-c", "1"]).arg(program).env("PORT", port.to_string());
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begun = Instant::now();
    let process = command.spawn().context("cannot start it")?;
    let mut started = Started { process, took: Duration::ZERO };
    while begun.elapsed() < Duration::from_secs(10) {
        if is_healthy(port) {
            started.took = begun.elapsed();
            return Ok(started);
        }
        if let Some(status) = started.process.try_wait()? {
            bail!("it ended with {status}");
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    bail!("it does not answer")
}

/// True when `/health` answers 200.
fn is_healthy(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream
            .write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status == *b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

/// `VmRSS` of `/proc/PID/status`.
fn resident_mb(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kb: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kb / 1024.0)
}
