//! What was said in a focus group: at most some hundred turns, so they are made in memory.

use std::collections::BTreeMap;

use platform::{InProject, Result};
use records::discussion::{self, StoredTurn};
use records::export::{Disclosure, Masked};
use serde::Serialize;
use serde_json::json;
use shared::discussion::summary::Summary;
use shared::id::{RunId, TurnId};
use shared::persona::mask::{self, Everybody};
use shared::persona::{Card, label};
use shared::text::csv::{push_line, quote};
use sqlx::PgPool;
use uuid::Uuid;

use crate::persona::internal;
use crate::store;

/// Version of the object's shape.
const SCHEMA: &str = "sight.export.focus_group/1";

const COLUMNS: [&str; 8] =
    ["number", "question", "kind", "speaker", "reply_to", "stance", "said", "written_by"];

/// Stands for a speaker who was removed for good.
const GONE: &str = "…";

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

/// A talk as it leaves: nobody's name is in it where they are masked.
pub(crate) struct Talk {
    group: store::Group,
    masked: Masked,
    turns: Vec<Said>,
    /// Who said which turn.
    speakers: BTreeMap<TurnId, String>,
    summary: Option<Summary>,
}

impl Talk {
    pub(crate) async fn read(
        pool: &PgPool,
        project: InProject,
        id: Uuid,
        is_masked: bool,
    ) -> Result<Self> {
        let mut group = store::group(pool, project, id).await?;
        let run = RunId(group.run_id.ok_or(shared::Error::NotFound("Focus group"))?);
        let turns = discussion::turns(pool, project, run).await?;
        let spoke = turns.iter().filter_map(|turn| turn.persona_id.map(|id| id.0));
        let ids: Vec<Uuid> = spoke.chain(group.persona_ids.iter().copied()).collect();
        let cards = store::cards(pool, project, &ids).await?;
        let masked = match is_masked {
            true => Masked::Of(Everybody::of(cards.values())),
            false => Masked::No,
        };
        group.name = masked.text(&group.name);
        group.description = group.description.as_deref().map(|text| masked.text(text));
        group.questions.iter_mut().for_each(|question| *question = masked.text(question));
        let mask = masked.own(cards.values());
        let hide = |text: &str| match &mask {
            Some(mask) => mask.apply(text),
            None => text.to_owned(),
        };
        let name = |card: &Card| match is_masked {
            true => mask::initials(card),
            false => label::full_name(card),
        };
        let named =
            turns.iter().filter_map(|turn| Some((turn.id, name(cards.get(&turn.persona_id?.0)?))));
        let speakers = named.collect();
        let turns = turns.into_iter().map(|StoredTurn { turn, persona_id, written_by, .. }| Said {
            number: turn.number,
            question: turn.question,
            kind: turn.kind,
            // a turn without a speaker is the moderator's
            speaker: persona_id.map(|id| cards.get(&id.0).map_or_else(|| GONE.to_owned(), name)),
            reply_to: turn.reply_to,
            stance: turn.stance,
            said: turn.text.as_deref().map(hide),
            written_by,
        });
        let turns = turns.collect();
        let summary = group.summary.as_ref().map(|one| serde_json::from_str(one.get()));
        let mut summary: Option<Summary> = summary.transpose().map_err(internal)?;
        if let Some(summary) = &mut summary {
            hide_summary(summary, &hide);
        }
        Ok(Self { group, masked, turns, speakers, summary })
    }

    /// Whether people are masked in it, and who.
    pub(crate) fn masked(&self) -> &Masked {
        &self.masked
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
    pub(crate) fn summary(&self) -> Option<&Summary> {
        self.summary.as_ref()
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

/// A summary in which no text names anybody.
fn hide_summary(summary: &mut Summary, hide: &impl Fn(&str) -> String) {
    let apply = |text: &mut String| *text = hide(text);
    apply(&mut summary.executive_summary);
    apply(&mut summary.sentiment_narrative);
    apply(&mut summary.full_analysis);
    apply(&mut summary.metadata.focus_group_name);
    let lists = [
        &mut summary.key_insights,
        &mut summary.surprising_findings,
        &mut summary.recommendations,
        &mut summary.limits,
    ];
    lists.into_iter().flatten().for_each(apply);
    let parts = std::mem::take(&mut summary.segment_analysis);
    summary.segment_analysis =
        parts.into_iter().map(|(part, text)| (hide(&part), hide(&text))).collect();
    let evidence = &mut summary.evidence;
    for found in evidence.insights.iter_mut().chain(&mut evidence.surprises) {
        apply(&mut found.text);
        found.quotes.iter_mut().for_each(|quote| apply(&mut quote.text));
    }
}
