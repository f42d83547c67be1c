//! Whom a run asks: people who are there, and people who are generated for it.

use platform::runs::{NewShard, SameAs};
use platform::{Editor, Result};
use records::population::{Draw, Wanted};
use records::survey::{OfSurvey, Survey};
use sqlx::PgConnection;

use crate::AppState;
use crate::input::{Generating, Invited, Pending, Shard};
use crate::store;

/// People a shard: a model that takes 30 s for each, 16 at a time, finishes in a minute.
const SHARD: usize = 25;

/// How many responses a survey still wants.
pub(crate) fn wanted(survey: &Survey) -> u32 {
    let answered = u32::try_from(survey.actual_responses).unwrap_or(u32::MAX);
    survey.target_responses.cast_unsigned().saturating_sub(answered)
}

/// People of the project's population about to be generated.
pub(crate) struct Order {
    wanted: Wanted,
    draw: Draw,
}

impl Order {
    /// The next people of the population, as many as the project lacks now for its survey; none where it
    /// lacks nobody.
    pub(crate) async fn of(
        state: &AppState,
        of: &OfSurvey<Editor>,
        survey: &Survey,
    ) -> Result<Option<Self>> {
        let lacking =
            wanted(survey).saturating_sub(store::count_people(&state.worker.base.pool, of).await?);
        if lacking == 0 {
            return Ok(None);
        }
        let wanted = Wanted::next_of_project(&state.worker.base.pool, of.access, lacking).await?;
        let draw = wanted.draw(&state.worker.base.pool, of.access).await?;
        Ok(Some(Self { wanted, draw }))
    }

    /// Stores them with the run that writes them. None when they are not those who are lacking any
    /// more: then they are to be drawn again.
    pub(crate) async fn begin(
        &self,
        connection: &mut PgConnection,
        state: &AppState,
        of: &OfSurvey<Editor>,
        lacking: u32,
        same_as: SameAs<'_>,
    ) -> Result<Option<Generating>> {
        if self.draw.people() != lacking {
            return Ok(None);
        }
        let same_as = SameAs { idempotency_key: None, ..same_as };
        let begun =
            self.wanted.begin(connection, &state.worker, of.access, &self.draw, same_as).await?;
        Ok(begun.map(|begun| Generating {
            run_id: begun.run_id,
            population_id: begun.population_id,
            from: self.draw.from(),
            people: lacking,
        }))
    }
}

/// The shards of a run: first the existing people, then those who are generated.
pub(crate) fn shards(
    invited: &[Invited],
    generating: Option<&Generating>,
    first: i32,
) -> Result<Vec<NewShard>> {
    let existing =
        invited.chunks(SHARD).map(|people| (Shard::Existing(people.to_vec()), people.len()));
    let pending = generating.into_iter().flat_map(|generating| {
        let (before, from, to) = (invited.len() as u32, generating.from, generating.people);
        (0..to).step_by(SHARD).map(move |begin| {
            let people = (to - begin).min(SHARD as u32);
            let item = before + begin;
            let pending = Pending {
                population_id: generating.population_id,
                from: from + begin,
                people,
                item,
                respondent: first + item.cast_signed(),
            };
            (Shard::Pending(pending), people as usize)
        })
    });
    existing.chain(pending).map(|(shard, size)| NewShard::new(&shard, size)).collect()
}
