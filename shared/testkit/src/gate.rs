//! A gate: what waits at it goes on when the test says so, however slow the machine is.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Closed until it is opened, and open ever after. Its clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// A closed one.
    pub fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets through whoever waits, and whoever comes.
    pub fn open(&self) {
        self.0.close();
    }

    /// Waits until it is open.
    pub async fn opened(&self) {
        // nobody is ever given a permit: the end of the wait is that the semaphore is closed
        let _ = self.0.acquire().await;
    }
}
