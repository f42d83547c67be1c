//! Which number stands for what: known before the first word.

use serde::{Deserialize, Serialize};

// Chosen by hand.
/// The fewest slots of a discussion of one question.
const FEWEST_SLOTS: u32 = 12;
/// The most: half an hour of talk among people.
const MOST_SLOTS: u32 = 60;

/// The shape of a discussion: for each question the moderator's turn, an opening answer of everybody,
/// and slots that participants and moderator take in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub questions: u32,
    pub participants: u32,
    /// Slots after the opening answers of each question.
    pub slots: u32,
}

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnPlace {
    Question,
    Opening(usize),
    /// A slot of the discussion, from 0.
    Slot(u32),
}

impl Schedule {
    /// The shape for so many: three slots a participant.
    pub fn new(questions: usize, participants: usize) -> Self {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let participants = count(participants);
        let slots = participants.saturating_mul(3).clamp(FEWEST_SLOTS, MOST_SLOTS);
        Self { questions: count(questions), participants, slots }
    }

    /// Turns of one question.
    pub fn stride(&self) -> u32 {
        1 + self.participants + self.slots
    }

    /// Turns of the discussion.
    pub fn total(&self) -> u32 {
        self.questions * self.stride()
    }

    /// Answers that the model is to give if only half of the slots are a participant's, and if all are.
    /// Each may take several calls.
    pub fn answers(&self) -> (u32, u32) {
        let openings = self.questions * self.participants;
        (openings + self.questions * self.slots / 2, openings + self.questions * self.slots)
    }

    /// The question of a number, and its place there.
    pub fn place(&self, number: u32) -> (u32, TurnPlace) {
        let (question, rest) = (number / self.stride(), number % self.stride());
        let place = match rest {
            0 => TurnPlace::Question,
            n if n <= self.participants => TurnPlace::Opening((n - 1) as usize),
            n => TurnPlace::Slot(n - 1 - self.participants),
        };
        (question, place)
    }

    /// The numbers of all opening answers.
    pub fn openings(&self) -> impl Iterator<Item = u32> + use<> {
        let (stride, participants) = (self.stride(), self.participants);
        (0..self.questions)
            .flat_map(move |question| (1..=participants).map(move |n| question * stride + n))
    }

    /// Whether a slot is the last of its question.
    pub fn is_last(&self, slot: u32) -> bool {
        slot + 1 == self.slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_one_place() {
        let schedule = Schedule::new(3, 8);

        assert_eq!((schedule.stride(), schedule.total()), (33, 99));
        assert_eq!(schedule.place(0), (0, TurnPlace::Question));
        assert_eq!(schedule.place(8), (0, TurnPlace::Opening(7)));
        assert_eq!(schedule.place(9), (0, TurnPlace::Slot(0)));
        assert_eq!(schedule.place(98), (2, TurnPlace::Slot(23)));
        assert_eq!(schedule.openings().count(), 24);
        assert_eq!(schedule.answers(), (24 + 36, 24 + 72));
        assert!(schedule.openings().all(|n| matches!(schedule.place(n).1, TurnPlace::Opening(_))));
    }
}
