//! The rules that a survey keeps before it is saved. Every broken rule names its question.

use std::collections::BTreeSet;

use super::instrument::columns_of;
use super::question::{BUILT_IN_POINTS, Design, Elicitation, MOST_POINTS, Question, QuestionKind};
use super::{answers_csv, logic, schema_size};
use crate::text::composed;
use crate::{Checks, FieldError, Result};

// Chosen by hand. Beside them `schema_size` holds what providers take.
/// The most questions.
pub const MOST_QUESTIONS: usize = 100;
/// The most options, and rows of a matrix.
const MOST_OPTIONS: usize = 50;
/// The longest option, row, label or anchor, in characters.
const LONGEST_OPTION: usize = 300;
/// The most codes of an open question, and words of a code.
const MOST_CODES: usize = 100;
const MOST_ANCHORS: usize = 20;
/// The longest id, and the longest title, in characters.
const LONGEST_ID: usize = 100;
const LONGEST_TITLE: usize = 500;

/// Checks the questions and how they are asked.
///
/// # Errors
/// Every broken rule, up to a hundred, each with its question's id.
pub fn check(questions: &[Question], design: &Design) -> Result<()> {
    let mut broken = Broken::default();
    if questions.is_empty() || questions.len() > MOST_QUESTIONS {
        broken.add("questions", format!("must have 1 to {MOST_QUESTIONS} questions"));
    }
    let (mut seen, mut columns) = (BTreeSet::new(), sheet_columns(questions));
    for (index, question) in questions.iter().take(MOST_QUESTIONS).enumerate() {
        let (at, is_bounded) = (At { index, id: &question.id }, is_bounded(question));
        if !seen.insert(question.id.trim()) {
            broken.of(at, "id", "is the id of another question too");
        } else if is_bounded {
            answers_column(&mut broken, at, question, &mut columns);
        }
        texts(&mut broken, at, question);
        options(&mut broken, at, question);
        scale(&mut broken, at, question);
        elicitation(&mut broken, at, question);
        if is_bounded {
            needs(&mut broken, at, question, &questions[..index], design);
        }
    }
    weights(&mut broken, design);
    broken.0.done()?;
    let mut broken = Broken::default();
    if let Some((index, rule)) = schema_size::too_large(questions) {
        let question = &questions[index];
        let field = if question.kind == QuestionKind::Matrix { "rows" } else { "options" };
        broken.of(At { index, id: &question.id }, field, rule);
    }
    broken.0.done()
}

/// Whether its id, its title and its columns have their lengths. Of one that has not, which is refused for that, no
/// column is made and no reference is followed: a megabyte of options would have the id before each of them.
fn is_bounded(question: &Question) -> bool {
    let columns = match question.kind {
        QuestionKind::Matrix => question.items().len(),
        QuestionKind::MultipleChoice => question.choices().len(),
        _ => 1,
    };
    is_length(&question.id, LONGEST_ID)
        && is_length(&question.title, LONGEST_TITLE)
        && columns <= MOST_OPTIONS
}

/// The columns that a sheet of answers has beside those of the questions.
fn sheet_columns(questions: &[Question]) -> BTreeSet<String> {
    let rated = questions.iter().filter(|question| question.kind == QuestionKind::RatingScale);
    let reactions = rated.map(|question| answers_csv::reaction_column(question.id.trim()));
    answers_csv::own_columns().into_iter().chain(reactions).collect()
}

/// Every column of a sheet of answers has a name of its own, so that nobody's answers are read as others.
fn answers_column(
    broken: &mut Broken,
    at: At<'_>,
    question: &Question,
    columns: &mut BTreeSet<String>,
) {
    let names = columns_of(question).into_iter();
    // a multiple choice may also come as one column
    let whole = (question.kind == QuestionKind::MultipleChoice).then(|| question.id.clone());
    let names: BTreeSet<String> = names.chain(whole).map(|name| name.trim().to_owned()).collect();
    for name in names {
        if columns.contains(&name) {
            broken.of(at, "id", format!("{name:?} is the name of another column of the answers"));
        }
        columns.insert(name);
    }
}

