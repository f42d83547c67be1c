//! Populations in PostgreSQL, as far as more than one function starts them: the next people are drawn
//! and stored with the run that has them written up.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use population::{AdvancedOptions, ENGINE_VERSION, Plan, Population, TargetDemographics};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::id::{PopulationId, RunId};
use shared::persona::{Brief, Card};
use shared::run::RunKind;
use shared::{Language, Seed, prompt};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use platform::model::{Size, Usage};
use platform::runs::{self, NewRun, NewShard, SameAs};
use platform::turns::Turns;
use platform::{Access, Editor, Error, Result, WorkerState, audit, off_thread, secret};

/// People a shard: a model that takes 30 s for each, 16 at a time, finishes in a minute.
const SHARD: usize = 25;
/// The model's task of writing one person.
pub const TASK: &str = "persona_text";
/// What a person's text may take in tokens: about 400 words and the other fields, in Polish, which takes
/// more of them than English.
pub const MOST_TEXT_TOKENS: u32 = 2_500;
/// The story has at least 120 words, each of a token or more.
const LEAST_TEXT_TOKENS: u64 = 120;
/// The most tokens of passages in one person's prompt, which has about 1,000 without.
pub const MOST_PASSAGE_TOKENS: u32 = 1_200;
/// How often people are drawn again when another run took the next ones meanwhile.
pub const DRAWS: usize = 5;
/// Plans that a process makes at a time: one takes a processor for seconds where a target contradicts itself.
static PLANS: LazyLock<Turns> = LazyLock::new(|| Turns::new(2));

/// What every shard of a run that writes people is told: it never looks at the project again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunInput {
    pub population_id: PopulationId,
    pub seed: Seed,
    pub language: Language,
    pub brief: Brief,
    /// Whether people are grounded in documents. Runs from before there were any say nothing.
    #[serde(default)]
    pub use_rag: bool,
}

/// A project, as far as its people depend on it.
pub struct ProjectTarget {
    name: String,
    description: Option<String>,
    target_audience: Option<String>,
    research_objectives: Option<String>,
    language: Language,
    target_demographics: Json<BTreeMap<String, BTreeMap<String, f64>>>,
}

/// People to be drawn: those who come next in a population.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub plan: Plan,
    /// SHA-256 of the plan and the language: with engine and seed, what makes a population the same.
    pub plan_hash: [u8; 32],
    pub seed: Option<Seed>,
    pub people: u32,
    pub language: Language,
    /// The project as the writer gets it.
    pub brief: Brief,
    pub use_rag: bool,
}

/// How far a population has been taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DrawnSoFar {
    id: PopulationId,
    seed: Seed,
    next_index: u32,
}

/// People about to be stored: those that follow what the population has.
pub struct Draw {
    base: Option<DrawnSoFar>,
    seed: Seed,
    cards: Vec<Card>,
}

/// A run that writes people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    pub run_id: RunId,
    pub population_id: PopulationId,
    pub seed: Seed,
}

impl Draw {
    /// The place of the first of them in their population.
    pub fn from(&self) -> u32 {
        self.base.map_or(0, |base| base.next_index)
    }

    /// How many they are.
    pub fn people(&self) -> u32 {
        u32::try_from(self.cards.len()).unwrap_or(u32::MAX)
    }
}

impl ProjectTarget {
    /// Reads it.
    ///
    /// # Errors
    /// `Project not found`, or when the database fails.
    pub async fn get(pool: &PgPool, access: Access<Editor>) -> Result<Self> {
        let row = sqlx::query_as!(
            Self,
            r#"
            select
                name, description, target_audience, research_objectives,
                language as "language: _",
                target_demographics as "target_demographics: _"
            from projects
            where id = $1 and deleted_at is null
            "#,
            access.project_id().0,
        );
        Ok(row.fetch_optional(pool).await?.ok_or(shared::Error::NotFound("Project"))?)
    }

    /// People of this project by these options. The plan is made off the threads that serve.
    ///
    /// # Errors
    /// When target or options make no plan, by field.
    pub async fn wanted(self, options: AdvancedOptions, adversarial: bool) -> Result<Wanted> {
        let (language, brief) = (self.language, self.brief(&options, adversarial));
        let target = TargetDemographics::parse(self.target_demographics.0)?;
        let plan = PLANS.run(move || Plan::new(&target, &options)).await??;
        Ok(Wanted {
            plan_hash: secret::sha256_of(&(&plan, language))?,
            plan,
            seed: None,
            people: 0,
            language,
            brief,
            use_rag: true,
        })
    }

