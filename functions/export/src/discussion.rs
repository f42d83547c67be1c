//! What was said in a focus group: at most some hundred turns, so they are made in memory.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::{InProject, Result};
use records::discussion::{self, StoredTurn};
use records::export::{Disclosure, Masked};
use serde::Serialize;
use serde_json::{Value, json};
use shared::Seed;
use shared::discussion::quote::{self as quotes, Source};
use shared::discussion::reading::Concept;
use shared::discussion::summary::Summary;
use shared::discussion::turn::TurnKind;
use shared::discussion::{Act, Realism, Turn, Why, realism};
use shared::id::{PersonaId, RunId, TurnId};
use shared::persona::mask::{self, Everybody, Mask};
use shared::persona::{Card, label};
use shared::text::csv::{push_line, quote};
use sqlx::PgPool;
use uuid::Uuid;

use crate::persona::internal;
use crate::store::{self, ReadingRow};

/// Version of the object's shape: since 2 a masked quote has no places, since 3 there are readings, realism and earlier
/// summaries.
const SCHEMA: &str = "sight.export.focus_group/3";

/// The columns of a talk, in their order. New ones are added at the end.
pub(crate) const COLUMNS: [&str; 8] =
    ["number", "question", "kind", "speaker", "reply_to", "stance", "said", "written_by"];

/// Stands for a speaker who was removed for good.
const GONE: &str = "…";

/// A turn as it leaves.
#[derive(Serialize)]
pub(crate) struct Said {
    /// What the summary names it by.
    id: TurnId,
    /// None is the moderator's.
    persona_id: Option<PersonaId>,
    pub(crate) number: u32,
    pub(crate) question: u32,
    kind: TurnKind,
    /// A participant's name or initials; none is the moderator.
    pub(crate) speaker: Option<String>,
    /// The speaker's place among the participants, from 0.
    participant: Option<usize>,
    pub(crate) reply_to: Option<u32>,
    /// The place of whom it is said to.
    addressed: Option<usize>,
    act: Option<Act>,
    stance: Option<i8>,
    pub(crate) said: Option<String>,
    /// Whether its speaker was removed for good, and their words with them.
    is_removed: bool,
    /// Why this speaker, in numbers.
    why: Option<Why>,
    /// How many answers for it were turned back because they contradicted the speaker's card.
    contradictions: u32,
    /// What was read in it.
    reading: Option<ReadingRow>,
    written_by: Option<String>,
    is_simulated: bool,
    prompt_version: Option<String>,
    latency_ms: Option<i32>,
    created_at: DateTime<Utc>,
}

/// A talk as it leaves: nobody's name is in it where they are masked.
pub(crate) struct Discussion {
    group: store::Group,
    masked: Masked,
    turns: Vec<Said>,
    /// Who said which turn.
    speakers: BTreeMap<TurnId, String>,
    /// The newest first.
    summaries: Vec<Summary>,
    /// By what it was drawn and how it measures; none of a run whose input this release cannot read.
    measured: Option<(Seed, Realism)>,
}

impl Discussion {
    pub(crate) async fn read(
        pool: &PgPool,
        project: InProject,
        id: Uuid,
        is_masked: bool,
    ) -> Result<Self> {
        let mut group = store::group(pool, project, id).await?;
        let run = RunId(group.run_id.ok_or(shared::Error::NotFound("Focus group"))?);
        let turns = discussion::turns(pool, project, run).await?;
        let measured = measured(pool, project, run, &turns).await?;
        let mut readings = store::readings(pool, project, run).await?;
        let mut summaries = store::summaries(pool, project, run).await?;
        let spoke = turns.iter().filter_map(|turn| turn.persona_id.map(|id| id.0));
        let ids: Vec<Uuid> = spoke.chain(group.persona_ids.iter().copied()).collect();
        let cards = store::cards(pool, project, &ids).await?;
        let masked = match is_masked {
            true => Masked::Of(Everybody::of(cards.values())),
            false => Masked::No,
        };
        group.hide(&masked);
        let hiding = Hiding::new(&masked, &cards);
        let name = |card: &Card| match is_masked {
            true => mask::initials(card),
            false => label::full_name(card),
        };
        let named =
            turns.iter().filter_map(|turn| Some((turn.id, name(cards.get(&turn.persona_id?.0)?))));
        let speakers = named.collect();
        if let Some(hiding) = &hiding {
            summaries.iter_mut().for_each(|summary| hide_summary(summary, hiding, &turns));
        }
        let turns = turns.into_iter().map(|stored| {
            // a turn without a speaker is the moderator's
            let speaker =
                stored.persona_id.map(|id| cards.get(&id.0).map_or_else(|| GONE.to_owned(), name));
            let reading = readings.remove(&stored.id);
            Said::of(stored, speaker, reading, hiding.as_ref())
        });
        let turns = turns.collect();
        Ok(Self { group, masked, turns, speakers, summaries, measured })
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
        self.summaries.first()
    }