#[derive(Clone, Copy)]
struct At<'a> {
    index: usize,
    id: &'a str,
}

#[derive(Default)]
struct Broken(Checks);

impl Broken {
    fn add(&mut self, field: &str, rule: impl Into<String>) {
        self.0.push(FieldError::new(field, rule));
    }

    fn of(&mut self, at: At<'_>, field: &str, rule: impl std::fmt::Display) {
        let path = format!("questions.{}.{field}", at.index);
        let id: String = at.id.chars().take(LONGEST_ID).collect();
        self.add(&path, format!("question {id:?}: {rule}"));
    }
}

fn is_length(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.trim().chars().count()) && text.chars().count() <= 2 * longest
}

fn texts(broken: &mut Broken, at: At<'_>, question: &Question) {
    if !is_length(&question.id, LONGEST_ID) {
        broken.of(at, "id", format!("must have 1 to {LONGEST_ID} characters"));
    }
    if !is_length(&question.title, LONGEST_TITLE) {
        broken.of(at, "title", format!("must have 1 to {LONGEST_TITLE} characters"));
    }
    if question.description.as_ref().is_some_and(|text| text.chars().count() > 1_000) {
        broken.of(at, "description", "must have at most 1000 characters");
    }
    if question.block.as_ref().is_some_and(|block| !is_length(block, 100)) {
        broken.of(at, "block", "must have 1 to 100 characters");
    }
    for (index, code) in question.codes.iter().flatten().enumerate() {
        if !is_length(&code.label, 100) || code.words.is_empty() {
            broken.of(at, &format!("codes.{index}"), "needs a label and at least one word");
        }
        if code.words.len() > MOST_CODES || code.words.iter().any(|w| w.chars().count() > 100) {
            let rule = format!("takes {MOST_CODES} words of at most 100 characters");
            broken.of(at, &format!("codes.{index}"), rule);
        }
    }
    if question.codes.as_ref().is_some_and(|codes| codes.len() > MOST_CODES) {
        broken.of(at, "codes", format!("must have at most {MOST_CODES} codes"));
    }
    if question.codes.is_some() && question.kind != QuestionKind::OpenText {
        broken.of(at, "codes", "only an open question is coded");
    }
}

fn options(broken: &mut Broken, at: At<'_>, question: &Question) {
    let choices = question.choices();
    if question.kind.has_options() {
        list(broken, at, "options", choices, 2);
    }
    if question.kind == QuestionKind::Matrix {
        list(broken, at, "rows", question.items(), 1);
    }
    let ranks =
        question.kind == QuestionKind::Ranking || question.kind == QuestionKind::MultipleChoice;
    if question.max_choices.is_some_and(|most| !ranks || most == 0 || most > choices.len()) {
        broken.of(at, "maxChoices", "must be between 1 and the number of options to choose from");
    }
}

/// A list of distinct texts to choose from.
fn list(broken: &mut Broken, at: At<'_>, field: &str, texts: &[String], fewest: usize) {
    if !(fewest..=MOST_OPTIONS).contains(&texts.len()) {
        broken.of(at, field, format!("needs {fewest} to {MOST_OPTIONS} {field}"));
    }
    let mut seen = BTreeSet::new();
    for (index, text) in texts.iter().enumerate() {
        if !is_length(text, LONGEST_OPTION) {
            let rule = format!("must have 1 to {LONGEST_OPTION} characters");
            broken.of(at, &format!("{field}.{index}"), rule);
        } else if !seen.insert(composed(text.trim()).to_lowercase()) {
            broken.of(at, &format!("{field}.{index}"), format!("{text:?} is there twice"));
        }
    }
}

