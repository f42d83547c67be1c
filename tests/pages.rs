//! What the pages of `docs` name is there: files of this repository, decisions, migrations and their numbers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

/// Where a path from the root begins.
const FOLDERS: [&str; 7] = ["docs", "functions", "infra", "jobs", "migrations", "shared", "tests"];
/// What others built, or fetched.
const FOREIGN: [&str; 2] = ["node_modules", "target"];
/// Says where things were when it was asked, and is not changed after.
const OF_ITS_DAY: &str = "docs/questions.md";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// Everything below a folder, as `/docs/adr/README.md`.
fn below(folder: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(root().join(folder)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if FOREIGN.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            below(&path, found);
        }
        found.push(format!("/{path}"));
    }
}

/// The paths that a page names in code marks. What it writes short is written out: "`pg` stands for `functions/…`".
fn paths(page: &str) -> Vec<String> {
    let parts: Vec<&str> = page.split('`').collect();
    let words = parts.iter().skip(1).step_by(2);
    let pairs = parts.windows(3).skip(1).step_by(2);
    let short: Vec<(&str, &str)> = pairs
        .filter(|pair| pair[1].split_whitespace().eq(["stands", "for"]))
        .map(|pair| (pair[0], pair[2]))
        .collect();
    let whole = |word: &str| {
        let (first, rest) = word.split_once('/')?;
        let long = short.iter().find(|(name, _)| *name == first);
        Some(long.map_or_else(|| word.to_owned(), |(_, long)| format!("{long}/{rest}")))
    };
    let words = words.filter_map(|word| word.split("::").next());
    let paths = words.filter_map(|word| whole(word.trim_end_matches('/')));
    paths.filter(|path| is_path(path)).collect()
}

/// Whether a word can only be a file or folder of this repository: no placeholder, address or route.
fn is_path(word: &str) -> bool {
    let is_plain = word.chars().all(|c| c.is_alphanumeric() || "._-/".contains(c));
    let first = word.split('/').next().unwrap_or_default();
    let is_code = !first.is_empty() && word.ends_with(".rs");
    is_plain && (is_code || FOLDERS.contains(&first))
}

/// The numbers that the names of a folder's files begin with.
fn numbers(folder: &str) -> BTreeSet<u32> {
    let mut files = Vec::new();
    below(folder, &mut files);
    let names = files.iter().filter_map(|file| file.rsplit('/').next());
    names.filter_map(|name| name.split(['-', '_']).next()?.parse().ok()).collect()
}

/// The numbers that the index says are free: `8 to 13, 21`.
fn free(index: &str, of: &str) -> BTreeSet<u32> {
    let mut lines = index.lines();
    let said = lines.find_map(|line| line.strip_prefix(of)).expect("the index names free numbers");
    let number = |text: &str| text.parse::<u32>().expect("a number");
    let ranges = said.split(", ").map(|range| range.split_once(" to ").unwrap_or((range, range)));
    ranges.flat_map(|(from, to)| number(from)..=number(to)).collect()
}

/// A decision's file and date in the index.
fn row(line: &str) -> Option<(String, String)> {
    let (_, rest) = line.strip_prefix("| [")?.split_once("](")?;
    let (file, rest) = rest.split_once(')')?;
    let date = rest.trim_end_matches(" |").rsplit("| ").next()?;
    Some((file.to_owned(), date.to_owned()))
}

/// A decision's file and the date that it says.
fn dated(name: &str) -> (String, String) {
    let page = text(&format!("docs/adr/{name}"));
    let date = page.lines().find_map(|line| line.strip_prefix("Date: "));
    let date = date.unwrap_or_else(|| panic!("{name} has no date")).trim();
    assert!(date.parse::<NaiveDate>().is_ok(), "{name} has the date {date}");
    (name.to_owned(), date.to_owned())
}

#[test]
fn every_file_that_a_page_names_is_there() {
    let mut files = Vec::new();
    FOLDERS.iter().for_each(|folder| below(folder, &mut files));
    let is_page = |file: &&String| file.starts_with("/docs/") && file.ends_with(".md");
    let (mut named, mut missing) = (0, Vec::new());
    for page in files.iter().filter(is_page).map(|page| page.trim_start_matches('/')) {
        if page == OF_ITS_DAY {
            continue;
        }
        for path in paths(&text(page)) {
            named += 1;
            let end = format!("/{path}");
            if !files.iter().any(|file| file.ends_with(&end)) {
                missing.push(format!("{page}: {path}"));
            }
        }
    }
    assert!(named > 200, "the pages name {named} files");
    assert!(missing.is_empty(), "no such file: {missing:#?}");
}

#[test]
fn every_number_is_a_file_or_said_to_be_free() {
    let index = text("docs/adr/README.md");
    for (folder, of) in
        [("docs/adr", "- decisions: "), ("migrations", "- [migrations](../../migrations): ")]
    {
        let (taken, free) = (numbers(folder), free(&index, of));
        let all: BTreeSet<u32> = (1..=taken.last().copied().unwrap_or_default()).collect();
        let both: Vec<&u32> = taken.intersection(&free).collect();
        assert!(both.is_empty(), "of {folder} there are {both:?}, and the index calls them free");
        assert_eq!(&taken | &free, all, "{folder}");
    }
}

#[test]
fn every_decision_has_its_date_and_its_row_in_order() {
    let mut files = Vec::new();
    below("docs/adr", &mut files);
    let names = files.iter().filter_map(|file| file.strip_prefix("/docs/adr/"));
    let mut decisions: Vec<_> = names.filter(|name| *name != "README.md").map(dated).collect();
    decisions.sort();
    let index = text("docs/adr/README.md");
    let rows: Vec<_> = index.lines().filter_map(row).collect();
    assert_eq!(rows, decisions);
}

#[test]
fn a_path_is_known_among_routes_addresses_and_placeholders() {
    let page = "`pg` stands\nfor `functions/x/src`: `pg/a.rs`, `tests/b.rs::holds`, `model/c.rs`, \
                `docs/d/`; `/api/v1/x`, `functions/*/README.md`, `a/b`, `text/html`";
    assert_eq!(
        paths(page),
        ["functions/x/src", "functions/x/src/a.rs", "tests/b.rs", "model/c.rs", "docs/d"]
    );
}
