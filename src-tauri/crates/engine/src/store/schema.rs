//! The tables. A change is a new entry in `MIGRATIONS`, never an edit of an old one.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::crash;
use crate::error::QueueError;

const MIGRATIONS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
    include_str!("schema/7.sql"),
    include_str!("schema/8.sql"),
    include_str!("schema/9.sql"),
    include_str!("schema/10.sql"),
    include_str!("schema/11.sql"),
];

/// The newest format known here.
pub(super) const NEWEST: i64 = MIGRATIONS.len() as i64;

/// Brings the file to the newest format; a newer one is refused untouched.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), QueueError> {
    // to write nothing new would cost a wait for the disk at every start
    if version(connection)? == NEWEST {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found > NEWEST {
        return Err(QueueError::Newer {
            path: path.to_owned(),
            found,
            known: NEWEST,
        });
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", NEWEST)?;
    crash::point("commit.tables.before");
    transaction.commit()?;
    crash::point("commit.tables.after");
    Ok(())
}

/// The format of the file.
pub(super) fn version(connection: &Connection) -> Result<i64, QueueError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}
