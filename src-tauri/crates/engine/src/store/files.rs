//! Opening the files of the queue.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::repair::{self, Repair};
use super::schema;
use crate::error::QueueError;

/// Another process may be adding a hundred thousand rows.
const PATIENCE: Duration = Duration::from_secs(30);

/// The file, open for writing.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    /// Locked, shared, while the file is open here: whoever is alone may repair it.
    pub(crate) in_use: Arc<File>,
    /// The file was damaged.
    pub(crate) repair: Option<Repair>,
}

/// Creates folder and file where missing, repairs a damaged one and brings the format up to date.
pub(crate) fn open_writer(folder: &Path, now: Timestamp) -> Result<Opened, QueueError> {
    create_folder(folder).map_err(|error| QueueError::folder(folder, &error))?;
    // two processes that open a new file at once would trip over the switch to WAL
    let opening =
        lock(&folder.join("opening.lock")).map_err(|error| QueueError::folder(folder, &error))?;
    let failed = |error: std::io::Error| QueueError::folder(folder, &error);
    let path = folder.join("queue.db");
    let in_use = File::options()
        .create(true)
        .append(true)
        .open(folder.join("in-use.lock"))
        .map_err(failed)?;
    let is_alone = in_use.try_lock().is_ok();
    let repair = if is_alone {
        let repair = repair::look(folder, now)?;
        in_use.unlock().map_err(failed)?;
        repair
    } else {
        None
    };
    in_use.lock_shared().map_err(failed)?;
    let mut connection = Connection::open(&path)?;
    connection.busy_timeout(PATIENCE)?;
    refuse_newer(&connection, &path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    stable_plans(&connection)?;
    schema::migrate(&mut connection, &path)?;
    drop(opening);
    Ok(Opened {
        connection,
        in_use: Arc::new(in_use),
        repair,
    })
}

/// A second connection that cannot write.
pub(crate) fn open_reader(folder: &Path) -> Result<Connection, QueueError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(folder.join("queue.db"), flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "query_only", true)?;
    stable_plans(&connection)?;
    Ok(connection)
}

/// Without this, every new value in a cached statement makes SQLite plan it anew, which costs more than running it.
fn stable_plans(connection: &Connection) -> Result<(), QueueError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn refuse_newer(connection: &Connection, path: &Path) -> Result<(), QueueError> {
    let found = schema::version(connection)?;
    let known = schema::NEWEST;
    if found > known {
        return Err(QueueError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(())
}

fn lock(path: &Path) -> std::io::Result<File> {
    let file = File::options().create(true).append(true).open(path)?;
    file.lock()?;
    Ok(file)
}

#[cfg(unix)]
fn create_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn create_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}
