//! Working on a summary: the answers are read in chunks, side by side, then all of it is summed up.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::error::Chain;
use platform::model::{Failure, Request};
use platform::postgres::again;
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Engine, ItemFailure, ItemProcessor, ShardContext};
use platform::{Error, Result};
use records::discussion;
use serde::{Deserialize, Serialize};
use shared::Seed;
use shared::discussion::Setting;
use shared::discussion::reading::{Reading, merge_names};
use shared::discussion::summary::{
    AnswerReading, CHUNK, Digest, Material, Metadata, Summary, Synthesis, assemble, synthesis,
};
use shared::id::{FocusGroupId, ProjectId, RunId, TurnId};
use shared::prompt;
use shared::run::RunRequested;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::answers::{by_lexicon, material};
use crate::{AppState, store};

/// Twenty readings with their concepts, and ten findings.
const DIGEST_TOKENS: u32 = 6_000;
/// About a thousand words.
const SYNTHESIS_TOKENS: u32 = 4_000;
/// Reading is not writing: close to the most likely.
const TEMPERATURE: f32 = 0.2;

/// What a run that sums up is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The discussion.
    pub(crate) run_id: RunId,
    pub(crate) seed: Seed,
    pub(crate) with_recommendations: bool,
}

/// A message of Pub/Sub: a hint that a summary waits.
pub(crate) async fn requested(
    State(state): State<AppState>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    runs::handle(&Summarizer(state), &message).await
}

/// Sums up discussions.
#[derive(Clone)]
pub(crate) struct Summarizer(pub(crate) AppState);

impl runs::Worker for Summarizer {
    fn engine(&self) -> &Engine {
        &self.0.worker.engine
    }

    async fn work(&self, context: &ShardContext) -> Result<Outcome> {
        let Some(job) = SummaryJob::of(&self.0, context).await? else {
            return Ok(Outcome::Rejected("what the summary is of cannot be read".to_owned()));
        };
        let pool = &self.0.worker.base.pool;
        let there = store::digests(pool, job.work).await?;
        let failed = store::failed(pool, job.work).await?;
        let open = |chunk: &u32| !there.contains_key(chunk) && !failed.contains(chunk);
        let read = context.each(&job, (0..job.chunks()).filter(open).collect()).await?;
        if read != Outcome::Done {
            return Ok(read);
        }
        if !context.stop.is_cancelled() && !failed.contains(&job.chunks()) {
            return job.sum_up(context).await;
        }
        Ok(Outcome::Done)
    }
}

/// One worker at one summary.
#[derive(Clone)]
struct SummaryJob {
    state: AppState,
    work: RunId,
    group: FocusGroupId,
    project: Option<ProjectId>,
    order: Order,
    setting: Arc<Setting>,
    material: Arc<Material>,
    /// Participants who are gone with what they said.
    people_removed: usize,
    /// What the offline reader makes of the answers.
    lexicon: Arc<BTreeMap<TurnId, Reading>>,
}

/// What was found in a chunk, and who read it.
#[derive(Clone)]
struct Found {
    chunk: u32,
    digest: Digest,
    by_lexicon: bool,
}

impl SummaryJob {
    async fn of(state: &AppState, context: &ShardContext) -> Result<Option<Self>> {
        let pool = &state.worker.base.pool;
        let Ok(order) = serde_json::from_value::<Order>(context.lease.run_input.clone()) else {
            return Ok(None);
        };
        let input = store::input(pool, order.run_id).await?;
        let setting: Option<Setting> = input.and_then(|input| serde_json::from_value(input).ok());
        let Some(setting) = setting else { return Ok(None) };
        let stored = discussion::turns(pool, context.lease.in_project()?, order.run_id).await?;
        let material = material(&setting, &stored);
        if material.answers.is_empty() {
            return Ok(None);
        }
        let lexicon = by_lexicon(&setting, &material);
        Ok(Some(Self {
            state: state.clone(),
            work: context.lease.run_id,
            group: FocusGroupId(context.lease.subject_id),
            project: context.lease.project_id,
            order,
            setting: Arc::new(setting),
            material: Arc::new(material),
            people_removed: discussion::people_removed(&stored),
            lexicon: Arc::new(lexicon),
        }))
    }

