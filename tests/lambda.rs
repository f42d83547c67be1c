//! The same router under AWS Lambda, driven by API Gateway's events.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Context, LambdaEvent, Service};
use platform::model::Config;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::all_functions;

/// An HTTP API's event, payload format 2.0, as AWS documents it.
fn event(method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Value {
    let mut headers = json!({ "host": "api.example.com", "content-type": "application/json" });
    if let Some(token) = token {
        headers["authorization"] = json!(format!("Bearer {token}"));
    }
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test"
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "02/Jan/2026:03:04:05 +0000",
            "timeEpoch": 1_767_323_045_000_u64
        },
        "body": body.map(Value::to_string),
        "isBase64Encoded": false
    })
}

/// What Lambda would give back to API Gateway: the status, the content type and the JSON.
async fn invoke(app: &TestApp, event: Value) -> (u64, String, Value) {
    let request: LambdaRequest = serde_json::from_value(event).unwrap();
    let mut adapter = Adapter::from(app.api());
    let response = adapter.call(LambdaEvent::new(request, Context::default())).await.unwrap();
    let response = serde_json::to_value(&response).unwrap();
    let text = response["body"].as_str().unwrap();
    let body = match response["isBase64Encoded"].as_bool() {
        Some(true) => STANDARD.decode(text).unwrap(),
        _ => text.as_bytes().to_vec(),
    };
    let kind = response["headers"]["content-type"].as_str().unwrap_or_default().to_owned();
    (response["statusCode"].as_u64().unwrap(), kind, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn health_answers_under_lambda() {
    let app = all_functions::by_hand(&Config::offline()).await;

    let (status, kind, body) = invoke(&app, event("GET", "/health", None, None)).await;

    assert_eq!((status, kind.as_str()), (200, "application/json"));
    assert_eq!(body["status"], "healthy");
}

#[tokio::test]
async fn a_protected_route_refuses_with_a_problem_document_under_lambda() {
    let app = all_functions::by_hand(&Config::offline()).await;

    let (status, kind, body) = invoke(&app, event("GET", "/api/v1/auth/me", None, None)).await;

    assert_eq!((status, kind.as_str()), (401, "application/problem+json"));
    assert_eq!(body["status"], 401);
    assert_eq!(body["code"], "unauthenticated");
    assert!(body["request_id"].is_string());
}

#[tokio::test]
async fn a_body_and_a_token_reach_the_handler_under_lambda() {
    let app = all_functions::by_hand(&Config::offline()).await;
    let ana = app.user("ana").await;
    let project = json!({ "name": "Kawa na wynos", "target_demographics": {} });

    let create = event("POST", "/api/v1/projects", Some(&ana.token), Some(&project));
    let (status, _, project) = invoke(&app, create).await;
    let path = format!("/api/v1/projects/{}", project["id"].as_str().unwrap());
    let read = app.get(&ana, &path).await.expect(200);

    assert_eq!(status, 201);
    assert_eq!(read["name"], "Kawa na wynos");
}
