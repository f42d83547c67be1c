//! What this machine is and has: read, never changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Environment;
use crate::environment::is_executable;

/// The machine's figures.
#[derive(Clone, Debug)]
pub struct Machine {
    /// `PRETTY_NAME` of `/etc/os-release`.
    pub system: String,
    /// Debian's major version, on Debian itself.
    pub debian: Option<u32>,
    /// True when this program runs as root.
    pub is_root: bool,
    /// Processors that this program may use.
    pub cores: usize,
    /// Memory still available, in bytes: `MemAvailable` of `/proc/meminfo`.
    pub memory_bytes: u64,
    /// Space that the caller may still fill where the state lies, in bytes.
    pub disk_bytes: u64,
}

impl Machine {
    /// Reads the figures; `state` tells which disk is meant.
    pub fn look(state: &Path) -> Self {
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        Self {
            system: release_field(&release, "PRETTY_NAME").unwrap_or("unknown").to_owned(),
            debian: debian_major(&release),
            is_root: crate::account::is_root(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_bytes: available_memory(&memory).unwrap_or(0),
            disk_bytes: free_disk(state),
        }
    }
}

/// The programs that the services need, where they are.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    /// PostgreSQL's servers, newest first.
    pub postgres: Vec<Postgres>,
    /// `redis-server`.
    pub redis: Option<PathBuf>,
    /// A Java that Neo4j 5.26 runs on.
    pub java: Option<Java>,
    /// `mvn`.
    pub maven: Option<PathBuf>,
}

/// An installed PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postgres {
    pub major: u32,
    /// The folder of `initdb`, `postgres` and `createdb`.
    pub bin: PathBuf,
}

/// An installed Java.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Java {
    pub major: u32,
    /// The `java` program.
    pub program: PathBuf,
}

/// The oldest PostgreSQL that Sight is tested on.
const OLDEST_POSTGRES: u32 = 15;

/// What Neo4j 5.26 runs on: <https://neo4j.com/docs/operations-manual/5/installation/requirements/>.
const JAVA_FOR_NEO4J: [u32; 2] = [17, 21];

impl Programs {
    /// Looks for the programs on `PATH` and where Debian puts them.
    pub fn find(environment: &Environment) -> Self {
        Self {
            postgres: find_postgres(environment),
            redis: environment.which("redis-server"),
            java: find_java(environment),
            maven: environment.which("mvn"),
        }
    }
}

/// The first line that a program prints with these arguments, if it runs at all.
pub(crate) fn first_line(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let said = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    String::from_utf8_lossy(&said).lines().next().map(str::to_owned)
}

fn find_postgres(environment: &Environment) -> Vec<Postgres> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut folders: Vec<PathBuf> =
        debian.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    let on_path = environment.which("postgres").and_then(|program| program.canonicalize().ok());
    folders.extend(on_path.and_then(|program| Some(program.parent()?.to_owned())));
    let mut found: Vec<Postgres> = folders.into_iter().filter_map(postgres_in).collect();
    found.sort_by_key(|postgres| std::cmp::Reverse(postgres.major));
    found.dedup();
    found
}

fn postgres_in(bin: PathBuf) -> Option<Postgres> {
    if !["initdb", "postgres", "createdb"].iter().all(|name| is_executable(&bin.join(name))) {
        return None;
    }
    let line = first_line(&bin.join("postgres"), &["--version"])?;
    let major = first_number(&line).filter(|major| *major >= OLDEST_POSTGRES)?;
    Some(Postgres { major, bin })
}

fn find_java(environment: &Environment) -> Option<Java> {
    let named = environment.java_home.iter().map(|home| home.join("bin/java"));
    let debian = fs::read_dir("/usr/lib/jvm").into_iter().flatten();
    let debian = debian.filter_map(|entry| Some(entry.ok()?.path().join("bin/java")));
    named.chain(environment.which("java")).chain(debian).find_map(|program| {
        let line = first_line(&program, &["-version"])?;
        let major = first_number(&line).filter(|major| JAVA_FOR_NEO4J.contains(major))?;
        Some(Java { major, program })
    })
}

/// `postgres (PostgreSQL) 15.14 (Debian …)` → 15; `openjdk version "17.0.15"` → 17.
fn first_number(line: &str) -> Option<u32> {
    let begin = line.find(|c: char| c.is_ascii_digit())?;
    let digits = line[begin..].split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn release_field<'a>(release: &'a str, name: &str) -> Option<&'a str> {
    let line = release.lines().find(|line| line.split('=').next() == Some(name))?;
    Some(line.split_once('=')?.1.trim_matches('"'))
}

fn debian_major(release: &str) -> Option<u32> {
    if release_field(release, "ID") != Some("debian") {
        return None;
    }
    release_field(release, "VERSION_ID")?.parse().ok()
}

fn available_memory(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find(|line| line.starts_with("MemAvailable:"))?;
    let kibibytes: u64 = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Free space on the disk of the nearest folder that already exists.
fn free_disk(folder: &Path) -> u64 {
    let existing = folder.ancestors().find(|step| step.exists());
    let stat = existing.and_then(|folder| rustix::fs::statvfs(folder).ok());
    stat.map_or(0, |stat| stat.f_bavail * stat.f_frsize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOKWORM: &str =
        "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n";

    #[test]
    fn the_version_is_the_first_number_of_the_line() {
        let table = [
            ("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", Some(15)),
            ("openjdk version \"17.0.15\" 2025-04-15", Some(17)),
            ("openjdk version \"21\" 2023-09-19", Some(21)),
            ("command not found", None),
        ];
        for (line, expected) in table {
            assert_eq!(first_number(line), expected, "{line}");
        }
    }

    #[test]
    fn debian_is_told_from_its_relatives() {
        assert_eq!(debian_major(BOOKWORM), Some(12));
        assert_eq!(debian_major("ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\n"), None);
        assert_eq!(release_field(BOOKWORM, "PRETTY_NAME"), Some("Debian GNU/Linux 12 (bookworm)"));
    }

    #[test]
    fn available_memory_is_in_bytes() {
        let meminfo = "MemTotal:  100 kB\nMemFree: 10 kB\nMemAvailable:   24000 kB\n";
        assert_eq!(available_memory(meminfo), Some(24_576_000));
        assert_eq!(available_memory(""), None);
    }

    #[test]
    fn the_disk_of_a_folder_to_be_made_is_that_of_its_nearest_parent() {
        assert!(free_disk(Path::new("/tmp/not/there/yet")) > 0);
    }
}
