//! `/openapi.json` and `/docs`: what a function serves, described by its own code.

use axum::Router;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContactBuilder, HttpMethod, OpenApi};
use utoipa_swagger_ui::SwaggerUi;

/// Serves the description and a page to read it. Nothing is loaded from elsewhere.
pub fn public(name: &str, mut api: OpenApi) -> Router {
    // utoipa-axum begins with its own author and licence
    api.info.contact = Some(ContactBuilder::new().name(Some("Sight")).build());
    api.info.license = None;
    api.info.title = format!("Sight: {name}");
    api.info.version = env!("CARGO_PKG_VERSION").to_owned();
    api.info.description = Some(
        "Every failure is a problem document (RFC 9457). See `docs/` for roles and limits."
            .to_owned(),
    );
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = api.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    for (path, item) in &mut api.paths.paths {
        name_operations(path, item);
    }
    SwaggerUi::new("/docs").url("/openapi.json", api).into()
}

/// Gives every operation an id of its own: utoipa takes the handler's name, and every noun has a `get`.
fn name_operations(path: &str, item: &mut PathItem) {
    for (method, operation) in operations(item) {
        operation.operation_id = Some(operation_id(&method, path));
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (HttpMethod, &mut Operation)> {
    let all = [
        (HttpMethod::Get, &mut item.get),
        (HttpMethod::Post, &mut item.post),
        (HttpMethod::Put, &mut item.put),
        (HttpMethod::Patch, &mut item.patch),
        (HttpMethod::Delete, &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `get_projects_project_id` of `GET /api/v1/projects/{project_id}`.
fn operation_id(method: &HttpMethod, path: &str) -> String {
    let method = match method {
        HttpMethod::Post => "post",
        HttpMethod::Put => "put",
        HttpMethod::Patch => "patch",
        HttpMethod::Delete => "delete",
        _ => "get",
    };
    let words = path.trim_start_matches("/api/v1").replace(['{', '}'], "");
    format!("{method}{}", words.replace(['/', '-', '.'], "_"))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use serde_json::{Value, json};
    use tower::ServiceExt;
    use utoipa_axum::router::OpenApiRouter;

    use super::*;

    #[tokio::test]
    async fn the_description_names_sight_and_no_author_of_a_library() {
        let (_, described) = OpenApiRouter::<()>::new().split_for_parts();
        assert_ne!(described.info.contact.clone().unwrap().name.as_deref(), Some("Sight"));

        let request = Request::get("/openapi.json").body(Body::empty()).unwrap();
        let answer = public("accounts", described).oneshot(request).await.unwrap();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let info = &serde_json::from_slice::<Value>(&body).unwrap()["info"];

        assert_eq!(info["title"], "Sight: accounts");
        assert_eq!((&info["contact"], &info["license"]), (&json!({"name": "Sight"}), &Value::Null));
    }

    #[test]
    fn an_operation_is_named_by_its_method_and_path() {
        for (method, path, id) in [
            (HttpMethod::Get, "/api/v1/projects", "get_projects"),
            (
                HttpMethod::Put,
                "/api/v1/projects/{project_id}/members",
                "put_projects_project_id_members",
            ),
            (
                HttpMethod::Post,
                "/api/v1/personas/{persona_id}/undo-delete",
                "post_personas_persona_id_undo_delete",
            ),
            (
                HttpMethod::Get,
                "/api/v1/surveys/{survey_id}/responses.csv",
                "get_surveys_survey_id_responses_csv",
            ),
        ] {
            assert_eq!(operation_id(&method, path), id);
        }
    }
}
