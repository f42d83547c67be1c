//! A run as it goes, by server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use chrono::TimeDelta;
use futures::Stream;
use platform::http::Problem;
use platform::limit::Poll;
use platform::runs::RunView;
use platform::{Error, Result, Viewer, Within};
use shared::id::RunId;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{sleep, timeout};

use crate::State;
use crate::run::{OfRun, view};

const HEARTBEAT: Duration = Duration::from_secs(15);
/// So long somebody may go on to see what they have just lost the right to.
const TRUSTED: TimeDelta = TimeDelta::seconds(15);
/// Without a hint the row is read this often.
const POLL: Duration = Duration::from_secs(2);
/// Hints closer together than this are one event.
const AT_MOST_EVERY: Duration = Duration::from_millis(150);

/// The run's changes as they come, each event the whole run; ends with the run, or within 15 seconds of the
/// caller's right to see it.
#[utoipa::path(get, path = "/api/v1/runs/{run_id}/events", tag = "runs",
    params(("run_id" = RunId, Path), ("last-event-id" = Option<u64>, Header)),
    security(("bearer" = [])),
    responses((status = 200, body = RunView, content_type = "text/event-stream"),
        (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn watch(
    Of(state): Of<State>,
    _: Within<Poll>,
    run: OfRun<Viewer>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    // Subscribed before the first look, so that no change falls between.
    let hints = state.announcer.watch().await;
    let events = changes(state, run, hints, last);
    let heartbeat = KeepAlive::new().interval(HEARTBEAT).text("heartbeat");
    Ok(Sse::new(events).keep_alive(heartbeat))
}

fn changes(
    state: State,
    run: OfRun<Viewer>,
    mut hints: broadcast::Receiver<RunId>,
    mut last: Option<u64>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let mut checked_at = state.clock.now();
    let mut waits_until = None;
    async_stream::stream! {
        loop {
            let now = state.clock.now();
            if now - checked_at >= TRUSTED {
                let Ok(true) = run.is_seen(&state).await else { break };
                checked_at = now;
            }
            // A failure ends the stream: the client comes back with the id of its last event.
            let Ok(view) = view(&state, run.run_id).await else { break };
            let is_new = last.is_none_or(|last| view.revision() > last);
            if is_new || view.waits_until != waits_until {
                waits_until = view.waits_until;
                last = Some(view.revision());
                let Ok(event) = event(&view) else { break };
                yield Ok(event);
            }
            if view.status.is_final() {
                break;
            }
            sleep(AT_MOST_EVERY).await;
            hint_for(run.run_id, &mut hints).await;
        }
    }
}

/// Waits for a hint about this run, but no longer than the time to look anyway.
async fn hint_for(run: RunId, hints: &mut broadcast::Receiver<RunId>) {
    let hint = async {
        loop {
            match hints.recv().await {
                Ok(id) if id == run => return,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    };
    // Without a hint it is time to look anyway.
    let _ = timeout(POLL, hint).await;
}

fn event(view: &RunView) -> Result<Event> {
    let name = if view.status.is_final() { "end" } else { "progress" };
    let event = Event::default().id(view.revision().to_string()).event(name);
    event.json_data(view).map_err(|error| Error::Internal(error.into()))
}
