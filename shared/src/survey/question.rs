//! What a survey asks: questions as the client writes them, and what researchers expect beyond.

use serde::{Deserialize, Serialize};

use super::anchor::anchors;
use crate::Language;
use crate::text::composed;

/// Points of the finest scale whose whole distribution is still asked for.
pub const MOST_POINTS: usize = 11;
/// Points of the scale that the built-in anchors are written for.
pub const BUILT_IN_POINTS: usize = 5;

/// What kind of answer a question takes.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// One of the options.
    SingleChoice,
    /// Any of the options, at least one.
    MultipleChoice,
    /// A point of a scale.
    RatingScale,
    /// A text.
    OpenText,
    /// The options in order, the best first.
    Ranking,
    /// A point of the same scale for each row (a battery).
    Matrix,
    /// How likely one is to recommend, 0 to 10 (Reichheld, Harvard Business Review, December 2003).
    Nps,
    /// A number.
    Numeric,
}

impl QuestionKind {
    /// Whether it is answered by choosing from options.
    pub fn has_options(self) -> bool {
        matches!(self, Self::SingleChoice | Self::MultipleChoice | Self::Ranking)
    }

    /// Whether it is answered on a scale.
    pub fn has_scale(self) -> bool {
        matches!(self, Self::RatingScale | Self::Matrix | Self::Nps)
    }
}

/// How a rating is elicited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Elicitation {
    /// The person names a point. Known to lose the variance of real answers.
    Direct,
    /// The person says how likely each point is for them.
    Distribution,
    /// The person reacts in words, which are mapped onto the scale by their similarity to anchors.
    Similarity,
}

/// What a five-point scale measures, for the built-in anchors of [`Elicitation::Similarity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Construct {
    /// Would the person buy it?
    Purchase,
    /// Does the person agree?
    Agreement,
    /// Is the person satisfied?
    Satisfaction,
}

impl Construct {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Purchase, Self::Agreement, Self::Satisfaction];
}

/// Asks a question only of those who answered an earlier one in a certain way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// The id of the earlier question.
    pub question: String,
    /// Choices: one of these was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any_of: Option<Vec<String>>,
    /// Scales and numbers: at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Scales and numbers: at most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// A code of an open question: answers with one of the words get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Code {
    /// What the report calls it.
    pub label: String,
    /// Words that stand for it, in any inflected form.
    pub words: Vec<String>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SurveyQuestion)]
pub struct Question {
    /// Names the question in answers and results.
    pub id: String,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: QuestionKind,
    /// The question. `{{id}}` is replaced by the answer to an earlier question.
    pub title: String,
    /// A line of explanation.
    #[serde(default)]
    pub description: Option<String>,
    /// What there is to choose from.
    #[serde(default)]
    pub options: Option<Vec<String>>,
    /// Whether a person must answer.
    #[serde(default = "yes")]
    pub required: bool,
    /// The lowest point of the scale; 1 where none is given.
    #[serde(default)]
    pub scale_min: Option<i32>,
    /// The highest point of the scale; 5 where none is given.
    #[serde(default)]
    pub scale_max: Option<i32>,
    /// Words for the two ends of the scale, or for every point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale_labels: Option<Vec<String>>,
    /// The rows of a matrix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<String>>,
    /// The smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The unit of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How many options may be chosen, or how many are to be ranked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_choices: Option<usize>,
    /// Whether options and rows come in another order for each respondent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub randomize_options: bool,
    /// The block that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
    /// Who is asked; everybody when there is no condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Condition>,
    /// The code frame of an open question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<Vec<Code>>,
    /// How a rating is elicited; chosen by what the models can do where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elicitation: Option<Elicitation>,
    /// What a scale of five points measures. Only with this does it have the built-in anchors: nothing
    /// is guessed from the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub construct: Option<Construct>,
    /// Anchor statements of one's own: sets of one a point, from the lowest up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchors: Option<Vec<Vec<String>>>,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Question {
    /// The same with every letter and its mark as one (NFC), as texts are stored and compared.
    #[must_use]
    pub fn composed(mut self) -> Self {
        let one = |text: &mut String| *text = composed(text);
        let all = |texts: &mut Option<Vec<String>>| texts.iter_mut().flatten().for_each(one);
        one(&mut self.id);
        one(&mut self.title);
        [&mut self.description, &mut self.unit, &mut self.block]
            .into_iter()
            .flatten()
            .for_each(one);
        [&mut self.options, &mut self.rows, &mut self.scale_labels].into_iter().for_each(all);
        if let Some(condition) = &mut self.show_if {
            one(&mut condition.question);
            all(&mut condition.any_of);
        }
        for code in self.codes.iter_mut().flatten() {
            one(&mut code.label);
            code.words.iter_mut().for_each(one);
        }
        self.anchors.iter_mut().flatten().flatten().for_each(one);
        self
    }

    /// What there is to choose from.
    pub fn choices(&self) -> &[String] {
        self.options.as_deref().unwrap_or_default()
    }

