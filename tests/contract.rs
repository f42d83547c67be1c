//! The shapes that the existing client reads, held against real answers.
//!
//! A shape names every field of an answer with its JSON type: `string`, `integer`, `number`,
//! `boolean`, `object`, `array`. A `?` behind a type allows null, a `?` behind a name allows the
//! field to be absent. Fields that the client does not know are ours to add.

use http::Method;
use platform::model::Config;
use serde_json::{Value, json};
use testkit::{TestApp, User};

use crate::all_functions;

const FILES: [&str; 7] = [
    include_str!("contract/auth.json"),
    include_str!("contract/focus-groups.json"),
    include_str!("contract/knowledge.json"),
    include_str!("contract/personas.json"),
    include_str!("contract/projects.json"),
    include_str!("contract/settings.json"),
    include_str!("contract/surveys.json"),
];

/// What the client expects of one request.
struct Promise {
    method: Method,
    path: String,
    status: u16,
    shape: Value,
}

fn promises() -> impl Iterator<Item = Promise> {
    let files = FILES.into_iter().map(|file| serde_json::from_str::<Vec<Value>>(file).unwrap());
    files.flatten().map(|entry| {
        let (method, path) = entry["request"].as_str().unwrap().split_once(' ').unwrap();
        Promise {
            method: method.parse().unwrap(),
            path: path.to_owned(),
            status: u16::try_from(entry["status"].as_u64().unwrap()).unwrap(),
            shape: entry["answer"].clone(),
        }
    })
}

/// Every place where an answer is not of its shape.
fn differences(answer: &Value, shape: &Value, at: &str) -> Vec<String> {
    match shape {
        Value::String(kind) => {
            let is_right = is_of_kind(answer, kind);
            (!is_right).then(|| format!("{at}: {answer} is no {kind}")).into_iter().collect()
        }
        Value::Array(item) => {
            let Some(answers) = answer.as_array() else { return vec![format!("{at}: no array")] };
            let each = answers.iter().enumerate();
            each.flat_map(|(i, one)| differences(one, &item[0], &format!("{at}[{i}]"))).collect()
        }
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, shape)| {
                let bare = name.trim_end_matches('?');
                match answer.get(bare) {
                    Some(answer) => differences(answer, shape, &format!("{at}.{bare}")),
                    None if bare == name => vec![format!("{at}.{bare} is missing")],
                    None => Vec::new(),
                }
            })
            .collect(),
        _ => (!answer.is_null()).then(|| format!("{at}: has a body")).into_iter().collect(),
    }
}

fn is_of_kind(value: &Value, kind: &str) -> bool {
    if let Some(kind) = kind.strip_suffix('?') {
        return value.is_null() || is_of_kind(value, kind);
    }
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        _ => panic!("a shape has an unknown kind: {kind}"),
    }
}

/// A survey as the client's builder sends it.
fn survey() -> Value {
    let options = json!(["Option 1", "Option 2"]);
    json!({ "title": "Herbata", "description": "D", "target_responses": 10, "questions": [
        { "id": "question-1", "type": "single-choice", "title": "T", "options": options,
          "required": true },
        { "id": "question-2", "type": "multiple-choice", "title": "T", "options": options,
          "required": true },
        { "id": "question-3", "type": "rating-scale", "title": "T", "scaleMin": 1, "scaleMax": 5,
          "required": true },
        { "id": "question-4", "type": "open-text", "title": "T", "required": true },
    ] })
}

/// A project with people in it, and its owner.
struct World {
    app: TestApp,
    ana: User,
    project: Value,
    persona: Value,
    survey: Value,
    /// A focus group of the first two; it has talked where the request is about what it said.
    group: Value,
}

const PASSWORD: &str = "Another123";
const AVATAR: &str = "/api/v1/settings/avatar";
const PICTURE: (&str, &str, &[u8]) = ("me.png", "image/png", include_bytes!("routes/dot.png"));

