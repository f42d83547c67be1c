//! Folder and bucket alike.

use bytes::Bytes;
use futures::{StreamExt, stream};
use platform::storage::{Put, Storage};
use platform::{Error, Result};
use testkit::{TestStorage, free_port};

const MIB: usize = 1 << 20;

/// So many different chunks of a mebibyte.
fn chunks(count: u8) -> Vec<Bytes> {
    (0..count).map(|i| Bytes::from(vec![i; MIB])).collect()
}

async fn put(storage: &Storage, key: &str, chunks: Vec<Bytes>, limit: u64) -> Result<Put> {
    let stream = stream::iter(chunks).map(Ok);
    storage.put_stream(key, "application/octet-stream", limit, stream).await
}

async fn read(storage: &Storage, key: &str) -> Option<Bytes> {
    Some(storage.get(key).await.unwrap()?.bytes().await.unwrap())
}

async fn keep(storage: &Storage, key: &str) {
    storage.put(key, "text/plain", Bytes::from_static(b"kept")).await.unwrap();
}

#[tokio::test]
async fn a_large_file_comes_back_as_it_went_in() {
    for TestStorage { name, storage, .. } in &TestStorage::all().await {
        let kept = put(storage, "a/large", chunks(24), 24 * MIB as u64).await.unwrap();

        assert_eq!(kept, Put::Stored { size_bytes: 24 * MIB as u64 }, "{name}");
        let blob = storage.get("a/large").await.unwrap().unwrap();
        assert_eq!(blob.size_bytes, Some(24 * MIB as u64), "{name}");
        let back = blob.bytes().await.unwrap();
        assert!(back == chunks(24).concat(), "{name}");
    }
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    for TestStorage { name, storage, .. } in &TestStorage::all().await {
        put(storage, "empty", Vec::new(), 0).await.unwrap();

        assert_eq!(read(storage, "empty").await.as_deref(), Some(&[][..]), "{name}");
    }
}