    pub(crate) fn run_id(&self) -> Option<RunId> {
        self.group.run_id.map(RunId)
    }

    /// A line a turn. Texts are guarded against being taken for formulas; numbers stay numbers, also below zero.
    pub(crate) fn csv(&self, has_bom: bool) -> String {
        let mut text = String::from(if has_bom { "\u{feff}" } else { "" });
        push_line(&mut text, &COLUMNS.map(str::to_owned));
        self.turns.iter().for_each(|turn| turn.push_line(&mut text));
        text
    }

    pub(crate) fn json(&self, disclosure: &Disclosure) -> Result<String> {
        let is_masked = self.masked.is_on();
        let summaries = self.summaries.iter().map(|one| summary_value(one, is_masked));
        let summaries: serde_json::Result<Vec<Value>> = summaries.collect();
        let mut summaries = summaries.map_err(internal)?.into_iter();
        let mut group = serde_json::to_value(&self.group).map_err(internal)?;
        group["seed"] = json!(self.measured.as_ref().map(|(seed, _)| seed));
        let whole = json!({
            "schema": SCHEMA,
            "disclosure": disclosure,
            "focus_group": group,
            "turns": self.turns,
            "realism": self.measured.as_ref().map(|(_, realism)| realism),
            "summary": summaries.next(),
            "earlier_summaries": summaries.collect::<Vec<_>>(),
        });
        serde_json::to_string(&whole).map_err(internal)
    }
}

impl Said {
    fn push_line(&self, text: &mut String) {
        let number = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
        let cells = [
            self.number.to_string(),
            self.question.to_string(),
            label::key(&self.kind),
            quote(self.speaker.as_deref().unwrap_or("moderator")),
            number(self.reply_to.map(i64::from)),
            number(self.stance.map(i64::from)),
            quote(self.said.as_deref().unwrap_or_default()),
            quote(self.written_by.as_deref().unwrap_or_default()),
        ];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }

    fn of(
        stored: StoredTurn,
        speaker: Option<String>,
        mut reading: Option<ReadingRow>,
        hiding: Option<&Hiding>,
    ) -> Self {
        let StoredTurn { id, turn, persona_id, .. } = stored;
        if let (Some(reading), Some(hiding)) = (&mut reading, hiding) {
            let mask = hiding.of(persona_id);
            let hide = |one: &mut Concept| one.name = mask.apply_to_label(&one.name);
            reading.concepts.iter_mut().for_each(hide);
        }
        Self {
            id,
            persona_id,
            number: turn.number,
            question: turn.question,
            kind: turn.kind,
            speaker,
            participant: turn.speaker,
            reply_to: turn.reply_to,
            addressed: turn.to,
            act: turn.act,
            stance: turn.stance,
            said: turn.text.map(|text| match hiding {
                Some(hiding) => hiding.of(persona_id).apply(&text),
                None => text,
            }),
            is_removed: stored.is_removed,
            why: turn.why,
            contradictions: turn.contradictions,
            reading,
            written_by: stored.written_by,
            is_simulated: stored.is_simulated,
            prompt_version: stored.prompt_version,
            latency_ms: stored.latency_ms,
            created_at: stored.created_at,
        }
    }
}