    fn brief(&self, options: &AdvancedOptions, adversarial: bool) -> Brief {
        // The plan has checked the word: what is not known here is refused there.
        let focus_area = options.focus_area.clone().map(serde_json::Value::String);
        let focus_area = focus_area.and_then(|word| serde_json::from_value(word).ok());
        let audience = [&self.target_audience, &options.target_audience_description];
        let audience: Vec<&str> = audience.into_iter().flatten().map(String::as_str).collect();
        Brief {
            product: self.description.clone(),
            topic: Some(self.name.clone()),
            audience: (!audience.is_empty()).then(|| audience.join("\n")),
            objectives: self.research_objectives.clone(),
            focus_area,
            adversarial,
        }
    }
}

impl Wanted {
    /// The next people of the project's newest population that was drawn, by its own plan and as they were written
    /// until now; the first by the project's target where it has none.
    ///
    /// # Errors
    /// As [`ProjectTarget::get`] and [`ProjectTarget::wanted`].
    pub async fn next_of_project(
        pool: &PgPool,
        access: Access<Editor>,
        people: u32,
    ) -> Result<Self> {
        let newest = sqlx::query!(
            r#"
            select
                p.plan as "plan: Json<Plan>",
                p.plan_hash, p.seed, p.language as "language: Language", p.engine_version,
                (
                    select r.input
                    from runs r
                    where r.subject_id = p.id and r.kind = $2
                    order by r.created_at desc
                    limit 1
                ) as "input: Json<RunInput>"
            from populations p
            where p.project_id = $1 and p.imported_at is null
            order by p.created_at desc, p.id desc
            limit 1
            "#,
            access.project_id().0,
            RunKind::PersonaGenerate.as_str(),
        );
        let newest = newest.fetch_optional(pool).await?;
        let (project, options) =
            (ProjectTarget::get(pool, access).await?, AdvancedOptions::default());
        let Some(newest) = newest else {
            return Ok(Self { people, ..project.wanted(options, false).await? });
        };
        let (brief, use_rag) = match newest.input {
            Some(Json(input)) => (input.brief, input.use_rag),
            None => (project.brief(&options, false), true),
        };
        // Another engine draws other people: then the plan begins a population anew.
        let is_same_engine = newest.engine_version == engine();
        let plan_hash = newest.plan_hash.try_into();
        Ok(Self {
            plan: newest.plan.0,
            plan_hash: plan_hash.map_err(|_| anyhow::anyhow!("a plan's hash has not 32 bytes"))?,
            seed: is_same_engine.then(|| Seed(newest.seed.cast_unsigned())),
            people,
            language: newest.language,
            brief,
            use_rag,
        })
    }

    /// Somebody such as they will be.
    ///
    /// # Errors
    /// When the process is at its end.
    pub async fn sample(&self) -> Result<Card> {
        let plan = self.plan.clone();
        off_thread(move || Population::new(&plan, Seed(0)).cards(0..1).remove(0)).await
    }

    /// What one call takes that writes somebody such as this.
    pub fn writing(&self, card: &Card) -> Size {
        let prompt = prompt::persona(card, &self.brief, self.language, &[]);
        let bytes = (prompt.system.len() + prompt.user.len()) as u64;
        let passages = if self.use_rag { u64::from(MOST_PASSAGE_TOKENS) } else { 0 };
        let most = u64::from(MOST_TEXT_TOKENS);
        // Four bytes a token in English, two in Polish with the schema beside; a repair quotes the text.
        Size {
            low: Usage { input_tokens: bytes / 4, output_tokens: LEAST_TEXT_TOKENS },
            high: Usage { input_tokens: bytes / 2 + passages + most, output_tokens: most },
        }
    }

    /// Draws them. Numbers only, but up to a second of them: off the serving threads, and with no
    /// connection held.
    pub async fn draw(&self, pool: &PgPool, access: Access<Editor>) -> Result<Draw> {
        let mut connection = pool.acquire().await?;
        let base = find(&mut connection, access, self).await?;
        drop(connection);
        let chosen = || self.seed.unwrap_or_else(secret::random_seed);
        let seed = base.map_or_else(chosen, |base| base.seed);
        let from = base.map_or(0, |base| base.next_index);
        let (plan, people) = (self.plan.clone(), self.people);
        let cards = off_thread(move || {
            Population::new(&plan, seed).cards(from..from.saturating_add(people))
        });
        let cards = cards.await?;
        Ok(Draw { base, seed, cards })
    }