    fn chunks(&self) -> u32 {
        u32::try_from(self.material.answers.len().div_ceil(CHUNK)).unwrap_or(u32::MAX)
    }

    fn range(&self, chunk: u32) -> std::ops::Range<usize> {
        let first = chunk as usize * CHUNK;
        first..(first + CHUNK).min(self.material.answers.len())
    }

    /// The offline reading of a chunk: no findings, which are made of all of it at once.
    fn by_rule(&self, chunk: u32) -> Digest {
        let range = self.range(chunk);
        let numbers = (1..).zip(&self.material.answers).skip(range.start).take(range.len());
        let readings = numbers.filter_map(|(answer, one)| {
            let reading = self.lexicon.get(&one.id)?.clone();
            Some(AnswerReading {
                answer,
                sentiment: reading.sentiment,
                concepts: reading.concepts,
                emotions: reading.emotions,
            })
        });
        Digest { readings: readings.collect(), insights: Vec::new(), surprises: Vec::new() }
    }

    fn request<'a, T>(
        &'a self,
        (task, item): (&'static str, u32),
        prompt: &'a prompt::Prompt,
        max_output_tokens: u32,
        cancel: CancellationToken,
        offline: &'a (dyn Fn() -> T + Send + Sync),
    ) -> Request<'a, T> {
        Request {
            task,
            prompt_version: prompt.version,
            project: self.project,
            run: Some(self.work),
            item: Some(item.cast_signed()),
            system: &prompt.system,
            user: &prompt.user,
            max_output_tokens,
            temperature: TEMPERATURE,
            seed: self.order.seed.child("summary", u64::from(item)),
            cancel,
            offline,
        }
    }

    /// Sums up what was read, checks it and stores it.
    async fn sum_up(&self, context: &ShardContext) -> Result<Outcome> {
        let pool = &self.state.worker.base.pool;
        if store::summary_of(pool, self.work).await?.is_some() {
            return Ok(Outcome::Done);
        }
        if context.lease.is_exhausted {
            context.give_up(std::iter::once(self.chunks())).await?;
            return Ok(Outcome::Done);
        }
        let digests: Vec<Digest> = store::digests(pool, self.work).await?.into_values().collect();
        if digests.is_empty() {
            return Ok(Outcome::Done);
        }
        let (mut readings, lexical) = store::readings(pool, self.order.run_id).await?;
        merge_names(readings.values_mut(), self.setting.language);
        let with = self.order.with_recommendations;
        let prompt = prompt::synthesis(&self.material, &readings, &digests, with);
        let offline = || synthesis(&self.material, &readings);
        let last = self.chunks();
        let task = ("focus_group_synthesis", last);
        let stop = context.stop.clone();
        let request = self.request(task, &prompt, SYNTHESIS_TOKENS, stop, &offline);
        let rules = |made: &Synthesis, _| match made.executive_summary.trim().is_empty() {
            true => vec!["executive_summary is empty".to_owned()],
            false => Vec::new(),
        };
        match self.state.worker.model.ask(&request, &rules).await {
            Ok(answer) => {
                let metadata = Metadata {
                    model_used: answer.model,
                    is_simulated: answer.simulated,
                    prompt_version: prompt.version.to_owned(),
                    ..self.metadata(context.now())
                };
                let made = answer.value;
                let summary = assemble(&self.material, &readings, made, with, lexical, metadata);
                self.save(context, &summary).await?;
            }
            Err(Failure::Cancelled) => {}
            Err(Failure::Ledger(error)) => return Err(Error::Database(error)),
            Err(failure) => {
                if let Some(later) = context.put_off(failure.puts_off()) {
                    return Ok(later);
                }
                context.fail(vec![failure.of_item(last)]).await?;
            }
        }
        Ok(Outcome::Done)
    }

    /// Stores the summary and counts it. One that cannot be stored has failed.
    async fn save(&self, context: &ShardContext, summary: &Summary) -> Result<()> {
        match again(|| self.stored(context, summary)).await {
            Err(error) if error.is_of_its_data() => {
                let run = self.work;
                tracing::error!(run.id = %run, error = %Chain(&error), "summary not stored");
                context.fail(vec![ItemFailure::unstorable(self.chunks())]).await
            }
            stored => stored,
        }
    }

    async fn stored(&self, context: &ShardContext, summary: &Summary) -> Result<()> {
        let ids = &self.state.worker.base.ids;
        let mut transaction = self.state.worker.base.pool.begin().await?;
        let answers: Vec<TurnId> = self.material.answers.iter().map(|answer| answer.id).collect();
        // Where somebody was purged meanwhile nothing is stored; whoever asks again gets what is left summed up.
        let is_new = store::hold(&mut transaction, self.group, &answers).await?
            && store::save_summary(&mut transaction, ids, self.work, summary).await?;
        context.commit(transaction, u32::from(is_new), 0).await?;
        Ok(())
    }

    /// Where the summary comes from, but for the model. Its version is set when it is stored.
    fn metadata(&self, now: DateTime<Utc>) -> Metadata {
        Metadata {
            focus_group_id: self.group,
            focus_group_name: self.setting.name.clone(),
            generated_at: now,
            model_used: String::new(),
            total_responses: self.material.answers.len(),
            total_participants: self.material.participants,
            questions_asked: self.material.questions.len(),
            run_id: self.order.run_id,
            version: 0,
            is_simulated: false,
            prompt_version: String::new(),
            seed: self.order.seed,
            people_removed: self.people_removed,
        }
    }
}

