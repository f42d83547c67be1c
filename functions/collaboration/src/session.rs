//! One socket, from its first frame to its last.

use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use platform::limit::StreamPlace;
use platform::{Access, Viewer};
use shared::id::SessionId;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use uuid::Uuid;

use crate::AppState;
use crate::frame::{End, Frame, Heard};
use crate::hint::Hint;
use crate::hub::{Broadcast, SaidEvent, Seat};
use crate::presence;
use crate::store::{self, CatchUp, Watched};
use crate::subject::Subject;

/// A client that does not take a frame in this time is gone, as far as we can tell.
const PATIENCE: Duration = Duration::from_secs(10);
/// Messages of a client in a minute: nobody looks at another thing more often than once a second.
const MOST_MESSAGES: u32 = 60;
const MINUTE: Duration = Duration::from_secs(60);
/// Pings that may stay without any sign of the client.
const MOST_UNANSWERED: u32 = 3;
/// Sockets that were opened together do not all come back together.
const SPREAD_SECONDS: u64 = 300;

/// What a socket is of.
pub(crate) struct Session {
    pub(crate) state: AppState,
    pub(crate) access: Access<Viewer>,
    pub(crate) session: SessionId,
    /// Among the sockets that a person may have.
    pub(crate) place: StreamPlace,
    /// What the client knows already.
    pub(crate) since: Option<(Uuid, i64)>,
}

/// A socket that is being served.
struct Serving {
    session: Session,
    socket: WebSocket,
    seat: Seat,
    /// What the client knows by now.
    known: (Uuid, i64),
    looks_at: Option<Subject>,
    heard_at: Instant,
    messages: Messages,
}

/// The messages of the present minute.
struct Messages {
    since: Instant,
    count: u32,
}

impl Session {
    /// Serves a socket until it ends, and says why.
    pub(crate) async fn run(self, socket: WebSocket) {
        let Session { state, access, session, .. } = &self;
        let seat = state.hub.sit(state, *access, *session).await;
        let now = Instant::now();
        let known = self.since.unwrap_or_default();
        let messages = Messages { since: now, count: 0 };
        let mut serving =
            Serving { session: self, socket, seat, known, looks_at: None, heard_at: now, messages };
        let why = serving.serve().await;
        serving.end(why).await;
    }

    async fn read(&self, since: Option<(Uuid, i64)>) -> Result<CatchUp, End> {
        let watched = Watched::by(self.access);
        let read = store::catch_up(&self.state.base.pool, watched, since).await;
        read.map_err(|_| End::Away)
    }

    /// Says that a tab is here, and what it shows.
    async fn note(&self, tab: Uuid, looks_at: Option<Subject>) {
        let (cache, now) = (self.state.base.cache.as_ref(), self.state.base.clock.now());
        presence::note(cache, self.access, tab, looks_at, now).await;
    }
}

