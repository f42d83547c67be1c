//! The answers of a discussion as summaries and the graph read them.

use std::collections::BTreeMap;

use records::discussion::StoredTurn;
use shared::discussion::graph::{PersonNode, age_group};
use shared::discussion::reading::{self, Prompted, Reading, Vocabulary};
use shared::discussion::summary::{Material, SummaryAnswer};
use shared::discussion::{Act, Setting};
use shared::id::TurnId;
use shared::persona::label;

/// Every answer of a discussion.
pub(crate) fn material(setting: &Setting, turns: &[StoredTurn]) -> Material {
    let answers = turns.iter().filter(|stored| stored.turn.is_said()).filter_map(|stored| {
        let speaker = stored.turn.speaker?;
        let card = &setting.participants.get(speaker)?.card;
        Some(SummaryAnswer {
            id: stored.id,
            person: stored.persona_id?,
            name: setting.name_of(speaker),
            segment: age_group(card.age).to_owned(),
            question: stored.turn.question,
            is_change: stored.turn.act == Some(Act::Change),
            text: stored.turn.text.clone()?,
        })
    });
    Material {
        language: setting.language,
        name: setting.name.clone(),
        questions: setting.questions.clone(),
        answers: answers.collect(),
        participants: setting.participants.len(),
    }
}

/// What the lexicon reads in every answer.
pub(crate) fn by_lexicon(setting: &Setting, material: &Material) -> BTreeMap<TurnId, Reading> {
    let names: Vec<String> =
        setting.participants.iter().map(|one| one.card.first_name.to_string()).collect();
    let asked: Vec<Prompted<'_>> = material
        .answers
        .iter()
        .map(|answer| Prompted { question: answer.question as usize, text: &answer.text })
        .collect();
    let vocabulary = Vocabulary::of(&asked, &material.questions, &names, setting.language);
    let read = |answer: &SummaryAnswer| reading::read(&answer.text, &vocabulary, setting.language);
    material.answers.iter().map(|answer| (answer.id, read(answer))).collect()
}

/// The participants as the graph shows them.
pub(crate) fn people(setting: &Setting) -> Vec<PersonNode> {
    let language = setting.language;
    let person = |(who, one): (usize, &shared::discussion::Participant)| PersonNode {
        id: one.persona_id,
        name: setting.name_of(who),
        age: one.card.age,
        gender: label::gender(one.card.gender, language).to_owned(),
        occupation: language.pick(&one.card.occupation_en, &one.card.occupation).to_string(),
        place: label::place(one.card.place, language).to_owned(),
    };
    setting.participants.iter().enumerate().map(person).collect()
}
