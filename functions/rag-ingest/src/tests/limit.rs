use super::*;

#[tokio::test]
async fn the_21st_upload_of_an_hour_is_refused_and_an_hour_later_it_is_not() {
    let world = World::new().await;
    let (token, path) = (Some(world.ana.token.as_str()), "/api/v1/rag/documents/upload");
    let empty = || world.app.upload(token, path, ("a.md", "text/markdown", b""), &[]);
    for _ in 0..20 {
        empty().await.expect(400);
    }

    let refused = empty().await;

    refused.expect(429);
    assert_eq!(refused.header("ratelimit-limit"), Some("20"));
    assert_eq!(refused.header("retry-after"), Some("3600"));
    world.app.parts.clock.advance(chrono::Duration::hours(1));
    let ana = world.app.renewed(&world.ana).await;
    world.app.upload(Some(&ana.token), path, ("a.md", "text/markdown", b""), &[]).await.expect(400);
}
