//! The shape of the list.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::batches;
use crate::error::QueueError;
use crate::list::{Listed, Run};

/// Batches that have jobs which are not removed, newest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Listed>, QueueError> {
    let mut runs: BTreeMap<i64, Vec<Run>> = BTreeMap::new();
    let mut statement = connection
        .prepare_cached("SELECT batch, id FROM jobs WHERE removed_at IS NULL ORDER BY batch, id")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        Run::push(runs.entry(row.get(0)?).or_default(), row.get(1)?);
    }
    let listed = batches::list(connection)?.into_iter().map(|batch| {
        let runs = runs.remove(&batch.id.get()).unwrap_or_default();
        Listed { batch, runs }
    });
    Ok(listed.collect())
}
