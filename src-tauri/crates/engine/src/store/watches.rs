//! Watched folders in the database, and which of their files need nothing more.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::jobs::{self, Queued};
use super::{accounts, rows};
use crate::batch::{BatchLimits, NewBatch};
use crate::error::QueueError;
use crate::identity::FileIdentity;
use crate::job::{BatchId, Job, JobId, State, WatchId};
use crate::name;
use crate::watch::{NewWatch, Noted, Privacy, Sighting, Watch, is_same};

/// Files of a watched folder are uploaded once for an account.
pub(crate) enum Refused {
    Already,
    Inside(PathBuf),
    Above(PathBuf),
}

/// A new watch, with what is there already.
pub(crate) fn insert(
    connection: &Connection,
    new: &NewWatch,
    there: &[Sighting],
    now: Timestamp,
) -> Result<Result<Watch, Refused>, QueueError> {
    for other in list(connection)? {
        if other.account != new.account {
            continue;
        }
        if other.path == new.path {
            return Ok(Err(Refused::Already));
        }
        // files of folders inside are only met when those are entered
        if other.recursive && new.path.starts_with(&other.path) {
            return Ok(Err(Refused::Inside(other.path)));
        }
        if new.recursive && other.path.starts_with(&new.path) {
            return Ok(Err(Refused::Above(other.path)));
        }
    }
    accounts::know(connection, &new.account)?;
    let id = connection
        .prepare_cached(
            "INSERT INTO watches (account, cloud_name, path, recursive, options, added_at) VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .insert(params![
            new.account,
            new.cloud_name,
            rows::path_bytes(&new.path),
            new.recursive,
            serde_json::to_string(&new.options)?,
            now.as_millisecond(),
        ])?;
    let id = WatchId::new(id);
    for sighting in there {
        note(connection, id, sighting, None, now)?;
    }
    Ok(Ok(Watch {
        id,
        account: new.account.clone(),
        cloud_name: new.cloud_name.clone(),
        path: new.path.clone(),
        recursive: new.recursive,
        options: new.options.clone(),
        added_at: now,
    }))
}

const WATCH: &str =
    "SELECT id, account, cloud_name, path, recursive, options, added_at FROM watches";

/// In the order in which they were added.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Watch>, QueueError> {
    let mut statement = connection.prepare_cached(&format!("{WATCH} ORDER BY id"))?;
    let mut found = statement.query([])?;
    let mut watches = Vec::new();
    while let Some(row) = found.next()? {
        watches.push(watch(row)?);
    }
    Ok(watches)
}

fn watch(row: &Row<'_>) -> Result<Watch, QueueError> {
    Ok(Watch {
        id: WatchId::new(row.get(0)?),
        account: row.get(1)?,
        cloud_name: row.get(2)?,
        path: rows::path_from(row.get(3)?),
        recursive: row.get(4)?,
        options: serde_json::from_str(&row.get::<_, String>(5)?)?,
        added_at: rows::time(row.get(6)?).unwrap_or_default(),
    })
}

/// What it queued and did not end yet is a job like any other from now on.
pub(crate) fn remove(connection: &Connection, id: WatchId) -> Result<bool, QueueError> {
    let there = connection.execute("DELETE FROM watches WHERE id = ?", [id.get()])? > 0;
    connection.execute("DELETE FROM seen WHERE watch = ?", [id.get()])?;
    release(connection)?;
    Ok(there)
}

/// Files of a watch that need nothing more, a page at a time.
pub(crate) fn noted(
    connection: &Connection,
    watch: WatchId,
    after: i64,
    limit: u32,
) -> Result<Vec<Noted>, QueueError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, path, identity FROM seen WHERE watch = ? AND id > ? ORDER BY id LIMIT ?",
    )?;
    let mut found = statement.query(params![watch.get(), after, limit])?;
    let mut noted = Vec::new();
    while let Some(row) = found.next()? {
        noted.extend(one_noted(row)?);
    }
    Ok(noted)
}

/// `None` where the identity cannot be read, as after a repair: the file is met anew then.
fn one_noted(row: &Row<'_>) -> Result<Option<Noted>, QueueError> {
    let identity = FileIdentity::from_text(&row.get::<_, String>(2)?);
    let (id, path) = (row.get(0)?, row.get(1)?);
    Ok(identity.map(|identity| Noted {
        row: id,
        path: rows::path_from(path),
        identity,
    }))
}

