//! Which embedding model, where, at what pace and price.

use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;
use shared::knowledge::{EmbeddingModel, OfflineEmbedding};

use super::Sides;
use crate::Env;
use crate::cache::Cache;
use crate::model::endpoint::{EndpointConfig, Variables};
use crate::model::{Allowances, Budget, Embedder, ModelParts, Price, ProviderKind};
use crate::{Base, Clock, Ids, google};

/// The length of vectors where nobody says another: a quarter of Gemini's own, which loses little
/// (ai.google.dev/gemini-api/docs/embeddings, "Control embedding size").
const DIMENSIONS: u16 = 768;
const GEMINI_MODEL: &str = "gemini-embedding-001";
/// What a vector index of Neo4j 5 takes.
const MOST_DIMENSIONS: u16 = 4_096;

/// Which model makes vectors, and within which limits.
#[derive(Debug, Clone)]
pub struct EmbeddingConfig {
    pub provider: ProviderKind,
    /// The model as the provider names it, and the length of its vectors. Vectors are kept under
    /// [`EmbeddingConfig::identity`].
    pub model: EmbeddingModel,
    pub sides: Sides,
    /// The most texts of one call; `None` is what the provider takes.
    pub most_texts: Option<usize>,
    /// Where the provider is, when not at its usual address.
    pub base_url: Option<Url>,
    pub key: Option<SecretString>,
    /// The most that one HTTP call may take.
    pub timeout: Duration,
    /// The most calls that this process has under way.
    pub max_concurrent: usize,
    /// What the model costs. `None` when the price is not known: callers with a limit are then refused.
    pub price: Option<Price>,
    pub allowances: Allowances,
    /// The shared budget of all instances; `None` is no limit.
    pub requests_per_minute: Option<u32>,
    /// The shared budget of all instances; `None` is no limit.
    pub tokens_per_minute: Option<u32>,
    /// Before the first retry; doubled for each further one.
    pub first_pause: Duration,
}

impl EmbeddingConfig {
    /// The offline embedding: free, and no call at all.
    pub fn offline() -> Self {
        Self {
            provider: ProviderKind::Offline,
            model: OfflineEmbedding::new(DIMENSIONS).model(),
            sides: Sides::default(),
            most_texts: None,
            base_url: None,
            key: None,
            timeout: Duration::from_secs(30),
            max_concurrent: 4,
            price: Some(Price::FREE),
            allowances: Allowances::default(),
            requests_per_minute: None,
            tokens_per_minute: None,
            first_pause: Duration::from_secs(1),
        }
    }

    /// What its vectors are: the model, and the words before the texts.
    pub fn identity(&self) -> EmbeddingModel {
        self.sides.identity(&self.model)
    }

    /// What vectors are of, by `EMBEDDING_PROVIDER`, `EMBEDDING_NAME`, `EMBEDDING_DIMENSIONS` and what
    /// tells questions from documents. What has to know no more needs no key.
    pub fn model(env: &Env) -> Option<(ProviderKind, EmbeddingModel)> {
        let (provider, model, sides) = Self::named(env)?;
        Some((provider, sides.identity(&model)))
    }

    fn named(env: &Env) -> Option<(ProviderKind, EmbeddingModel, Sides)> {
        let provider = env.or("EMBEDDING_PROVIDER", ProviderKind::Offline);
        let dimensions = env.or("EMBEDDING_DIMENSIONS", DIMENSIONS);
        if !(1..=MOST_DIMENSIONS).contains(&dimensions) {
            env.problem(format!("EMBEDDING_DIMENSIONS must be between 1 and {MOST_DIMENSIONS}"));
        }
        if provider == ProviderKind::Offline {
            let model = OfflineEmbedding::new(dimensions).model();
            return Some((provider, model, Sides::default()));
        }
        let sides = Sides::from_env(env, provider);
        Some((provider, EmbeddingModel { name: name(env, provider)?, dimensions }, sides))
    }

