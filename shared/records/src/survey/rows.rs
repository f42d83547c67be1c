//! The answers to a survey as a spreadsheet, made while it is sent: a hundred thousand respondents take no
//! more memory than a hundred.

use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use serde_json::value::RawValue;
use sqlx::PgPool;
use sqlx::types::Json;

use super::Survey;
use super::outgoing::Outgoing;
use crate::export::Masked;
use platform::error::Chain;
use platform::{Caller, Clock, Error, Result, off_thread};

/// Respondents that are read at once: a megabyte or two.
const PAGE: i64 = 50;

/// For how long a reader's right is believed, as of those who watch a run.
const TRUSTED: Duration = Duration::seconds(15);

/// The sheet of a survey, page by page, with its people masked or not. Who reads slowly holds no connection, and who goes away leaves nothing
/// behind. What fails in the middle ends the stream with an error, so that nobody takes the part for the whole:
/// so does the end of the reader's right to see it.
///
/// # Errors
/// 400 while it is a draft, as the client expects; when the database fails.
pub async fn csv(
    pool: &PgPool,
    clock: &Clock,
    caller: Caller,
    survey: Survey,
    masked: Masked,
) -> Result<impl Stream<Item = Result<Bytes>> + Send + use<>> {
    survey.has_been_run()?;
    let outgoing = Outgoing::read(pool, &survey, masked).await?;
    let (header, survey_id) = (outgoing.header(), survey.id);
    let reader = CheckedReader { caller, clock: clock.clone(), checked_at: clock.now() };
    let place = RowsCursor { pool: pool.clone(), reader, survey, outgoing, after: -1, number: 1 };
    let pages = stream::try_unfold(place, |place| Box::pin(place.page()));
    let lines = stream::once(async { Ok(Bytes::from(header)) }).chain(pages);
    Ok(lines.inspect_err(move |error| {
        let error = Chain(error).to_string();
        tracing::error!(error, survey.id = %survey_id, "a sheet of answers breaks off");
    }))
}

/// How far the sheet is.
struct RowsCursor {
    pool: PgPool,
    reader: CheckedReader,
    survey: Survey,
    outgoing: Outgoing,
    /// The last respondent's place in the order of invitation.
    after: i32,
    number: u64,
}

/// The reader, and when their right was last checked.
struct CheckedReader {
    caller: Caller,
    clock: Clock,
    checked_at: DateTime<Utc>,
}

struct ResponseRow {
    respondent: i32,
    card: Json<Box<RawValue>>,
    response: Json<Box<RawValue>>,
}

impl CheckedReader {
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

impl RowsCursor {
    /// The next lines; none behind the last.
    async fn page(mut self) -> Result<Option<(Bytes, Self)>> {
        self.reader.check(&self.pool, &self.survey).await?;
        let rows = sqlx::query_as!(
            ResponseRow,
            r#"
            select
                respondent,
                card as "card: Json<Box<RawValue>>",
                response as "response: Json<Box<RawValue>>"
            from survey_responses
            where survey_id = $1 and respondent > $2 and not is_removed
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

    fn lines(&mut self, rows: &[ResponseRow]) -> Result<Bytes> {
        let mut lines = String::new();
        for row in rows {
            let (card, response) = (read(&row.card)?, read(&row.response)?);
            lines.push_str(&self.outgoing.line(self.number, &card, response));
            self.number += 1;
        }
        Ok(lines.into())
    }
}

fn read<T: serde::de::DeserializeOwned>(json: &Json<Box<RawValue>>) -> Result<T> {
    serde_json::from_str(json.get()).map_err(|error| Error::Internal(error.into()))
}
