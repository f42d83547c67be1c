//! What a file of 50 MiB, as large as an upload may be, takes in time and memory: by Google's client, in parts of 8 MiB
//! and with checksums, beside one request that carries it whole (`docs/adr/0033-files-go-by-googles-client.md`).
//! `cargo local bench files` runs it. The bucket is fake-gcs-server's, and shares the core.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at what is wrong"
)]

use std::fmt::Debug;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use platform::Result;
use platform::storage::{Put, Storage};
use reqwest::Body;
use reqwest::header::CONTENT_TYPE;
use testkit::{TestStorage, cpu_us, peak_mb};
use tokio::process::Command;

const SIZE: usize = 50 << 20;
/// What arrives at once.
const CHUNK: usize = 64 << 10;
const KEY: &str = "large";
const CONTENT: &str = "application/octet-stream";
const LIMIT: Duration = Duration::from_secs(300);
/// The first is what a process takes that does nothing; a download finds what was uploaded before.
const WAYS: [&str; 5] = ["nothing", "request up", "client up", "request down", "client down"];
/// How often each; the median by time is told.
const TIMES: usize = 7;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [way, endpoint, bucket] = arguments.as_slice() {
        transfer(way, endpoint, bucket).await;
        return ExitCode::SUCCESS;
    }
    // it says why there is none
    let Some(storage) = TestStorage::bucket().await else { return ExitCode::FAILURE };
    let (endpoint, bucket) = storage.address.as_ref().unwrap();
    for way in WAYS {
        let mut measured = Vec::new();
        for _ in 0..TIMES {
            measured.push(in_a_process_of_its_own([way, endpoint, bucket]).await);
        }
        measured.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let [ms, cpu_ms, mb] = measured[TIMES / 2];
        println!("{way:<14}{ms:>8.0} ms, of a core {cpu_ms:>6.0} ms, at most {mb:>6.1} MB");
    }
    ExitCode::SUCCESS
}

/// Milliseconds, those of a core, and the most memory.
async fn in_a_process_of_its_own(arguments: [&str; 3]) -> [f64; 3] {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).args(arguments).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<f64> = said.split_whitespace().map(|word| word.parse().unwrap()).collect();
    figures.try_into().unwrap()
}

/// Takes one of the ways, and prints what that took.
async fn transfer(way: &str, endpoint: &str, bucket: &str) {
    let process = std::process::id();
    let (began, cpu) = (Instant::now(), cpu_us(process));
    match way {
        "nothing" => {}
        "client up" => {
            let storage = Storage::bucket(endpoint, bucket, None);
            let put = storage.put_stream(KEY, CONTENT, SIZE as u64, file()).await.unwrap();
            assert_eq!(put, Put::Stored { size_bytes: SIZE as u64 });
        }
        "client down" => {
            let blob = Storage::bucket(endpoint, bucket, None).get(KEY).await.unwrap().unwrap();
            assert_eq!(length(blob.stream).await, SIZE);
        }
        "request up" => {
            let url =
                format!("{endpoint}/upload/storage/v1/b/{bucket}/o?uploadType=media&name={KEY}");
            let request = platform::http_client(LIMIT).post(url).header(CONTENT_TYPE, CONTENT);
            let answer = request.body(Body::wrap_stream(file())).send().await.unwrap();
            answer.error_for_status().unwrap();
        }
        "request down" => {
            let url = format!("{endpoint}/storage/v1/b/{bucket}/o/{KEY}?alt=media");
            let answer = platform::http_client(LIMIT).get(url).send().await.unwrap();
            assert_eq!(length(answer.bytes_stream()).await, SIZE);
        }
        other => panic!("there is no way '{other}'"),
    }
    let ms = began.elapsed().as_secs_f64() * 1e3;
    println!("{ms} {} {}", (cpu_us(process) - cpu) / 1e3, peak_mb("self").unwrap());
}

/// A file that is in no memory: one chunk again and again.
fn file() -> impl Stream<Item = Result<Bytes>> + Send + 'static {
    stream::iter(std::iter::repeat_n(Bytes::from(vec![7; CHUNK]), SIZE / CHUNK)).map(Ok)
}

async fn length<E: Debug>(stream: impl Stream<Item = Result<Bytes, E>>) -> usize {
    let length = stream.try_fold(0_usize, |sum, chunk| async move { Ok(sum + chunk.len()) });
    length.await.unwrap()
}
