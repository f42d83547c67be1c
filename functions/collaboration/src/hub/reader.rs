//! The one reader of a process.

use std::collections::{HashMap, HashSet};

use platform::error::Chain;
use platform::rights::RightsOf;
use shared::id::{AccountId, ProjectId, SessionId};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use uuid::Uuid;

use crate::AppState;
use crate::frame::End;
use crate::hint::Hint;
use crate::presence;
use crate::store::{self, Watched};

/// So often the rights of everybody may stay unknown before the sockets end.
const MOST_UNKNOWN: u32 = 2;

/// What hints have said that nobody has looked at yet.
#[derive(Default)]
struct Hinted {
    /// The offset that each project has at least.
    events: HashMap<ProjectId, i64>,
    /// Who is here has changed in these.
    presence: HashSet<ProjectId>,
}

impl Hinted {
    fn add(&mut self, hint: Hint) {
        match hint {
            Hint::Event(project, offset) => {
                let known = self.events.entry(project).or_default();
                *known = offset.max(*known);
            }
            Hint::Presence(project) => drop(self.presence.insert(project)),
        }
    }
}

/// What a hint has said, and what else waits already; true for what was lost. None when nothing more comes.
fn heard<T: Clone>(
    first: Result<T, RecvError>,
    hints: &mut broadcast::Receiver<T>,
) -> Option<(Vec<T>, bool)> {
    let (mut heard, mut is_lost) = (Vec::new(), false);
    match first {
        Ok(hint) => heard.push(hint),
        Err(RecvError::Lagged(_)) => is_lost = true,
        Err(RecvError::Closed) => return None,
    }
    loop {
        match hints.try_recv() {
            Ok(hint) => heard.push(hint),
            Err(TryRecvError::Lagged(_)) => is_lost = true,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return Some((heard, is_lost)),
        }
    }
}

/// Serves the sockets of this process for as long as it lives.
pub(super) async fn read(
    state: AppState,
    mut hints: broadcast::Receiver<Hint>,
    mut changed: broadcast::Receiver<RightsOf>,
) {
    let pace = state.hub.pace();
    // Whoever has just sat down knows what there is, and has the right: the first look is a while later.
    let every = |period| {
        let mut ticks = interval_at(Instant::now() + period, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks
    };
    let (mut look, mut told, mut rights) =
        (every(pace.look), every(pace.presence), every(pace.rights));
    let mut hinted = Hinted::default();
    let mut unknown = 0;
    loop {
        tokio::select! {
            hint = hints.recv() => {
                let Some((heard, is_everything)) = heard(hint, &mut hints) else { return };
                heard.into_iter().for_each(|hint| hinted.add(hint));
                let events = std::mem::take(&mut hinted.events);
                say_news(&state, (!is_everything).then_some(&events)).await;
            }
            of = changed.recv() => {
                let Some((heard, is_everything)) = heard(of, &mut changed) else { return };
                let seats = match is_everything {
                    true => state.hub.seats(),
                    false => state.hub.seats_of(&heard.into_iter().collect()),
                };
                // Where nobody can tell now, everybody is asked about before long.
                end_without_right(&state, seats, 0).await;
            }
            _ = look.tick() => say_news(&state, None).await,
            _ = told.tick() => say_present(&state, &std::mem::take(&mut hinted.presence)).await,
            _ = rights.tick() => {
                // Whose process has died says no goodbye.
                hinted.presence.extend(state.hub.watched().into_iter().map(Watched::id));
                unknown = end_without_right(&state, state.hub.seats(), unknown).await;
            }
        }
    }
}

/// Reads what is new, in the rooms that are behind or in all of them, and says it.
async fn say_news(state: &AppState, hinted: Option<&HashMap<ProjectId, i64>>) {
    loop {
        let known = state.hub.known(hinted);
        if known.is_empty() {
            return;
        }
        let news = match store::news(&state.base.pool, &known).await {
            Ok(news) => news,
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "events are read later");
                return;
            }
        };
        // Each says it, whatever the one before has answered.
        let more = news.into_iter().map(|news| state.hub.say(news)).filter(|more| *more).count();
        if more == 0 {
            return;
        }
    }
}

async fn say_present(state: &AppState, projects: &HashSet<ProjectId>) {
    if projects.is_empty() {
        return;
    }
    let mut watched = state.hub.watched();
    watched.retain(|watched| projects.contains(&watched.id()));
    match presence::read(state, &watched).await {
        Ok(all) => {
            for (watched, presence) in watched.into_iter().zip(all) {
                state.hub.say_present(watched, presence);
            }
        }
        Err(error) => tracing::warn!(error = %Chain(&error), "who is here is read later"),
    }
}

/// Ends those of these sockets whose people have lost their right, and all of them when nobody can tell for long.
/// Returns how often nobody could.
async fn end_without_right(
    state: &AppState,
    mut seats: Vec<(Uuid, SessionId, AccountId, Watched)>,
    unknown: u32,
) -> u32 {
    if seats.is_empty() {
        return 0;
    }
    let now = state.base.clock.now();
    match store::still_seen(&state.base.pool, &seats, now).await {
        Ok(seen) => {
            let seen: HashSet<Uuid> = seen.into_iter().collect();
            seats.retain(|(id, ..)| !seen.contains(id));
            state.hub.end(&seats, End::NoRight);
            0
        }
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "rights at sockets are unknown");
            if unknown + 1 >= MOST_UNKNOWN {
                state.hub.end(&seats, End::Away);
            }
            unknown + 1
        }
    }
}