    /// `EMBEDDING_PROVIDER` (`offline` by default, `gemini`, `vertex`, `openai`), `EMBEDDING_NAME`,
    /// `EMBEDDING_DIMENSIONS` (default 768), `EMBEDDING_BASE_URL`, `EMBEDDING_API_KEY`,
    /// `EMBEDDING_PRICE` (micro-USD per million tokens), `EMBEDDING_REQUESTS_PER_MINUTE`,
    /// `EMBEDDING_TOKENS_PER_MINUTE`, `EMBEDDING_BATCH` (texts of one call), what [`Sides`] reads, and the
    /// allowances as a [`super::super::Config`] has them.
    pub fn from_env(env: &Env) -> Option<Self> {
        let (provider, model, sides) = Self::named(env)?;
        if provider == ProviderKind::Offline {
            return Some(Self { model, ..Self::offline() });
        }
        let most_texts = env.optional::<usize>("EMBEDDING_BATCH");
        if most_texts == Some(0) {
            env.problem("EMBEDDING_BATCH must be at least 1".to_owned());
        }
        let endpoint = EndpointConfig::read(
            &mut Variables {
                prefix: "EMBEDDING",
                lookup: &|name| env.raw(name).map(str::to_owned),
                problem: &mut |problem| env.problem(problem),
            },
            provider,
        );
        let price = env.optional("EMBEDDING_PRICE").map(|input| Price { input, output: 0 });
        Some(Self {
            provider,
            price: price.or_else(|| Price::listed(&model.name)),
            allowances: Allowances::from_env(env),
            model,
            sides,
            most_texts,
            base_url: endpoint.base_url,
            key: endpoint.key,
            requests_per_minute: endpoint.requests_per_minute,
            tokens_per_minute: endpoint.tokens_per_minute,
            ..Self::offline()
        })
    }
}

fn name(env: &Env, provider: ProviderKind) -> Option<String> {
    match (env.raw("EMBEDDING_NAME"), provider) {
        (Some(name), _) => Some(name.to_owned()),
        (None, ProviderKind::OpenAi) => {
            env.problem("EMBEDDING_NAME is not set: say which model to ask".to_owned());
            None
        }
        (None, _) => Some(GEMINI_MODEL.to_owned()),
    }
}

impl Embedder {
    /// With the ledger of this database, and a rate that instances share through this cache. What is wrong
    /// is noted.
    pub fn from_base(env: &Env, base: &Base, config: EmbeddingConfig) -> Option<Self> {
        let cache = base.cache.as_ref();
        let connected = Self::connect(config, &base.pool, cache, &base.clock, &base.ids);
        connected
            .map_err(|error| env.problem(format!("EMBEDDING_PROVIDER cannot be used: {error:#}")))
            .ok()
    }

    /// With a ledger in this database, and a rate that instances share through this cache.
    ///
    /// # Errors
    /// When Google's credentials are needed and cannot be had.
    pub fn connect(
        config: EmbeddingConfig,
        pool: &sqlx::PgPool,
        cache: Option<&Cache>,
        clock: &Clock,
        ids: &Ids,
    ) -> anyhow::Result<Self> {
        let parts = ModelParts {
            redis: cache.map(Cache::connection),
            budget: Some(Budget::new(pool.clone(), clock.clone(), ids.clone(), config.allowances)),
            clock: clock.clone(),
            ..alone(&config)?
        };
        Ok(Self::new(config, parts))
    }

    /// Without a record of its calls, and at a rate of its own: for tools that measure.
    ///
    /// # Errors
    /// When Google's credentials are needed and cannot be had.
    pub fn without_ledger(config: EmbeddingConfig) -> anyhow::Result<Self> {
        let parts = alone(&config)?;
        Ok(Self::new(config, parts))
    }
}

fn alone(config: &EmbeddingConfig) -> anyhow::Result<ModelParts> {
    let token = match config.provider {
        ProviderKind::Vertex => Some(google::access_token("cloud-platform")?),
        _ => None,
    };
    Ok(ModelParts {
        http: crate::http_client(config.timeout * 2),
        redis: None,
        redis_prefix: "sight:".to_owned(),
        budget: None,
        token,
        clock: Clock::system(),
    })
}
