#![doc = include_str!("../README.md")]

mod avatar;
mod bootstrap;
mod deletion;
mod email;
mod email_token;
mod library;
mod mention;
mod own_data;
mod password;
mod picture;
mod profile;
mod sign_in;
mod store;
mod subscription;
#[cfg(test)]
mod tests;

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::post;
use platform::mail::{self, Mailer};
use platform::model::Allowances;
use platform::queue::{Publisher, Verifier};
use platform::storage::Storage;
use platform::{Base, Clock, Env, Service, Workers};
use secrecy::SecretString;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use password::Passwords;

/// What the handlers work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub base: Base,
    pub publisher: Publisher,
    pub verifier: Verifier,
    pub mailer: Mailer,
    pub storage: Storage,
    pub passwords: Passwords,
    /// Makes the first system admin, once. Without it nobody can.
    pub bootstrap_secret: Option<SecretString>,
    /// The client's address, without a slash at its end. Links in e-mails begin with it.
    pub public_url: String,
    pub allowances: Allowances,
}

impl AppState {
    /// From the environment, with the base and the queue that this process has. Without one it only notes
    /// what else is wrong with the variables.
    pub fn from_env(
        env: &Env,
        base: Option<Base>,
        queue: Option<(Publisher, Verifier)>,
    ) -> Option<Self> {
        let bootstrap_secret = env.optional::<String>("BOOTSTRAP_SECRET").map(SecretString::from);
        let (mailer, storage) = (Mailer::from_env(env), Storage::from_env(env));
        let public_url = env.required::<String>("PUBLIC_URL");
        let allowances = Allowances::from_env(env);
        let (publisher, verifier) = queue?;
        Some(Self {
            base: base?,
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
    let base = Base::from_env(env);
    let queue = Publisher::from_env(env).zip(Verifier::from_env(env, Clock::system()));
    AppState::from_env(env, base, queue).map(routes)
}

/// The public routes and the worker's.
pub fn routes(state: AppState) -> Service {
    let probes = state.base.probes();
    let worker = post(email::deliver).with_state(state.clone());
    let push = Workers::default().on(mail::TOPIC, worker);
    Service { api: router(state), push, probes, ..Service::default() }
}

fn router(state: AppState) -> OpenApiRouter {
    let pictures = OpenApiRouter::new()
        .routes(routes!(avatar::upload, avatar::remove))
        .layer(DefaultBodyLimit::max(avatar::LONGEST_FORM_BYTES));
    OpenApiRouter::new()
        .routes(routes!(sign_in::register))
        .routes(routes!(sign_in::login))
        .routes(routes!(sign_in::refresh))
        .routes(routes!(sign_in::logout))
        .routes(routes!(sign_in::me))
        .routes(routes!(email_token::forgot))
        .routes(routes!(email_token::reset))
        .routes(routes!(email_token::verify))
        .routes(routes!(email_token::send))
        .routes(routes!(profile::show, profile::change))
        .routes(routes!(profile::stats))
        .routes(routes!(profile::set_password))
        .routes(routes!(library::show))
        .routes(routes!(own_data::export))
        .routes(routes!(deletion::leave))
        .routes(routes!(avatar::show))
        .merge(pictures)
        .routes(routes!(subscription::show, subscription::set))
        .routes(routes!(subscription::allowance))
        .routes(routes!(bootstrap::claim))
        .with_state(state)
}
