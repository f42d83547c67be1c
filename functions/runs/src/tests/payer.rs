//! Embeddings that cost money, and who pays for those of a run.

use platform::model::{
    Embedder, Embedding, EmbeddingConfig, Passage, Price, ProviderKind, Purpose,
};
use shared::Language;
use shared::id::AccountId;
use testkit::{Behaviour, Scripted};
use tokio_util::sync::CancellationToken;

use super::*;

/// A run whose work costs money. Its calls reach a server that refuses them.
pub(super) struct Paying<'a> {
    app: &'a TestApp,
    run: RunId,
    project: ProjectId,
    embedder: Embedder,
    _server: Scripted,
}

impl<'a> Paying<'a> {
    pub(super) async fn of(app: &'a TestApp, run: RunId) -> Self {
        let server = Scripted::start([]).await;
        server.otherwise(|_| Behaviour::Status(400));
        let config = EmbeddingConfig {
            provider: ProviderKind::OpenAi,
            base_url: Some(server.base_url()),
            price: Some(Price { input: 1_000_000, output: 0 }),
            ..EmbeddingConfig::offline()
        };
        let (pool, clock, ids) = (&app.parts.pool, &app.parts.clock, &app.parts.ids);
        let embedder = Embedder::connect(config, pool, None, clock, ids).unwrap();
        let project = "update runs set is_paid = true where id = $1 returning project_id";
        let project: uuid::Uuid =
            sqlx::query_scalar(project).bind(run.0).fetch_one(pool).await.unwrap();
        Self { app, run, project: project.into(), embedder, _server: server }
    }

    /// Who was to pay for a call that the run makes now, or the code of why nobody was.
    pub(super) async fn ask(&self) -> Result<AccountId, &'static str> {
        let call = Embedding {
            passages: &[Passage { text: "herbata", language: Language::Polish }],
            purpose: Purpose::Question,
            project: Some(self.project),
            run: Some(self.run),
            cancel: CancellationToken::new(),
        };
        let failure = self.embedder.embed(&call).await.unwrap_err();
        if failure.is_unpaid() {
            return Err(failure.code());
        }
        let last = "select account_id from model_calls order by id desc limit 1";
        let last: uuid::Uuid =
            sqlx::query_scalar(last).fetch_one(&self.app.parts.pool).await.unwrap();
        Ok(last.into())
    }

    /// An editor of the run's project.
    pub(super) async fn editor(&self, name: &str) -> User {
        let user = self.app.user(name).await;
        self.app.member(self.project, &user, Role::Editor).await;
        user
    }

    pub(super) async fn join(&self, user: &User) {
        self.app.member(self.project, user, Role::Editor).await;
    }
}
