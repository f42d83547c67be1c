//! Needs of segments, drafted with their people: one call for several segments, within a part of what the people
//! themselves cost. After a failure people have the hypotheses of a rule, and a run may draft their needs later.

use std::collections::BTreeMap;

use platform::Result;
use platform::model::{Failure, Request};
use platform::postgres::again;
use platform::runs::ShardContext;
use records::need::{self, NewNeeds};
use records::population::RunInput;
use shared::insight::NeedsDraft;
use shared::insight::need::{flaws, kept};
use shared::persona::{Brief, Card, Segment};
use shared::prompt;

use crate::AppState;

/// What a person takes in tokens, prompt, schema and text: 1,280 in English and 1,620 in Polish, as the offline
/// writer was counted.
const PERSON: usize = 1_250;
/// Needs may add a quarter to that.
const SHARE: usize = 4;
/// What a call for needs takes besides its segments: rules, project, schema.
const CALL: usize = 980;
/// What a segment takes of it, asked and answered.
const SEGMENT: usize = 470;
/// The most tokens of one segment's answer: four of each kind, in Polish.
const MOST_ANSWER_TOKENS: u32 = 900;
/// Needs of each kind.
const NEEDS: usize = 3;
/// Segments of one call: what answers in a minute.
const TOGETHER: usize = 6;
/// Some variety, and scores that stay near each other.
const TEMPERATURE: f32 = 0.4;

/// The segments whose needs these people can afford: all twelve, or those of most of them. A handful of people
/// affords none, and has what a rule gives.
pub(crate) fn affordable(people: &[Card]) -> Vec<Segment> {
    let budget = people.len() * PERSON / SHARE;
    let cost = |segments: usize| segments.div_ceil(TOGETHER) * CALL + segments * SEGMENT;
    let all: Vec<Segment> = Segment::all().collect();
    let most = (0..=all.len()).rfind(|segments| cost(*segments) <= budget).unwrap_or(0);
    if most == all.len() {
        return all;
    }
    let mut counts: BTreeMap<Segment, usize> = BTreeMap::new();
    for card in people {
        *counts.entry(Segment::of(card)).or_default() += 1;
    }
    let mut segments: Vec<(Segment, usize)> = counts.into_iter().collect();
    segments.sort_by_key(|(segment, count)| (std::cmp::Reverse(*count), *segment));
    segments.into_iter().take(most).map(|(segment, _)| segment).collect()
}

/// Drafts the needs of those of the segments that have none yet. What fails is told in the log and leaves the
/// people as they are: it is none of their failures.
pub(crate) async fn draft(
    state: &AppState,
    context: &ShardContext,
    input: &RunInput,
    segments: &[Segment],
) -> Result<()> {
    let (worker, lease) = (&state.worker, &context.lease);
    if segments.is_empty() || lease.is_exhausted || context.stop.is_cancelled() {
        return Ok(());
    }
    let of = lease.in_project()?;
    let known = need::drafted(&worker.base.pool, of, input.population_id, None).await?;
    let missing: Vec<Segment> =
        segments.iter().copied().filter(|segment| !known.contains(segment.id())).collect();
    let (brief, _) = records::project::brief(&worker.base.pool, of).await?;
    let hash = need::inputs_hash(&brief, &[])?;
    for together in missing.chunks(TOGETHER) {
        let answered = match Box::pin(asked(state, context, input, together)).await {
            Ok(answered) => answered,
            Err(failure) => {
                tracing::warn!(%failure, run.id = %lease.run_id, "needs are left to a rule");
                return Ok(());
            }
        };
        let new = |segment: &Segment| {
            let draft = answered.value.segments.iter().find(|one| one.segment == segment.id())?;
            Some(NewNeeds {
                population_id: input.population_id,
                segment: *segment,
                needs: kept(draft, &[]),
                inputs_hash: hash,
                written_by: answered.model.clone(),
                is_simulated: answered.simulated,
            })
        };
        let all: Vec<NewNeeds> = together.iter().filter_map(new).collect();
        again(|| keep(state, context, &all)).await?;
    }
    Ok(())
}

async fn keep(state: &AppState, context: &ShardContext, all: &[NewNeeds]) -> Result<()> {
    let (worker, lease) = (&state.worker, &context.lease);
    let mut transaction = worker.base.pool.begin().await?;
    for new in all {
        need::save(&mut transaction, lease.in_project()?, lease.run_id, new, context.now()).await?;
    }
    transaction.commit().await?;
    Ok(())
}

async fn asked(
    state: &AppState,
    context: &ShardContext,
    input: &RunInput,
    segments: &[Segment],
) -> Result<platform::model::Answer<NeedsDraft>, Failure> {
    let (lease, language) = (&context.lease, input.language);
    let brief: &Brief = &input.brief;
    let prompt = prompt::needs(segments, brief, &[], language);
    let offline = || as_few(offline::insight::needs(segments, &[], language, input.seed));
    let request = Request {
        task: need::TASK,
        prompt_version: prompt.version,
        project: lease.project_id,
        run: Some(lease.run_id),
        item: None,
        system: &prompt.system,
        user: &prompt.user,
        max_output_tokens: MOST_ANSWER_TOKENS * u32::try_from(segments.len()).unwrap_or(1),
        temperature: TEMPERATURE,
        seed: input.seed.child("needs", 0),
        cancel: context.stop.clone(),
        offline: &offline,
    };
    let wanted: Vec<&str> = segments.iter().map(|segment| segment.id()).collect();
    let check = |draft: &NeedsDraft, _| flaws(draft, &wanted, language);
    state.worker.model.ask(&request, &check).await
}

/// As many needs of each kind as a model is asked for.
fn as_few(mut draft: NeedsDraft) -> NeedsDraft {
    for segment in &mut draft.segments {
        segment.jobs.truncate(NEEDS);
        segment.outcomes.truncate(NEEDS);
        segment.pains.truncate(NEEDS);
    }
    draft
}