fn scale(broken: &mut Broken, at: At<'_>, question: &Question) {
    let outside = |point: Option<i32>, least| point.is_some_and(|p| !(least..=100).contains(&p));
    if outside(question.scale_min, 0) {
        broken.of(at, "scaleMin", "must be between 0 and 100");
    }
    if outside(question.scale_max, 1) {
        broken.of(at, "scaleMax", "must be between 1 and 100");
    }
    if question.kind.has_scale() {
        let (low, high) = question.scale();
        if low >= high {
            broken.of(at, "scaleMax", format!("must be above scaleMin, which is {low}"));
        }
        let labels = question.scale_labels.as_ref().map_or(2, Vec::len);
        if labels != 2 && labels != question.points() {
            broken.of(at, "scaleLabels", "needs two labels, or one for each point");
        }
        let mut labels = question.scale_labels.iter().flatten();
        if labels.any(|label| label.chars().count() > LONGEST_OPTION) {
            let rule = format!("must have at most {LONGEST_OPTION} characters each");
            broken.of(at, "scaleLabels", rule);
        }
    }
    if question.kind == QuestionKind::Numeric {
        let (min, max) = (question.min, question.max);
        if min.zip(max).is_some_and(|(min, max)| min >= max) {
            broken.of(at, "max", "must be above min");
        }
    }
}

fn elicitation(broken: &mut Broken, at: At<'_>, question: &Question) {
    let points = question.points();
    let own = question.anchors.as_ref();
    match question.elicitation {
        Some(_) if !question.kind.has_scale() => {
            broken.of(at, "elicitation", "only ratings are elicited in different ways");
        }
        Some(Elicitation::Distribution) if points > MOST_POINTS => {
            broken.of(at, "elicitation", format!("takes a scale of at most {MOST_POINTS} points"));
        }
        Some(Elicitation::Similarity) if question.kind != QuestionKind::RatingScale => {
            broken.of(at, "elicitation", "similarity takes a rating scale");
        }
        Some(Elicitation::Similarity) if own.is_none() && points != BUILT_IN_POINTS => {
            let rule = "the built-in anchors are for five points: give anchors of your own";
            broken.of(at, "anchors", rule);
        }
        Some(Elicitation::Similarity) if own.is_none() && question.construct.is_none() => {
            let rule = "similarity needs what the scale measures (purchase, agreement or \
                        satisfaction), or anchors of your own";
            broken.of(at, "construct", rule);
        }
        _ => {}
    }
    if own.is_some_and(Vec::is_empty) {
        broken.of(at, "anchors", "needs at least one set of statements");
    }
    if own.is_some_and(|sets| sets.len() > MOST_ANCHORS) {
        broken.of(at, "anchors", format!("takes at most {MOST_ANCHORS} sets of statements"));
    }
    for (index, set) in own.into_iter().flatten().enumerate() {
        if set.len() != points || set.iter().any(|text| !is_length(text, LONGEST_OPTION)) {
            let rule = format!("needs {points} statements, one for each point of the scale");
            broken.of(at, &format!("anchors.{index}"), rule);
        }
    }
}

fn needs(
    broken: &mut Broken,
    at: At<'_>,
    question: &Question,
    earlier: &[Question],
    design: &Design,
) {
    for id in question.needs() {
        let Some(other) = earlier.iter().find(|other| other.id == id) else {
            broken.of(at, "title", format!("{id:?} is no earlier question"));
            continue;
        };
        let moves = design.randomize_blocks || design.randomize_questions;
        if moves && other.block != question.block {
            let rule = format!("needs {id:?}, which is in another block, and their order changes");
            broken.of(at, "block", rule);
        }
    }
    let Some(condition) = &question.show_if else { return };
    let other = earlier.iter().find(|other| other.id == condition.question);
    if let Some(rule) = other.and_then(|other| logic::broken(condition, other)) {
        broken.of(at, "showIf", rule);
    }
}

fn weights(broken: &mut Broken, design: &Design) {
    for (attribute, shares) in &design.weights {
        let field = format!("design.weights.{attribute}");
        let Some(known) = super::segment::Attribute::parse(attribute) else {
            broken.add(&field, "must be age, sex, education, income or place");
            continue;
        };
        for (category, share) in shares {
            if !known.keys().contains(&category.as_str()) {
                let rule = format!("{category:?} must be one of {}", known.keys().join(", "));
                broken.add(&field, rule);
            }
            if !(share.is_finite() && *share > 0.0) {
                broken.add(&field, format!("the share of {category:?} must be above 0"));
            }
        }
    }
}

#[cfg(test)]
mod tests;
