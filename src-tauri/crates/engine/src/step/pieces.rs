//! Chunks: what to send next, what is acknowledged.

use super::{Effect, Piece, send_next};
use crate::failure::{Failure, FailureKind, Reason};
use crate::job::{Job, Plan};

/// Up to `room` requests to begin now, noted as under way; the whole file when it is not sent in chunks.
///
/// The service wants the first chunk before all others and the last one after all others were answered; between, order
/// and number at a time are free.
pub(super) fn begin(job: &mut Job, room: usize) -> Vec<Piece> {
    let total = job.total;
    let Some(plan) = &mut job.course.plan else {
        return vec![Piece {
            first: 0,
            length: total,
            upload_id: None,
            completes: true,
        }];
    };
    let mut pieces = Vec::new();
    while pieces.len() < room {
        let Some(piece) = plan.next(total) else {
            break;
        };
        let is_alone = plan.in_flight.is_empty();
        if !is_alone && (piece.completes || plan.acknowledged.is_empty()) {
            break;
        }
        plan.in_flight
            .push((piece.first, piece.first + piece.length));
        pieces.push(piece);
    }
    pieces
}

/// Notes an acknowledged range and goes on; a file that is wholly acknowledged without being stored is a failure.
pub(super) fn accepted(
    job: &mut Job,
    first: u64,
    end: u64,
    room: usize,
) -> Result<Vec<Effect>, Failure> {
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
    plan.in_flight.retain(|range| *range != (first, end));
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
    let mut effects = send_next(job, room);
    effects.push(Effect::NetworkIsBack);
    Ok(effects)
}

fn incomplete(name: &str) -> Failure {
    let name = name.to_owned();
    Failure::permanent(FailureKind::Incomplete, Reason::PartsNotStored { name })
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

    /// The first range that is neither acknowledged nor under way.
    fn next(&self, total: u64) -> Option<Piece> {
        let mut taken = self.clone();
        for &(first, end) in &self.in_flight {
            taken.acknowledge(first, end);
        }
        let first = match taken.acknowledged.first() {
            Some(&(0, end)) => end,
            Some(_) | None => 0,
        };
        if first >= total {
            return None;
        }
        // always on the plan's grid, so that a chunk sent again has the same range
        let grid = (first / self.chunk_size + 1).saturating_mul(self.chunk_size);
        let next_taken = taken.acknowledged.iter().map(|(first, _)| *first);
        let next_taken = next_taken.filter(|start| *start > first).min();
        let end = grid.min(next_taken.unwrap_or(u64::MAX)).min(total);
        Some(Piece {
            first,
            length: end - first,
            upload_id: Some(self.upload_id.clone()),
            completes: taken.bytes() + (end - first) >= total,
        })
    }
}
