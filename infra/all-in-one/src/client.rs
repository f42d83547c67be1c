//! A built web client beside the API: its files, and `index.html` for every other page.

use std::path::Path;

use anyhow::{Result, ensure};
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use platform::http::Problem;
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};

/// Paths that are never a page of the client, as in the contract (§0).
const NEVER_PAGES: [&str; 5] = ["health", "docs", "openapi.json", "redoc", "static"];
const FILE_ENDINGS: [&str; 11] =
    [".png", ".jpg", ".jpeg", ".ico", ".svg", ".css", ".js", ".json", ".woff", ".woff2", ".ttf"];

/// Serves the folder where the API has no route.
///
/// # Errors
/// When the folder has no `index.html`.
pub(crate) fn serve(api: Router, folder: &Path) -> Result<Router> {
    let index = folder.join("index.html");
    ensure!(index.is_file(), "{} has no index.html: is it a built client?", folder.display());
    let files = ServeDir::new(folder).append_index_html_on_directories(true);
    let page = ServeFile::new(index);
    Ok(api.fallback(move |request: Request| {
        let (files, page) = (files.clone(), page.clone());
        async move { answer(request, files, page).await }
    }))
}

async fn answer(request: Request, files: ServeDir, page: ServeFile) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    if path.starts_with("api/") || NEVER_PAGES.contains(&path.as_str()) {
        return not_found();
    }
    let file = files.oneshot(request.map(|_| axum::body::Body::empty())).await;
    match file {
        Ok(file) if file.status() != StatusCode::NOT_FOUND => file.into_response(),
        _ if FILE_ENDINGS.iter().any(|ending| path.ends_with(ending)) => not_found(),
        _ => match page.oneshot(Request::new(axum::body::Body::empty())).await {
            Ok(page) => page.into_response(),
            Err(never) => match never {},
        },
    }
}

fn not_found() -> Response {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "Not found").into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::routing::get;

    use super::*;

    async fn ask(router: &Router, path: &str) -> (u16, String) {
        let request = Request::get(path).body(axum::body::Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn pages_fall_back_to_the_index_and_missing_files_do_not() {
        let folder = std::env::temp_dir().join(format!("sight-client-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("assets")).unwrap();
        std::fs::write(folder.join("index.html"), "the client").unwrap();
        std::fs::write(folder.join("assets/app.js"), "code").unwrap();
        let api = Router::new().route("/api/v1/there", get(|| async { "the api" }));
        let router = serve(api, &folder).unwrap();

        for (path, status, body) in [
            ("/", 200, "the client"),
            ("/projects/7", 200, "the client"),
            ("/assets/app.js", 200, "code"),
            ("/api/v1/there", 200, "the api"),
            ("/api/v1/nope", 404, "Not found"),
            ("/assets/gone.js", 404, "Not found"),
            ("/redoc", 404, "Not found"),
        ] {
            let (answered, text) = ask(&router, path).await;
            assert_eq!(answered, status, "{path}: {text}");
            assert!(text.contains(body), "{path}: {text}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_without_an_index_is_no_client() {
        assert!(serve(Router::new(), Path::new("/proc")).is_err());
    }
}
