//! The sockets of this process, and the one reader that serves them all: it reads the events of every project that
//! somebody watches here, whenever a hint comes and now and then without one, and asks about everybody's right.

mod reader;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use platform::cache::Cache;
use platform::hint::Hints;
use platform::rights::RightsOf;
use platform::{Access, Viewer};
use shared::id::{AccountId, ProjectId, SessionId};
use tokio::sync::{OnceCell, broadcast, oneshot};
use uuid::Uuid;

use crate::AppState;
use crate::frame::{End, Frame};
use crate::hint::Hint;
use crate::presence::Presence;
use crate::store::{CatchUp, Known, News, ToldEvent, Watched};

/// How often things are done.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Events are read without a hint.
    pub look: Duration,
    /// Everybody's right is asked about, whether or not a hint has come.
    pub rights: Duration,
    /// Comings and goings closer together than this are told together.
    pub presence: Duration,
    /// A socket is asked whether its client is there; after three times without an answer it is not.
    pub ping: Duration,
    /// How long a socket lives at most: Cloud Run ends every request after 60 minutes.
    pub life: Duration,
    /// So many batches of events a socket may lag behind its room before it is closed.
    pub backlog: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(3),
            rights: Duration::from_secs(15),
            presence: Duration::from_millis(250),
            ping: Duration::from_secs(20),
            life: Duration::from_secs(55 * 60),
            backlog: 64,
        }
    }
}

/// The sockets of this process. Clones share them.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    hints: Hints<Hint>,
    pace: Pace,
    rooms: Mutex<Rooms>,
    reading: OnceCell<()>,
}

type Rooms = HashMap<ProjectId, Room>;

/// A project that somebody watches in this process.
struct Room {
    watched: Watched,
    /// How far its sockets know its events; none until the first of them does.
    known: Option<(Uuid, i64)>,
    said: broadcast::Sender<Broadcast>,
    /// Who was here when it was told last.
    present: Option<(Presence, Utf8Bytes)>,
    seats: HashMap<Uuid, Sitting>,
}

struct Sitting {
    account: AccountId,
    session: SessionId,
    end: Option<oneshot::Sender<End>>,
}

/// What is said to every socket of a room.
#[derive(Debug, Clone)]
pub(crate) enum Broadcast {
    /// Events in their order.
    Events(Arc<[SaidEvent]>),
    /// The client reads everything anew and goes on from here.
    Reset { epoch: Uuid, offset: i64 },
    /// Who is here.
    Presence(Utf8Bytes),
}

/// An event as every socket sends it: it is written once for all.
#[derive(Debug)]
pub(crate) struct SaidEvent {
    pub(crate) offset: i64,
    pub(crate) text: Utf8Bytes,
    pub(crate) notified: Vec<AccountId>,
}

/// A place in a room. Dropping it leaves.
pub(crate) struct Seat {
    pub(crate) id: Uuid,
    /// What is said from the moment that it was taken.
    pub(crate) said: broadcast::Receiver<Broadcast>,
    /// Why it has to be left.
    pub(crate) end: oneshot::Receiver<End>,
    project: ProjectId,
    hub: Hub,
}

impl Hub {
    pub(crate) fn new(cache: Option<Cache>, pace: Pace) -> Self {
        let (rooms, reading) = (Mutex::default(), OnceCell::new());
        Self(Arc::new(Inner { hints: Hints::new(cache), pace, rooms, reading }))
    }

    pub(crate) fn pace(&self) -> Pace {
        self.0.pace
    }

    /// Tells every process that something has happened.
    pub(crate) async fn tell(&self, hint: Hint) {
        self.0.hints.tell(hint).await;
    }

    /// Takes a seat. Whoever does reads the events after that, and says how far with [`Hub::know`], so that none
    /// falls between.
    pub(crate) async fn sit(
        &self,
        state: &AppState,
        access: Access<Viewer>,
        session: SessionId,
    ) -> Seat {
        let start = || async {
            let hints = self.0.hints.listen().await;
            let rights = state.base.rights.listen().await;
            tokio::spawn(reader::read(state.clone(), hints, rights));
        };
        self.0.reading.get_or_init(start).await;
        let (id, project) = (state.base.ids.next(), access.project_id());
        let (told, end) = oneshot::channel();
        let sitting = Sitting { account: access.account_id(), session, end: Some(told) };
        let mut rooms = self.rooms();
        let room = rooms
            .entry(project)
            .or_insert_with(|| Room::of(Watched::by(access), self.0.pace.backlog));
        let said = room.said.subscribe();
        room.seats.insert(id, sitting);
        Seat { id, said, end, project, hub: self.clone() }
    }

