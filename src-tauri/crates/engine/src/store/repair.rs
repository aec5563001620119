//! A damaged file is set aside whole, and a new one is filled with what can still be read.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::{accounts, jobs, library, schema, watches};
use crate::crash;
use crate::error::QueueError;

/// Rows that may be unreadable in a row before the rest of a table is read from its end.
const GIVE_UP_AFTER: u32 = 20_000;

/// What became of a damaged file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Where the damaged file lies now.
    pub aside: PathBuf,
    /// Jobs that could be read.
    pub jobs: u64,
    /// Library entries that could be read.
    pub assets: u64,
}

/// The new file while it is being filled. It gets its name only when it is whole, so a repair that breaks off is begun
/// anew at the next start.
const REBUILT: &str = "queue.rebuilt.db";

/// Looks whether the file is sound, and repairs it if it is not. Nobody else may have it open.
pub(super) fn look(folder: &Path, now: Timestamp) -> Result<Option<Repair>, QueueError> {
    let path = folder.join("queue.db");
    let rebuilt = folder.join(REBUILT);
    if path.exists() {
        remove(&rebuilt)?;
        if is_sound(&path)? {
            return Ok(None);
        }
        rebuild(&path, &rebuilt)?;
    } else if !rebuilt.exists() {
        return Ok(None);
    }
    let (jobs, assets) = {
        let rebuilt = Connection::open(&rebuilt)?;
        (count(&rebuilt, "jobs")?, count(&rebuilt, "library")?)
    };
    let aside = set_aside(folder, now)?;
    std::fs::rename(&rebuilt, &path).map_err(|error| QueueError::folder(folder, &error))?;
    tracing::warn!(aside = %aside.display(), jobs, assets, "the queue file was damaged and is rebuilt");
    Ok(Some(Repair {
        aside,
        jobs,
        assets,
    }))
}

/// Fills a new file with what can be read of the old one, in one step.
fn rebuild(damaged: &Path, rebuilt: &Path) -> Result<(), QueueError> {
    let mut fresh = Connection::open(rebuilt)?;
    schema::migrate(&mut fresh, rebuilt)?;
    fresh.pragma_update(None, "foreign_keys", false)?;
    let filling = fresh.transaction()?;
    // a file whose first page is gone cannot even be opened as a database
    if let Ok(old) = open_damaged(damaged) {
        copy_table(&old, &filling, "accounts", "account")?;
        copy_table(&old, &filling, "batches", "id")?;
        copy_table(&old, &filling, "jobs", "id")?;
        copy_table(&old, &filling, "library", "id")?;
        copy_table(&old, &filling, "watches", "id")?;
        copy_table(&old, &filling, "seen", "id")?;
        copy_table(&old, &filling, "held", "id")?;
        copy_table(&old, &filling, "taken_over", "file")?;
        adopt_orphans(&filling)?;
        drop_unreadable(&filling)?;
    }
    crash::point("commit.repair.before");
    filling.commit()?;
    crash::point("commit.repair.after");
    Ok(())
}

fn count(connection: &Connection, table: &str) -> Result<u64, QueueError> {
    let count: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
        row.get(0)
    })?;
    Ok(count.cast_unsigned())
}

/// A value that survived in part would stop every list it stands in.
fn drop_unreadable(fresh: &Connection) -> Result<(), QueueError> {
    for id in jobs::unreadable(fresh)? {
        fresh.execute("DELETE FROM jobs WHERE id = ?", [id])?;
    }
    for id in library::unreadable(fresh)? {
        fresh.execute("DELETE FROM library WHERE id = ?", [id])?;
    }
    for id in watches::unreadable(fresh)? {
        fresh.execute("DELETE FROM watches WHERE id = ?", [id])?;
    }
    watches::forget_orphans(fresh)?;
    accounts::forget_unreadable(fresh)
}

