//! Runs of surveys and their respondents in PostgreSQL.

mod anchors;

pub(crate) use anchors::{anchors, keep_anchors};

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use platform::runs::Lease;
use platform::{Editor, Result};
use records::survey::OfSurvey;
use serde_json::Value;
use shared::Seed;
use shared::id::{PersonaId, ProjectId, RunId, SurveyId};
use shared::persona::{Card, Manner};
use shared::survey::Response;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::input::{Invited, Pending};
use crate::interview::Interview;

/// Takes the survey for this transaction: two starts come one after the other.
pub(crate) async fn lock(connection: &mut PgConnection, of: &OfSurvey<Editor>) -> Result<()> {
    sqlx::query!(
        "select id from surveys where project_id = $1 and id = $2 for no key update",
        of.access.project_id().0,
        of.id.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// A run as a second request for it is answered.
pub(crate) struct Running {
    pub(crate) id: RunId,
    pub(crate) input: Value,
    pub(crate) total: u32,
}

pub(crate) async fn running(
    connection: &mut PgConnection,
    of: &OfSurvey<Editor>,
    run: RunId,
) -> Result<Running> {
    let row = sqlx::query!(
        "select input, total from runs where project_id = $1 and id = $2",
        of.access.project_id().0,
        run.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(Running { id: run, input: row.input, total: row.total.cast_unsigned() })
}

/// Somebody who may be asked.
struct PersonRow {
    id: Uuid,
    card: Json<Card>,
    manner: Json<Manner>,
    seed: i64,
}

impl PersonRow {
    fn invited(self, item: u32, respondent: i32) -> Invited {
        Invited {
            item,
            respondent,
            persona_id: self.id.into(),
            card: self.card.0,
            manner: self.manner.0.communication_style,
            population: Seed(self.seed.cast_unsigned()),
        }
    }
}

/// The next place in a survey's order of invitation.
pub(crate) async fn next_respondent(
    connection: &mut PgConnection,
    of: &OfSurvey<Editor>,
) -> Result<i32> {
    let next = sqlx::query_scalar!(
        r#"
        select coalesce(max(respondent) + 1, 0) as "first!"
        from survey_responses
        where survey_id = $1
        "#,
        of.id.0,
    );
    Ok(next.fetch_one(connection).await?)
}

/// How many living people of the project have not answered.
pub(crate) async fn count_people(pool: &PgPool, of: &OfSurvey<Editor>) -> Result<u32> {
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from personas p
        where p.project_id = $1
            and p.deleted_at is null
            and not exists (
                select from survey_responses a where a.survey_id = $2 and a.persona_id = p.id
            )
        "#,
        of.access.project_id().0,
        of.id.0,
    );
    Ok(u32::try_from(count.fetch_one(pool).await?).unwrap_or(u32::MAX))
}

/// The first living people of the project who have not answered, in the order in which their
/// populations were drawn: every beginning of it fits the target as well as it can. `first` is the
/// place of the first of them in the survey's order of invitation.
pub(crate) async fn next_people(
    connection: &mut PgConnection,
    of: &OfSurvey<Editor>,
    first: i32,
    wanted: u32,
) -> Result<Vec<Invited>> {
    let rows = sqlx::query_as!(
        PersonRow,
        r#"
        select p.id, p.card as "card: _", p.manner as "manner: _", o.seed
        from personas p
        join populations o on o.id = p.population_id
        where p.project_id = $1
            and p.deleted_at is null
            and not exists (
                select from survey_responses a where a.survey_id = $2 and a.persona_id = p.id
            )
        order by o.created_at, o.id, p.population_index
        limit $3
        "#,
        of.access.project_id().0,
        of.id.0,
        i64::from(wanted),
    )
    .fetch_all(connection)
    .await?;
    let people = rows.into_iter().zip(0_u32..);
    Ok(people.map(|(row, item)| row.invited(item, first + item.cast_signed())).collect())
}

/// Those of these people who were generated and are living.
pub(crate) async fn arrived(
    pool: &PgPool,
    project: ProjectId,
    pending: &Pending,
) -> Result<Vec<Invited>> {
    let rows = sqlx::query_as!(
        PersonRow,
        r#"
        select p.id, p.card as "card: _", p.manner as "manner: _", o.seed
        from personas p
        join populations o on o.id = p.population_id
        where p.project_id = $1
            and p.population_id = $2
            and p.population_index >= $3
            and p.population_index < $4
            and p.deleted_at is null
        order by p.population_index
        "#,
        project.0,
        pending.population_id.0,
        pending.from.cast_signed(),
        (pending.from + pending.people).cast_signed(),
    )
    .fetch_all(pool)
    .await?;
    let people = rows.into_iter().map(|row| {
        let place = row.card.index - pending.from;
        row.invited(pending.item + place, pending.respondent + place.cast_signed())
    });
    Ok(people.collect())
}

/// Those of these people who have answered in this run, whatever became of them since, by their item.
pub(crate) async fn answered(pool: &PgPool, run: RunId, pending: &Pending) -> Result<HashSet<u32>> {
    let places = sqlx::query_scalar!(
        r#"
        select respondent
        from survey_responses
        where run_id = $1 and respondent >= $2 and respondent < $3
        "#,
        run.0,
        pending.respondent,
        pending.respondent + pending.people.cast_signed(),
    );
    let places = places.fetch_all(pool).await?.into_iter();
    Ok(places.map(|place| pending.item + (place - pending.respondent).cast_unsigned()).collect())
}

/// Shows this run with the survey from now on.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    of: &OfSurvey<Editor>,
    run: RunId,
    seed: Seed,
) -> Result<()> {
    sqlx::query!(
        "update surveys set run_id = $3, seed = $4 where project_id = $1 and id = $2",
        of.access.project_id().0,
        of.id.0,
        run.0,
        seed.0.cast_signed(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Those of these people who are there, deleted or not.
pub(crate) async fn there(pool: &PgPool, people: &[Invited]) -> Result<HashSet<PersonaId>> {
    let ids: Vec<Uuid> = people.iter().map(|person| person.persona_id.0).collect();
    let there = sqlx::query_scalar!("select id from personas where id = any($1)", &ids);
    Ok(there.fetch_all(pool).await?.into_iter().map(PersonaId).collect())
}

/// Those of these people who have answered, or whose failure in this run is stored, by their item.
pub(crate) async fn settled(
    pool: &PgPool,
    run: RunId,
    survey: SurveyId,
    invited: &[Invited],
) -> Result<HashSet<u32>> {
    let people: Vec<Uuid> = invited.iter().map(|person| person.persona_id.0).collect();
    let items: Vec<i32> = invited.iter().map(|person| person.item.cast_signed()).collect();
    let rows = sqlx::query_scalar!(
        r#"
        select t.item as "item!"
        from unnest($3::uuid[], $4::int[]) as t (persona_id, item)
        where exists (
                select from survey_responses a
                where a.survey_id = $2 and a.persona_id = t.persona_id
            )
            or exists (select from run_failures f where f.run_id = $1 and f.item = t.item)
        "#,
        run.0,
        survey.0,
        &people,
        &items,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(i32::cast_unsigned).collect())
}

/// The columns of respondents who are stored together.
#[derive(Default)]
struct Columns {
    personas: Vec<Uuid>,
    respondents: Vec<i32>,
    cards: Vec<Json<Card>>,
    responses: Vec<Json<Response>>,
    latencies: Vec<i32>,
    writers: Vec<String>,
    simulated: Vec<bool>,
    prompts: Vec<String>,
}

impl Columns {
    fn push(&mut self, interview: Interview) {
        self.personas.push(interview.person.persona_id.0);
        self.respondents.push(interview.person.respondent);
        self.cards.push(Json(interview.person.card));
        self.responses.push(Json(interview.response));
        self.latencies.push(i32::try_from(interview.latency.as_millis()).unwrap_or(i32::MAX));
        self.writers.push(interview.model);
        self.simulated.push(interview.is_simulated);
        self.prompts.push(interview.prompt_version.to_owned());
    }
}

/// Stores answers, each respondent's once, and none of somebody who is purged. Returns how many are new.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    lease: &Lease,
    interviews: Vec<Interview>,
    now: DateTime<Utc>,
) -> Result<u32> {
    let mut columns = Columns::default();
    interviews.into_iter().for_each(|interview| columns.push(interview));
    let result = sqlx::query!(
        r#"
        insert into survey_responses
            (survey_id, persona_id, run_id, respondent, card, response, latency_ms, written_by,
             is_simulated, prompt_version, created_at)
        select
            $1, t.persona_id, $2, t.respondent, t.card, t.response, t.latency_ms, t.written_by,
            t.is_simulated, t.prompt_version, $3
        from unnest(
            $4::uuid[], $5::int[], $6::jsonb[], $7::jsonb[], $8::int[], $9::text[], $10::boolean[],
            $11::text[]
        ) as t (
            persona_id, respondent, card, response, latency_ms, written_by, is_simulated,
            prompt_version
        )
        join personas p on p.id = t.persona_id
        -- a purge waits for what is being stored, and finds it
        for key share of p
        on conflict on constraint survey_responses_pkey do nothing
        "#,
        lease.subject_id,
        lease.run_id.0,
        now,
        &columns.personas,
        &columns.respondents,
        &columns.cards as _,
        &columns.responses as _,
        &columns.latencies,
        &columns.writers,
        &columns.simulated,
        &columns.prompts,
    )
    .execute(connection)
    .await?;
    Ok(u32::try_from(result.rows_affected()).unwrap_or(u32::MAX))
}

/// What is left of the project's budget; none where it has no cap.
pub(crate) async fn budget_left(
    connection: &mut PgConnection,
    of: &OfSurvey<Editor>,
) -> Result<Option<i64>> {
    let left = sqlx::query_scalar!(
        r#"
        select greatest(cap_micros - spent_micros - reserved_micros, 0)
        from project_budgets
        where project_id = $1 and cap_micros is not null
        "#,
        of.access.project_id().0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(left.flatten())
}
