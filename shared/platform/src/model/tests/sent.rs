//! What models and their servers really send: thinking, talk, odd bodies, odd counts.

use super::*;

/// What a call answers with prices and a ledger left out: calls made, and the answer or its failure.
async fn asked(provider: ProviderKind, behaviours: Vec<Behaviour>) -> (usize, Outcome, Scripted) {
    let server = Scripted::start(behaviours).await;
    let model = Model::new(config(provider, &server), parts());
    let outcome = model.ask(&request(), &accept).await;
    (server.recorded().len(), outcome, server)
}

type Outcome = Result<Answer<Person>, Failure>;

fn text(text: impl Into<String>) -> Behaviour {
    Behaviour::Text(text.into())
}

fn kept() -> Behaviour {
    Behaviour::Answer(good())
}

/// An OpenAI body with this usage.
fn counted(usage: &Value) -> Value {
    json!({
        "choices": [{"message": {"content": good().to_string()}, "finish_reason": "stop"}],
        "usage": usage,
    })
}

#[tokio::test]
async fn thinking_and_talk_around_the_answer_cost_no_second_call() {
    let (ada, decoy) = (good(), json!({"name": "Decoy", "age": 1}));
    for said in [
        format!("<think>Perhaps {decoy}.</think>\n{ada}"),
        format!("<thinking>{decoy}</thinking>{ada}"),
        format!("no start {decoy}</think>{ada}"),
        format!("<|channel|>analysis<|message|>{decoy}<|end|><|channel|>final<|message|>{ada}"),
        format!("Here it is:\n```json\n{ada}\n```\nDone."),
        format!("Here it is: {ada} Done."),
        format!("```JSON\n{ada}\n```"),
        format!("~~~\n{ada}\n~~~"),
        format!("\u{feff}{ada}"),
        format!("[{ada}]"),
    ] {
        let (calls, outcome, _server) = asked(ProviderKind::OpenAi, vec![text(&said)]).await;

        assert_eq!((outcome.unwrap().value, calls), (super::ada(), 1), "{said}");
    }
}

#[tokio::test]
async fn an_answer_hidden_in_the_thinking_or_told_twice_differently_is_asked_for_again() {
    let other = json!({"name": "Eve", "age": 40});
    for said in [
        format!("<think>{other}</think>"),
        format!("{other}</think>"),
        format!("{other} or rather {}", json!({"name": "Bob", "age": 50})),
    ] {
        let (calls, outcome, _server) =
            asked(ProviderKind::OpenAi, vec![text(&said), kept()]).await;

        assert_eq!((outcome.unwrap().value, calls), (super::ada(), 2), "{said}");
    }
}

#[tokio::test]
async fn a_control_character_is_repaired_and_after_two_calls_given_up() {
    let garbled = r#"{"name":"nov\u0000e8mber","age":36}"#;
    let repaired = asked(ProviderKind::Gemini, vec![text(garbled), kept()]).await;
    assert_eq!((repaired.0, repaired.1.unwrap().value), (2, ada()));
    for bad in [garbled, r#"{"name":"a\u0008","age":36}"#, "{\"name\":\"a\u{1}\",\"age\":36}"] {
        let (calls, outcome, _server) =
            asked(ProviderKind::Gemini, vec![text(bad), text(bad), kept()]).await;

        let failure = outcome.unwrap_err();
        assert_eq!((failure.code(), calls), ("model_unusable", 2), "{bad}");
        assert!(failure.reasons()[0].contains("control character"), "{failure:?}");
    }
    let lines = r#"{"name":"a\n\tb\r","age":36}"#;
    assert_eq!(asked(ProviderKind::Gemini, vec![text(lines)]).await.0, 1);
}

