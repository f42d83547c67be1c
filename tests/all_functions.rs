//! Every function together, as the local system serves them.

use std::path::Path;
use std::time::Duration;

use all_in_one::functions::{FUNCTIONS, States};
use platform::graph::GraphPool;
use platform::model::{Config, Embedder, EmbeddingConfig};
use platform::queue::{Bus, Publisher};
use platform::runs::Announcer;
use platform::storage::Storage;
use platform::{Env, Ids, Limiter, Serve, Service, WorkerState};
use rag_ingest::extract::Extractor;
use records::knowledge::Knowledge;
use secrecy::SecretString;
use testkit::{Parts, TestApp};
use tokio::task::JoinHandle;

/// What makes the first system admin in a test.
pub(crate) const BOOTSTRAP_SECRET: &str = "the deployment's own secret";

/// A model that thinks a little and writes few people at the same time, so that a fault has a middle
/// to fall into.
pub(crate) fn pensive(latency: Duration, at_once: usize) -> Config {
    Config { offline_latency: latency, max_concurrent: at_once, ..Config::offline() }
}

/// What the functions work with.
fn states(parts: &Parts, announcer: &Announcer, model: &Config) -> States {
    let worker = parts.worker_state(model).announcing(announcer);
    let embedder = embedder(parts);
    let knowledge = || graph(&embedder);
    States {
        accounts: accounts(parts),
        export: export::AppState {
            worker: worker.clone().without_model(),
            storage: parts.storage.clone(),
        },
        focus_groups: focus_groups::AppState {
            worker: worker.clone(),
            graph: GraphPool::from_env(&Env::from_process()),
        },
        knowledge: searching(worker.clone(), knowledge(), embedder.clone()),
        persona_generate: persona_generate::AppState {
            worker: worker.clone(),
            knowledge: knowledge(),
            embedder: embedder.clone(),
        },
        projects: projects::AppState::from_env(
            &Env::from([]),
            Some(parts.base()),
            Some(parts.publisher.clone()),
        )
        .unwrap(),
        rag_ingest: taking_in(worker.clone(), knowledge(), embedder.clone()),
        survey_run: survey_run::AppState {
            worker: worker.clone(),
            rater: survey_run::Rater::new(embedder.clone()),
        },
        worker,
    }
}

/// Each function with its name.
pub(crate) fn functions(
    parts: &Parts,
    announcer: &Announcer,
    model: &Config,
) -> Vec<(&'static str, Service)> {
    let mut all = states(parts, announcer, model).services();
    all.push(("web", web()));
    all
}

#[tokio::test]
async fn the_functions_that_serve_together_are_those_that_serve_alone() {
    let app = by_hand(&Config::offline()).await;

    let together = functions(&app.parts, &Announcer::new(None), &Config::offline());

    let together: Vec<&str> = together.iter().map(|(name, _)| *name).collect();
    assert_eq!(together, FUNCTIONS.map(|(name, _)| name));
}

/// All functions as one service.
pub(crate) fn service(parts: &Parts, announcer: &Announcer, model: &Config) -> Service {
    states(parts, announcer, model).together().merge(web())
}

/// All functions, with the test in the queue's place.
pub(crate) async fn by_hand(model: &Config) -> TestApp {
    TestApp::start(|parts| service(parts, &Announcer::new(parts.cache.clone()), model)).await
}

/// All functions with a bus that calls their workers, as on one machine; with or without Redis.
pub(crate) async fn with_bus(model: &Config, has_redis: bool) -> (TestApp, JoinHandle<()>) {
    let (bus, deliveries) = Bus::new();
    let announcer = std::sync::OnceLock::new();
    let build = |parts: &Parts| {
        let cache = parts.cache.clone().filter(|_| has_redis);
        let publisher = Publisher::bus(bus.clone());
        let limiter = match has_redis {
            true => parts.limiter.clone(),
            false => Limiter::new(None, parts.clock.clone()),
        };
        let parts = Parts { cache: cache.clone(), publisher, limiter, ..parts.clone() };
        // One for both halves: without Redis a hint stays in its process.
        service(&parts, announcer.get_or_init(|| Announcer::new(cache)), model)
    };
    let app = TestApp::start(build).await;
    let workers = build(&app.parts).router("workers", Serve::Push, &Env::from([]), Ids::system());
    let verifier = app.parts.verifier.clone();
    (app, tokio::spawn(deliveries.run(workers, verifier)))
}

fn accounts(parts: &Parts) -> accounts::AppState {
    accounts::AppState {
        base: parts.base(),
        publisher: parts.publisher.clone(),
        verifier: parts.verifier.clone(),
        mailer: parts.mailer.clone(),
        storage: parts.storage.clone(),
        passwords: accounts::Passwords::new(),
        bootstrap_secret: Some(SecretString::from(BOOTSTRAP_SECRET)),
        public_url: "https://sight.example".to_owned(),
        allowances: platform::model::Allowances::default(),
    }
}

/// Where the documents of every test here lie, under names that no two share.
const FILES: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/documents");

/// Brings this test program to the extractor when it is started as one; passes at once otherwise.
#[test]
fn the_extractor_of_these_tests() {
    if let Some(file_type) = rag_ingest::extract::asked() {
        rag_ingest::extract::work(file_type);
    }
}

fn embedder(parts: &Parts) -> Embedder {
    let config = EmbeddingConfig::offline();
    let embedder = Embedder::connect(config, &parts.pool, None, &parts.clock, &parts.ids);
    embedder.expect("the offline embedding needs nothing")
}

/// The graph of the test run, where it has one.
fn graph(embedder: &Embedder) -> Option<Knowledge> {
    let pool = GraphPool::from_env(&Env::from_process())?;
    Some(Knowledge::new(pool, embedder.model().clone()).waiting_patiently())
}

/// What documents need, in this graph and with these embeddings.
pub(crate) fn documents(parts: &Parts, graph: &GraphPool, embeddings: &EmbeddingConfig) -> Service {
    let connect = || {
        let config = embeddings.clone();
        let embedder = Embedder::connect(config, &parts.pool, None, &parts.clock, &parts.ids);
        let embedder = embedder.expect("the offline embedding needs nothing");
        let knowledge = Knowledge::new(graph.clone(), embedder.model().clone());
        (Some(knowledge.waiting_patiently()), embedder)
    };
    let worker = parts.worker_state(&Config::offline());
    let ((one, embedder), (other, same)) = (connect(), connect());
    knowledge::routes(searching(worker.clone(), one, embedder))
        .merge(rag_ingest::routes(taking_in(worker, other, same)))
}

fn searching(
    worker: WorkerState,
    knowledge: Option<Knowledge>,
    embedder: Embedder,
) -> knowledge::AppState {
    let WorkerState { base, engine, model, .. } = worker;
    knowledge::AppState { base, engine, model, knowledge, embedder, reranker: None }
}

fn taking_in(
    worker: WorkerState,
    knowledge: Option<Knowledge>,
    embedder: Embedder,
) -> rag_ingest::AppState {
    let name = "all_functions::the_extractor_of_these_tests";
    let extractor = Extractor::of_this_program().expect("a test knows where it lies");
    rag_ingest::AppState {
        knowledge,
        storage: Storage::folder(FILES),
        extractor: extractor.with_arguments(["--exact", name, "--nocapture"]),
        most_fact_chunks: rag_ingest::MOST_FACT_CHUNKS,
        embedder,
        worker,
    }
}

/// A console of one page.
fn web() -> Service {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("console");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("index.html"), "the console").unwrap();
    let files = web::Files::open(&folder).expect("it has an index");
    Service { api: web::router(files), ..Service::default() }
}
