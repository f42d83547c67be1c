//! Every function together, as the local system serves them.

use std::path::Path;
use std::time::Duration;

use ::store::knowledge::Knowledge;
use platform::graph::GraphPool;
use platform::model::{Config, Embedder, EmbeddingConfig};
use platform::queue::{Bus, Publisher};
use platform::runs::Announcer;
use platform::storage::Storage;
use platform::{Env, Ids, Limiter, Serve, Service, WorkerState};
use rag_ingest::extract::Extractor;
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

/// Each function with its name.
pub(crate) fn functions(
    parts: &Parts,
    announcer: &Announcer,
    model: &Config,
) -> Vec<(&'static str, Service)> {
    vec![
        ("accounts", accounts(parts)),
        ("collaboration", collaboration(parts)),
        ("export", export(parts, announcer, model)),
        ("focus-group-run", focus_group_run(parts, announcer, model)),
        ("focus-groups", focus_groups(parts, announcer, model)),
        ("knowledge", knowledge(parts, model)),
        ("kpi-recalc", kpi_recalc(parts, announcer, model)),
        ("persona-generate", persona_generate(parts, announcer, model)),
        ("personas", personas(parts, announcer, model)),
        ("projects", projects(parts)),
        ("rag-ingest", rag_ingest(parts, announcer, model)),
        ("runs", runs(parts, announcer)),
        ("survey-run", survey_run(parts, announcer, model)),
        ("surveys", surveys(parts)),
        ("web", web()),
    ]
}

/// All functions as one service.
pub(crate) fn service(parts: &Parts, announcer: &Announcer, model: &Config) -> Service {
    let all = functions(parts, announcer, model).into_iter().map(|(_, service)| service);
    all.reduce(Service::merge).expect("there are functions")
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

fn accounts(parts: &Parts) -> Service {
    let state = accounts::AppState {
        base: parts.base(),
        publisher: parts.publisher.clone(),
        verifier: parts.verifier.clone(),
        mailer: parts.mailer.clone(),
        storage: parts.storage.clone(),
        passwords: accounts::Passwords::new(),
        bootstrap_secret: Some(SecretString::from(BOOTSTRAP_SECRET)),
        public_url: "https://sight.example".to_owned(),
        allowances: platform::model::Allowances::default(),
    };
    accounts::routes(state)
}

fn collaboration(parts: &Parts) -> Service {
    collaboration::routes(collaboration::AppState::new(parts.base(), parts.publisher.clone()))
}

fn projects(parts: &Parts) -> Service {
    let state = projects::AppState::new(&Env::from([]), parts.base(), parts.publisher.clone());
    Service { api: projects::router(state), ..Service::default() }
}

fn personas(parts: &Parts, announcer: &Announcer, model: &Config) -> Service {
    personas::routes(parts.worker_state(model).announcing(announcer))
}

fn runs(parts: &Parts, announcer: &Announcer) -> Service {
    runs::routes(runs::AppState::new(parts.base(), announcer.clone(), parts.publisher.clone()))
}

fn focus_group_run(parts: &Parts, announcer: &Announcer, model: &Config) -> Service {
    focus_group_run::routes(parts.worker_state(model).announcing(announcer))
}

fn export(parts: &Parts, announcer: &Announcer, model: &Config) -> Service {
    let worker = parts.worker_state(model).announcing(announcer);
    export::routes(export::AppState { worker, storage: parts.storage.clone() })
}

fn kpi_recalc(parts: &Parts, announcer: &Announcer, model: &Config) -> Service {
    kpi_recalc::routes(parts.worker_state(model).announcing(announcer))
}

fn focus_groups(parts: &Parts, announcer: &Announcer, model: &Config) -> Service {
    let worker = parts.worker_state(model).announcing(announcer);
    let graph = GraphPool::from_env(&Env::from_process());
    focus_groups::routes(focus_groups::AppState { worker, graph })
}

fn persona_generate(parts: &Parts, announcer: &Announcer, model: &Config) -> Service {
    let worker = parts.worker_state(model).announcing(announcer);
    let embedder = embedder(parts);
    let knowledge = graph(&embedder);
    persona_generate::routes(persona_generate::AppState { worker, knowledge, embedder })
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
    Some(Knowledge::new(pool, embedder.model().clone()))
}

fn knowledge(parts: &Parts, model: &Config) -> Service {
    let embedder = embedder(parts);
    searching(parts.worker_state(model), graph(&embedder), embedder)
}

fn rag_ingest(parts: &Parts, announcer: &Announcer, model: &Config) -> Service {
    let worker = parts.worker_state(model).announcing(announcer);
    let embedder = embedder(parts);
    taking_in(worker, graph(&embedder), embedder)
}

/// What documents need, in this graph and with these embeddings.
pub(crate) fn documents(parts: &Parts, graph: &GraphPool, embeddings: &EmbeddingConfig) -> Service {
    let connect = || {
        let config = embeddings.clone();
        let embedder = Embedder::connect(config, &parts.pool, None, &parts.clock, &parts.ids);
        let embedder = embedder.expect("the offline embedding needs nothing");
        (Some(Knowledge::new(graph.clone(), embedder.model().clone())), embedder)
    };
    let worker = parts.worker_state(&Config::offline());
    let ((one, embedder), (other, same)) = (connect(), connect());
    searching(worker.clone(), one, embedder).merge(taking_in(worker, other, same))
}

fn searching(worker: WorkerState, knowledge: Option<Knowledge>, embedder: Embedder) -> Service {
    knowledge::routes(knowledge::AppState { worker, knowledge, embedder, reranker: None })
}

fn taking_in(worker: WorkerState, knowledge: Option<Knowledge>, embedder: Embedder) -> Service {
    let name = "all_functions::the_extractor_of_these_tests";
    let extractor = Extractor::of_this_program().expect("a test knows where it lies");
    rag_ingest::routes(rag_ingest::AppState {
        knowledge,
        storage: Storage::folder(FILES),
        extractor: extractor.with_arguments(["--exact", name, "--nocapture"]),
        most_fact_chunks: rag_ingest::MOST_FACT_CHUNKS,
        embedder,
        worker,
    })
}

fn survey_run(parts: &Parts, announcer: &Announcer, model: &Config) -> Service {
    let worker = parts.worker_state(model).announcing(announcer);
    let rater = survey_run::Rater::new(embedder(parts));
    survey_run::routes(survey_run::AppState { worker, rater })
}

fn surveys(parts: &Parts) -> Service {
    Service { api: surveys::router(parts.base()), ..Service::default() }
}

/// A console of one page.
fn web() -> Service {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("console");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("index.html"), "the console").unwrap();
    let files = web::Files::open(&folder).expect("it has an index");
    Service { api: web::router(files), ..Service::default() }
}
