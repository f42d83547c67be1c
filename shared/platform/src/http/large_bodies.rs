//! Bodies of many megabytes: few are received at a time in a process, and one is read.

use axum::extract::{DefaultBodyLimit, FromRequest, Request};

use crate::turns::{TurnPermit, Turns};
use crate::{Error, Result};

/// The large bodies that a route takes. Who sends slowly holds one place among those that are received, and keeps nobody
/// out alone.
pub struct LargeBodies {
    received: Turns,
    read: Turns,
    too_large: &'static str,
}

impl LargeBodies {
    /// The most bytes of one: Cloud Run takes 32 MiB of a request, with its headers.
    pub const MOST_BYTES: usize = 30 << 20;

    /// So many are received at a time. Who sends more bytes is told `too_large`.
    pub fn new(received_at_once: usize, too_large: &'static str) -> Self {
        Self { received: Turns::new(received_at_once), read: Turns::new(1), too_large }
    }

    /// Receives a body, and waits for the turn at reading it. Until then it keeps its place among those received.
    ///
    /// # Errors
    /// 413 when it is too large; what `B` refuses.
    pub async fn receive<B>(&self, mut request: Request) -> Result<(B, TurnPermit)>
    where
        B: FromRequest<()>,
        Error: From<B::Rejection>,
    {
        let place = self.received.take().await;
        DefaultBodyLimit::max(Self::MOST_BYTES).apply(&mut request);
        let received = B::from_request(request, &()).await.map_err(Error::from);
        let body = received.map_err(|error| match error {
            Error::Domain(shared::Error::TooLarge(_)) => {
                Error::Domain(shared::Error::TooLarge(self.too_large))
            }
            error => error,
        })?;
        let turn = self.reading().await;
        drop(place);
        Ok((body, turn))
    }

    /// Waits for the turn at reading one.
    pub async fn reading(&self) -> TurnPermit {
        self.read.take().await
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use axum::body::{Body, Bytes};
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_body_keeps_its_place_until_it_may_be_read() {
        let bodies = LargeBodies::new(1, "too large");
        let reading = bodies.reading().await;

        let mut receiving = pin!(bodies.receive::<Bytes>(Request::new(Body::from("a"))));
        assert!(receiving.as_mut().now_or_never().is_none(), "another one is read");
        assert_eq!(bodies.received.free(), 0);
        drop(reading);
        let (body, _turn) = receiving.await.unwrap();

        assert_eq!((&body[..], bodies.received.free()), (&b"a"[..], 1));
    }
}
