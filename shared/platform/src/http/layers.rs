//! What wraps every route: request id, log line, security headers, limits of size and time, the
//! caller's standing, and panics turned into 500.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS, X_XSS_PROTECTION,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use tracing::Instrument;

use super::Problem;
use crate::audit::Origin;
use crate::error::Chain;
use crate::limit::{self, Proxies};
use crate::{Error, Ids, trace};

const BODY_LIMIT_BYTES: usize = 1 << 20;

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The id of the request that this task serves.
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// How long a request may take, by class of route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeLimit {
    /// A person waits: 30 s.
    Api,
    /// Pub/Sub waits, 600 s at most: ours ends first, at 590 s.
    Push,
    /// Server-sent events end when the client leaves, or Cloud Run's request limit comes.
    Stream,
}

impl TimeLimit {
    /// The time itself, where there is one.
    pub fn duration(self) -> Option<Duration> {
        match self {
            Self::Api => Some(Duration::from_secs(30)),
            Self::Push => Some(Duration::from_secs(590)),
            Self::Stream => None,
        }
    }

    /// Ends requests that take longer with 503.
    pub fn apply<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        let Some(limit) = self.duration() else { return router };
        router.layer(middleware::from_fn(move |request: Request, next: Next| async move {
            match tokio::time::timeout(limit, next.run(request)).await {
                Ok(response) => response,
                Err(_) => Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "timeout",
                    "The request took too long",
                )
                .into_response(),
            }
        }))
    }
}

/// Wraps a whole router. `proxies` says whom to believe about a client's address; `is_production` adds
/// HSTS, which a browser would keep for a local address.
pub fn layered(router: Router, ids: Ids, proxies: Proxies, is_production: bool) -> Router {
    router
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not_found", "Not Found") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method Not Allowed")
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(limit::announced))
        .layer(middleware::from_fn(move |mut request: Request, next: Next| {
            let id = incoming_id(&request).unwrap_or_else(|| ids.next::<uuid::Uuid>().to_string());
            let origin = Origin::new(proxies.learn(&mut request), request.headers());
            let serving = trace::during(trace::named(&id, &ids), logged(request, next));
            origin.during(REQUEST_ID.scope(id, serving))
        }))
        .layer(middleware::map_response(move |response: Response| async move {
            secured(response, is_production)
        }))
        .layer(option_layer((!is_production).then(development_origins)))
}

/// The client's development servers (contract §0). In production it is served from our own origin.
fn development_origins() -> CorsLayer {
    let ports = ["5173", "3000"];
    let hosts = ["localhost", "127.0.0.1"];
    let origins = hosts.iter().flat_map(|host| ports.map(|port| format!("http://{host}:{port}")));
    let origins = origins.map(|origin| origin.parse().expect("an origin is a header's value"));
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.collect::<Vec<HeaderValue>>()))
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .allow_credentials(true)
}

/// The id that the load balancer or a caller gave: Cloud Trace's trace id, or `X-Request-Id`.
fn incoming_id(request: &Request) -> Option<String> {
    let header = |name| request.headers().get(name)?.to_str().ok();
    let trace = header("x-cloud-trace-context").and_then(|value| value.split('/').next());
    let id = trace.or_else(|| header("x-request-id"))?;
    let is_plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (is_plain && (8..=64).contains(&id.len())).then(|| id.to_owned())
}

async fn logged(request: Request, next: Next) -> Response {
    let id = request_id().unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    let span = tracing::info_span!(
        "request",
        request_id = id,
        trace_id = trace::current(),
        method = %request.method(),
        route,
    );
    let started = tokio::time::Instant::now();
    async {
        let mut response = next.run(request).await;
        log(&response, started.elapsed());
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
        }
        response
    }
    .instrument(span)
    .await
}

/// One line a request: ours at error with the whole chain, the caller's and successes at debug.
fn log(response: &Response, took: Duration) {
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match response.extensions().get::<Arc<Error>>() {
        Some(error) if status >= 500 => {
            tracing::error!(status, duration_ms, error = %Chain(error.as_ref()), "request failed");
        }
        Some(error) => tracing::debug!(status, duration_ms, %error, "request refused"),
        None if status >= 500 => tracing::error!(status, duration_ms, "request failed"),
        None => tracing::debug!(status, duration_ms, "request served"),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the layer's own signature")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Error::Internal(anyhow::anyhow!("panicked: {text}")).into_response()
}

/// The contract's security headers (§0).
fn secured(mut response: Response, is_production: bool) -> Response {
    const CSP: &str = "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; \
        style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; font-src 'self' data:; \
        connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";
    const POWERS: &str =
        "geolocation=(), microphone=(), camera=(), payment=(), usb=(), magnetometer=()";
    let headers = response.headers_mut();
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (X_XSS_PROTECTION, "1; mode=block"),
        (REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (HeaderName::from_static("permissions-policy"), POWERS),
        (CONTENT_SECURITY_POLICY, CSP),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_production {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(STRICT_TRANSPORT_SECURITY, year);
    }
    response
}
