//! What the answers say, question by question, with how far chance reaches.

mod choice;
mod completion;
mod effect;
mod open;
mod rating;
mod spread;
mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::answer::Response;
use super::question::{Design, Question, QuestionKind};
use super::segment::{Attribute, Profile};
use crate::Language;
use crate::persona::label;
use crate::statistics::weight::{Margin, effective_size, rake, rake_cells};

pub use choice::{ChoiceStatistics, MultipleStatistics, RankingStatistics, Share};
pub use completion::{Completion, QuestionFlow, completion};
pub use effect::{OrderEffect, order_effects};
pub use open::{CodeCount, OpenStatistics};
pub use rating::{
    MatrixStatistics, NpsStatistics, NumericStatistics, RatingStatistics, Reaction, Scored,
};
pub use table::{By, Cell, PartTest, SMALL, SegmentTable, TOO_SMALL, TableGroup, segment_table};

/// One respondent in a report.
#[derive(Debug, Clone)]
pub struct Respondent {
    pub profile: Profile,
    pub response: Response,
    /// How much they count; 1 on average.
    pub weight: f64,
}

/// The answers to one question, as the client reads them, and more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuestionAnalytics {
    /// The question.
    pub question_id: String,
    /// Its kind.
    pub question_type: QuestionKind,
    /// Its text.
    pub question_title: String,
    /// How many valid answers it has.
    pub responses_count: u64,
    /// The figures.
    pub statistics: Statistics,
}

/// The figures of one question, by its kind. Read back as the first that fits, so those with more
/// figures come before those with fewer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Statistics {
    /// Of a recommendation.
    Nps(Box<NpsStatistics>),
    /// Of a rating scale.
    Rating(Box<RatingStatistics>),
    /// Of a battery.
    Matrix(MatrixStatistics),
    /// Of a number.
    Numeric(Box<NumericStatistics>),
    /// Of a ranking.
    Ranking(RankingStatistics),
    /// Of a single choice.
    Choice(ChoiceStatistics),
    /// Of a multiple choice.
    Multiple(MultipleStatistics),
    /// Of an open question.
    Open(OpenStatistics),
    /// Nobody answered.
    Empty {},
}

/// How respondents were weighted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Weighting {
    /// The attributes that were brought to the wished shares.
    pub attributes: Vec<String>,
    /// How many equally weighted people would say as much (Kish).
    pub effective_n: f64,
    /// The largest weight; 1 is the mean.
    pub largest: f64,
}

/// Weights respondents by the survey's design; `None` where it asks for no weights.
pub fn weigh(respondents: &mut [Respondent], design: &Design) -> Option<Weighting> {
    let margins: Vec<Margin> = design
        .weights
        .iter()
        .filter_map(|(attribute, targets)| {
            let attribute = Attribute::parse(attribute)?;
            let of = |r: &Respondent| Some(attribute.of(&r.profile).to_owned());
            let categories = respondents.iter().map(of).collect();
            Some(Margin { categories, targets: targets.clone() })
        })
        .collect();
    if margins.is_empty() || respondents.is_empty() {
        return None;
    }
    let weights = rake(respondents.len(), &margins);
    for (respondent, weight) in respondents.iter_mut().zip(&weights) {
        respondent.weight = *weight;
    }
    Some(Weighting {
        attributes: design.weights.keys().cloned().collect(),
        effective_n: effective_size(&weights),
        largest: weights.iter().copied().fold(0.0, f64::max),
    })
}

/// What respondents count, told from their profiles alone: for reports that hold nobody in memory. Everybody of
/// the same categories has the same weight, so it is enough to count them.
#[derive(Debug, Clone)]
pub struct RespondentWeights {
    margins: Vec<(Attribute, BTreeMap<String, f64>)>,
    people: BTreeMap<Vec<&'static str>, f64>,
}

impl RespondentWeights {
    /// Of a survey's design, before anybody is counted.
    pub fn new(design: &Design) -> Self {
        let margins = design.weights.iter().filter_map(|(attribute, targets)| {
            Some((Attribute::parse(attribute)?, targets.clone()))
        });
        Self { margins: margins.collect(), people: BTreeMap::new() }
    }

    /// Whether anybody has to be counted.
    pub fn are_wanted(&self) -> bool {
        !self.margins.is_empty()
    }

    /// Counts one.
    pub fn count(&mut self, person: &Profile) {
        *self.people.entry(self.cell(person)).or_default() += 1.0;
    }

