//! Working on a run: opening answers side by side, then the discussion turn by turn, each turn stored
//! before the next.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::error::Chain;
use platform::model::Failure;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Engine, ItemFailure, ItemProcessor, Progress, ShardContext};
use platform::{Error, InProject, Result};
use records::discussion::{self, StoredTurn};
use records::need::mark_due;
use shared::discussion::{Schedule, Setting, Turn};
use shared::id::{FocusGroupId, RunId};
use shared::prompt::TURN_VERSION;
use shared::run::RunRequested;
use sqlx::PgConnection;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::speak::{Spoken, Talk, speak};
use crate::{AppState, store};

/// After how long a delivery leaves the rest to the next: a push request lasts 600 s at most.
const TIME: Duration = Duration::from_secs(480);

/// A message of Pub/Sub: a hint that a run waits.
pub(crate) async fn requested(
    State(state): State<AppState>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    runs::handle(&Worker { state, time: TIME }, &message).await
}

/// Lets groups talk.
#[derive(Clone)]
pub(crate) struct Worker {
    pub(crate) state: AppState,
    /// How long one delivery works, give or take a turn.
    pub(crate) time: Duration,
}

impl runs::Worker for Worker {
    fn engine(&self) -> &Engine {
        &self.state.engine
    }

    async fn work(&self, context: &ShardContext) -> Result<Outcome> {
        let Ok(setting) = serde_json::from_value::<Setting>(context.lease.run_input.clone()) else {
            return Ok(Outcome::Rejected("the run's input cannot be read".to_owned()));
        };
        let group = FocusGroupId(context.lease.subject_id);
        if !store::exists(&self.state.base.pool, group).await? {
            return Ok(Outcome::Rejected("the focus group is deleted".to_owned()));
        }
        if !store::are_there(&self.state.base.pool, &setting.participants).await? {
            return Ok(Outcome::Rejected("a participant was removed for good".to_owned()));
        }
        let talk = Talk {
            project_id: context.lease.project_id,
            run_id: context.lease.run_id,
            schedule: Schedule::new(setting.questions.len(), setting.participants.len()),
            setting: Arc::new(setting),
            openings: Arc::default(),
        };
        let job = DiscussionJob {
            state: self.state.clone(),
            of: context.lease.in_project()?,
            group,
            talk,
            ends: Instant::now() + self.time,
        };
        match job.open(context).await? {
            Outcome::Done => job.discuss(context).await,
            later => Ok(later),
        }
    }

    async fn finish(&self, run: RunId) -> Result<()> {
        mark_due(&self.state.base.pool, run, self.state.base.clock.now()).await?;
        self.engine().finish(run).await
    }
}

/// One worker at one run.
#[derive(Clone)]
struct DiscussionJob {
    state: AppState,
    of: InProject,
    group: FocusGroupId,
    talk: Talk,
    /// When the rest is left to the next delivery.
    ends: Instant,
}

/// Opening answers, each by its number.
impl ItemProcessor for DiscussionJob {
    type Item = u32;
    type Made = StoredTurn;
    type Error = Failure;

    fn number(item: &u32) -> u32 {
        *item
    }

    async fn make(self, number: u32, stop: CancellationToken) -> Result<StoredTurn, Failure> {
        let spoken = speak(&self.state.model, &self.talk, number, &[], stop).await;
        let stored = self.stored(&spoken);
        match spoken.failure {
            Some(failure) => Err(failure),
            None => Ok(stored),
        }
    }

    fn at_once(&self) -> Option<usize> {
        self.state.model.at_once()
    }

    async fn store(
        &self,
        connection: &mut PgConnection,
        turns: Vec<StoredTurn>,
        _: DateTime<Utc>,
    ) -> Result<u32> {
        let mut new = 0;
        for turn in turns {
            let run = self.talk.run_id;
            let is_new = discussion::insert_turn(connection, self.group, run, &turn).await?;
            new += u32::from(is_new);
        }
        Ok(new)
    }
}

impl DiscussionJob {
    /// What was said, and what nobody said for a reason that stands: what is tried again is left out.
    async fn turns(&self, failed: &BTreeSet<u32>) -> Result<BTreeMap<u32, Turn>> {
        let stored = discussion::turns(&self.state.base.pool, self.of, self.talk.run_id).await?;
        let turns = stored.into_iter().map(|stored| (stored.turn.number, stored.turn));
        Ok(turns.filter(|(number, turn)| turn.text.is_some() || failed.contains(number)).collect())
    }

    /// The opening answers that are neither there nor failed, side by side: nobody has heard anybody.
    async fn open(&self, context: &ShardContext) -> Result<Outcome> {
        let failed = store::failed(&self.state.base.pool, self.talk.run_id).await?;
        let there = self.turns(&failed).await?;
        let is_open = |number: &u32| !there.contains_key(number) && !failed.contains(number);
        let openings: Vec<u32> = self.talk.schedule.openings().filter(is_open).collect();
        context.each(self, openings).await
    }

