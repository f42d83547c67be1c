//! People who come from a file.

use chrono::{DateTime, Utc};
use platform::{Access, Editor, Error, Ids, Result, audit, runs, secret};
use records::export::PersonRow;
use serde_json::json;
use shared::id::{PersonaId, PopulationId};
use shared::persona::{Card, Manner, Segment};
use shared::{Language, Seed};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::AppState;
use crate::import::{File, Imported, ImportedPopulation, Population};

/// People of a statement. Somebody may have 64 KiB, and all of a statement are in memory twice beside the file: as its
/// values, and as they are sent.
const AT_ONCE: usize = 500;

/// Stores the people of a file, all or nobody. Imports of a project come one after the other; a file of which somebody
/// is still there is not stored again. A project has room for `most` people who came from files.
pub(crate) async fn import(
    state: &AppState,
    access: Access<Editor>,
    file: &File,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Imported> {
    let populations = PopulationColumns::of(file, &state.base.ids);
    let mut transaction = state.base.pool.begin().await?;
    runs::lock_project(&mut transaction, access).await?;
    let before = imported(&mut transaction, access, &file.hash).await?;
    if !before.is_empty() {
        return Ok(told(false, before));
    }
    let imported = told(true, populations.counted(file));
    let there = came(&mut transaction, access).await?;
    if there + imported.people > most {
        return Err(no_room(there, imported.people, most).into());
    }
    insert_populations(&mut transaction, access, &populations, file, now).await?;
    for people in populations.people(file).chunks(AT_ONCE) {
        let columns = Columns::of(people, &state.base.ids);
        insert_people(&mut transaction, access, &columns, now).await?;
    }
    let entry = audit::Entry {
        account_id: access.account_id(),
        project_id: Some(access.project_id()),
        subject_kind: "project",
        subject_id: access.project_id().0,
        action: "import",
        details: Some(json!({ "format": file.format, "people": imported.people,
            "populations": imported.populations.len(), "sha256": secret::hex(&file.hash) })),
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

/// How many people of a project came from files, with those who are deleted and not yet purged.
async fn came(connection: &mut PgConnection, access: Access<Editor>) -> Result<i64> {
    let came = sqlx::query_scalar!(
        r#"
        select count(*) as "people!"
        from populations o
        join personas p on p.population_id = o.id
        where o.project_id = $1 and o.imported_at is not null
        "#,
        access.project_id().0,
    );
    Ok(came.fetch_one(connection).await?)
}

fn no_room(there: i64, coming: i64, most: i64) -> shared::Error {
    shared::Error::Conflict(format!(
        "A project takes in at most {most} people from files: {there} came before, and {coming} more are too many. \
         Who was deleted is counted until they are purged"
    ))
}

/// The columns of populations that are stored together.
#[derive(Default)]
struct PopulationColumns {
    ids: Vec<Uuid>,
    seeds: Vec<i64>,
    languages: Vec<String>,
    next_indexes: Vec<i32>,
}

impl PopulationColumns {
    fn of(file: &File, ids: &Ids) -> Self {
        let mut columns = Self::default();
        for (place, population) in file.populations.iter().enumerate() {
            let seed = population.seed.unwrap_or_else(|| seed_of(&file.hash, place));
            columns.push(ids.next(), seed, population);
        }
        columns
    }

    /// Everybody of the file in its order, with the population that they become part of.
    fn people<'a>(&self, file: &'a File) -> Vec<(PopulationId, &'a PersonRow)> {
        let pairs = self.ids.iter().zip(&file.populations);
        let people = pairs.flat_map(|(id, population)| {
            population.people.iter().map(move |row| (PopulationId(*id), row))
        });
        people.collect()
    }

    fn push(&mut self, id: PopulationId, seed: Seed, population: &Population) {
        let language = population.people.first().map_or(Language::default(), |one| one.language);
        let next = population.people.iter().map(|one| one.population_index + 1).max();
        self.ids.push(id.0);
        self.seeds.push(seed.0.cast_signed());
        self.languages.push(language.as_str().to_owned());
        self.next_indexes.push(next.unwrap_or_default());
    }

    /// What the caller is told of each.
    fn counted(&self, file: &File) -> Vec<ImportedPopulation> {
        let pairs = self.ids.iter().zip(&file.populations);
        let counted = pairs.map(|(id, population)| ImportedPopulation {
            population_id: PopulationId(*id),
            people: i64::try_from(population.people.len()).unwrap_or(i64::MAX),
        });
        counted.collect()
    }
}

async fn insert_populations(
    connection: &mut PgConnection,
    access: Access<Editor>,
    columns: &PopulationColumns,
    file: &File,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into populations
            (id, project_id, seed, plan, plan_hash, engine_version, language, next_index, created_at,
             imported_at, import_hash)
        select id, $1, seed, $2, $3, 0, language, next_index, $4, $4, $3
        from unnest($5::uuid[], $6::bigint[], $7::text[], $8::int[]) as t (id, seed, language, next_index)
        "#,
        access.project_id().0,
        Json(&file.plan) as _,
        file.hash.as_slice(),
        now,
        &columns.ids,
        &columns.seeds,
        &columns.languages,
        &columns.next_indexes,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The columns of people who are stored together.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    populations: Vec<Uuid>,
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
    fn of(people: &[(PopulationId, &PersonRow)], ids: &Ids) -> Self {
        let mut columns = Self::default();
        people.iter().for_each(|(population, row)| columns.push(ids.next(), *population, row));
        columns
    }

    fn push(&mut self, id: PersonaId, population: PopulationId, row: &PersonRow) {
        self.ids.push(id.0);
        self.populations.push(population.0);
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
    columns: &Columns,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into personas
            (id, project_id, population_id, population_index, language, card, headline, background_story, manner,
             segment_id, status, written_by, is_simulated, prompt_version, edited_at, is_imported, created_by,
             created_at, updated_at)
        select
            id, $1, population_id, population_index, language, card, headline, background_story, manner, segment_id,
            status, written_by, is_simulated, prompt_version, edited_at, true, $2, $3, $3
        from unnest(
            $4::uuid[], $5::uuid[], $6::int[], $7::text[], $8::jsonb[], $9::text[], $10::text[], $11::jsonb[],
            $12::text[], $13::text[], $14::text[], $15::boolean[], $16::text[], $17::timestamptz[]
        ) with ordinality as t (
            id, population_id, population_index, language, card, headline, background_story, manner, segment_id,
            status, written_by, is_simulated, prompt_version, edited_at, place
        )
        -- in the order of the file: so they become visible
        order by place
        "#,
        access.project_id().0,
        access.account_id().0,
        now,
        &columns.ids,
        &columns.populations,
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