#[tokio::test]
async fn half_a_surrogate_pair_in_answer_or_envelope_is_replaced() {
    let answer = text(r#"{"name":"Ada \ud83d","age":36}"#);
    let envelope = Behaviour::Body(
        r#"{"choices":[{"message":{"content":"{\"name\":\"Ada \ud83d\",\"age\":36}"}}]}"#
            .to_owned(),
    );
    let breaks = text("{\"name\":\"Ada\n\\_\",\"age\":36}");
    for (sent, name) in [(answer, "Ada \u{fffd}"), (envelope, "Ada \u{fffd}"), (breaks, "Ada\n_")] {
        let (calls, outcome, _server) = asked(ProviderKind::OpenAi, vec![sent]).await;

        assert_eq!((outcome.unwrap().value.name.as_str(), calls), (name, 1));
    }
}

#[tokio::test]
async fn an_answer_that_thinking_ate_gets_more_room_and_no_empty_turn() {
    let eaten = json!({
        "candidates": [{"finishReason": "MAX_TOKENS", "content": {"role": "model"}}],
        "usageMetadata": {"promptTokenCount": 100, "thoughtsTokenCount": 912},
    });
    let server = Scripted::start([Behaviour::Raw(eaten.clone()), kept()]).await;
    let thinking = Config { thinking_tokens: Some(512), ..config(ProviderKind::Gemini, &server) };

    let answer = Model::new(thinking.clone(), parts()).ask(&request(), &accept).await.unwrap();

    let asked = server.recorded();
    let limit = |at: usize| asked[at].body["generationConfig"]["maxOutputTokens"].as_u64().unwrap();
    assert_eq!((answer.attempts, answer.repaired), (2, true));
    assert!(limit(1) > 2 * limit(0), "{} after {}", limit(1), limit(0));
    let contents = asked[1].body["contents"].as_array().unwrap();
    assert_eq!(contents.len(), 1, "no turn without a word: {contents:?}");
    let turn = contents[0]["parts"][0]["text"].as_str().unwrap();
    assert!(turn.starts_with(request().user) && turn.contains("cut off"), "{turn}");

    let server = Scripted::start([Behaviour::Raw(eaten.clone()), Behaviour::Raw(eaten)]).await;
    let bounded =
        Config { most_output_tokens: Some(600), base_url: Some(server.base_url()), ..thinking };
    let failure = Model::new(bounded, parts()).ask(&request(), &accept).await.unwrap_err();

    for asked in server.recorded() {
        let limit = &asked.body["generationConfig"]["maxOutputTokens"];
        assert_eq!(*limit, 600, "never more than the model can write");
    }
    let thought = |at: usize| {
        let asked = &server.recorded()[at].body["generationConfig"]["thinkingConfig"];
        asked["thinkingBudget"].as_u64()
    };
    assert_eq!((thought(0), thought(1)), (Some(512), Some(128)), "then it is to think less");
    assert!(failure.explained().contains("cut off"), "{}", failure.explained());
}

#[tokio::test]
async fn an_answer_of_thinking_alone_that_was_cut_off_is_not_sent_back() {
    let cut = json!({"choices": [{
        "message": {"content": "<think>on and on"}, "finish_reason": "length",
    }]});

    let (calls, outcome, server) =
        asked(ProviderKind::OpenAi, vec![Behaviour::Raw(cut), kept()]).await;

    let second = &server.recorded()[1].body;
    assert_eq!((outcome.unwrap().value, calls), (ada(), 2));
    assert!(second["max_tokens"].as_u64() > Some(800), "{second}");
    assert_eq!(second["messages"].as_array().unwrap().len(), 2, "{second}");
}

#[tokio::test]
async fn answers_without_a_word_say_why() {
    let odd = |candidates: Value| {
        let usage = json!({"promptTokenCount": 9});
        Behaviour::Raw(json!({"candidates": candidates, "usageMetadata": usage}))
    };
    let choices = |choices: Value| Behaviour::Raw(json!({"choices": choices}));
    use ProviderKind::{Gemini, OpenAi};
    for (provider, sent, why) in [
        (Gemini, odd(json!([])), "no candidate"),
        (Gemini, odd(json!([{"finishReason": "OTHER"}])), "(OTHER)"),
        (Gemini, odd(json!([{"finishReason": "STOP"}])), "empty"),
        (Gemini, odd(json!([{"finishReason": "MALFORMED_FUNCTION_CALL"}])), "call a function"),
        (OpenAi, choices(json!([])), "no choice"),
        (OpenAi, choices(json!(null)), "no choice"),
        (OpenAi, choices(json!([{"message": {}, "finish_reason": "abort"}])), "(abort)"),
    ] {
        let (calls, outcome, server) = asked(provider, vec![sent.clone(), sent]).await;

        let failure = outcome.unwrap_err();
        assert_eq!((failure.code(), calls), ("model_unusable", 2), "{why}");
        assert!(failure.explained().contains(why), "{}", failure.explained());
        assert!(!server.recorded()[1].body.to_string().contains(r#""text":"""#));
    }
}

#[tokio::test]
async fn an_error_in_a_success_is_what_its_code_says() {
    let error = |error: Value| Behaviour::Raw(json!({ "error": error }));
    let limited = asked(ProviderKind::OpenAi, vec![error(json!({"code": 429})), kept()]).await;
    assert_eq!((limited.0, limited.1.unwrap().value), (2, ada()));
    let quota = json!({"error": {"code": "insufficient_quota"}});
    let choice = json!({"choices": [{"error": {"code": 402}, "finish_reason": "error"}]});
    for (sent, status) in [
        (error(json!({"code": 402})), 402),
        (error(json!({"code": 401})), 401),
        (error(json!({"code": "insufficient_quota"})), 402),
        (Behaviour::Refused(429, quota), 402),
        (Behaviour::Raw(choice), 402),
    ] {
        let (calls, outcome, _server) = asked(ProviderKind::OpenAi, vec![sent, kept()]).await;

        let failure = outcome.unwrap_err();
        assert!(matches!(failure, Failure::Rejected { status: s } if s == status), "{failure:?}");
        assert_eq!(calls, 1);
    }
}

#[tokio::test]
async fn counts_that_make_no_sense_keep_the_answer() {
    for usage in [
        json!(null),
        json!({}),
        json!({"prompt_tokens": 9, "completion_tokens": null}),
        json!({"prompt_tokens": 9.5, "completion_tokens": "4"}),
        json!({"prompt_tokens": -1, "completion_tokens": 4}),
        json!({"input_tokens": 9, "output_tokens": 4}),
    ] {
        let sent = Behaviour::Raw(counted(&usage));
        let (calls, outcome, _server) = asked(ProviderKind::OpenAi, vec![sent]).await;

        let answer = outcome.unwrap();
        assert_eq!((answer.value, calls), (ada(), 1), "{usage}");
        assert!(answer.usage.output_tokens == 400, "counts in full: {:?}", answer.usage);
    }
    let nan = counted(&json!(null)).to_string().replace("null", "null,\"logprobs\":NaN");
    assert_eq!(asked(ProviderKind::OpenAi, vec![Behaviour::Body(nan)]).await.0, 1);
}

#[tokio::test]
async fn a_count_is_never_believed_beyond_what_the_request_can_use() {
    for tokens in [10_u64.pow(13), i64::MAX as u64, u64::MAX] {
        let usage = json!({"prompt_tokens": tokens, "completion_tokens": tokens});
        let sent = Behaviour::Raw(counted(&usage));
        let (_, outcome, _server) = asked(ProviderKind::OpenAi, vec![sent]).await;

        let answer = outcome.unwrap();
        assert!(answer.usage.input_tokens < 2_000, "{:?}", answer.usage);
        assert_eq!((answer.value, answer.usage.output_tokens), (ada(), 400));
    }
}

#[tokio::test]
async fn a_server_that_names_a_parameter_it_does_not_know_gets_the_other_and_keeps_it() {
    let refusal = |param: &str| {
        let message = format!("Unsupported parameter: '{param}' with this model.");
        let error = json!({"message": message, "param": param, "code": "unsupported_parameter"});
        Behaviour::Refused(400, json!({ "error": error }))
    };
    let server = Scripted::start([]).await;
    server.otherwise(move |request| match &request.body {
        body if body.get("max_tokens").is_some() => refusal("max_tokens"),
        body if body.get("temperature").is_some() => refusal("temperature"),
        _ => kept(),
    });
    let deployed =
        Config { model: "my-deployment".to_owned(), ..config(ProviderKind::OpenAi, &server) };
    let model = Model::new(deployed, parts());

    let first = model.ask(&request(), &accept).await.unwrap();
    let second = model.ask(&request(), &accept).await.unwrap();

    assert_eq!((first.attempts, second.attempts), (1, 1));
    let asked = server.recorded();
    assert_eq!(asked.len(), 4, "three until it is known, then one");
    assert_eq!(asked[3].body["max_completion_tokens"], 400);
    assert!(asked[3].body.get("temperature").is_none());
}

#[tokio::test]
async fn a_refusal_for_another_reason_is_not_asked_in_other_words() {
    let server = Scripted::start([]).await;
    server.otherwise(|_| {
        let message = "max_tokens is too large: this model supports at most 100";
        Behaviour::Refused(400, json!({"error": {"message": message}}))
    });
    let model = Model::new(config(ProviderKind::OpenAi, &server), parts());

    let failure = model.ask(&request(), &accept).await.unwrap_err();

    assert!(matches!(failure, Failure::Rejected { status: 400 }), "{failure:?}");
    assert_eq!(server.recorded().len(), 2, "the other form once");
}
