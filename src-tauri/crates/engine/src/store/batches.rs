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
    Ok(moved(connection)?
        .into_iter()
        .map(|(batch, _)| batch)
        .collect())
}

/// The same, each with a number that grows whenever a job leaves the list or comes back.
pub(super) fn moved(connection: &Connection) -> Result<Vec<(Batch, i64)>, QueueError> {
    summed(connection, "", [])
}

/// One of them.
pub(crate) fn one(connection: &Connection, batch: BatchId) -> Result<Option<Batch>, QueueError> {
    let found = summed(connection, "WHERE batches.id = ?", [batch.get()])?.pop();
    Ok(found.map(|(batch, _)| batch))
}

fn summed(
    connection: &Connection,
    which: &str,
    values: impl Params,
) -> Result<Vec<(Batch, i64)>, QueueError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT batches.id, batches.account, cloud_name, label, batches.created_at, state, count, sent, total, moves \
         FROM batches JOIN sums ON sums.batch = batches.id {which} ORDER BY batches.id DESC",
    ))?;
    let mut found = statement.query(values)?;
    let mut batches: Vec<(Batch, i64)> = Vec::new();
    while let Some(row) = found.next()? {
        let id = BatchId::new(row.get(0)?);
        if batches.last().is_none_or(|(batch, _)| batch.id != id) {
            let batch = Batch {
                id,
                account: row.get(1)?,
                cloud_name: row.get(2)?,
                label: row.get(3)?,
                created_at: rows::time(row.get(4)?).unwrap_or_default(),
                counts: BTreeMap::new(),
                sent: 0,
                total: 0,
            };
            batches.push((batch, 0));
        }
        let Some((batch, moves)) = batches.last_mut() else {
            continue;
        };
        *moves += row.get::<_, i64>(9)?;
        let count = row.get::<_, i64>(6)?.cast_unsigned();
        if count == 0 {
            continue;
        }
        let state = rows::state(&row.get::<_, String>(5)?)?;
        batch.counts.insert(state, count);
        batch.sent += row.get::<_, i64>(7)?.cast_unsigned();
        batch.total += row.get::<_, i64>(8)?.cast_unsigned();
    }
    batches.retain(|(batch, _)| !batch.counts.is_empty());
    Ok(batches)
}
