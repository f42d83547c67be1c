//! The table against what the functions serve: their OpenAPI documents, and their workers.

use std::collections::{BTreeMap, BTreeSet};

use http::Request;
use http_body_util::BodyExt;
use platform::model::Config;
use platform::runs::Announcer;
use platform::{Env, Ids, Serve, Service};
use serde_json::Value;
use testkit::TestApp;
use tower::ServiceExt;

use super::api_rows;
use crate::all_functions;
use crate::table::{Needs, rows};

/// Each function with its name, and what it runs on.
async fn functions() -> (TestApp, Vec<(&'static str, Service)>) {
    let app = all_functions::by_hand(&Config::offline()).await;
    let all = all_functions::functions(&app.parts, &Announcer::new(None), &Config::offline());
    (app, all)
}

/// The routes of each function's OpenAPI document.
async fn documented() -> BTreeMap<&'static str, BTreeSet<String>> {
    let (_app, all) = functions().await;
    let mut documented = BTreeMap::new();
    for (name, service) in all {
        let router = service.router(name, Serve::Api, &Env::from([]), Ids::system());
        let request = Request::get("/openapi.json").body(axum::body::Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let document: Value = serde_json::from_slice(&body).unwrap();
        documented.insert(name, operations(&document));
    }
    documented
}

fn operations(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().expect("a document has paths").iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = ["get", "post", "put", "patch", "delete"];
        let has = methods.into_iter().filter(|method| item.get(method).is_some());
        has.map(|method| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
    });
    operations.collect()
}

#[tokio::test]
async fn every_route_is_in_the_table_and_served_by_its_owner() {
    let mut table: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in api_rows() {
        let is_new = table.entry(row.owner.clone()).or_default().insert(row.name());
        assert!(is_new, "{} is in the table twice", row.name());
    }

    let documented = documented().await;

    let names: BTreeSet<&str> =
        documented.keys().copied().chain(table.keys().map(String::as_str)).collect();
    let none = BTreeSet::new();
    for name in names {
        let (table, served) =
            (table.get(name).unwrap_or(&none), documented.get(name).unwrap_or(&none));
        let missing: Vec<_> = served.difference(table).collect();
        let extra: Vec<_> = table.difference(served).collect();
        assert!(missing.is_empty(), "{name}: not in docs/routes.md: {missing:?}");
        assert!(extra.is_empty(), "{name}: in docs/routes.md, but not served: {extra:?}");
    }
}

#[tokio::test]
async fn every_workers_route_is_in_the_table_with_its_owner() {
    let mut table: BTreeSet<(String, String)> = BTreeSet::new();
    for row in rows().into_iter().filter(|row| row.needs == Needs::Google) {
        assert!(table.insert((row.owner, row.path)), "a worker is in the table twice");
    }
    let (_app, all) = functions().await;

    let served = all.iter().flat_map(|(name, service)| {
        service.push.paths().iter().map(|path| ((*name).to_owned(), path.clone()))
    });

    assert_eq!(served.collect::<BTreeSet<_>>(), table);
}

#[tokio::test]
async fn every_folder_of_functions_is_held_against_the_table() {
    let (_app, all) = functions().await;
    let known: BTreeSet<String> = all.iter().map(|(name, _)| (*name).to_owned()).collect();

    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../functions");
    let folders = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let folders = folders.filter(|entry| entry.path().join("Cargo.toml").exists());
    let folders = folders.map(|entry| entry.file_name().into_string().unwrap());

    assert_eq!(folders.collect::<BTreeSet<_>>(), known);
}
