//! Who is next: batches take turns, small files do not stand behind large ones, and of two jobs for the same file the
//! younger waits: when the elder is done, its upload answers for both. Sent side by side, the file would be there twice.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::batches;
use crate::error::QueueError;
use crate::job::{BatchId, JobId};

/// Batches that take turns at one time; later ones follow when earlier ones are through.
const LINES: usize = 64;
/// Batches that are looked at for that; those where everybody waits for a later time take no turn.
const MOST_LOOKED_AT: usize = 1000;
/// How far behind jobs that wait for an elder one another is looked for.
const NEAR: usize = 200;
/// How far behind large files a small one is looked for.
const FAR: usize = 1000;

/// What is in hand and what may be taken.
pub(super) struct Room<'a> {
    pub(super) account: &'a str,
    /// The jobs in hand.
    pub(super) running: &'a [JobId],
    /// Requests of a batch beyond one for each of its jobs.
    pub(super) extras: &'a dyn Fn(BatchId) -> usize,
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
    // one more than there is room for says whether somebody is left waiting
    let mut lines = lines(connection, room, free + 1)?;
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

/// The batches with somebody due, oldest first, each with its first few jobs.
fn lines(connection: &Connection, room: &Room<'_>, few: usize) -> Result<Vec<Line>, QueueError> {
    let mut lines: Vec<Line> = Vec::new();
    let mut after = 0;
    for _ in 0..MOST_LOOKED_AT {
        // from one batch to the next along the index, however many jobs each has
        let batch: Option<i64> = connection
            .prepare_cached(
                "SELECT min(batch) FROM jobs \
                 WHERE account = ? AND state = 'waiting' AND removed_at IS NULL AND batch > ?",
            )?
            .query_row(params![room.account, after], |row| row.get(0))?;
        let Some(number) = batch.filter(|_| lines.len() < LINES) else {
            break;
        };
        after = number;
        let batch = BatchId::new(number);
        let limit = batches::limits(connection, batch)?.concurrency;
        let jobs = room.in_hand.iter().filter(|(of, _)| *of == batch).count();
        let mut line = Line {
            limit: limit.map_or(usize::MAX, |limit| limit.max(1) as usize),
            busy: jobs + (room.extras)(batch),
            batch,
            small: Vec::new(),
            large: Vec::new(),
        };
        line.fill(connection, room, few)?;
        if line.small.is_empty() && line.large.len() >= few {
            line.fill(connection, room, FAR)?;
        }
        if !(line.small.is_empty() && line.large.is_empty()) {
            lines.push(line);
        }
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
            // what a person took away and gave back is still in hand until the sender has let go of it
            if room.running.contains(&id) || elder(connection, id)?.is_some() {
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

/// The elder job by which the same file is about to be uploaded in the same way, or any that uploads it now. One that
/// waits for a person holds nobody up. A file that was not there when it was queued may be the same one, and an inode,
/// at the end of the identity, says nothing once a file was away.
pub(crate) fn elder(connection: &Connection, id: JobId) -> Result<Option<JobId>, QueueError> {
    let mut statement = connection.prepare_cached(
        "SELECT elder.id FROM jobs AS own CROSS JOIN jobs AS elder \
         WHERE own.id = ? AND own.dedupe AND elder.account = own.account AND elder.source = own.source \
         AND elder.id <> own.id AND (elder.id < own.id OR elder.state IN ('preparing', 'uploading', 'finishing')) \
         AND elder.finished_at IS NULL AND elder.removed_at IS NULL AND elder.state NOT IN ('paused', 'needs_you') \
         AND own.source_kind = 'file' AND (elder.identity IS NULL OR own.identity IS NULL \
             OR rtrim(elder.identity, '0123456789') = rtrim(own.identity, '0123456789')) \
         AND elder.params = own.params AND elder.public_id_rule IS own.public_id_rule \
         AND elder.requested_type IS own.requested_type \
         AND elder.strip_location = own.strip_location",
    )?;
    let found = statement
        .query_row([id.get()], |row| row.get(0))
        .optional()?;
    Ok(found.map(JobId::new))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::batch::{BatchLimits, NewBatch};
    use crate::job::{NewJob, Source};
    use crate::store::{jobs, schema};

    /// It was held and let go within one commit: the row waits, and its requests still run.
    #[test]
    fn a_job_that_is_still_in_hand_is_not_next() {
        let mut file = Connection::open_in_memory().unwrap();
        schema::migrate(&mut file, Path::new("memory")).unwrap();
        let batch = NewBatch {
            account: "a".into(),
            cloud_name: "demo".into(),
            label: String::new(),
            jobs: Vec::new(),
            limits: BatchLimits::default(),
        };
        let job = || jobs::Queued {
            job: NewJob::new(Source::Url("https://pictures.example/a.png".into())),
            identity: None,
            watch: None,
        };
        let now = Timestamp::UNIX_EPOCH;
        let (batch, ids) = jobs::insert_batch(&file, &batch, &[job(), job()], now).unwrap();
        let room = Room {
            account: "a",
            running: &ids[..1],
            extras: &|_| 0,
            in_hand: &[(batch, false)],
            limit: 8,
            large_above: 10,
            now,
        };
        assert_eq!(next(&file, &room).unwrap().jobs, ids[1..]);
    }
}
