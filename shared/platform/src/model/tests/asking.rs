//! Questions, answers, repairs and refusals.

use futures::FutureExt;

use super::*;

#[tokio::test]
async fn an_answer_comes_with_what_it_took() {
    let server = Scripted::start([Behaviour::Answer(good())]).await;

    let answer = gemini(&server).ask(&request(), &accept).await.unwrap();

    assert_eq!(answer.value, ada());
    assert_eq!((answer.attempts, answer.repaired, answer.simulated), (1, false, false));
    assert_eq!(answer.model, "scripted");
    assert_eq!(answer.cost_micros, Price::listed("gemini-2.5-flash").map(|p| p.cost(answer.usage)));
    assert!(answer.usage.output_tokens > 0);
}

#[tokio::test]
async fn gemini_is_asked_in_its_own_words() {
    let server = Scripted::start([Behaviour::Answer(good())]).await;

    gemini(&server).ask(&request(), &accept).await.unwrap();

    let asked = &server.recorded()[0];
    let generation = &asked.body["generationConfig"];
    assert_eq!(asked.path, "/v1/models/gemini-2.5-flash:generateContent");
    assert_eq!(asked.headers["x-goog-api-key"], "hush");
    assert_eq!(asked.body["contents"][0]["parts"][0]["text"], "Somebody from Łódź.");
    assert_eq!(asked.body["systemInstruction"]["parts"][0]["text"], "Describe a person.");
    assert_eq!(generation["responseSchema"]["properties"]["age"]["type"], "integer");
    assert_eq!((&generation["seed"], &generation["maxOutputTokens"]), (&json!(42), &json!(400)));
}

#[tokio::test]
async fn openai_is_asked_in_its_own_words() {
    let server = Scripted::start([Behaviour::Answer(good())]).await;
    let model = Model::new(config(ProviderKind::OpenAi, &server), parts());

    let answer = model.ask(&request(), &accept).await.unwrap();

    let asked = &server.recorded()[0];
    assert_eq!(answer.value, ada());
    assert_eq!(asked.path, "/v1/chat/completions");
    assert_eq!(asked.headers["authorization"], "Bearer hush");
    assert_eq!(asked.body["max_tokens"], 400);
    assert_eq!(asked.body["messages"][1]["content"], "Somebody from Łódź.");
    assert_eq!(asked.body["response_format"]["json_schema"]["strict"], true);
}

#[tokio::test]
async fn vertex_is_asked_like_gemini_with_a_token() {
    let server = Scripted::start([Behaviour::Answer(good())]).await;
    let token: Token = Arc::new(|| async { Ok(SecretString::from("t0ken".to_owned())) }.boxed());
    let parts = ModelParts { token: Some(token), ..parts() };

    let model = Model::new(config(ProviderKind::Vertex, &server), parts);
    let answer = model.ask(&request(), &accept).await.unwrap();

    let asked = &server.recorded()[0];
    assert_eq!(answer.value, ada());
    assert_eq!(asked.path, "/v1/models/gemini-2.5-flash:generateContent");
    assert_eq!(asked.headers["authorization"], "Bearer t0ken");
    assert!(!asked.headers.contains_key("x-goog-api-key"));
}

#[tokio::test]
async fn an_unusable_answer_is_repaired_once() {
    let child = json!({"name": "Ada", "age": 6});
    for (first, why) in [
        (Behaviour::Truncated(good()), "not complete JSON"),
        (Behaviour::Cut(good()), "must be shorter"),
        (Behaviour::Text("I would rather not.".to_owned()), "not complete JSON"),
        (Behaviour::Answer(json!({"name": "Ada"})), "missing field `age`"),
        (Behaviour::Answer(json!({"name": 1, "age": 36})), "does not follow the schema"),
        (Behaviour::Answer(child), "at least 18"),
    ] {
        let server = Scripted::start([first, Behaviour::Answer(good())]).await;

        let answer = gemini(&server).ask(&request(), &adult).await.unwrap();

        let repair = &server.recorded()[1].body["contents"][2]["parts"][0]["text"];
        assert_eq!((answer.attempts, answer.repaired), (2, true), "{why}");
        assert!(repair.as_str().unwrap().contains(why), "{why} in {repair}");
    }
}

#[tokio::test]
async fn what_was_turned_back_is_told_with_an_answer_and_with_a_failure() {
    let child = Behaviour::Answer(json!({"name": "Ada", "age": 6}));
    for (second, code) in
        [(Behaviour::Answer(good()), None), (Behaviour::Refuse, Some("model_refused"))]
    {
        let server = Scripted::start([child.clone(), second]).await;

        let judged = gemini(&server).ask_judged(&request(), &adult).await;

        assert_eq!(judged.turned_back, [Person { age: 6, ..ada() }]);
        assert_eq!(judged.answer.err().map(|failure| failure.code()), code);
    }
}

#[tokio::test]
async fn a_repair_that_is_unusable_too_is_a_failure_with_its_reasons() {
    let wrong = Behaviour::Answer(json!({"person": "secret words"}));
    let server = Scripted::start([wrong.clone(), wrong]).await;

    let failure = gemini(&server).ask(&request(), &accept).await.unwrap_err();

    assert_eq!((failure.code(), server.recorded().len()), ("model_unusable", 2));
    assert!(failure.reasons()[0].starts_with("missing field `name`"), "{failure:?}");
    assert!(!format!("{failure} {failure:?}").contains("secret words"));
}

#[tokio::test]
async fn json_in_a_code_block_is_read_as_it_is_meant() {
    let server = Scripted::start([Behaviour::Text(format!("```json\n{}\n```", good()))]).await;

    let answer = gemini(&server).ask(&request(), &accept).await.unwrap();

    assert_eq!((answer.value, answer.repaired), (ada(), false));
}

#[tokio::test]
async fn a_refusal_is_neither_repaired_nor_tried_again() {
    for (provider, rule) in [(ProviderKind::Gemini, "SAFETY"), (ProviderKind::OpenAi, "refusal")] {
        let server = Scripted::start([Behaviour::Refuse]).await;
        let model = Model::new(config(provider, &server), parts());

        let failure = model.ask(&request(), &accept).await.unwrap_err();

        assert!(matches!(&failure, Failure::Refused { rule: r } if r == rule), "{failure:?}");
        assert_eq!(server.recorded().len(), 1);
    }
}

#[tokio::test]
async fn a_prompt_that_would_cost_double_is_not_sent() {
    let server = Scripted::start([]).await;
    let long = "ż".repeat(MAX_PROMPT_BYTES / 2);

    let failure =
        gemini(&server).ask(&Request { user: &long, ..request() }, &accept).await.unwrap_err();

    assert_eq!((failure.code(), server.recorded().len()), ("model_too_long", 0));
}

#[tokio::test]
async fn offline_takes_the_callers_writer_and_says_so() {
    let model = Model::new(Config::offline(), parts());

    let answer = model.ask(&request(), &adult).await.unwrap();

    assert_eq!((answer.value, answer.model.as_str()), (ada(), "offline"));
    assert!(answer.simulated && model.is_simulated());
    assert_eq!(answer.cost_micros, Some(0));
}

#[tokio::test]
async fn the_offline_writer_keeps_the_same_rules() {
    let model = Model::new(Config::offline(), parts());
    let child = || Person { age: 6, ..ada() };

    let failure = model.ask(&Request { offline: &child, ..request() }, &adult).await.unwrap_err();

    assert_eq!(failure.reasons(), ["the age must be at least 18"]);
}
