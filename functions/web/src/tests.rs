use std::fs;
use std::path::PathBuf;

use axum::body::Body;
use axum::http::{Request, Response};
use http_body_util::BodyExt;
use platform::{Env, Ids, Serve};
use tower::ServiceExt;

use super::*;

/// A built console of a few words, in a folder of its own that goes with the test.
struct Console(PathBuf);

impl Console {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("sight-web-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("assets")).unwrap();
        for (file, text) in [
            ("index.html", "the page"),
            ("index.html.br", "the page, smaller"),
            ("theme.js", "the theme"),
            ("assets/app-1a2b.js", "the code"),
            ("assets/app-1a2b.js.br", "the code, smallest"),
            ("assets/app-1a2b.js.gz", "the code, smaller"),
        ] {
            fs::write(folder.join(file), text).unwrap();
        }
        fs::write(folder.with_extension("secret"), "outside").unwrap();
        Self(folder)
    }

    fn env(&self) -> Env {
        Env::from([("WEB_ROOT", self.0.to_str().unwrap())])
    }

    async fn ask(&self, request: Request<Body>) -> Response<Body> {
        let env = self.env();
        let router = service(&env).unwrap().router("web", Serve::Api, &env, Ids::system());
        router.oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str) -> Response<Body> {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        let _ = fs::remove_file(self.0.with_extension("secret"));
    }
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn text(response: Response<Body>) -> String {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn a_page_is_the_index_and_a_missing_file_is_missing() {
    let console = Console::new("paths");
    for (path, status, expected) in [
        ("/", 200, "the page"),
        ("/projects/0190/people?q=a.b", 200, "the page"),
        ("/index.html", 200, "the page"),
        ("/theme.js", 200, "the theme"),
        ("/assets/app-1a2b.js", 200, "the code"),
        ("/assets/app-gone.js", 404, "Not Found"),
        ("/assets", 200, "the page"),
        ("/gone.png", 404, "Not Found"),
        ("/api/v1/nothing", 404, "Not Found"),
        ("/internal/events/mail", 404, "Not Found"),
        ("/static/avatars/x.webp", 404, "Not Found"),
    ] {
        let response = console.get(path).await;
        assert_eq!(response.status(), status, "{path}");
        let text = text(response).await;
        assert!(text.contains(expected), "{path}: {text}");
    }
}

#[tokio::test]
async fn nothing_outside_the_folder_is_read() {
    let console = Console::new("outside");
    let name = console.0.with_extension("secret");
    let name = name.file_name().unwrap().to_str().unwrap().to_owned();
    for path in [
        format!("/../{name}"),
        format!("/assets/../../{name}"),
        format!("/%2e%2e/{name}"),
        format!("/assets/..%2f..%2f{name}"),
        format!("/assets/%5c..%5c..%5c{name}"),
    ] {
        let response = console.get(&path).await;
        assert_ne!(text(response).await, "outside", "{path}");
    }
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_the_page_is_asked_for_each_time() {
    let console = Console::new("caching");
    for (path, caching) in [
        ("/assets/app-1a2b.js", "public, max-age=31536000, immutable"),
        ("/", "no-cache"),
        ("/theme.js", "no-cache"),
    ] {
        assert_eq!(header(&console.get(path).await, "cache-control"), caching, "{path}");
    }
    let missing = console.get("/assets/app-gone.js").await;
    assert_eq!(header(&missing, "cache-control"), "", "what is not there yet may come");
}

#[tokio::test]
async fn a_page_that_has_changed_is_sent_whatever_its_date() {
    let console = Console::new("dates");
    let asset = console.get("/assets/app-1a2b.js").await;
    assert_ne!(header(&asset, "etag"), "", "what does not change has a tag");
    let request = Request::get("/projects")
        .header("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT")
        .header("if-none-match", "*");
    let response = console.ask(request.body(Body::empty()).unwrap()).await;

    assert_eq!(response.status(), 200);
    for name in ["last-modified", "etag"] {
        assert_eq!(header(&response, name), "", "{name}");
    }
}

#[tokio::test]
async fn whoever_accepts_it_gets_the_smaller_copy() {
    let console = Console::new("encoding");
    for (accepts, encoding, expected) in [
        ("gzip, deflate, br", "br", "the code, smallest"),
        ("gzip", "gzip", "the code, smaller"),
        ("identity", "", "the code"),
    ] {
        let request = Request::get("/assets/app-1a2b.js").header("accept-encoding", accepts);
        let response = console.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(header(&response, "content-encoding"), encoding);
        assert_eq!(header(&response, "vary"), "accept-encoding");
        assert_eq!(header(&response, "content-type"), "text/javascript");
        assert_eq!(text(response).await, expected);
    }
}

#[tokio::test]
async fn no_inline_script_or_style_and_no_eval_runs_in_a_page() {
    let console = Console::new("policy");
    let response = console.get("/").await;

    let policy = header(&response, "content-security-policy").to_owned();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe") && !policy.contains("https:"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
    ] {
        assert_eq!(header(&response, name), value, "{name}");
    }
}

#[tokio::test]
async fn pages_are_read_and_nothing_else() {
    let console = Console::new("methods");
    for (method, path, status) in [
        ("POST", "/", 405),
        ("DELETE", "/theme.js", 405),
        ("POST", "/api/v1/nothing", 404),
        ("HEAD", "/", 200),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = console.ask(request).await;
        assert_eq!(response.status(), status, "{method} {path}");
        let allowed = if status == 405 { "GET, HEAD" } else { "" };
        assert_eq!(header(&response, "allow"), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn health_and_docs_are_those_of_every_function() {
    let console = Console::new("health");
    for path in ["/health", "/startup", "/openapi.json"] {
        let response = console.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_ne!(text(response).await, "the page", "{path}");
    }
}

#[test]
fn a_folder_without_an_index_is_no_console_and_the_error_says_so() {
    let env = Env::from([("WEB_ROOT", "/proc")]);
    assert!(service(&env).is_none());
    let why = env.check(None::<()>).unwrap_err().to_string();
    assert!(why.contains("WEB_ROOT is no built console: /proc has no index.html"), "{why}");
}

#[test]
fn the_readme_lists_the_variables_that_are_read() {
    let console = Console::new("variables");
    let env = console.env();
    assert!(service(&env).is_some());
    testkit::assert_documented(include_str!("../README.md"), &[&env]);
}
