//! One trace from a click to the work that it causes. The id goes with each message as `traceparent`
//! (W3C Trace Context, level 1), so that a log shows a run's shards under the request that started it.

use std::cell::RefCell;

use tracing::Span;
use uuid::Uuid;

use crate::Ids;

tokio::task_local! {
    static TRACE: RefCell<String>;
}

/// Runs something as part of a trace.
pub async fn during<F: Future>(trace: String, serving: F) -> F::Output {
    TRACE.scope(RefCell::new(trace), serving).await
}

/// The trace of the request that this task serves, as 32 hexadecimal digits.
pub fn current() -> Option<String> {
    TRACE.try_with(|trace| trace.borrow().clone()).ok()
}

/// The trace that a request's id names, or a new one where it names none: Cloud Trace's ids are traces, and
/// our own are UUIDs.
pub(crate) fn named(request_id: &str, ids: &Ids) -> String {
    let digits = request_id.replace('-', "").to_ascii_lowercase();
    if is_id(&digits, 32) { digits } else { ids.next::<Uuid>().simple().to_string() }
}

/// The header of a message that this task sends; none outside of a request.
#[expect(clippy::disallowed_methods, reason = "a span is nothing of ours and is never stored")]
pub(crate) fn traceparent() -> Option<String> {
    let (span, _) = Uuid::new_v4().as_u64_pair();
    Some(format!("00-{}-{span:016x}-01", current()?))
}

/// Goes on with the trace of a message. One that is malformed is passed over: it steers a log and nothing else.
pub(crate) fn go_on(traceparent: &str) {
    let parts: Vec<&str> = traceparent.split('-').collect();
    let [_, trace, span, _] = parts[..] else { return };
    if is_id(trace, 32) && is_id(span, 16) {
        let _ = TRACE.try_with(|current| trace.clone_into(&mut current.borrow_mut()));
        Span::current().record("trace_id", trace);
    }
}

/// Lower-case hexadecimal digits that are not all zero.
fn is_id(text: &str, digits: usize) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == digits && text.bytes().all(is_digit) && text.bytes().any(|byte| byte != b'0')
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::extract::Request;
    use axum::middleware::{self, Next};
    use axum::routing::post;
    use serde_json::{Value, json};

    use super::*;
    use crate::Clock;
    use crate::queue::{Bus, Outcome, Publisher, Pushed, Verifier};

    const CLICK: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_request_id_that_is_a_trace_stays_one_and_every_other_gets_one() {
        let ids = Ids::system();
        assert_eq!(named(CLICK, &ids), CLICK);
        assert_eq!(named("4BF92F35-77B3-4DA6-A3CE-929D0E0E4736", &ids), CLICK);
        for odd in ["request-of-a-client", "00000000000000000000000000000000", ""] {
            assert!(is_id(&named(odd, &ids), 32), "{odd}");
        }
    }

    #[tokio::test]
    async fn outside_of_a_request_nothing_is_sent_and_a_malformed_one_changes_nothing() {
        assert_eq!(traceparent(), None);
        let malformed = [
            "",
            "00-4bf9-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-00f067aa0ba902b7-01",
            "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-0000000000000000-01",
        ];
        during(CLICK.to_owned(), async {
            for text in malformed {
                go_on(text);
            }
            assert_eq!(current().as_deref(), Some(CLICK));
        })
        .await;
    }

    #[tokio::test]
    async fn work_is_in_the_trace_of_the_click_and_so_are_the_messages_it_sends() {
        let (bus, deliveries) = Bus::new();
        let verifier = Verifier::local(b"a key of the bus", Clock::system());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (publisher, noted) = (Publisher::bus(bus), Arc::clone(&seen));
        let sender = publisher.clone();
        let work = move |Pushed(message): Pushed<Value>| async move {
            noted.lock().unwrap().push(current().unwrap());
            if message["step"] == 1 {
                sender.publish("work", &json!({ "step": 2 })).await.unwrap();
            }
            Outcome::Done
        };
        let serve = |request: Request, next: Next| {
            during(named("a-push-of-its-own", &Ids::system()), next.run(request))
        };
        let workers = Router::new()
            .route("/internal/events/work", post(work))
            .layer(middleware::from_fn(serve))
            .with_state(verifier.clone());
        let delivering = tokio::spawn(deliveries.run(workers, verifier));

        let first = json!({ "step": 1 });
        during(CLICK.to_owned(), publisher.publish("work", &first)).await.unwrap();

        while seen.lock().unwrap().len() < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(*seen.lock().unwrap(), [CLICK, CLICK]);
        delivering.abort();
    }
}
