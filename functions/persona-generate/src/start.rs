//! Starting a run: the target is raked, the people are drawn and stored, then the workers are called.

use ::population::AdvancedOptions;
use anyhow::anyhow;
use platform::postgres::again;
use platform::runs::{self, SameAs};
use platform::{Access, Editor, Error, Result, secret};
use records::population::{self, Begun, DRAWS, Draw, ProjectTarget, Wanted};
use serde::Serialize;
use shared::Seed;
use shared::run::RunKind;

use crate::AppState;

/// What somebody asks for.
#[derive(Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) people: u32,
    pub(crate) seed: Option<Seed>,
    pub(crate) adversarial: bool,
    pub(crate) use_rag: bool,
    pub(crate) options: AdvancedOptions,
}

/// A run, new or the one that the same request started before.
pub(crate) struct Started {
    pub(crate) run: Begun,
    pub(crate) applied: Vec<String>,
}

pub(crate) async fn start(
    state: &AppState,
    access: Access<Editor>,
    order: Order,
    key: Option<&str>,
) -> Result<Started> {
    let project = ProjectTarget::get(&state.worker.base.pool, access).await?;
    let wanted = project.wanted(order.options.clone(), order.adversarial).await?;
    // A key names what was asked, whatever has become of the project's target since.
    let plan = key.is_none().then_some(&wanted.plan_hash);
    let request_hash = secret::sha256_of(&(&order, plan))?;
    let Order { people, seed, use_rag, .. } = order;
    let wanted = Wanted { people, seed, use_rag, ..wanted };
    let same_as = SameAs {
        requested_by: access.account_id(),
        request_hash: &request_hash,
        idempotency_key: key,
    };
    for _ in 0..DRAWS {
        let draw = wanted.draw(&state.worker.base.pool, access).await?;
        let stored = again(|| insert(state, access, &wanted, same_as, &draw)).await?;
        if let Some(run) = stored {
            runs::dispatch(&state.worker.engine, run.run_id).await;
            return Ok(Started { run, applied: wanted.plan.applied });
        }
    }
    Err(Error::Internal(anyhow!("another run took the next people {DRAWS} times in a row")))
}

/// Stores a draw with its run in one transaction, or finds the run of the same request. `None` when
/// another run took these people first.
async fn insert(
    state: &AppState,
    access: Access<Editor>,
    wanted: &Wanted,
    same_as: SameAs<'_>,
    draw: &Draw,
) -> Result<Option<Begun>> {
    let (kind, now) = (RunKind::PersonaGenerate, state.worker.base.clock.now());
    let mut transaction = state.worker.base.pool.begin().await?;
    runs::lock_project(&mut transaction, access).await?;
    let same = runs::find_same(&mut transaction, access.project_id(), kind, same_as, now).await?;
    if let Some(run) = same {
        return Ok(Some(population::of_run(&mut transaction, access, run).await?));
    }
    let begun = wanted.begin(&mut transaction, &state.worker, access, draw, same_as).await?;
    if begun.is_some() {
        transaction.commit().await?;
    }
    Ok(begun)
}
