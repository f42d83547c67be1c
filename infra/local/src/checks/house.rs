//! Rules of this repository that no tool knows.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::migrations;

/// The longest a source file may be, in lines.
const LONGEST_FILE: usize = 500;
/// The longest subject of a commit, in characters: more is cut off where histories are listed.
const LONGEST_SUBJECT: usize = 72;

/// What may be here that is no text: pictures, documents of the demo, word lists as automata.
const BINARY: [&str; 5] = [".docx", ".fst", ".pdf", ".png", ".webp"];

/// A check of the checkout's files.
pub(crate) type Check = fn(&Path) -> Result<()>;

/// Every check with its title.
pub(crate) const ALL: &[(&str, Check)] = &[
    ("files of at most 500 lines", file_sizes),
    ("nothing that others built", nothing_built),
    ("public items documented", public_items_documented),
    ("migrations only added", migrations_only_added),
    ("new migrations stop nobody", migrations::stop_nobody),
    ("commit subjects of at most 72 characters", commit_subjects),
];

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

/// Refuses what is neither text nor of a known kind: somebody's package, or a program, that lay here when all was added.
fn nothing_built(checkout: &Path) -> Result<()> {
    let listing = git(checkout, &["ls-files", "--cached", "--others", "--exclude-standard"])?;
    let is_known = |file: &&str| BINARY.iter().any(|ending| file.ends_with(ending));
    let is_binary = |file: &&str| {
        std::fs::read(checkout.join(file)).is_ok_and(|bytes| str::from_utf8(&bytes).is_err())
    };
    let built: Vec<&str> =
        listing.lines().filter(|file| !is_known(file)).filter(is_binary).collect();
    ensure!(built.is_empty(), "neither text nor a picture: {}", built.join(", "));
    Ok(())
}

/// Refuses public items that nothing is said about. The compiler's lint for that asks for a word about each
/// field and variant too, where it only breeds echoes of their names.
fn public_items_documented(checkout: &Path) -> Result<()> {
    let listing =
        git(checkout, &["ls-files", "--cached", "--others", "--exclude-standard", "*/src/*.rs"])?;
    let is_test = |file: &&str| file.contains("/tests/") || file.ends_with("/tests.rs");
    let bare: Vec<String> = listing
        .lines()
        .filter(|file| !is_test(file))
        .filter_map(|file| Some((file, std::fs::read_to_string(checkout.join(file)).ok()?)))
        .flat_map(|(file, text)| {
            undocumented(&text).into_iter().map(move |line| format!("{file}:{line}"))
        })
        .collect();
    ensure!(bare.is_empty(), "say what it is: {}", bare.join(", "));
    Ok(())
}

/// The lines, from 1, of public items without a doc comment; what tests have in their own module is theirs.
fn undocumented(text: &str) -> Vec<usize> {
    let (mut has_doc, mut in_attribute, mut found) = (false, false, Vec::new());
    for (number, line) in text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]") {
        let line = line.trim();
        if line.starts_with("///") || line.starts_with("#[doc") {
            has_doc = true;
        } else if in_attribute || line.starts_with("#[") {
            in_attribute = !line.ends_with(']');
        } else {
            if !has_doc && is_public_item(line) {
                found.push(number + 1);
            }
            has_doc = false;
        }
    }
    found
}

/// Whether a line begins an item that other crates may see; one that a macro names is the macro's.
fn is_public_item(line: &str) -> bool {
    const KINDS: [&str; 8] = ["fn", "struct", "enum", "union", "trait", "const", "static", "type"];
    let Some(rest) = line.strip_prefix("pub ") else { return false };
    let mut words = rest.split_whitespace();
    let kind = words.find(|word| !["async", "unsafe", "extern"].contains(word));
    kind.is_some_and(|kind| KINDS.contains(&kind))
        && !words.next().is_some_and(|name| name.starts_with('$'))
}

/// Refuses a commit whose subject is too long to be read in a list.
fn commit_subjects(checkout: &Path) -> Result<()> {
    let Some(base) = published(checkout)? else { return Ok(()) };
    let range = format!("{base}..HEAD");
    let commits = git(checkout, &["log", "--no-merges", "--format=%h %s", &range])?;
    let too_long: Vec<&str> = commits
        .lines()
        .filter(|commit| {
            let (_, subject) = commit.split_once(' ').unwrap_or_default();
            subject.chars().count() > LONGEST_SUBJECT
        })
        .collect();
    ensure!(too_long.is_empty(), "shorten {}", too_long.join(", "));
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
        commit_as(folder, "A step");
    }

    fn commit_as(folder: &Path, subject: &str) {
        git(folder, &["add", "."]).unwrap();
        let author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
        let commit = ["commit", "--quiet", "--allow-empty", "-m", subject];
        git(folder, &[&author[..], &commit].concat()).unwrap();
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
    fn a_public_item_needs_a_word_and_a_field_does_not() {
        let text = "/// A pair.\n#[derive(\n    Debug,\n)]\npub struct Pair {\n    pub one: u8,\n}\n\n\
                    pub struct Bare;\n\npub(crate) fn own() {}\n\npub async fn seen() {}\n\n\
                    #[cfg(test)]\npub fn of_tests() {}\n";
        assert_eq!(undocumented(text), [9, 13]);
    }

    #[test]
    fn a_subject_of_73_characters_is_named_once_it_is_new() {
        let folder = repository("subjects");
        commit_as(&folder, &"a".repeat(73));
        commit_as(&folder, &"b".repeat(72));
        assert!(commit_subjects(&folder).is_ok(), "on the main line only the last one is new");
        git(&folder, &["switch", "--quiet", "--create", "wide"]).unwrap();
        commit_as(&folder, &"c".repeat(73));
        let refusal = commit_subjects(&folder).unwrap_err().to_string();
        assert!(refusal.starts_with("shorten ") && refusal.ends_with(&"c".repeat(73)), "{refusal}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_package_that_lay_there_is_named_and_a_picture_is_not() {
        let folder = repository("built");
        for name in ["tool.whl", "picture.png"] {
            fs::write(folder.join(name), [0x50, 0x4b, 0xff, 0xfe]).unwrap();
        }
        let refusal = nothing_built(&folder).unwrap_err().to_string();
        assert_eq!(refusal, "neither text nor a picture: tool.whl");
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