impl ItemProcessor for SummaryJob {
    type Item = u32;
    type Made = Found;
    type Error = Failure;

    fn number(chunk: &u32) -> u32 {
        *chunk
    }

    async fn make(self, chunk: u32, stop: CancellationToken) -> Result<Found, Failure> {
        let range = self.range(chunk);
        let answers = &self.material.answers[range.clone()];
        let prompt = prompt::digest(&self.material, range.start + 1, answers);
        let offline = || self.by_rule(chunk);
        let task = ("focus_group_digest", chunk);
        let request = self.request(task, &prompt, DIGEST_TOKENS, stop, &offline);
        let numbers = range.start as u32 + 1..=range.end as u32;
        let rules = |digest: &Digest, _| {
            let read = |number: u32| digest.readings.iter().any(|one| one.answer == number);
            let missing = numbers.clone().filter(|number| !read(*number)).count();
            match missing {
                0 => Vec::new(),
                n => vec![format!("{n} answers have no reading")],
            }
        };
        let answer = self.state.worker.model.ask(&request, &rules).await?;
        Ok(Found { chunk, digest: answer.value, by_lexicon: answer.simulated })
    }

    fn at_once(&self) -> Option<usize> {
        self.state.worker.model.at_once()
    }

    async fn store(
        &self,
        connection: &mut PgConnection,
        found: Vec<Found>,
        now: DateTime<Utc>,
    ) -> Result<u32> {
        let ids: Vec<TurnId> = self.material.answers.iter().map(|answer| answer.id).collect();
        if !store::hold(connection, self.group, &ids).await? {
            return Ok(0);
        }
        let mut new = 0;
        for one in found {
            let range = self.range(one.chunk);
            let (mut keys, mut readings) = (Vec::new(), Vec::new());
            for reading in &one.digest.readings {
                let place = (reading.answer as usize).wrapping_sub(1);
                if !range.contains(&place) || keys.contains(&ids[place]) {
                    continue;
                }
                keys.push(ids[place]);
                let reading = Reading {
                    sentiment: reading.sentiment,
                    concepts: reading.concepts.clone(),
                    emotions: reading.emotions.clone(),
                };
                readings.push(reading.bounded());
            }
            let readings = keys.into_iter().zip(readings).collect();
            let read_by = if one.by_lexicon { "lexicon" } else { "model" };
            store::save_readings(connection, &readings, read_by, now).await?;
            let is_new = store::save_digest(connection, self.work, one.chunk, &one.digest).await?;
            new += u32::from(is_new);
        }
        Ok(new)
    }
}
