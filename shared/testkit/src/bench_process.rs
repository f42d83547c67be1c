//! A service under load: a process of its own, on a core of its own.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use crate::adapter::free_port;

/// Which core the service has to itself.
const CORE: &str = "1";
/// Ticks of `/proc/PID/stat` in a second (proc(5), `USER_HZ`).
const TICKS: f64 = 100.0;

/// A running service, which ends with this.
pub struct Loaded {
    process: Child,
    port: u16,
}

impl Loaded {
    /// Starts it on its core, and waits until it takes connections at `PORT`. `command` is the program
    /// with its arguments.
    pub fn start(command: &[&str], variables: &[(&'static str, String)]) -> Self {
        let port = free_port();
        let process = Command::new("taskset")
            .args(["-c", CORE])
            .args(command)
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .env("PORT", port.to_string())
            .env("LOG", "warn")
            .spawn()
            .unwrap();
        let loaded = Self { process, port };
        for _ in 0..1_000 {
            if TcpStream::connect(loaded.address()).is_ok() {
                return loaded;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("{command:?} did not start");
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Its number, by which `/proc` has it.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// Processor time that it has used, in microseconds.
    pub fn cpu_us(&self) -> f64 {
        cpu_us(self.process.id())
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Prints a measurement beside its bar, both as they are to be read, and says whether it holds.
pub fn verdict(what: &str, value: &str, bar: &str, holds: bool) -> bool {
    let word = if holds { "holds" } else { "DOES NOT HOLD" };
    println!("{what:<40}{value:>8}  bar {bar:>5}  {word}");
    holds
}

/// Processor time that a process has used, in microseconds.
pub fn cpu_us(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    // Fields 14 and 15, utime and stime; the first behind the name is field 3.
    let ticks: f64 = fields[11..13].iter().map(|field| field.parse::<f64>().unwrap()).sum();
    ticks / TICKS * 1e6
}

/// The most memory that a process has had (`VmHWM` of proc(5)), in mebibytes; `self` is this one. None when it has
/// ended.
pub fn peak_mb(process: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kb: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kb / 1024.0)
}
