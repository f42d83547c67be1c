//! In which order one respondent sees blocks, questions, options and rows: drawn by their seed and
//! kept with their answers.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::question::{Design, Question, QuestionKind};
use crate::Seed;

/// What one respondent was shown, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Presented {
    /// Ids of all questions, in the order in which they come, asked or not.
    pub questions: Vec<String>,
    /// Of questions whose options or rows were shuffled: their indexes in the order shown.
    pub options: BTreeMap<String, Vec<usize>>,
}

impl Presented {
    /// The indexes of a question's options or rows in the order shown.
    pub fn options_of(&self, question: &Question) -> Vec<usize> {
        let count = match question.kind {
            QuestionKind::Matrix => question.items().len(),
            _ => question.choices().len(),
        };
        self.options.get(&question.id).cloned().unwrap_or_else(|| (0..count).collect())
    }
}

/// Draws the order of one respondent.
pub fn order(questions: &[Question], design: &Design, seed: Seed) -> Presented {
    let mut blocks = blocks(questions);
    if design.randomize_blocks {
        blocks.shuffle(&mut seed.child("blocks", 0).rng());
    }
    let mut ids = Vec::with_capacity(questions.len());
    for (number, block) in blocks.iter().enumerate() {
        let mut chains = chains(block);
        if design.randomize_questions {
            chains.shuffle(&mut seed.child("questions", number as u64).rng());
        }
        ids.extend(chains.into_iter().flatten().map(|question| question.id.clone()));
    }
    let shuffled = questions.iter().filter(|question| question.randomize_options);
    let options = shuffled.map(|question| {
        let mut shown = Presented::default().options_of(question);
        shown.shuffle(&mut seed.child("options", 0).child(&question.id, 0).rng());
        (question.id.clone(), shown)
    });
    Presented { questions: ids, options: options.collect() }
}

/// Questions with the same block together, in the order of their first one; one without a block
/// stands with those around it that have none.
fn blocks(questions: &[Question]) -> Vec<Vec<&Question>> {
    let mut blocks: Vec<Vec<&Question>> = Vec::new();
    for question in questions {
        match blocks.iter_mut().find(|block| block[0].block == question.block) {
            Some(block) => block.push(question),
            None => blocks.push(vec![question]),
        }
    }
    blocks
}

/// Questions that keep their order because a later one needs an earlier one.
fn chains<'a>(block: &[&'a Question]) -> Vec<Vec<&'a Question>> {
    let mut chains: Vec<Vec<&Question>> = Vec::new();
    for question in block {
        let needs = question.needs();
        let needed =
            |chain: &Vec<&Question>| chain.iter().any(|other| needs.contains(&other.id.as_str()));
        let (mut together, apart): (Vec<_>, Vec<_>) = chains.into_iter().partition(needed);
        chains = apart;
        let mut chain = together.drain(..).flatten().collect::<Vec<_>>();
        chain.push(question);
        chains.push(chain);
    }
    chains
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::survey::sample;

    fn survey() -> Vec<Question> {
        sample::questions(json!([
            { "id": "a1", "type": "open-text", "title": "T", "block": "a" },
            { "id": "a2", "type": "single-choice", "title": "T", "block": "a",
              "options": ["x", "y", "z"], "randomizeOptions": true },
            { "id": "a3", "type": "open-text", "title": "Why {{a2}}?", "block": "a" },
            { "id": "b1", "type": "open-text", "title": "T", "block": "b" },
            { "id": "b2", "type": "open-text", "title": "T", "block": "b" },
        ]))
    }

    #[test]
    fn without_a_design_the_order_is_the_researchers() {
        let shown = order(&survey(), &Design::default(), Seed(1));

        assert_eq!(shown.questions, ["a1", "a2", "a3", "b1", "b2"]);
    }

    #[test]
    fn every_order_comes_and_a_follow_up_stays_behind_its_question() {
        let design =
            Design { randomize_blocks: true, randomize_questions: true, ..Design::default() };
        let mut seen = BTreeSet::new();

        for seed in 0..400 {
            let shown = order(&survey(), &design, Seed(seed));
            let place = |id: &str| shown.questions.iter().position(|q| q == id).unwrap();
            assert!(place("a2") < place("a3"));
            assert_eq!(place("b1").abs_diff(place("b2")), 1, "a block stays together");
            seen.insert((shown.questions.clone(), shown.options["a2"].clone()));
        }

        // 2 block orders × 2 orders in each block × 6 orders of options
        assert_eq!(seen.len(), 2 * 2 * 2 * 6);
        assert_eq!(order(&survey(), &design, Seed(3)), order(&survey(), &design, Seed(3)));
    }

    #[test]
    fn the_first_place_is_shared_evenly() {
        let design = Design::default();
        let mut first = [0_u64; 3];

        for seed in 0..3_000 {
            first[order(&survey(), &design, Seed(seed)).options["a2"][0]] += 1;
        }

        let test = crate::statistics::goodness_of_fit(&first, &[1.0 / 3.0; 3]);
        assert!(test.tested().unwrap().p_value > 0.001, "{first:?}");
    }
}
