//! Locking a computer that nobody uses. Nothing ticks: the next look comes when the time could be over at the earliest.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engine::Clock;
use jiff::{SignedDuration, Timestamp};

use crate::aloft::{Aloft, held};

/// When locking did not work, it is tried again after so long.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// When Aloft itself was used last: what counts where the system says nothing of the computer.
pub(crate) struct Idle {
    clock: Arc<dyn Clock>,
    used_at: Timestamp,
}

impl Idle {
    pub(super) fn used(&mut self) {
        self.used_at = self.clock.now();
    }
}

/// The system's clock. It sleeps in one piece: time that the computer itself slept is not missed here, as it is locked
/// when it goes to sleep.
pub struct WallClock;

#[async_trait]
impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep_until(&self, at: Timestamp) {
        let left = Duration::try_from(at.duration_since(self.now())).unwrap_or_default();
        tokio::time::sleep(left).await;
    }
}

impl Aloft {
    /// Locks when the computer was not used for as long as the settings say. For the one process with windows.
    pub fn lock_when_idle(&self, clock: Arc<dyn Clock>) {
        let used_at = clock.now();
        *held(&self.0.idle) = Some(Idle {
            clock: Arc::clone(&clock),
            used_at,
        });
        let weak = Arc::downgrade(&self.0);
        let (mut settings, mut lock) = (self.settings_changes(), self.lock_state());
        tokio::spawn(async move {
            loop {
                settings.mark_unchanged();
                lock.mark_unchanged();
                let Some(aloft) = weak.upgrade().map(Self) else {
                    return;
                };
                let next = aloft.look_whether_idle(&*clock).await;
                drop(aloft);
                let changed = tokio::select! {
                    changed = settings.changed() => changed,
                    changed = lock.changed() => changed,
                    () = sleep(&*clock, next), if next.is_some() => Ok(()),
                };
                if changed.is_err() {
                    return;
                }
            }
        });
    }

    /// Locks if it is time; otherwise says when to look again, if nothing changes before.
    async fn look_whether_idle(&self, clock: &dyn Clock) -> Option<Timestamp> {
        let minutes = self.settings().lock_after?;
        if self.is_known_locked() {
            return None;
        }
        let limit = SignedDuration::from_mins(i64::from(minutes));
        let now = clock.now();
        let idle = match self.0.desktop.idle().await {
            Some(idle) => SignedDuration::try_from(idle).unwrap_or(SignedDuration::MAX),
            None => held(&self.0.idle)
                .as_ref()
                .map_or(SignedDuration::ZERO, |idle| {
                    now.duration_since(idle.used_at)
                }),
        };
        // A clock that was set back says less than nothing.
        let left = limit.saturating_sub(idle.max(SignedDuration::ZERO));
        if left.is_positive() {
            return Some(now.saturating_add(left).unwrap_or(now));
        }
        tracing::info!(minutes, "locking: nobody used the computer");
        match self.lock_because("idle").await {
            Ok(()) => None,
            Err(problem) => {
                tracing::warn!("Aloft could not be locked: {problem}");
                Some(now.saturating_add(AGAIN).unwrap_or(now))
            }
        }
    }
}

async fn sleep(clock: &dyn Clock, until: Option<Timestamp>) {
    if let Some(until) = until {
        clock.sleep_until(until).await;
    }
}
