//! The list of the functions: once by their variables, as each starts alone, and once by what they work with, as they
//! serve together here and in the tests.

use platform::{Env, Service, WorkerState};

/// Builds a function from its variables.
pub type Build = fn(&Env) -> Option<Service>;

/// Every function by its name.
pub const FUNCTIONS: [(&str, Build); 15] = [
    ("accounts", accounts::service),
    ("collaboration", collaboration::service),
    ("export", export::service),
    ("focus-group-run", focus_group_run::service),
    ("focus-groups", focus_groups::service),
    ("knowledge", knowledge::service),
    ("kpi-recalc", kpi_recalc::service),
    ("persona-generate", persona_generate::service),
    ("personas", personas::service),
    ("projects", projects::service),
    ("rag-ingest", rag_ingest::service),
    ("runs", runs::service),
    ("survey-run", survey_run::service),
    ("surveys", surveys::service),
    ("web", web::service),
];

/// What the functions work with. Those that need a base or a worker's state alone share one.
pub struct States {
    /// Of everybody.
    pub worker: WorkerState,
    pub accounts: accounts::AppState,
    pub export: export::AppState,
    pub focus_groups: focus_groups::AppState,
    pub knowledge: knowledge::AppState,
    pub persona_generate: persona_generate::AppState,
    pub projects: projects::AppState,
    pub rag_ingest: rag_ingest::AppState,
    pub survey_run: survey_run::AppState,
}

impl States {
    /// From the variables, on the connections of one worker's state.
    pub fn from_env(env: &Env, worker: WorkerState) -> Option<Self> {
        let (base, publisher) = (worker.base.clone(), worker.engine.publisher.clone());
        let queue = (publisher.clone(), worker.verifier.clone());
        // Each is asked before one is missed, so that all variables that lack are told at once.
        let accounts = accounts::AppState::from_env(env, Some(base.clone()), Some(queue));
        let export = export::AppState::from_env(env, Some(worker.clone().without_model()));
        let (engine, model) = (Some(worker.engine.clone()), Some(worker.model.clone()));
        let knowledge = knowledge::AppState::from_env(env, Some(base.clone()), engine, model);
        let persona_generate = persona_generate::AppState::from_env(env, Some(worker.clone()));
        let rag_ingest = rag_ingest::AppState::from_env(env, Some(worker.clone()));
        let survey_run = survey_run::AppState::from_env(env, Some(worker.clone()));
        let focus_groups = focus_groups::AppState::from_env(env, Some(worker.clone()));
        let projects = projects::AppState::from_env(env, Some(base), Some(publisher));
        Some(Self {
            accounts: accounts?,
            export: export?,
            focus_groups: focus_groups?,
            knowledge: knowledge?,
            persona_generate: persona_generate?,
            projects: projects?,
            rag_ingest: rag_ingest?,
            survey_run: survey_run?,
            worker,
        })
    }

    /// Every function but the console, which is files.
    pub fn services(self) -> Vec<(&'static str, Service)> {
        let (worker, base) = (self.worker.clone(), self.worker.base.clone());
        let publisher = worker.engine.publisher.clone();
        let announcer = worker.engine.announcer.clone();
        let together = collaboration::AppState::new(base.clone(), publisher.clone());
        let runs = runs::AppState::new(base.clone(), announcer, publisher);
        vec![
            ("accounts", accounts::routes(self.accounts)),
            ("collaboration", collaboration::routes(together)),
            ("export", export::routes(self.export)),
            ("focus-group-run", focus_group_run::routes(worker.clone())),
            ("focus-groups", focus_groups::routes(self.focus_groups)),
            ("knowledge", knowledge::routes(self.knowledge)),
            ("kpi-recalc", kpi_recalc::routes(worker.clone().without_model())),
            ("persona-generate", persona_generate::routes(self.persona_generate)),
            ("personas", personas::routes(worker)),
            ("projects", Service { api: projects::router(self.projects), ..Service::default() }),
            ("rag-ingest", rag_ingest::routes(self.rag_ingest)),
            ("runs", runs::routes(runs)),
            ("survey-run", survey_run::routes(self.survey_run)),
            ("surveys", Service { api: surveys::router(base), ..Service::default() }),
        ]
    }

    /// All of them as one service.
    pub fn together(self) -> Service {
        self.services().into_iter().fold(Service::default(), |all, (_, one)| all.merge(one))
    }
}
