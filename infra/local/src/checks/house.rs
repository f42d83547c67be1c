//! Rules of this repository that no tool knows.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// The longest a source file may be, in lines.
const LONGEST_FILE: usize = 500;

/// A check of the checkout's files.
pub(crate) type Check = fn(&Path) -> Result<()>;

/// Every check with its title.
pub(crate) const ALL: &[(&str, Check)] =
    &[("files of at most 500 lines", file_sizes), ("migrations only added", migrations_only_added)];

/// Refuses Rust and SQL files that are too long to read in one sitting.
fn file_sizes(checkout: &Path) -> Result<()> {
    let listing = git(
        checkout,
        &["ls-files", "--cached", "--others", "--exclude-standard", "*.rs", "*.sql"],
    )?;
    let too_long: Vec<String> = listing
        .lines()
        .filter_map(|file| Some((file, std::fs::read_to_string(checkout.join(file)).ok()?)))
        .map(|(file, text)| (file, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(file, lines)| format!("{file} has {lines} lines"))
        .collect();
    ensure!(too_long.is_empty(), "{}", too_long.join(", "));
    Ok(())
}

/// Refuses a change to a migration that others may already have applied: on a branch, one that the
/// main line has; on the main line, one that its last commit found there.
fn migrations_only_added(checkout: &Path) -> Result<()> {
    let Some(base) = published(checkout)? else { return Ok(()) };
    let changes =
        git(checkout, &["diff", "--name-status", "--no-renames", &base, "--", "migrations"])?;
    let changed = not_additions(&changes);
    ensure!(changed.is_empty(), "add a new migration instead of changing {}", changed.join(", "));
    Ok(())
}

/// The commit whose migrations are settled; none in a repository of one commit.
fn published(checkout: &Path) -> Result<Option<String>> {
    let commit = |name: &str| git(checkout, &["rev-parse", "--verify", "--quiet", name]).ok();
    let head = commit("HEAD").context("no commit to compare with")?;
    for line in ["origin/main", "main"] {
        let Ok(base) = git(checkout, &["merge-base", "HEAD", line]) else { continue };
        if base != head {
            return Ok(Some(base.trim().to_owned()));
        }
    }
    Ok(commit("HEAD^1").map(|parent| parent.trim().to_owned()))
}

fn not_additions(name_status: &str) -> Vec<&str> {
    let lines = name_status.lines().filter_map(|line| line.split_once('\t'));
    lines.filter(|(status, _)| *status != "A").map(|(_, file)| file).collect()
}

fn git(checkout: &Path, arguments: &[&str]) -> Result<String> {
    // a checkout of another user is read, never written
    let output = Command::new("git")
        .args(["-c", "safe.directory=*"])
        .args(arguments)
        .current_dir(checkout)
        .output()
        .context("cannot run git")?;
    if !output.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    fn repository(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("sight-house-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("migrations")).unwrap();
        git(&folder, &["init", "--quiet", "--initial-branch", "main"]).unwrap();
        fs::write(folder.join("migrations/0001.sql"), "select 1;\n").unwrap();
        commit(&folder);
        folder
    }

    fn commit(folder: &Path) {
        git(folder, &["add", "."]).unwrap();
        let author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
        git(folder, &[&author[..], &["commit", "--quiet", "-m", "A step"]].concat()).unwrap();
    }

    #[test]
    fn a_line_of_git_is_a_change_unless_it_adds() {
        let lines = "A\tmigrations/0003.sql\nM\tmigrations/0001.sql\nD\tmigrations/0002.sql\n";
        assert_eq!(not_additions(lines), ["migrations/0001.sql", "migrations/0002.sql"]);
    }

    #[test]
    fn a_new_migration_is_welcome_and_a_changed_one_is_refused() {
        let folder = repository("main");
        fs::write(folder.join("migrations/0002.sql"), "select 2;\n").unwrap();
        commit(&folder);
        assert!(migrations_only_added(&folder).is_ok());
        fs::write(folder.join("migrations/0001.sql"), "select 3;\n").unwrap();
        let refusal = migrations_only_added(&folder).unwrap_err().to_string();
        assert!(refusal.ends_with("changing migrations/0001.sql"), "{refusal}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_branch_may_still_change_its_own_migration() {
        let folder = repository("branch");
        git(&folder, &["switch", "--quiet", "--create", "wide"]).unwrap();
        for text in ["select 2;\n", "select 3;\n"] {
            fs::write(folder.join("migrations/0002.sql"), text).unwrap();
            commit(&folder);
        }
        assert!(migrations_only_added(&folder).is_ok());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_of_501_lines_is_named() {
        let folder = repository("size");
        fs::write(folder.join("long.rs"), "\n".repeat(501)).unwrap();
        fs::write(folder.join("fine.rs"), "\n".repeat(500)).unwrap();
        let refusal = file_sizes(&folder).unwrap_err().to_string();
        assert_eq!(refusal, "long.rs has 501 lines");
        fs::remove_dir_all(folder).unwrap();
    }
}
