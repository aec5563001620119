//! How many requests of an account may be open, and who gets them: each job in hand one, a large file more of what is left.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::pace::{Ended, Pace};

/// Requests that one file may have open.
const WIDEST: usize = 16;

/// Counts what is open.
pub(super) struct Gate(Mutex<Inside>);

struct Inside {
    pace: Pace,
    /// Jobs in hand; each may have one request open.
    jobs: usize,
    /// Requests beyond that.
    extras: usize,
    /// Jobs wait that could not be taken in hand for want of room: no file gets more than one request then.
    crowded: bool,
}

impl Gate {
    pub(super) fn new(ceiling: usize) -> Gate {
        Gate(Mutex::new(Inside {
            pace: Pace::new(ceiling),
            jobs: 0,
            extras: 0,
            crowded: false,
        }))
    }

    /// Jobs that may be in hand now.
    pub(super) fn limit(&self, ceiling: usize) -> usize {
        let mut inside = self.inside();
        inside.pace.set_ceiling(ceiling);
        inside.pace.limit().saturating_sub(inside.extras).max(1)
    }

    /// What the last turn came to.
    pub(super) fn turned(&self, jobs: usize, crowded: bool) {
        let mut inside = self.inside();
        inside.jobs = jobs;
        inside.crowded = crowded;
    }

    /// Further requests for a file that has `held` beyond its first; at most `width` in all.
    pub(super) fn extra(&self, held: usize, width: Option<usize>) -> usize {
        let mut inside = self.inside();
        let used = inside.jobs.max(1) + inside.extras;
        let free = inside.pace.limit().saturating_sub(used);
        let wanted = width.unwrap_or(WIDEST).min(WIDEST).saturating_sub(1 + held);
        let given = if inside.crowded { 0 } else { free.min(wanted) };
        inside.extras += given;
        given
    }

    /// Gives back what [`Gate::extra`] gave.
    pub(super) fn give_back(&self, extras: usize) {
        let mut inside = self.inside();
        inside.extras = inside.extras.saturating_sub(extras);
    }

    /// A request was answered.
    pub(super) fn answered(&self, began: Timestamp, ended: Timestamp, bytes: u64) {
        let mut inside = self.inside();
        let open = inside.jobs + inside.extras;
        inside.pace.answered(Ended {
            began,
            ended,
            bytes,
            open,
        });
    }

    /// The service or the line pushed back.
    pub(super) fn pushed_back(&self, began: Timestamp, now: Timestamp) {
        self.inside().pace.pushed_back(began, now);
    }

    /// Bytes a second of one connection, once that is known.
    pub(super) fn connection(&self) -> Option<f64> {
        self.inside().pace.connection()
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