/// Queues files that are new to the watch, in one transaction with the note of it: another watcher may have been
/// quicker. Returns their batch, which further files may join; `None` while none was queued.
pub(crate) fn queue(
    connection: &Connection,
    watch: &Watch,
    privacy: &Privacy,
    batch: Option<BatchId>,
    rested: &[Sighting],
    now: Timestamp,
) -> Result<Option<BatchId>, QueueError> {
    if !exists(connection, watch.id)? {
        return Ok(batch);
    }
    let mut fresh: Vec<&Sighting> = Vec::with_capacity(rested.len());
    for sighting in rested {
        if !is_known(connection, watch.id, sighting)? {
            fresh.push(sighting);
        }
    }
    if fresh.is_empty() {
        return Ok(batch);
    }
    let queued: Vec<Queued> = fresh
        .iter()
        .map(|sighting| Queued {
            job: watch.options.job(privacy, &watch.path, &sighting.path),
            identity: Some(sighting.identity),
            watch: Some(watch.id),
        })
        .collect();
    let (batch, ids) = match batch {
        Some(batch) => (
            batch,
            jobs::insert(connection, batch, &watch.account, &queued, now)?,
        ),
        None => jobs::insert_batch(connection, &new_batch(watch), &queued, now)?,
    };
    for (sighting, job) in fresh.into_iter().zip(ids) {
        note(connection, watch.id, sighting, Some(job), now)?;
    }
    Ok(Some(batch))
}

fn new_batch(watch: &Watch) -> NewBatch {
    let label = watch.path.file_name().unwrap_or(watch.path.as_os_str());
    NewBatch {
        account: watch.account.clone(),
        cloud_name: watch.cloud_name.clone(),
        label: label.to_string_lossy().into_owned(),
        jobs: Vec::new(),
        limits: BatchLimits::default(),
    }
}

/// Notes the new paths of known files. A job that was not begun goes with its file.
pub(crate) fn follow(
    connection: &Connection,
    watch: &Watch,
    moved: &[(i64, Sighting)],
    now: Timestamp,
) -> Result<(), QueueError> {
    let mut jobs = Vec::with_capacity(moved.len());
    // two files may have changed places: first all old rows go, then all new ones come
    for (row, _) in moved {
        let job = connection
            .prepare_cached("DELETE FROM seen WHERE id = ? AND watch = ? RETURNING job")?
            .query_row([*row, watch.id.get()], |row| row.get::<_, Option<i64>>(0))
            .optional()?;
        jobs.push(job);
    }
    for (job, (_, sighting)) in jobs.into_iter().zip(moved) {
        // the row may have been forgotten since it was read: then the file is new
        let Some(job) = job else { continue };
        let job = job.map(JobId::new);
        note(connection, watch.id, sighting, job, now)?;
        if let Some(job) = job {
            move_job(connection, watch, job, &sighting.path)?;
        }
    }
    Ok(())
}

/// Only in line: a sender that has it in hand finds out by itself. Where the public ID is chosen, so is the folder.
fn move_job(
    connection: &Connection,
    watch: &Watch,
    id: JobId,
    path: &Path,
) -> Result<(), QueueError> {
    let is_in_line = |job: &Job| {
        let waits = matches!(
            job.state,
            State::Waiting | State::WaitingForNetwork | State::Paused
        );
        waits && job.watch == Some(watch.id)
    };
    let Some(job) = jobs::one(connection, id)?.filter(is_in_line) else {
        return Ok(());
    };
    // Who may fetch it stays as it was when it was queued.
    let privacy = Privacy {
        delivery_type: job
            .params
            .get("type")
            .and_then(Value::as_str)
            .map(Into::into),
        strip_location: job.strip_location,
    };
    let wanted = watch.options.job(&privacy, &watch.path, path);
    let params = if job.public_id.is_none() && job.attempts == 0 {
        &wanted.params
    } else {
        &job.params
    };
    let (_, source) = rows::source_columns(&wanted.source);
    connection
        .prepare_cached("UPDATE jobs SET source = ?, name = ?, params = ? WHERE id = ?")?
        .execute(params![
            source,
            name::display(&wanted.source),
            serde_json::to_string(params)?,
            id.get(),
        ])?;
    Ok(())
}

