//! Whose code runs in ours, and on what terms: read from what cargo has at hand, without a network.
//! Advisories need their database and are for a pipeline with one.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{Metadata, MetadataCommand};

/// Terms that ask for no more than a notice. `CDLA-Permissive-2.0` is the certificates' data.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
/// Crates that stand in several versions, at most: each costs build time and size. The test lists them.
const MOST_DUPLICATES: usize = 40;

/// Everything that is built on the platform that we deploy to.
fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let mut command = MetadataCommand::new();
    command.manifest_path(manifest);
    let options = ["--offline", "--filter-platform", "x86_64-unknown-linux-gnu"];
    command.other_options(options.map(str::to_owned));
    command.exec().expect("cargo describes the workspace")
}

/// True when an SPDX expression can be met by the allowed licences alone. `AND` binds before `OR`; an
/// exception (`WITH`) only adds rights; `/` is the older way to write `OR`.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let is_allowed = any(&mut words);
    is_allowed && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>) -> bool {
    let mut is_allowed = all(words);
    while words.next_if_eq(&"OR").is_some() {
        is_allowed |= all(words);
    }
    is_allowed
}

fn all(words: &mut Words<'_>) -> bool {
    let mut is_allowed = one(words);
    while words.next_if_eq(&"AND").is_some() {
        is_allowed &= one(words);
    }
    is_allowed
}

fn one(words: &mut Words<'_>) -> bool {
    let is_allowed = match words.next() {
        Some("(") => any(words) && words.next() == Some(")"),
        Some(licence) => ALLOWED.contains(&licence),
        None => false,
    };
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    is_allowed
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    for allowed in ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "(MIT OR GPL-3.0) AND ISC"] {
        assert!(is_allowed(allowed), "{allowed}");
    }
    assert!(is_allowed("Apache-2.0 WITH LLVM-exception OR GPL-2.0"));
    for refused in
        ["GPL-3.0", "MIT AND GPL-3.0", "", "MIT Apache-2.0", "(GPL-3.0 OR AGPL-3.0) AND MIT"]
    {
        assert!(!is_allowed(refused), "{refused}");
    }
}

#[test]
fn every_dependency_is_on_terms_that_ask_for_a_notice_at_most() {
    let metadata = metadata();

    let foreign = metadata.packages.iter().filter(|package| package.source.is_some());
    let refused: Vec<String> = foreign
        .filter(|package| !package.license.as_deref().is_some_and(is_allowed))
        .map(|package| format!("{} {}: {:?}", package.name, package.version, package.license))
        .collect();

    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn few_dependencies_come_in_several_versions() {
    let metadata = metadata();
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in &metadata.packages {
        versions.entry(package.name.to_string()).or_default().insert(package.version.to_string());
    }

    versions.retain(|_, versions| versions.len() > 1);

    println!("{versions:#?}");
    assert!(versions.len() <= MOST_DUPLICATES, "{versions:#?}");
}
