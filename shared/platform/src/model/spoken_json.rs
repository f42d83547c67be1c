//! Finds the one JSON object that a model says aloud.
//!
//! Some models think aloud before they answer (`<think>…</think>`, or the channels of gpt-oss), wrap
//! JSON in a code block, or talk around it. What is thought is never an answer; of what is said, exactly
//! one object is. Marks inside the object's own strings are words of the answer.

use serde_json::Value;

use super::lenient;

/// Names of the tags around thinking, each in `<…>` and `</…>`.
const THINKING: [&str; 4] = ["think", "thinking", "thought", "reasoning"];
/// What gpt-oss puts before and after a message, and what ends one.
const CHANNEL: &str = "<|channel|>";
const MESSAGE: &str = "<|message|>";
const ENDS: [&str; 5] = ["<|end|>", "<|start|>", "<|channel|>", "<|return|>", "<|call|>"];
/// The same marks where a server has swallowed the special signs.
const BARE_FINAL: &str = "assistantfinal";
/// The longest name of a channel with what is said beside it.
const LONGEST_HEADER: usize = 200;
/// How many brackets that begin nothing are looked at: each look may go to the text's end.
const MOST_LOOKS: usize = 64;

/// What a text has beside its thinking.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Everything that was no thinking.
    pub(super) aloud: String,
    pub(super) still_thinking: bool,
    objects: Vec<(Value, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    Nothing,
    NoObject,
    /// Objects that differ: which of them is meant is not guessed.
    Several,
}

impl Said {
    pub(super) fn of(text: &str) -> Self {
        let mut said = Self::default();
        let (mut at, mut looks) = (0, 0);
        while let Some(next) = text[at..].chars().next() {
            let rest = &text[at..];
            if let Some(length) = said.mark(rest) {
                at += length;
                continue;
            }
            if matches!(next, '{' | '[') && looks < MOST_LOOKS {
                if let Some((json, end)) = lenient::value(rest) {
                    said.aloud.push_str(&rest[..end]);
                    said.keep(json);
                    at += end;
                    continue;
                }
                looks += 1;
            }
            if next != '\u{feff}' {
                said.aloud.push(next);
            }
            at += next.len_utf8();
        }
        said
    }

    pub(super) fn object(&self) -> Result<&str, Unread> {
        let Some((first, json)) = self.objects.first() else {
            let is_blank = self.aloud.trim().is_empty();
            return Err(if is_blank { Unread::Nothing } else { Unread::NoObject });
        };
        if self.objects.iter().any(|(other, _)| other != first) {
            return Err(Unread::Several);
        }
        Ok(json)
    }

    /// An object, or a list of nothing else; other lists are talk: `[1]` names a source.
    fn keep(&mut self, json: String) {
        match serde_json::from_str(&json) {
            Ok(Value::Array(items)) if items.iter().all(Value::is_object) => {
                self.objects.extend(items.into_iter().map(|item| {
                    let json = item.to_string();
                    (item, json)
                }));
            }
            Ok(value @ Value::Object(_)) => self.objects.push((value, json)),
            _ => {}
        }
    }

    /// Passes a mark that the text begins with, and the thinking behind it: how many bytes.
    fn mark(&mut self, text: &str) -> Option<usize> {
        if has(text, BARE_FINAL) {
            self.forget();
            return Some(BARE_FINAL.len());
        }
        if let Some(message) = text.strip_prefix(CHANNEL) {
            return Some(CHANNEL.len() + self.channel(message));
        }
        if text.starts_with("<|") {
            return text.find("|>").filter(|end| *end < 20).map(|end| end + 2);
        }
        let brackets = match text.as_bytes().first()? {
            b'<' => ('<', '>'),
            b'[' => ('[', ']'),
            _ => return None,
        };
        THINKING.iter().find_map(|name| self.tag(text, name, brackets))
    }

    fn tag(&mut self, text: &str, name: &str, (open, close): (char, char)) -> Option<usize> {
        let begin = format!("{open}{name}{close}");
        let end = format!("{open}/{name}{close}");
        if has(text, &end) {
            self.forget();
            return Some(end.len());
        }
        if !has(text, &begin) {
            return None;
        }
        let thought = &text[begin.len()..];
        match (0..thought.len()).find(|&at| thought.get(at..).is_some_and(|rest| has(rest, &end))) {
            Some(at) => Some(begin.len() + at + end.len()),
            None => Some(self.unfinished(text)),
        }
    }

