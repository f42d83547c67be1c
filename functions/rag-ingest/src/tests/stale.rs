//! Workers that wake up after another has taken their document on, and those that wait for others.

use std::io::Write;
use std::time::Duration;

use platform::Serve;
use tokio_util::sync::CancellationToken;

use super::faults::{next_message, pushed};
use super::gate::Gate;
use super::*;

#[tokio::test]
async fn a_worker_that_wakes_up_after_another_version_leaves_its_chunks_alone() {
    let world = World::new().await;
    let old = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    let id = &old["id"];
    world.app.deliver_all().await;
    world.undo_after("extracted", id).await;
    world.as_after("extracted", id).await;
    let upload = world.row(id).await["upload_id"].as_str().unwrap().to_owned();
    let path = world.storage.folder.as_ref().unwrap().join(format!("uploads/{upload}/blocks"));
    let blocks = std::fs::read(&path).unwrap();
    let gate = Gate::before(&path);
    let payload = json!({ "schema": 1, "run_id": old["run_id"], "shard": 0 });

    let stale = world.app.push("rag-ingest", &payload);
    let newer = async {
        let mut reader = gate.is_read().await;
        let edited = REPORT.replace("41% dorosłych", "58% seniorów");
        world.upload("a.md", "Kawa", edited.as_bytes()).await;
        world.app.parts.clock.advance(platform::runs::LEASE);
        world.app.deliver_all().await;
        let (row, chunks) = (world.row(id).await, world.chunks(id).await);
        assert_eq!((&row["status"], &row["version"]), (&json!("ready"), &json!(2)), "{row}");
        reader.write_all(&blocks).unwrap();
        chunks
    };
    let (stale, chunks) = tokio::join!(stale, newer);

    stale.expect(204);
    assert_eq!(world.chunks(id).await, chunks);
    assert_eq!(world.row(id).await["step"], "done");
    let hits = world.search(&[world.library()], "kawa ziarnista w dyskoncie").await;
    assert!(hits.iter().any(|hit| hit.text.contains("58% seniorów")), "{hits:?}");
    assert!(!hits.iter().any(|hit| hit.text.contains("41%")), "{hits:?}");
}

#[tokio::test]
async fn who_waits_for_a_turn_to_read_has_not_asked_for_the_file() {
    let world = World::new().await;
    let state = world.state.clone();
    let push = routes(state.clone()).router(
        "rag-ingest",
        Serve::Push,
        &Env::from([]),
        platform::Ids::system(),
    );
    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    let upload = world.row(&uploaded["id"]).await["upload_id"].as_str().unwrap().to_owned();
    let file = world.storage.folder.as_ref().unwrap().join(format!("uploads/{upload}/file"));
    let gate = Gate::before(&file);
    let payload = next_message(&world);

    let turn = state.extractor.turn().await;
    let work = pushed(&world, push, &payload);
    let look = async {
        while world.leases().await == 0 {
            tokio::task::yield_now().await;
        }
        // long enough for whoever does not wait
        for _ in 0..50 {
            world.row(&uploaded["id"]).await;
            assert!(gate.reader().is_none(), "the file is asked for before the turn has come");
        }
        drop(turn);
        gate.is_read().await.write_all(REPORT.as_bytes()).unwrap();
    };
    let (status, ()) = tokio::join!(work, look);

    assert_eq!(status, 204);
    assert_eq!(world.row(&uploaded["id"]).await["status"], "ready");
}

#[tokio::test]
async fn one_extractor_runs_at_a_time_and_who_waits_too_long_gives_the_work_back() {
    use crate::extract::Turn;

    let one = extractor().within(Timeouts { wait: Duration::ZERO, ..Timeouts::default() });
    let first = one.turn().await;
    assert!(matches!(first, Turn::Granted(_)));

    let late = one.clone().turn().await;
    drop(first);
    let next = one.turn().await;

    assert!(matches!(late, Turn::TooLate), "{late:?}");
    assert!(matches!(next, Turn::Granted(_)));
    let two = extractor().at_once(2);
    let (a, b) = (two.turn().await, two.turn().await);
    assert!(matches!((a, b), (Turn::Granted(_), Turn::Granted(_))));
    let stop = CancellationToken::new();
    stop.cancel();
    assert!(stop.run_until_cancelled(one.turn()).await.is_none());
}
