//! Gemini's `generateContent`: ai.google.dev/api/generate-content.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Usage;
use super::request::{Finish, Prompt, Reply, Turn};
use super::schema;

/// The body of a request. `maxOutputTokens` covers thinking too, so the allowance is added to it.
pub(super) fn body(prompt: &Prompt, thinking_tokens: Option<u32>) -> Value {
    let mut generation = json!({
        "candidateCount": 1,
        "maxOutputTokens": prompt.max_output_tokens + thinking_tokens.unwrap_or(0),
        "responseMimeType": "application/json",
        "responseSchema": schema::gemini(&prompt.schema),
        "seed": prompt.seed,
        "temperature": prompt.temperature,
    });
    if let Some(tokens) = thinking_tokens {
        generation["thinkingConfig"] = json!({"thinkingBudget": tokens});
    }
    json!({
        "systemInstruction": {"parts": [{"text": prompt.system}]},
        "contents": prompt.turns.iter().map(content).collect::<Vec<_>>(),
        "generationConfig": generation,
    })
}

fn content(turn: &Turn) -> Value {
    let (role, text) = match turn {
        Turn::User(text) => ("user", text),
        Turn::Model(text) => ("model", text),
    };
    json!({"role": role, "parts": [{"text": text}]})
}

const MARKS: [&str; 4] = ["candidates", "promptFeedback", "usageMetadata", "modelVersion"];

pub(super) fn reply(body: Value) -> Option<Reply> {
    if !MARKS.iter().any(|mark| body.get(mark).is_some()) {
        return None;
    }
    let body: Body = serde_json::from_value(body).ok()?;
    let blocked = body.prompt_feedback.and_then(|feedback| feedback.block_reason);
    let candidate = body.candidates.unwrap_or_default().into_iter().next();
    let (text, finish) = match (blocked, candidate) {
        (Some(rule), _) => (String::new(), Finish::Refused(rule)),
        (None, None) => {
            let why = "the provider sent no candidate for an answer".to_owned();
            (String::new(), Finish::Odd(why))
        }
        (None, Some(candidate)) => {
            let text = candidate
                .content
                .and_then(|content| content.parts)
                .map_or_else(String::new, |parts| {
                    parts.into_iter().filter_map(Part::aloud).collect()
                });
            (text, finish(candidate.finish_reason))
        }
    };
    let usage = body.usage_metadata.and_then(|counted| usage(&counted, !text.is_empty()));
    Some(Reply { text, usage, finish, model: body.model_version })
}

fn finish(reason: Option<String>) -> Finish {
    const RULES: [&str; 6] =
        ["SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"];
    let Some(reason) = reason else { return Finish::Complete };
    match reason.as_str() {
        "MAX_TOKENS" => Finish::Cut,
        "STOP" | "FINISH_REASON_UNSPECIFIED" => Finish::Complete,
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" => Finish::Odd(format!(
            "the model tried to call a function instead of answering ({reason})"
        )),
        rule if RULES.contains(&rule) => Finish::Refused(reason),
        name if is_name(name) => {
            Finish::Odd(format!("the provider stopped the answer before a word of it ({reason})"))
        }
        _ => Finish::Odd("the provider stopped the answer before a word of it".to_owned()),
    }
}

