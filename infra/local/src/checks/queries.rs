//! The queries that the compiler has checked: `.sqlx` holds what PostgreSQL said about each, so that
//! a build needs no database.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};

use super::cargo::Cargo;
use crate::services::Services;

const DATABASE: &str = "sight_queries";
/// Where this checkout keeps them.
pub(crate) const FOLDER: &str = ".sqlx";

/// Asks PostgreSQL about every query of the workspace and writes the answers into `folder`, and
/// nothing else.
///
/// # Errors
/// When a migration fails or the workspace does not compile, which includes wrong queries.
pub(crate) async fn describe(services: &Services, cargo: &Cargo, folder: &Path) -> Result<()> {
    let url = fresh_database(services, cargo.checkout()).await?;
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let folder = folder.canonicalize()?;
    touch_libraries(cargo.checkout())?;
    let variables = [
        ("DATABASE_URL", url),
        ("SQLX_OFFLINE", "false".to_owned()),
        ("SQLX_OFFLINE_DIR", folder.display().to_string()),
    ];
    cargo.run(&["check", "--workspace", "--all-targets"], &variables).await
}

/// Fails when the stored answers are not those of today's schema and queries.
///
/// # Errors
/// Names the queries that differ.
pub(crate) async fn check(services: &Services, cargo: &Cargo) -> Result<()> {
    let fresh = cargo.checkout().join("target/queries");
    describe(services, cargo, &fresh).await?;
    let (fresh, stored) = (read(&fresh)?, read(&cargo.checkout().join(FOLDER))?);
    let names = fresh.keys().chain(stored.keys());
    let stale: Vec<&str> =
        names.filter(|name| fresh.get(*name) != stored.get(*name)).map(String::as_str).collect();
    ensure!(stale.is_empty(), "run `cargo prepare`; out of date: {}", stale.join(", "));
    Ok(())
}

/// An empty database with the schema of `migrations/`, each file a transaction, in the order of its number.
async fn fresh_database(services: &Services, checkout: &Path) -> Result<String> {
    let anew =
        format!("drop database if exists {DATABASE} with (force);\ncreate database {DATABASE};\n");
    services.psql("postgres", &anew).await?;
    for (name, migration) in read(&checkout.join("migrations"))? {
        let script = format!("begin;\n{}\ncommit;\n", String::from_utf8(migration)?);
        services.psql(DATABASE, &script).await.with_context(|| name)?;
    }
    let url = services.database_url();
    let (server, _) = url.rsplit_once('/').context("a database URL has a path")?;
    Ok(format!("{server}/{DATABASE}"))
}

/// Makes cargo expand the macros again: it cannot know that the database has changed.
fn touch_libraries(checkout: &Path) -> Result<()> {
    let now = SystemTime::now();
    for library in libraries(checkout)? {
        File::options().append(true).open(&library)?.set_modified(now)?;
    }
    Ok(())
}

fn libraries(checkout: &Path) -> Result<Vec<PathBuf>> {
    let mut found = ["platform", "records"]
        .map(|of| checkout.join("shared").join(of).join("src/lib.rs"))
        .to_vec();
    for group in ["functions", "jobs"] {
        let Ok(folder) = fs::read_dir(checkout.join(group)) else { continue };
        for entry in folder {
            found.push(entry?.path().join("src/lib.rs"));
        }
    }
    found.retain(|library| library.is_file());
    Ok(found)
}

fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))? {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
    }
    Ok(files)
}