impl Serving {
    /// Serves until the end comes.
    async fn serve(&mut self) -> End {
        match self.begin().await {
            Ok(()) => {}
            Err(end) => return end,
        }
        let pace = self.session.state.hub.pace();
        let mut ping = interval_at(Instant::now() + pace.ping, pace.ping);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let over = Instant::now() + life(pace.life, self.seat.id);
        loop {
            let done = tokio::select! {
                end = &mut self.seat.end => Err(end.unwrap_or(End::ComeBack)),
                said = self.seat.said.recv() => self.pass_on(said).await,
                heard = self.socket.recv() => self.hear(heard).await,
                _ = ping.tick() => self.ping(pace.ping).await,
                () = sleep_until(over) => Err(End::ComeBack),
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    /// Brings the client to where the events stand, and says that it is here.
    async fn begin(&mut self) -> Result<(), End> {
        self.catch_up(self.session.since).await?;
        let (epoch, offset) = self.known;
        let access = self.session.access;
        self.session.state.hub.know(access, epoch, offset);
        self.note().await;
        self.session.state.hub.tell(Hint::Presence(access.project_id())).await;
        if let Some(present) = self.session.state.hub.present(access) {
            self.send(present).await?;
        }
        Ok(())
    }

    /// Reads on from what the client knows. The first answer is a hello or a reset.
    async fn catch_up(&mut self, since: Option<(Uuid, i64)>) -> Result<(), End> {
        let mut read = self.session.read(since).await?;
        let hello = match &read {
            CatchUp::Reset { epoch, offset } => Frame::Reset { epoch: *epoch, offset: *offset },
            CatchUp::On { epoch, offset, .. } => {
                let offset = since.map_or(*offset, |(_, since)| since);
                Frame::Hello { epoch: *epoch, offset }
            }
        };
        self.say(&hello).await?;
        if let Frame::Hello { epoch, offset } | Frame::Reset { epoch, offset } = hello {
            self.known = (epoch, offset);
        }
        while let CatchUp::On { has_more, events, .. } = read {
            for event in events {
                let event = SaidEvent::of(event).map_err(|_| End::Away)?;
                self.say_event(&event).await?;
            }
            if !has_more {
                break;
            }
            read = self.session.read(Some(self.known)).await?;
            if let CatchUp::Reset { epoch, offset } = read {
                self.reset(epoch, offset).await?;
            }
        }
        Ok(())
    }

    /// What the room says. A socket that has missed something of it is closed: it comes back from its last offset.
    async fn pass_on(&mut self, said: Result<Broadcast, RecvError>) -> Result<(), End> {
        match said {
            Ok(Broadcast::Events(events)) => {
                for event in events.iter() {
                    if event.offset > self.known.1 + 1 {
                        self.fill(event.offset).await?;
                    }
                    if event.offset == self.known.1 + 1 {
                        self.say_event(event).await?;
                    }
                }
                Ok(())
            }
            Ok(Broadcast::Reset { epoch, offset }) if (epoch, offset) != self.known => {
                self.reset(epoch, offset).await
            }
            Ok(Broadcast::Reset { .. }) => Ok(()),
            Ok(Broadcast::Presence(text)) => self.send(text).await,
            Err(RecvError::Lagged(_)) => Err(End::Slow),
            Err(RecvError::Closed) => Err(End::ComeBack),
        }
    }

    /// Reads what lies between what the client knows and this event: it was said before this socket listened, and
    /// after it had read.
    async fn fill(&mut self, before: i64) -> Result<(), End> {
        while self.known.1 + 1 < before {
            match self.session.read(Some(self.known)).await? {
                CatchUp::Reset { epoch, offset } => return self.reset(epoch, offset).await,
                CatchUp::On { events, .. } if events.is_empty() => return Err(End::Away),
                CatchUp::On { events, .. } => {
                    for event in events {
                        let event = SaidEvent::of(event).map_err(|_| End::Away)?;
                        self.say_event(&event).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn say_event(&mut self, event: &SaidEvent) -> Result<(), End> {
        self.send(event.text.clone()).await?;
        self.known.1 = event.offset;
        if event.notified.contains(&self.session.access.account_id()) {
            self.say(&Frame::Inbox).await?;
        }
        Ok(())
    }

    async fn reset(&mut self, epoch: Uuid, offset: i64) -> Result<(), End> {
        self.say(&Frame::Reset { epoch, offset }).await?;
        self.known = (epoch, offset);
        Ok(())
    }

    async fn say(&mut self, frame: &Frame) -> Result<(), End> {
        let text = frame.text().map_err(|_| End::Away)?;
        self.send(text).await
    }

    async fn send(&mut self, text: Utf8Bytes) -> Result<(), End> {
        self.put(Message::Text(text)).await
    }

    /// Waits until the client takes it, but not for long: meanwhile its room goes on.
    async fn put(&mut self, message: Message) -> Result<(), End> {
        match timeout(PATIENCE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    /// What the client says. Pings are answered by the protocol itself.
    async fn hear(&mut self, heard: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        // A frame beyond the limit is an error as well.
        let Some(Ok(message)) = heard else { return Err(End::Gone) };
        self.heard_at = Instant::now();
        if matches!(message, Message::Pong(_)) {
            return Ok(());
        }
        self.messages.count()?;
        match message {
            Message::Text(text) => self.understand(&text).await,
            Message::Close(_) => Err(End::Gone),
            Message::Binary(_) => Err(End::Malformed),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
        }
    }

    async fn understand(&mut self, text: &str) -> Result<(), End> {
        let heard: Heard = serde_json::from_str(text).map_err(|_| End::Malformed)?;
        let Heard::Look { subject } = heard;
        if subject != self.looks_at {
            self.looks_at = subject;
            self.note().await;
            let project = self.session.access.project_id();
            self.session.state.hub.tell(Hint::Presence(project)).await;
        }
        Ok(())
    }

    /// Says that this tab is here.
    async fn note(&mut self) {
        self.session.note(self.seat.id, self.looks_at).await;
    }

    /// Asks whether the client is there, and keeps what is kept for it.
    async fn ping(&mut self, every: Duration) -> Result<(), End> {
        if self.heard_at.elapsed() > every * MOST_UNANSWERED {
            return Err(End::Gone);
        }
        self.put(Message::Ping(Vec::new().into())).await?;
        self.note().await;
        self.session.place.keep().await;
        Ok(())
    }

    /// Says why it ends, and that this tab is here no more.
    async fn end(mut self, why: End) {
        let Session { state, access, .. } = &self.session;
        presence::forget(state.base.cache.as_ref(), *access, self.seat.id).await;
        state.hub.tell(Hint::Presence(access.project_id())).await;
        if let Some(frame) = why.frame() {
            // Whoever does not take it learns nothing, and comes back as after any broken connection.
            let _ = self.put(Message::Close(Some(frame))).await;
        }
    }
}

impl Messages {
    fn count(&mut self) -> Result<(), End> {
        if self.since.elapsed() >= MINUTE {
            *self = Self { since: Instant::now(), count: 0 };
        }
        self.count += 1;
        match self.count > MOST_MESSAGES {
            true => Err(End::Talkative),
            false => Ok(()),
        }
    }
}

/// How long this socket lives: those that were opened together end one after the other.
fn life(longest: Duration, seat: Uuid) -> Duration {
    let spread = u64::try_from(seat.as_u128() % u128::from(SPREAD_SECONDS)).unwrap_or(0);
    longest.saturating_sub(Duration::from_secs(spread).min(longest / 10))
}
