//! What was handed over and waits to be queued, and the files that exist for it alone.

use std::path::PathBuf;

use super::{Queue, RESTORABLE, look};
use crate::batch::{Added, NewBatch};
use crate::error::QueueError;
use crate::held::{Held, HeldId, LetGo, NewHeld};
use crate::own;
use crate::store;

impl Queue {
    /// Everything that waits, the longest held first.
    pub async fn held(&self) -> Result<Vec<Held>, QueueError> {
        self.0.reader.run(store::held::list).await
    }

    /// Holds things besides those that are held already, in one commit. It is on disk when this returns.
    pub async fn hold(&self, things: Vec<NewHeld>) -> Result<Vec<HeldId>, QueueError> {
        let now = self.0.surroundings.clock.now();
        self.0
            .writer
            .run(move |c| store::held::insert(c, &things, now))
            .await
    }

    /// Queues a batch in the place of held things: after a death they are held, or queued, never both and never neither.
    /// Without jobs they go, and there is no batch.
    ///
    /// # Errors
    /// [`QueueError::NoSuchHeld`] when one of them is held no longer; nothing has changed then, as with all other errors.
    pub async fn queue_held(
        &self,
        mut batch: NewBatch,
        held: Vec<HeldId>,
    ) -> Result<Option<Added>, QueueError> {
        let jobs = look(std::mem::take(&mut batch.jobs)).await?;
        let now = self.0.surroundings.clock.now();
        self.0
            .writer
            .run(move |c| store::held::queue(c, &held, &batch, &jobs, now))
            .await
    }

    /// From now on these wait for the word of this account's user.
    pub async fn give_held(&self, held: Vec<HeldId>, account: &str) -> Result<(), QueueError> {
        let account = account.to_owned();
        self.0
            .writer
            .run(move |c| store::held::give(c, &held, &account))
            .await
    }

    /// Lets go of things. For a day [`Queue::hold_again`] brings them back.
    pub async fn let_go(&self, held: Vec<HeldId>) -> Result<LetGo, QueueError> {
        let now = self.0.surroundings.clock.now();
        self.0
            .writer
            .run(move |c| store::held::let_go(c, &held, now))
            .await
    }

    /// Holds again what was let go of under this number. Returns how many things.
    pub async fn hold_again(&self, undo: i64) -> Result<usize, QueueError> {
        self.0
            .writer
            .run(move |c| store::held::hold_again(c, undo))
            .await
    }

    /// Holds what a file of an earlier version held; false when that was done before, and then nothing happens.
    pub async fn take_over(&self, file: &str, things: Vec<NewHeld>) -> Result<bool, QueueError> {
        let file = file.to_owned();
        let now = self.0.surroundings.clock.now();
        self.0
            .writer
            .run(move |c| store::held::take_over(c, &file, &things, now))
            .await
    }

    /// Keeps what was handed over as bytes alone in a file of the queue's own, under this name or one like it. It is on the
    /// disk when this returns. It is removed when nothing waits with it and every job that sends it is done without a doubt.
    pub async fn keep(&self, name: &str, bytes: Vec<u8>) -> Result<PathBuf, QueueError> {
        let (folder, name) = (self.0.folder.clone(), name.to_owned());
        tokio::task::spawn_blocking(move || own::keep(&folder, &name, &bytes))
            .await
            .map_err(|_| QueueError::Closed)?
    }

    /// What [`Queue::keep`] kept and neither a job nor anything held knows.
    pub async fn unclaimed(&self) -> Result<Vec<PathBuf>, QueueError> {
        let folder = self.0.folder.clone();
        self.0.reader.run(move |c| own::unclaimed(&folder, c)).await
    }

    /// Forgets what was removed or let go of more than a day ago, as opening does, and removes what [`Queue::keep`] kept more
    /// than a day ago and nobody knows, or any more.
    pub async fn sweep_kept(&self) -> Result<(), QueueError> {
        let now = self.0.surroundings.clock.now();
        let before = now.saturating_sub(RESTORABLE).unwrap_or(now);
        let purge = move |c: &rusqlite::Connection| {
            store::jobs::purge(c, before)?;
            store::held::purge(c, before)
        };
        self.0.writer.run(purge).await?;
        let folder = self.0.folder.clone();
        self.0
            .reader
            .run(move |c| own::sweep_unclaimed(&folder, c))
            .await
    }
}
