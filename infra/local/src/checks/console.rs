//! The console: its lints, types, tests, build and size, and one walk through it in a browser.
//!
//! Only these checks need Node and Chromium. Without npm's registry they are left out, and the end says so; under CI,
//! or where `SIGHT_REQUIRE` names `console`, that is a failure.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::cargo::Cargo;
use super::left_out::LeftOut;
use super::tally::Tally;
use crate::all_in_one;
use crate::apt;
use crate::environment::Environment;
use crate::interrupt::Interrupt;
use crate::layout::{Flavour, Layout};
use crate::machine::Machine;
use crate::services::Services;

/// Its sources, from the root of the checkout.
const SOURCES: &str = "functions/web/ui";
/// The oldest Node that Vite 8 runs on.
const OLDEST: (u32, u32) = (20, 19);
/// What is installed beside an older Node: npm's package of a version with long support.
const NEWER: &str = "node@22";
/// The scripts of `package.json`, quickest first. The walk is made of what was built.
const SCRIPTS: [(&str, &str); 3] = [
    ("console: lints and types", "check"),
    ("console: tests", "test"),
    ("console: build and size", "build"),
];

/// Node's package manager, and the variables that it is called with.
struct Npm<'a> {
    cargo: &'a Cargo,
    program: PathBuf,
    path: OsString,
}

impl Npm<'_> {
    async fn call(&self, arguments: &[&str], variables: &[(&str, OsString)]) -> Result<()> {
        let arguments = [&["--prefix", SOURCES], arguments].concat();
        let mut all = vec![("PATH", self.path.clone())];
        all.extend_from_slice(variables);
        self.cargo.run_tool(&self.program, &arguments, &all).await
    }
}

/// Runs every check of the console that this machine can.
pub(crate) async fn check(
    cargo: &Cargo,
    environment: &Environment,
    services: &mut Services,
    left_out: &LeftOut,
    interrupt: &Interrupt,
    tally: &mut Tally,
) {
    let begun = super::heading("console: packages");
    let npm = match prepared(cargo, environment, services.layout()).await {
        Ok(Prepared::Ready(npm)) => npm,
        Ok(Prepared::Not(why)) if !is_required(environment) => {
            return left_out.add("console", &format!("{why:#}"));
        }
        Ok(Prepared::Not(error)) | Err(error) => {
            return tally.check("console: packages", begun, Err(error));
        }
    };
    tally.check("console: packages", begun, Ok(()));
    for (title, script) in SCRIPTS {
        let begun = super::heading(title);
        tally.check(title, begun, npm.call(&["run", script], &[]).await);
    }
    let title = "console: a walk in the browser";
    let begun = super::heading(title);
    match chromium(environment, services.layout()) {
        Ok(browser) => {
            let walked = walk(&npm, &browser, services, interrupt).await;
            tally.check(title, begun, walked);
        }
        Err(error) if is_required(environment) => tally.check(title, begun, Err(error)),
        Err(error) => left_out.add("console in a browser", &format!("{error:#}")),
    }
}

/// Builds the console into a folder where `up` finds it.
pub(crate) async fn build(interrupt: &Interrupt) -> Result<()> {
    let layout = Layout::discover(Flavour::Up)?;
    let environment = Environment::from_process();
    let cargo = Cargo::new(&environment, &layout.checkout);
    std::fs::create_dir_all(layout.logs())?;
    let built = async {
        match prepared(&cargo, &environment, &layout).await? {
            Prepared::Ready(npm) => npm.call(&["run", "build"], &[]).await,
            Prepared::Not(why) => Err(why),
        }
    };
    tokio::select! {
        built = built => built,
        signal = interrupt.received() => bail!("{signal}: the console was not built"),
    }
}

fn is_required(environment: &Environment) -> bool {
    environment.is_ci || environment.requires("console")
}

/// Whether this machine can check the console.
enum Prepared<'a> {
    Ready(Npm<'a>),
    /// It cannot, for this reason, and nobody's code is to blame.
    Not(anyhow::Error),
}

