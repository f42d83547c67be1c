//! The answers to a survey as a spreadsheet, made while it is sent: a hundred thousand respondents take no
//! more memory than a hundred.

use std::collections::BTreeSet;

use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use serde_json::value::RawValue;
use shared::survey::answers_csv::Sheet;
use shared::survey::result::{Respondent, Weighed, Weights};
use shared::survey::segment::Profile;
use sqlx::PgPool;
use sqlx::types::Json;

use super::Survey;
use platform::error::Chain;
use platform::{Caller, Clock, Error, Result, off_thread};

/// Respondents that are read at once: a megabyte or two.
const PAGE: i64 = 50;

/// For how long a reader's right is believed, as of those who watch a run.
const TRUSTED: Duration = Duration::seconds(15);

/// The sheet of a survey, page by page. Who reads slowly holds no connection, and who goes away leaves nothing
/// behind. What fails in the middle ends the stream with an error, so that nobody takes the part for the whole:
/// so does the end of the reader's right to see it.
///
/// Weights take a look at everybody first. Of a run at work they are those of who had answered by then.
///
/// # Errors
/// 400 while it is a draft, as the client expects; when the database fails.
pub async fn csv(
    pool: &PgPool,
    clock: &Clock,
    caller: Caller,
    survey: Survey,
) -> Result<impl Stream<Item = Result<Bytes>> + Send + use<>> {
    survey.has_been_run()?;
    let weighed = weighed(pool, &survey).await?;
    let rated = rated(pool, &survey).await?;
    let header = Sheet::new(&survey.questions, &rated, survey.language()).header();
    let survey_id = survey.id;
    let reader = Reader { caller, clock: clock.clone(), checked_at: clock.now() };
    let place = Place { pool: pool.clone(), reader, survey, weighed, rated, after: -1, number: 1 };
    let pages = stream::try_unfold(place, |place| Box::pin(place.page()));
    let lines = stream::once(async { Ok(Bytes::from(header)) }).chain(pages);
    Ok(lines.inspect_err(move |error| {
        let error = Chain(error).to_string();
        tracing::error!(error, survey.id = %survey_id, "a sheet of answers breaks off");
    }))
}

/// How far the sheet is.
struct Place {
    pool: PgPool,
    reader: Reader,
    survey: Survey,
    weighed: Weighed,
    rated: BTreeSet<String>,
    /// The last respondent's place in the order of invitation.
    after: i32,
    /// The next line's number.
    number: u64,
}

/// Who reads it, and when they were last seen to have the right to.
struct Reader {
    caller: Caller,
    clock: Clock,
    checked_at: DateTime<Utc>,
}

/// A respondent as they are stored.
struct Row {
    respondent: i32,
    card: Json<Box<RawValue>>,
    response: Json<Box<RawValue>>,
}

impl Reader {
    /// Asks again after a while: they are signed in, and work on the survey's project.
    async fn check(&mut self, pool: &PgPool, survey: &Survey) -> Result<()> {
        let now = self.clock.now();
        if now - self.checked_at < TRUSTED {
            return Ok(());
        }
        let is_seen = sqlx::query_scalar!(
            r#"
            select exists (
                select
                from surveys s
                join project_roles m on m.project_id = s.project_id
                join sessions n on n.account_id = m.account_id
                where s.id = $1
                    and s.deleted_at is null
                    and m.account_id = $2
                    and n.id = $3
                    and n.ended_at is null
                    and n.expires_at > $4
            ) as "is_seen!"
            "#,
            survey.id.0,
            self.caller.account_id.0,
            self.caller.session_id.0,
            now,
        );
        if !is_seen.fetch_one(pool).await? {
            return Err(shared::Error::NotFound("Survey").into());
        }
        self.checked_at = now;
        Ok(())
    }
}

impl Place {
    /// The next lines; none behind the last.
    async fn page(mut self) -> Result<Option<(Bytes, Self)>> {
        self.reader.check(&self.pool, &self.survey).await?;
        let rows = sqlx::query_as!(
            Row,
            r#"
            select
                respondent,
                card as "card: Json<Box<RawValue>>",
                response as "response: Json<Box<RawValue>>"
            from survey_responses
            where survey_id = $1 and respondent > $2
            order by respondent
            limit $3
            "#,
            self.survey.id.0,
            self.after,
            PAGE,
        )
        .fetch_all(&self.pool)
        .await?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.after = last.respondent;
        let (lines, place) = off_thread(move || (self.lines(&rows), self)).await?;
        Ok(Some((lines?, place)))
    }

    fn lines(&mut self, rows: &[Row]) -> Result<Bytes> {
        let sheet = Sheet::new(&self.survey.questions, &self.rated, self.survey.language());
        let mut lines = String::new();
        for row in rows {
            let profile: Profile = read(&row.card)?;
            let weight = self.weighed.of(&profile);
            let respondent = Respondent { profile, response: read(&row.response)?, weight };
            lines.push_str(&sheet.line(self.number, &respondent));
            self.number += 1;
        }
        Ok(lines.into())
    }
}

fn read<T: serde::de::DeserializeOwned>(json: &Json<Box<RawValue>>) -> Result<T> {
    serde_json::from_str(json.get()).map_err(|error| Error::Internal(error.into()))
}

/// What everybody counts, from their cards, one at a time.
async fn weighed(pool: &PgPool, survey: &Survey) -> Result<Weighed> {
    let mut weights = Weights::new(&survey.design);
    if weights.are_wanted() {
        let mut cards = sqlx::query_scalar!(
            r#"
            select card as "card: Json<Profile>"
            from survey_responses
            where survey_id = $1
            "#,
            survey.id.0,
        )
        .fetch(pool);
        while let Some(person) = cards.try_next().await? {
            weights.count(&person);
        }
    }
    Ok(weights.weighed())
}

/// The questions that somebody reacted to in words.
async fn rated(pool: &PgPool, survey: &Survey) -> Result<BTreeSet<String>> {
    // only what has anchors is asked for in words
    if !survey.questions.iter().any(|question| question.has_anchors()) {
        return Ok(BTreeSet::new());
    }
    let rated = sqlx::query_scalar!(
        r#"
        select distinct jsonb_object_keys(response->'reactions') as "id!"
        from survey_responses
        where survey_id = $1
        "#,
        survey.id.0,
    );
    Ok(rated.fetch_all(pool).await?.into_iter().collect())
}
