//! The answers to a survey, page by page.

use std::collections::{BTreeSet, HashSet};

use ::store::survey::{Survey, results};
use async_stream::try_stream;
use bytes::Bytes;
use futures::Stream;
use platform::{InProject, Result, off_thread};
use serde_json::{Value, json};
use shared::persona::mask::Mask;
use shared::survey::answers_csv::Sheet;
use shared::survey::result::{Respondent, Weighed, Weights};
use shared::survey::segment::{Attribute, Profile};
use shared::survey::{QuestionKind, Response};
use sqlx::PgPool;

use crate::disclosure::Disclosure;
use crate::pdf::{self, Report};
use crate::persona::{internal, masked};
use crate::store::{self, Respondents};

/// Version of the object's shape.
const SCHEMA: &str = "sight.export.survey/1";

/// What is written of a survey, and how.
pub(crate) struct Answers {
    pub(crate) pool: PgPool,
    pub(crate) project: InProject,
    pub(crate) survey: Survey,
    pub(crate) is_masked: bool,
}

impl Answers {
    /// One respondent a line, in the form that `human-answers` takes. Masked lines have no years: the group of
    /// age is in a column of its own.
    pub(crate) fn csv(self, has_bom: bool) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
        try_stream! {
            let rated = self.reactions().await?;
            let weighed = self.weighed().await?;
            let language = self.survey.language();
            let header = Sheet::new(&self.survey.questions, &rated, language).header();
            let header = if has_bom { header } else { header.trim_start_matches('\u{feff}').to_owned() };
            yield Bytes::from(header);
            let (mut after, mut number) = (-1, 1);
            loop {
                let rows = self.page(after).await?;
                let Some(last) = rows.last().map(|row| row.respondent) else { break };
                let mut lines = String::new();
                for row in rows {
                    let one = self.respondent(row, &weighed)?;
                    let sheet = Sheet::new(&self.survey.questions, &rated, language);
                    lines.push_str(&self.line(&sheet, number, &one));
                    number += 1;
                }
                after = last;
                yield Bytes::from(lines);
            }
        }
    }

    /// Everything about the survey and every response, lossless where nobody is masked.
    pub(crate) fn json(
        self,
        disclosure: Disclosure,
    ) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
        try_stream! {
            let survey = json!({ "id": self.survey.id, "title": self.survey.title,
                "description": self.survey.description, "questions": *self.survey.questions,
                "design": *self.survey.design, "language": self.survey.language(),
                "seed": self.survey.seed(), "created_at": self.survey.created_at });
            let about = text(&disclosure)?;
            yield Bytes::from(format!(
                "{{\"schema\":\"{SCHEMA}\",\"disclosure\":{about},\"survey\":{survey},\"responses\":["
            ));
            let (mut after, mut is_first) = (-1, true);
            loop {
                let rows = self.page(after).await?;
                let Some(last) = rows.last().map(|row| row.respondent) else { break };
                let mut lines = String::new();
                for row in rows {
                    lines.push_str(if is_first { "\n" } else { ",\n" });
                    let object = self.object(row)?;
                    lines.push_str(&object.to_string());
                    is_first = false;
                }
                after = last;
                yield Bytes::from(lines);
            }
            yield Bytes::from_static(b"\n]}\n");
        }
    }

    /// The figures as a report.
    pub(crate) async fn report(self) -> Result<Report> {
        let mask = if self.is_masked { self.everybody().await? } else { Mask::default() };
        let Survey { title, description, .. } = &self.survey;
        let (about, language) = ((title.clone(), description.clone()), self.survey.language());
        let figures = results::figures(&self.pool, self.survey).await?;
        Ok(pdf::survey(about, &figures, &mask, language))
    }

    /// Of all respondents: figures quote without a name. Whoever has nothing that another has not is left out.
    async fn everybody(&self) -> Result<Mask> {
        let (mut known, mut cards, mut after) = (HashSet::new(), Vec::new(), -1);
        loop {
            let rows = self.page(after).await?;
            let Some(last) = rows.last().map(|row| row.respondent) else { break };
            for card in rows.into_iter().map(|row| row.card.0) {
                let names = [&card.first_name, &card.surname, &card.town].map(ToString::to_string);
                let marks = names.into_iter().chain([card.age.to_string()]);
                let before = known.len();
                known.extend(marks);
                if known.len() > before {
                    cards.push(card);
                }
            }
            after = last;
        }
        off_thread(move || Mask::of(&cards)).await
    }

    async fn page(&self, after: i32) -> Result<Vec<Respondents>> {
        store::respondents(&self.pool, self.project, self.survey.id, after).await
    }

    async fn reactions(&self) -> Result<BTreeSet<String>> {
        let ids = store::reactions(&self.pool, self.project, self.survey.id).await?;
        Ok(ids.into_iter().collect())
    }

    /// Weights take a look at everybody first.
    async fn weighed(&self) -> Result<Weighed> {
        let mut weights = Weights::new(&self.survey.design);
        let mut after = -1;
        while weights.are_wanted() {
            let rows = self.page(after).await?;
            let Some(last) = rows.last().map(|row| row.respondent) else { break };
            rows.iter().for_each(|row| weights.count(&Profile::from(&*row.card)));
            after = last;
        }
        Ok(weights.weighed())
    }

    fn respondent(&self, row: Respondents, weighed: &Weighed) -> Result<Respondent> {
        let profile = Profile::from(&*row.card);
        let mask = self.is_masked.then(|| Mask::of([&*row.card]));
        let response = match mask {
            Some(mask) => self.hidden(row.response.0, &mask),
            None => row.response.0,
        };
        Ok(Respondent { profile, response, weight: weighed.of(&profile) })
    }

    /// Without who somebody is in their own words. What the researcher wrote stays as it is: an option, a number, the
    /// id of a question.
    fn hidden(&self, mut response: Response, mask: &Mask) -> Response {
        for question in self.survey.questions.iter() {
            let answer = response.answers.get_mut(&question.id);
            if let (QuestionKind::OpenText, Some(answer)) = (question.kind, answer) {
                *answer = masked(answer.take(), mask);
            }
        }
        for reaction in response.reactions.values_mut() {
            *reaction = mask.apply(reaction);
        }
        response
    }

    fn line(&self, sheet: &Sheet<'_>, number: u64, one: &Respondent) -> String {
        let line = sheet.line(number, one);
        let years = format!("{number},{},", one.profile.age);
        match line.strip_prefix(&years).filter(|_| self.is_masked) {
            Some(rest) => format!("{number},,{rest}"),
            None => line,
        }
    }

    fn object(&self, row: Respondents) -> Result<Value> {
        if !self.is_masked {
            return Ok(
                json!({ "respondent": row.respondent, "card": *row.card, "response": *row.response }),
            );
        }
        let profile = Profile::from(&*row.card);
        let segments = Attribute::ALL.map(|one| (one.key().to_owned(), one.of(&profile).into()));
        let segments: serde_json::Map<String, Value> = segments.into_iter().collect();
        let response = self.hidden(row.response.0, &Mask::of([&*row.card]));
        Ok(json!({ "respondent": row.respondent, "segments": segments, "response": response }))
    }
}

fn text(disclosure: &Disclosure) -> Result<String> {
    serde_json::to_string(disclosure).map_err(internal)
}
