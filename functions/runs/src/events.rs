//! A run as it goes, by server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use chrono::TimeDelta;
use futures::Stream;
use platform::http::Problem;
use platform::limit::{Full, MOST_STREAMS, Poll, StreamPlace};
use platform::rights::RightsOf;
use platform::runs::RunView;
use platform::{Error, Result, Viewer, Within};
use shared::id::RunId;
use tokio::sync::{broadcast, watch};
use tokio::time::timeout;

use crate::AppState;
use crate::run::{OfRun, view};
use crate::watch::{POLL, Reading};

const HEARTBEAT: Duration = Duration::from_secs(15);
/// So long somebody may go on to see what they have lost the right to, where no hint tells of it.
const TRUSTED: TimeDelta = TimeDelta::seconds(15);
/// The wait of a client whose connection broke. Without one it may come back at once, again and again.
const COME_BACK: Duration = Duration::from_secs(3);

/// The run's changes as they come, each event the whole run; ends with the run, or with the
/// caller's right to see it: within 15 seconds. Whoever comes back after the end is told the end again. At most eight at a time
/// for a person, and 512 for all who are served by one process.
#[utoipa::path(get, path = "/api/v1/runs/{run_id}/events", tag = "runs",
    params(("run_id" = RunId, Path), ("last-event-id" = Option<u64>, Header)),
    security(("bearer" = [])),
    responses((status = 200, body = RunView, content_type = "text/event-stream"),
        (status = 404, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn watch(
    State(state): State<AppState>,
    _: Within<Poll>,
    run: OfRun<Viewer>,
    headers: HeaderMap,
) -> Result<Response> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let place = match state.base.limiter.stream(run.account_id()).await {
        Ok(place) => place,
        Err(why) => return Ok(full(why)),
    };
    let hints = (state.base.rights.listen().await, state.readings.watch(&state, run.run_id).await);
    let events = changes(state, run, hints, last, place);
    let heartbeat = KeepAlive::new().interval(HEARTBEAT).text("heartbeat");
    // No proxy may gather events to compress them, or because it gathers everything.
    let headers = [
        (CACHE_CONTROL, "no-cache, no-transform"),
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Sse::new(events).keep_alive(heartbeat)).into_response())
}

/// 429 for somebody who watches as much as one may, 503 where too many people watch.
fn full(why: Full) -> Response {
    let (status, code, text) = match why {
        Full::Person => {
            let text = format!("At most {MOST_STREAMS} event streams at a time: close one");
            (StatusCode::TOO_MANY_REQUESTS, "limit_reached", text)
        }
        Full::Process => {
            let text = "Too many event streams are open here: come back, or ask for the run itself";
            (StatusCode::SERVICE_UNAVAILABLE, "streams_full", text.to_owned())
        }
    };
    let mut problem = Problem::new(status, code, text.clone());
    problem.error = Some(text);
    let mut response = problem.into_response();
    response.headers_mut().insert(RETRY_AFTER, HEARTBEAT.as_secs().into());
    response
}

fn changes(
    state: AppState,
    run: OfRun<Viewer>,
    (mut changed, mut readings): (broadcast::Receiver<RightsOf>, watch::Receiver<Reading>),
    mut last: Option<u64>,
    place: StreamPlace,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let mut checked_at = Some(state.base.clock.now());
    let mut waits_until = None;
    async_stream::stream! {
        // The first look is the watcher's own: what the others were told last may be older than what this
        // one has seen.
        let Ok(first) = view(&state, run.run_id).await else { return };
        let mut reading = Some(Arc::new(first));
        loop {
            let now = state.base.clock.now();
            if checked_at.is_none_or(|at| now - at >= TRUSTED) {
                let Ok(true) = run.is_seen(&state).await else { break };
                place.keep().await;
                checked_at = Some(now);
            }
            if let Some(view) = reading.take() {
                let is_over = view.status.is_final();
                let is_new = last.is_none_or(|last| view.revision() > last);
                if is_over || is_new || view.waits_until != waits_until {
                    waits_until = view.waits_until;
                    last = Some(view.revision());
                    let Ok(event) = event(&view) else { break };
                    yield Ok(event);
                }
                if is_over {
                    break;
                }
            }
            tokio::select! {
                () = run.until_asked_about(&mut changed) => checked_at = None,
                next = next(&mut readings) => match next {
                    Ok(next) => reading = next,
                    // The client comes back with the id of its last event.
                    Err(Lost) => break,
                },
            }
        }
    }
}

/// The next reading, or none in the time after which rights are asked about anyway.
async fn next(readings: &mut watch::Receiver<Reading>) -> Result<Option<Arc<RunView>>, Lost> {
    match timeout(POLL, readings.changed()).await {
        Ok(Ok(())) => match &*readings.borrow_and_update() {
            Reading::Run(view) => Ok(Some(view.clone())),
            Reading::None => Ok(None),
            Reading::Lost => Err(Lost),
        },
        Ok(Err(_)) => Err(Lost),
        Err(_) => Ok(None),
    }
}

/// The run cannot be read now.
struct Lost;

fn event(view: &RunView) -> Result<Event> {
    let name = if view.status.is_final() { "end" } else { "progress" };
    let event = Event::default().id(view.revision().to_string()).event(name).retry(COME_BACK);
    event.json_data(view).map_err(|error| Error::Internal(error.into()))
}
