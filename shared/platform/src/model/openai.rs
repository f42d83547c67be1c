//! OpenAI's chat completions, which many other servers imitate:
//! platform.openai.com/docs/api-reference/chat.

use serde::Deserialize;
use serde_json::{Value, json};

use super::config::Parameters;
use super::request::{Finish, Prompt, Reply, Turn};
use super::{Usage, schema};

/// Which parameters a server's model knows. OpenAI's thinking models, wherever they run, want the limit as
/// `max_completion_tokens`, thinking included, and refuse a temperature
/// (developers.openai.com/api/docs/guides/reasoning,
/// learn.microsoft.com/azure/ai-foundry/openai/how-to/reasoning); most servers that imitate OpenAI know only
/// `max_tokens`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    completion_limit: bool,
    temperature: bool,
    effort: bool,
}

impl Dialect {
    /// By what the operator says, else by the model's name. `is_original` is OpenAI itself, where every
    /// model takes the new name of the limit.
    pub(super) fn of(model: &str, is_original: bool, said: Option<Parameters>) -> Self {
        let is_reasoning = match said {
            Some(parameters) => parameters == Parameters::Reasoning,
            None => thinks(model),
        };
        Self {
            completion_limit: is_reasoning || is_original,
            temperature: !is_reasoning,
            effort: is_reasoning,
        }
    }

    /// The same with the other form of a parameter of its own that a refusal names.
    pub(super) fn other(self, refusal: &str) -> Option<Self> {
        let limit = if self.completion_limit { "max_completion_tokens" } else { "max_tokens" };
        if refusal.contains(limit) {
            return Some(Self { completion_limit: !self.completion_limit, ..self });
        }
        if self.temperature && refusal.contains("temperature") {
            return Some(Self { temperature: false, ..self });
        }
        (self.effort && refusal.contains("reasoning_effort"))
            .then_some(Self { effort: false, ..self })
    }
}

pub(super) fn body(
    model: &str,
    prompt: &Prompt,
    dialect: Dialect,
    thinking_tokens: Option<u32>,
) -> Value {
    let limit = if dialect.completion_limit { "max_completion_tokens" } else { "max_tokens" };
    let mut messages = vec![json!({"role": "system", "content": prompt.system})];
    messages.extend(prompt.turns.iter().map(message));
    let mut body = json!({
        "model": model,
        "messages": messages,
        limit: prompt.max_output_tokens.saturating_add(thinking_tokens.unwrap_or(0)),
        "response_format": {"type": "json_schema", "json_schema": {
            "name": prompt.schema_name,
            "strict": true,
            "schema": schema::openai(&prompt.schema),
        }},
        "seed": prompt.seed,
    });
    if dialect.effort {
        body["reasoning_effort"] = "low".into();
    }
    if dialect.temperature {
        body["temperature"] = prompt.temperature.into();
    }
    body
}

/// Whether a model of OpenAI's thinks before it answers. Gateways put a vendor's name before it:
/// `openai/gpt-5-mini`.
pub(super) fn thinks(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model).to_ascii_lowercase();
    let name = name.strip_prefix("ft:").unwrap_or(&name);
    let is_of = |family: &&str| {
        name.strip_prefix(*family).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    ["gpt-5", "o1", "o3", "o4"].iter().any(is_of) && !name.starts_with("gpt-5-chat")
}

fn message(turn: &Turn) -> Value {
    match turn {
        Turn::User(text) => json!({"role": "user", "content": text}),
        Turn::Model(text) => json!({"role": "assistant", "content": text}),
    }
}

