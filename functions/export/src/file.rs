//! What a run writes: its bytes, page by page where it can be large, and what they are.

use std::pin::pin;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt, stream};
use platform::{InProject, Result};
use records::export::{self, Disclosure, Masked, Person, WrittenPart};
use records::survey;
use shared::Language;
use sqlx::PgPool;

use crate::discussion::Discussion;
use crate::form::Format;
use crate::pdf::{self, Report, Stamp};
use crate::project::Subject;
use crate::store::{self, ExportRow};
use crate::survey::Answers;
use crate::whole as whole_project;

/// A file on its way to where it is kept.
pub(crate) type Bytestream = BoxStream<'static, Result<Bytes>>;

/// The bytes of an export and what they are.
pub(crate) async fn file(
    pool: &PgPool,
    project: InProject,
    row: &ExportRow,
) -> Result<(Bytestream, Disclosure)> {
    match row.subject {
        Subject::Project => people(pool, project, row).await,
        Subject::Survey => answers(pool, project, row).await,
        Subject::FocusGroup => discussion(pool, project, row).await,
    }
}

async fn people(
    pool: &PgPool,
    project: InProject,
    row: &ExportRow,
) -> Result<(Bytestream, Disclosure)> {
    let masked = match row.is_unmasked {
        true => Masked::No,
        false => Masked::Of(export::of_project(pool, project).await?),
    };
    let about = export::about_people(pool, project, None).await?;
    let language = about.language;
    let parts: &[WrittenPart] = match row.format {
        Format::Json => &[WrittenPart::People, WrittenPart::Needs, WrittenPart::Journey],
        Format::Csv | Format::Pdf => &[WrittenPart::People],
    };
    let disclosure = Disclosure::new(about, parts, &masked, row.created_at).of_its_people(language);
    let stream = match row.format {
        Format::Csv => csv(pool.clone(), project, masked, row.has_bom).boxed(),
        Format::Json => {
            whole_project::json(pool.clone(), project, masked, disclosure.clone()).boxed()
        }
        Format::Pdf => {
            let report = report(pool, project, (&disclosure, &masked), language).await?;
            pdf(pool, project, row, report, (&disclosure, &masked)).await?
        }
    };
    Ok((stream, disclosure))
}

async fn answers(
    pool: &PgPool,
    project: InProject,
    row: &ExportRow,
) -> Result<(Bytestream, Disclosure)> {
    let survey = survey::of_project(pool, project, row.subject_id.into()).await?;
    let masked = match row.is_unmasked {
        true => Masked::No,
        false => Masked::Of(export::of_survey(pool, project, survey.id).await?),
    };
    let about = export::about_survey(pool, project, survey.id).await?;
    let uploads = match row.format {
        Format::Json => store::uploads(pool, project, survey.id).await?,
        Format::Csv | Format::Pdf => Vec::new(),
    };
    let language = about.language;
    let people: i64 = uploads.iter().map(|upload| i64::from(upload.people)).sum();
    let disclosure = Disclosure::new(about, &[WrittenPart::Answers], &masked, row.created_at)
        .with_people_asked(people, language);
    let answers = Answers { pool: pool.clone(), project, survey, masked: masked.clone() };
    let stream = match row.format {
        Format::Csv => answers.csv(row.has_bom).boxed(),
        Format::Json => answers.json(disclosure.clone(), uploads).boxed(),
        Format::Pdf => {
            let report = answers.report().await?;
            pdf(pool, project, row, report, (&disclosure, &masked)).await?
        }
    };
    Ok((stream, disclosure))
}

async fn discussion(
    pool: &PgPool,
    project: InProject,
    row: &ExportRow,
) -> Result<(Bytestream, Disclosure)> {
    let discussion = Discussion::read(pool, project, row.subject_id, !row.is_unmasked).await?;
    let run = discussion.run_id().ok_or(shared::Error::NotFound("Focus group"))?;
    let about = export::about_discussion(pool, project, run).await?;
    let language = about.language;
    let parts: &[WrittenPart] = match row.format {
        Format::Csv => &[WrittenPart::Turns],
        Format::Json | Format::Pdf => &[WrittenPart::Turns, WrittenPart::Summary],
    };
    let disclosure = Disclosure::new(about, parts, discussion.masked(), row.created_at);
    let stream = match row.format {
        Format::Csv => whole(discussion.csv(row.has_bom)),
        Format::Json => whole(discussion.json(&disclosure)?),
        Format::Pdf => {
            let report = pdf::discussion(&discussion, language);
            pdf(pool, project, row, report, (&disclosure, discussion.masked())).await?
        }
    };
    Ok((stream, disclosure))
}

/// A report with what every page of it says.
async fn pdf(
    pool: &PgPool,
    project: InProject,
    row: &ExportRow,
    report: Report,
    (disclosure, masked): (&Disclosure, &Masked),
) -> Result<Bytestream> {
    let account = row.requested_by.into();
    let name = store::exporter(pool, project, account).await?;
    let person = pdf::exporter(name.as_deref(), account, masked);
    let stamp = Stamp { person, is_shown: true, name: row.id.to_string() };
    Ok(whole(report.pdf(disclosure, &stamp, masked).await?))
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
    (disclosure, masked): (&Disclosure, &Masked),
    language: Language,
) -> Result<Report> {
    let mut people = pdf::People::new(&disclosure.project_name, language);
    let mut pages = pin!(store::pages(pool.clone(), project));
    while let Some(rows) = pages.try_next().await? {
        for row in rows {
            people.push(&Person::of(row, masked))?;
        }
    }
    Ok(people.report())
}

/// People, a line each.
fn csv(
    pool: PgPool,
    project: InProject,
    masked: Masked,
    has_bom: bool,
) -> impl futures::Stream<Item = Result<Bytes>> + Send + 'static {
    let lines = store::pages(pool, project).map_ok(move |rows| {
        let lines = rows.into_iter().map(|row| Person::of(row, &masked).line());
        Bytes::from(lines.collect::<String>())
    });
    stream::once(async move { Ok(Bytes::from(export::header(has_bom))) }).chain(lines)
}