    /// The weights of those who were counted.
    pub fn weighed(self) -> Weighed {
        let cells: Vec<&Vec<&str>> = self.people.keys().collect();
        let margins = self.margins.iter().enumerate().map(|(place, (_, targets))| {
            let categories = cells.iter().map(|cell| Some(cell[place].to_owned())).collect();
            Margin { categories, targets: targets.clone() }
        });
        let margins: Vec<Margin> = margins.collect();
        let counts: Vec<f64> = self.people.values().copied().collect();
        let weights = rake_cells(&counts, &margins);
        let by_cell = self.people.keys().cloned().zip(weights).collect();
        Weighed { of: self, by_cell }
    }

    fn cell(&self, person: &Profile) -> Vec<&'static str> {
        self.margins.iter().map(|(attribute, _)| attribute.of(person)).collect()
    }
}

/// The weights of people who were counted.
#[derive(Debug, Clone)]
pub struct Weighed {
    of: RespondentWeights,
    by_cell: BTreeMap<Vec<&'static str>, f64>,
}

impl Weighed {
    /// A person's weight; 1 when no counted person is like them.
    pub fn of(&self, person: &Profile) -> f64 {
        self.by_cell.get(&self.of.cell(person)).copied().unwrap_or(1.0)
    }
}

/// The figures of every question.
pub fn analyse(
    questions: &[Question],
    respondents: &[Respondent],
    language: Language,
) -> Vec<QuestionAnalytics> {
    let all: Vec<&Respondent> = respondents.iter().collect();
    questions.iter().map(|question| of_question(question, &all, language)).collect()
}

fn of_question(
    question: &Question,
    respondents: &[&Respondent],
    language: Language,
) -> QuestionAnalytics {
    let answered = respondents.iter().filter(|r| r.response.answers.contains_key(&question.id));
    let answered: Vec<&Respondent> = answered.copied().collect();
    let count = answered.len() as u64;
    let statistics = match question.kind {
        QuestionKind::SingleChoice => Statistics::Choice(choice::single(question, &answered)),
        QuestionKind::MultipleChoice => Statistics::Multiple(choice::multiple(question, &answered)),
        QuestionKind::OpenText => Statistics::Open(open::texts(question, &answered, language)),
        _ if answered.is_empty() => Statistics::Empty {},
        QuestionKind::Ranking => Statistics::Ranking(choice::ranking(question, &answered)),
        QuestionKind::RatingScale => {
            Statistics::Rating(Box::new(rating::scale(question, &answered)))
        }
        QuestionKind::Nps => Statistics::Nps(Box::new(rating::recommendation(question, &answered))),
        QuestionKind::Matrix => Statistics::Matrix(rating::matrix(question, &answered)),
        QuestionKind::Numeric => {
            Statistics::Numeric(Box::new(rating::numeric(question, &answered)))
        }
    };
    QuestionAnalytics {
        question_id: question.id.clone(),
        question_type: question.kind,
        question_title: question.title.clone(),
        responses_count: count,
        statistics,
    }
}

fn weights(respondents: &[&Respondent]) -> Vec<f64> {
    respondents.iter().map(|respondent| respondent.weight).collect()
}

/// A count of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Count {
    /// How many.
    pub count: u64,
}

/// Who answered, as the client shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SurveyDemographics)]
pub struct Demographics {
    /// By age group.
    pub by_age: BTreeMap<String, Count>,
    /// By gender.
    pub by_gender: BTreeMap<String, Count>,
    /// By level of education.
    pub by_education: BTreeMap<String, Count>,
    /// By income bracket.
    pub by_income: BTreeMap<String, Count>,
}

/// Counts respondents by what the client shows of them.
pub fn demographics(respondents: &[Respondent], language: Language) -> Demographics {
    let by = |label: &dyn Fn(&Profile) -> String| {
        let mut counts: BTreeMap<String, Count> = BTreeMap::new();
        for respondent in respondents {
            counts.entry(label(&respondent.profile)).or_insert(Count { count: 0 }).count += 1;
        }
        counts
    };
    Demographics {
        by_age: by(&|person| Attribute::Age.of(person).to_owned()),
        by_gender: by(&|person| label::gender(person.gender, language).to_owned()),
        by_education: by(&|person| label::education(person.education, language).to_owned()),
        by_income: by(&|person| Attribute::Income.label(person, language)),
    }
}

#[cfg(test)]
mod tests;
