//! Ctrl-C, SIGTERM and a closed terminal, remembered from the first moment on.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Tells whoever asks that the person or the machine wants this program to end.
///
/// A signal that arrives while nobody waits is not lost: every later wait ends at once.
#[derive(Clone, Debug)]
pub struct Interrupt(watch::Receiver<Option<&'static str>>);

impl Interrupt {
    /// Starts listening for SIGINT, SIGTERM and SIGHUP.
    pub fn listen() -> io::Result<Self> {
        let (tell, told) = watch::channel(None);
        let mut int = signal(SignalKind::interrupt())?;
        let mut term = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        tokio::spawn(async move {
            let name = tokio::select! {
                _ = int.recv() => "Ctrl-C",
                _ = term.recv() => "SIGTERM",
                _ = hangup.recv() => "SIGHUP",
            };
            tell.send_replace(Some(name));
            tell.closed().await;
        });
        Ok(Self(told))
    }

    /// Waits for the signal and names it.
    pub async fn received(&self) -> &'static str {
        let mut told = self.0.clone();
        let name = told.wait_for(Option::is_some).await.map(|name| *name);
        name.ok().flatten().unwrap_or("the end of the program")
    }

    /// The signal that has already arrived, if any.
    pub fn already(&self) -> Option<&'static str> {
        *self.0.borrow()
    }
}
