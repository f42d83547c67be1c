//! That no query of a study can be asked without a proof of access.
//!
//! The compiler sees to it that a proof is not made without the check, and not from a lower one: the
//! examples of [`platform::Access`] that must not compile hold it to that. This test sees to it that
//! stores ask for a proof.

use std::fs;
use std::path::{Path, PathBuf};

/// What names a study, or something in one, without saying who asks. (A run's id comes to a worker in
/// its message, which Google has signed for.)
const BARE: [&str; 4] = ["ProjectId", "PersonaId", "FocusGroupId", "SurveyId"];
/// What can be had only after a check: of the caller's role, or of a worker's claim on its shard.
const PROOFS: [&str; 7] =
    ["<Viewer>", "<Editor>", "<Admin>", "Access<", "Caller", "SystemAdmin", "Lease"];

/// The queries that need none, each with its reason. A new one that serves a person has no place here.
const EXEMPT: [(&str, &str); 6] = [
    ("arrived", "a worker's, for the run that it has claimed"),
    ("role_in", "finds the role that the proof is made of"),
    ("save_report", "a worker's, for the run that it concludes"),
    ("settled", "a worker's, for the run that it has claimed"),
    ("next_version", "a worker's, for the summary that it concludes"),
    ("exists", "a worker's, before it begins"),
];

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The store files of every function.
fn stores() -> Vec<PathBuf> {
    let functions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions");
    let mut files = Vec::new();
    rust_files(&functions, &mut files);
    files.retain(|path| {
        path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("store"))
    });
    files
}

/// The name and the arguments of every function that leaves its file.
fn signatures(code: &str) -> Vec<(&str, &str)> {
    let starts =
        code.match_indices("pub(crate) async fn ").map(|(at, start)| &code[at + start.len()..]);
    starts
        .filter_map(|rest| {
            let (head, _) = rest.split_once("\n}").unwrap_or((rest, ""));
            let (name, arguments) = head.split_once('(')?;
            let (arguments, _) = arguments.split_once("->")?;
            Some((name.split('<').next().unwrap_or(name), arguments))
        })
        .collect()
}

/// Functions that name something of a study and ask for no proof.
fn loose(code: &str) -> Vec<&str> {
    let is_loose = |arguments: &str| {
        BARE.iter().any(|id| arguments.contains(id))
            && !PROOFS.iter().any(|proof| arguments.contains(proof))
    };
    let all = signatures(code).into_iter();
    all.filter(|(_, arguments)| is_loose(arguments)).map(|(name, _)| name).collect()
}

#[test]
fn a_store_asks_for_a_proof_and_not_for_a_bare_id() {
    let files = stores();
    assert!(files.len() >= 8, "the stores were not found: {files:?}");
    let mut wrong = Vec::new();
    for file in files {
        let code = fs::read_to_string(&file).unwrap();
        let unproven = loose(&code).into_iter();
        let unproven = unproven.filter(|name| !EXEMPT.iter().any(|(known, _)| known == name));
        wrong.extend(unproven.map(|name| format!("{}: {name}", file.display())));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_bare_id_is_found_and_a_proof_is_enough() {
    let code = "
pub(crate) async fn bare(pool: &PgPool, id: PersonaId) -> Result<()> {
}
pub(crate) async fn proven(pool: &PgPool, access: Access<Viewer>, id: PersonaId) -> Result<()> {
}
pub(crate) async fn own(pool: &PgPool, caller: &Caller) -> Result<Vec<ProjectId>> {
}
";
    assert_eq!(loose(code), ["bare"]);
}