#[tokio::test]
async fn a_file_that_is_too_long_leaves_the_one_before() {
    for TestStorage { name, storage, folder, .. } in &TestStorage::all().await {
        keep(storage, "a/file").await;

        let refused = put(storage, "a/file", chunks(3), 2 * MIB as u64 + 1).await.unwrap();

        assert_eq!(refused, Put::TooLarge, "{name}");
        assert_eq!(read(storage, "a/file").await.unwrap(), "kept", "{name}");
        if let Some(folder) = folder {
            let growing = std::fs::read_dir(folder.join(".growing")).unwrap().count();
            assert_eq!(growing, 0, "what was refused is removed");
        }
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_leaves_nothing_and_its_own_reason() {
    for TestStorage { name, storage, .. } in &TestStorage::all().await {
        let broken = shared::Error::Refused("the upload broke off".to_owned());
        let stream = stream::iter([Ok(Bytes::from(vec![0; MIB])), Err(broken.into())]);

        let failed = storage.put_stream("a/file", "text/plain", 5 * MIB as u64, stream).await;

        assert_eq!(failed.unwrap_err().to_string(), "the upload broke off", "{name}");
        assert!(!storage.exists("a/file").await.unwrap(), "{name}");
    }
}

#[tokio::test]
async fn an_upload_whose_client_leaves_keeps_nothing() {
    for TestStorage { name, storage, folder, .. } in &TestStorage::all().await {
        let stream = stream::iter(chunks(1)).map(Ok).chain(stream::pending());
        let uploading = storage.put_stream("a/file", "text/plain", u64::MAX, stream);

        let left = tokio::time::timeout(std::time::Duration::from_millis(200), uploading).await;

        assert!(left.is_err(), "{name}");
        assert!(!storage.exists("a/file").await.unwrap(), "{name}");
        if let Some(folder) = folder {
            assert_eq!(std::fs::read_dir(folder.join(".growing")).unwrap().count(), 0);
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_without_failing() {
    for TestStorage { name, storage, .. } in &TestStorage::all().await {
        assert!(storage.get("no/file").await.unwrap().is_none(), "{name}");
        assert!(!storage.exists("no/file").await.unwrap(), "{name}");
        assert!(!storage.delete("no/file").await.unwrap(), "{name}");
        storage.delete_prefix("no/").await.unwrap();
    }
}

#[tokio::test]
async fn a_removed_file_is_gone_and_a_second_removal_says_so() {
    for TestStorage { name, storage, .. } in &TestStorage::all().await {
        keep(storage, "a/file").await;
        keep(storage, "a/other").await;

        assert!(storage.delete("a/file").await.unwrap(), "{name}");

        assert!(!storage.delete("a/file").await.unwrap(), "{name}");
        assert!(!storage.exists("a/file").await.unwrap(), "{name}");
        assert!(storage.exists("a/other").await.unwrap(), "{name}");
    }
}

#[tokio::test]
async fn a_prefix_takes_everything_below_it_and_nothing_beside_it() {
    for TestStorage { name, storage, .. } in &TestStorage::all().await {
        for key in ["one/a", "one/b/c", "one-more/a", "two/a"] {
            keep(storage, key).await;
        }

        storage.delete_prefix("one/").await.unwrap();

        for (key, is_left) in
            [("one/a", false), ("one/b/c", false), ("one-more/a", true), ("two/a", true)]
        {
            assert_eq!(storage.exists(key).await.unwrap(), is_left, "{name}: {key}");
        }
    }
}

#[tokio::test]
async fn folders_are_told_by_their_names_and_nothing_that_lies_beside_or_below() {
    for TestStorage { name, storage, .. } in &TestStorage::all().await {
        for key in ["all/one/a", "all/one/b", "all/two/deep/a", "all/file", "others/three/a"] {
            keep(storage, key).await;
        }

        let mut folders = storage.folders("all/", None).await.unwrap();

        folders.names.sort();
        assert_eq!(folders.names, ["one", "two"], "{name}");
        assert_eq!(folders.next, None, "{name}");
        assert!(storage.folders("none/", None).await.unwrap().names.is_empty(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_reads_while_a_file_is_replaced_gets_one_of_the_two() {
    for TestStorage { name, storage, .. } in &TestStorage::all().await {
        let versions = [vec![b'a'; 3 * MIB], vec![b'b'; 2 * MIB]].map(Bytes::from);
        storage.put("a/file", "text/plain", versions[0].clone()).await.unwrap();
        let writer = async {
            for round in 0..10 {
                storage.put("a/file", "text/plain", versions[round % 2].clone()).await.unwrap();
            }
        };
        let reader = async {
            for _ in 0..10 {
                let read = read(storage, "a/file").await.unwrap();
                assert!(versions.contains(&read), "{name}: {} bytes", read.len());
            }
        };

        tokio::join!(writer, reader);
    }
}

#[tokio::test]
async fn a_key_that_would_lead_out_of_the_store_is_refused() {
    for TestStorage { name, storage, .. } in &TestStorage::all().await {
        for key in ["../outside", "/etc/passwd", "a/../../b", ".growing/x"] {
            let refused = storage.put(key, "text/plain", Bytes::new()).await.unwrap_err();
            assert!(matches!(refused, Error::Internal(_)), "{name}: {key}");
            assert!(storage.get(key).await.is_err(), "{name}: {key}");
        }
        assert!(storage.delete_prefix("../").await.is_err(), "{name}");
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_worth_another_try() {
    let gone = Storage::bucket(&format!("http://127.0.0.1:{}", free_port()), "bucket", None);

    let failed = gone.put("a/file", "text/plain", Bytes::new()).await.unwrap_err();

    assert!(matches!(failed, Error::Storage(_)) && failed.is_retryable(), "{failed:?}");
}
