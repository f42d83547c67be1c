//! Answers by segment: the same figures for each group, and tests of the groups against each other.

use serde::{Deserialize, Serialize};

use super::choice::rank;
use super::{QuestionAnalytics, Respondent, of_question};
use crate::Language;
use crate::statistics::{Association, Correction, adjusted, independence, kruskal_wallis};
use crate::survey::question::{Question, QuestionKind};
use crate::survey::segment::Attribute;

/// A group below this is shown with a note: its intervals are wide (a share of a half has ± 18 points).
pub const SMALL: u64 = 30;
// Chosen by hand.
/// A group with fewer answers to a question takes no part in its tests.
pub const TOO_SMALL: u64 = 10;

/// What respondents are told apart by.
#[derive(Debug, Clone, PartialEq)]
pub enum By<'a> {
    Attribute(Attribute),
    Answer(&'a Question),
}

impl<'a> By<'a> {
    /// `age`, `sex`, `education`, `income`, `place`, or `answer:<question id>` of a choice or a scale.
    pub fn parse(word: &str, questions: &'a [Question]) -> Option<Self> {
        if let Some(id) = word.strip_prefix("answer:") {
            let question = questions.iter().find(|question| question.id == id)?;
            let is_short = question.points() <= 11;
            return match question.kind {
                QuestionKind::SingleChoice | QuestionKind::MultipleChoice => {
                    Some(Self::Answer(question))
                }
                QuestionKind::RatingScale | QuestionKind::Nps if is_short => {
                    Some(Self::Answer(question))
                }
                _ => None,
            };
        }
        Attribute::parse(word).map(Self::Attribute)
    }

    /// The groups that there may be: key and label.
    fn groups(&self, respondents: &[Respondent], language: Language) -> Vec<(String, String)> {
        match self {
            Self::Attribute(attribute) => attribute
                .keys()
                .into_iter()
                .map(|key| {
                    let holder = respondents.iter().find(|r| attribute.of(&r.profile) == key);
                    let label = holder.map(|r| attribute.label(&r.profile, language));
                    (key.to_owned(), label.unwrap_or_else(|| key.to_owned()))
                })
                .collect(),
            Self::Answer(question) if question.kind.has_options() => {
                question.choices().iter().map(|o| (o.clone(), o.clone())).collect()
            }
            Self::Answer(question) => {
                let (low, high) = question.scale();
                (low..=high).map(|point| (point.to_string(), point.to_string())).collect()
            }
        }
    }

    /// Whether the respondent is in the group of this key. With a multiple choice they may be in
    /// several.
    fn holds(&self, respondent: &Respondent, key: &str) -> bool {
        match self {
            Self::Attribute(attribute) => attribute.of(&respondent.profile) == key,
            Self::Answer(question) => match respondent.response.answers.get(&question.id) {
                Some(serde_json::Value::Array(items)) => items.iter().any(|item| item == key),
                Some(serde_json::Value::String(text)) => text == key,
                Some(other) => other.as_f64() == key.parse().ok(),
                None => false,
            },
        }
    }

    /// Whether the respondent's group is that of a point drawn from their distribution.
    fn is_drawn(&self, respondent: &Respondent) -> bool {
        let Self::Answer(question) = self else { return false };
        respondent.response.distributions.contains_key(&question.id)
    }

    fn is_exclusive(&self) -> bool {
        !matches!(self, Self::Answer(question) if question.kind == QuestionKind::MultipleChoice)
    }

    /// Whether this question makes the groups: they differ in their answers to it by definition.
    fn is_made_by(&self, question: &Question) -> bool {
        matches!(self, Self::Answer(own) if own.id == question.id)
    }
}

/// One group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Segment)]
pub struct TableGroup {
    /// Its key.
    pub key: String,
    /// Its name for a reader.
    pub label: String,
    /// Respondents in it.
    pub n: u64,
    /// `small` below 30, `too_small` below 10; absent for others.
    pub note: Option<String>,
}

/// One question in every group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Cell {
    /// The figures of each group, in the groups' order.
    pub groups: Vec<QuestionAnalytics>,
    /// The test of the groups against each other; absent where it cannot be made, of the question that
    /// makes the groups, and where the question has parts that are tested one by one.
    pub test: Option<Association>,
    /// Its p value corrected over all reliable tests of the table; absent where the test is not reliable.
    pub adjusted_p: Option<f64>,
    /// The tests of its parts: the rows of a matrix, the options of a multiple choice or a ranking.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<PartTest>,
}

/// A part of a question, tested between the groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PartTest {
    /// The row or the option.
    pub part: String,
    /// The test; absent where it cannot be made.
    pub test: Option<Association>,
    /// Its p value corrected over all reliable tests of the table; absent where the test is not reliable.
    pub adjusted_p: Option<f64>,
}

impl Cell {
    /// The p value of every test that can be relied on, and where its correction goes. A p value of too
    /// few people means nothing, and would change what the others are corrected by.
    fn tested(&mut self) -> impl Iterator<Item = (f64, &mut Option<f64>)> {
        let whole = reliable_p(self.test.as_ref()).into_iter().zip([&mut self.adjusted_p]);
        let parts = self.tests.iter_mut();
        whole.chain(
            parts.filter_map(|one| Some((reliable_p(one.test.as_ref())?, &mut one.adjusted_p))),
        )
    }
}

fn reliable_p(test: Option<&Association>) -> Option<f64> {
    test.filter(|test| test.is_reliable).map(|test| test.p_value)
}

