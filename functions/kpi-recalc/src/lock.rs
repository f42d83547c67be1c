//! One at a time, by a key in Redis. It saves work and promises nothing: the version in PostgreSQL decides who
//! may store.

use std::time::Duration;

use platform::cache::Cache;
use platform::secret::random_token;
use redis::Script;
use tokio_util::task::AbortOnDropHandle;

/// A holder that dies is waited for as long as this.
const LIFE: Duration = Duration::from_secs(10);

/// Whoever removes or renews a key shows that it is still theirs.
const RELEASE: &str = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end \
    return 0";
const RENEW: &str = "if redis.call('get', KEYS[1]) == ARGV[1] then \
    return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0";

/// Result of asking for a lock.
pub(crate) enum Asked {
    /// It is ours until it is released.
    Held(Box<Lock>),
    /// Somebody else has it.
    Busy,
    /// There is no Redis, or it does not answer.
    Away,
}

/// A lock that is renewed while it is held. Dropped without a release it runs out.
pub(crate) struct Lock {
    cache: Cache,
    key: String,
    token: String,
    _renewal: AbortOnDropHandle<()>,
}

pub(crate) async fn ask(cache: Option<&Cache>, name: &str) -> Asked {
    ask_for(cache, name, LIFE).await
}

/// Asks for one that a holder who dies is waited for as long as this.
pub(crate) async fn ask_for(cache: Option<&Cache>, name: &str, life: Duration) -> Asked {
    let Some(cache) = cache else { return Asked::Away };
    let (key, token) = (format!("sight:lock:{name}"), random_token());
    let mut connection = cache.connection();
    let mut set = redis::cmd("SET");
    set.arg(&key).arg(&token).arg("NX").arg("PX").arg(milliseconds(life));
    match cache.ask(set.query_async::<Option<String>>(&mut connection)).await {
        None => Asked::Away,
        Some(None) => Asked::Busy,
        Some(Some(_)) => {
            let renewal = tokio::spawn(renew(cache.clone(), key.clone(), token.clone(), life));
            let cache = cache.clone();
            let _renewal = AbortOnDropHandle::new(renewal);
            Asked::Held(Box::new(Lock { cache, key, token, _renewal }))
        }
    }
}

impl Lock {
    /// Gives it back, if it is still ours.
    pub(crate) async fn release(self) {
        let mut connection = self.cache.connection();
        let script = Script::new(RELEASE);
        let mut call = script.key(&self.key);
        let call = call.arg(&self.token).invoke_async::<i64>(&mut connection);
        // Not given back it runs out.
        let _ = self.cache.ask(call).await;
    }
}

fn milliseconds(life: Duration) -> u64 {
    u64::try_from(life.as_millis()).unwrap_or(u64::MAX)
}

async fn renew(cache: Cache, key: String, token: String, life: Duration) {
    let script = Script::new(RENEW);
    loop {
        tokio::time::sleep(life / 3).await;
        let mut connection = cache.connection();
        let mut call = script.key(&key);
        let call = call.arg(&token).arg(milliseconds(life)).invoke_async::<i64>(&mut connection);
        if cache.ask(call).await == Some(0) {
            return;
        }
    }
}