    /// The rows of a matrix.
    pub fn items(&self) -> &[String] {
        self.rows.as_deref().unwrap_or_default()
    }

    /// The lowest and the highest point of its scale.
    pub fn scale(&self) -> (i32, i32) {
        match self.kind {
            QuestionKind::Nps => (0, 10),
            _ => (self.scale_min.unwrap_or(1), self.scale_max.unwrap_or(5)),
        }
    }

    /// How many points its scale has.
    pub fn points(&self) -> usize {
        let (low, high) = self.scale();
        usize::try_from(high - low + 1).unwrap_or(0)
    }

    /// How many options a ranking or a multiple choice takes at most.
    pub fn most(&self) -> usize {
        self.max_choices.unwrap_or(usize::MAX).min(self.choices().len())
    }

    /// Whether there are statements to hold a reaction against: its own, or those of what it measures.
    pub fn has_anchors(&self) -> bool {
        match &self.anchors {
            Some(own) => !own.is_empty(),
            None => self.construct.is_some() && self.points() == BUILT_IN_POINTS,
        }
    }

    /// How its ratings are elicited, where ratings that do not say are elicited by `default`. Similarity
    /// needs anchors, a distribution a scale that is not too fine: other scales take the next best.
    pub fn elicited(&self, default: Elicitation) -> Elicitation {
        let is_coarse = self.points() <= MOST_POINTS;
        match self.elicitation.unwrap_or(default) {
            Elicitation::Similarity
                if self.kind == QuestionKind::RatingScale && self.has_anchors() =>
            {
                Elicitation::Similarity
            }
            Elicitation::Similarity | Elicitation::Distribution if is_coarse => {
                Elicitation::Distribution
            }
            _ => Elicitation::Direct,
        }
    }

    /// The anchor statements of its scale, set by set: its own, or the built-in ones of what it measures.
    /// None where it says neither.
    pub fn anchor_sets(&self, language: Language) -> Vec<Vec<&str>> {
        match &self.anchors {
            Some(own) => own.iter().map(|set| set.iter().map(String::as_str).collect()).collect(),
            None => {
                let built_in = self.construct.map_or(&[][..], |one| anchors(one, language));
                built_in.iter().map(|set| set.to_vec()).collect()
            }
        }
    }

    /// The ids of earlier questions that it needs: of its condition, and those that its texts quote.
    pub fn needs(&self) -> Vec<&str> {
        let condition = self.show_if.iter().map(|condition| condition.question.as_str());
        condition.chain(super::logic::quoted(&self.title)).collect()
    }
}

/// How the survey as a whole is asked and weighted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Design {
    /// Whether blocks come in another order for each respondent.
    pub randomize_blocks: bool,
    /// Whether questions come in another order within their block.
    pub randomize_questions: bool,
    /// The wished shares of respondents by attribute (`age`, `sex`, `education`, `income`, `place`) and
    /// category key; results are weighted to them.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub weights: std::collections::BTreeMap<String, std::collections::BTreeMap<String, f64>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::sample::question;

    #[test]
    fn a_rating_is_elicited_as_it_says_or_as_its_scale_allows() {
        let five = question("q", QuestionKind::RatingScale);
        let purchase = Question { construct: Some(Construct::Purchase), ..five.clone() };
        let seven = Question { scale_max: Some(7), ..purchase.clone() };
        let own = vec![["a", "b", "c", "d", "e", "f", "g"].map(str::to_owned).to_vec()];
        let anchored = Question { anchors: Some(own), ..seven.clone() };
        let fine = Question { scale_max: Some(100), ..five.clone() };
        let direct = Question { elicitation: Some(Elicitation::Direct), ..five.clone() };
        let nps = question("q", QuestionKind::Nps);

        for (question, default, elicited) in [
            (&purchase, Elicitation::Similarity, Elicitation::Similarity),
            (&purchase, Elicitation::Distribution, Elicitation::Distribution),
            (&five, Elicitation::Similarity, Elicitation::Distribution),
            (&anchored, Elicitation::Similarity, Elicitation::Similarity),
            (&seven, Elicitation::Similarity, Elicitation::Distribution),
            (&fine, Elicitation::Similarity, Elicitation::Direct),
            (&fine, Elicitation::Distribution, Elicitation::Direct),
            (&direct, Elicitation::Similarity, Elicitation::Direct),
            (&nps, Elicitation::Similarity, Elicitation::Distribution),
        ] {
            assert_eq!(question.elicited(default), elicited, "{question:?} {default:?}");
        }
    }

    #[test]
    fn satisfaction_is_never_held_against_an_intention_to_buy() {
        let satisfied = question("q", QuestionKind::RatingScale);
        let satisfied = Question { title: "How satisfied are you?".to_owned(), ..satisfied };

        assert!(satisfied.anchor_sets(Language::English).is_empty());
        let said = Question { construct: Some(Construct::Satisfaction), ..satisfied };
        assert_eq!(said.anchor_sets(Language::English)[0][4], "I am very satisfied.");
    }
}