pub(super) fn reply(body: Value) -> Option<Reply> {
    body.get("choices")?;
    let body: Body = serde_json::from_value(body).ok()?;
    let usage = body.usage.as_ref().and_then(usage);
    let Some(choice) = body.choices.unwrap_or_default().into_iter().next() else {
        let finish = Finish::Odd("the provider sent no choice for an answer".to_owned());
        return Some(Reply { text: String::new(), usage, finish, model: body.model });
    };
    let message = choice.message.unwrap_or_default();
    let (text, refused) = said(message.content);
    let refusal = message.refusal.is_some_and(|refusal| !refusal.trim().is_empty());
    let finish = match refusal || refused {
        true => Finish::Refused("refusal".to_owned()),
        false => finish(choice.finish_reason.as_deref()),
    };
    Some(Reply { text, usage, finish, model: body.model })
}

/// How an answer ended. Servers that imitate OpenAI have reasons of their own, and some send none: a reason that
/// OpenAI does not document never stands for a whole answer. What was said is judged by its schema and its rules
/// as ever, which a text that breaks off does not pass; where nothing was said, the reason is told.
fn finish(reason: Option<&str>) -> Finish {
    match reason {
        None | Some("" | "stop") => Finish::Complete,
        Some("length") => Finish::Cut,
        Some("content_filter") => Finish::Refused("content_filter".to_owned()),
        Some("tool_calls" | "function_call") => {
            Finish::Odd("the model tried to call a function instead of answering".to_owned())
        }
        Some(name) if is_name(name) => {
            Finish::Odd(format!("the provider stopped the answer before a word of it ({name})"))
        }
        Some(_) => Finish::Odd("the provider stopped the answer before a word of it".to_owned()),
    }
}