impl World {
    async fn of(people: u32) -> Self {
        // A search needs the graph's schema, which a deployment makes before its functions.
        testkit::graph().await;
        let app = all_functions::by_hand(&Config::offline()).await;
        let ana = app.user("ana").await;
        let target = json!({ "gender": { "Kobieta": 0.6, "Mężczyzna": 0.4 } });
        let project = json!(app.project(&ana, target).await);
        let study = format!("/api/v1/projects/{}", project.as_str().unwrap());
        let wanted = json!({ "people": people, "seed": 3 });
        app.post(&ana, &format!("{study}/populations"), wanted).await.expect(202);
        app.deliver_all().await;
        let people = app.get(&ana, &format!("{study}/personas")).await.expect(200);
        let survey = app.post(&ana, &format!("{study}/surveys"), survey()).await.expect(201);
        let group = json!({
            "name": "Grupa",
            "persona_ids": [people[0]["id"], people[1]["id"]],
            "questions": ["Jak kupują Państwo herbatę?"],
        });
        let group = app.post(&ana, &format!("{study}/focus-groups"), group).await.expect(201);
        let (persona, survey) = (people[0]["id"].clone(), survey["id"].clone());
        let group = group["id"].clone();
        Self { app, ana, project, persona, survey, group }
    }

    async fn let_talk(&self) {
        let path = format!("/api/v1/focus-groups/{}/run", self.group.as_str().unwrap());
        self.app.post(&self.ana, &path, json!({ "seed": 1 })).await.expect(202);
        self.app.deliver_all().await;
    }

    /// The real answer to a request of the client.
    async fn answer(&self, promise: &Promise) -> Value {
        let is_about_documents = promise.path.starts_with("/api/v1/rag/");
        let document = if is_about_documents { self.document().await } else { Value::Null };
        if promise.path.ends_with("/documents/upload") {
            return document;
        }
        let reads = promise.method == Method::GET || promise.path.contains("/graph/");
        if promise.path.contains("{focus_group_id}")
            && (reads || promise.path.contains("ai-summary"))
        {
            self.let_talk().await;
        }
        let body = self.body(promise).await;
        let ids = [
            ("{project_id}", &self.project),
            ("{persona_id}", &self.persona),
            ("{document_id}", &document["id"]),
            ("{survey_id}", &self.survey),
            ("{focus_group_id}", &self.group),
        ];
        let fill = |path: String, (name, id): (&str, &Value)| {
            path.replace(name, id.as_str().unwrap_or_default())
        };
        let path = ids.into_iter().fold(promise.path.clone(), fill);
        let token = Some(self.ana.token.as_str());
        let answer = match (promise.method.as_str(), path.as_str()) {
            ("POST", AVATAR) => self.app.upload(token, AVATAR, PICTURE, &[]).await,
            (_, _) => self.app.send(promise.method.clone(), &path, token, body).await,
        };
        self.app.parts.publisher.take();
        answer.expect(promise.status)
    }

    /// A document in the library, taken in.
    async fn document(&self) -> Value {
        let file = ("raport.md", "text/markdown", &b"# Kawa\n\nKawa ziarnista w Polsce.\n"[..]);
        let (token, path) = (Some(self.ana.token.as_str()), "/api/v1/rag/documents/upload");
        let answer = self.app.upload(token, path, file, &[("title", "Raport")]).await;
        self.app.deliver_all().await;
        answer.expect(202)
    }

