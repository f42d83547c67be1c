//! People who come from a file.

use chrono::{DateTime, Utc};
use platform::{Access, Editor, Error, Result, audit, runs, secret};
use records::export::PersonRow;
use serde_json::json;
use shared::id::{PersonaId, PopulationId};
use shared::persona::{Card, Manner, Segment};
use shared::{Language, Seed};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::AppState;
use crate::import::{Format, Imported, ImportedPopulation, Population};

/// Stores the people of a file, all or nobody. Imports of a project come one after the other; a file of which somebody
/// is still there is not stored again.
pub(crate) async fn import(
    state: &AppState,
    access: Access<Editor>,
    (format, hash): (Format, &[u8; 32]),
    populations: &[Population],
    now: DateTime<Utc>,
) -> Result<Imported> {
    let mut transaction = state.base.pool.begin().await?;
    runs::lock_project(&mut transaction, access).await?;
    let before = imported(&mut transaction, access, hash).await?;
    if !before.is_empty() {
        return Ok(told(false, before));
    }
    let mut stored = Vec::new();
    for (place, population) in populations.iter().enumerate() {
        let id: PopulationId = state.base.ids.next();
        let seed = population.seed.unwrap_or_else(|| seed_of(hash, place));
        insert_population(&mut transaction, access, (id, seed, hash), population, now).await?;
        let ids = population.people.iter().map(|_| state.base.ids.next());
        insert_people(&mut transaction, access, id, ids.collect(), &population.people).await?;
        let people = i64::try_from(population.people.len()).unwrap_or(i64::MAX);
        stored.push(ImportedPopulation { population_id: id, people });
    }
    let imported = told(true, stored);
    let entry = audit::Entry {
        account_id: access.account_id(),
        project_id: Some(access.project_id()),
        subject_kind: "project",
        subject_id: access.project_id().0,
        action: "import",
        details: Some(json!({ "format": format, "people": imported.people,
            "populations": imported.populations.len(), "sha256": secret::hex(hash) })),
    };
    audit::record(&mut *transaction, &state.base.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok(imported)
}

fn told(is_new: bool, populations: Vec<ImportedPopulation>) -> Imported {
    let people = populations.iter().map(|population| population.people).sum();
    Imported { is_new, populations, people }
}

/// A seed for people of whom the file says none: another for each population, the same for the same file.
fn seed_of(hash: &[u8; 32], place: usize) -> Seed {
    let bytes = hash.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let seed = Seed(bytes % Seed::MAX).child("population", place as u64);
    Seed(seed.0 % Seed::MAX)
}

/// The populations that this file gave, with how many of their people are there.
async fn imported(
    connection: &mut PgConnection,
    access: Access<Editor>,
    hash: &[u8; 32],
) -> Result<Vec<ImportedPopulation>> {
    let populations = sqlx::query_as!(
        ImportedPopulation,
        r#"
        select o.id as "population_id: PopulationId", count(*) as "people!"
        from populations o
        join personas p on p.population_id = o.id
        where o.project_id = $1 and o.import_hash = $2 and p.deleted_at is null
        group by o.id
        order by o.id
        "#,
        access.project_id().0,
        hash.as_slice(),
    );
    Ok(populations.fetch_all(connection).await?)
}

async fn insert_population(
    connection: &mut PgConnection,
    access: Access<Editor>,
    (id, seed, hash): (PopulationId, Seed, &[u8; 32]),
    population: &Population,
    now: DateTime<Utc>,
) -> Result<()> {
    let language = population.people.first().map_or(Language::default(), |one| one.language);
    let next = population.people.iter().map(|one| one.population_index + 1).max();
    sqlx::query!(
        r#"
        insert into populations
            (id, project_id, seed, plan, plan_hash, engine_version, language, next_index, created_at,
             imported_at, import_hash)
        values ($1, $2, $3, $4, $5, 0, $6, $7, $8, $8, $5)
        "#,
        id.0,
        access.project_id().0,
        seed.0.cast_signed(),
        Json(population::Plan::everyone()) as _,
        hash.as_slice(),
        language.as_str(),
        next.unwrap_or_default(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The columns of people who are stored together.
#[derive(Default)]
struct Columns {
    indexes: Vec<i32>,
    languages: Vec<String>,
    cards: Vec<Json<Card>>,
    headlines: Vec<String>,
    stories: Vec<String>,
    manners: Vec<Json<Manner>>,
    segments: Vec<String>,
    statuses: Vec<String>,
    writers: Vec<String>,
    simulated: Vec<bool>,
    prompts: Vec<String>,
    edited: Vec<Option<DateTime<Utc>>>,
}

impl Columns {
    fn push(&mut self, row: &PersonRow) {
        self.indexes.push(row.population_index);
        self.languages.push(row.language.as_str().to_owned());
        self.cards.push(row.card.clone());
        self.headlines.push(row.headline.clone());
        self.stories.push(row.background_story.clone());
        self.manners.push(row.manner.clone());
        self.segments.push(Segment::of(&row.card).id().to_owned());
        self.statuses.push(row.status.clone());
        self.writers.push(row.written_by.clone());
        self.simulated.push(row.is_simulated);
        self.prompts.push(row.prompt_version.clone());
        self.edited.push(row.edited_at);
    }
}

async fn insert_people(
    connection: &mut PgConnection,
    access: Access<Editor>,
    population: PopulationId,
    ids: Vec<PersonaId>,
    people: &[PersonRow],
) -> Result<()> {
    let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
    let mut columns = Columns::default();
    people.iter().for_each(|row| columns.push(row));
    let now = people.first().map(|row| row.created_at);
    sqlx::query!(
        r#"
        insert into personas
            (id, project_id, population_id, population_index, language, card, headline, background_story, manner,
             segment_id, status, written_by, is_simulated, prompt_version, edited_at, is_imported, created_by,
             created_at, updated_at)
        select
            id, $1, $2, population_index, language, card, headline, background_story, manner, segment_id, status,
            written_by, is_simulated, prompt_version, edited_at, true, $3, $4, $4
        from unnest(
            $5::uuid[], $6::int[], $7::text[], $8::jsonb[], $9::text[], $10::text[], $11::jsonb[], $12::text[],
            $13::text[], $14::text[], $15::boolean[], $16::text[], $17::timestamptz[]
        ) with ordinality as t (
            id, population_index, language, card, headline, background_story, manner, segment_id, status, written_by,
            is_simulated, prompt_version, edited_at, place
        )
        -- in the order of the file: so they become visible
        order by place
        "#,
        access.project_id().0,
        population.0,
        access.account_id().0,
        now,
        &ids,
        &columns.indexes,
        &columns.languages,
        &columns.cards as _,
        &columns.headlines,
        &columns.stories,
        &columns.manners as _,
        &columns.segments,
        &columns.statuses,
        &columns.writers,
        &columns.simulated,
        &columns.prompts,
        &columns.edited as _,
    )
    .execute(connection)
    .await
    .map_err(Error::from)?;
    Ok(())
}