fn is_name(reason: &str) -> bool {
    reason.len() <= 40 && reason.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What is said in a content that is a text or a list of parts, and whether a part refuses. Parts of
/// thinking are left out.
fn said(content: Value) -> (String, bool) {
    let parts = match content {
        Value::String(text) => return (text, false),
        Value::Array(parts) => parts,
        _ => return (String::new(), false),
    };
    let is = |part: &Value, kind: &str| part["type"] == kind;
    let is_text = |part: &&Value| is(part, "text") || is(part, "output_text");
    let texts = parts.iter().filter(is_text).filter_map(|part| part["text"].as_str());
    (texts.collect(), parts.iter().any(|part| is(part, "refusal")))
}

/// What was counted; `completion_tokens` includes reasoning. Counts that make no sense count as none.
fn usage(counted: &Value) -> Option<Usage> {
    Some(Usage {
        input_tokens: counted.get("prompt_tokens")?.as_u64()?,
        output_tokens: counted.get("completion_tokens")?.as_u64()?,
    })
}

#[derive(Deserialize)]
struct Body {
    choices: Option<Vec<Choice>>,
    usage: Option<Value>,
    model: Option<String>,
}

#[derive(Deserialize)]
struct Choice {
    message: Option<Message>,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Message {
    #[serde(default)]
    content: Value,
    refusal: Option<String>,
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
            let body = json!({"choices": [choice]});

            assert_eq!(reply(body).unwrap().finish, finish);
        }
    }

    #[test]
    fn a_reason_that_openai_does_not_document_is_no_whole_answer() {
        let ended = |reason: &str| finish(Some(reason));
        for (reason, why) in [
            ("insufficient_system_resource", "(insufficient_system_resource)"),
            ("abort", "(abort)"),
            ("tool_calls", "call a function"),
        ] {
            assert!(matches!(ended(reason), Finish::Odd(said) if said.contains(why)), "{reason}");
        }
        let quoted = ended("<b>what somebody wrote</b>");
        assert!(matches!(quoted, Finish::Odd(said) if !said.contains('<')));
        assert_eq!((finish(None), ended("")), (Finish::Complete, Finish::Complete));
    }

    #[test]
    fn an_empty_refusal_is_none_and_a_body_without_choices_says_so() {
        let answered = reply(json!({"choices": [
            {"message": {"content": "{}", "refusal": ""}, "logprobs": null},
        ], "usage": {}}));
        assert_eq!(answered.unwrap().finish, Finish::Complete);
        for choices in [json!([]), json!(null)] {
            let empty = reply(json!({"choices": choices})).unwrap();
            assert!(matches!(empty.finish, Finish::Odd(why) if why.contains("no choice")));
        }
        assert_eq!(reply(json!({"object": "list"})), None);
    }

    #[test]
    fn a_content_may_be_a_list_of_parts() {
        let parts = json!([
            {"type": "thinking", "thinking": [{"type": "text", "text": "{\"a\":0}"}]},
            {"type": "text", "text": "{\"a\":"}, {"type": "text", "text": "1}"},
        ]);
        let refusing = json!([{"type": "refusal", "refusal": "no"}]);

        let read =
            |content| reply(json!({"choices": [{"message": {"content": content}}]})).unwrap();

        assert_eq!(read(parts).text, "{\"a\":1}");
        assert_eq!(read(refusing).finish, Finish::Refused("refusal".to_owned()));
    }

    #[test]
    fn counts_that_make_no_sense_count_as_none() {
        for counted in [
            json!({}),
            json!({"prompt_tokens": 9}),
            json!({"prompt_tokens": 9, "completion_tokens": null}),
            json!({"prompt_tokens": 9.5, "completion_tokens": 4.0}),
            json!({"prompt_tokens": "9", "completion_tokens": "4"}),
            json!({"prompt_tokens": 9, "completion_tokens": -1}),
            json!({"input_tokens": 9, "output_tokens": 4}),
        ] {
            assert_eq!(usage(&counted), None, "{counted}");
        }
        let whole = usage(&json!({"prompt_tokens": 9, "completion_tokens": 4}));
        assert_eq!(whole, Some(Usage { input_tokens: 9, output_tokens: 4 }));
    }

    #[test]
    fn a_thinking_model_gets_room_to_think_and_no_temperature() {
        let prompt = Prompt {
            thinks_less: false,
            system: String::new(),
            turns: Vec::new(),
            schema: json!({}),
            schema_name: "Person".to_owned(),
            max_output_tokens: 400,
            temperature: 0.5,
            seed: 1,
        };

        let asked = |model, is_original, thinking| {
            body(model, &prompt, Dialect::of(model, is_original, None), thinking)
        };
        let thinking = asked("gpt-5-mini", true, Some(2_048));
        let imitator = asked("llama3.3", false, None);

        assert_eq!(thinking["max_completion_tokens"], 2_448);
        assert_eq!(thinking["temperature"], Value::Null);
        assert_eq!((&imitator["max_tokens"], &imitator["temperature"]), (&json!(400), &json!(0.5)));
    }

    #[test]
    fn a_models_name_says_what_it_knows_wherever_it_runs() {
        for (model, is_thinking) in [
            ("gpt-5", true),
            ("gpt-5.1-mini", true),
            ("openai/gpt-5-mini", true),
            ("azure/o3", true),
            ("O4-mini", true),
            ("ft:o4-mini-2025-04-16:team::x", true),
            ("gpt-5-chat-latest", false),
            ("gpt-4o", false),
            ("gpt-oss-20b", false),
            ("openchat-o1", false),
            ("o1lama", false),
        ] {
            assert_eq!(thinks(model), is_thinking, "{model}");
        }
        let said = Dialect::of("my-deployment", false, Some(Parameters::Reasoning));
        assert_eq!(said, Dialect::of("o3", false, None));
        let classic = Dialect::of("o3", false, Some(Parameters::Classic));
        assert_eq!(classic, Dialect::of("llama3.3", false, None));
    }

    #[test]
    fn a_refusal_that_names_a_parameter_asks_for_its_other_form() {
        let classic = Dialect::of("mine", false, None);

        let limit = classic.other("'max_tokens' is not supported, use 'max_completion_tokens'");
        let limit = limit.unwrap();

        assert!(limit.completion_limit && limit.temperature);
        assert!(!limit.other("'temperature' does not support 0.7").unwrap().temperature);
        assert_eq!(classic.other("the model is not known"), None);
        assert_eq!(classic.other("max_completion_tokens"), None, "which was not sent");
    }
}
