#![doc = include_str!("../README.md")]

mod avatar;
mod bootstrap;
mod leaving;
mod letter;
mod library;
mod own;
mod password;
mod picture;
mod plan;
mod profile;
mod proof;
mod sign_in;
mod store;
#[cfg(test)]
mod tests;

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::post;
use platform::cache::Cache;
use platform::http::Probes;
use platform::mail::{self, Mailer};
use platform::model::Allowances;
use platform::queue::{Publisher, Verifier};
use platform::storage::Storage;
use platform::{Authenticator, Base, Clock, Env, Ids, Limiter, Service, Workers, postgres};
use secrecy::SecretString;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use password::Passwords;

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct State {
    /// The database.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Signs and checks tokens.
    pub authenticator: Authenticator,
    /// Counts requests.
    pub limiter: Limiter,
    /// Calls the worker that writes letters.
    pub publisher: Publisher,
    /// Checks who calls it.
    pub verifier: Verifier,
    /// Sends letters.
    pub mailer: Mailer,
    /// Keeps avatars.
    pub storage: Storage,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Makes the first system admin, once. Without it nobody can.
    pub bootstrap_secret: Option<SecretString>,
    /// Where people find the client, without a slash at its end: what links in letters begin with.
    pub public_url: String,
    /// What accounts may spend on models.
    pub allowances: Allowances,
}

impl State {
    /// From the environment, called by Google's Pub/Sub.
    pub fn from_env(env: &Env) -> Option<Self> {
        let base = Base::from_env(env, Cache::connect(env).as_ref());
        let publisher = Publisher::from_env(env);
        let verifier = Verifier::from_env(env, Clock::system());
        Self::new(env, base, publisher.zip(verifier))
    }

    /// From its parts, with the queue that this process has.
    pub fn new(
        env: &Env,
        base: Option<Base>,
        queue: Option<(Publisher, Verifier)>,
    ) -> Option<Self> {
        let bootstrap_secret = env.optional::<String>("BOOTSTRAP_SECRET").map(SecretString::from);
        let (mailer, storage) = (Mailer::from_env(env), Storage::from_env(env));
        let public_url = env.required::<String>("PUBLIC_URL");
        let allowances = Allowances::from_env(env);
        let Base { pool, clock, ids, authenticator, limiter } = base?;
        let (publisher, verifier) = queue?;
        Some(Self {
            pool,
            clock,
            ids,
            authenticator,
            limiter,
            publisher,
            verifier,
            mailer: mailer?,
            storage: storage?,
            passwords: Passwords::new(),
            bootstrap_secret,
            public_url: public_url?.trim_end_matches('/').to_owned(),
            allowances,
        })
    }
}

/// The function, ready to run.
pub fn service(env: &Env) -> Option<Service> {
    State::from_env(env).map(routes)
}

/// The public routes and the worker's.
pub fn routes(state: State) -> Service {
    let probes = Probes::new([postgres::probe(&state.pool), state.limiter.probe()]);
    let worker = post(letter::deliver).with_state(state.clone());
    let push = Workers::default().on(mail::TOPIC, worker);
    Service { api: router(state), push, probes, ..Service::default() }
}

fn router(state: State) -> OpenApiRouter {
    let pictures = OpenApiRouter::new()
        .routes(routes!(avatar::upload, avatar::remove))
        .layer(DefaultBodyLimit::max(avatar::LONGEST_FORM_BYTES));
    OpenApiRouter::new()
        .routes(routes!(sign_in::register))
        .routes(routes!(sign_in::login))
        .routes(routes!(sign_in::refresh))
        .routes(routes!(sign_in::logout))
        .routes(routes!(sign_in::me))
        .routes(routes!(proof::forgot))
        .routes(routes!(proof::reset))
        .routes(routes!(proof::verify))
        .routes(routes!(proof::send))
        .routes(routes!(profile::show, profile::change))
        .routes(routes!(profile::stats))
        .routes(routes!(profile::set_password))
        .routes(routes!(library::show))
        .routes(routes!(own::export))
        .routes(routes!(leaving::leave))
        .routes(routes!(avatar::show))
        .merge(pictures)
        .routes(routes!(plan::show, plan::set))
        .routes(routes!(plan::allowance))
        .routes(routes!(bootstrap::claim))
        .with_state(state)
}
