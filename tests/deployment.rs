//! What Terraform gives each service, as its inventory has it: a function starts with exactly that.

use std::collections::{BTreeMap, BTreeSet};

use all_in_one::functions::{Build, FUNCTIONS};
use platform::Env;

/// What is read by the process and not by its function: the half it serves, logs, TLS, addresses.
const OF_THE_PROCESS: [&str; 7] = [
    "ENVIRONMENT",
    "GOOGLE_CLOUD_PROJECT",
    "LOG",
    "SERVE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TRUSTED_PROXIES",
];

/// In the place of the secrets: values of the right form.
const SECRETS: [(&str, &str); 9] = [
    ("BOOTSTRAP_SECRET", "a secret of forty letters for the first one"),
    ("DATABASE_URL", "postgres://sight:secret@10.0.0.3:5432/sight?sslmode=require"),
    ("EMBEDDING_API_KEY", "key"),
    ("MODEL_API_KEY", "key"),
    ("NEO4J_PASSWORD", "secret"),
    ("NEO4J_URI", "neo4j+s://graph.example.com"),
    ("REDIS_URL", "rediss://:secret@10.0.0.4:6378"),
    ("SECRET_KEY", "a key of more than thirty-two bytes for tests"),
    ("SMTP_URL", "smtps://sight:secret@mail.example.com"),
];

/// The variables of each service, and of which half it is.
fn planned(inventory: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut services: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut service = None;
    for line in inventory.lines() {
        let Some(value) = line.strip_prefix("  ") else {
            let named =
                line.strip_prefix("module.service[\"").and_then(|rest| rest.split_once("\"]."));
            service = named
                .filter(|(_, resource)| *resource == "google_cloud_run_v2_service.this")
                .map(|(name, _)| name.to_owned());
            continue;
        };
        let Some(service) = &service else { continue };
        let variables = services.entry(service.clone()).or_default();
        let Some(variable) = value.strip_prefix("template.0.containers.0.env.") else { continue };
        let (name, rest) = variable.split_once('.').expect("a variable has a name");
        if let Some(value) = rest.strip_prefix("value = ") {
            let value: String = serde_json::from_str(value).expect("a value is a JSON text");
            variables.insert(name.to_owned(), value);
        } else if rest.contains("secret_key_ref") {
            let secret = SECRETS.iter().find(|(secret, _)| *secret == name);
            let (_, value) = secret.unwrap_or_else(|| panic!("{name}: a secret of what form?"));
            variables.insert(name.to_owned(), (*value).to_owned());
        }
    }
    services
}

/// A folder that stands for a built console.
fn built_console() -> String {
    let folder = std::env::temp_dir().join(format!("sight-console-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("index.html"), "<html>").unwrap();
    folder.to_str().unwrap().to_owned()
}

/// Why a function does not start with what it is given, or what it is given for nothing.
fn wrong(name: &str, build: Build, variables: &BTreeMap<String, String>) -> Option<String> {
    let mut variables = variables.clone();
    if let Some(root) = variables.get_mut("WEB_ROOT") {
        // The image has the console's files there.
        root.clone_from(&built_console());
    }
    let env = Env::from_map(variables.clone());
    let service = build(&env);
    if let Err(error) = env.check(service) {
        return Some(format!("{name}: {error:#}"));
    }
    let asked: BTreeSet<String> = env.asked().into_iter().collect();
    let unread = variables.keys().filter(|variable| {
        !asked.contains(*variable) && !OF_THE_PROCESS.contains(&variable.as_str())
    });
    let unread: Vec<&String> = unread.collect();
    (!unread.is_empty()).then(|| format!("{name} reads no {unread:?}"))
}

#[tokio::test]
async fn every_function_starts_with_what_terraform_gives_it_and_reads_all_of_it() {
    for inventory in [
        include_str!("../infra/inventory/production.txt"),
        include_str!("../infra/inventory/staging.txt"),
    ] {
        let planned = planned(inventory);
        let mut problems = Vec::new();
        for (name, variables) in &planned {
            let function = name.strip_suffix("-push").unwrap_or(name);
            let (_, build) =
                FUNCTIONS.iter().find(|(known, _)| *known == function).expect("a function of ours");
            problems.extend(wrong(name, *build, variables));
        }

        assert!(problems.is_empty(), "{}", problems.join("\n"));
        let functions = planned.keys().map(|name| name.strip_suffix("-push").unwrap_or(name));
        let functions: BTreeSet<&str> = functions.collect();
        assert_eq!(functions, FUNCTIONS.iter().map(|(name, _)| *name).collect());
    }
}

#[tokio::test]
async fn what_is_missing_and_what_is_for_nothing_is_found() {
    let mut variables = planned(include_str!("../infra/inventory/staging.txt"));
    let mut personas = variables.remove("personas").unwrap();
    personas.insert("NEO4J_USER".to_owned(), "neo4j".to_owned());
    let unread = wrong("personas", personas::service, &personas);
    assert_eq!(unread.unwrap(), "personas reads no [\"NEO4J_USER\"]");

    personas.remove("SECRET_KEY");
    let missing = wrong("personas", personas::service, &personas).unwrap();
    assert!(missing.contains("SECRET_KEY is not set"), "{missing}");
}

/// A task without a time is done by nobody.
#[test]
fn every_task_of_maintenance_has_its_time() {
    let inventory = include_str!("../infra/inventory/production.txt");
    let named = inventory.lines().filter_map(|line| {
        line.strip_prefix("google_cloud_scheduler_job.maintenance[\"")?.strip_suffix("\"]")
    });
    let tasks = maintenance::Task::ALL.map(maintenance::Task::name);
    assert_eq!(named.collect::<BTreeSet<_>>(), BTreeSet::from(tasks));
}
