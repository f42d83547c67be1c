//! Writing a file: it is whole when the last byte is kept, and there is none before.

use ::store::survey::{self, Survey};
use async_stream::try_stream;
use axum::extract::State;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use platform::queue::{Outcome, Pushed};
use platform::runs::{self, Engine, ItemFailure, Progress, ShardContext};
use platform::storage::Put;
use platform::{Error, InProject, Result};
use shared::run::RunRequested;
use shared::{FieldError, Language};
use sqlx::PgPool;

use crate::AppState;
use crate::disclosure::Disclosure;
use crate::form::Format;
use crate::pdf::{self, Report, Stamp};
use crate::people::{self, Person};
use crate::persona::internal;
use crate::project::Subject;
use crate::store::{self, ExportRow};
use crate::survey::Answers;
use crate::talk::Talk;

/// Version of the object's shape.
const SCHEMA: &str = "sight.export.project/1";
/// The longest file: 100,000 people take 400 MB.
const LONGEST_BYTES: u64 = 4 << 30;

/// A file on its way to where it is kept.
type Bytestream = BoxStream<'static, Result<Bytes>>;

/// A message of Pub/Sub: a hint that a shard waits.
pub(crate) async fn requested(
    State(state): State<AppState>,
    Pushed(message): Pushed<RunRequested>,
) -> Result<Outcome> {
    runs::handle(&Worker(state), &message).await
}

/// Writes files.
#[derive(Clone)]
struct Worker(AppState);

impl runs::Worker for Worker {
    fn engine(&self) -> &Engine {
        &self.0.worker.engine
    }

    /// A second time writes the same file again: nobody fetches it before it is said to be whole.
    async fn work(&self, context: &ShardContext) -> Result<Outcome> {
        let Some(row) = store::of(&self.0.worker.pool, &context.lease).await? else {
            return Ok(Outcome::Rejected("there is no such export".to_owned()));
        };
        let project = context.lease.in_project()?;
        let made = tokio::select! {
            made = self.file(project, &row) => made,
            () = context.stop.cancelled() => return Ok(Outcome::Done),
        };
        let (bytes, disclosure) = match made {
            Err(Error::Domain(shared::Error::Invalid(why))) => return refused(context, &why).await,
            made => made?,
        };
        let stop = context.stop.clone();
        let bytes = bytes.take_until(async move { stop.cancelled().await });
        let (storage, kind) = (&self.0.storage, row.format.content_type());
        let put = storage.put_stream(&row.key(), kind, LONGEST_BYTES, bytes).await?;
        if context.stop.is_cancelled() || put == Put::TooLarge {
            storage.delete(&row.key()).await?;
            return Ok(Outcome::Done);
        }
        let about = serde_json::to_vec_pretty(&disclosure).map_err(internal)?;
        let kind = Format::Json.content_type();
        storage.put(&row.disclosure_key(), kind, about.into()).await?;
        let mut transaction = self.0.worker.pool.begin().await?;
        store::finish(&mut transaction, &context.lease, context.now()).await?;
        let kept = runs::progress(&mut transaction, &context.lease, 1, 0, context.now()).await?;
        if kept == Progress::Kept {
            transaction.commit().await?;
        }
        Ok(Outcome::Done)
    }
}

/// Ends an export that its form has no place for, and says why.
async fn refused(context: &ShardContext, why: &[FieldError]) -> Result<Outcome> {
    let reason = why.iter().map(|error| error.rule.as_str()).collect::<Vec<_>>().join("; ");
    context.fail(vec![ItemFailure { item: 0, code: "too_large", reason }]).await?;
    Ok(Outcome::Done)
}

impl Worker {
    /// The bytes and what they are.
    async fn file(&self, project: InProject, row: &ExportRow) -> Result<(Bytestream, Disclosure)> {
        match row.subject {
            Subject::Project => self.people(project, row).await,
            Subject::Survey => self.answers(project, row).await,
            Subject::FocusGroup => self.talk(project, row).await,
        }
    }

    async fn people(
        &self,
        project: InProject,
        row: &ExportRow,
    ) -> Result<(Bytestream, Disclosure)> {
        let (pool, is_masked) = (self.0.worker.pool.clone(), !row.is_unmasked);
        let about = store::about_people(&pool, project, None).await?;
        let language = about.language;
        let disclosure = Disclosure::new(about, is_masked, row.created_at);
        let stream = match row.format {
            Format::Csv => csv(pool, project, is_masked, row.has_bom).boxed(),
            Format::Json => json(pool, project, disclosure.clone()).boxed(),
            Format::Pdf => {
                let report = report(&pool, project, &disclosure, language).await?;
                self.pdf(project, row, report, &disclosure).await?
            }
        };
        Ok((stream, disclosure))
    }

