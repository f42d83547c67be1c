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

/// Reads an answer; `None` when it is not one.
pub(super) fn reply(body: &[u8]) -> Option<Reply> {
    let body: Body = serde_json::from_slice(body).ok()?;
    let usage = body.usage_metadata.map(Usage::from);
    let blocked = body.prompt_feedback.and_then(|feedback| feedback.block_reason);
    if let Some(rule) = blocked {
        let finish = Finish::Refused(rule);
        return Some(Reply { text: String::new(), usage, finish, model: body.model_version });
    }
    let candidate = body.candidates.into_iter().next()?;
    let finish = finish(candidate.finish_reason);
    let parts = candidate.content.unwrap_or_default().parts;
    let text = parts.into_iter().filter(|part| !part.thought).map(|part| part.text).collect();
    Some(Reply { text, usage, finish, model: body.model_version })
}

fn finish(reason: Option<String>) -> Finish {
    const RULES: [&str; 6] =
        ["SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"];
    match reason {
        Some(reason) if reason == "MAX_TOKENS" => Finish::Cut,
        Some(reason) if RULES.contains(&reason.as_str()) => Finish::Refused(reason),
        _ => Finish::Complete,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(default)]
    candidates: Vec<Candidate>,
    prompt_feedback: Option<PromptFeedback>,
    usage_metadata: Option<UsageMetadata>,
    model_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
    #[serde(default)]
    thought: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PromptFeedback {
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct UsageMetadata {
    prompt_token_count: u64,
    candidates_token_count: u64,
    thoughts_token_count: u64,
}

impl From<UsageMetadata> for Usage {
    fn from(usage: UsageMetadata) -> Self {
        Self {
            input_tokens: usage.prompt_token_count,
            output_tokens: usage.candidates_token_count + usage.thoughts_token_count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &Value) -> Reply {
        reply(body.to_string().as_bytes()).unwrap()
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
    fn what_has_no_candidate_is_no_answer() {
        assert_eq!(reply(b"{}"), None);
        assert_eq!(reply(b"<html>"), None);
    }
}
