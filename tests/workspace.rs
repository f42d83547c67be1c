//! The arrows between crates, and what every function and job has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use cargo_metadata::{
    CargoOpt, Dependency, DependencyKind, Metadata, MetadataCommand, Node, Package, PackageId,
};

/// A longer `main.rs` holds something that a test cannot reach.
const LONGEST_MAIN: usize = 15;

/// What a crate is to the others, by the folder that it lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Shared,
    /// The engine, and how well its people fit.
    Population,
    /// The simulator.
    Offline,
    /// Pages and tables for people to read.
    Report,
    Platform,
    Records,
    Testkit,
    Function,
    Job,
    /// `infra/local`: services and checks. It compiles in seconds because it imports nothing of ours.
    Local,
    /// `infra/all-in-one` and these tests: they see everything.
    Whole,
}

impl Kind {
    fn of_folder(folder: &str) -> Option<Self> {
        Some(match folder {
            "shared" => Self::Shared,
            "shared/offline" => Self::Offline,
            "shared/population" => Self::Population,
            "shared/report" => Self::Report,
            "shared/platform" => Self::Platform,
            "shared/records" => Self::Records,
            "shared/testkit" => Self::Testkit,
            "infra/local" => Self::Local,
            "infra/all-in-one" | "tests" => Self::Whole,
            _ if folder.starts_with("functions/") => Self::Function,
            _ if folder.starts_with("jobs/") => Self::Job,
            _ => return None,
        })
    }

    fn may_import(self, other: Self, how: DependencyKind) -> bool {
        let is_for_tests = how == DependencyKind::Development;
        match (self, other) {
            (Self::Whole, Self::Testkit | Self::Whole) => is_for_tests,
            (Self::Whole, _) => true,
            (Self::Function | Self::Job | Self::Platform | Self::Records, Self::Testkit) => {
                is_for_tests
            }
            (Self::Report, Self::Offline) => is_for_tests,
            (
                Self::Function | Self::Job | Self::Testkit,
                Self::Shared
                | Self::Population
                | Self::Offline
                | Self::Report
                | Self::Platform
                | Self::Records,
            ) => true,
            (Self::Records, Self::Shared | Self::Platform | Self::Population) => true,
            (Self::Offline | Self::Report, Self::Shared | Self::Population) => true,
            (Self::Platform | Self::Population, Self::Shared) => true,
            _ => false,
        }
    }
}

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let mut command = MetadataCommand::new();
    command.manifest_path(manifest).features(CargoOpt::AllFeatures).no_deps();
    command.exec().expect("cargo describes the workspace")
}

fn folder<'a>(metadata: &Metadata, package: &'a Package) -> &'a str {
    let folder = package.manifest_path.parent().expect("a manifest lies in a folder");
    folder.strip_prefix(&metadata.workspace_root).expect("a member lies in the workspace").as_str()
}

fn kind(metadata: &Metadata, package: &Package) -> Kind {
    let folder = folder(metadata, package);
    Kind::of_folder(folder).unwrap_or_else(|| panic!("nobody has said what `{folder}` may import"))
}

/// The member that a dependency by path names.
fn ours<'a>(metadata: &'a Metadata, dependency: &Dependency) -> Option<&'a Package> {
    let path = dependency.path.as_ref()?;
    let mut members = metadata.packages.iter();
    members.find(|package| package.manifest_path.parent() == Some(path.as_path()))
}

/// The crates in the folder `shared`, each with those of ours that its code imports.
pub(crate) fn arrows_of_shared() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let mut arrows = BTreeMap::new();
    for package in &metadata.packages {
        let folder = folder(&metadata, package);
        if folder.starts_with("shared/") {
            let used = package.dependencies.iter().filter(|one| one.kind == DependencyKind::Normal);
            let below = used.filter_map(|one| Some(ours(&metadata, one)?.name.to_string()));
            arrows.insert(folder.to_owned(), below.collect());
        }
    }
    arrows
}

fn processes(metadata: &Metadata) -> Vec<&Package> {
    let is_process =
        |package: &&Package| matches!(kind(metadata, package), Kind::Function | Kind::Job);
    metadata.packages.iter().filter(is_process).collect()
}

#[test]
fn crates_import_only_what_lies_below_them() {
    let metadata = metadata();
    for package in &metadata.packages {
        for dependency in &package.dependencies {
            let Some(other) = ours(&metadata, dependency) else { continue };
            let (from, to) = (kind(&metadata, package), kind(&metadata, other));
            assert!(
                from.may_import(to, dependency.kind),
                "{} ({from:?}) may not import {} ({to:?}) as {:?}",
                package.name,
                other.name,
                dependency.kind
            );
        }
    }
}

