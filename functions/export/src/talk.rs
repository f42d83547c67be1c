//! What was said in a focus group: at most some hundred turns, so they are made in memory.

use std::collections::BTreeMap;

use ::store::discussion::{self, StoredTurn};
use platform::{InProject, Result};
use serde::Serialize;
use serde_json::{Value, json};
use shared::discussion::summary::Summary;
use shared::id::{RunId, TurnId};
use shared::persona::mask::{self, Mask};
use shared::persona::{Card, label};
use shared::text::csv::{push_line, quote};
use sqlx::PgPool;
use uuid::Uuid;

use crate::disclosure::Disclosure;
use crate::persona::{internal, masked};
use crate::store;

/// Version of the object's shape.
const SCHEMA: &str = "sight.export.focus_group/1";

const COLUMNS: [&str; 8] =
    ["number", "question", "kind", "speaker", "reply_to", "stance", "said", "written_by"];

/// A turn as it leaves.
#[derive(Serialize)]
pub(crate) struct Said {
    pub(crate) number: u32,
    pub(crate) question: u32,
    kind: shared::discussion::turn::TurnKind,
    /// A participant's name or initials; none is the moderator.
    pub(crate) speaker: Option<String>,
    pub(crate) reply_to: Option<u32>,
    stance: Option<i8>,
    pub(crate) said: Option<String>,
    written_by: Option<String>,
}

/// A talk as it leaves: nobody's name is in it where they are hidden.
pub(crate) struct Talk {
    group: store::Group,
    turns: Vec<Said>,
    /// Who said which turn.
    speakers: BTreeMap<TurnId, String>,
    summary: Option<Value>,
}

impl Talk {
    pub(crate) async fn read(
        pool: &PgPool,
        project: InProject,
        id: Uuid,
        is_masked: bool,
    ) -> Result<Self> {
        let group = store::group(pool, project, id).await?;
        let run = RunId(group.run_id.ok_or(shared::Error::NotFound("Focus group"))?);
        let turns = discussion::turns(pool, project, run).await?;
        let spoke = turns.iter().filter_map(|turn| turn.persona_id.map(|id| id.0));
        let ids: Vec<Uuid> = spoke.chain(group.persona_ids.iter().copied()).collect();
        let cards = store::cards(pool, project, &ids).await?;
        let mask = if is_masked { Mask::of(cards.values()) } else { Mask::default() };
        let name = |card: &Card| match is_masked {
            true => mask::initials(card),
            false => label::full_name(card),
        };
        let hide = |text: &str| if is_masked { mask.apply(text) } else { text.to_owned() };
        let named =
            turns.iter().filter_map(|turn| Some((turn.id, name(cards.get(&turn.persona_id?.0)?))));
        let speakers = named.collect();
        let turns = turns.into_iter().map(|StoredTurn { turn, persona_id, written_by, .. }| Said {
            number: turn.number,
            question: turn.question,
            kind: turn.kind,
            speaker: persona_id.and_then(|id| cards.get(&id.0)).map(name),
            reply_to: turn.reply_to,
            stance: turn.stance,
            said: turn.text.as_deref().map(hide),
            written_by,
        });
        let turns = turns.collect();
        let summary = group.summary.as_ref().map(|one| serde_json::from_str(one.get()));
        let summary: Option<Value> = summary.transpose().map_err(internal)?;
        let summary = summary.map(|one| if is_masked { masked(one, &mask) } else { one });
        Ok(Self { group, turns, speakers, summary })
    }

    pub(crate) fn name(&self) -> &str {
        &self.group.name
    }

    pub(crate) fn description(&self) -> Option<&str> {
        self.group.description.as_deref()
    }

    pub(crate) fn questions(&self) -> &[String] {
        &self.group.questions
    }

    pub(crate) fn turns(&self) -> &[Said] {
        &self.turns
    }

    /// The turn of a number.
    pub(crate) fn turn(&self, number: u32) -> Option<&Said> {
        self.turns.iter().find(|turn| turn.number == number)
    }

    /// The name or initials of who said a turn.
    pub(crate) fn speaker_of(&self, turn: TurnId) -> Option<&str> {
        self.speakers.get(&turn).map(String::as_str)
    }

    /// The last summary of what was said, where there is one.
    pub(crate) fn summary(&self) -> Result<Option<Summary>> {
        let summary = self.summary.clone().map(serde_json::from_value);
        summary.transpose().map_err(internal)
    }

    pub(crate) fn run_id(&self) -> Option<RunId> {
        self.group.run_id.map(RunId)
    }

    /// A line a turn. Texts are guarded against being taken for formulas; numbers stay numbers, also below zero.
    pub(crate) fn csv(&self, has_bom: bool) -> String {
        let mut text = String::from(if has_bom { "\u{feff}" } else { "" });
        push_line(&mut text, &COLUMNS.map(str::to_owned));
        for turn in &self.turns {
            let number = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
            let cells = [
                turn.number.to_string(),
                turn.question.to_string(),
                label::key(&turn.kind),
                quote(turn.speaker.as_deref().unwrap_or("moderator")),
                number(turn.reply_to.map(i64::from)),
                number(turn.stance.map(i64::from)),
                quote(turn.said.as_deref().unwrap_or_default()),
                quote(turn.written_by.as_deref().unwrap_or_default()),
            ];
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
        text
    }

    pub(crate) fn json(&self, disclosure: &Disclosure) -> Result<String> {
        let whole = json!({
            "schema": SCHEMA,
            "disclosure": disclosure,
            "focus_group": { "name": self.group.name, "description": self.group.description,
                "questions": self.group.questions },
            "turns": self.turns,
            "summary": self.summary,
        });
        serde_json::to_string(&whole).map_err(internal)
    }
}