    /// Says how far a socket knows the events of its project. Its room reads on from what its first one knows.
    pub(crate) fn know(&self, access: Access<Viewer>, epoch: Uuid, offset: i64) {
        if let Some(room) = self.rooms().get_mut(&access.project_id()) {
            room.known.get_or_insert((epoch, offset));
        }
    }

    /// Who was here when it was told last; none before that.
    pub(crate) fn present(&self, access: Access<Viewer>) -> Option<Utf8Bytes> {
        let rooms = self.rooms();
        let (_, text) = rooms.get(&access.project_id())?.present.as_ref()?;
        Some(text.clone())
    }

    /// How far a room has said the events of its project.
    #[cfg(test)]
    pub(crate) fn offset(&self, project: ProjectId) -> Option<i64> {
        self.rooms().get(&project)?.known.map(|(_, offset)| offset)
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far every room is, or those of which a hint says that they are behind.
    fn known(&self, hinted: Option<&HashMap<ProjectId, i64>>) -> Vec<Known> {
        let rooms = self.rooms();
        let known = rooms.iter().filter_map(|(project, room)| {
            let (epoch, offset) = room.known?;
            let is_behind =
                hinted.is_none_or(|hinted| hinted.get(project).is_some_and(|to| *to > offset));
            is_behind.then_some(Known { watched: room.watched, epoch, offset })
        });
        known.collect()
    }

    /// Says what is new to the sockets of its room. True when more follows at once.
    fn say(&self, news: News) -> bool {
        let (said, known, has_more) = match news.read {
            CatchUp::Reset { epoch, offset } => {
                (Broadcast::Reset { epoch, offset }, (epoch, offset), false)
            }
            CatchUp::On { epoch, offset, has_more, events } => {
                let events = events.into_iter().filter_map(|event| SaidEvent::of(event).ok());
                (Broadcast::Events(events.collect()), (epoch, offset), has_more)
            }
        };
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&news.watched.id()) else { return false };
        room.known = Some(known);
        // Everybody may have left.
        let _ = room.said.send(said);
        has_more
    }

    /// Says who is here, where that has changed.
    fn say_present(&self, watched: Watched, presence: Presence) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&watched.id()) else { return };
        if room.present.as_ref().is_some_and(|(known, _)| *known == presence) {
            return;
        }
        let Ok(text) = Frame::Presence(presence.clone()).text() else { return };
        room.present = Some((presence, text.clone()));
        let _ = room.said.send(Broadcast::Presence(text));
    }

    /// The projects that are watched here.
    fn watched(&self) -> Vec<Watched> {
        self.rooms().values().map(|room| room.watched).collect()
    }

    /// Everybody who sits here.
    fn seats(&self) -> Vec<(Uuid, SessionId, AccountId, Watched)> {
        let rooms = self.rooms();
        let seats = rooms.values().flat_map(|room| {
            let sitting = room.seats.iter();
            sitting.map(|(id, sitting)| (*id, sitting.session, sitting.account, room.watched))
        });
        seats.collect()
    }

    /// Those of them whose rights have changed.
    fn seats_of(&self, changed: &HashSet<RightsOf>) -> Vec<(Uuid, SessionId, AccountId, Watched)> {
        let mut seats = self.seats();
        seats.retain(|(_, session, account, watched)| {
            changed.iter().any(|of| of.concerns(*account, *session, Some(watched.id())))
        });
        seats
    }

    /// Ends these sockets.
    fn end(&self, seats: &[(Uuid, SessionId, AccountId, Watched)], why: End) {
        let mut rooms = self.rooms();
        for (id, _, _, watched) in seats {
            let sitting = rooms.get_mut(&watched.id()).and_then(|room| room.seats.get_mut(id));
            if let Some(end) = sitting.and_then(|sitting| sitting.end.take()) {
                // Its socket may have ended by itself.
                let _ = end.send(why);
            }
        }
    }
}

impl Room {
    fn of(watched: Watched, backlog: usize) -> Self {
        let said = broadcast::Sender::new(backlog);
        Self { watched, known: None, said, present: None, seats: HashMap::new() }
    }
}

impl SaidEvent {
    pub(crate) fn of(event: ToldEvent) -> platform::Result<Self> {
        let (offset, notified) = (event.view.offset, event.notified);
        Ok(Self { offset, text: Frame::Event(Box::new(event.view)).text()?, notified })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut rooms = self.hub.rooms();
        let Some(room) = rooms.get_mut(&self.project) else { return };
        room.seats.remove(&self.id);
        if room.seats.is_empty() {
            rooms.remove(&self.project);
        }
    }
}