    /// Everything else in its order, from where it broke off. Without a single opening answer there is
    /// nothing to talk about. A turn that the model cannot be asked for now holds up those after it, which
    /// would answer to it; when it has been away for too long, all of them have failed, and the same
    /// discussion can go on there later.
    async fn discuss(&self, context: &ShardContext) -> Result<Outcome> {
        let failed = store::failed(&self.state.base.pool, self.talk.run_id).await?;
        let mut turns = self.turns(&failed).await?;
        if !turns.values().any(Turn::is_said) {
            return Ok(Outcome::Done);
        }
        let openings: BTreeSet<u32> = self.talk.schedule.openings().collect();
        let is_left = |number: &u32| !openings.contains(number) && !failed.contains(number);
        let left = (0..self.talk.schedule.total()).filter(is_left);
        let left: Vec<u32> = left.filter(|number| !turns.contains_key(number)).collect();
        if context.lease.is_exhausted {
            context.give_up(left.into_iter()).await?;
            return Ok(Outcome::Done);
        }
        for (place, &number) in left.iter().enumerate() {
            if context.stop.is_cancelled() {
                return Ok(Outcome::Done);
            }
            let before: Vec<Turn> = turns.range(..number).map(|(_, turn)| turn.clone()).collect();
            let stop = context.stop.clone();
            let spoken = speak(&self.state.model, &self.talk, number, &before, stop).await;
            if let Some(failure) = spoken.failure.as_ref().filter(|why| why.puts_off().is_some()) {
                if let Some(later) = context.put_off(failure.puts_off()) {
                    return Ok(later);
                }
                let lost = left[place..].iter().map(|number| failure.of_item(*number));
                context.fail(lost.collect()).await?;
                return Ok(Outcome::Done);
            }
            let Some(turn) = self.keep(context, spoken).await? else { return Ok(Outcome::Done) };
            turns.insert(number, turn);
            if Instant::now() >= self.ends && left.last() != Some(&number) {
                return Ok(Outcome::Unfinished);
            }
        }
        Ok(Outcome::Done)
    }

    /// Stores a turn and counts it; a failed one, and one that cannot be stored, is stored without words.
    /// None when nothing more is to be said: cancelled, lost, or out of money.
    async fn keep(&self, context: &ShardContext, spoken: Spoken) -> Result<Option<Turn>> {
        match spoken.failure {
            Some(Failure::Cancelled) => return Ok(None),
            Some(Failure::Ledger(error)) => return Err(Error::Database(error)),
            _ => {}
        }
        let mut stored = self.stored(&spoken);
        let failure = spoken.failure.as_ref().map(|why| why.of_item(stored.turn.number));
        let progress = match self.put(context, &stored, failure).await {
            Err(error) if error.is_of_its_data() => {
                let (run, turn) = (self.talk.run_id, stored.turn.number);
                tracing::error!(run.id = %run, turn, error = %Chain(&error), "not stored");
                (stored.turn.text, stored.written_by) = (None, None);
                self.put(context, &stored, Some(ItemFailure::unstorable(turn))).await?
            }
            put => put?,
        };
        let out_of_money = spoken.failure.as_ref().is_some_and(Failure::is_unpaid);
        let goes_on = progress == Progress::Kept && !out_of_money;
        Ok(goes_on.then_some(stored.turn))
    }

    /// A turn with its failure in one transaction that is fenced by the lease.
    async fn put(
        &self,
        context: &ShardContext,
        stored: &StoredTurn,
        failure: Option<ItemFailure>,
    ) -> Result<Progress> {
        let (now, run) = (context.now(), self.talk.run_id);
        let mut transaction = self.state.base.pool.begin().await?;
        let is_new = discussion::insert_turn(&mut transaction, self.group, run, stored).await?;
        let failed = runs::fail_items(&mut transaction, run, failure.as_slice(), now).await?;
        let done = u32::from(is_new && failure.is_none());
        let progress = context.commit(transaction, done, failed).await?;
        if progress != Progress::Lost {
            self.state.engine.announcer.tell(run).await;
        }
        Ok(progress)
    }

    fn stored(&self, spoken: &Spoken) -> StoredTurn {
        let turn = spoken.turn.clone();
        let by = spoken.by.as_ref();
        StoredTurn {
            id: self.state.base.ids.next(),
            persona_id: turn.speaker.map(|who| self.talk.setting.participants[who].persona_id),
            written_by: by.map(|by| by.model.clone()),
            is_simulated: by.is_some_and(|by| by.is_simulated),
            prompt_version: by.map(|_| TURN_VERSION.to_owned()),
            latency_ms: by.and_then(|by| i32::try_from(by.latency.as_millis()).ok()),
            created_at: self.state.base.clock.now(),
            is_removed: false,
            turn,
        }
    }
}
