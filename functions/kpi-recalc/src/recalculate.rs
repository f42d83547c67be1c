//! Computing once: who comes while another computes waits for the other's result, and who was overtaken stores
//! nothing.

use std::time::Duration;

use anyhow::anyhow;
use platform::{InProject, Result, audit, secret};
use records::kpi;
use shared::kpi::{Computed, Stamp, compute};
use tokio::time::{Instant, sleep};

use crate::AppState;
use crate::evidence::{Edition, Gathered};
use crate::lock::{self, Asked};
use crate::store::{self, NewSnapshot, Place};

/// How often somebody who waits looks.
const LOOK: Duration = Duration::from_millis(50);
/// How long they wait before they compute it themselves: the fence keeps that right.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often somebody may be overtaken: each time the evidence has changed under them.
const ROUNDS: usize = 8;

/// The snapshot of today's evidence: the stored one where nothing has changed, or a new one. Its line of the audit
/// log is written with it, or alone where there was nothing to compute; `line` is told the version and whether
/// this call computed it.
pub(crate) async fn recalculate(
    state: &AppState,
    project: InProject,
    place: &Place,
    line: impl Fn(i64, bool) -> audit::Entry,
) -> Result<Computed> {
    let name = format!("kpi:{}:{}", place.population_id, place.segment.id());
    let (began, mut rounds) = (Instant::now(), 0);
    while rounds < ROUNDS {
        if let Standing::Fresh(snapshot) = standing(state, project, place).await? {
            let entry = line(snapshot.version, false);
            audit::record(&state.base.pool, &state.base.ids, state.base.clock.now(), &entry)
                .await?;
            return Ok(snapshot);
        }
        let lock = match lock::ask(state.base.cache.as_ref(), &name).await {
            Asked::Busy if began.elapsed() < PATIENCE => {
                sleep(LOOK).await;
                continue;
            }
            Asked::Held(lock) => Some(lock),
            Asked::Busy | Asked::Away => None,
        };
        // Who had it may have stored between the look and the lock: then there is nothing to compute.
        let stored = match standing(state, project, place).await? {
            Standing::Fresh(_) => None,
            Standing::Stale(before) => compute_one(state, project, place, before, &line).await?,
        };
        if let Some(lock) = lock {
            lock.release().await;
        }
        if let Some(snapshot) = stored {
            return Ok(snapshot);
        }
        rounds += 1;
    }
    Err(anyhow!("overtaken {ROUNDS} times in a row").into())
}

/// Where the stored snapshot stands to today's evidence.
enum Standing {
    /// It is of that.
    Fresh(Computed),
    /// It is not; its version, 0 where there is none. Whoever stores in its place has looked at this one and no
    /// other.
    Stale(i64),
}

async fn standing(state: &AppState, project: InProject, place: &Place) -> Result<Standing> {
    standing_to(state, project, place, &Edition::read(&state.base.pool, project).await?).await
}

async fn standing_to(
    state: &AppState,
    project: InProject,
    place: &Place,
    edition: &Edition,
) -> Result<Standing> {
    let stored = kpi::find(&state.base.pool, project, place.population_id, place.segment).await?;
    let Some(stored) = stored else { return Ok(Standing::Stale(0)) };
    let hash = secret::hex(&edition.hash(&place.plan_hash, place.segment.id())?);
    Ok(match stored.inputs_hash == hash {
        true => Standing::Fresh(stored),
        false => Standing::Stale(stored.version),
    })
}

/// Computes, and stores it with its line; none when somebody else has stored meanwhile.
async fn compute_one(
    state: &AppState,
    project: InProject,
    place: &Place,
    before: i64,
    line: &impl Fn(i64, bool) -> audit::Entry,
) -> Result<Option<Computed>> {
    let made = made(state, project, &[(place, before)]).await?;
    let mut transaction = state.base.pool.begin().await?;
    if store::save(&mut *transaction, project, &made).await? == 0 {
        return Ok(None);
    }
    let stored = made.into_iter().next().map(NewSnapshot::into_stored);
    if let Some(snapshot) = &stored {
        let entry = line(snapshot.version, true);
        audit::record(&mut *transaction, &state.base.ids, state.base.clock.now(), &entry).await?;
    }
    transaction.commit().await?;
    Ok(stored)
}

/// Computes every one of these segments of a population anew whose evidence has changed, all from one reading of
/// the project, and stores them in one statement. Returns how many were stored: who was overtaken is fresh
/// already.
pub(crate) async fn recalculate_all(
    state: &AppState,
    project: InProject,
    places: &[Place],
) -> Result<u64> {
    let began = state.base.clock.now();
    let edition = Edition::read(&state.base.pool, project).await?;
    let mut stale = Vec::new();
    for place in places {
        if let Standing::Stale(before) = standing_to(state, project, place, &edition).await? {
            stale.push((place, before));
        }
    }
    let stored = match stale.is_empty() {
        true => 0,
        false => {
            store::save(&state.base.pool, project, &made(state, project, &stale).await?).await?
        }
    };
    if let Some(first) = places.first() {
        store::checked(&state.base.pool, project, first.population_id, began).await?;
    }
    Ok(stored)
}

async fn made(
    state: &AppState,
    project: InProject,
    places: &[(&Place, i64)],
) -> Result<Vec<NewSnapshot>> {
    let edition = Edition::read(&state.base.pool, project).await?;
    let gathered = Gathered::read(&state.base.pool, project).await?;
    let language = store::language(&state.base.pool, project).await?;
    let computed_at = state.base.clock.now();
    let new = places.iter().map(|(place, before)| {
        let inputs_hash = edition.hash(&place.plan_hash, place.segment.id())?;
        let stamp = Stamp { computed_at, inputs_hash: secret::hex(&inputs_hash) };
        let evidence = gathered.of(&place.plan, place.segment);
        let metrics = compute(place.segment, &evidence, &stamp, language);
        Ok(NewSnapshot {
            population_id: place.population_id,
            segment: place.segment,
            version: before + 1,
            inputs_hash,
            metrics,
            computed_at,
        })
    });
    new.collect()
}
