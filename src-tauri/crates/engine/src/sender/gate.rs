//! How many requests of an account may be open, and who gets them: each job in hand one, a large file more of what is left.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::job::BatchId;
use crate::pace::{Ended, Pace, Push};

/// Requests that one file may have open.
const WIDEST: usize = 16;

/// Counts what is open.
pub(super) struct Gate(Mutex<Inside>);

struct Inside {
    pace: Pace,
    /// Jobs in hand, by batch; each may have one request open.
    jobs: HashMap<BatchId, usize>,
    /// Requests beyond that, by batch.
    extras: HashMap<BatchId, usize>,
    /// Jobs wait that could not be taken in hand for want of room: no file gets more than one request then.
    crowded: bool,
}

impl Gate {
    pub(super) fn new(ceiling: usize) -> Gate {
        Gate(Mutex::new(Inside {
            pace: Pace::new(ceiling),
            jobs: HashMap::new(),
            extras: HashMap::new(),
            crowded: false,
        }))
    }

    /// Jobs that may be in hand now.
    pub(super) fn limit(&self, ceiling: usize) -> usize {
        let mut inside = self.inside();
        inside.pace.set_ceiling(ceiling);
        let extras: usize = inside.extras.values().sum();
        inside.pace.limit().saturating_sub(extras).max(1)
    }

    /// Requests of a batch beyond one for each of its jobs.
    pub(super) fn extras(&self, batch: BatchId) -> usize {
        self.inside().extras.get(&batch).copied().unwrap_or(0)
    }

    /// What the last turn came to: the batch of each job in hand.
    pub(super) fn turned(&self, jobs: impl Iterator<Item = BatchId>, crowded: bool) {
        let mut inside = self.inside();
        inside.jobs.clear();
        for batch in jobs {
            *inside.jobs.entry(batch).or_default() += 1;
        }
        inside.crowded = crowded;
    }

    /// The share of a file that has `held` requests beyond its first: how many it may have from now on. One place stays
    /// free for a small file that comes; `width` is the most that its whole batch may have open.
    pub(super) fn share(&self, batch: BatchId, held: usize, width: Option<usize>) -> usize {
        let mut inside = self.inside();
        let jobs: usize = inside.jobs.values().sum();
        let extras: usize = inside.extras.values().sum();
        let free = inside
            .pace
            .limit()
            .saturating_sub(jobs.max(1) + extras.saturating_sub(held) + 1);
        let own = inside
            .extras
            .get(&batch)
            .copied()
            .unwrap_or(0)
            .saturating_sub(held);
        let beside = inside.jobs.get(&batch).copied().unwrap_or(0).max(1) + own;
        let widest = WIDEST.min(inside.pace.enough());
        let wanted = width
            .map_or(widest - 1, |width| width.saturating_sub(beside))
            .min(widest - 1);
        let share = if inside.crowded { 0 } else { free.min(wanted) };
        inside.extras.insert(batch, own + share);
        share
    }

    /// Gives back what [`Gate::share`] gave.
    pub(super) fn give_back(&self, batch: BatchId, extras: usize) {
        let mut inside = self.inside();
        let left = inside
            .extras
            .get(&batch)
            .copied()
            .unwrap_or(0)
            .saturating_sub(extras);
        if left == 0 {
            inside.extras.remove(&batch);
        } else {
            inside.extras.insert(batch, left);
        }
    }

    /// A request was answered.
    pub(super) fn answered(&self, began: Timestamp, ended: Timestamp, bytes: u64) {
        let mut inside = self.inside();
        let open = inside.jobs.values().chain(inside.extras.values()).sum();
        inside.pace.answered(Ended {
            began,
            ended,
            bytes,
            open,
        });
    }

    /// The service or the line pushed back.
    pub(super) fn pushed_back(&self, push: Push, began: Timestamp, now: Timestamp) {
        self.inside().pace.pushed_back(push, began, now);
    }

    /// Bytes a second of one connection, once that is known.
    pub(super) fn connection(&self) -> Option<f64> {
        self.inside().pace.connection()
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
