//! Working on a shard: the needs of some segments, one call each, from what their people have said.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::model::{Failure, Request};
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Engine, ItemProcessor, Lease, ShardContext};
use platform::{Error, InProject, Result};
use records::need::{self, NewNeeds};
use serde::Deserialize;
use shared::id::PopulationId;
use shared::insight::NeedsDraft;
use shared::insight::need::{StoredAnswer, flaws, kept};
use shared::persona::{Brief, Segment};
use shared::run::{RunRequested, ScheduledCall};
use shared::{Language, Seed, prompt};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::AppState;
use crate::due::start_due;
use crate::refresh::Item;
use crate::store;

/// What one segment's needs may take: four of each kind with their quotes, in Polish.
const MOST_ANSWER_TOKENS: u32 = 1_800;
/// Some variety, and scores that stay near each other.
const TEMPERATURE: f32 = 0.4;

/// What the topic brings.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Called {
    /// A hint that a shard waits.
    ByRun(RunRequested),
    /// The clock, which names no run: a look at what is due.
    ByClock(ScheduledCall),
}

/// A message of Pub/Sub.
pub(crate) async fn requested(
    State(state): State<AppState>,
    Pushed(called): Pushed<Called>,
) -> Result<Outcome> {
    match called {
        Called::ByRun(message) => runs::handle(&Worker(state), &message).await,
        Called::ByClock(call) => {
            tracing::debug!(call.schema, "a look at what is due");
            start_due(&state).await
        }
    }
}

/// Has needs drafted.
#[derive(Clone)]
struct Worker(AppState);

impl runs::Worker for Worker {
    fn engine(&self) -> &Engine {
        &self.0.engine
    }

    async fn work(&self, context: &ShardContext) -> Result<Outcome> {
        let (state, lease) = (&self.0, &context.lease);
        let Ok(items) = serde_json::from_value::<Vec<Item>>(lease.input.clone()) else {
            return Ok(Outcome::Rejected("the shard's input cannot be read".to_owned()));
        };
        let of = lease.in_project()?;
        let (brief, language) = records::project::brief(&state.base.pool, of).await?;
        let settled = store::settled_items(&state.base.pool, lease).await?;
        let mut left = Vec::new();
        for item in items.into_iter().filter(|item| !settled.contains(&item.number)) {
            left.extend(read(state, of, &brief, lease, item).await?);
        }
        let drafting = NeedsProcessor {
            state: state.clone(),
            lease: Arc::new(lease.clone()),
            of,
            brief: Arc::new(brief),
            language,
        };
        context.each(&drafting, left).await
    }
}

/// A segment with what its people have said.
struct Evidence {
    number: u32,
    population_id: PopulationId,
    segment: Segment,
    seed: Seed,
    answers: Vec<StoredAnswer>,
    hash: [u8; 32],
    /// Nothing has changed since it was drafted: nobody is asked.
    is_fresh: bool,
}

/// None of a segment that this run has drafted before, or that no release of ours knows any more.
async fn read(
    state: &AppState,
    of: InProject,
    brief: &Brief,
    lease: &Lease,
    item: Item,
) -> Result<Option<Evidence>> {
    let Some(segment) = Segment::parse(&item.segment_id) else { return Ok(None) };
    let population_id = item.population_id;
    let done: HashSet<String> =
        need::drafted(&state.base.pool, of, population_id, Some(lease.run_id)).await?;
    if done.contains(segment.id()) {
        return Ok(None);
    }
    let answers = need::answers(&state.base.pool, of, population_id, segment).await?;
    let hash = need::inputs_hash(brief, &answers)?;
    let stored = need::find(&state.base.pool, of, population_id, segment).await?;
    let is_fresh = stored.is_some_and(|stored| {
        stored.inputs_hash == hash && stored.is_simulated == state.model.is_simulated()
    });
    let seed = store::population_seed(&state.base.pool, of, population_id).await?;
    let number = item.number;
    Ok(Some(Evidence { number, population_id, segment, seed, answers, hash, is_fresh }))
}

/// The segments of one shard being drafted.
#[derive(Clone)]
struct NeedsProcessor {
    state: AppState,
    lease: Arc<Lease>,
    of: InProject,
    brief: Arc<Brief>,
    language: Language,
}

/// What has become of a segment.
#[derive(Clone)]
enum Made {
    Drafted(Box<NewNeeds>),
    Fresh(PopulationId, Segment),
}

impl ItemProcessor for NeedsProcessor {
    type Item = Evidence;
    type Made = Made;
    type Error = Failure;

    fn number(item: &Evidence) -> u32 {
        item.number
    }

    async fn make(self, item: Evidence, stop: CancellationToken) -> Result<Made, Failure> {
        if item.is_fresh {
            return Ok(Made::Fresh(item.population_id, item.segment));
        }
        let (language, segments) = (self.language, [item.segment]);
        let prompt = prompt::needs(&segments, &self.brief, &item.answers, language);
        let offline = || offline::insight::needs(&segments, &item.answers, language, item.seed);
        let request = Request {
            task: need::TASK,
            prompt_version: prompt.version,
            project: self.lease.project_id,
            run: Some(self.lease.run_id),
            item: Some(item.number.cast_signed()),
            system: &prompt.system,
            user: &prompt.user,
            max_output_tokens: MOST_ANSWER_TOKENS,
            temperature: TEMPERATURE,
            seed: item.seed.child("needs", u64::from(item.number)),
            cancel: stop,
            offline: &offline,
        };
        let wanted = [item.segment.id()];
        let check = |draft: &NeedsDraft, _| flaws(draft, &wanted, language);
        let answer = self.state.model.ask(&request, &check).await?;
        let draft = answer.value.segments.iter().find(|one| one.segment == wanted[0]);
        let needs = draft.map(|one| kept(one, &item.answers)).unwrap_or_default();
        Ok(Made::Drafted(Box::new(NewNeeds {
            population_id: item.population_id,
            segment: item.segment,
            needs,
            inputs_hash: item.hash,
            written_by: answer.model,
            is_simulated: answer.simulated,
        })))
    }

    fn at_once(&self) -> Option<usize> {
        self.state.model.at_once()
    }

    async fn store(
        &self,
        connection: &mut PgConnection,
        made: Vec<Made>,
        now: DateTime<Utc>,
    ) -> Result<u32, Error> {
        let (mut new, run) = (0, self.lease.run_id);
        for one in made {
            let is_new = match one {
                Made::Drafted(needs) => need::save(connection, self.of, run, &needs, now).await?,
                Made::Fresh(population, segment) => {
                    need::confirm(connection, self.of, run, population, segment).await?
                }
            };
            new += u32::from(is_new);
        }
        Ok(new)
    }
}