fn is_name(reason: &str) -> bool {
    reason.len() <= 40 && reason.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// What was counted. Google leaves out what is zero; counts that make no sense count as none.
fn usage(counted: &Value, has_text: bool) -> Option<Usage> {
    let count = |name: &str| match counted.get(name) {
        None => Some(0),
        Some(count) => count.as_u64(),
    };
    let input_tokens = counted.get("promptTokenCount")?.as_u64()?;
    let said = count("candidatesTokenCount").filter(|said| *said > 0 || !has_text)?;
    let output_tokens = said.saturating_add(count("thoughtsTokenCount")?);
    Some(Usage { input_tokens, output_tokens })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    candidates: Option<Vec<Candidate>>,
    prompt_feedback: Option<PromptFeedback>,
    usage_metadata: Option<Value>,
    model_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    parts: Option<Vec<Part>>,
}

#[derive(Deserialize)]
struct Part {
    text: Option<String>,
    thought: Option<bool>,
}

impl Part {
    fn aloud(self) -> Option<String> {
        self.text.filter(|_| self.thought != Some(true))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PromptFeedback {
    block_reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &Value) -> Reply {
        reply(body.clone()).unwrap()
    }

    #[test]
    fn thoughts_are_billed_and_left_out_of_the_text() {
        let reply = read(&json!({
            "candidates": [{"finishReason": "STOP", "content": {"role": "model", "parts": [
                {"text": "hmm", "thought": true}, {"text": "{\"a\":"}, {"text": "1}"},
            ]}}],
            "usageMetadata": {
                "promptTokenCount": 10, "candidatesTokenCount": 4, "thoughtsTokenCount": 6,
                "totalTokenCount": 20,
            },
            "modelVersion": "gemini-2.5-flash",
        }));

        assert_eq!(reply.text, "{\"a\":1}");
        assert_eq!(reply.usage, Some(Usage { input_tokens: 10, output_tokens: 10 }));
        assert_eq!(reply.finish, Finish::Complete);
    }

    #[test]
    fn a_blocked_prompt_and_a_stopped_answer_are_refusals() {
        for (body, rule) in [
            (json!({"promptFeedback": {"blockReason": "OTHER"}}), "OTHER"),
            (json!({"candidates": [{"finishReason": "SPII"}]}), "SPII"),
        ] {
            assert_eq!(read(&body).finish, Finish::Refused(rule.to_owned()));
        }
    }

    #[test]
    fn what_has_no_mark_of_an_answer_is_none() {
        assert_eq!(reply(json!({})), None);
        assert_eq!(reply(json!(["candidates"])), None);
        assert_eq!(reply(json!({"candidates": 7})), None);
    }

    #[test]
    fn answers_without_a_word_are_told_apart_and_their_usage_counts() {
        let usage = json!({"promptTokenCount": 9, "thoughtsTokenCount": 5});
        for (candidates, why) in [
            (json!([]), "no candidate"),
            (json!(null), "no candidate"),
            (json!([{"finishReason": "OTHER"}]), "(OTHER)"),
            (json!([{"finishReason": "MALFORMED_FUNCTION_CALL"}]), "call a function"),
            (
                json!([{"finishReason": "<b>quoted</b>", "content": {"parts": null}}]),
                "before a word",
            ),
        ] {
            let reply = read(&json!({"candidates": candidates, "usageMetadata": usage}));

            let Finish::Odd(said) = &reply.finish else { panic!("{:?}", reply.finish) };
            assert!(said.contains(why) && !said.contains('<'), "{said}");
            assert_eq!(reply.usage, Some(Usage { input_tokens: 9, output_tokens: 5 }));
        }
        let silent = read(&json!({"candidates": [{"finishReason": "STOP", "content": {}}]}));
        assert_eq!((silent.finish, silent.usage), (Finish::Complete, None));
    }

    #[test]
    fn counts_that_make_no_sense_count_as_none() {
        let text = json!({"content": {"parts": [{"text": "{}", "thought": null}]}});
        for usage in [
            json!({}),
            json!(null),
            json!({"promptTokenCount": null, "candidatesTokenCount": 4}),
            json!({"promptTokenCount": 9}),
            json!({"promptTokenCount": 9, "candidatesTokenCount": null}),
            json!({"promptTokenCount": 9.5, "candidatesTokenCount": 4}),
            json!({"promptTokenCount": "9", "candidatesTokenCount": -4}),
        ] {
            let reply = read(&json!({"candidates": [text], "usageMetadata": usage}));

            assert_eq!((reply.text.as_str(), reply.usage), ("{}", None), "{usage}");
        }
    }
}
