//! Journeys as they were written last, in PostgreSQL.

use chrono::{DateTime, Utc};
use platform::{InProject, Result};
use shared::id::PersonaId;
use shared::insight::Journey;
use sqlx::PgPool;
use sqlx::types::Json;

/// A stored journey.
#[derive(Debug, Clone)]
pub struct StoredJourney {
    pub version: i32,
    /// Of everything that it was written from.
    pub inputs_hash: Vec<u8>,
    pub journey: Json<Journey>,
    /// What of the documents was in the prompt.
    pub context: Option<String>,
    pub written_by: String,
    pub is_simulated: bool,
    pub prompt_version: String,
    pub created_at: DateTime<Utc>,
}

impl StoredJourney {
    /// Another one for each writing, also of a journey that was erased and written anew: its version begins at 1
    /// again, and time goes on.
    pub fn edition(&self) -> i64 {
        self.created_at.timestamp_micros() + i64::from(self.version)
    }
}

/// The journey of a persona of this project.
pub async fn find(
    pool: &PgPool,
    of: InProject,
    persona: PersonaId,
) -> Result<Option<StoredJourney>> {
    let row = sqlx::query_as!(
        StoredJourney,
        r#"
        select
            version, inputs_hash as "inputs_hash!", journey as "journey!: _", context,
            written_by as "written_by!", is_simulated as "is_simulated!",
            prompt_version as "prompt_version!", created_at as "created_at!"
        from persona_journeys
        where project_id = $1 and persona_id = $2 and journey is not null
        "#,
        of.id().0,
        persona.0,
    );
    Ok(row.fetch_optional(pool).await?)
}
