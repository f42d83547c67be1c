//! Instructions of the hot paths: the same on a busy machine as on an idle one.
//!
//! A program that does its work so many times runs under valgrind twice; the difference is the work
//! without the start. It is the dev build, in which the engine is optimised and the rest is not: what
//! counts is the change, and a release build would cost a quarter of an hour.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::verdict;
use crate::apt;
use crate::checks::Cargo;
use crate::environment::Environment;
use crate::layout::Layout;
use crate::services::{Services, Wanted};

/// What was counted when the baseline was recorded, one line a subject.
const BASELINE: &str = "infra/local/bench/instructions.tsv";
/// A change beyond this part is a failure.
const TOLERANCE: f64 = 0.10;
const FEW: u64 = 1;
const MANY: u64 = 4;

/// The program of a subject, and its name there.
const SUBJECTS: [(&str, &str); 6] = [
    ("count-population", "allocation"),
    ("count-population", "raking"),
    ("count-population", "fidelity"),
    ("count-personas", "details"),
    ("count-personas", "list"),
    ("count-run", "step"),
];

/// A subject that works on a database.
const TEMPLATE: (&str, &str) = ("count-run", "step");

pub(super) async fn run(
    environment: &Environment,
    layout: &Layout,
    cargo: &Cargo,
    record: bool,
) -> Result<bool> {
    let valgrind = valgrind(environment, layout)?;
    cargo.run(&["build", "--workspace", "--examples"], &[]).await?;
    let services = Services::start(layout, environment, Wanted::WITHOUT_NEO4J, "bench").await?;
    let variables = services.environment();
    let examples = layout.checkout.join("target/debug/examples");
    let counted = tokio::task::spawn_blocking(move || count_all(&valgrind, &examples, &variables));
    let counted = counted.await?;
    services.stop().await;
    let file = layout.checkout.join(BASELINE);
    if record {
        return write(&file, &counted?).map(|()| true);
    }
    Ok(compare(&read(&file)?, &counted?))
}

/// Finds it; installs it as root, and says how otherwise.
fn valgrind(environment: &Environment, layout: &Layout) -> Result<PathBuf> {
    if let Some(found) = environment.which("valgrind") {
        return Ok(found);
    }
    ensure!(
        rustix::process::geteuid().is_root(),
        "valgrind is missing; run: sudo apt-get install -y --no-install-recommends valgrind"
    );
    layout.create()?;
    apt::install_package(environment, "valgrind", &layout.logs().join("apt.log"))?;
    environment.which("valgrind").context("valgrind was installed and is not there")
}

fn count_all(
    valgrind: &Path,
    examples: &Path,
    variables: &[(&'static str, String)],
) -> Result<BTreeMap<String, u64>> {
    let count = |(program, subject), times| {
        count(valgrind, &examples.join(program), subject, times, variables)
    };
    // Whoever comes first makes the template of the tests' databases: this one does not count.
    count(TEMPLATE, FEW)?;
    let mut counted = BTreeMap::new();
    for (program, subject) in SUBJECTS {
        let (few, many) = (count((program, subject), FEW)?, count((program, subject), MANY)?);
        let each = many.saturating_sub(few) / (MANY - FEW);
        println!("{subject:<12}{each:>14} instructions");
        counted.insert(subject.to_owned(), each);
    }
    Ok(counted)
}

/// What callgrind collects, user space only.
fn count(
    valgrind: &Path,
    program: &Path,
    subject: &str,
    times: u64,
    variables: &[(&'static str, String)],
) -> Result<u64> {
    let output = Command::new(valgrind)
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([subject, &times.to_string()])
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .output()
        .context("cannot run valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{subject} failed: {said}");
    collected(&said).with_context(|| format!("valgrind counted nothing: {said}"))
}

fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find_map(|line| line.split_once("Collected : "))?;
    line.1.trim().parse().ok()
}

/// True when nothing takes more than the baseline and its tolerance.
fn compare(baseline: &BTreeMap<String, u64>, counted: &BTreeMap<String, u64>) -> bool {
    let mut all_hold = true;
    for (subject, &now) in counted {
        let Some(&then) = baseline.get(subject) else {
            println!("{subject}: no baseline; --record writes one");
            all_hold = false;
            continue;
        };
        let change = (now as f64 - then as f64) / then as f64;
        let value = format!("{:+.1} %", change * 100.0);
        all_hold &= verdict(subject, &value, "+10 %", change <= TOLERANCE);
    }
    all_hold
}

fn read(file: &Path) -> Result<BTreeMap<String, u64>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("no {}", file.display()))?;
    text.lines()
        .map(|line| {
            let (subject, count) = line.split_once('\t').context("a line without a tab")?;
            Ok((subject.to_owned(), count.parse()?))
        })
        .collect()
}

fn write(file: &Path, counted: &BTreeMap<String, u64>) -> Result<()> {
    std::fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
    let lines: String = counted.iter().map(|(subject, n)| format!("{subject}\t{n}\n")).collect();
    std::fs::write(file, lines)?;
    println!("recorded in {}", file.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(step: u64) -> BTreeMap<String, u64> {
        BTreeMap::from([("list".to_owned(), 1_000), ("step".to_owned(), step)])
    }

    #[test]
    fn valgrinds_own_words_are_understood() {
        let said = "==7== Events    : Ir\n==7== Collected : 123456\n==7==\n";
        assert_eq!(collected(said), Some(123_456));
        assert_eq!(collected("==7== nothing"), None);
    }

    #[test]
    fn a_tenth_more_passes_and_a_little_beyond_fails() {
        assert!(compare(&counts(1_000), &counts(1_100)));
        assert!(compare(&counts(1_000), &counts(500)));
        assert!(!compare(&counts(1_000), &counts(1_101)));
        assert!(!compare(&BTreeMap::new(), &counts(1)));
    }

    #[test]
    fn a_baseline_reads_back_as_it_was_written() {
        let file = std::env::temp_dir().join(format!("sight-counts-{}.tsv", std::process::id()));
        write(&file, &counts(7)).unwrap();
        assert_eq!(read(&file).unwrap(), counts(7));
        std::fs::remove_file(file).unwrap();
    }
}
