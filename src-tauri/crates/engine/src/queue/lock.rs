//! The lock: while it is set nobody sends, whichever process it is, and what is added waits.

use tokio::sync::watch;

use super::Queue;
use crate::batch::Lock;
use crate::error::QueueError;
use crate::store;

impl Queue {
    /// Locks everything. When this returns it is on the disk, and this process's [`Queue::lock_state`] says so; what was
    /// being sent goes back in line. It lasts until [`Queue::unlock`], also over the end of every process.
    /// Returns whether it was not locked before.
    pub async fn lock(&self) -> Result<bool, QueueError> {
        self.0.writer.run(store::accounts::lock).await
    }

    /// Lets everything go on, if nobody locked again since [`Queue::lock_now`] said `times`. Returns whether it did.
    pub async fn unlock(&self, times: u64) -> Result<bool, QueueError> {
        self.0
            .writer
            .run(move |c| store::accounts::unlock(c, times))
            .await
    }

    /// How the lock is now, also when another process changed it a moment ago.
    pub async fn lock_now(&self) -> Result<Lock, QueueError> {
        self.0.reader.run(store::accounts::lock_now).await
    }

    /// Whether everything is locked, as far as this process has heard: at once when it does that itself, a moment later
    /// when another one does.
    pub fn lock_state(&self) -> watch::Receiver<bool> {
        self.0.bell.locked.subscribe()
    }
}