/// By what a run was drawn and how it measures beside human groups.
async fn measured(
    pool: &PgPool,
    project: InProject,
    run: RunId,
    turns: &[StoredTurn],
) -> Result<Option<(Seed, Realism)>> {
    let Some(setting) = discussion::setting(pool, project, run).await? else { return Ok(None) };
    let missing = discussion::missing(pool, project, run).await?;
    let turns: Vec<Turn> = turns.iter().map(|stored| stored.turn.clone()).collect();
    let realism = realism(&setting, &turns, missing.values().sum::<u32>() as usize);
    Ok(Some((setting.seed, realism)))
}

impl store::Group {
    /// It without who is named in it.
    fn hide(&mut self, masked: &Masked) {
        let texts = [&mut self.description, &mut self.project_context];
        let texts = texts.into_iter().flatten().chain([&mut self.name]).chain(&mut self.questions);
        texts.for_each(|text| *text = masked.text(text));
    }
}

/// What hides people in their talk: each knows their own age, and everybody's name.
struct Hiding {
    all: Mask,
    own: BTreeMap<Uuid, Mask>,
}

impl Hiding {
    /// Of these people; none where nobody is masked.
    fn new(masked: &Masked, cards: &BTreeMap<Uuid, Card>) -> Option<Self> {
        let spoken = |speaker| masked.spoken(speaker, cards.values());
        let own = cards.iter().filter_map(|(id, card)| Some((*id, spoken(Some(card))?)));
        Some(Self { all: spoken(None)?, own: own.collect() })
    }

    /// What hides people in the words of one of them; none is the moderator.
    fn of(&self, speaker: Option<PersonaId>) -> &Mask {
        speaker.and_then(|id| self.own.get(&id.0)).unwrap_or(&self.all)
    }

    /// What was written about the talk, in which quotation marks may hold what somebody said in it.
    fn written(&self, text: &str, turns: &[StoredTurn]) -> String {
        let (mut hidden, mut from) = (String::with_capacity(text.len()), 0);
        for place in quotes::marked(text) {
            let Some(said) = self.quoted(&text[place.clone()], turns) else { continue };
            hidden.push_str(&self.all.apply(&text[from..place.start]));
            hidden.push_str(&said);
            from = place.end;
        }
        hidden + &self.all.apply(&text[from..])
    }

    /// Words of a quote without the age of whoever said them; none where nobody has said them or they tell no such age.
    fn quoted(&self, words: &str, turns: &[StoredTurn]) -> Option<String> {
        // names are hidden alike whoever speaks
        if !words.contains(char::is_numeric) {
            return None;
        }
        let by_another = self.all.apply(words);
        let has_said = |turn: &&StoredTurn| {
            quotes::find(words, Source { id: turn.id, text: turn.turn.words() }).is_some()
        };
        let said = turns.iter().filter(has_said);
        said.map(|turn| self.of(turn.persona_id).apply(words)).find(|said| *said != by_another)
    }
}

/// A summary in which no text names anybody.
fn hide_summary(summary: &mut Summary, hiding: &Hiding, turns: &[StoredTurn]) {
    let apply = |text: &mut String| *text = hiding.written(text, turns);
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
    let hide = |text: String| hiding.written(&text, turns);
    summary.segment_analysis =
        parts.into_iter().map(|(part, text)| (hide(part), hide(text))).collect();
    let evidence = &mut summary.evidence;
    for found in evidence.insights.iter_mut().chain(&mut evidence.surprises) {
        apply(&mut found.text);
        for quote in &mut found.quotes {
            let turn = turns.iter().find(|turn| turn.id == quote.response_id);
            let mask = hiding.of(turn.and_then(|turn| turn.persona_id));
            quote.text = mask.apply(&quote.text);
        }
    }
}

/// A summary as JSON. Where a quote stands is told of a turn as it was said: masked it stands elsewhere.
fn summary_value(summary: &Summary, is_masked: bool) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(summary)?;
    for list in ["insights", "surprises"].into_iter().filter(|_| is_masked) {
        let found = value.pointer_mut(&format!("/evidence/{list}")).and_then(Value::as_array_mut);
        let found = found.into_iter().flatten();
        let quotes = found.filter_map(|one| one["quotes"].as_array_mut()).flatten();
        for quote in quotes.filter_map(Value::as_object_mut) {
            quote.retain(|name, _| !matches!(name.as_str(), "start" | "end"));
        }
    }
    Ok(value)
}
