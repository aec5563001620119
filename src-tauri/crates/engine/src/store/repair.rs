//! A damaged file is set aside whole, and a new one is filled with what can still be read.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::schema;
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

/// Looks whether the file is sound, and repairs it if it is not. Nobody else may have it open.
pub(super) fn look(folder: &Path, now: Timestamp) -> Result<Option<Repair>, QueueError> {
    let path = folder.join("queue.db");
    if !path.exists() || is_sound(&path)? {
        return Ok(None);
    }
    let aside = set_aside(folder, now)?;
    let mut fresh = Connection::open(&path)?;
    fresh.pragma_update(None, "journal_mode", "WAL")?;
    schema::migrate(&mut fresh, &path)?;
    fresh.pragma_update(None, "foreign_keys", false)?;
    let mut repair = Repair {
        jobs: 0,
        assets: 0,
        aside: aside.clone(),
    };
    // a file whose first page is gone cannot even be opened as a database
    if let Ok(old) = open_damaged(&aside.join("queue.db")) {
        copy_table(&old, &fresh, "accounts", "account")?;
        copy_table(&old, &fresh, "batches", "id")?;
        repair.jobs = copy_table(&old, &fresh, "jobs", "id")?;
        repair.assets = copy_table(&old, &fresh, "library", "id")?;
        adopt_orphans(&fresh)?;
    }
    tracing::warn!(aside = %aside.display(), jobs = repair.jobs, assets = repair.assets, "the queue file was damaged and is rebuilt");
    Ok(Some(repair))
}

fn is_sound(path: &Path) -> Result<bool, QueueError> {
    let looked = Connection::open(path).and_then(|connection| {
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
    });
    match looked.map_err(QueueError::from) {
        Ok(verdict) => Ok(verdict == "ok"),
        Err(QueueError::Damaged { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Moves the file and what SQLite keeps beside it.
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

/// Copies what can be read, row by row around what cannot. Returns how many rows that were.
fn copy_table(
    old: &Connection,
    fresh: &Connection,
    table: &str,
    key: &str,
) -> Result<u64, QueueError> {
    let Ok(readable) = columns(old, table) else {
        return Ok(0);
    };
    let known = columns(fresh, table)?;
    let columns: Vec<String> = readable
        .into_iter()
        .filter(|name| known.contains(name))
        .collect();
    if columns.is_empty() {
        return Ok(0);
    }
    fresh.execute_batch("BEGIN")?;
    let mut copied = 0;
    if key == "id" {
        let first = walk(old, fresh, table, &columns, Direction::Up, &mut copied)?;
        if let Some(stopped_at) = first {
            walk(
                old,
                fresh,
                table,
                &columns,
                Direction::Down(stopped_at),
                &mut copied,
            )?;
        }
    } else {
        let select = format!("SELECT {} FROM {table}", columns.join(", "));
        copy_rows(old, fresh, table, &columns, &select, &[], &mut copied)?;
    }
    fresh.execute_batch("COMMIT")?;
    Ok(copied)
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
    copied: &mut u64,
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
        match copy_rows(
            old,
            fresh,
            table,
            columns,
            &select,
            &[Value::Integer(at)],
            copied,
        )? {
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
    copied: &mut u64,
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
                *copied += insert.execute(params_from_iter(values)).unwrap_or(0) as u64;
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
