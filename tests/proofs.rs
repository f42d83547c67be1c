//! That no query of a project can be asked without a proof of access.
//!
//! The compiler sees to it that a proof is not made without the check, and not from a lower one: the
//! examples of [`platform::Access`] that must not compile hold it to that. This test sees to it that
//! stores ask for a proof.

use std::fs;
use std::path::{Path, PathBuf};

/// What names a project, or something in one, without saying who asks.
const BARE: [&str; 7] =
    ["ProjectId", "PersonaId", "FocusGroupId", "SurveyId", "RunId", "PopulationId", "DocumentId"];
/// What can be had only after a check: of the caller's role, of what they may read, or of a worker's
/// claim on its shard.
const PROOFS: [&str; 8] =
    ["<Viewer>", "<Editor>", "<Admin>", "Access<", "SystemAdmin", "Reader", "Lease", "InProject"];

/// The queries that need none, by reason. A new one that serves a person has no place here.
const EXEMPT: [(&str, &[&str]); 9] = [
    (
        "removes what nobody may see any more, for a job or the run of a removal",
        &["records::clear", "records::clear_project", "records::delete_document", "records::erase"],
    ),
    (
        "finds, in its own statement, the role that the proof is made of",
        &["personas::view_details"],
    ),
    (
        "a worker's, for the run in its message, which Google has signed for",
        &[
            "focus-group-run::exists",
            "focus-group-run::failed",
            "persona-generate::failures",
            "persona-generate::grounding",
            "persona-generate::lock",
            "persona-generate::population_to_report",
            "persona-generate::save_report",
            "persona-generate::settled",
            "persona-generate::stored",
            "records::insert_turn",
            "records::mark_due",
            "records::prepare",
            "survey-run::answered",
            "survey-run::arrived",
            "survey-run::settled",
        ],
    ),
    (
        "a worker's, for the summary that its run makes",
        &[
            "focus-groups::digests",
            "focus-groups::failed",
            "focus-groups::hold",
            "focus-groups::input",
            "focus-groups::save_digest",
            "focus-groups::save_summary",
            "focus-groups::summary_of",
        ],
    ),
    (
        "reads the answers of the run that `get` or the worker's message has given",
        &["focus-groups::edition", "focus-groups::is_simulated", "focus-groups::readings"],
    ),
    (
        "a step of taking a document in, for the one that `find` has found",
        &[
            "rag-ingest::answers",
            "rag-ingest::back_to",
            "rag-ingest::chunks_to_ask",
            "rag-ingest::chunks_to_embed",
            "rag-ingest::count",
            "rag-ingest::is_busy",
            "rag-ingest::chunks",
            "rag-ingest::replace",
            "records::known_hashes",
            "records::stop_work",
        ],
    ),
    (
        "of an upload, in the transaction that has locked a scope its uploader may write",
        &[
            "rag-ingest::ask_again",
            "rag-ingest::insert",
            "rag-ingest::lacks_facts",
            "rag-ingest::look_again",
            "rag-ingest::renew",
            "rag-ingest::set_run",
            "rag-ingest::view",
        ],
    ),
    ("a system admin's, who has every document embedded again", &["rag-ingest::with_vectors"]),
    ("of a project, in the transaction in which its maker makes it", &["projects::open"]),
];

/// The function of a store file, by its folder.
fn owner(store: &Path) -> &str {
    let mut parts = store.components().map(|part| part.as_os_str().to_str().unwrap());
    let of = parts.find(|part| ["functions", "records"].contains(part));
    match of {
        Some("records") => "records",
        _ => parts.next().expect("a store lies in a function"),
    }
}

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

/// The store files of every function, and the crate of what they share.
fn stores() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    rust_files(&root.join("functions"), &mut files);
    rust_files(&root.join("shared/records/src"), &mut files);
    files.retain(|path| {
        let inside = path.strip_prefix(&root).expect("it was found there");
        let parts = inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let parts: Vec<String> = parts.collect();
        let is_test = parts.iter().any(|part| part.starts_with("tests"));
        !is_test && parts.iter().any(|part| part.starts_with("store") || part == "records")
    });
    files
}

/// The name and the arguments of every function that leaves its file.
fn signatures(code: &str) -> Vec<(&str, &str)> {
    let visible = ["pub(crate) async fn ", "pub async fn "];
    let found = visible.iter().flat_map(|start| code.match_indices(start));
    let starts = found.map(|(at, start)| &code[at + start.len()..]);
    starts
        .filter_map(|rest| {
            let (head, _) = rest.split_once("\n}").unwrap_or((rest, ""));
            let (name, arguments) = head.split_once('(')?;
            let (arguments, _) = arguments.split_once("->")?;
            Some((name.split('<').next().unwrap_or(name), arguments))
        })
        .collect()
}

/// Functions that name something of a project and ask for no proof.
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
    let exempt: Vec<&str> = EXEMPT.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let unproven: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let code = fs::read_to_string(file).unwrap();
            loose(&code).iter().map(|name| format!("{}::{name}", owner(file))).collect::<Vec<_>>()
        })
        .collect();
    let wrong: Vec<&String> =
        unproven.iter().filter(|name| !exempt.contains(&name.as_str())).collect();
    assert!(wrong.is_empty(), "without a proof: {wrong:#?}");
    let left: Vec<&&str> =
        exempt.iter().filter(|name| !unproven.iter().any(|found| found == *name)).collect();
    assert!(left.is_empty(), "they need no exemption: {left:#?}");
}

/// Who may name the rows of members: those who change or list them, and not to grant anything.
const OF_MEMBERS: [&str; 4] = [
    "functions/accounts/src/store/deletion.rs",
    "functions/projects/src/store/invitations.rs",
    "functions/projects/src/store/members.rs",
    "functions/projects/src/store/projects.rs",
];

#[test]
fn whatever_grants_something_reads_project_roles_and_not_the_rows_of_members() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["functions", "jobs", "shared"] {
        queries(&root.join(folder), &mut files);
    }
    let names: Vec<String> = files
        .iter()
        .filter(|path| fs::read_to_string(path).unwrap().contains("project_members"))
        .map(|path| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned())
        .filter(|name| !["/tests", "/examples/", "testkit"].iter().any(|of| name.contains(of)))
        .collect();
    let wrong: Vec<&String> =
        names.iter().filter(|name| !OF_MEMBERS.contains(&name.as_str())).collect();
    assert!(files.len() > 100, "the code was not found");
    assert!(wrong.is_empty(), "they grant by the rows of members: {wrong:#?}");
}

/// Files that may hold a query.
fn queries(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            queries(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "sql")
        {
            found.push(path);
        }
    }
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
pub(crate) async fn any(pool: &PgPool, caller: &Caller, run: RunId) -> Result<()> {
}
";
    assert_eq!(loose(code), ["bare", "any"]);
}