/// A whole table: questions by groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SegmentTable {
    /// What respondents are told apart by.
    pub by: String,
    /// How p values are corrected.
    pub correction: Correction,
    /// The groups.
    pub segments: Vec<TableGroup>,
    /// The questions, in their order.
    pub questions: Vec<Cell>,
    /// How many respondents are in their group by a point that was drawn from a whole distribution, which
    /// blurs the groups. Only with groups by an answer.
    #[serde(default)]
    pub drawn: u64,
}

/// The table of every question by groups. Tests are of unweighted answers: weights make groups
/// comparable with a population, not with each other.
pub fn segment_table(
    word: &str,
    by: &By<'_>,
    questions: &[Question],
    respondents: &[Respondent],
    correction: Correction,
    language: Language,
) -> SegmentTable {
    let groups = by.groups(respondents, language);
    let members: Vec<Vec<&Respondent>> = groups
        .iter()
        .map(|(key, _)| respondents.iter().filter(|r| by.holds(r, key)).collect())
        .collect();
    let segments = groups.into_iter().zip(&members).map(|((key, label), members)| {
        let n = members.len() as u64;
        let note = match n {
            ..TOO_SMALL => Some("too_small".to_owned()),
            TOO_SMALL..SMALL => Some("small".to_owned()),
            _ => None,
        };
        TableGroup { key, label, n, note }
    });
    let segments: Vec<TableGroup> = segments.collect();
    let mut cells: Vec<Cell> = questions
        .iter()
        .map(|question| {
            let is_tested = by.is_exclusive() && !by.is_made_by(question);
            let tested = is_tested.then_some(TestedGroups { question, groups: &members });
            Cell {
                groups: members.iter().map(|m| of_question(question, m, language)).collect(),
                test: tested.as_ref().and_then(TestedGroups::whole),
                adjusted_p: None,
                tests: tested.map(|tested| tested.parts()).unwrap_or_default(),
            }
        })
        .collect();
    let (p_values, places): (Vec<f64>, Vec<&mut Option<f64>>) =
        cells.iter_mut().flat_map(Cell::tested).unzip();
    for (place, p) in places.into_iter().zip(adjusted(&p_values, correction)) {
        *place = Some(p);
    }
    let drawn = respondents.iter().filter(|respondent| by.is_drawn(respondent)).count() as u64;
    SegmentTable { by: word.to_owned(), correction, segments, questions: cells, drawn }
}

/// A question and the groups whose answers are tested against each other.
struct TestedGroups<'a> {
    question: &'a Question,
    groups: &'a [Vec<&'a Respondent>],
}

impl TestedGroups<'_> {
    /// The test of a question with one answer.
    fn whole(&self) -> Option<Association> {
        let question = self.question;
        match question.kind {
            QuestionKind::SingleChoice => {
                self.counted(question.choices().len(), &|r| r.response.choice(question))
            }
            QuestionKind::RatingScale | QuestionKind::Nps => {
                self.ranked(&|r| r.response.score(question, None))
            }
            QuestionKind::Numeric => self.ranked(&|r| r.response.number(question)),
            QuestionKind::Matrix
            | QuestionKind::MultipleChoice
            | QuestionKind::Ranking
            | QuestionKind::OpenText => None,
        }
    }

    /// The tests of a question with several: each row or option by itself.
    fn parts(&self) -> Vec<PartTest> {
        let question = self.question;
        let part = |name: &String, test| PartTest { part: name.clone(), test, adjusted_p: None };
        let options = question.choices();
        match question.kind {
            QuestionKind::Matrix => {
                let rows = question.items().iter().enumerate();
                rows.map(|(i, name)| {
                    part(name, self.ranked(&|r| r.response.score(question, Some(i))))
                })
                .collect()
            }
            QuestionKind::MultipleChoice => {
                let is_chosen = |r: &Respondent, option| {
                    Some(usize::from(r.response.choices(question)?.contains(&option)))
                };
                let each = options.iter().enumerate();
                each.map(|(i, name)| part(name, self.counted(2, &|r| is_chosen(r, i)))).collect()
            }
            QuestionKind::Ranking => {
                let place = |r: &Respondent, option| {
                    Some(rank(&r.response.choices(question)?, option, options.len()))
                };
                let each = options.iter().enumerate();
                each.map(|(i, name)| part(name, self.ranked(&|r| place(r, i)))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Chi-square over groups by answers, each an index below `columns`.
    fn counted(
        &self,
        columns: usize,
        of: &dyn Fn(&Respondent) -> Option<usize>,
    ) -> Option<Association> {
        let count = |answers: Vec<usize>| {
            let mut row = vec![0.0; columns];
            answers.into_iter().for_each(|answer| row[answer] += 1.0);
            row
        };
        independence(&self.answers(of).into_iter().map(count).collect::<Vec<_>>())
    }

    /// Kruskal and Wallis's test of an ordered answer.
    fn ranked(&self, of: &dyn Fn(&Respondent) -> Option<f64>) -> Option<Association> {
        kruskal_wallis(&self.answers(of))
    }

    /// The answers of each group that has enough of them: its members say nothing of a follow-up that few
    /// of them were asked.
    fn answers<T>(&self, of: &dyn Fn(&Respondent) -> Option<T>) -> Vec<Vec<T>> {
        let groups = self.groups.iter();
        let answers =
            groups.map(|group| -> Vec<T> { group.iter().filter_map(|r| of(r)).collect() });
        answers.filter(|answers| answers.len() as u64 >= TOO_SMALL).collect()
    }
}

#[cfg(test)]
mod tests;
