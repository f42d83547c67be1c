//! Services that a machine may be without: what they are replaced by is tested everywhere, they
//! themselves where they can be started.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use platform::Env;

/// Says that an adapter's tests are left out, and why. `SIGHT_REQUIRE` lists adapters whose absence is
/// a failure. `SIGHT_LEFT_OUT` names a file that collects what was left out, because the output of a
/// test that passes is not shown.
pub fn left_out(adapter: &str, why: &str) {
    let env = Env::from_process();
    let required = env.raw("SIGHT_REQUIRE").unwrap_or_default();
    assert!(!is_named(required, adapter), "SIGHT_REQUIRE names {adapter}, but {why}");
    println!("left out: {adapter}: {why}");
    if let Some(path) = env.raw("SIGHT_LEFT_OUT") {
        let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
        // One write, so that lines of tests that run beside each other do not mix.
        file.write_all(format!("{adapter}: {why}\n").as_bytes()).unwrap();
    }
}

fn is_named(list: &str, adapter: &str) -> bool {
    list.split(',').any(|name| name.trim() == adapter)
}

/// A program on `PATH`, or where Go puts what it installs.
pub fn program(name: &str) -> Option<PathBuf> {
    let env = Env::from_process();
    let path = std::env::split_paths(env.raw("PATH").unwrap_or_default()).collect::<Vec<_>>();
    let go = ["GOBIN", "GOPATH", "HOME"].into_iter().zip(["", "bin", "go/bin"]);
    let go = go.filter_map(|(root, below)| Some(PathBuf::from(env.raw(root)?).join(below)));
    path.into_iter().chain(go).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// A port of the loopback address that nobody uses.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A process that ends with its test.
pub struct Running(Child);

impl Running {
    /// Starts it without input and output.
    pub fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adapter_is_required_by_its_whole_name() {
        assert!(is_named("pubsub,storage", "storage") && is_named(" storage , pubsub", "storage"));
        assert!(!is_named("", "storage") && !is_named("storages", "storage"));
    }
}