/// Node, npm and the packages that the lock file names. An error is a lock file that does not install.
async fn prepared<'a>(
    cargo: &'a Cargo,
    environment: &Environment,
    layout: &Layout,
) -> Result<Prepared<'a>> {
    let npm = match npm(cargo, environment, layout).await {
        Ok(npm) => npm,
        Err(error) => return Ok(Prepared::Not(error)),
    };
    let Err(error) = npm.call(&["ci", "--prefer-offline"], &[]).await else {
        return Ok(Prepared::Ready(npm));
    };
    if npm.call(&["ping"], &[]).await.is_ok() {
        return Err(error.context("the packages of package-lock.json do not install"));
    }
    Ok(Prepared::Not(error.context("npm's registry cannot be reached")))
}

/// npm with a Node that is new enough.
async fn npm<'a>(cargo: &'a Cargo, environment: &Environment, layout: &Layout) -> Result<Npm<'a>> {
    let program = installed(environment, layout, "npm", "npm")?;
    let mut npm = Npm { cargo, program, path: joined(&[], environment)? };
    if !is_new_enough(&version(Path::new("node"), &npm.path)?) {
        let cache = environment.cache().context("no home to install a newer Node in")?;
        let prefix = cache.join("node").display().to_string();
        let arguments = ["install", "--no-audit", "--no-fund", "--prefix", &prefix, NEWER];
        let path = [("PATH", npm.path.clone())];
        cargo.run_tool(&npm.program, &arguments, &path).await.context("no newer Node")?;
        npm.path = joined(&[cache.join("node/node_modules/.bin")], environment)?;
        ensure!(is_new_enough(&version(Path::new("node"), &npm.path)?), "{NEWER} is no newer Node");
    }
    Ok(npm)
}

/// A program, installed as root from a Debian package of its own where it is missing.
fn installed(
    environment: &Environment,
    layout: &Layout,
    program: &str,
    package: &'static str,
) -> Result<PathBuf> {
    if let Some(found) = environment.which(program) {
        return Ok(found);
    }
    let is_root = Machine::look(&layout.state).is_root;
    ensure!(is_root, "no {program}; run: sudo apt-get install --no-install-recommends {package}");
    println!("installing {package} …");
    apt::install_package(environment, package, &layout.logs().join("install.log"))?;
    environment.which(program).with_context(|| format!("{package} brings no {program}"))
}

fn chromium(environment: &Environment, layout: &Layout) -> Result<PathBuf> {
    installed(environment, layout, "chromium", "chromium")
}

/// These folders before those of `PATH`.
fn joined(first: &[PathBuf], environment: &Environment) -> Result<OsString> {
    let folders = first.iter().chain(&environment.path);
    std::env::join_paths(folders).context("a folder on PATH has a colon in its name")
}

fn version(node: &Path, path: &OsString) -> Result<String> {
    // `env` looks it up along the PATH that npm will use
    let output = Command::new("env").arg(node).arg("--version").env("PATH", path).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether `v20.19.1` is as new as it has to be.
pub(crate) fn is_new_enough(version: &str) -> bool {
    let mut parts = version.trim_start_matches('v').split('.').map(|part| part.parse().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) >= OLDEST,
        _ => false,
    }
}

/// The main job in a browser, against the whole system on the services of the tests.
async fn walk(
    npm: &Npm<'_>,
    browser: &Path,
    services: &mut Services,
    interrupt: &Interrupt,
) -> Result<()> {
    let program = all_in_one::build(npm.cargo).await?;
    let url = format!("http://127.0.0.1:{}", services.http_port()?);
    let variables = [
        ("SIGHT_URL", OsString::from(url)),
        // who is invited proves the address by an e-mail
        ("SIGHT_LETTERS", services.layout().state.join("emails").into()),
        ("CHROMIUM", browser.as_os_str().to_owned()),
    ];
    let arguments = vec![OsString::from("up")];
    tokio::select! {
        ended = all_in_one::run(program, arguments, services, interrupt) => {
            ended?;
            bail!("the system ended before the walk")
        }
        walked = npm.call(&["run", "walk"], &variables) => walked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_known_by_its_version() {
        for (version, is_new) in [
            ("v18.20.4", false),
            ("v20.18.3", false),
            ("v20.19.0", true),
            ("v22.1.0", true),
            ("", false),
            ("not a version", false),
        ] {
            assert_eq!(is_new_enough(version), is_new, "{version}");
        }
    }
}
