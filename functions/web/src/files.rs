//! Which file a path is, and what a browser may do with it.

use std::path::Path;

use anyhow::{Result, ensure};
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderName, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, LAST_MODIFIED, VARY,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use platform::http::Problem;
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};

/// What the console's pages may load and do: its own files, pictures that it makes itself, and calls to its own
/// origin. No inline script or style runs, so a text that somebody smuggles into a page stays a text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";
/// The name of such a file changes with its content. A year is the longest that caches honour.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Kept, but asked for each time: `index.html` names the files of today.
const ASK_AGAIN: &str = "no-cache";
/// The first words of paths that belong to the API, here or behind the load balancer: never a page.
const NEVER_PAGES: [&str; 8] =
    ["api", "docs", "health", "internal", "openapi.json", "redoc", "startup", "static"];

/// The built console.
#[derive(Debug, Clone)]
pub struct Files {
    folder: ServeDir,
    page: ServeFile,
}

/// What a path asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A file whose name holds a hash of its content.
    Asset,
    File,
    /// A page of the console: the browser's router knows which.
    Page,
    /// Nothing of the console.
    Nothing,
}

impl Wanted {
    fn of(path: &str) -> Self {
        let path = path.trim_start_matches('/');
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let last = path.rsplit('/').next().unwrap_or_default();
        match first {
            _ if NEVER_PAGES.contains(&first) => Self::Nothing,
            "assets" if !rest.is_empty() => Self::Asset,
            _ if path == "index.html" => Self::Page,
            _ if last.contains('.') => Self::File,
            _ => Self::Page,
        }
    }
}

impl Files {
    /// The console in a folder, with a compressed copy (`.br`, `.gz`) beside each file where there is one.
    ///
    /// # Errors
    /// When the folder has no `index.html`.
    pub fn open(folder: &Path) -> Result<Self> {
        let index = folder.join("index.html");
        ensure!(index.is_file(), "{} has no index.html", folder.display());
        Ok(Self {
            folder: ServeDir::new(folder)
                .append_index_html_on_directories(false)
                .precompressed_br()
                .precompressed_gzip(),
            page: ServeFile::new(index).precompressed_br().precompressed_gzip(),
        })
    }

    pub(crate) async fn answer(&self, request: Request) -> Response {
        let wanted = Wanted::of(request.uri().path());
        if wanted == Wanted::Nothing {
            return not_found();
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let (status, code) = (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
            let problem = Problem::new(status, code, "Method Not Allowed");
            return ([(ALLOW, "GET, HEAD")], problem).into_response();
        }
        let response = self.read(wanted, request.map(|_| Body::empty())).await;
        match response.status() {
            StatusCode::NOT_FOUND => not_found(),
            _ => with_headers(response, wanted),
        }
    }

    async fn read(&self, wanted: Wanted, mut request: Request) -> Response {
        if wanted != Wanted::Asset {
            // Images are built with one date for every file, so a date, and a tag made of date and size,
            // tells nothing about what changed.
            request.headers_mut().remove(IF_MODIFIED_SINCE);
            request.headers_mut().remove(IF_NONE_MATCH);
        }
        let response = match wanted {
            Wanted::Page => self.page.clone().oneshot(request).await,
            _ => self.folder.clone().oneshot(request).await,
        };
        match response {
            Ok(response) => response.into_response(),
            Err(never) => match never {},
        }
    }
}

fn with_headers(mut response: Response, wanted: Wanted) -> Response {
    let headers = response.headers_mut();
    let caching = if wanted == Wanted::Asset { FOR_EVER } else { ASK_AGAIN };
    if wanted != Wanted::Asset {
        headers.remove(LAST_MODIFIED);
        headers.remove(ETAG);
    }
    for (name, value) in [
        (CACHE_CONTROL, caching),
        (CONTENT_SECURITY_POLICY, POLICY),
        (VARY, "accept-encoding"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn not_found() -> Response {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "Not Found").into_response()
}
