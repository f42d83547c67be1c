use http::Request;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use tower::ServiceExt;

use super::*;

const AVATAR: &str = "/api/v1/settings/avatar";

fn picture(colour: u8, format: ImageFormat) -> Vec<u8> {
    let image: DynamicImage = RgbImage::from_pixel(64, 48, Rgb([colour, 20, 90])).into();
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

async fn upload(app: &TestApp, user: &User, name: &str, kind: &str, file: &[u8]) -> Answer {
    app.upload(Some(&user.token), AVATAR, (name, kind, file), &[]).await
}

async fn uploaded(app: &TestApp, user: &User, colour: u8) -> String {
    let file = picture(colour, ImageFormat::Png);
    let answer = upload(app, user, "me.png", "image/png", &file).await.expect(200);
    text(&answer, "avatar_url").to_owned()
}

#[tokio::test]
async fn an_avatar_is_kept_shown_to_anybody_and_cached_for_ever() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;

    let url = uploaded(&app, &ana, 200).await;

    let start = format!("/static/avatars/{}_", ana.id);
    assert!(url.starts_with(&start) && url.ends_with(".jpg"), "{url}");
    assert_eq!(me(&app, &ana.token).await.expect(200)["avatar_url"], json!(url));
    let request = Request::get(&url).body(axum::body::Body::empty()).unwrap();
    let shown = app.api().oneshot(request).await.unwrap();
    let header = |name: &str| shown.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(shown.status(), 200);
    assert_eq!(header("content-type"), "image/jpeg");
    assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let bytes = axum::body::to_bytes(shown.into_body(), 1 << 20).await.unwrap();
    assert_eq!(image::guess_format(&bytes).unwrap(), ImageFormat::Jpeg);
    assert_eq!(app.audited(ana.id.0, "account").await, 1);
}

#[tokio::test]
async fn the_type_is_what_the_file_is_and_not_what_it_is_called() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let webp = picture(1, ImageFormat::WebP);

    upload(&app, &ana, "me.exe", "application/octet-stream", &webp).await.expect(200);
    let page = b"<html><script>alert(1)</script></html>";
    let refused = upload(&app, &ana, "me.png", "image/png", page).await.expect(400);

    assert_eq!(refused["detail"], "Not a JPEG, PNG or WebP image");
}

#[tokio::test]
async fn a_file_over_two_megabytes_is_refused_while_it_arrives() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let mut large = picture(1, ImageFormat::Png);
    large.resize((2 << 20) + 1, 0);

    let refused = upload(&app, &ana, "me.png", "image/png", &large).await.expect(400);
    large.resize(2 << 20, 0);
    let taken = upload(&app, &ana, "me.png", "image/png", &large).await;
    large.resize(8 << 20, 0);
    let huge = upload(&app, &ana, "me.png", "image/png", &large).await;

    assert_eq!(refused["detail"], "File too large. Maximum size is 2 MB");
    taken.expect(200);
    huge.expect(400);
}

#[tokio::test]
async fn a_form_without_a_file_or_that_is_none_is_explained() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;

    let no_form = app.post(&ana, AVATAR, json!({})).await.expect(422);
    let request = Request::post(AVATAR)
        .header("authorization", format!("Bearer {}", ana.token))
        .header("content-type", "multipart/form-data; boundary=x")
        .body(axum::body::Body::from("--x\r\nhalf a part"))
        .unwrap();
    let broken = app.api().oneshot(request).await.unwrap();

    assert_eq!(no_form["errors"][0]["field"], "content-type");
    assert_eq!(broken.status(), 400);
}

#[tokio::test]
async fn a_new_avatar_replaces_the_file_of_the_old_one_and_the_same_keeps_it() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let first = uploaded(&app, &ana, 10).await;
    let again = uploaded(&app, &ana, 10).await;
    assert_eq!(first, again);
    app.get(&ana, &first).await.status();

    let second = uploaded(&app, &ana, 200).await;

    assert_ne!(first, second);
    app.get(&ana, &first).await.expect(404);
    assert_eq!(app.get(&ana, &second).await.status(), 200);
}

#[tokio::test]
async fn a_removed_avatar_is_gone_and_there_is_none_to_remove_twice() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let url = uploaded(&app, &ana, 10).await;

    app.delete(&ana, AVATAR, None).await.expect(200);

    app.get(&ana, &url).await.expect(404);
    assert_eq!(me(&app, &ana.token).await.expect(200)["avatar_url"], Value::Null);
    let again = app.delete(&ana, AVATAR, None).await.expect(404);
    assert_eq!(again["detail"], "Avatar not found");
}

#[tokio::test]
async fn no_name_leads_to_a_file_that_is_no_avatar() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    app.parts.storage.put("secret/key.png", "image/png", "x".into()).await.unwrap();

    for name in ["..%2Fsecret%2Fkey.png", "secret", "%2e%2e", "a_00000000.png", ".growing"] {
        app.get(&ana, &format!("/static/avatars/{name}")).await.expect(404);
    }
}
