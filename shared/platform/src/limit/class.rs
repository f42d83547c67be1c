//! The classes of routes, and what each allows.

use std::time::Duration;

use shared::account::Plan;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// So many requests in any window of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub limit: u32,
    pub window: Duration,
}

/// What a limit does while Redis does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutRedis {
    /// Lets everything pass, and the log says so once a minute.
    Pass,
    /// Each process counts alone: N instances together allow N times the rate.
    CountAlone,
}

/// A class of routes that share one count per person.
pub trait Class: Send + Sync + 'static {
    /// Names the count. Classes with the same name share it.
    const BUCKET: &'static str;
    const WITHOUT_REDIS: WithoutRedis;
    fn rate(plan: Plan) -> Rate;
}

/// What changes or starts something: 100 an hour, 1,000 with a paid plan.
///
/// Without Redis it passes: roles and budgets still hold, and a person at work should not be
/// stopped by our outage.
#[derive(Debug, Clone, Copy)]
pub struct Change;

/// What is costly to read. Counts as [`Change`], together with it, and passes without Redis for the
/// same reason.
#[derive(Debug, Clone, Copy)]
pub struct Heavy;

/// What a client reads again every few seconds, and its autosave: 600 a minute, whatever the plan. Its
/// dashboard with four projects at work reads 280 times, in two windows 560; a test reckons it for every
/// page. A minute, because a client that runs wild is then stopped soon and not for long.
///
/// Without Redis it passes: reads are cheap, and a page that cannot refresh looks broken.
#[derive(Debug, Clone, Copy)]
pub struct Poll;

/// Starting to generate people: 10 an hour, whatever the plan (the client's contract, §0.4).
///
/// Without Redis each process counts alone, because every passing request costs money.
#[derive(Debug, Clone, Copy)]
pub struct Generate;

/// Looking at what a target would give, again with each move of a slider: 60 a minute, whatever the plan.
///
/// Without Redis each process counts alone, because each takes a processor for a while.
#[derive(Debug, Clone, Copy)]
pub struct Preview;

/// Uploading documents: 20 an hour, whatever the plan (the client's contract, §0.4).
///
/// Without Redis each process counts alone, because every upload costs money.
#[derive(Debug, Clone, Copy)]
pub struct Upload;

impl Class for Preview {
    const BUCKET: &'static str = "preview";
    const WITHOUT_REDIS: WithoutRedis = WithoutRedis::CountAlone;

    fn rate(_: Plan) -> Rate {
        Rate { limit: 60, window: MINUTE }
    }
}

impl Class for Upload {
    const BUCKET: &'static str = "upload";
    const WITHOUT_REDIS: WithoutRedis = WithoutRedis::CountAlone;

    fn rate(_: Plan) -> Rate {
        Rate { limit: 20, window: HOUR }
    }
}

impl Class for Change {
    const BUCKET: &'static str = "change";
    const WITHOUT_REDIS: WithoutRedis = WithoutRedis::Pass;

    fn rate(plan: Plan) -> Rate {
        let limit = match plan {
            Plan::Free => 100,
            Plan::Pro | Plan::Enterprise => 1_000,
        };
        Rate { limit, window: HOUR }
    }
}

impl Class for Heavy {
    const BUCKET: &'static str = Change::BUCKET;
    const WITHOUT_REDIS: WithoutRedis = Change::WITHOUT_REDIS;

    fn rate(plan: Plan) -> Rate {
        Change::rate(plan)
    }
}

impl Class for Poll {
    const BUCKET: &'static str = "poll";
    const WITHOUT_REDIS: WithoutRedis = WithoutRedis::Pass;

    fn rate(_: Plan) -> Rate {
        Rate { limit: 600, window: MINUTE }
    }
}

impl Class for Generate {
    const BUCKET: &'static str = "generate";
    const WITHOUT_REDIS: WithoutRedis = WithoutRedis::CountAlone;

    fn rate(_: Plan) -> Rate {
        Rate { limit: 10, window: HOUR }
    }
}

impl Rate {
    pub(super) fn times(self, factor: u32) -> Self {
        Self { limit: self.limit.saturating_mul(factor), ..self }
    }

    pub(super) fn window_ms(self) -> i64 {
        i64::try_from(self.window.as_millis()).expect("a window is hours at most")
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) bucket: &'static str,
    pub(super) rate: Rate,
    pub(super) without_redis: WithoutRedis,
}

impl Rule {
    pub(super) fn of<C: Class>(plan: Plan) -> Self {
        Self { bucket: C::BUCKET, rate: C::rate(plan), without_redis: C::WITHOUT_REDIS }
    }

    /// A limit of those who are not signed in yet. Without Redis each process counts alone: passing
    /// would invite the guessing of passwords, refusing would lock everybody out.
    pub(super) const fn a_minute(bucket: &'static str, limit: u32) -> Self {
        let rate = Rate { limit, window: MINUTE };
        Self { bucket, rate, without_redis: WithoutRedis::CountAlone }
    }

    /// As [`Rule::a_minute`], with the same policy.
    pub(super) const fn an_hour(bucket: &'static str, limit: u32) -> Self {
        let rate = Rate { limit, window: HOUR };
        Self { bucket, rate, without_redis: WithoutRedis::CountAlone }
    }
}
