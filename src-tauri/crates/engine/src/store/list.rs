//! The shape of the list.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::batches;
use crate::batch::Batch;
use crate::error::QueueError;
use crate::job::{BatchId, JobId, Progress};
use crate::list::{Listed, Run};

/// What was read of each batch, for as long as it holds.
#[derive(Default)]
pub(crate) struct Known(BTreeMap<BatchId, Shape>);

struct Shape {
    count: u64,
    moves: i64,
    last: i64,
    runs: Arc<[Run]>,
}

/// Batches that have jobs which are not removed, newest first. Bytes that are on their way and not acknowledged count as
/// sent.
pub(crate) fn all(
    connection: &Connection,
    known: &mut Known,
    live: &BTreeMap<JobId, Progress>,
) -> Result<Vec<Listed>, QueueError> {
    // sums and numbers must be of one moment
    let moment = connection.unchecked_transaction()?;
    let batches = batches::moved(&moment)?;
    let mut ahead = ahead(&moment, live)?;
    let mut shapes = std::mem::take(&mut known.0);
    let mut listed = Vec::with_capacity(batches.len());
    for (mut batch, moves) in batches {
        let shape = shape(&moment, &batch, moves, shapes.remove(&batch.id))?;
        batch.sent += ahead.remove(&batch.id.get()).unwrap_or_default();
        let runs = Arc::clone(&shape.runs);
        known.0.insert(batch.id, shape);
        listed.push(Listed { batch, runs });
    }
    Ok(listed)
}

/// Only what was added is read, unless a job left the list or came back.
fn shape(
    connection: &Connection,
    batch: &Batch,
    moves: i64,
    known: Option<Shape>,
) -> Result<Shape, QueueError> {
    let count = batch.counts.values().sum();
    let known = known.filter(|known| known.moves == moves && known.count <= count);
    let mut shape = known.unwrap_or_else(|| Shape {
        count: 0,
        moves,
        last: 0,
        runs: Arc::new([]),
    });
    if shape.count == count {
        return Ok(shape);
    }
    let mut runs = shape.runs.to_vec();
    let mut statement = connection.prepare_cached(
        "SELECT id FROM jobs WHERE batch = ? AND removed_at IS NULL AND id > ? ORDER BY id",
    )?;
    let mut found = statement.query(params![batch.id.get(), shape.last])?;
    while let Some(row) = found.next()? {
        shape.last = row.get(0)?;
        Run::push(&mut runs, shape.last);
    }
    shape.count = count;
    shape.runs = runs.into();
    Ok(shape)
}

/// By batch, what its jobs in hand have sent beyond what is acknowledged.
fn ahead(
    connection: &Connection,
    live: &BTreeMap<JobId, Progress>,
) -> Result<BTreeMap<i64, u64>, QueueError> {
    let mut ahead: BTreeMap<i64, u64> = BTreeMap::new();
    let mut statement = connection
        .prepare_cached("SELECT batch, sent FROM jobs WHERE id = ? AND removed_at IS NULL")?;
    for (id, progress) in live {
        let mut found = statement.query([id.get()])?;
        if let Some(row) = found.next()? {
            let acknowledged = row.get::<_, i64>(1)?.cast_unsigned();
            *ahead.entry(row.get(0)?).or_default() += progress.sent.saturating_sub(acknowledged);
        }
    }
    Ok(ahead)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::*;
    use crate::batch::{BatchLimits, NewBatch};
    use crate::job::{NewJob, Selection, Source, State, Verb};
    use crate::store::jobs::{self, Queued};
    use crate::store::schema;

    fn queued(count: usize) -> Vec<Queued> {
        let queued = || Queued {
            job: NewJob::new(Source::Url("https://pictures.example/a.png".into())),
            identity: None,
            watch: None,
        };
        std::iter::repeat_with(queued).take(count).collect()
    }

    /// Counts, bytes and jobs of a batch.
    type Plain = (BTreeMap<State, u64>, u64, Vec<i64>);

    /// Counted and read anew, newest batch first.
    fn plain(connection: &Connection) -> Vec<(i64, Plain)> {
        let filter = crate::job::JobFilter::default();
        let mut batches: BTreeMap<i64, Plain> = BTreeMap::new();
        for job in jobs::list(connection, &filter).unwrap() {
            let (counts, total, ids) = batches.entry(job.batch.get()).or_default();
            *counts.entry(job.state).or_default() += 1;
            *total += job.total;
            ids.push(job.id.get());
        }
        batches.into_iter().rev().collect()
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_the_jobs_say(
            steps in prop::collection::vec((0..12_u8, 0..30_i64), 1..40),
        ) {
            let mut connection = Connection::open_in_memory().unwrap();
            schema::migrate(&mut connection, Path::new("memory")).unwrap();
            let mut now = Timestamp::from_second(1_700_000_000).unwrap();
            let mut known = Known::default();
            for (step, number) in steps {
                now += SignedDuration::from_secs(1);
                let job = Selection::Job(JobId::new(number));
                let batch = BatchId::new(number % 4);
                let verb = match step {
                    0 | 1 => {
                        let batch = NewBatch {
                            account: "a".into(),
                            cloud_name: "c".into(),
                            label: String::new(),
                            jobs: Vec::new(),
                            limits: BatchLimits::default(),
                        };
                        let jobs = queued(number as usize % 4);
                        jobs::insert_batch(&connection, &batch, &jobs, now).unwrap();
                        None
                    }
                    2 | 3 => {
                        if batches::account(&connection, batch).unwrap().is_some() {
                            jobs::insert(&connection, batch, "a", &queued(2), now).unwrap();
                        }
                        None
                    }
                    4 => {
                        jobs::purge(&connection, now.saturating_sub(SignedDuration::from_secs(5)).unwrap()).unwrap();
                        None
                    }
                    5 => {
                        let change = "UPDATE jobs SET total = total + 7, sent = sent + 3 WHERE id = ?";
                        connection.execute(change, [number]).unwrap();
                        None
                    }
                    6 => Some(Verb::Cancel),
                    7 => Some(Verb::Retry),
                    8 | 9 => Some(Verb::Restore),
                    _ => Some(Verb::Remove),
                };
                if let Some(verb) = verb {
                    let of = if step % 2 == 0 { job } else { Selection::Batch(batch) };
                    jobs::control(&connection, &of, verb, now).unwrap();
                }
                // a look now and then: what happens between two looks must not matter
                if number % 3 == 0 {
                    let listed = all(&connection, &mut known, &BTreeMap::new()).unwrap();
                    let listed: Vec<_> = listed
                        .into_iter()
                        .map(|Listed { batch, runs }| {
                            let ids = runs.iter().flat_map(|run| run.first..run.first + i64::from(run.count));
                            (batch.id.get(), (batch.counts, batch.total, ids.collect::<Vec<_>>()))
                        })
                        .collect();
                    prop_assert_eq!(listed, plain(&connection));
                }
            }
        }
    }
}
