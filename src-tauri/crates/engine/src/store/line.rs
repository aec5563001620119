//! Who is next: batches take turns, small files do not stand behind large ones, and of two jobs for the same file the
//! younger waits: when the elder is done, its upload answers for both. Sent side by side, the file would be there twice.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::error::QueueError;
use crate::job::{BatchId, JobId};

/// Batches that take turns at one time; later ones follow when earlier ones are through.
const LINES: usize = 64;
/// How far behind jobs that wait for an elder one another is looked for.
const NEAR: usize = 200;
/// How far behind large files a small one is looked for.
const FAR: usize = 1000;

/// What is in hand and what may be taken.
pub(super) struct Room<'a> {
    pub(super) account: &'a str,
    /// Batch of each job in hand, and whether it is large.
    pub(super) in_hand: &'a [(BatchId, bool)],
    /// Jobs that may be in hand in all.
    pub(super) limit: usize,
    /// Files with more bytes are large.
    pub(super) large_above: u64,
    pub(super) now: Timestamp,
}

/// Who is next.
#[derive(Default)]
pub(super) struct Next {
    pub(super) jobs: Vec<JobId>,
    /// Somebody due is left waiting for want of room.
    pub(super) crowded: bool,
}

struct Line {
    batch: BatchId,
    limit: usize,
    busy: usize,
    small: Vec<JobId>,
    large: Vec<JobId>,
}

/// Takes from the batch with the fewest jobs in hand, oldest first. Large files get half of the room while small ones
/// wait, and all but one place otherwise, so that a small one finds room when it comes.
pub(super) fn next(connection: &Connection, room: &Room<'_>) -> Result<Next, QueueError> {
    let free = room.limit.saturating_sub(room.in_hand.len());
    let mut lines = lines(connection, room, free.max(1))?;
    let mut large = room.in_hand.iter().filter(|(_, large)| *large).count();
    let mut next = Next::default();
    let most_large = [room.limit.div_ceil(2), room.limit.saturating_sub(1).max(1)];
    for most_large in most_large {
        while next.jobs.len() < free {
            let fits = |line: &&mut Line| {
                line.busy < line.limit
                    && (!line.small.is_empty() || (!line.large.is_empty() && large < most_large))
            };
            let Some(line) = lines.iter_mut().filter(fits).min_by_key(|line| line.busy) else {
                break;
            };
            line.busy += 1;
            // the older of the two, where both may go
            let takes_large = match (line.small.first(), line.large.first()) {
                (Some(small), Some(first)) => first < small && large < most_large,
                (None, Some(_)) => true,
                (_, None) => false,
            };
            if takes_large {
                large += 1;
                next.jobs.push(line.large.remove(0));
            } else {
                next.jobs.push(line.small.remove(0));
            }
        }
    }
    next.crowded = lines
        .iter()
        .any(|line| line.busy < line.limit && !(line.small.is_empty() && line.large.is_empty()));
    Ok(next)
}

/// The batches with jobs in line, oldest first, each with its first few jobs.
fn lines(connection: &Connection, room: &Room<'_>, few: usize) -> Result<Vec<Line>, QueueError> {
    let mut lines: Vec<Line> = Vec::new();
    let mut after = 0;
    while lines.len() < LINES {
        // from one batch to the next along the index, however many jobs each has
        let batch: Option<i64> = connection
            .prepare_cached(
                "SELECT min(batch) FROM jobs \
                 WHERE account = ? AND state = 'waiting' AND removed_at IS NULL AND batch > ?",
            )?
            .query_row(params![room.account, after], |row| row.get(0))?;
        let Some(number) = batch else {
            break;
        };
        after = number;
        let batch = BatchId::new(number);
        let limit: Option<u32> = connection
            .prepare_cached("SELECT concurrency FROM batches WHERE id = ?")?
            .query_row([number], |row| row.get(0))?;
        let mut line = Line {
            batch,
            limit: limit.map_or(usize::MAX, |limit| limit.max(1) as usize),
            busy: 0,
            small: Vec::new(),
            large: Vec::new(),
        };
        line.busy = room
            .in_hand
            .iter()
            .filter(|(of, _)| *of == line.batch)
            .count();
        line.fill(connection, room, few)?;
        if line.small.is_empty() && line.large.len() >= few {
            line.fill(connection, room, FAR)?;
        }
        lines.push(line);
    }
    Ok(lines)
}

impl Line {
    fn fill(
        &mut self,
        connection: &Connection,
        room: &Room<'_>,
        few: usize,
    ) -> Result<(), QueueError> {
        self.small.clear();
        self.large.clear();
        let mut statement = connection.prepare_cached(
            "SELECT id, coalesce(size, 0) > ? FROM jobs \
             WHERE account = ? AND state = 'waiting' AND batch = ? AND removed_at IS NULL \
             AND (next_attempt_at IS NULL OR next_attempt_at <= ?) ORDER BY id LIMIT ?",
        )?;
        let mut found = statement.query(params![
            room.large_above.cast_signed(),
            room.account,
            self.batch.get(),
            room.now.as_millisecond(),
            i64::try_from(few.max(NEAR)).unwrap_or(i64::MAX),
        ])?;
        while self.small.len() + self.large.len() < few
            && let Some(row) = found.next()?
        {
            let id = JobId::new(row.get(0)?);
            if waits_for_elder(connection, id)? {
                continue;
            }
            if row.get(1)? {
                self.large.push(id);
            } else {
                self.small.push(id);
            }
        }
        Ok(())
    }
}

/// Whether the same file is about to be uploaded in the same way by an elder job. One that waits for a person holds
/// nobody up.
fn waits_for_elder(connection: &Connection, id: JobId) -> Result<bool, QueueError> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM jobs AS own CROSS JOIN jobs AS elder \
         WHERE own.id = ? AND own.dedupe AND elder.account = own.account AND elder.source = own.source AND elder.id < own.id \
         AND elder.finished_at IS NULL AND elder.removed_at IS NULL AND elder.state NOT IN ('paused', 'needs_you') \
         AND elder.identity = own.identity AND elder.params = own.params AND elder.public_id_rule IS own.public_id_rule \
         AND elder.requested_type IS own.requested_type",
    )?;
    Ok(statement.exists([id.get()])?)
}
