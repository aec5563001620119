//! A time limit on silence, not on the whole: a large file on a slow line may take hours, but something must move.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// When a byte last moved, either way.
#[derive(Debug)]
pub(crate) struct Activity {
    last: Mutex<Moment>,
}

#[derive(Debug, Clone, Copy)]
struct Moment {
    at: Instant,
    /// How long nothing may happen from here on.
    limit: Duration,
}

/// Nothing moved for this long.
#[derive(Debug)]
pub(crate) struct Stalled(pub(crate) Duration);

impl Activity {
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            last: Mutex::new(Moment {
                at: Instant::now(),
                limit,
            }),
        }
    }

    /// Something moved.
    pub(crate) fn note(&self) {
        self.lock().at = Instant::now();
    }

    /// Something moved, and from here on silence may last this long.
    pub(crate) fn note_with_limit(&self, limit: Duration) {
        *self.lock() = Moment {
            at: Instant::now(),
            limit,
        };
    }

    /// Runs the future until it ends or nothing moves for too long.
    pub(crate) async fn watch<T>(&self, work: impl Future<Output = T>) -> Result<T, Stalled> {
        let mut work = std::pin::pin!(work);
        loop {
            let Moment { at, limit } = *self.lock();
            let deadline = at + limit;
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                () = sleep_until(deadline) => {
                    let now = *self.lock();
                    if now.at + now.limit <= Instant::now() {
                        return Err(Stalled(now.limit));
                    }
                }
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Moment> {
        // The guarded value is two plain numbers: a panic elsewhere cannot leave it half written.
        self.last
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
