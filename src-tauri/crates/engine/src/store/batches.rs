//! Batches in the database.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Params};

use super::rows;
use crate::batch::{Batch, BatchLimits};
use crate::error::QueueError;
use crate::job::BatchId;

/// The account of a batch.
pub(crate) fn account(
    connection: &Connection,
    batch: BatchId,
) -> Result<Option<String>, QueueError> {
    let mut statement = connection.prepare_cached("SELECT account FROM batches WHERE id = ?")?;
    Ok(statement
        .query_row([batch.get()], |row| row.get(0))
        .optional()?)
}

/// What a batch may take of the line.
pub(crate) fn limits(connection: &Connection, batch: BatchId) -> Result<BatchLimits, QueueError> {
    let found = connection
        .prepare_cached("SELECT concurrency, rate FROM batches WHERE id = ?")?
        .query_row([batch.get()], |row| {
            Ok(BatchLimits {
                concurrency: row.get(0)?,
                rate: row.get::<_, Option<i64>>(1)?.map(i64::cast_unsigned),
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Batches that have jobs which are not removed, newest first.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Batch>, QueueError> {
    summed(connection, "", [])
}

/// One of them.
pub(crate) fn one(connection: &Connection, batch: BatchId) -> Result<Option<Batch>, QueueError> {
    Ok(summed(connection, "WHERE batches.id = ?", [batch.get()])?.pop())
}

fn summed(
    connection: &Connection,
    which: &str,
    values: impl Params,
) -> Result<Vec<Batch>, QueueError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT batches.id, batches.account, cloud_name, label, batches.created_at, state, count(*), sum(sent), sum(total) \
         FROM batches JOIN jobs ON jobs.batch = batches.id AND jobs.removed_at IS NULL \
         {which} GROUP BY batches.id, state ORDER BY batches.id DESC",
    ))?;
    let mut found = statement.query(values)?;
    let mut batches: Vec<Batch> = Vec::new();
    while let Some(row) = found.next()? {
        let id = BatchId::new(row.get(0)?);
        if batches.last().is_none_or(|batch| batch.id != id) {
            batches.push(Batch {
                id,
                account: row.get(1)?,
                cloud_name: row.get(2)?,
                label: row.get(3)?,
                created_at: rows::time(row.get(4)?).unwrap_or_default(),
                counts: BTreeMap::new(),
                sent: 0,
                total: 0,
            });
        }
        let state = rows::state(&row.get::<_, String>(5)?)?;
        if let Some(batch) = batches.last_mut() {
            batch
                .counts
                .insert(state, row.get::<_, i64>(6)?.cast_unsigned());
            batch.sent += row.get::<_, i64>(7)?.cast_unsigned();
            batch.total += row.get::<_, i64>(8)?.cast_unsigned();
        }
    }
    Ok(batches)
}
