//! A model from the environment, with this process's database, cache and clock.

use sqlx::PgPool;

use super::{Budget, Config, Model, ModelParts, ProviderKind};
use crate::cache::Cache;
use crate::{Base, Clock, Env, Ids, google};

impl Config {
    /// By the variables of [`Config::from_lookup`].
    pub fn from_env(env: &Env) -> Option<Self> {
        match Self::from_lookup(&|name| env.raw(name).map(str::to_owned)) {
            Ok(config) => Some(config),
            Err(problems) => {
                problems.into_iter().for_each(|problem| env.problem(problem));
                None
            }
        }
    }
}

impl Model {
    /// On a function's base.
    pub fn from_base(env: &Env, base: &Base, config: Config) -> Option<Self> {
        let cache = base.cache.as_ref();
        let connected = Self::connect(config, &base.pool, cache, &base.clock, &base.ids);
        connected
            .map_err(|error| env.problem(format!("MODEL_PROVIDER cannot be used: {error:#}")))
            .ok()
    }

    /// With a ledger in this database, and a rate that instances share through this cache.
    ///
    /// # Errors
    /// When Google's credentials are needed and cannot be had.
    pub fn connect(
        config: Config,
        pool: &PgPool,
        cache: Option<&Cache>,
        clock: &Clock,
        ids: &Ids,
    ) -> anyhow::Result<Self> {
        let token = match config.provider {
            ProviderKind::Vertex => Some(google::access_token("cloud-platform")?),
            _ => None,
        };
        let parts = ModelParts {
            // Above the limit of one call, which the model keeps itself.
            http: crate::http_client(config.timeout * 2),
            redis: cache.map(Cache::connection),
            redis_prefix: "sight:".to_owned(),
            budget: Some(Budget::new(pool.clone(), clock.clone(), ids.clone(), config.allowances)),
            token,
            clock: clock.clone(),
        };
        Ok(Self::new(config, parts))
    }
}