    /// Passes a channel's name, and its message unless it is the final one.
    fn channel(&mut self, text: &str) -> usize {
        let Some(header) = text.find(MESSAGE).filter(|end| *end < LONGEST_HEADER) else { return 0 };
        let begin = header + MESSAGE.len();
        if text[..header].trim_start().starts_with("final") {
            self.forget();
            return begin;
        }
        let end = ENDS.iter().filter_map(|end| text[begin..].find(end)).min();
        end.map_or_else(|| self.unfinished(text), |end| begin + end)
    }

    /// What came before was thinking too.
    fn forget(&mut self) {
        self.objects.clear();
        self.aloud.clear();
    }

    fn unfinished(&mut self, text: &str) -> usize {
        self.still_thinking = true;
        text.len()
    }
}

fn has(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &str = r#"{"name":"Ada","age":36}"#;
    const DECOY: &str = r#"{"name":"Decoy","age":1}"#;

    fn object(text: &str) -> Result<String, Unread> {
        Said::of(text).object().map(str::to_owned)
    }

    #[test]
    fn thinking_and_talk_around_one_object_are_passed_over() {
        for text in [
            format!("<think>Hm, {DECOY}?</think>{ADA}"),
            format!("<Thinking>\n{DECOY}\n</Thinking>\n\n{ADA}"),
            format!("They are 36. {DECOY} </think> {ADA}"),
            format!("<think>a <think>b</think> {DECOY}</think>{ADA}"),
            format!("[THINK]no[/THINK]{ADA}"),
            format!(
                "<|channel|>analysis<|message|>{DECOY}<|end|><|start|>assistant<|channel|>final \
                 <|constrain|>json<|message|>{ADA}<|return|>"
            ),
            format!("analysisThe user wants {DECOY}assistantfinal{ADA}"),
            format!("Here you are:\n```json\n{ADA}\n```\nAnything else [1]?"),
            format!("{ADA} I hope that helps {{friend}}."),
            format!("~~~\n{ADA}\n~~~"),
            format!("```JSON\n{ADA}```"),
            format!("\u{feff}{ADA}"),
            format!("[{ADA}]"),
            format!("{ADA}\n{ADA}"),
        ] {
            let read = object(&text).map(|json| serde_json::from_str::<Value>(&json).unwrap());
            assert_eq!(read, Ok(serde_json::from_str(ADA).unwrap()), "{text}");
        }
    }

    #[test]
    fn marks_inside_the_answer_are_its_words() {
        for text in [
            r#"{"name":"```json {\"a\":1} ```","age":1}"#,
            r#"{"name":"</think> <think> [1]","age":1}"#,
            r#"{"name":"<|channel|>final assistantfinal","age":1}"#,
        ] {
            assert_eq!(object(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_only_thought_is_no_answer() {
        for text in [
            format!("<think>{ADA}</think>"),
            format!("{ADA}</think>"),
            format!("<think>{ADA}"),
            format!("<|channel|>analysis<|message|>{ADA}"),
            format!("<think>{{\"a\":\"</think>\",\"b\":{ADA}</think>"),
        ] {
            assert_eq!(object(&text), Err(Unread::Nothing), "{text}");
        }
        assert!(Said::of("<think>on and on").still_thinking);
    }

    #[test]
    fn two_objects_that_differ_are_not_guessed() {
        assert_eq!(object(&format!("{DECOY} or {ADA}")), Err(Unread::Several));
        assert_eq!(object(&format!("[{DECOY},{ADA}]")), Err(Unread::Several));
        assert_eq!(object("no object [1]"), Err(Unread::NoObject));
        assert_eq!(object(" \n"), Err(Unread::Nothing));
    }

    #[test]
    fn a_flood_of_brackets_is_given_up() {
        let flood = "{\"a".repeat(50_000);

        assert_eq!(object(&flood), Err(Unread::NoObject));
    }
}
