//! The one OpenAPI document of all functions, from which the console's types are generated.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use platform::model::Config;
use platform::runs::Announcer;
use platform::{Env, Ids, Serve};
use serde_json::Value;
use tower::ServiceExt;

use crate::all_functions;

const COMMITTED: &str = include_str!("../functions/web/ui/openapi.json");

async fn document(router: Router) -> Value {
    let request = Request::get("/openapi.json").body(Body::empty()).unwrap();
    let body = router.oneshot(request).await.unwrap().into_body().collect().await.unwrap();
    serde_json::from_slice(&body.to_bytes()).unwrap()
}

/// As `cargo local up` serves it.
async fn of_everything() -> Value {
    let app = all_functions::by_hand(&Config::offline()).await;
    let service = all_functions::service(&app.parts, &Announcer::new(None), &Config::offline());
    document(service.router("one machine", Serve::Api, &Env::from([]), Ids::system())).await
}

#[tokio::test]
async fn the_consoles_types_are_generated_from_todays_document() {
    let committed: Value = serde_json::from_str(COMMITTED).unwrap();

    let is_fresh = of_everything().await == committed;

    assert!(
        is_fresh,
        "functions/web/ui/openapi.json is out of date: with `cargo local up` running, \
         `SIGHT_URL=http://127.0.0.1:PORT npm run api` in functions/web/ui"
    );
}

#[tokio::test]
async fn every_operation_has_an_id_of_its_own() {
    let document = of_everything().await;

    let mut seen = BTreeSet::new();
    let items = document["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    for id in operations.filter_map(|operation| operation["operationId"].as_str()) {
        assert!(seen.insert(id), "two operations are called {id}");
    }
    assert!(seen.len() > 80, "nothing was looked at");
}

/// In one document the second of two schemas of a name replaces the first, and a client reads the wrong type.
#[tokio::test]
async fn no_two_functions_call_different_things_by_one_name() {
    let app = all_functions::by_hand(&Config::offline()).await;
    let all = all_functions::functions(&app.parts, &Announcer::new(None), &Config::offline());

    let mut seen: BTreeMap<String, (&str, Value)> = BTreeMap::new();
    for (function, service) in all {
        let router = service.router(function, Serve::Api, &Env::from([]), Ids::system());
        let document = document(router).await;
        let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
        for (name, schema) in schemas {
            let (other, known) = seen.entry(name.clone()).or_insert((function, schema.clone()));
            assert_eq!(
                *known, schema,
                "`{name}` of {other} and of {function}: say #[schema(as = …)]"
            );
        }
    }
    assert!(seen.len() > 150, "nothing was looked at");
}