    async fn body(&self, promise: &Promise) -> Option<Value> {
        let email = "jan@example.com";
        let register = json!({ "email": email, "password": PASSWORD, "full_name": "Jan Kos" });
        let demographics = json!({ "age_group": { "25-34": 0.5, "35-44": 0.5 } });
        Some(match (promise.method.as_str(), promise.path.as_str()) {
            ("POST", "/api/v1/auth/register") => register,
            ("POST", "/api/v1/auth/login") => {
                let path = "/api/v1/auth/register";
                self.app.send(Method::POST, path, None, Some(register)).await.expect(201);
                json!({ "email": email, "password": PASSWORD })
            }
            ("POST", "/api/v1/projects") => {
                json!({ "name": "Herbata", "target_demographics": demographics })
            }
            ("POST", "/api/v1/projects/{project_id}/surveys") => survey(),
            ("GET", path) if path.ends_with("/results") => {
                let path = format!("/api/v1/surveys/{}/run", self.survey.as_str().unwrap());
                self.app.post(&self.ana, &path, json!({})).await.expect(202);
                self.app.deliver_all().await;
                return None;
            }
            ("PUT", "/api/v1/settings/profile") => json!({ "full_name": "Ana Nowak" }),
            ("DELETE", AVATAR) => {
                let token = Some(self.ana.token.as_str());
                self.app.upload(token, AVATAR, PICTURE, &[]).await.expect(200);
                return None;
            }
            ("POST", "/api/v1/projects/{project_id}/focus-groups")
            | ("PUT", "/api/v1/focus-groups/{focus_group_id}") => {
                json!({ "name": "Grupa", "persona_ids": [self.persona], "questions": ["Co?"] })
            }
            ("PUT", "/api/v1/projects/{project_id}") => json!({ "name": "Herbata" }),
            ("POST", "/api/v1/rag/query") => json!({ "query": "kawa ziarnista" }),
            ("POST", "/api/v1/rag/query/graph") => json!({ "question": "kawa ziarnista" }),
            ("POST", path) if path.ends_with("/ask") => json!({ "question": "Co dzieli grupę?" }),
            ("POST", path) if path.ends_with("/generate") => json!({ "num_personas": 2 }),
            ("POST", "/api/v1/personas/{persona_id}/actions/messaging") => {
                json!({ "tone": "empathetic", "type": "landing_page", "context": "Otwarcie" })
            }
            ("POST", "/api/v1/personas/{persona_id}/actions/export") => {
                let sections = ["overview", "profile", "behaviors"];
                json!({ "format": "json", "sections": sections, "include_watermark": true })
            }
            ("DELETE", "/api/v1/personas/{persona_id}") => json!({ "reason": "outdated" }),
            ("POST", path) if path.ends_with("/undo-delete") => {
                let path = format!("/api/v1/personas/{}", self.persona.as_str().unwrap());
                let reason = json!({ "reason": "outdated" });
                self.app.delete(&self.ana, &path, Some(reason)).await.expect(200);
                return None;
            }
            _ => return None,
        })
    }
}

#[tokio::test]
async fn every_answer_has_the_fields_that_the_client_reads() {
    let mut wrong = Vec::new();
    for promise in promises() {
        let answer = World::of(2).await.answer(&promise).await;
        let name = format!("{} {}", promise.method, promise.path);
        wrong.extend(differences(&answer, &promise.shape, &name));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_project_with_a_report_has_its_figures_by_category() {
    // Fewer people are too few for the test of fit.
    let world = World::of(100).await;
    let path = format!("/api/v1/projects/{}", world.project.as_str().unwrap());

    let project = world.app.get(&world.ana, &path).await.expect(200);

    let shape = json!({
        "chi_square_statistic": { "gender": "number" },
        "p_values": { "gender": "number" },
        "validation_date": "string",
    });
    assert_eq!(differences(&project, &shape, "project"), Vec::<String>::new());
}

#[test]
fn a_shape_finds_what_is_missing_null_or_of_another_kind() {
    let shape = json!({ "a": "string", "b": "integer?", "c?": "object", "d": [{ "e": "number" }] });
    let table = [
        (json!({ "a": "x", "b": null, "d": [] }), vec![]),
        (json!({ "a": "x", "b": 1, "c": {}, "d": [{ "e": 0.5 }], "f": 1 }), vec![]),
        (json!({ "a": null, "b": 1, "d": [] }), vec![": null is no string"]),
        (json!({ "a": "x", "d": [] }), vec![".b is missing"]),
        (
            json!({ "a": "x", "b": 1.5, "d": [{}] }),
            vec!["b: 1.5 is no integer?", "[0].e is missing"],
        ),
    ];
    for (answer, expected) in table {
        let found = differences(&answer, &shape, "");
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for end in expected {
            assert!(found.iter().any(|one| one.ends_with(end)), "{end} in {found:?}");
        }
    }
}