    async fn answers(
        &self,
        project: InProject,
        row: &ExportRow,
    ) -> Result<(Bytestream, Disclosure)> {
        let (pool, is_masked) = (self.0.worker.pool.clone(), !row.is_unmasked);
        let survey = self.survey(project, row).await?;
        let about = store::about_survey(&pool, project, survey.id).await?;
        let disclosure = Disclosure::new(about, is_masked, row.created_at);
        let answers = Answers { pool, project, survey, is_masked };
        let stream = match row.format {
            Format::Csv => answers.csv(row.has_bom).boxed(),
            Format::Json => answers.json(disclosure.clone()).boxed(),
            Format::Pdf => self.pdf(project, row, answers.report().await?, &disclosure).await?,
        };
        Ok((stream, disclosure))
    }

    async fn talk(&self, project: InProject, row: &ExportRow) -> Result<(Bytestream, Disclosure)> {
        let (pool, is_masked) = (&self.0.worker.pool, !row.is_unmasked);
        let talk = Talk::read(pool, project, row.subject_id, is_masked).await?;
        let run = talk.run_id().ok_or(shared::Error::NotFound("Focus group"))?;
        let about = store::about_talk(pool, project, run).await?;
        let language = about.language;
        let disclosure = Disclosure::new(about, is_masked, row.created_at);
        let stream = match row.format {
            Format::Csv => whole(talk.csv(row.has_bom)),
            Format::Json => whole(talk.json(&disclosure)?),
            Format::Pdf => self.pdf(project, row, pdf::talk(&talk, language)?, &disclosure).await?,
        };
        Ok((stream, disclosure))
    }

    /// A report with what every page of it says.
    async fn pdf(
        &self,
        project: InProject,
        row: &ExportRow,
        report: Report,
        disclosure: &Disclosure,
    ) -> Result<Bytestream> {
        let account = row.requested_by.into();
        let person = store::exporter(&self.0.worker.pool, project, account).await?;
        let stamp = Stamp { person, is_shown: true, name: row.id.to_string() };
        Ok(whole(report.pdf(disclosure, &stamp).await?))
    }

    async fn survey(&self, project: InProject, row: &ExportRow) -> Result<Survey> {
        survey::of_project(&self.0.worker.pool, project, row.subject_id.into()).await
    }
}

/// A file that is made in memory.
fn whole(bytes: impl Into<Bytes>) -> Bytestream {
    let bytes = bytes.into();
    stream::once(async { Ok(bytes) }).boxed()
}

/// People, a section each.
async fn report(
    pool: &PgPool,
    project: InProject,
    disclosure: &Disclosure,
    language: Language,
) -> Result<Report> {
    let mut people = pdf::People::new(&disclosure.project_name, language);
    let mut after = i64::MIN;
    loop {
        let rows = store::page(pool, project, after).await?;
        let Some(last) = rows.last().map(|row| row.arrival) else { break };
        for row in rows {
            people.push(&Person::of(row, disclosure.is_masked))?;
        }
        after = last;
    }
    Ok(people.report())
}

/// People, a line each.
fn csv(
    pool: PgPool,
    project: InProject,
    is_masked: bool,
    has_bom: bool,
) -> impl futures::Stream<Item = Result<Bytes>> + Send + 'static {
    try_stream! {
        yield Bytes::from(people::header(has_bom));
        let mut after = i64::MIN;
        loop {
            let rows = store::page(&pool, project, after).await?;
            let Some(last) = rows.last().map(|row| row.arrival) else { break };
            let lines = rows.into_iter().map(|row| Person::of(row, is_masked).line());
            yield Bytes::from(lines.collect::<String>());
            after = last;
        }
    }
}

/// The project, the metrics of its segments, and its people.
fn json(
    pool: PgPool,
    project: InProject,
    disclosure: Disclosure,
) -> impl futures::Stream<Item = Result<Bytes>> + Send + 'static {
    try_stream! {
        let kpis = serde_json::to_string(&store::kpis(&pool, project).await?).map_err(internal)?;
        let about = serde_json::to_string(&disclosure).map_err(internal)?;
        yield Bytes::from(format!(
            "{{\"schema\":\"{SCHEMA}\",\"disclosure\":{about},\"kpis\":{kpis},\"people\":["
        ));
        let (mut after, mut is_first) = (i64::MIN, true);
        loop {
            let rows = store::page(&pool, project, after).await?;
            let Some(last) = rows.last().map(|row| row.arrival) else { break };
            let mut lines = String::new();
            for row in rows {
                lines.push_str(if is_first { "\n" } else { ",\n" });
                let person = Person::of(row, disclosure.is_masked);
                lines.push_str(&serde_json::to_string(&person).map_err(internal)?);
                is_first = false;
            }
            yield Bytes::from(lines);
            after = last;
        }
        yield Bytes::from_static(b"\n]}\n");
    }
}