fn remove(file: &Path) -> Result<(), QueueError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(QueueError::folder(file, &error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn is_sound(path: &Path) -> Result<bool, QueueError> {
    let looked = Connection::open(path).and_then(|connection| {
        // what the last process left in the journal is read there: to move it, as the last to leave does, waits for the
        // disk five times, and a damaged file is better not written to
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
    });
    match looked.map_err(QueueError::from) {
        Ok(verdict) => Ok(verdict == "ok"),
        Err(QueueError::Damaged { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Moves the damaged file and what SQLite keeps beside it, which belongs to no other.
fn set_aside(folder: &Path, now: Timestamp) -> Result<PathBuf, QueueError> {
    let failed = |error: std::io::Error| QueueError::folder(folder, &error);
    let aside = folder.join(format!("damaged-{}", now.as_millisecond()));
    std::fs::create_dir(&aside).map_err(failed)?;
    for name in ["queue.db", "queue.db-wal", "queue.db-shm"] {
        let from = folder.join(name);
        if from.exists() {
            std::fs::rename(from, aside.join(name)).map_err(failed)?;
        }
    }
    Ok(aside)
}

fn open_damaged(path: &Path) -> Result<Connection, QueueError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Copies what can be read, row by row around what cannot.
fn copy_table(
    old: &Connection,
    fresh: &Connection,
    table: &str,
    key: &str,
) -> Result<(), QueueError> {
    let Ok(readable) = columns(old, table) else {
        return Ok(());
    };
    let known = columns(fresh, table)?;
    let columns: Vec<String> = readable
        .into_iter()
        .filter(|name| known.contains(name))
        .collect();
    if columns.is_empty() {
        return Ok(());
    }
    if key == "id" {
        let first = walk(old, fresh, table, &columns, Direction::Up)?;
        if let Some(stopped_at) = first {
            walk(old, fresh, table, &columns, Direction::Down(stopped_at))?;
        }
    } else {
        let select = format!("SELECT {} FROM {table}", columns.join(", "));
        copy_rows(old, fresh, table, &columns, &select, &[])?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    /// From the end down to this number.
    Down(i64),
}

/// Reads by number in one direction; `Some` number where it had to stop.
fn walk(
    old: &Connection,
    fresh: &Connection,
    table: &str,
    columns: &[String],
    direction: Direction,
) -> Result<Option<i64>, QueueError> {
    let names = columns.join(", ");
    let (mut at, select) = match direction {
        Direction::Up => (
            0,
            format!("SELECT {names} FROM {table} WHERE id > ?1 ORDER BY id LIMIT 200"),
        ),
        Direction::Down(_) => (
            i64::MAX,
            format!("SELECT {names} FROM {table} WHERE id < ?1 ORDER BY id DESC LIMIT 200"),
        ),
    };
    let mut unreadable = 0;
    loop {
        if let Direction::Down(floor) = direction
            && at <= floor
        {
            return Ok(None);
        }
        match copy_rows(old, fresh, table, columns, &select, &[Value::Integer(at)])? {
            Read::Rows { last } => {
                at = last;
                unreadable = 0;
            }
            Read::End => return Ok(None),
            Read::Unreadable { last } => {
                if matches!(direction, Direction::Down(_)) {
                    return Ok(None);
                }
                at = last.unwrap_or(at) + 1;
                unreadable += 1;
                if unreadable > GIVE_UP_AFTER {
                    return Ok(Some(at));
                }
            }
        }
    }
}

enum Read {
    Rows { last: i64 },
    End,
    Unreadable { last: Option<i64> },
}

fn copy_rows(
    old: &Connection,
    fresh: &Connection,
    table: &str,
    columns: &[String],
    select: &str,
    values: &[Value],
) -> Result<Read, QueueError> {
    let marks = vec!["?"; columns.len()].join(", ");
    let mut insert = fresh.prepare_cached(&format!(
        "INSERT OR IGNORE INTO {table} ({}) VALUES ({marks})",
        columns.join(", ")
    ))?;
    let id_at = columns.iter().position(|name| name == "id");
    let mut last = None;
    let Ok(mut statement) = old.prepare_cached(select) else {
        return Ok(Read::Unreadable { last });
    };
    let Ok(mut rows) = statement.query(params_from_iter(values)) else {
        return Ok(Read::Unreadable { last });
    };
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                let read: Result<Vec<Value>, _> =
                    (0..columns.len()).map(|column| row.get(column)).collect();
                let Ok(values) = read else {
                    return Ok(Read::Unreadable { last });
                };
                if let Some(Value::Integer(id)) = id_at.and_then(|at| values.get(at)) {
                    last = Some(*id);
                }
                // a row that no longer fits the table's rules is as good as unreadable
                drop(insert.execute(params_from_iter(values)));
            }
            Ok(None) => {
                return Ok(last.map_or(Read::End, |last| Read::Rows { last }));
            }
            Err(_) => return Ok(Read::Unreadable { last }),
        }
    }
}

/// Jobs whose batch could not be read get one again: a job is listed with its batch only.
fn adopt_orphans(fresh: &Connection) -> Result<(), QueueError> {
    fresh.execute_batch(
        "INSERT INTO batches (id, account, cloud_name, label, created_at) \
         SELECT batch, account, \
                coalesce((SELECT cloud_name FROM batches WHERE batches.account = jobs.account LIMIT 1), ''), \
                '', min(created_at) \
         FROM jobs WHERE batch NOT IN (SELECT id FROM batches) GROUP BY batch; \
         INSERT OR IGNORE INTO accounts (account) SELECT DISTINCT account FROM jobs;",
    )?;
    Ok(())
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<String>, QueueError> {
    let mut statement =
        connection.prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue.db");
        let left = Connection::open(&path).unwrap();
        left.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .unwrap();
        left.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (n)")
            .unwrap();
        drop(left);
        let read = || {
            ["queue.db", "queue.db-wal"]
                .map(|name| std::fs::read(folder.path().join(name)).unwrap())
        };
        let before = read();
        assert!(is_sound(&path).unwrap());
        assert!(read() == before);
    }
}
