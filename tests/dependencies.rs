//! Whose code runs in ours: everything that a manifest names is used, and few crates come twice. On what terms
//! they may be used is in `deny.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};

/// Crates that stand in several versions, at most: each costs build time and size. The test lists them.
const MOST_DUPLICATES: usize = 40;

fn command() -> MetadataCommand {
    let mut command = MetadataCommand::new();
    command.manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
    command
}

/// The code of a package, without its comments and without the packages that lie in its folder.
fn code(folder: &Path, packages: &BTreeSet<PathBuf>) -> String {
    let mut found = String::new();
    for entry in fs::read_dir(folder).expect("a folder of the workspace can be read") {
        let path = entry.expect("its entries too").path();
        let is_ours = !path.ends_with("target") && !path.ends_with("node_modules");
        if path.is_dir() && !packages.contains(&path) && is_ours {
            found.push_str(&code(&path, packages));
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            lines.for_each(|line| found.extend([line, "\n"]));
        }
    }
    found
}

/// Whether code names a crate: `name::…` or `use name;`, not as a module of another crate.
fn names(code: &str, name: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(name).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        let outer = before.strip_suffix("::").unwrap_or(before);
        let is_inner =
            outer.len() < before.len() && outer.ends_with(|last| is_word(last) || last == '>');
        let is_whole = !before.ends_with(is_word) && !is_inner;
        is_whole && ["::", ";", " as "].iter().any(|next| after.starts_with(next))
    })
}

#[test]
fn everything_that_a_manifest_asks_for_is_used() {
    let metadata: Metadata = command().no_deps().exec().expect("cargo describes the workspace");
    let folder = |manifest: &Path| manifest.parent().expect("it lies in a folder").to_path_buf();
    let folders =
        metadata.packages.iter().map(|package| folder(package.manifest_path.as_std_path()));
    let folders: BTreeSet<PathBuf> = folders.collect();

    let mut unused = Vec::new();
    for package in &metadata.packages {
        let code = code(&folder(package.manifest_path.as_std_path()), &folders);
        for dependency in &package.dependencies {
            let name = dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_");
            if !names(&code, &name) {
                unused.push(format!("{} does not use {}", package.name, dependency.name));
            }
        }
    }

    assert!(unused.is_empty(), "{}", unused.join("\n"));
}

#[test]
fn a_module_or_a_longer_word_is_no_use_of_a_crate() {
    for code in
        ["use http::Method;", "x = ::http::get()", "use http;", "(http::get)", "a::<http::B>"]
    {
        assert!(names(code, "http"), "{code}");
    }
    for code in ["use crate::http::Json;", "use http_body::Body;", "my_http::get()", "let http = 1"]
    {
        assert!(!names(code, "http"), "{code}");
    }
}

#[test]
fn few_dependencies_come_in_several_versions() {
    let mut command = command();
    // what is built on the platform that we deploy to, without asking the network
    let options = ["--offline", "--filter-platform", "x86_64-unknown-linux-gnu"];
    command.other_options(options.map(str::to_owned));
    let metadata = command.exec().expect("cargo describes the workspace");
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in &metadata.packages {
        versions.entry(package.name.to_string()).or_default().insert(package.version.to_string());
    }

    versions.retain(|_, versions| versions.len() > 1);

    println!("{versions:#?}");
    assert!(versions.len() <= MOST_DUPLICATES, "{versions:#?}");
}
