//! `/openapi.json` and `/docs`: what a function serves, described by its own code.

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_swagger_ui::SwaggerUi;

/// Serves the description and a page to read it. Nothing is loaded from elsewhere.
pub fn public(name: &str, mut api: OpenApi) -> Router {
    api.info.title = format!("Sight: {name}");
    api.info.version = env!("CARGO_PKG_VERSION").to_owned();
    api.info.description = Some(
        "Every failure is a problem document (RFC 9457). See `docs/` for roles and limits."
            .to_owned(),
    );
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = api.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    SwaggerUi::new("/docs").url("/openapi.json", api).into()
}