#[test]
fn arrows_that_would_tie_functions_together_are_refused() {
    use DependencyKind::{Development, Normal};
    let table = [
        (Kind::Function, Kind::Function, Normal, false),
        (Kind::Function, Kind::Function, Development, false),
        (Kind::Function, Kind::Job, Normal, false),
        (Kind::Function, Kind::Testkit, Normal, false),
        (Kind::Function, Kind::Testkit, Development, true),
        (Kind::Function, Kind::Platform, Normal, true),
        (Kind::Platform, Kind::Function, Normal, false),
        (Kind::Platform, Kind::Records, Normal, false),
        (Kind::Records, Kind::Platform, Normal, true),
        (Kind::Function, Kind::Records, Normal, true),
        (Kind::Shared, Kind::Platform, Development, false),
        (Kind::Shared, Kind::Offline, Development, false),
        (Kind::Platform, Kind::Population, Normal, false),
        (Kind::Records, Kind::Population, Normal, true),
        (Kind::Report, Kind::Offline, Normal, false),
        (Kind::Report, Kind::Offline, Development, true),
        (Kind::Function, Kind::Report, Normal, true),
        (Kind::Testkit, Kind::Function, Normal, false),
        (Kind::Whole, Kind::Function, Normal, true),
        (Kind::Whole, Kind::Local, Normal, true),
        (Kind::Whole, Kind::Whole, Normal, false),
        (Kind::Local, Kind::Shared, Normal, false),
    ];
    for (from, to, how, expected) in table {
        assert_eq!(from.may_import(to, how), expected, "{from:?} → {to:?} as {how:?}");
    }
}

#[test]
fn every_process_explains_itself_and_its_readme_is_its_crate_doc() {
    let metadata = metadata();
    for package in processes(&metadata) {
        let folder = package.manifest_path.parent().expect("a manifest lies in a folder");
        let readme = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        let library = fs::read_to_string(folder.join("src/lib.rs")).unwrap_or_default();
        assert!(readme.starts_with(&format!("# {}\n", package.name)), "{folder}/README.md");
        assert!(readme.contains("\n## Variables\n"), "{folder}/README.md lists its variables");
        let doc = r#"#![doc = include_str!("../README.md")]"#;
        assert!(library.starts_with(doc), "{folder}/src/lib.rs begins with its README");
    }
}

#[test]
fn processes_are_named_like_their_folder_and_begin_in_a_short_main() {
    let metadata = metadata();
    for package in processes(&metadata) {
        let folder = package.manifest_path.parent().expect("a manifest lies in a folder");
        assert_eq!(folder.file_name(), Some(package.name.as_str()));
        let main = fs::read_to_string(folder.join("src/main.rs")).expect("a process has a main.rs");
        let lines = main.lines().count();
        assert!(lines <= LONGEST_MAIN, "{folder}/src/main.rs has {lines} lines");
    }
}

#[test]
fn versions_stand_in_the_root_manifest_only() {
    let metadata = metadata();
    for package in &metadata.packages {
        let manifest = fs::read_to_string(&package.manifest_path).expect("a member has a manifest");
        let loose = loose_dependencies(&manifest);
        assert!(loose.is_empty(), "{}: {}", package.manifest_path, loose.join(", "));
    }
}

/// The dependencies that are neither inherited from the workspace nor ours by path.
fn loose_dependencies(manifest: &str) -> Vec<&str> {
    let mut is_inside = false;
    let mut loose = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            is_inside = section.trim_end_matches(']').ends_with("dependencies");
            let is_table = section.contains("dependencies.");
            loose.extend(is_table.then_some(line));
        } else if is_inside && line.contains('=') && !line.starts_with('#') {
            let is_inherited = line.contains("workspace = true") || line.contains("path = \"../");
            loose.extend((!is_inherited || line.contains("version")).then_some(line));
        }
    }
    loose
}

#[test]
fn a_version_of_its_own_is_found() {
    let manifest = "[package]\nversion = \"1\"\n[dependencies]\nserde.workspace = true\n\
                    shared = { path = \"../../shared\" }\ntokio = \"1\"\n\
                    [dev-dependencies]\nuuid = { version = \"1\" }\n[lints]\nworkspace = true\n";
    assert_eq!(loose_dependencies(manifest), ["tokio = \"1\"", "uuid = { version = \"1\" }"]);
}

/// Crates that take minutes to build, and who may wait for them.
const HEAVY: [(&str, &[&str]); 1] = [("typst", &["export"])];

#[test]
fn only_export_waits_for_what_sets_pages() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let mut command = MetadataCommand::new();
    // what is built on the platform that we deploy to, without asking the network
    let options = ["--offline", "--filter-platform", "x86_64-unknown-linux-gnu"];
    let metadata = command.manifest_path(manifest).other_options(options.map(str::to_owned)).exec();
    let metadata = metadata.expect("cargo describes the workspace");
    let members = &metadata.workspace_packages();

    for (heavy, allowed) in HEAVY {
        let is_heavy = |name: &str| {
            name == heavy || name.strip_prefix(heavy).is_some_and(|rest| rest.starts_with('-'))
        };
        let waiting: Vec<&str> = members
            .iter()
            .filter(|package| kind(&metadata, package) != Kind::Whole)
            .filter(|package| built_for(&metadata, package).iter().any(|name| is_heavy(name)))
            .map(|package| package.name.as_str())
            .collect();
        assert_eq!(waiting, allowed, "{heavy} is built for these");
    }
}

/// The names of everything that the process of a package is built of: no tests' dependency.
fn built_for(metadata: &Metadata, package: &Package) -> BTreeSet<String> {
    let nodes = &metadata.resolve.as_ref().expect("dependencies are resolved").nodes;
    let nodes: BTreeMap<&PackageId, &Node> = nodes.iter().map(|node| (&node.id, node)).collect();
    let (mut seen, mut open) = (BTreeSet::new(), vec![&package.id]);
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let needed = nodes[id].deps.iter().filter(|dependency| {
            dependency.dep_kinds.iter().any(|how| how.kind != DependencyKind::Development)
        });
        open.extend(needed.map(|dependency| &dependency.pkg));
    }
    seen.into_iter().map(|id| metadata[id].name.to_string()).collect()
}
