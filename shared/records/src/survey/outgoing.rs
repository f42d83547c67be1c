//! Answers on their way out: which columns there are, what each respondent weighs, and who is masked.

use std::collections::BTreeSet;

use futures::TryStreamExt;
use shared::Language;
use shared::persona::Card;
use shared::survey::answers_csv::Sheet;
use shared::survey::masked::MaskedQuestions;
use shared::survey::result::{Respondent, RespondentWeights, Weighed};
use shared::survey::segment::Profile;
use shared::survey::{Answers, Question, Response};
use sqlx::PgPool;
use sqlx::types::Json;

use super::Survey;
use crate::export::Masked;
use platform::Result;

/// How the answers to a survey leave.
pub struct Outgoing {
    stored: Vec<Question>,
    /// The questions without names; none where nobody is masked.
    hidden: Option<MaskedQuestions>,
    masked: Masked,
    /// The questions that somebody reacted to in words, by their ids as they leave.
    rated: BTreeSet<String>,
    weighed: Weighed,
    language: Language,
}

impl Outgoing {
    /// Takes a look at everybody first, because weights need one; respondents are then read page by page. Of a run at
    /// work they are those who had answered by then.
    pub async fn read(pool: &PgPool, survey: &Survey, masked: Masked) -> Result<Self> {
        let (weighed, rated) = (weighed(pool, survey).await?, rated(pool, survey).await?);
        let stored = survey.questions.0.clone();
        let hidden = match &masked {
            Masked::No => None,
            Masked::Of(everybody) => Some(MaskedQuestions::new(&stored, everybody)),
        };
        let rated = match &hidden {
            Some(hidden) => rated.iter().map(|id| hidden.id(id)).collect(),
            None => rated,
        };
        Ok(Self { stored, hidden, masked, rated, weighed, language: survey.language() })
    }

    /// The questions as they leave.
    pub fn questions(&self) -> &[Question] {
        self.hidden.as_ref().map_or(&self.stored, MaskedQuestions::questions)
    }

    /// The first line of the sheet.
    pub fn header(&self) -> String {
        self.sheet().header()
    }

    /// The line of a respondent, who are numbered from 1. Masked it has no years: the group of age is in a column of
    /// its own.
    pub fn line(&self, number: u64, card: &Card, response: Response) -> String {
        let profile = Profile::from(card);
        let weight = self.weighed.of(&profile);
        let respondent = Respondent { profile, response: self.response(card, response), weight };
        self.sheet().line(number, &respondent)
    }

    /// A response as it leaves.
    #[must_use]
    pub fn response(&self, card: &Card, response: Response) -> Response {
        match (&self.hidden, self.masked.own([card])) {
            (Some(hidden), Some(mask)) => hidden.response(response, &mask),
            _ => response,
        }
    }

    /// What somebody real answered, as it leaves: masked without what they said in their own words.
    #[must_use]
    pub fn people_answers(&self, answers: Answers) -> Answers {
        match (&self.hidden, self.masked.own(None)) {
            (Some(hidden), Some(mask)) => hidden.chosen(answers, &mask),
            _ => answers,
        }
    }

    fn sheet(&self) -> Sheet<'_> {
        let sheet = Sheet::new(self.questions(), &self.rated, self.language);
        if self.masked.is_on() { sheet.without_years() } else { sheet }
    }
}

/// What everybody counts, from their cards, one at a time.
async fn weighed(pool: &PgPool, survey: &Survey) -> Result<Weighed> {
    let mut weights = RespondentWeights::new(&survey.design);
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
