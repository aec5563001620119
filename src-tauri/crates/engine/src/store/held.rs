//! What was handed over and waits, in the database.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::jobs::{self, Queued};
use super::rows;
use crate::batch::{Added, NewBatch};
use crate::crash;
use crate::error::QueueError;
use crate::held::{Held, HeldId, HeldOrigin, LetGo, NewHeld};

/// Everything that is held and not let go of, the longest held first.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Held>, QueueError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, account, source, origin, held_at FROM held WHERE let_go_at IS NULL ORDER BY id",
    )?;
    let found = statement.query_map([], |row| {
        Ok(Held {
            id: HeldId::new(row.get(0)?),
            held_at: rows::time(row.get(4)?).unwrap_or_default(),
            what: NewHeld {
                account: row.get(1)?,
                source: rows::path_from(row.get(2)?),
                origin: HeldOrigin::parse(&row.get::<_, String>(3)?).unwrap_or(HeldOrigin::Given),
            },
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Holds these besides what is held already.
pub(crate) fn insert(
    connection: &Connection,
    things: &[NewHeld],
    now: Timestamp,
) -> Result<Vec<HeldId>, QueueError> {
    crash::holds(|| "held".to_owned());
    let mut statement = connection.prepare_cached(
        "INSERT INTO held (account, source, origin, held_at) VALUES (?, ?, ?, ?)",
    )?;
    let mut ids = Vec::with_capacity(things.len());
    for thing in things {
        let id = statement.insert(params![
            thing.account,
            rows::path_bytes(&thing.source),
            thing.origin.as_str(),
            now.as_millisecond(),
        ])?;
        ids.push(HeldId::new(id));
    }
    Ok(ids)
}

/// The jobs of these things instead of them. Without jobs they go, and no batch comes to be.
pub(crate) fn queue(
    connection: &Connection,
    ids: &[HeldId],
    batch: &NewBatch,
    jobs: &[Queued],
    now: Timestamp,
) -> Result<Option<Added>, QueueError> {
    crash::holds(|| "held-queued".to_owned());
    let deleted = connection
        .prepare_cached(
            "DELETE FROM held WHERE let_go_at IS NULL AND id IN (SELECT value FROM json_each(?))",
        )?
        .execute([serde_json::to_string(ids)?])?;
    if deleted != ids.len() {
        return Err(QueueError::NoSuchHeld);
    }
    if jobs.is_empty() {
        return Ok(None);
    }
    let (batch, jobs) = jobs::insert_batch(connection, batch, jobs, now)?;
    Ok(Some(Added { batch, jobs }))
}

/// The user of this account is asked about these from now on.
pub(crate) fn give(
    connection: &Connection,
    ids: &[HeldId],
    account: &str,
) -> Result<(), QueueError> {
    crash::holds(|| "held-given".to_owned());
    connection
        .prepare_cached(
            "UPDATE held SET account = ? WHERE let_go_at IS NULL AND id IN (SELECT value FROM json_each(?))",
        )?
        .execute(params![account, serde_json::to_string(ids)?])?;
    Ok(())
}

/// Each time has another number, also within one millisecond.
pub(crate) fn let_go(
    connection: &Connection,
    ids: &[HeldId],
    now: Timestamp,
) -> Result<LetGo, QueueError> {
    crash::holds(|| "held-let-go".to_owned());
    let at: i64 = connection.query_row(
        "SELECT max(?, coalesce(max(let_go_at) + 1, 0)) FROM held",
        [now.as_millisecond()],
        |row| row.get(0),
    )?;
    let mut statement = connection.prepare_cached(
        "UPDATE held SET let_go_at = ? WHERE let_go_at IS NULL AND id IN (SELECT value FROM json_each(?)) RETURNING id",
    )?;
    let gone = statement.query_map(params![at, serde_json::to_string(ids)?], |row| {
        Ok(HeldId::new(row.get(0)?))
    })?;
    let held: Vec<HeldId> = gone.collect::<Result<_, _>>()?;
    let undo = (!held.is_empty()).then_some(at);
    Ok(LetGo { held, undo })
}

/// Returns how many are held again.
pub(crate) fn hold_again(connection: &Connection, undo: i64) -> Result<usize, QueueError> {
    crash::holds(|| "held-again".to_owned());
    Ok(connection
        .prepare_cached("UPDATE held SET let_go_at = NULL WHERE let_go_at = ?")?
        .execute([undo])?)
}

/// Holds what a file of an earlier version holds, unless that was done before.
pub(crate) fn take_over(
    connection: &Connection,
    file: &str,
    things: &[NewHeld],
    now: Timestamp,
) -> Result<bool, QueueError> {
    crash::holds(|| "held-taken-over".to_owned());
    let is_new = connection.execute(
        "INSERT OR IGNORE INTO taken_over (file, at) VALUES (?, ?)",
        params![file, now.as_millisecond()],
    )? > 0;
    if is_new {
        insert(connection, things, now)?;
    }
    Ok(is_new)
}

/// Forgets what was let go of before this time.
pub(crate) fn purge(connection: &Connection, before: Timestamp) -> Result<(), QueueError> {
    crash::holds(|| "held-purged".to_owned());
    connection
        .prepare_cached("DELETE FROM held WHERE let_go_at < ?")?
        .execute([before.as_millisecond()])?;
    Ok(())
}

/// Whether this file waits, or was let go of and may come back.
pub(crate) fn names(connection: &Connection, path: &Path) -> Result<bool, QueueError> {
    let found = connection
        .prepare_cached("SELECT 1 FROM held WHERE source = ? LIMIT 1")?
        .query_row([rows::path_bytes(path)], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}
