//! The answers to a survey, page by page.

mod quotes;

use std::pin::pin;

use async_stream::try_stream;
use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use platform::{InProject, Result};
use records::export::{Disclosure, Masked};
use records::survey::outgoing::Outgoing;
use records::survey::{Survey, results};
use serde_json::{Value, json};
use shared::survey::segment::{Attribute, Profile};
use sqlx::PgPool;

use crate::pdf::{self, Report};
use crate::persona::internal;
use crate::store::{self, Respondents, Upload};

/// Version of the object's shape: since 2 it has the answers of people that were uploaded.
const SCHEMA: &str = "sight.export.survey/2";

/// What is written of a survey, and how.
pub(crate) struct Answers {
    pub(crate) pool: PgPool,
    pub(crate) project: InProject,
    pub(crate) survey: Survey,
    pub(crate) masked: Masked,
}

impl Answers {
    /// One respondent a line, in the form that `human-answers` takes. Masked lines have no years: the group of
    /// age is in a column of its own.
    pub(crate) fn csv(self, has_bom: bool) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
        try_stream! {
            let outgoing = Outgoing::read(&self.pool, &self.survey, self.masked.clone()).await?;
            let header = outgoing.header();
            let header = if has_bom { header } else { header.trim_start_matches('\u{feff}').to_owned() };
            yield Bytes::from(header);
            let mut number = 1;
            let mut pages = pin!(self.pages());
            while let Some(rows) = pages.try_next().await? {
                let mut lines = String::new();
                for row in rows {
                    lines.push_str(&outgoing.line(number, &row.card, row.response.0));
                    number += 1;
                }
                yield Bytes::from(lines);
            }
        }
    }

    /// Everything about the survey, every response and what people answered, lossless where nobody is masked.
    pub(crate) fn json(
        self,
        disclosure: Disclosure,
        uploads: Vec<Upload>,
    ) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
        try_stream! {
            let outgoing = Outgoing::read(&self.pool, &self.survey, self.masked.clone()).await?;
            let text = |text: &str| self.masked.text(text);
            let survey = json!({ "id": self.survey.id, "title": text(&self.survey.title),
                "description": self.survey.description.as_deref().map(text),
                "questions": outgoing.questions(),
                "design": *self.survey.design, "language": self.survey.language(),
                "seed": self.survey.seed(), "target_responses": self.survey.target_responses,
                "answered": self.survey.actual_responses, "run_id": self.survey.run_id,
                "started_at": self.survey.started_at, "completed_at": self.survey.completed_at,
                "created_by": self.survey.created_by, "created_at": self.survey.created_at });
            let about = serde_json::to_string(&disclosure).map_err(internal)?;
            yield Bytes::from(format!(
                "{{\"schema\":\"{SCHEMA}\",\"disclosure\":{about},\"survey\":{survey},\"responses\":["
            ));
            let mut is_first = true;
            let mut pages = pin!(self.pages());
            while let Some(rows) = pages.try_next().await? {
                let mut lines = String::new();
                for row in rows {
                    lines.push_str(if is_first { "\n" } else { ",\n" });
                    lines.push_str(&self.object(row, &outgoing).to_string());
                    is_first = false;
                }
                yield Bytes::from(lines);
            }
            yield Bytes::from_static(b"\n],\"human_answers\":[");
            for (place, mut upload) in uploads.into_iter().enumerate() {
                upload.name = self.masked.text(&upload.name);
                let mut open = serde_json::to_string(&upload).map_err(internal)?;
                // its last brace comes behind its answers
                open.pop();
                let between = if place == 0 { "\n" } else { ",\n" };
                yield Bytes::from(format!("{between}{open},\"answers\":["));
                let mut is_first = true;
                let pages = store::uploaded(self.pool.clone(), self.project, upload.id);
                let mut pages = pin!(pages);
                while let Some(people) = pages.try_next().await? {
                    let mut lines = String::new();
                    for answers in people {
                        lines.push_str(if is_first { "\n" } else { ",\n" });
                        let answers = outgoing.people_answers(answers);
                        lines.push_str(&serde_json::to_string(&answers).map_err(internal)?);
                        is_first = false;
                    }
                    yield Bytes::from(lines);
                }
                yield Bytes::from_static(b"\n]}");
            }
            yield Bytes::from_static(b"\n]}\n");
        }
    }

    /// The figures as a report.
    pub(crate) async fn report(self) -> Result<Report> {
        let Self { pool, project, survey, masked } = self;
        let (id, language) = (survey.id, survey.language());
        let about = (survey.title.clone(), survey.description.clone());
        let mut figures = results::figures(&pool, survey).await?;
        if masked.is_on() {
            let pages = store::respondents(pool, project, id);
            figures = quotes::hidden(figures, &masked, pages).await?;
        }
        Ok(pdf::survey(about, &figures, language))
    }

    fn pages(&self) -> impl Stream<Item = Result<Vec<Respondents>>> + Send + use<> {
        store::respondents(self.pool.clone(), self.project, self.survey.id)
    }

    fn object(&self, row: Respondents, outgoing: &Outgoing) -> Value {
        let mut object = json!({ "respondent": row.respondent, "persona_id": row.persona_id,
            "run_id": row.run_id, "latency_ms": row.latency_ms, "written_by": row.written_by,
            "is_simulated": row.is_simulated, "prompt_version": row.prompt_version,
            "created_at": row.created_at });
        if self.masked.is_on() {
            let profile = Profile::from(&*row.card);
            let segments = Attribute::ALL.map(|one| (one.key(), one.of(&profile)));
            object["segments"] = segments.into_iter().collect();
            object["response"] = json!(outgoing.response(&row.card, row.response.0));
        } else {
            object["card"] = json!(row.card);
            object["response"] = json!(row.response);
        }
        object
    }
}