/// A job was passed over: its file is new when it is there again.
pub(super) fn forget_job(connection: &Connection, job: JobId) -> Result<(), QueueError> {
    connection
        .prepare_cached("DELETE FROM seen WHERE job = ?")?
        .execute([job.get()])?;
    Ok(())
}

fn note(
    connection: &Connection,
    watch: WatchId,
    sighting: &Sighting,
    job: Option<JobId>,
    now: Timestamp,
) -> Result<(), QueueError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO seen (watch, path, identity, job, seen_at) VALUES (?, ?, ?, ?, ?)",
        )?
        .execute(params![
            watch.get(),
            rows::path_bytes(&sighting.path),
            sighting.identity.to_text(),
            job.map(JobId::get),
            now.as_millisecond(),
        ])?;
    Ok(())
}

fn exists(connection: &Connection, id: WatchId) -> Result<bool, QueueError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM watches WHERE id = ?")?;
    Ok(statement.exists([id.get()])?)
}

fn is_known(
    connection: &Connection,
    watch: WatchId,
    sighting: &Sighting,
) -> Result<bool, QueueError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, path, identity FROM seen WHERE watch = ?1 AND path = ?2 \
         UNION SELECT id, path, identity FROM seen WHERE watch = ?1 AND identity = ?3",
    )?;
    let mut found = statement.query(params![
        watch.get(),
        rows::path_bytes(&sighting.path),
        sighting.identity.to_text(),
    ])?;
    while let Some(row) = found.next()? {
        let noted = one_noted(row)?;
        if noted.is_some_and(|noted| is_same(&noted, &sighting.path, sighting.identity)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Rows that are not a watch.
pub(super) fn unreadable(connection: &Connection) -> Result<Vec<i64>, QueueError> {
    let mut statement = connection.prepare(WATCH)?;
    let mut found = statement.query([])?;
    let mut unreadable = Vec::new();
    while let Some(row) = found.next()? {
        if watch(row).is_err() {
            unreadable.push(row.get(0)?);
        }
    }
    Ok(unreadable)
}

/// What belongs to watches that are no more.
pub(super) fn forget_orphans(connection: &Connection) -> Result<(), QueueError> {
    connection.execute(
        "DELETE FROM seen WHERE watch NOT IN (SELECT id FROM watches)",
        [],
    )?;
    release(connection)
}

fn release(connection: &Connection) -> Result<(), QueueError> {
    connection.execute(
        "UPDATE jobs SET watch = NULL WHERE watch IS NOT NULL AND finished_at IS NULL \
         AND watch NOT IN (SELECT id FROM watches)",
        [],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;

    /// Two watchers that decided at the same moment: the second finds what the first wrote.
    #[test]
    fn a_file_that_another_watcher_queued_is_not_queued_again() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection, Path::new("memory")).unwrap();
        let new = NewWatch {
            account: "acc-1".into(),
            cloud_name: "demo".into(),
            path: "/watched".into(),
            recursive: true,
            options: Default::default(),
            existing: true,
        };
        let now = Timestamp::UNIX_EPOCH;
        let Ok(watch) = insert(&connection, &new, &[], now).unwrap() else {
            panic!("refused");
        };
        let sighting = |name: &str, inode, modified_ns| Sighting {
            path: Path::new("/watched").join(name),
            identity: FileIdentity {
                size: 5,
                modified_ns,
                inode,
            },
        };
        let count = || {
            let sql = "SELECT count(*) FROM jobs";
            let count = connection.query_row(sql, [], |row| row.get::<_, i64>(0));
            count.unwrap()
        };
        let mut batch = None;
        for (rested, jobs) in [
            (sighting("a", 1, 1), 1),
            (sighting("a", 1, 1), 1),
            (sighting("renamed", 1, 1), 1),
            (sighting("a", 2, 1), 1),
            (sighting("a", 1, 2), 2),
            (sighting("without a number", 0, 1), 3),
            (sighting("its twin", 0, 1), 4),
        ] {
            batch = queue(
                &connection,
                &watch,
                &Privacy::default(),
                batch,
                &[rested],
                now,
            )
            .unwrap();
            assert_eq!(count(), jobs);
        }
        remove(&connection, watch.id).unwrap();
        queue(
            &connection,
            &watch,
            &Privacy::default(),
            batch,
            &[sighting("late", 9, 9)],
            now,
        )
        .unwrap();
        assert_eq!(count(), 4, "a watch that ended queues nothing");
    }
}
