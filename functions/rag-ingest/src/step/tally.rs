//! What was found in all chunks of a document, and what was not.

use std::collections::BTreeMap;

use anyhow::Context;
use platform::Result;
use platform::model::Failure;
use records::knowledge::Supported;
use shared::knowledge::fact::Findings;

use crate::store::Answer;

/// The answers about a document's chunks, counted.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) supported: Vec<Supported>,
    pub(crate) facts: u32,
    /// Facts that the text does not support.
    pub(crate) dropped: u32,
    passages: u32,
    /// Passages whose answer could not be used, by the reason.
    unusable: BTreeMap<String, u32>,
    unasked: u32,
}

impl Tally {
    /// # Errors
    /// When stored facts cannot be read.
    pub(crate) fn of(answers: Vec<Answer>) -> Result<Self> {
        let mut tally = Self::default();
        for answer in answers {
            tally.passages += 1;
            match (answer.facts, answer.failure) {
                (Some(facts), _) => tally.count(answer.id, facts)?,
                (None, Some(why)) => *tally.unusable.entry(why).or_default() += 1,
                (None, None) => tally.unasked += 1,
            }
        }
        Ok(tally)
    }

    fn count(&mut self, chunk: shared::id::ChunkId, facts: serde_json::Value) -> Result<()> {
        let findings: Findings =
            serde_json::from_value(facts).with_context(|| format!("facts of chunk {chunk}"))?;
        self.facts += u32::try_from(findings.nodes.len()).unwrap_or(u32::MAX);
        self.dropped += findings.dropped;
        if !findings.nodes.is_empty() {
            self.supported.push(Supported { chunk, findings });
        }
        Ok(())
    }

    /// True when every passage was asked about and no answer could be used.
    pub(crate) fn is_nothing_usable(&self) -> bool {
        self.passages > 0 && self.unusable.values().sum::<u32>() == self.passages
    }

    /// A note for readers of the document's facts. None when every chunk was asked and every fact kept.
    pub(crate) fn note(&self, until: Option<&Failure>) -> Option<String> {
        let mut note = Vec::new();
        let passages = self.passages;
        if let Some(failure) = until {
            let unasked = self.unasked;
            note.push(format!(
                "Facts could not be looked for in {unasked} of {passages} passages: {failure}."
            ));
        }
        let unusable: u32 = self.unusable.values().sum();
        let most = self.unusable.iter().max_by_key(|(_, count)| **count);
        if let Some((why, _)) = most {
            note.push(format!("{unusable} of {passages} passages gave no usable answer: {why}."));
        }
        if self.dropped > 0 {
            let dropped = self.dropped;
            note.push(format!("{dropped} facts were dropped: the text does not support them."));
        }
        if unusable > 0 || until.is_some() {
            note.push("Upload the same file again to look for the missing facts.".to_owned());
        }
        (!note.is_empty()).then(|| note.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(facts: Option<serde_json::Value>, failure: Option<&str>) -> Answer {
        let id = uuid::Uuid::from_u128(1).into();
        Answer { id, facts, failure: failure.map(str::to_owned) }
    }

    #[test]
    fn a_note_counts_what_is_missing_and_gives_the_most_frequent_reason() {
        let found =
            |dropped: u32| Some(json!({ "nodes": [], "relations": [], "dropped": dropped }));
        let answers = vec![
            answer(found(2), None),
            answer(None, Some("no complete JSON")),
            answer(None, Some("declined")),
            answer(None, Some("no complete JSON")),
            answer(None, None),
        ];

        let tally = Tally::of(answers).unwrap();
        let note = tally.note(Some(&Failure::OverBudget)).unwrap();

        assert!(note.starts_with("Facts could not be looked for in 1 of 5 passages: "), "{note}");
        assert!(
            note.contains("3 of 5 passages gave no usable answer: no complete JSON."),
            "{note}"
        );
        assert!(note.contains("2 facts were dropped"), "{note}");
        assert!(!tally.is_nothing_usable());
        assert_eq!(Tally::of(vec![answer(found(0), None)]).unwrap().note(None), None);
    }

    #[test]
    fn facts_that_cannot_be_read_are_no_empty_facts() {
        assert!(Tally::of(vec![answer(Some(json!({ "nodes": 1 })), None)]).is_err());
    }
}