    /// Stores a draw with its run, in a transaction that has locked the project. `None` when another
    /// run took these people first: nothing is stored, and they are to be drawn again.
    pub async fn begin(
        &self,
        connection: &mut PgConnection,
        worker: &WorkerState,
        access: Access<Editor>,
        draw: &Draw,
        same_as: SameAs<'_>,
    ) -> Result<Option<Begun>> {
        let (base, now) = (find(connection, access, self).await?, worker.base.clock.now());
        if base != draw.base {
            return Ok(None);
        }
        let base = match base {
            Some(base) => base,
            None => {
                let id = worker.base.ids.next();
                insert(connection, access, id, self, draw.seed, now).await?;
                DrawnSoFar { id, seed: draw.seed, next_index: 0 }
            }
        };
        advance(connection, access, base.id, draw.cards.len()).await?;
        let input = RunInput {
            population_id: base.id,
            seed: base.seed,
            language: self.language,
            brief: self.brief.clone(),
            use_rag: self.use_rag,
        };
        let run = NewRun {
            kind: RunKind::PersonaGenerate,
            project_id: Some(access.project_id()),
            subject_id: base.id.0,
            input: serde_json::to_value(&input).map_err(internal)?,
            shards: NewShard::of(&draw.cards, SHARD)?,
            same_as,
            is_paid: worker.model.is_paid(),
        };
        let run_id = runs::insert(connection, &worker.base.ids, run, now).await?;
        record(connection, worker, access, base.id, draw.cards.len()).await?;
        Ok(Some(Begun { run_id, population_id: base.id, seed: base.seed }))
    }
}

fn internal(error: serde_json::Error) -> Error {
    Error::Internal(error.into())
}

fn engine() -> i32 {
    i32::try_from(ENGINE_VERSION).unwrap_or(i32::MAX)
}

/// The newest population of the same plan, language and engine, and of the same seed where one is chosen.
async fn find(
    connection: &mut PgConnection,
    access: Access<Editor>,
    wanted: &Wanted,
) -> Result<Option<DrawnSoFar>> {
    let row = sqlx::query!(
        r#"
        select id, seed, next_index
        from populations
        where project_id = $1
            and plan_hash = $2
            and engine_version = $3
            and ($4::bigint is null or seed = $4)
            and imported_at is null
        order by created_at desc, id desc
        limit 1
        "#,
        access.project_id().0,
        wanted.plan_hash.as_slice(),
        engine(),
        wanted.seed.map(|seed| seed.0.cast_signed()),
    );
    Ok(row.fetch_optional(connection).await?.map(|row| DrawnSoFar {
        id: row.id.into(),
        seed: Seed(row.seed.cast_unsigned()),
        next_index: row.next_index.cast_unsigned(),
    }))
}

async fn insert(
    connection: &mut PgConnection,
    access: Access<Editor>,
    id: PopulationId,
    wanted: &Wanted,
    seed: Seed,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into populations
            (id, project_id, seed, plan, plan_hash, engine_version, language, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        id.0,
        access.project_id().0,
        seed.0.cast_signed(),
        Json(&wanted.plan) as _,
        wanted.plan_hash.as_slice(),
        engine(),
        wanted.language.as_str(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn advance(
    connection: &mut PgConnection,
    access: Access<Editor>,
    population: PopulationId,
    people: usize,
) -> Result<()> {
    sqlx::query!(
        "update populations set next_index = next_index + $3 where id = $2 and project_id = $1",
        access.project_id().0,
        population.0,
        i32::try_from(people).unwrap_or(i32::MAX),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The run that a request started, when it comes again.
pub async fn of_run(
    connection: &mut PgConnection,
    access: Access<Editor>,
    run: RunId,
) -> Result<Begun> {
    let row = sqlx::query!(
        r#"
        select p.id, p.seed
        from runs r
        join populations p on p.id = r.subject_id
        where r.id = $2 and r.project_id = $1
        "#,
        access.project_id().0,
        run.0,
    )
    .fetch_one(connection)
    .await?;
    let seed = Seed(row.seed.cast_unsigned());
    Ok(Begun { run_id: run, population_id: row.id.into(), seed })
}

async fn record(
    connection: &mut PgConnection,
    worker: &WorkerState,
    access: Access<Editor>,
    population: PopulationId,
    people: usize,
) -> Result<()> {
    let entry = audit::Entry {
        account_id: access.account_id(),
        project_id: Some(access.project_id()),
        subject_kind: "population",
        subject_id: population.0,
        action: "generate",
        details: Some(json!({ "people": people })),
    };
    audit::record(connection, &worker.base.ids, worker.base.clock.now(), &entry).await
}
