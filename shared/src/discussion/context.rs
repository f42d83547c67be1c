//! What a participant remembers of the discussion: the last turns word for word, what came before in a
//! line each, within a budget of tokens.

use std::fmt::Write;

use super::setting::Setting;
use super::turn::{Turn, TurnKind};
use crate::Language;

/// The most tokens of one turn's prompt, rules and card included.
pub const TOKEN_BUDGET: usize = 2_000;
/// Bytes of a token, as the cost ledger counts: between English, about four, and Polish, under three.
pub const BYTES_A_TOKEN: usize = 3;
// Chosen by hand: what has room in the budget beside rules and card.
/// The most turns that are kept word for word.
const VERBATIM: usize = 6;
/// The most characters of a turn that is kept word for word.
const LONGEST_TURN: usize = 320;
/// The most characters of a turn that is kept as a gist.
const LONGEST_GIST: usize = 90;

/// The turns before a participant's own, as lines, in at most so many bytes: the newest are kept
/// longest. Foreign words: the caller sets them between tags.
pub fn recall(setting: &Setting, question: u32, before: &[Turn], bytes: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut left = bytes;
    let mut verbatim = 0;
    let heard = |turn: &&Turn| turn.text.is_some() && turn.kind != TurnKind::Close;
    let here = before.iter().rev().filter(heard).filter(|turn| turn.question == question);
    let candidates = here.map(|turn| {
        let in_full = turn.kind == TurnKind::Reply || turn.kind == TurnKind::Probe;
        verbatim += usize::from(in_full);
        let longest = if in_full && verbatim <= VERBATIM { LONGEST_TURN } else { LONGEST_GIST };
        told(setting, turn, longest)
    });
    for line in candidates.chain(earlier(setting, question, before)) {
        if line.len() + 1 > left {
            break;
        }
        left -= line.len() + 1;
        lines.push(line);
    }
    lines.reverse();
    lines.join("\n")
}

/// A line for each earlier question: how many stood where, from the newest back.
fn earlier<'a>(
    setting: &'a Setting,
    question: u32,
    before: &'a [Turn],
) -> impl Iterator<Item = String> + 'a {
    (0..question).rev().map(move |earlier| {
        let stands = |who: usize| {
            let of = |turn: &&Turn| turn.question == earlier && turn.speaker == Some(who);
            before.iter().rev().filter(of).find_map(|turn| turn.stance)
        };
        let names = |sign: i8| -> Vec<String> {
            let people = 0..setting.participants.len();
            let sided = people.filter(|who| stands(*who).is_some_and(|s| s.signum() == sign));
            sided.map(|who| setting.name_of(who)).take(6).collect()
        };
        let mut line = format!("[{}] ", cut(&setting.questions[earlier as usize], LONGEST_GIST));
        let labels = [(1, "for", "za"), (-1, "against", "przeciw"), (0, "undecided", "w rozterce")];
        for (sign, english, polish) in labels {
            let names = names(sign);
            if !names.is_empty() {
                let word = setting.language.pick(english, polish);
                write!(line, "{word}: {}; ", names.join(", ")).expect("a string takes all");
            }
        }
        line.trim_end_matches("; ").to_owned()
    })
}

fn told(setting: &Setting, turn: &Turn, longest: usize) -> String {
    let moderator = |language: Language| language.pick("Moderator", "Moderacja");
    let who = match turn.speaker {
        Some(who) => setting.name_of(who),
        None => moderator(setting.language).to_owned(),
    };
    format!("{who}: {}", cut(turn.words(), longest))
}

/// The beginning of a text, whole words only.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= longest {
        return text;
    }
    let head: String = text.chars().take(longest).collect();
    let end = head.rfind(' ').unwrap_or(head.len());
    format!("{} …", head[..end].trim_end_matches([',', ';', ':', '–']))
}
