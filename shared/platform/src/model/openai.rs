//! OpenAI's chat completions, which many other servers imitate:
//! platform.openai.com/docs/api-reference/chat.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Usage;
use super::request::{Finish, Prompt, Reply, Turn};
use super::schema;

/// The body of a request. OpenAI wants the limit as `max_completion_tokens`, thinking included; most
/// servers that imitate it know only `max_tokens`. Its thinking models refuse a temperature.
pub(super) fn body(
    model: &str,
    prompt: &Prompt,
    is_original: bool,
    thinking_tokens: Option<u32>,
) -> Value {
    let limit = if is_original { "max_completion_tokens" } else { "max_tokens" };
    let mut messages = vec![json!({"role": "system", "content": prompt.system})];
    messages.extend(prompt.turns.iter().map(message));
    let mut body = json!({
        "model": model,
        "messages": messages,
        limit: prompt.max_output_tokens + thinking_tokens.unwrap_or(0),
        "response_format": {"type": "json_schema", "json_schema": {
            "name": prompt.schema_name,
            "strict": true,
            "schema": schema::openai(&prompt.schema),
        }},
        "seed": prompt.seed,
    });
    if is_original && thinks(model) {
        body["reasoning_effort"] = "low".into();
    } else {
        body["temperature"] = prompt.temperature.into();
    }
    body
}

/// Whether a model of OpenAI's thinks before it answers.
pub(super) fn thinks(model: &str) -> bool {
    ["gpt-5", "o1", "o3", "o4"].iter().any(|family| model.starts_with(family))
}

fn message(turn: &Turn) -> Value {
    match turn {
        Turn::User(text) => json!({"role": "user", "content": text}),
        Turn::Model(text) => json!({"role": "assistant", "content": text}),
    }
}

/// Reads an answer; `None` when it is not one.
pub(super) fn reply(body: &[u8]) -> Option<Reply> {
    let body: Body = serde_json::from_slice(body).ok()?;
    let choice = body.choices.into_iter().next()?;
    let finish = match (choice.message.refusal, choice.finish_reason.as_deref()) {
        (Some(_), _) => Finish::Refused("refusal".to_owned()),
        (None, Some("content_filter")) => Finish::Refused("content_filter".to_owned()),
        (None, Some("length")) => Finish::Cut,
        (None, _) => Finish::Complete,
    };
    Some(Reply {
        text: choice.message.content.unwrap_or_default(),
        usage: body.usage.map(Usage::from),
        finish,
        model: body.model,
    })
}

#[derive(Deserialize)]
struct Body {
    choices: Vec<Choice>,
    usage: Option<Tokens>,
    model: Option<String>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

/// `completion_tokens` includes reasoning.
#[derive(Deserialize)]
struct Tokens {
    prompt_tokens: u64,
    completion_tokens: u64,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        Self { input_tokens: tokens.prompt_tokens, output_tokens: tokens.completion_tokens }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_complete_cut_or_refused() {
        let refused = |rule: &str| Finish::Refused(rule.to_owned());
        for (choice, finish) in [
            (json!({"message": {"content": "{}"}, "finish_reason": "stop"}), Finish::Complete),
            (json!({"message": {"content": "{"}, "finish_reason": "length"}), Finish::Cut),
            (json!({"message": {"refusal": "no"}, "finish_reason": "stop"}), refused("refusal")),
            (
                json!({"message": {"content": null}, "finish_reason": "content_filter"}),
                refused("content_filter"),
            ),
        ] {
            let body = json!({"choices": [choice]}).to_string();

            assert_eq!(reply(body.as_bytes()).unwrap().finish, finish);
        }
    }

    #[test]
    fn a_thinking_model_gets_room_to_think_and_no_temperature() {
        let prompt = Prompt {
            system: String::new(),
            turns: Vec::new(),
            schema: json!({}),
            schema_name: "Person".to_owned(),
            max_output_tokens: 400,
            temperature: 0.5,
            seed: 1,
        };

        let thinking = body("gpt-5-mini", &prompt, true, Some(2_048));
        let imitator = body("llama3.3", &prompt, false, None);

        assert_eq!(thinking["max_completion_tokens"], 2_448);
        assert_eq!(thinking["temperature"], Value::Null);
        assert_eq!((&imitator["max_tokens"], &imitator["temperature"]), (&json!(400), &json!(0.5)));
    }
}
