//! Chunks: what to send next, what is acknowledged.

use super::{Effect, Piece, send_next};
use crate::failure::{Failure, FailureKind};
use crate::job::{Job, Plan};

/// The next request of a job. Serial: the first range that is missing; the whole file when not chunked.
pub(super) fn next(job: &Job) -> Piece {
    let Some(plan) = &job.course.plan else {
        return Piece {
            first: 0,
            length: job.total,
            upload_id: None,
            completes: true,
        };
    };
    let first = plan.first_missing();
    // always on the plan's grid, so that a chunk sent again has the same range
    let grid = (first / plan.chunk_size + 1).saturating_mul(plan.chunk_size);
    let end = grid.min(plan.next_acknowledged(first)).min(job.total);
    Piece {
        first,
        length: end.saturating_sub(first),
        upload_id: Some(plan.upload_id.clone()),
        completes: plan.bytes() + (end.saturating_sub(first)) >= job.total,
    }
}

/// Notes an acknowledged range and goes on; a file that is wholly acknowledged without being stored is a failure.
pub(super) fn accepted(job: &mut Job, first: u64, end: u64) -> Result<Vec<Effect>, Failure> {
    if job.state.is_terminal() {
        return Ok(Vec::new());
    }
    let total = job.total;
    let Some(plan) = &mut job.course.plan else {
        return if job.state.is_active() {
            Err(incomplete(&job.name))
        } else {
            Ok(Vec::new())
        };
    };
    plan.acknowledge(first, end.min(total));
    let acknowledged = plan.bytes();
    job.sent = job.sent.max(acknowledged);
    job.course.doubtful = false;
    job.course.strikes = 0;
    job.course.first_strike_at = None;
    job.course.outages = 0;
    if !job.state.is_active() {
        return Ok(vec![Effect::NetworkIsBack]);
    }
    if acknowledged >= total {
        return Err(incomplete(&job.name));
    }
    job.failure = None;
    let mut effects = send_next(job);
    effects.push(Effect::NetworkIsBack);
    Ok(effects)
}

fn incomplete(name: &str) -> Failure {
    Failure::permanent(
        FailureKind::Incomplete,
        format!(
            "The service has every part of {name} and did not store it. Retry sends it from the beginning."
        ),
    )
}

impl Plan {
    /// Adds a half-open range and merges.
    pub(super) fn acknowledge(&mut self, first: u64, end: u64) {
        if first >= end {
            return;
        }
        self.acknowledged.push((first, end));
        self.acknowledged.sort_unstable();
        let mut merged: Vec<(u64, u64)> = Vec::with_capacity(self.acknowledged.len());
        for &(first, end) in &self.acknowledged {
            match merged.last_mut() {
                Some(last) if first <= last.1 => last.1 = last.1.max(end),
                Some(_) | None => merged.push((first, end)),
            }
        }
        self.acknowledged = merged;
    }

    /// Acknowledged bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.acknowledged
            .iter()
            .map(|(first, end)| end - first)
            .sum()
    }

    fn next_acknowledged(&self, from: u64) -> u64 {
        self.acknowledged
            .iter()
            .map(|(first, _)| *first)
            .find(|first| *first > from)
            .unwrap_or(u64::MAX)
    }

    fn first_missing(&self) -> u64 {
        match self.acknowledged.first() {
            Some(&(0, end)) => end,
            Some(_) | None => 0,
        }
    }
}
