use proptest::prelude::*;

use super::*;
use crate::tests::csv::records;

proptest! {
    #[test]
    fn a_turn_of_any_letters_is_one_line_and_comes_back(
        said in any::<String>(),
        speaker in any::<String>(),
        stance in -2_i8..=2,
    ) {
        let turn = Said {
            id: TurnId(Uuid::nil()),
            persona_id: None,
            number: 3,
            question: 1,
            kind: TurnKind::Reply,
            speaker: Some(speaker.clone()),
            participant: Some(0),
            reply_to: Some(2),
            addressed: None,
            act: None,
            stance: Some(stance),
            said: Some(said.clone()),
            is_removed: false,
            why: None,
            contradictions: 0,
            reading: None,
            written_by: None,
            is_simulated: true,
            prompt_version: None,
            latency_ms: None,
            created_at: DateTime::UNIX_EPOCH,
        };
        let mut sheet = String::new();

        turn.push_line(&mut sheet);

        let stance = stance.to_string();
        let cells = ["3", "1", "reply", &speaker, "2", &stance, &said, ""].map(str::to_owned);
        prop_assert_eq!(records(&sheet), [cells.to_vec()]);
    }
}
