//! The people of a population.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use platform::runs::Lease;
use platform::{Ids, Result};
use records::population::RunInput;
use shared::id::{PersonaId, PopulationId, RunId};
use shared::persona::{Card, Manner, PersonaText, Segment};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::worker::Settled;
use crate::write::Text;

/// A person as the report reads them.
pub(crate) struct StoredPersona {
    pub(crate) index: i32,
    pub(crate) card: Json<Card>,
    pub(crate) headline: String,
    pub(crate) background_story: String,
    manner: Json<Manner>,
}

impl StoredPersona {
    pub(crate) fn into_parts(self) -> (Card, PersonaText) {
        (self.card.0, self.manner.0.text(self.headline, self.background_story))
    }
}

/// Those of these people who are stored, or whose failure in this run is.
pub(crate) async fn settled(
    pool: &PgPool,
    run: RunId,
    input: &RunInput,
    cards: &[Card],
) -> Result<Settled> {
    let indexes: Vec<i32> = cards.iter().map(|card| card.index.cast_signed()).collect();
    let rows = sqlx::query_scalar!(
        r#"
        select population_index as "index!"
        from personas
        where population_id = $1 and population_index = any($3)
        union
        select item
        from run_failures
        where run_id = $2 and item = any($3)
        "#,
        input.population_id.0,
        run.0,
        &indexes,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(i32::cast_unsigned).collect::<HashSet<u32>>())
}

/// The columns of people who are stored together.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    indexes: Vec<i32>,
    cards: Vec<Json<Card>>,
    headlines: Vec<String>,
    stories: Vec<String>,
    manners: Vec<Json<Manner>>,
    segments: Vec<String>,
    writers: Vec<String>,
    simulated: Vec<bool>,
    prompts: Vec<String>,
    grounded: Vec<bool>,
}

impl Columns {
    fn of(ids: &Ids, people: Vec<(Card, Text)>) -> Self {
        let mut columns = Self::default();
        for (card, text) in people {
            columns.push(ids.next(), card, text);
        }
        columns
    }

    fn push(&mut self, id: PersonaId, card: Card, text: Text) {
        let (headline, story, manner) = text.text.into_columns();
        self.ids.push(id.0);
        self.indexes.push(card.index.cast_signed());
        self.headlines.push(headline);
        self.stories.push(story);
        self.manners.push(Json(manner));
        self.segments.push(Segment::of(&card).id().to_owned());
        self.cards.push(Json(card));
        self.writers.push(text.model);
        self.simulated.push(text.is_simulated);
        self.prompts.push(text.prompt_version.to_owned());
        self.grounded.push(text.is_grounded);
    }
}

/// Stores people, each once: those already stored stay as they are. Returns how many are new.
pub(crate) async fn insert_personas(
    connection: &mut PgConnection,
    ids: &Ids,
    lease: &Lease,
    input: &RunInput,
    people: Vec<(Card, Text)>,
    now: DateTime<Utc>,
) -> Result<u32> {
    let columns = Columns::of(ids, people);
    let result = sqlx::query!(
        r#"
        insert into personas
            (id, project_id, population_id, population_index, run_id, language, card, headline,
             background_story, manner, segment_id, written_by, is_simulated, prompt_version,
             rag_context_used, created_by, created_at, updated_at)
        select
            id, $1, $2, population_index, $3, $4, card, headline, background_story, manner,
            segment_id, written_by, is_simulated, prompt_version, is_grounded, $5, $6, $6
        from unnest(
            $7::uuid[], $8::int[], $9::jsonb[], $10::text[], $11::text[], $12::jsonb[], $13::text[],
            $14::text[], $15::boolean[], $16::text[], $17::boolean[]
        ) as t (
            id, population_index, card, headline, background_story, manner, segment_id, written_by,
            is_simulated, prompt_version, is_grounded
        )
        on conflict on constraint personas_population_index_key do nothing
        "#,
        lease.project()?.0,
        input.population_id.0,
        lease.run_id.0,
        input.language.as_str(),
        lease.asked_by.0,
        now,
        &columns.ids,
        &columns.indexes,
        &columns.cards as _,
        &columns.headlines,
        &columns.stories,
        &columns.manners as _,
        &columns.segments,
        &columns.writers,
        &columns.simulated,
        &columns.prompts,
        &columns.grounded,
    )
    .execute(connection)
    .await?;
    Ok(u32::try_from(result.rows_affected()).unwrap_or(u32::MAX))
}

/// The next people of a population who are not deleted, in their order.
pub(crate) async fn stored(
    pool: &PgPool,
    population: PopulationId,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<StoredPersona>> {
    let people = sqlx::query_as!(
        StoredPersona,
        r#"
        select
            population_index as index,
            card as "card: _",
            headline,
            background_story,
            manner as "manner: _"
        from personas
        where population_id = $1
            and population_index > coalesce($2, -1)
            and deleted_at is null
        order by population_index
        limit $3
        "#,
        population.0,
        after,
        limit,
    );
    Ok(people.fetch_all(pool).await?)
}
