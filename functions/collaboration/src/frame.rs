//! What a socket and its client say to each other, each as one text of JSON.

use axum::extract::ws::{CloseFrame, Utf8Bytes};
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::event::EventView;
use crate::presence::Presence;
use crate::subject::Subject;

/// What the server says.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = SocketFrame)]
pub(crate) enum Frame {
    /// First: the events after this offset follow.
    Hello {
        /// What the offset is of.
        epoch: Uuid,
        /// The last event before those that follow.
        offset: i64,
    },
    /// First, or at any time: what the client knows is not enough. It reads everything anew and goes on from here.
    Reset {
        /// What the offset is of.
        epoch: Uuid,
        /// The last event before those that follow.
        offset: i64,
    },
    /// The next event.
    Event(Box<EventView>),
    /// Everybody who is here.
    Presence(Presence),
    /// The caller's own inbox has something new.
    Inbox,
}

/// What the client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Heard {
    /// What this tab shows now.
    Look {
        /// Null for the project alone.
        subject: Option<Subject>,
    },
}

impl Frame {
    /// As it is sent.
    pub(crate) fn text(&self) -> Result<Utf8Bytes> {
        let json = serde_json::to_string(self).map_err(|error| Error::Internal(error.into()))?;
        Ok(json.into())
    }
}

/// Why a socket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The client has gone, or does not answer: there is nobody to tell.
    Gone,
    /// It has lived as long as it may.
    ComeBack,
    /// The right has ended: signed out, left, deleted.
    NoRight,
    /// The client reads too slowly.
    Slow,
    /// The server cannot read the events.
    Away,
    /// The client says too much.
    Talkative,
    /// The client says what is no message.
    Malformed,
    /// The person has as many sockets as one may.
    Full,
}

impl End {
    /// What is told last, where there is somebody to tell.
    pub(crate) fn frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Gone => return None,
            Self::ComeBack => (4001, "come back with another ticket"),
            Self::NoRight => (4003, "the right to see this project has ended"),
            Self::Slow => (4008, "too slow: come back from the last offset"),
            Self::Away => (4011, "events cannot be read now: come back later"),
            Self::Talkative => (4029, "too many messages: come back later"),
            Self::Malformed => (4400, "no message of this socket"),
            Self::Full => (4429, "too many sockets: close one"),
        };
        Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) })
    }
}
