//! Journeys in PostgreSQL: one is written at a time, by whoever has the claim.

use anyhow::anyhow;
use chrono::Duration;
use platform::{Editor, Result, audit};
use records::journey::{self, StoredJourney};
use records::persona::OfPersona;
use shared::id::{PersonaId, ProjectId};
use shared::insight::Journey;
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

use crate::AppState;

/// A claim outlives the request that makes it; one that was left behind is waited for as long as this.
const CLAIM: Duration = Duration::seconds(30);

/// A journey about to be stored.
pub(crate) struct NewJourney {
    pub(crate) journey: Journey,
    pub(crate) inputs_hash: [u8; 32],
    pub(crate) context: Option<String>,
    pub(crate) written_by: String,
    pub(crate) is_simulated: bool,
    pub(crate) prompt_version: &'static str,
}

/// Result of asking to write one.
pub(crate) enum Claim {
    /// It is ours to write.
    Held(JourneyClaim),
    /// It is written of just that already.
    Stored(Box<StoredJourney>),
    /// Somebody else is writing.
    Busy,
}

/// The right to write a journey. Dropped by somebody who hangs up it is given back behind their back, so that who
/// comes next need not wait for its end.
pub(crate) struct JourneyClaim {
    pool: PgPool,
    persona: PersonaId,
    project: ProjectId,
    token: Uuid,
    is_over: bool,
}

impl JourneyClaim {
    /// Gives it back: nothing is left of it. Not given back it runs out.
    pub(crate) async fn release(mut self) {
        self.is_over = true;
        give_back(&self.pool, (self.persona, self.project, self.token)).await;
    }
}

impl Drop for JourneyClaim {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let (pool, held) = (self.pool.clone(), (self.persona, self.project, self.token));
        tokio::spawn(async move { give_back(&pool, held).await });
    }
}

/// A row that is nothing but the claim goes with it.
async fn give_back(pool: &PgPool, (persona, project, token): (PersonaId, ProjectId, Uuid)) {
    let given_back = sqlx::query!(
        r#"
        with bare as (
            delete from persona_journeys
            where persona_id = $1 and project_id = $2 and claimed_by = $3 and version = 0
        )
        update persona_journeys
        set claimed_by = null, claimed_until = null
        where persona_id = $1 and project_id = $2 and claimed_by = $3 and version > 0
        "#,
        persona.0,
        project.0,
        token,
    );
    if let Err(error) = given_back.execute(pool).await {
        tracing::warn!(%error, "a claim on a journey was not given back: it runs out");
    }
}

/// Asks to write the journey of these inputs: one statement decides, with or without Redis.
pub(crate) async fn claim_journey(
    state: &AppState,
    persona: &OfPersona<Editor>,
    hash: &[u8; 32],
) -> Result<Claim> {
    let (project, id) = (persona.access.project_id(), persona.id);
    let (token, now): (Uuid, _) = (state.base.ids.next(), state.base.clock.now());
    let claimed = sqlx::query!(
        r#"
        insert into persona_journeys as j (persona_id, project_id, claimed_by, claimed_until)
        values ($1, $2, $3, $4)
        on conflict (persona_id) do update
        set claimed_by = $3, claimed_until = $4
        where j.project_id = $2
            and j.inputs_hash is distinct from $5
            and (j.claimed_until is null or j.claimed_until <= $6)
        "#,
        id.0,
        project.0,
        token,
        now + CLAIM,
        hash.as_slice(),
        now,
    );
    if claimed.execute(&state.base.pool).await?.rows_affected() == 1 {
        let pool = state.base.pool.clone();
        let claim = JourneyClaim { pool, persona: id, project, token, is_over: false };
        return Ok(Claim::Held(claim));
    }
    let stored = journey::find(&state.base.pool, persona.access.least().into(), id).await?;
    Ok(match stored.filter(|row| row.inputs_hash == hash) {
        Some(row) => Claim::Stored(Box::new(row)),
        None => Claim::Busy,
    })
}

impl JourneyClaim {
    /// Stores what was written, with its line of the audit log.
    pub(crate) async fn store(
        &self,
        state: &AppState,
        new: &NewJourney,
        line: audit::Entry,
    ) -> Result<StoredJourney> {
        let now = state.base.clock.now();
        let mut transaction = state.base.pool.begin().await?;
        let row = sqlx::query_as!(
            StoredJourney,
            r#"
            update persona_journeys
            set version = version + 1,
                inputs_hash = $4,
                journey = $5,
                context = $6,
                written_by = $7,
                is_simulated = $8,
                prompt_version = $9,
                created_at = $10,
                claimed_by = null,
                claimed_until = null
            where persona_id = $1 and project_id = $2 and claimed_by = $3
            returning
                version, inputs_hash as "inputs_hash!", journey as "journey!: _", context,
                written_by as "written_by!", is_simulated as "is_simulated!",
                prompt_version as "prompt_version!", created_at as "created_at!"
            "#,
            self.persona.0,
            self.project.0,
            self.token,
            new.inputs_hash.as_slice(),
            Json(&new.journey) as _,
            new.context,
            new.written_by,
            new.is_simulated,
            new.prompt_version,
            now,
        );
        let row = row.fetch_optional(&mut *transaction).await?;
        let row = row.ok_or_else(|| anyhow!("a claim ran out before its journey was stored"))?;
        audit::record(&mut *transaction, &state.base.ids, now, &line).await?;
        transaction.commit().await?;
        Ok(row)
    }
}
